"""Users in files: what a script may say, and what it does."""

import re

import numpy as np
import pytest
from view_parts import PANELS_SIZE, STEP_S, STILL, app_of, display_picture

from realtime.errors import UsageError
from realtime.view.script import ACTIONS, read_script

SPLIT = STILL.replace(split=True, split_at=0.75)


def action(text: str) -> str:
    return f"[[action]]\n{text}\n"


@pytest.mark.gl
def test_a_script_drags_presses_and_photographs(ctx, tmp_path):
    file = tmp_path / "user.toml"
    file.write_text(
        action('do = "shot"\nfile = "before.png"')
        + action('do = "drag"\nfrom = [480, 300]\nto = [576, 300.5]\nframes = 2')
        + action('do = "key"\nkey = "ctrl+z"')
        + action('do = "key"\nkey = "ctrl+shift+z"')
        + action('do = "click"\nwidget = "see/Scene/Paused"')
        + action('do = "wait"\nframes = 2')
        + action('do = "shot"\nfile = "after.png"')
    )
    with app_of(ctx, SPLIT) as app:
        app.run(script=read_script(file, tmp_path / "shots"), step_s=STEP_S)
        assert app.session.state.split_at == pytest.approx(0.9)
        assert not app.session.state.paused
        last = app.picture()
    before, after = (display_picture(tmp_path / "shots" / n) for n in ("before.png", "after.png"))
    assert before.shape == after.shape == (PANELS_SIZE[1], PANELS_SIZE[0], 3)
    assert not np.array_equal(before, after)
    assert last.shape == after.shape


@pytest.mark.gl
def test_a_script_draws(ctx, tmp_path):
    file = tmp_path / "user.toml"
    canvas = 'widget = "make/Draw/Canvas"'
    file.write_text(
        action(f'do = "stroke"\n{canvas}\npoints = [[0.25, 0.1], [0.25, 0.75], [0.5, 0.75]]')
        + action('do = "stroke"\npoints = [[20, 20], [9, 300.5]]')
    )
    with app_of(ctx, STILL.replace(panels=("make",)), size=(900, 700)) as app:
        app.session.painter.fits_at_once = False
        app.run(script=read_script(file), step_s=STEP_S)
        light = app.session.painter.drawing.light
        side = len(light)
        assert light[side // 4, side // 4] == 1 and light[side // 4, side * 3 // 4] == 0
        assert light[side * 3 // 4, side * 7 // 16] == 1
        assert app.session.state.camera is not None, "beside the panel it orbits"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 3", "x, [[action]] expected"),
        ("action = 3", "action, [[action]] expected"),
        ("[[action]", "a TOML file expected. Mend it"),
        (action('do = "klick"'), "action 1: do = 'klick', one of click, drag, "),
        (action('do = "klick"'), "Did you mean click?"),
        (action("at = [1, 2]"), "action 1: do = None, one of click"),
        (action('do = "click"'), "action 1: click: at: no place, a place or a widget expected"),
        (action('do = "click"\nat = [1, 2]\nwidget = "a"'), "a place and a widget, a place or a"),
        (action('do = "click"\nat = [1]'), "click: at: [1], two numbers, px from the top left,"),
        (action('do = "click"\nplace = [1, 2]'), "click: place, one of at, widget, along,"),
        (action('do = "click"\nat = [1, 2]\nbutton = "up"'), "button: 'up', one of left, right"),
        (action('do = "click"\nat = [1, 2]\ndouble = 1'), "double: 1, true or false expected"),
        (action('do = "drag"\nfrom = [1, 2]'), "drag: to: none, a place beside from expected"),
        (action('do = "drag"\nwidget = "a"\nframes = 0'), "drag: frames: 0, 1 to 100000 expected"),
        (action('do = "stroke"'), "stroke: points: none, at least one expected. Give some"),
        (action('do = "stroke"\npoints = 3'), "stroke: points: 3, a list of [x, y] expected"),
        (action('do = "stroke"\npoints = [1, 2]'), "points: 1, two numbers, px from the top left"),
        (action('do = "wait"\nframes = 1.5'), "wait: frames: 1.5, a whole number expected"),
        (action('do = "wait"\nframes = 0'), "wait: frames: 0, 1 to 100000 expected"),
        (action('do = "key"\nkey = "ctrl+%"'), "key: key: '%', one of a, b, c"),
        (action('do = "key"\nkey = "strg+z"'), "key: key: 'strg', one of ctrl, shift"),
        (action('do = "type"\ntext = 3'), "type: text: 3, text expected"),
        (action('do = "drop"\nfiles = [1]'), "drop: files: [1], a list of texts expected"),
        (action('do = "scroll"'), "scroll: at: no place"),
        (action('do = "shot"\nfile = "a.jpg"'), "shot: file: 'a.jpg', the name of a .png file"),
        (action('do = "shot"\nfile = "../a.png"'), "'../a.png', the name of a .png file without"),
    ],
)
def test_what_a_script_cannot_say_is_named(tmp_path, text, message):
    file = tmp_path / "user.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(message)) as refused:
        read_script(file)
    assert str(refused.value).startswith(f"{file}: ")


def test_a_script_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"gone.toml: not readable .*Check --script"):
        read_script(tmp_path / "gone.toml")


def test_each_kind_of_action_has_its_own_word():
    words = "click drag stroke scroll key type drop wait shot save record"
    assert set(ACTIONS) == set(words.split())
