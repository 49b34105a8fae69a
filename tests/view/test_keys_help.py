"""The help: columns that fit between the panels, and scroll where they are too high."""

import pytest
from view_parts import STILL, app_of, play

from realtime.view.gui import layout, style
from realtime.view.gui.keys_help import Room, balanced, fitting
from realtime.view.gui.widgets import PLACES

OPEN = STILL.replace(panels=("see", "inspect"), help=True)
HEIGHTS = {"a": 100.0, "b": 100.0, "c": 150.0, "d": 50.0}
WIDTHS = dict.fromkeys(HEIGHTS, 200.0)


def test_columns_keep_the_order_and_are_as_short_as_can_be():
    assert balanced(HEIGHTS, 1) == (("a", "b", "c", "d"),)
    assert balanced(HEIGHTS, 2) == (("a", "b"), ("c", "d"))
    assert balanced(HEIGHTS, 3) in ((("a",), ("b",), ("c", "d")), (("a", "b"), ("c",), ("d",)))


@pytest.mark.gl
@pytest.mark.parametrize(
    ("width", "height", "columns"),
    [(900, 500, 1), (900, 300, 2), (300, 300, 1), (500, 100, 2), (900, 100, 3), (150, 300, 0)],
)
def test_no_more_columns_than_are_needed_and_fit(ctx, width, height, columns):
    with app_of(ctx):  # for Dear ImGui's style
        assert len(fitting(HEIGHTS, WIDTHS, Room((0.0, width), height))) == columns


@pytest.mark.gl
@pytest.mark.parametrize("size", [(1024, 600), (1280, 720), (1920, 1080)])
def test_the_help_lies_between_the_panels(ctx, size):
    with app_of(ctx, OPEN, size=size) as app:
        play(app, {"do": "wait", "frames_": 3})
        left, top, right, bottom = PLACES["help"]
        taken = style.MARGIN + style.PANEL_WIDTH
        assert taken <= left < right <= size[0] - taken
        assert 0 <= top < bottom <= size[1]


@pytest.mark.gl
@pytest.mark.parametrize("way", ["wheel", "keys"])
def test_what_is_too_high_is_scrolled(ctx, way):
    with app_of(ctx, OPEN, size=(1024, 600)) as app:
        play(app, {"do": "wait", "frames_": 3})
        left, top, right, bottom = map(int, PLACES["help"])
        before, camera = app.picture(), app.session.state.camera
        if way == "wheel":
            play(app, {"do": "scroll", "at": (512.0, 300.0), "steps": -5.0})
        else:
            play(app, {"do": "key", "key": "down", "hold": 6})
        play(app, {"do": "wait", "frames_": 3})
        changed = (app.picture() != before).any(axis=2)
        assert changed[top:bottom, left:right].mean() > 0.05
        assert changed[:, 360:left].sum() == 0 and app.session.state.camera == camera


def test_panels_stand_in_the_order_of_their_keys():
    keys = [line.shown for line in layout.shortcuts() if line.group == "Panels"]
    assert keys == [f"F{number}" for number in range(2, 7)]
