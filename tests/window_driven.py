"""A window that somebody else drives: run as a process, under a display; at its end prints JSON."""

import json

from banks import lopsided_bank
from scenes3d import lopsided_scene

from realtime.view.app import App
from realtime.view.library import Library
from realtime.view.session import Session
from realtime.view.state import ViewState
from realtime.view.window import Window

SIZE = (600, 400)  # large enough for a panel


def main() -> None:
    """Open a window with a bar in its middle, and stay until it closes."""
    window, library = Window(SIZE, "driven"), Library()
    library.give_scene("lopsided", lopsided_scene())
    library.give_bank("bank", lopsided_bank())
    state = ViewState(
        scene="lopsided", bank="bank", left="sparse", split=True, split_at=0.75, paused=True
    )
    app = App(window, Session(window.ctx, state, library))
    app.run()
    state = app.session.state
    print(json.dumps({"split_at": state.split_at, "stops": state.exposure_stops}))
    app.release()
    app.session.release()
    window.release()


main()
