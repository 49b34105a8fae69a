"""Opening a viewer, and closing it whatever happened."""

import contextlib
from pathlib import Path

from realtime.pictures import write_display
from realtime.view.app import App
from realtime.view.headless import HeadlessSurface
from realtime.view.library import Library
from realtime.view.script import read_script
from realtime.view.session import Session
from realtime.view.state import ViewState
from realtime.view.surface import Surface
from realtime.view.window import Window

SETTLED = 8  # frames before a picture is taken: panels know their sizes, slices have been found
STEP_S = 1 / 24  # what a frame lasts where nobody watches, so that pictures are the same each time
WELCOME = "H lists all keys"


def launch(
    state: ViewState,
    size: tuple[int, int],
    frames: int | None = None,
    is_headless: bool = False,
    scale: float = 1.0,
    script: Path | None = None,
    shots: Path = Path(),
    shot: Path | None = None,
) -> None:
    """Open a viewer on a state and stay until it closes, or frames or script are at their end.

    is_headless: draw into memory, with `scale` px to a unit of the interface, every frame lasting
    `STEP_S`. shots: where those of the script go. shot: written at the end. Raises UserError, and
    before anything opens where that can be.
    """
    library = Library()
    scene = library.scene(state.scene)
    library.effects(state.effects, state.bank, scene.duration_s)
    actions = None if script is None else read_script(script, shots)
    if is_headless and frames is None and actions is None:
        frames = SETTLED
    with contextlib.ExitStack() as open_:
        surface = _surface(size, f"diskblur  {scene.name}", is_headless, scale)
        open_.callback(surface.release)
        session = Session(surface.ctx, state, library)
        open_.callback(session.release)
        app = App(surface, session)
        open_.callback(app.release)
        if not is_headless:
            print(WELCOME)
        app.run(frames, actions, STEP_S if is_headless else None)
        if shot is not None:
            write_display(shot, app.picture())
            print(f"wrote {shot}")
        print(session.status())


def _surface(size: tuple[int, int], title: str, is_headless: bool, scale: float) -> Surface:
    return HeadlessSurface(size, scale) if is_headless else Window(size, title)
