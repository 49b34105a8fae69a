"""Shaders, banks, scenes and pictures that change on the disk while the viewer runs."""

import os
import shutil

import numpy as np
import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE
from view_parts import SIZE, STEP_S, picture

from realtime.bank import write_bank
from realtime.errors import ShaderError
from realtime.gl import source
from realtime.pictures import write_display
from realtime.resources import folder
from realtime.view import reload
from realtime.view.app import App
from realtime.view.headless import HeadlessSurface
from realtime.view.library import Library
from realtime.view.reload import EVERY_S, Watch
from realtime.view.session import Session
from realtime.view.state import ViewState

pytestmark = pytest.mark.gl

STATE = ViewState(scene="small.toml", bank="bank.safetensors", left="sparse", paused=True)
PRESENT = "    o_color = vec4(srgb("


@pytest.fixture
def shaders(tmp_path, monkeypatch):
    """A copy of the shaders that a test may break."""
    copy = tmp_path / "shaders"
    shutil.copytree(folder("shaders"), copy)
    for module in (source, reload):
        monkeypatch.setattr(module, "folder", lambda name: tmp_path / name)
    return copy


@pytest.fixture
def session(ctx, shaders, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SCENE_FILE)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    made = Session(ctx, STATE, Library())
    made.reload._clock = Clock()
    picture(made)
    look(made)
    yield made
    made.release()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        self.now += EVERY_S
        return self.now


def change(path, text: str) -> None:
    """As an editor does: the file has another time, however coarse the disk's clock is."""
    path.write_text(text)
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


def look(session, times: int = 2) -> None:
    for _ in range(times):
        session.reload.poll()


def texts(session) -> list[str]:
    return [message.text for message in session.messages.shown()]


# --- Watching -------------------------------------------------------------------------------------


def test_a_change_is_told_once_when_it_is_at_rest(tmp_path):
    file, watch = tmp_path / "a", Watch()
    change(file, "1")
    assert [watch.changed([file]) for _ in range(2)] == [set(), set()]
    change(file, "22")
    assert watch.changed([file]) == set(), "an editor may still be writing"
    change(file, "333")
    assert watch.changed([file]) == set()
    assert watch.changed([file]) == {file} and watch.changed([file]) == set()


def test_a_file_that_is_away_for_a_while_is_waited_for(tmp_path):
    file, watch = tmp_path / "a", Watch()
    change(file, "1")
    watch.changed([file])
    file.unlink()
    assert watch.changed([file]) == set()
    change(file, "22")
    assert [watch.changed([file]) for _ in range(2)] == [set(), {file}]


def test_files_are_looked_at_a_few_times_a_second(session):
    calls = []
    session.reload._clock = lambda: 1000.0
    session.reload.shaders.changed = lambda paths: calls.append(1) or set()
    look(session, 9)
    assert len(calls) == 1


# --- Shaders --------------------------------------------------------------------------------------


def test_a_changed_shader_is_seen(session, shaders):
    before = picture(session)
    file = shaders / "present.frag"
    change(file, file.read_text().replace(PRESENT, "    color = color.bgr;\n" + PRESENT))
    look(session)
    assert np.array_equal(picture(session), before[..., ::-1])
    assert texts(session) == ["present.frag: reloaded"]


def test_a_changed_include_is_seen_and_what_nobody_uses_is_not(session, shaders, monkeypatch):
    """Files are known by their names, so those that other tests have read are forgotten first."""
    monkeypatch.setattr(source, "_READ", source._READ - {"effects/radial.frag"})
    stage = session.stage
    change(shaders / "effects" / "radial.frag", "nonsense")
    look(session)
    assert session.stage is stage and texts(session) == []
    file = shaders / "inc" / "hdr.glsl"
    change(file, file.read_text() + "\n")
    look(session)
    assert session.stage is not stage and texts(session) == ["hdr.glsl: reloaded"]


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("present.frag", PRESENT, "present.frag:"),
        ("inc/hdr.glsl", "vec3 within_half", "inc/hdr.glsl:"),
        ("slice.frag", "void main", "slice.frag:"),
    ],
)
def test_a_broken_shader_is_named_and_the_last_good_one_goes_on(
    session, shaders, file, text, place
):
    before, good = picture(session), (shaders / file).read_text()
    assert text in good
    change(shaders / file, good.replace(text, f"    oops();\n{text}", 1))
    look(session)
    (message,) = texts(session)
    assert place in message and message.endswith("The last good version goes on.")
    assert np.array_equal(picture(session), before)
    session.messages._clock = lambda: 1e9
    assert texts(session) == [message], "it stays until it is mended"
    change(shaders / file, good + "\n")
    look(session)
    assert not any("error" in text for text in texts(session)) and session.reload.broken is None
    assert np.array_equal(picture(session), before)


