"""What it costs: whole frames of each preset, and the stage against two yardsticks."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bench.blur_stage import cascade_stage
from bench.clock import interleaved_ms
from bench.depth_of_field.plan import PRESET_TAPS, TAPS, Size
from bench.depth_of_field.shot import Shot
from bench.depth_of_field.studio import Studio
from realtime.blur.depth_of_field import DepthOfField
from realtime.gl.targets import color_target
from realtime.methods.gather41 import Gather41
from realtime.quality import QUALITIES

STAGE, GATHER = "depth of field, `default`", "plain gather, 41 taps"
EIGHT, CASCADE = "8 slices, tiles, half size", "one cascade over all pixels"
Rows = list[dict[str, Any]]


def frames(studio: Studio, scene: str, time_s: float, size: Size, runs: int) -> Rows:
    """Whole frames, from the scene to 8 bit: without blur, with each preset."""
    with contextlib.ExitStack() as stack:
        screen = color_target(studio.ctx, size, dtype="f1")
        stack.callback(screen.release)

        def frame(preset: str, blur: str) -> Callable[[], None]:
            renderer = stack.enter_context(studio.renderer(scene, size, preset))

            def draw() -> None:
                renderer.render(time_s, blur)
                renderer.present(screen.framebuffer)

            return draw

        draws = {"no blur": frame("default", "none")}
        draws |= {preset: frame(preset, "sparse") for preset in QUALITIES}
        return _rows(interleaved_ms(studio.ctx, draws, runs))


def stage(studio: Studio, scene: str, time_s: float, size: Size, runs: int) -> Rows:
    """Depth of field alone, on a scene that is drawn already, as the default preset draws it.

    The cascade has the same taps, at half the bank's largest radius. All are of the whole picture,
    with its border, in RGBA16F.
    """
    with studio.shot(scene, time_s, size, "default") as drawn, contextlib.ExitStack() as stack:
        settings = QUALITIES["default"].depth_of_field
        eight = replace(settings, slices=8, scale=2)
        largest_px = studio.bank().axes[0].knots[-1]
        cascade = cascade_stage(studio.ctx, studio.bank(), drawn.views.whole, largest_px / 2)
        gather = Gather41(studio.ctx, largest_px)
        dofs = [
            DepthOfField(studio.ctx, studio.textures(taps), chosen)
            for taps, chosen in ((PRESET_TAPS["default"], settings), (TAPS, eight))
        ]
        for part in (cascade, gather, *dofs):
            stack.callback(part.release)
        draws = {
            STAGE: lambda: drawn.blur(dofs[0]),
            GATHER: lambda: _gathered(gather, drawn),
            EIGHT: lambda: drawn.blur(dofs[1]),
            CASCADE: cascade.draw,
        }
        return _rows(interleaved_ms(studio.ctx, draws, runs))


def _gathered(gather: Gather41, drawn: Shot) -> None:
    view = drawn.views.lens_view(drawn.camera, drawn.lens)
    gather.render(drawn.color, drawn.depth, view, drawn.out.framebuffer)


def _rows(times: dict[str, list[float]]) -> Rows:
    rows = []
    for name, ms in times.items():
        low, median, high = np.percentile(ms, (25, 50, 75))
        rows.append({"what": name, "median_ms": float(median), "iqr_ms": float(high - low)})
    return rows


def ratio(rows: Rows, what: str, against: str) -> float:
    """Return how many times as long one takes as another of the same turns."""
    ms = {row["what"]: row["median_ms"] for row in rows}
    return ms[what] / ms[against]
