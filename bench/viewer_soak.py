"""The viewer in use for half an hour: memory must stay flat, and OpenGL without an error.

    script/bench viewer_soak [--minutes 30] [--size 720x400]

A scripted user on the headless twin, over and over: scenes, banks and photographs are opened, all
panels and the help come and go, sliders, bar, camera and focus move, effects are added and taken
away, pictures, settings and videos are written, shaders are rebuilt, files of the wrong kind are
dropped. Each round does the same, so memory after a round can be compared with the next one's.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.banks import disk_bank
from bench.machine import describe
from bench.memory import resident_mb
from realtime.bank import write_bank
from realtime.cli import options
from realtime.effects import EFFECTS
from realtime.pictures import write_display
from realtime.text_table import format_table
from realtime.view.app import App
from realtime.view.gui.layout import PANELS
from realtime.view.headless import HeadlessSurface
from realtime.view.library import Library
from realtime.view.script import ACTIONS, Script
from realtime.view.session import Session
from realtime.view.state import LEAST_SCALE, ViewState

STEP_S = 1 / 24
START = "start.toml"  # settings of before the first round
WARM_UP = 2  # rounds until all that is made once is there
SCENES = ("tabletop", "string_lights", "daylight")
SIZES = ((1.0, 1.0), (0.75, 1.0), (1.0, 0.75))  # of the window, one a round
FLAT = 0.02  # growth from the first third of the time to the last: less is the allocator's noise


def main() -> None:
    """Print memory by time, its slope, and what OpenGL says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", metavar="N", default="30", help="of use (%(default)s)")
    parser.add_argument("--size", metavar="WxH", default="720x400", help="in px (%(default)s)")
    arguments = parser.parse_args()
    minutes = options.number("--minutes", arguments.minutes)
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), options.size_of(arguments), minutes)


def run(folder: Path, size: tuple[int, int], minutes: float) -> None:
    """Use the viewer, and print."""
    for name, taps in (("a", (10, 5, 3)), ("b", (24, 8, 4))):
        write_bank(folder / f"{name}.safetensors", disk_bank(taps))
    write_display(folder / "photo.png", _photo())
    (folder / "wrong.mov").write_bytes(b"no video")
    (folder / "broken.glb").write_bytes(b"no model")
    surface = HeadlessSurface(size)
    state = ViewState(scene=SCENES[0], bank=str(folder / "a.safetensors"), left="sparse")
    state = state.replace(render_scale=LEAST_SCALE)  # what is counted is rounds, not pixels
    session = Session(surface.ctx, state, Library())
    session.output.folder = folder
    session.output.settings(session, folder / START)
    app = App(surface, session)
    marks: list[tuple[float, float, int]] = []  # min, MB, frames
    errors: set[str] = set()
    frames = [0]
    app.after_frame.append(lambda: frames.__setitem__(0, frames[0] + 1))
    start, rounds = time.monotonic(), 0
    while (time.monotonic() - start) / 60 < minutes or rounds < WARM_UP + 2:
        parts = SIZES[rounds % len(SIZES)]
        surface.resize(tuple(round(s * part) for s, part in zip(size, parts, strict=True)))
        _one_round(app, folder)
        errors.add(surface.ctx.error)
        rounds += 1
        if rounds >= WARM_UP:
            marks.append(((time.monotonic() - start) / 60, resident_mb(), frames[0]))
    print(describe(surface.ctx))
    _report(marks, rounds, errors)
    app.release()
    session.release()
    surface.release()


def _one_round(app: App, folder: Path) -> None:
    actions = [ACTIONS[words.pop("do")](**words) for words in _user(folder)]
    app.run(script=Script(actions, folder), step_s=STEP_S)
    for pattern in ("*.mp4", "*-*.toml", "*.exr", "*-picture-*.png"):
        for path in folder.glob(pattern):
            path.unlink()


def _user(folder: Path) -> Iterator[dict]:
    """What is done in a round."""
    for scene in SCENES:
        yield _drop(scene)
        yield from _look(folder)
    yield _drop(folder / "photo.png")
    yield from _look(folder)
    for wrong in ("wrong.mov", "broken.glb", "gone.png"):
        yield _drop(folder / wrong)
    for panel in PANELS:
        yield from (_key(panel.key), _wait(3), _key(panel.key), _wait())
    yield from (_key("h"), _wait(2), _key("h"))
    for _ in range(30):
        yield _key("ctrl+z")
    yield _drop(folder / START)  # bookmarks go: else each round would have more to keep


def _look(folder: Path) -> Iterator[dict]:
    """At one scene."""
    for bank in ("a", "b"):
        yield _drop(folder / f"{bank}.safetensors")
        yield from (_key("x"), _wait(2))
        for key in ("1", "2", "4", "1", "v", "v", "v", "v"):
            yield from (_key(key), _wait())
        yield {"do": "drag", "from_": (400.0, 200.0), "to": (440.0, 220.0)}
        yield {"do": "scroll", "at": (420.0, 200.0), "steps": 1.0}
        yield {"do": "click", "at": (420.0, 220.0)}
        yield from (_key("m"), _key("r"), _key("alt+1"), _key("r"), _key("f"))
        yield from (_key("left_bracket"), _key("right_bracket"), _key("x"))
    for name in EFFECTS:
        if name in ("tilt-shift", "uniform"):
            yield {"do": "click", "widget": "see/Effects/add"}
            yield {"do": "click", "widget": f"see/Effects/add={name}"}
            yield _wait(2)
            yield {"do": "click", "widget": f"see/Effects/0 {name}/×"}
    yield from (_key("f12"), _key("shift+f12"), _key("ctrl+s"), _wait())
    yield {"do": "record", "frames_": 4}


def _drop(path: Path | str) -> dict:
    return {"do": "drop", "files": (str(path),)}


def _key(key: str) -> dict:
    return {"do": "key", "key": key}


def _wait(frames: int = 1) -> dict:
    return {"do": "wait", "frames_": frames}


def _photo() -> np.ndarray:
    """[H, W, 3] uint8."""
    y, x = np.mgrid[0:400, 0:720]
    return np.stack((x % 256, y % 256, (x * y) % 256), -1).astype(np.uint8)


def _report(marks: list[tuple[float, float, int]], rounds: int, errors: set[str]) -> None:
    minutes, mb, frames = np.array(marks).T
    shown = np.unique(np.linspace(0, len(marks) - 1, 10).round().astype(int))
    rows = [(f"{minutes[i]:.1f}", f"{mb[i]:.1f}", f"{frames[i]:.0f}") for i in shown]
    print(f"\n{format_table(('min', 'resident MB', 'frames'), rows)}")
    third = max(len(mb) // 3, 1)
    grown = mb[-third:].mean() / mb[:third].mean() - 1
    flat = "flat" if grown < FLAT else "NOT flat"
    print(f"\n{rounds} rounds; {_slope(minutes, mb) * 60:+.1f} MB/h, median of all pairs of rounds")
    print(f"last third of the time over the first: {grown:+.1%}: {flat}")
    print(f"GL errors: {', '.join(sorted(errors))}")


def _slope(times: np.ndarray, values: np.ndarray) -> float:
    """Theil–Sen: one odd round does not tilt it."""
    a, b = np.triu_indices(len(times), 1)
    return float(np.median((values[b] - values[a]) / (times[b] - times[a])))


if __name__ == "__main__":
    main()
