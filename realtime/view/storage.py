"""Settings from one session to the next, in the user's own folder: whole or not at all.

    view.toml          the state when the viewer was last open; written every few seconds
    view-before.toml   the one before, where a session began with something else
    window.toml        where the window was, and how large

A file that cannot be read is never written over: it is put aside under a name that a message tells.
"""

import os
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from realtime.bank import replacing
from realtime.errors import UsageError
from realtime.view.messages import Messages
from realtime.view.settings import read_settings, to_toml
from realtime.view.state import ViewState
from realtime.view.toml_text import dumps

APP = "diskblur"
AUTOSAVE_S = 2.0  # at most this much is lost if the power goes
RETRY_S = 30.0  # after a disk was full


def config_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's folder for our settings, as the XDG base directories have it.

    A relative path there is to be ignored, says their specification.
    """
    base = Path(environ.get("XDG_CONFIG_HOME", ""))
    if not base.is_absolute():
        base = Path.home() / ".config"
    return base / APP


@dataclass(frozen=True)
class WindowPlace:
    """size: (width, height); place: (x, y) of its upper left corner; as the desktop counts."""

    size: tuple[int, int]
    place: tuple[int, int]


def write_settings(path: Path, state: ViewState) -> None:
    """Write a state to a .toml file. A kill or a full disk leaves the old file.

    Raises UsageError where nothing could be written.
    """
    if path.suffix.lower() != ".toml":
        raise UsageError(
            f"{path}: settings called {path.suffix or 'without a suffix'}, .toml expected. "
            f"Choose another name"
        )
    _write(path, to_toml(findable(state)))


def findable(state: ViewState) -> ViewState:
    """Return the state with whole paths, so that it means the same wherever it is read.

    A bank that is no file, such as one that was just fitted, is left out.
    """
    bank = state.bank if state.bank and Path(state.bank).is_file() else None
    return state.replace(
        scene=whole(state.scene),
        bank=bank and whole(bank),
        effects=tuple(
            replace(effect, banks=tuple(map(whole, effect.banks))) for effect in state.effects
        ),
        bookmarks=tuple(replace(mark, scene=whole(mark.scene)) for mark in state.bookmarks),
    )


def whole(name: str) -> str:
    """Return a file's whole path; a shipped scene's name stays."""
    return str(Path(name).absolute()) if Path(name).is_file() else name


def _write(path: Path, text: str) -> None:
    try:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path}: settings not written ({error.strerror or error}), a writable place with "
            f"room expected. Make room, or save them elsewhere"
        ) from None


class Store:
    """The files of one folder. notes: what there is to tell the user, one line each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state_file = folder / "view.toml"
        self.before_file = folder / "view-before.toml"
        self.window_file = folder / "window.toml"
        self.notes: list[str] = []

    def last_state(self) -> ViewState | None:
        """Return the state of the last session; None for none, or a broken one, put aside."""
        if not self.state_file.exists():
            return None
        try:
            return read_settings(self.state_file)
        except UsageError as error:
            self._put_aside(self.state_file, str(error))
            return None

    def keep_last(self) -> None:
        """Keep the last session's state beside the one that is to come."""
        try:
            os.replace(self.state_file, self.before_file)
        except FileNotFoundError:
            pass
        except OSError as error:
            self.notes.append(
                f"{self.state_file}: cannot be kept as {self.before_file.name} "
                f"({error.strerror}), a writable folder expected. Copy it if you need it"
            )

    def window(self) -> WindowPlace | None:
        """Return where the window was; None where that is not known."""
        try:
            values = tomllib.loads(self.window_file.read_text(encoding="utf-8"))
            size, place = (tuple(map(int, values[key])) for key in ("size", "place"))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # nobody misses a window's place
        is_sound = len(size) == len(place) == 2 and all(0 < side <= 1 << 15 for side in size)
        return WindowPlace(size, place) if is_sound else None

    def save(self, state: ViewState, window: WindowPlace | None = None) -> None:
        """Write both files. Raises UsageError."""
        write_settings(self.state_file, state)
        if window is not None:
            _write(self.window_file, dumps({"size": window.size, "place": window.place}))

    def _put_aside(self, path: Path, why: str) -> None:
        aside = _free(path.with_name(f"{path.stem}-broken{path.suffix}"))
        try:
            os.replace(path, aside)
        except OSError as error:
            aside = path
            why = f"{why}; not moved ({error.strerror})"
        self.notes.append(f"{why}. It is kept as {aside}; the viewer starts afresh")


def _free(path: Path) -> Path:
    """A name that is not taken yet."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


class Autosave:
    """Writes what changed, every few seconds. state, window: of now. clock: in s, for tests."""

    def __init__(
        self,
        store: Store,
        state: Callable[[], ViewState],
        window: Callable[[], WindowPlace | None],
        messages: Messages,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store, self.state, self.window = store, state, window
        self.messages, self._clock = messages, clock
        self._saved: tuple | None = None
        self._next_s = clock() + AUTOSAVE_S

    def tick(self) -> None:
        """Save if it is time and something changed; what goes wrong is a message."""
        if self._clock() < self._next_s:
            return
        try:
            self._save_changed()
            self._next_s = self._clock() + AUTOSAVE_S
        except UsageError as error:
            self.messages.error(error)
            self._next_s = self._clock() + RETRY_S

    def _save_changed(self) -> None:
        """The scene's clock alone is not worth it."""
        now = (self.state().replace(time_s=0.0), self.window())
        if now != self._saved:
            self.save()
            self._saved = now

    def save(self) -> None:
        """Save now. Raises UsageError."""
        self.store.save(self.state(), self.window())
