"""Photographs in the viewer: what is shown is what `diskblur apply` writes."""

import dataclasses
import math

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from view_parts import SIZE, app_of, display_picture, library, picture, play

from realtime.bank import write_bank, write_lowrank
from realtime.cli import main
from realtime.effects import TiltShift
from realtime.pictures import Photograph, encode_srgb, exr, write_display, write_photograph
from realtime.view import launch, photo_scene
from realtime.view.gui import layout
from realtime.view.gui.widgets import PLACES
from realtime.view.headless import HeadlessSurface
from realtime.view.inspect.error_view import RAMP
from realtime.view.inspect.late import LAG
from realtime.view.library import Library, blurs_of
from realtime.view.photo_renderer import BESIDE, fitting
from realtime.view.photo_scene import PhotoScene, load_photo
from realtime.view.session import Session
from realtime.view.state import EffectState, LensState, ViewState

pytestmark = pytest.mark.gl


def lopsided_photo(size=SIZE) -> np.ndarray:
    """[H, W, 3] uint8: no symmetry, smooth and with edges."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    red = 255 * x / size[0]
    green = np.where((x > 20) & (y < 25), 240, 30 + y)
    blue = 127 + 120 * np.sin(x / 5 + y / 3)
    return np.stack((red, green, blue), -1).astype(np.uint8)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write_display(tmp_path / "p.png", lopsided_photo())
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    write_lowrank(tmp_path / "low.safetensors", lopsided_lowrank())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def tests_context(ctx, monkeypatch) -> None:
    monkeypatch.setattr(
        launch, "HeadlessSurface", lambda size, scale: HeadlessSurface(size, scale, ctx)
    )
    for module in ("apply", "settings_render"):
        monkeypatch.setattr(f"realtime.cli.{module}.headless_context", lambda: ctx)


PLAIN = ViewState(scene="p.png", paused=True)
BLURRED = PLAIN.replace(bank="bank.safetensors", left="sparse", lens=LensState(radius=0.03))


@pytest.fixture
def session(ctx, folder):
    made = Session(ctx, PLAIN, Library())
    yield made
    made.release()


def texts(session) -> list[str]:
    return [message.text for message in session.messages.shown()]


def test_a_photograph_is_shown_as_it_is(session):
    """To the bit: nothing is tone-mapped, scaled or turned."""
    assert session.is_photo and session.blurs == ("none",)
    assert np.array_equal(picture(session), lopsided_photo())


@pytest.mark.parametrize("kind", ["jpg", "exr", "npy"])
def test_every_kind_of_picture(ctx, folder, kind):
    light = np.linspace(0, 1, 96 * 64 * 3, dtype="f4").reshape(64, 96, 3)
    if kind == "jpg":
        write_photograph("q.jpg", Photograph(lopsided_photo()))
    elif kind == "exr":
        exr.write(folder / "q.exr", light)
    else:
        np.save(folder / "q.npy", light)
    made = Session(ctx, PLAIN.replace(scene=f"q.{kind}"), Library())
    shown = picture(made).astype(int)
    made.release()
    if kind == "jpg":
        assert np.abs(shown - lopsided_photo()).mean() < 4
    else:
        assert (np.diff(shown.reshape(-1)) >= -1).all() and shown.max() == 255


@pytest.mark.parametrize(
    ("blur", "effects"),
    [
        ("sparse", ["uniform:radius=0.03"]),
        ("dense", ["uniform:radius=0.03"]),
        ("none", ["tilt-shift:angle=20,sharp=0.02,falloff=0.1,radius=0.05"]),
        ("sparse", ["uniform:radius=0.03", "tilt-shift:sharp=0.02,falloff=0.1,radius=0.05"]),
    ],
)
def test_the_viewer_shows_what_apply_writes(session, folder, blur, effects):
    given = [word for text in effects for word in ("--effect", text)]
    kernel = "dense" if blur == "dense" else "sparse"
    command = ["apply", "p.png", "--bank", "bank.safetensors", "--blur", kernel, *given]
    assert main([*command, "--out", "q.png"]) == 0
    tilted = TiltShift(angle=20 if blur == "none" else 0, sharp=0.02, falloff=0.1, radius=0.05)
    states = tuple(EffectState(tilted) for text in effects if text.startswith("tilt"))
    session.set(BLURRED.replace(left=blur, effects=states))
    got, want = picture(session).astype(int), display_picture(folder / "q.png")
    assert np.abs(got - lopsided_photo()).mean() > 1, "something is blurred"
    assert np.abs(got - want).max() <= 2, "half floats, and the file is dithered"


def test_it_is_fitted_into_the_middle_and_does_not_bleed(session):
    session.set(BLURRED)
    shown = picture(session, (150, 64)).astype(int)
    assert np.array_equal(shown[:, 27:123], picture(session))
    beside = shown[:, :27]
    assert (beside == beside[0, 0]).all() and 0 < beside[0, 0, 0] < 30 and BESIDE < 0.01
    assert fitting((96, 64), (150, 64)) == (96, 64) and fitting((96, 64), (48, 99)) == (48, 32)
    assert fitting((10000, 10), (100, 100)) == (100, 1)


def test_smaller_is_a_mean_of_what_it_stands_for(session):
    small = picture(session, (48, 32)).astype(float)
    pairs = lopsided_photo().astype(float).reshape(32, 2, 48, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - pairs)[5:-5, 15:-5].mean() < 3


def test_large_photographs_are_kept_smaller(folder, monkeypatch):
    monkeypatch.setattr(photo_scene, "MOST_SIDE_PX", 50)
    photo = load_photo("p.png")
    assert photo.whole_size == (96, 64) and photo.light.shape == (32, 48, 4)
    monkeypatch.setattr(photo_scene, "MOST_SIDE_PX", 4096)
    whole = load_photo("p.png").light.astype("f4")
    means = whole.reshape(32, 2, 48, 2, 4).mean(axis=(1, 3))
    assert np.abs(photo.light - means).max() < 1e-3


def test_alpha_is_over_black(ctx, folder):
    pixels = np.dstack([lopsided_photo(), np.full((64, 96), 0, np.uint8)])
    write_photograph("q.png", Photograph(pixels))
    made = Session(ctx, PLAIN.replace(scene="q.png"), Library())
    assert (picture(made) == 0).all()
    made.release()


def test_exposure_and_the_two_sides(session):
    session.set(BLURRED.replace(left="none", right="sparse", split=True, split_at=0.5))
    both = picture(session)
    assert np.array_equal(both[:, :48], lopsided_photo()[:, :48])
    session.set(session.state.replace(split=False, left="sparse"))
    assert np.array_equal(both[:, 48:], picture(session)[:, 48:])
    session.set(PLAIN.replace(exposure_stops=-1.0))
    assert picture(session).mean() < 0.8 * lopsided_photo().mean()


def test_the_brackets_change_the_blur(session):
    session.set(BLURRED)
    session.open_aperture(2.0)
    assert session.state.lens.radius == pytest.approx(0.06)


def test_camera_and_focus_stay(session):
    session.move_camera(lambda hands: hands.dolly(2.0))
    session.focus_at((20.0, 20.0))
    assert session.state == PLAIN
    assert session.stage.renderer.distance_at((1, 1), session.camera) == math.inf


def test_what_a_bank_can_do_for_a_photograph():
    bank = lopsided_bank()
    bare = dataclasses.replace(bank, targets=None)
    assert blurs_of(bank, is_photo=True) == ("sparse", "dense", "none")
    assert blurs_of(bare, is_photo=True) == ("sparse", "none")
    assert blurs_of(lopsided_lowrank(), is_photo=True) == blurs_of(None, is_photo=True) == ("none",)


def test_from_a_scene_to_a_photograph_and_back(ctx, folder):
    made = Session(ctx, ViewState(scene="lopsided", left="none", paused=True), library())
    scene = picture(made)
    assert made.open("p.png") and np.array_equal(picture(made), lopsided_photo())
    assert texts(made) == ["p.png opened"]
    assert isinstance(made.scene, PhotoScene)
    made.undo()
    assert np.array_equal(picture(made), scene) and not made.is_photo
    made.release()


def test_effects_can_be_seen_alone_and_beside_none(session):
    effects = (EffectState(TiltShift(sharp=0.0, falloff=0.01, radius=0.05)),)
    state = PLAIN.replace(bank="bank.safetensors", effects=effects, split=True)
    session.set(state.replace(right_effects=False))
    shown = picture(session)
    assert np.array_equal(shown[:, 48:], lopsided_photo()[:, 48:])
    assert not np.array_equal(shown[:, :48], lopsided_photo()[:, :48])
    stacks = session.stage.renderer._stacks
    stack = next(iter(stacks.values()))
    session.set(session.state.with_effect(0, EffectState(TiltShift(radius=0.01))))
    picture(session)
    assert next(iter(stacks.values())) is stack, "settings make nothing anew"


def test_effects_that_have_no_dense_kernels_are_a_message(session, folder):
    write_bank("bare.safetensors", dataclasses.replace(lopsided_bank(), targets=None))
    effects = (EffectState(TiltShift(), banks=("bare.safetensors",)),)
    session.set(BLURRED.replace(left="dense", effects=effects))
    picture(session)
    assert "targets" in texts(session)[-1] and session.state.left == "none"


def test_errors_are_of_the_values_that_are_shown(ctx, session):
    """The error view and the PSNR beside it agree, also after a scene was compared."""
    session.library.give_scene("lopsided", library().scene("lopsided"))
    session.set(BLURRED.replace(scene="lopsided", split=True, right="none"))
    _measure(session)
    session.set(BLURRED.replace(split=True, right="none", error=True, error_gain=1.0))
    _measure(session)
    lights = [
        target.framebuffer.read(components=3, dtype="f4")
        for target in (session.left, session.right)
    ]
    left, right = (encode_srgb(np.frombuffer(light, "f4")) for light in lights)
    want = -10 * math.log10(np.mean((left - right) ** 2))
    assert session.inspector.psnr == {"sides": pytest.approx(want, abs=0.05)}
    most = np.abs(left - right).reshape(SIZE[1], SIZE[0], 3)[::-1].max(axis=-1)
    ramp, places = np.array(RAMP), np.linspace(0, 1, len(RAMP))
    green = np.interp(most, places, ramp[:, 1])
    np.testing.assert_allclose(picture(session)[..., 1] / 255, green, atol=0.01)


def _measure(session):
    for _ in range(LAG + 2):
        session.inspector.asks.psnr = True
        session.inspector.advance(1.0)
        picture(session)


def test_tune_has_no_passes_of_a_photograph(ctx, folder):
    with app_of(ctx, ViewState(scene="lopsided", paused=True, panels=("tune",))) as app:
        assert "tune/Passes" in PLACES
        play(app, {"do": "drop", "files": (str(folder / "p.png"),)}, {"do": "wait", "frames_": 2})
        assert "tune/Passes" not in PLACES and "tune/Output/Resolution" in PLACES


def test_panels_have_what_applies(ctx, folder):
    with app_of(ctx) as app:
        play(app, {"do": "drop", "files": (str(folder / "p.png"),)}, {"do": "wait", "frames_": 2})
        assert app.session.is_photo
        assert "see/Lens/Blur" in PLACES and "see/View/Exposure" in PLACES
        for gone in ("Lens/Focus", "Lens/Tilt", "Blur/Quality", "Blur/Show", "View/Camera"):
            assert f"see/{gone}" not in PLACES
        play(app, {"do": "drag", "widget": "see/Lens/Blur", "start": 0.1, "end": 0.5})
        assert app.session.state.lens.radius == pytest.approx(0.04, abs=0.004)
        play(app, {"do": "drag", "from_": (500.0, 400.0), "to": (600.0, 500.0)})
        play(app, {"do": "click", "at": (500.0, 400.0)}, {"do": "key", "key": "w", "hold": 3})
        assert app.session.state.camera is None


# --- diskblur view PHOTO --------------------------------------------------------------------------


def view(*words: str) -> int:
    return main(["view", "p.png", "--size", "96x64", "--headless-shot", "shot.png", *words])


def test_view_opens_a_photograph(folder, capsys):
    assert view() == 0
    assert np.array_equal(display_picture(folder / "shot.png"), lopsided_photo())
    assert view("--bank", "bank.safetensors", "--coc-radius", "0.03") == 0
    assert "diskblur  p  sparse  24 frames/s  CoC 3.00%" in capsys.readouterr().out
    blurred = display_picture(folder / "shot.png")
    words = ("--bank", "bank.safetensors", "--effect", "uniform:radius=0.03")
    assert view(*words) == 0
    assert np.array_equal(display_picture(folder / "shot.png"), blurred), "an effect is not doubled"


def test_settings_of_a_photograph_are_rendered(ctx, folder):
    assert view("--bank", "bank.safetensors", "--coc-radius", "0.03") == 0
    (folder / "a.toml").write_text(
        'scene = "p.png"\nbank = "bank.safetensors"\nleft = "sparse"\nsize = [96, 64]\n'
        "[lens]\nradius = 0.03\n"
    )
    assert main(["render", "--settings", "a.toml", "--out", "b.png"]) == 0
    assert np.array_equal(display_picture(folder / "b.png"), display_picture(folder / "shot.png"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--bank", "bank.safetensors", "--blur", "lens"], "--blur: 'lens' for a photograph"),
        (["--bank", "low.safetensors", "--blur", "sparse"], "--bank: low rank, cascades expected"),
        (["--f-number", "2"], "lens f_number: 2 given for an artistic lens"),
    ],
)
def test_what_is_refused(folder, capsys, words, message):
    assert view(*words) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1 and "expected" in error


def test_what_is_no_picture(folder, capsys):
    (folder / "bad.png").write_bytes(b"no picture at all")
    assert main(["view", "bad.png", "--headless-shot", "x.png"]) == 2
    assert capsys.readouterr().err.startswith("diskblur view: bad.png: ")


@pytest.mark.parametrize("name", ["bad.png", "bad.jpg", "bad.exr", "bad.npy", "gone.png", "x.mov"])
def test_a_file_of_the_wrong_kind_is_a_message(session, folder, name):
    if not name.startswith("gone"):
        (folder / name).write_bytes(b"no picture at all")
    assert not session.open(name)
    (message,) = texts(session)
    assert message.startswith(f"{name}: ") and "expected" in message
    assert session.state == PLAIN and np.array_equal(picture(session), lopsided_photo())


def test_every_panel_and_key_is_harmless_over_a_photograph(ctx, folder):
    """What does not apply does nothing, or says so."""
    with app_of(ctx, ViewState(scene="lopsided", paused=True), (1000, 700)) as app:
        app.session.output.folder = folder
        play(app, {"do": "drop", "files": (str(folder / "bank.safetensors"),)})
        play(app, {"do": "drop", "files": (str(folder / "p.png"),)})
        chords = [chord for shortcut in layout.shortcuts() for chord in shortcut.chords]
        for chord in chords:
            if chord not in ("escape", "ctrl+v"):
                play(app, {"do": "key", "key": chord}, {"do": "wait", "frames_": 2})
                assert app.session.is_photo or chord.startswith("ctrl+"), chord
        assert ctx.error == "GL_NO_ERROR"
