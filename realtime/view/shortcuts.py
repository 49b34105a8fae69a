"""What keys do: one table for the keyboard and the help; `layout.shortcuts` adds the panels'."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from realtime.errors import UserError
from realtime.passes.decisions import VIEWS
from realtime.view import bookmarks
from realtime.view.clipboard import copied_picture
from realtime.view.events import MODIFIERS, Key
from realtime.view.make.painter import PANEL as PAINTER

if TYPE_CHECKING:
    from realtime.view.app import App

STOP_STEP = 2 ** (1 / 6)  # width of the aperture per third of a stop
EXPOSURE_STEP = 1 / 3  # stops
BAR_STEP = 0.01  # of the window's width
# Methods that have a key of their own, and that B goes through: the bank's best, the truth, and no
# blur. With all of them the way back from the next one would be more than a dozen slow pictures.
DIRECT = 4

# The groups of the help, in order; those of the panels come from `layout.PANELS`.
GROUPS = ("Mouse", "Camera", "Lens", "Blur", "View", "Panels", "Work", "Keyboard")


@dataclass(frozen=True)
class Shortcut:
    """A line of the help.

    shown, does: in words. chords: keys such as "ctrl+z"; `call` gets the number of the one that was
    pressed. Without chords it only says what something else does.
    """

    group: str
    shown: str
    does: str
    chords: tuple[str, ...] = ()
    call: Callable[["App", int], object] | None = None
    repeats: bool = False


def _method(side: str) -> Callable[["App", int], None]:
    def choose(app: "App", index: int) -> None:
        blurs = app.session.blurs
        if index < len(blurs):
            app.session.choose(side, blurs[index])

    return choose


def _next(side: str) -> Callable[["App", int], None]:
    def choose(app: "App", _: int) -> None:
        blurs, now = app.session.blurs[:DIRECT], getattr(app.session.state, side)
        at = blurs.index(now) + 1 if now in blurs else 0
        app.session.choose(side, blurs[at % len(blurs)])

    return choose


def _split(app: "App", _: int) -> None:
    state = app.session.state
    app.session.edit(state.replace(split=not state.split), "split screen")


def _bar(app: "App", index: int) -> None:
    state = app.session.state
    at = min(max(state.split_at + (BAR_STEP if index else -BAR_STEP), 0.0), 1.0)
    app.session.edit(state.replace(split_at=at), "bar")


def _aperture(app: "App", index: int) -> None:
    app.session.open_aperture(1 / STOP_STEP if index else STOP_STEP)


def _focus(app: "App", _: int) -> None:
    app.session.edit(app.session.state.with_lens(focus_distance_m=None), "focus")


def _path(app: "App", _: int) -> None:
    app.session.edit(app.session.state.replace(camera=None), "camera")


def _pause(app: "App", _: int) -> None:
    state = app.session.state
    app.session.set(state.replace(paused=not state.paused))


def _exposure(app: "App", index: int) -> None:
    state = app.session.state
    stops = state.exposure_stops + (EXPOSURE_STEP if index else -EXPOSURE_STEP)
    app.session.edit(state.replace(exposure_stops=round(stops, 6)), "exposure")


def _show(app: "App", _: int) -> None:
    views = (None, *VIEWS)
    show = views[(views.index(app.session.state.show) + 1) % len(views)]
    app.session.edit(app.session.state.replace(show=show), "show")


def _error(app: "App", _: int) -> None:
    state = app.session.state
    app.session.edit(state.replace(error=not state.error), "error view")


def _probe(app: "App", _: int) -> None:
    """Its numbers are in the panel, which opens with it."""
    state = app.session.state
    on = not (state.probe and state.is_open("inspect"))
    if on and not state.is_open("inspect"):
        state = state.toggled("inspect")
    app.session.set(state.replace(probe=on))


def _undo(app: "App", _: int) -> None:
    """Over the painter it is the last stroke."""
    of = app.session.painter if app.session.painter.is_hovered else app.session
    of.undo()


def _redo(app: "App", _: int) -> None:
    of = app.session.painter if app.session.painter.is_hovered else app.session
    of.redo()


def _paste(app: "App", _: int) -> None:
    """File managers copy paths, some of them as addresses; a painter takes pictures too."""
    lines = app.surface.clipboard().strip().splitlines()
    if lines:
        app.session.open(unquote(lines[0].removeprefix("file://")))
    elif app.session.state.is_open(PAINTER):
        try:
            with copied_picture() as path:
                app.session.painter.paste(str(path))
        except UserError as error:
            app.session.messages.error(error)


def _help(app: "App", _: int) -> None:
    state = app.session.state
    app.session.set(state.replace(help=not state.help))


def _escape(app: "App", _: int) -> None:
    """First what lies on top."""
    if app.session.state.help:
        _help(app, 0)
    else:
        app.surface.close()


def _bookmark(app: "App", index: int) -> None:
    bookmarks.go_to(app.session, index)


def _picture(suffix: str) -> Callable[["App", int], None]:
    def take(app: "App", _: int) -> None:
        session = app.session
        session.output.picture(suffix, session.state.record.interface)

    return take


def _record(app: "App", _: int) -> None:
    output = app.session.output
    if output.is_recording:
        output.stop(app.session)
    else:
        output.record()


def _save(app: "App", _: int) -> None:
    try:
        app.session.output.settings(app.session)
    except UserError as error:
        app.session.messages.error(error)


_ALT_DIGITS = tuple(f"alt+{number}" for number in range(1, bookmarks.DIRECT + 1))

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("Mouse", "drag", "orbit around the target"),
    Shortcut("Mouse", "wheel", "closer, farther"),
    Shortcut("Mouse", "click", "focus there"),
    Shortcut("Mouse", "drag the bar", "compare left and right"),
    Shortcut("Mouse", "drop a file", "open it"),
    Shortcut("Camera", "W A S D  Q E", "fly"),
    Shortcut("Camera", "R", "back to the scene's path", ("r",), _path),
    Shortcut("Camera", "Space", "pause, go on", ("space",), _pause),
    Shortcut(
        "Lens",
        "[  ]",
        "open, close the aperture",
        ("left_bracket", "right_bracket"),
        _aperture,
        True,
    ),
    Shortcut("Lens", "F", "focus as the scene has it", ("f",), _focus),
    Shortcut("Lens", "-  =", "darker, brighter", ("minus", "equal"), _exposure, True),
    Shortcut("Blur", "1 2 3 4", "left method", ("1", "2", "3", "4"), _method("left")),
    Shortcut("Blur", "B", "next of these, left", ("b",), _next("left")),
    Shortcut("Blur", "X", "split screen", ("x",), _split),
    Shortcut(
        "Blur",
        "Shift+1 2 3 4",
        "right method",
        ("shift+1", "shift+2", "shift+3", "shift+4"),
        _method("right"),
    ),
    Shortcut("Blur", "Shift+B", "next of these, right", ("shift+b",), _next("right")),
    Shortcut("Blur", ",  .", "move the bar", ("comma", "period"), _bar, True),
    Shortcut("Blur", "V", "CoC, slices, tiles", ("v",), _show),
    Shortcut("Blur", "Shift+E", "errors in place of pictures", ("shift+e",), _error),
    Shortcut("Blur", "I", "inspect a pixel", ("i",), _probe),
    Shortcut("View", "Ctrl+Z", "undo", ("ctrl+z",), _undo, True),
    Shortcut(
        "View",
        "Ctrl+Y",
        "redo",
        ("ctrl+y", "ctrl+shift+z"),
        _redo,
        True,
    ),
    Shortcut("View", "Ctrl+V", "open what was copied", ("ctrl+v",), _paste),
    Shortcut("View", "H, F1", "these keys", ("h", "f1"), _help),
    Shortcut("View", "Esc", "quit", ("escape",), _escape),
    Shortcut("Work", "M", "set a bookmark", ("m",), lambda app, _: bookmarks.add(app.session)),
    Shortcut("Work", "Alt+1 … 9", "go to a bookmark", _ALT_DIGITS, _bookmark),
    Shortcut("Work", "F12", "picture, as it is seen", ("f12",), _picture(".png")),
    Shortcut("Work", "Shift+F12", "picture, linear light", ("shift+f12",), _picture(".exr")),
    Shortcut("Work", "F9", "record a video, stop", ("f9",), _record),
    Shortcut("Work", "Ctrl+S", "save settings", ("ctrl+s",), _save),
    Shortcut("Keyboard", "Tab", "walk through a panel"),
    Shortcut("Keyboard", "arrows", "next row, change a value"),
    Shortcut("Keyboard", "Enter, Space", "press, type a number"),
    Shortcut("Keyboard", "Esc", "leave the panel"),
)


def press(app: "App", key: Key, shortcuts: Iterable[Shortcut] = SHORTCUTS) -> bool:
    """Do what a table says of a key; return whether it says anything."""
    chord = "+".join((*(word for word in MODIFIERS if word in key.mods), key.name))
    for shortcut in shortcuts:
        if chord in shortcut.chords and (shortcut.repeats or not key.is_repeat):
            shortcut.call(app, shortcut.chords.index(chord))
            return True
    return False
