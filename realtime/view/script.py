"""A user in a file: what to click, drag, type and photograph, frame by frame.

    [[action]]
    do = "click"
    widget = "see/Blur/Split screen"

    [[action]]
    do = "drag"
    from = [640, 360]
    to = [300, 360]

    [[action]]
    do = "shot"
    file = "split.png"

An action is a class that says in `frames` what happens in each frame it takes. To add one: a frozen
dataclass with a `frames`, in `ACTIONS`. Places are px of the surface from its top left; or a widget
by its name, and how far along it.
"""

import dataclasses
import difflib
import tomllib
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from realtime.errors import UsageError
from realtime.pictures import write_display
from realtime.view.events import (
    BUTTONS,
    KEYS,
    MODIFIERS,
    Button,
    Drop,
    Event,
    Key,
    Move,
    Scroll,
    Text,
)
from realtime.view.output import PICTURES
from realtime.view.state import RecordState

if TYPE_CHECKING:
    from realtime.view.app import App

Place = tuple[float, float]
Frames = Iterator[list[Event]]
MOST_FRAMES = 100_000  # of one action


@dataclass(frozen=True)
class Action:
    """Something that takes some frames. Raises UsageError for values that cannot be."""

    do: ClassVar[str]

    def frames(self, app: "App") -> Frames:
        """Yield what happens before each of its frames."""
        raise NotImplementedError

    def shown(self, app: "App", folder: Path) -> None:
        """Called after each of its frames."""


@dataclass(frozen=True)
class Click(Action):
    """Press and release a button at a place, or on a widget (its middle, or `along` its width)."""

    do = "click"
    at: Place | None = None
    widget: str | None = None
    along: float = 0.5
    button: str = "left"
    double: bool = False

    def __post_init__(self) -> None:
        _check_place(self.do, self.at, self.widget)
        _check_choice(self.do, "button", self.button, BUTTONS)

    def frames(self, app: "App") -> Frames:
        """Go there; press and release, each in a frame of its own."""
        yield from _reveal(app, self.widget)
        yield [Move(_place(app, self.at, self.widget, self.along))]
        for _ in range(2 if self.double else 1):
            yield [Button(self.button, True)]
            yield [Button(self.button, False)]
        yield []


@dataclass(frozen=True)
class Drag(Action):
    """Drag with the left button from a place to another; or along a widget, shares of its width."""

    do = "drag"
    from_: Place | None = field(default=None, metadata={"key": "from"})
    to: Place | None = None
    widget: str | None = None
    start: float = 0.5
    end: float = 0.5
    frames_: int = field(default=4, metadata={"key": "frames"})

    def __post_init__(self) -> None:
        _check_place(self.do, self.from_, self.widget)
        if (self.from_ is None) != (self.to is None):
            _refuse(self.do, "to", "none", "a place beside from", "Give both or a widget")
        _check_frames(self.do, self.frames_)

    def frames(self, app: "App") -> Frames:
        """Press, move evenly, release."""
        yield from _reveal(app, self.widget)
        begin = _place(app, self.from_, self.widget, self.start)
        end = _place(app, self.to, self.widget, self.end)
        yield [Move(begin)]
        yield [Button("left", True)]
        for step in range(1, self.frames_ + 1):
            part = step / self.frames_
            yield [Move(tuple(a + part * (b - a) for a, b in zip(begin, end, strict=True)))]
        yield [Button("left", False)]
        yield []


@dataclass(frozen=True)
class Stroke(Action):
    """Draw with the left button along points, one a frame; within a widget: shares of its sides."""

    do = "stroke"
    points: tuple[Place, ...] = ()
    widget: str | None = None

    def __post_init__(self) -> None:
        if not self.points:
            _refuse(self.do, "points", "none", "at least one", "Give some")

    def frames(self, app: "App") -> Frames:
        """Go to the first, press, follow the others, release."""
        yield from _reveal(app, self.widget)
        first, *others = (self._place(app, *point) for point in self.points)
        yield [Move(first)]
        yield [Button("left", True)]
        for place in others:
            yield [Move(place)]
        yield [Button("left", False)]
        yield []

    def _place(self, app: "App", x: float, y: float) -> Place:
        return (x, y) if self.widget is None else app.place_of(self.widget, x, y)


@dataclass(frozen=True)
class Wheel(Action):
    """Turn the wheel at a place; steps: + away from the user."""

    do = "scroll"
    steps: float = 1.0
    at: Place | None = None
    widget: str | None = None

    def __post_init__(self) -> None:
        _check_place(self.do, self.at, self.widget)

    def frames(self, app: "App") -> Frames:
        """Go there, then turn."""
        yield from _reveal(app, self.widget)
        yield [Move(_place(app, self.at, self.widget, 0.5))]
        yield [Scroll(0.0, self.steps)]
        yield []


