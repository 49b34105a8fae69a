"""The viewer: what its interface costs a frame, and how soon a drawn bokeh is in the picture.

    script/bench viewer

On the headless twin. Interface: wall clock of building and drawing it, the queue empty before and
after, over a paused scene. Bokeh: from the pen's lifting until a frame with the new bank is drawn;
on a software renderer the scene and the fitter share the cores.
"""

import functools
import statistics
import time
from pathlib import Path

from bench.banks import FOLDER, disk_bank
from bench.clock import wall_ms
from bench.machine import describe
from realtime.bank import write_bank
from realtime.text_table import format_table
from realtime.view.app import App
from realtime.view.gui import layout
from realtime.view.headless import HeadlessSurface
from realtime.view.script import ACTIONS, Script
from realtime.view.session import Session
from realtime.view.state import ViewState

STEP_S = 1 / 24
INTERFACE_SIZE = (1280, 720)
PANELS = (("see",), ("see", "inspect"), ("see", "tune"), ("see", "work"), ("see", "make"))
FRAMES, WARM_UP = 60, 10
SETTLED_S = 8.0  # until the painter's fitter has started, which takes a core meanwhile
SIZES = ((960, 540), (1280, 720))
STROKES = (
    ((0.3, 0.15), (0.3, 0.8), (0.7, 0.8)),
    ((0.65, 0.2), (0.5, 0.5), (0.65, 0.75), (0.3, 0.8)),
)
PATIENCE_S = 60.0


def main() -> None:
    """Print both tables."""
    bank = FOLDER / "viewer.safetensors"
    write_bank(bank, disk_bank((24, 8, 4)))
    interface = [(" + ".join(panels), *_interface_ms(bank, panels)) for panels in PANELS]
    surface = HeadlessSurface((8, 8))
    print(f"{describe(surface.ctx)}\n")
    print(format_table(("panels, 1280 × 720", "median ms", "p95 ms"), interface), "\n")
    rows = [row for size in SIZES for row in _bokeh_s(bank, size)]
    print(format_table(("size", "taps", "seconds since the pen lifted"), rows))


def _app(bank: Path, panels: tuple[str, ...], size: tuple[int, int], paused: bool) -> App:
    surface = HeadlessSurface(size)
    state = ViewState(
        scene="string_lights", bank=str(bank), left="sparse", panels=panels, paused=paused
    )
    return App(surface, Session(surface.ctx, state))


def _interface_ms(bank: Path, panels: tuple[str, ...]) -> tuple[str, str]:
    """Return median and 95th percentile of a frame of the interface."""
    app = _app(bank, panels, INTERFACE_SIZE, paused=True)
    end = time.monotonic() + (SETTLED_S if "make" in panels else 0.0)
    app.frame(STEP_S)
    while time.monotonic() < end:
        app.frame(STEP_S)
    draw = functools.partial(_draw_interface, app)
    times_ms = [wall_ms(app.surface.ctx, draw) for _ in range(WARM_UP + FRAMES)][WARM_UP:]
    _release(app)
    return f"{statistics.median(times_ms):.1f}", f"{statistics.quantiles(times_ms, n=20)[18]:.1f}"


def _draw_interface(app: App) -> None:
    with app.interface.frame(INTERFACE_SIZE, 1.0, STEP_S):
        layout.draw(app.session)
    app.interface.draw(app.surface.framebuffer, INTERFACE_SIZE)


def _bokeh_s(bank: Path, size: tuple[int, int]) -> list[tuple[str, str, str]]:
    """Draw twice; return a row a bank that came."""
    app = _app(bank, ("make",), size, paused=False)
    painter = app.session.painter
    app.frame(STEP_S)  # the painter opens: its fitter starts
    _until(app, lambda: painter.refit.is_ready)
    rows = []
    for number, points in enumerate(STROKES):
        if number:
            _do(app, "click", widget="make/Draw/Clear")
        _do(app, "stroke", widget="make/Draw/Canvas", points=points)
        _until(app, lambda: len(painter.came) == 2 and not painter.is_fitting)
        rows += [
            ("{} × {}".format(*size), str(sum(came.bank.layers)), f"{came.seconds:.2f}")
            for came in painter.came
        ]
    _release(app)
    return rows


def _do(app: App, name: str, **values) -> None:
    app.run(script=Script([ACTIONS[name](**values)]), step_s=STEP_S)


def _until(app: App, is_done) -> None:
    """Draw frames until it is so. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError(f"viewer: nothing in {PATIENCE_S:g} s; look at the fitter's output")
        app.frame(STEP_S)
        app.surface.ctx.finish()


def _release(app: App) -> None:
    app.release()
    app.session.release()


if __name__ == "__main__":
    main()
