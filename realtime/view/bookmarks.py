"""Places of the camera that have a name. They are settings: saved, undone and redone with them."""

from dataclasses import replace

from realtime.errors import UsageError
from realtime.view.session import Session
from realtime.view.state import Bookmark, CameraState, ViewState
from realtime.view.storage import whole

DIRECT = 9  # bookmarks that have a key


def of_scene(state: ViewState) -> tuple[Bookmark, ...]:
    """Return the bookmarks of the scene that is shown."""
    scene = whole(state.scene)
    return tuple(mark for mark in state.bookmarks if whole(mark.scene) == scene)


def add(session: Session, name: str | None = None) -> None:
    """Keep where the camera is. name: "View 1" or the next free number unless given."""
    state, camera = session.state, session.camera
    taken = {mark.name for mark in of_scene(state)}
    if name is None:
        name = next(n for n in map("View {}".format, range(1, len(taken) + 2)) if n not in taken)
    if not _is_free(session, name, taken):
        return
    mark = Bookmark(name, state.scene, CameraState(camera.eye_m, camera.target_m))
    if session.edit(state.replace(bookmarks=(*state.bookmarks, mark)), f"bookmark {name}"):
        session.messages.note(f"{name}: bookmark set")


def go_to(session: Session, index: int) -> None:
    """Look from a bookmark of this scene, counted from 0."""
    marks = of_scene(session.state)
    if index >= len(marks):
        there = f"{len(marks)} bookmarks in this scene" if marks else "no bookmarks in this scene"
        session.messages.note(f"{there}. M sets one")
        return
    mark = marks[index]
    if session.edit(session.state.replace(camera=mark.camera), f"to {mark.name}"):
        session.messages.note(mark.name)


def rename(session: Session, mark: Bookmark, name: str) -> None:
    """Give a bookmark another name."""
    if name == mark.name:
        return
    taken = {other.name for other in of_scene(session.state)}
    if _is_free(session, name, taken):
        _change(session, mark, (replace(mark, name=name),), f"bookmark {name}")


def set_again(session: Session, mark: Bookmark) -> None:
    """Keep where the camera is now under a name that there is."""
    camera = session.camera
    moved = replace(mark, camera=CameraState(camera.eye_m, camera.target_m))
    _change(session, mark, (moved,), f"bookmark {mark.name}")


def remove(session: Session, mark: Bookmark) -> None:
    """Take a bookmark away."""
    _change(session, mark, (), f"{mark.name} taken away")


def _change(session: Session, mark: Bookmark, to: tuple[Bookmark, ...], what: str) -> None:
    at = session.state.bookmarks.index(mark)
    marks = session.state.bookmarks
    session.edit(session.state.replace(bookmarks=(*marks[:at], *to, *marks[at + 1 :])), what)


def _is_free(session: Session, name: str, taken: set[str]) -> bool:
    if name.strip() and name not in taken:
        return True
    found = f"{name!r} is there already" if name.strip() else "no name"
    session.messages.error(UsageError(f"bookmark: {found}, a new name expected. Type another"))
    return False