@dataclass(frozen=True)
class PressKey(Action):
    """Press a key, such as "ctrl+z", hold it for some frames, and let it go."""

    do = "key"
    key: str = ""
    hold: int = 1

    def __post_init__(self) -> None:
        *mods, name = self.key.split("+")
        _check_choice(self.do, "key", name, KEYS)
        for mod in mods:
            _check_choice(self.do, "key", mod, MODIFIERS)
        _check_frames(self.do, self.hold)

    def frames(self, app: "App") -> Frames:
        """Down, held, up."""
        *mods, name = self.key.split("+")
        held = frozenset(mods)
        yield [Key(name, True, False, held)]
        for _ in range(self.hold - 1):
            yield []
        yield [Key(name, False)]


@dataclass(frozen=True)
class Type(Action):
    """Type text into whatever listens, a character a frame."""

    do = "type"
    text: str = ""

    def frames(self, app: "App") -> Frames:
        """One after the other."""
        for character in self.text:
            yield [Text(character)]
        yield []


@dataclass(frozen=True)
class DropFiles(Action):
    """Drop files on the surface."""

    do = "drop"
    files: tuple[str, ...] = ()

    def frames(self, app: "App") -> Frames:
        """All at once."""
        yield [Drop(self.files)]
        yield []


@dataclass(frozen=True)
class Wait(Action):
    """Let frames pass."""

    do = "wait"
    frames_: int = field(default=1, metadata={"key": "frames"})

    def __post_init__(self) -> None:
        _check_frames(self.do, self.frames_)

    def frames(self, app: "App") -> Frames:
        """Nothing happens."""
        for _ in range(self.frames_):
            yield []


@dataclass(frozen=True)
class Shot(Action):
    """Write what the surface shows, interface and all, as a PNG into the folder for shots."""

    do = "shot"
    file: str = "shot.png"

    def __post_init__(self) -> None:
        if Path(self.file).suffix.lower() != ".png" or Path(self.file).name != self.file:
            _refuse(self.do, "file", repr(self.file), "the name of a .png file without a folder")

    def frames(self, app: "App") -> Frames:
        """One more frame, to be photographed."""
        yield []

    def shown(self, app: "App", folder: Path) -> None:
        """Write it."""
        folder.mkdir(parents=True, exist_ok=True)
        write_display(folder / self.file, app.picture())


@dataclass(frozen=True)
class Save(Action):
    """Write the picture (.png as it is seen, .exr linear light) or the settings (.toml).

    They go into the folder for shots; unlike `shot`, a picture has no interface.
    """

    do = "save"
    file: str = "picture.png"

    def __post_init__(self) -> None:
        suffixes = (*PICTURES, ".toml")
        if Path(self.file).suffix.lower() not in suffixes or Path(self.file).name != self.file:
            expected = f"a name that ends in {', '.join(suffixes)}, without a folder"
            _refuse(self.do, "file", repr(self.file), expected)

    def frames(self, app: "App") -> Frames:
        """One more frame, to be saved."""
        yield []

    def shown(self, app: "App", folder: Path) -> None:
        """Write it."""
        session, path = app.session, folder.absolute() / self.file
        if path.suffix.lower() == ".toml":
            session.output.settings(session, path)
        else:
            session.output.picture(path.suffix.lower(), False, path)
            app.take()


@dataclass(frozen=True)
class RecordVideo(Action):
    """Record a video into the folder for shots, of as many frames as are given; 0: all of it.

    What else there is to say about it are settings, see `RecordState`.
    """

    do = "record"
    file: str = "video.mp4"
    frames_: int = field(default=0, metadata={"key": "frames"})
    fixed_step: bool = True
    whole_path: bool = True
    interface: bool = False
    fps: int = 24

    def __post_init__(self) -> None:
        if Path(self.file).suffix.lower() != ".mp4" or Path(self.file).name != self.file:
            _refuse(self.do, "file", repr(self.file), "the name of a .mp4 file without a folder")
        if self.frames_:
            _check_frames(self.do, self.frames_)
        elif not (self.fixed_step and self.whole_path):
            _refuse(self.do, "frames", "none", "a number for what has no end", "Give frames")
        self.wish  # noqa: B018 - refuses what it refuses

    @property
    def wish(self) -> RecordState:
        """The same as settings."""
        return RecordState(self.fps, self.fixed_step, self.whole_path, self.interface)

    def frames(self, app: "App") -> Frames:
        """As many as the video has, and then the settings are as before."""
        session = app.session
        before = session.state.record
        session.set(session.state.replace(record=self.wish))
        session.output.record(session.output.folder / self.file, self.frames_ or None)
        while session.output.is_recording:
            yield []
        session.set(session.state.replace(record=before))


