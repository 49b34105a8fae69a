"""Which cases are run, in which order.

Cases of one scene and time follow each other, since the truth drawn last is kept. Those that take
times come last and alone.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from bench.banks import DEMO_TAPS

Size = tuple[int, int]
Taps = tuple[int, ...]

# The scene's own times, along its path; of the first there is more (dense, FLIP of HDR, sheets).
TIMES_S = {
    "daylight": (0.0, 2.0, 4.0),
    "string_lights": (1.0, 3.5, 6.0),
    "tabletop": (0.0, 2.5, 5.0),
    "window": (0.0, 1.0, 2.0),
}
MOVING = {"string_lights": "dolly", "tabletop": "dolly", "window": "rack focus"}
TAPS: Taps = (24, 8, 4)  # where a table is not about taps
PRESET_TAPS: dict[str, Taps] = {"fast": DEMO_TAPS, "default": DEMO_TAPS, "high": TAPS}


@dataclass(frozen=True)
class Case:
    """One thing to measure: the section says how, `settings` (JSON values) with what."""

    section: str
    name: str
    settings: dict[str, Any]

    @cached_property
    def key(self) -> str:
        """A file name that changes with anything that could change the result."""
        said = json.dumps(asdict(self), sort_keys=True)
        plain = "".join(c if c.isalnum() else "-" for c in f"{self.section}-{self.name}")
        return f"{plain}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class Effort:
    """How much is done.

    size: of pictures (width, height) px; those in motion are half as large, timed ones half as
    large again. views: of the truth; convergence takes twice as many too. times: of each scene;
    taps: all of them at full size and, at the first time, at half size too, where later ones have
    TAPS. dense: slices. frames, moving_views: of the scenes in motion. lines: picture heights of
    the disc's radius. runs: timed ones.
    """

    quick: bool = False
    size: Size = (640, 360)
    views: int = 1024
    times: int = 3
    slices: tuple[int, ...] = (1, 2, 3, 5, 8)
    taps: tuple[Taps, ...] = ((10, 5, 3), DEMO_TAPS, TAPS, (32, 8, 4, 4))
    dense: tuple[int, ...] = (3, 5, 8)
    frames: int = 60
    moving_views: int = 128
    lines: tuple[int, ...] = (480, 1080, 2160)
    runs: int = 9


FULL = Effort()
QUICK = replace(
    FULL,
    quick=True,
    views=64,
    times=1,
    slices=(1, 3),
    taps=(TAPS,),
    dense=(3,),
    frames=4,
    moving_views=16,
    lines=(480, 1080),
    runs=2,
)


def cases(
    effort: Effort, scenes: Sequence[str], times_s: Sequence[float] | None = None
) -> list[Case]:
    """Return every case; times_s: of all scenes, in place of each one's own."""
    plan: list[Case] = []
    for scene in scenes:
        plan += _of_scene(effort, scene, times_s or TIMES_S[scene][: effort.times])
    width, height = effort.size
    small = {"size": [width // 2, height // 2], "views": effort.moving_views, "fps": 24}
    for scene in (s for s in scenes if s in MOVING):
        settings = {"scene": scene, "frames": effort.frames, **small}
        plan.append(Case("temporal", f"{scene}, {MOVING[scene]}", settings))
    plan += [Case("highlights", "isolated", {}), Case("resolution", "isolated", _lines(effort))]
    for scene in scenes:
        time_s = (times_s or TIMES_S[scene])[0]
        settings = {"scene": scene, "time_s": time_s, "runs": effort.runs}
        settings["size"] = [width * 3 // 2, height * 3 // 2]
        plan += [Case("frames", scene, settings), Case("stage", scene, settings)]
    return plan


def _lines(effort: Effort) -> dict[str, Any]:
    return {"lines": list(effort.lines)}


def _of_scene(effort: Effort, scene: str, times_s: Sequence[float]) -> list[Case]:
    plan = []
    for time_s in times_s:
        is_first = time_s == times_s[0]
        name = f"{scene} {time_s:g} s"
        shared = {
            "scene": scene,
            "time_s": time_s,
            "size": list(effort.size),
            "views": effort.views,
        }
        table = {"slices": list(effort.slices), "taps": [list(taps) for taps in effort.taps]}
        table |= {"half_taps": table["taps"] if is_first else [list(TAPS)], "is_hdr": is_first}
        plan.append(Case("quality", name, shared | table))
        if is_first:
            plan.append(Case("dense", name, shared | {"slices": list(effort.dense)}))
            plan.append(Case("sheet", name, shared))
            plan.append(Case("convergence", name, shared))
    return plan
