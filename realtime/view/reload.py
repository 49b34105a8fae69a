"""Files that changed while the viewer runs: shaders, banks, scenes and pictures.

Files are looked at a few times a second, and taken when they have been as they are for two looks,
so that an editor is not caught half-way through saving. What cannot be used becomes a message,
and the last good version goes on.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from realtime.errors import UserError
from realtime.gl.source import files_read
from realtime.resources import folder
from realtime.scene.load import shipped_scenes

if TYPE_CHECKING:
    from realtime.view.session import Session

EVERY_S = 0.25
GUI_SHADERS = ("gui.frag", "gui.vert")
Mark = tuple[int, int] | None  # (time of change, ns, size in bytes); None: not there


class Watch:
    """Tells which files changed since the last time they were told of."""

    def __init__(self) -> None:
        self._known: dict[Path, Mark] = {}
        self._seen: dict[Path, Mark] = {}  # at the last look

    def changed(self, paths: Iterable[Path]) -> set[Path]:
        """Return those that changed and are at rest; new ones are noted, missing ones awaited."""
        changed, now = set(), {path: _mark(path) for path in paths}
        for path, mark in now.items():
            if mark is None:
                continue
            known = self._known.setdefault(path, mark)
            if mark != known and mark == self._seen.get(path):
                self._known[path] = mark
                changed.add(path)
        self._seen = now
        for path in self._known.keys() - now.keys():
            del self._known[path]
        return changed


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class Reload:
    """Brings changed files into a session. clock: in s, for tests.

    on_gui_shaders: called when those of the interface changed; raises ShaderError.
    """

    def __init__(self, session: "Session", clock: Callable[[], float] = time.monotonic) -> None:
        self.session, self._clock = session, clock
        self.shaders, self.files = Watch(), Watch()
        self.on_gui_shaders: Callable[[], None] = lambda: None
        self.broken: str | None = None  # what is wrong with the shaders on the disk
        self._next_s = -1.0

    def poll(self) -> None:
        """Look, if it is time."""
        now = self._clock()
        if now < self._next_s:
            return
        self._next_s = now + EVERY_S
        names = files_read()
        root = folder("shaders")
        self._reload_shaders(self.shaders.changed(root / name for name in names))
        self._reload_files(self.files.changed(map(Path, self._names())))

    def _names(self) -> list[str]:
        """Files that the state names, and that were read."""
        state = self.session.state
        banks = [bank for effect in state.effects for bank in effect.banks]
        names = [name for name in (state.bank, *banks) if name]
        return [*names, *([] if state.scene in shipped_scenes() else [state.scene])]

    def _reload_shaders(self, changed: set[Path]) -> None:
        if not changed:
            return
        messages = self.session.messages
        try:
            if any(path.name in GUI_SHADERS for path in changed):
                self.on_gui_shaders()
            if any(path.name not in GUI_SHADERS for path in changed):
                self.session.renew()
        except (UserError, KeyError) as error:  # KeyError: an input that a pass needs is gone
            self._unpin()
            self.broken = f"{error}\nThe last good version goes on."
            messages.pin(self.broken)
            return
        self._unpin()
        messages.note(f"{_listed(changed)}: reloaded")

    def _unpin(self) -> None:
        if self.broken is not None:
            self.session.messages.unpin(self.broken)
            self.broken = None

    def _reload_files(self, changed: set[Path]) -> None:
        for name in self._names():
            if Path(name) in changed:
                changed.discard(Path(name))
                self._reload_file(name)

    def _reload_file(self, name: str) -> None:
        session = self.session
        try:
            if name == session.state.scene:
                session.library.read_scene(name)
            else:
                session.library.read_bank(name)
        except UserError as error:
            session.messages.error(f"{error}. The last good version goes on")
            return
        if session.set(session.state):
            session.messages.note(f"{Path(name).name}: reloaded")


def _listed(paths: Iterable[Path]) -> str:
    names = sorted(path.name for path in paths)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