ACTIONS: dict[str, type[Action]] = {
    kind.do: kind
    for kind in (
        *(Click, Drag, Stroke, Wheel, PressKey, Type, DropFiles, Wait),
        *(Shot, Save, RecordVideo),
    )
}


class Script:
    """Actions one after the other; `App.run` asks for the events of each frame.

    folder: for shots.
    """

    def __init__(self, actions: Sequence[Action], folder: Path = Path()) -> None:
        self.folder = folder
        self._left = list(actions)
        self._action: Action | None = None
        self._frames: Frames = iter(())

    def events(self, app: "App") -> list[Event] | None:
        """Return what happens before the next frame; None at the end."""
        while True:
            events = next(self._frames, None)
            if events is not None:
                return events
            if not self._left:
                self._action = None
                return None
            self._action = self._left.pop(0)
            self._frames = self._action.frames(app)

    def shown(self, app: "App") -> None:
        """Note that the frame was drawn."""
        if self._action is not None:
            self._action.shown(app, self.folder)


def read_script(path: Path, folder: Path = Path()) -> Script:
    """Read actions from a TOML file. Raises UsageError that names file, action and key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: not readable ({error.strerror}), a script of actions expected. Check --script"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}, a TOML file expected. Mend it") from None
    tables = values.pop("action", [])
    if values or not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise UsageError(f"{path}: {', '.join(values) or 'action'}, [[action]] expected. Mend it")
    return Script(
        [_read(table, f"{path}: action {n}") for n, table in enumerate(tables, 1)], folder
    )


def _read(table: dict[str, Any], where: str) -> Action:
    values = dict(table)
    kind = ACTIONS.get(values.pop("do", None))
    if kind is None:
        _unknown(where, f"do = {table.get('do')!r}", ACTIONS)
    keys = {f.metadata.get("key", f.name): f for f in dataclasses.fields(kind)}
    hints = typing.get_type_hints(kind)
    settings = {}
    for key, value in values.items():
        if key not in keys:
            _unknown(f"{where}: {kind.do}", key, keys)
        name = keys[key].name
        settings[name] = _value(f"{where}: {kind.do}: {key}", value, hints[name])
    try:
        return kind(**settings)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _value(where: str, value: Any, hint: Any) -> Any:
    """Whole numbers do for numbers, lists for tuples."""
    kinds = [kind for kind in typing.get_args(hint) or (hint,) if kind is not type(None)]
    if isinstance(value, list):
        are_numbers = all(type(part) in (int, float) for part in value)
        if hint == tuple[str, ...] and all(isinstance(part, str) for part in value):
            return tuple(value)
        if hint == tuple[Place, ...]:
            return tuple(_value(where, point, Place | None) for point in value)
        if Place in kinds and len(value) == 2 and are_numbers:
            return tuple(map(float, value))
    elif float in kinds and type(value) is int:
        return float(value)
    elif type(value) in kinds:
        return value
    raise UsageError(f"{where}: {value!r}, {_word(hint, kinds)} expected. Change it")


def _word(hint: Any, kinds: list) -> str:
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    if hint == tuple[str, ...]:
        return "a list of texts"
    if hint == tuple[Place, ...]:
        return "a list of [x, y]"
    return words.get(kinds[0], "two numbers, px from the top left,")


def _unknown(where: str, found: str, known) -> NoReturn:
    known = list(known)
    near = difflib.get_close_matches(found.removeprefix("do = ").strip("'"), known, 1)
    advice = f"Did you mean {near[0]}?" if near else "Change it"
    raise UsageError(f"{where}: {found}, one of {', '.join(known)} expected. {advice}")


def _reveal(app: "App", widget: str | None) -> Frames:
    """Scroll to a widget that is out of sight; it is there a frame after the one that scrolls."""
    if widget is not None and app.reveal(widget):
        yield []
        yield []


def _place(app: "App", at: Place | None, widget: str | None, along: float) -> Place:
    """Where to go, px; widgets are where the last frame had them."""
    return at if at is not None else app.place_of(widget, along)


def _check_place(do: str, at: Place | None, widget: str | None) -> None:
    if (at is None) == (widget is None):
        found = "no place" if at is None else "a place and a widget"
        _refuse(do, "at", found, "a place or a widget", "Give one of them")


def _check_choice(do: str, key: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        _refuse(do, key, repr(value), f"one of {', '.join(choices)}")


def _check_frames(do: str, value: int) -> None:
    if not 1 <= value <= MOST_FRAMES:
        _refuse(do, "frames", str(value), f"1 to {MOST_FRAMES}")


def _refuse(do: str, key: str, found: str, expected: str, advice: str = "Change it") -> NoReturn:
    raise UsageError(f"{do}: {key}: {found}, {expected} expected. {advice}")