def test_an_input_that_is_gone_is_named(session, shaders):
    file = shaders / "copy.frag"
    before = picture(session)
    session.set(STATE.replace(left="none"))
    sharp = picture(session)
    change(file, file.read_text().replace("+ u_corner", ""))
    look(session)
    assert "no uniform u_corner" in texts(session)[0]
    assert np.array_equal(picture(session), sharp) and not np.array_equal(sharp, before)


def test_a_second_mistake_takes_the_place_of_the_first(session, shaders):
    file = shaders / "present.frag"
    good = file.read_text()
    for name in ("one", "two"):
        change(file, good.replace(PRESENT, f"    {name}();\n" + PRESENT))
        look(session)
    (message,) = texts(session)
    assert "two" in message and "one" not in message


def test_an_emptied_shader_is_a_message(session, shaders):
    before = picture(session)
    change(shaders / "present.frag", "")
    look(session)
    assert "present.frag: no #version" in texts(session)[0]
    assert np.array_equal(picture(session), before)


def test_the_interfaces_own_shader(session, shaders, ctx):
    surface = HeadlessSurface((640, 400), 1.0, ctx)
    app = App(surface, session)
    for _ in range(3):
        app.frame(STEP_S)
    before, file = app.picture(), shaders / "gui.frag"
    good = file.read_text()
    assert "void main() {" in good
    change(file, good.replace("void main() {", "void main() { oops();"))
    look(session)
    assert "gui.frag:" in texts(session)[0]
    session.messages._all.clear()
    app.frame(STEP_S)
    assert np.abs(app.picture().astype(int) - before)[:300].max() == 0
    inverted = good.rstrip().removesuffix("}") + "\n    o_color.rgb = 1.0 - o_color.rgb;\n}\n"
    change(file, inverted)
    look(session)
    app.frame(STEP_S)
    panel = app.picture()[20:300, 20:300].mean()
    assert panel > 150 > before[20:300, 20:300].mean()
    app.release()
    surface.release()


def test_renewing_leaves_all_as_it_was_where_it_fails(session, monkeypatch):
    stage = session.stage

    def refuse(*_, **__):
        raise ShaderError("x")

    monkeypatch.setattr("realtime.view.stage.Stage.draw", refuse)
    with pytest.raises(ShaderError):
        session.renew()
    assert session.stage is stage


# --- Banks, scenes, pictures ----------------------------------------------------------------------


def test_a_changed_bank_is_taken_without_a_stutter(session, tmp_path):
    before, renderer = picture(session), session.stage.renderer
    wide = lopsided_bank()
    wide = type(wide)(wide.axes, tuple(0.4 * o for o in wide.offsets), wide.weights, wide.targets)
    write_bank(tmp_path / "bank.safetensors", wide)
    os.utime(tmp_path / "bank.safetensors", ns=(1, 10**18))
    look(session)
    assert texts(session) == ["bank.safetensors: reloaded"]
    assert renderer.bank is not session.bank, "its programs are made first, one a frame"
    for _ in range(60):
        after = picture(session)
    assert renderer is session.stage.renderer and renderer.bank is session.bank
    assert not np.array_equal(after, before)


def test_a_broken_bank_is_named_and_the_last_good_one_goes_on(session, tmp_path):
    before = picture(session)
    (tmp_path / "bank.safetensors").write_bytes(b"nothing")
    look(session)
    (message,) = texts(session)
    assert message.startswith("bank.safetensors: ") and "The last good version goes on" in message
    assert np.array_equal(picture(session), before)
    look(session, 6)
    assert texts(session) == [message], "told once"


def test_a_changed_scene_is_taken_and_a_broken_one_is_not(session, tmp_path):
    before = picture(session)
    change(tmp_path / "small.toml", SCENE_FILE.replace("0.9, 0.1, 0.1", "0.1, 0.9, 0.1"))
    look(session)
    green = picture(session)
    assert texts(session) == ["small.toml: reloaded"] and not np.array_equal(green, before)
    change(tmp_path / "small.toml", SCENE_FILE + "colour = 3\n")
    look(session)
    assert "colour" in texts(session)[-1] and np.array_equal(picture(session), green)


def test_a_changed_picture_is_taken(session, tmp_path):
    file = tmp_path / "p.png"
    for level in (40, 200):
        write_display(file, np.full((64, 96, 3), level, np.uint8))
        os.utime(file, ns=(1, 10**18 + level * 10**9))
        if level == 40:
            session.open("p.png")
            session.set(session.state.replace(left="none"))
        look(session)
        assert (picture(session, SIZE) == level).all()
