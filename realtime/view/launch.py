"""Opening a viewer, and closing it whatever happened."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import moderngl

from realtime.errors import UserError
from realtime.pictures import write_display
from realtime.view.app import App
from realtime.view.display_loss import when_lost
from realtime.view.gpu_loss import GpuWatch, told_when_lost
from realtime.view.headless import HeadlessSurface
from realtime.view.library import Library
from realtime.view.refit_folder import remove_stale
from realtime.view.restore import usable
from realtime.view.script import read_script
from realtime.view.session import Session
from realtime.view.state import ViewState
from realtime.view.storage import Autosave, Store, WindowPlace
from realtime.view.surface import Surface
from realtime.view.window import Window

SETTLED = 8  # frames before a picture is taken: panels know their sizes, slices have been found
STEP_S = 1 / 24  # what a frame lasts where nobody watches, so that pictures are the same each time
SIZE = (960, 540)  # px, where nothing else is known
WELCOME = "H lists all keys"


def launch(
    state: ViewState | None,
    size: tuple[int, int] | None = None,
    frames: int | None = None,
    is_headless: bool = False,
    scale: float = 1.0,
    script: Path | None = None,
    shots: Path = Path(),
    shot: Path | None = None,
    store: Store | None = None,
) -> None:
    """Open a viewer on a state and stay until it closes, or frames or script are at their end.

    state, size: None for what `store` has of the last session, which is where this one is kept too.
    is_headless: draw into memory, with `scale` px to a unit of the interface, every frame lasting
    `STEP_S`. shots: where pictures and videos go. shot: written at the end. Raises UserError, and
    before anything opens where that can be.
    """
    remove_stale()
    library = Library()
    state = _first_state(state, library, store)
    scene = library.scene(state.scene)
    library.effects(state.effects, state.bank, scene.duration_s)
    actions = None if script is None else read_script(script, shots)
    if is_headless and frames is None and actions is None:
        frames = SETTLED
    with contextlib.ExitStack() as open_:
        title = f"diskblur  {scene.name}"
        if is_headless:
            surface = HeadlessSurface(size or state.size or SIZE, scale)
        else:
            surface = _window(size or state.size, title, store)
        open_.callback(_released, surface)
        session = Session(surface.ctx, state, library)
        open_.callback(_released, session)
        session.output.folder = shots
        app = App(surface, session)
        open_.callback(_released, app)
        autosave = None if store is None else open_.enter_context(_kept(app, store))
        if not is_headless:
            print(WELCOME)
        app.after_frame.append(GpuWatch(surface.ctx).tick)
        with told_when_lost(lambda: _last_words(session, autosave)):
            app.run(frames, actions, STEP_S if is_headless else None)
        if shot is not None:
            write_display(shot, app.picture())
            print(f"wrote {shot}")
        print(session.status())


def _first_state(state: ViewState | None, library: Library, store: Store | None) -> ViewState:
    """The one that was asked for, or the last one, as far as it can be had."""
    if state is not None:
        if store is not None:
            store.keep_last()
        return state
    last = store.last_state() if store is not None else None
    return ViewState() if last is None else usable(last, library, store.notes).replace(size=None)


def _window(size: tuple[int, int] | None, title: str, store: Store | None) -> Window:
    """Where it was, and as large, unless a size was asked for."""
    was = store.window() if store is not None else None
    if was is None:
        return Window(size or SIZE, title)
    return Window(size or was.size, title, was.place)


def _released(part: App | Session | Surface) -> None:
    """Free it; where the GPU is gone there is nothing to free, and OpenGL may say so."""
    with contextlib.suppress(moderngl.Error):
        part.release()


@contextlib.contextmanager
def _kept(app: App, store: Store) -> Iterator[Autosave]:
    """Save the session's settings now and then, and at its end whatever ends it."""
    session, surface = app.session, app.surface
    for note in store.notes:
        session.messages.error(note)
    autosave = Autosave(
        store,
        lambda: session.state.replace(size=session.window_size),
        lambda: WindowPlace(*surface.whereabouts) if isinstance(surface, Window) else None,
        session.messages,
    )
    app.after_frame.append(autosave.tick)
    if isinstance(surface, Window):
        when_lost(lambda: _without_display(session, autosave))
    with _closing_on_signals(surface):
        try:
            yield autosave
        finally:
            problem = _saved(autosave)
            if problem:
                print(problem)


def _saved(autosave: Autosave) -> str:
    try:
        autosave.save()
    except UserError as error:
        return str(error)
    return ""


def _without_display(session: Session, autosave: Autosave) -> str:
    """Save what there is without a display, and say so."""
    autosave.window = lambda: None  # there is nobody left to ask
    words = _last_words(session, autosave)
    return f"diskblur view: display: gone, a running one expected. {words}"


def _last_words(session: Session, autosave: Autosave | None) -> str:
    """Keep settings and video where nothing can be drawn any more; what was done, what to do."""
    kept = ""
    if autosave is not None:
        kept = _saved(autosave) or f"Settings are kept in {autosave.store.state_file}"
    session.output.end()
    return f"{kept}; start again" if kept else "Start again"


@contextlib.contextmanager
def _closing_on_signals(surface: Surface) -> Iterator[None]:
    """A session that ends, and a terminal that closes, ask for an end; it is one as any other."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {
        name: signal.signal(getattr(signal, name), lambda *_: surface.close()) for name in names
    }
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
