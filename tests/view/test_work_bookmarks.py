"""Bookmarks of the camera, and what was done, in the panel `work`."""

import pytest
from view_parts import SCENE, SIZE, STILL, app_of, play, session_of

from realtime.view import bookmarks
from realtime.view.gui.widgets import PLACES
from realtime.view.history import KEPT, History
from realtime.view.settings import from_toml, to_toml
from realtime.view.state import Bookmark, CameraState, RecordState, ViewState

pytestmark = pytest.mark.gl

HERE = CameraState((0.0, 0.0, 0.0), (0.0, 0.0, -2.0))
THERE = CameraState((0.4, 0.2, 0.1), (0.0, 0.0, -2.0))


def names(session) -> list[str]:
    return [mark.name for mark in bookmarks.of_scene(session.state)]


def texts(session) -> list[str]:
    return [message.text for message in session.messages.shown()]


def test_keys_set_bookmarks_and_go_to_them(ctx):
    with app_of(ctx, STILL, SIZE) as app:
        session = app.session
        play(app, {"do": "key", "key": "m"}, {"do": "scroll", "at": (40.0, 30.0), "steps": 3.0})
        there = session.camera.eye_m
        play(app, {"do": "key", "key": "m"}, {"do": "key", "key": "alt+1"})
        assert names(session) == ["View 1", "View 2"]
        assert session.camera.eye_m == pytest.approx(HERE.eye_m)
        play(app, {"do": "key", "key": "alt+2"})
        assert session.camera.eye_m == there
        play(app, {"do": "key", "key": "alt+9"})
        assert texts(session)[-1] == "2 bookmarks in this scene. M sets one"


def test_a_path_that_moves_is_left_where_it_is(ctx):
    with session_of(ctx, STILL) as session:
        bookmarks.add(session, "Here")
        (mark,) = session.state.bookmarks
        assert mark == Bookmark(
            "Here", SCENE, CameraState(session.camera.eye_m, session.camera.target_m)
        )
        assert session.state.camera is None


def test_names_are_new_and_not_empty(ctx):
    with session_of(ctx, STILL) as session:
        bookmarks.add(session, "Here")
        for name, found in (("Here", "'Here' is there already"), (" ", "no name")):
            bookmarks.add(session, name)
            assert texts(session)[-1] == f"bookmark: {found}, a new name expected. Type another"
            bookmarks.rename(session, session.state.bookmarks[0], name)
        assert names(session) == ["Here"]
        bookmarks.rename(session, session.state.bookmarks[0], "View 2")
        bookmarks.add(session)
        bookmarks.add(session)
        assert names(session) == ["View 2", "View 1", "View 3"]


def test_they_are_of_their_scene(ctx):
    other = Bookmark("Else", "tabletop", THERE)
    with session_of(ctx, STILL.replace(bookmarks=(other,))) as session:
        bookmarks.go_to(session, 0)
        assert texts(session) == ["no bookmarks in this scene. M sets one"]
        bookmarks.add(session, "Else")
        assert names(session) == ["Else"] and len(session.state.bookmarks) == 2
        bookmarks.remove(session, session.state.bookmarks[1])
        assert session.state.bookmarks == (other,)


def test_they_are_undone_and_kept_in_settings(ctx):
    with session_of(ctx, STILL) as session:
        bookmarks.add(session)
        bookmarks.set_again(session, session.state.bookmarks[0])
        state = session.state
        bookmarks.remove(session, state.bookmarks[0])
        session.undo()
        assert session.state.bookmarks == state.bookmarks
        assert from_toml(to_toml(session.state)) == session.state


def test_the_panel(ctx):
    with app_of(ctx, STILL.replace(panels=("work",))) as app:
        session, row = app.session, "work/Bookmarks/0"
        play(app, {"do": "click", "widget": "work/Bookmarks/Set a bookmark here"}, {"do": "wait"})
        play(app, {"do": "scroll", "at": (400.0, 300.0), "steps": 3.0})
        there = session.camera.eye_m
        play(app, {"do": "click", "widget": f"{row}/Go"}, {"do": "wait"})
        assert session.camera.eye_m == pytest.approx(HERE.eye_m)
        session.undo()
        play(app, {"do": "click", "widget": f"{row}/Set"}, {"do": "wait"})
        assert session.state.bookmarks[0].camera.eye_m == there
        play(
            app,
            {"do": "click", "widget": f"{row}/name"},
            {"do": "key", "key": "ctrl+a"},
            {"do": "type", "text": "Lamp"},
            {"do": "key", "key": "enter"},
            {"do": "wait"},
        )
        assert names(session) == ["Lamp"]
        play(app, {"do": "click", "widget": f"{row}/×"}, {"do": "wait"})
        assert names(session) == [] and f"{row}/Go" not in PLACES


def test_a_click_goes_back_to_a_step_and_on_again(ctx):
    with app_of(ctx, STILL.replace(panels=("work",))) as app:
        session = app.session
        for stops in (1.0, 2.0, 3.0):
            session.edit(session.state.replace(exposure_stops=stops), f"exposure {stops:g}")
        play(app, {"do": "wait"}, {"do": "click", "widget": "work/Done/done 0"}, {"do": "wait"})
        assert session.state.exposure_stops == 1.0
        assert session.history.names == (("exposure 1",), ("exposure 2", "exposure 3"))
        play(app, {"do": "click", "widget": "work/Done/undone 1"}, {"do": "wait"})
        assert session.state.exposure_stops == 3.0
        play(app, {"do": "click", "widget": "work/Done/Undo"})
        assert session.state.exposure_stops == 2.0
        play(app, {"do": "click", "widget": "work/Done/Redo"})
        assert session.state.exposure_stops == 3.0


def test_undo_leaves_what_is_not_of_the_picture():
    history = History()
    history.record(ViewState(), "x", 0.0)
    now = ViewState(quality="fast", size=(9, 9), record=RecordState(fps=30), help=True)
    back = history.undo(now)
    assert back == ViewState(size=(9, 9), record=RecordState(fps=30), help=True)
    assert {"size", "record"} <= set(KEPT)
