"""The painter in the viewer, driven as a user does, with a fitter process behind it."""

import os
import signal
import time
from contextlib import contextmanager

import numpy as np
import pytest
from banks import lopsided_bank
from PIL import Image
from scenes3d import LENS
from view_parts import BANK, SCENE, STEP_S, STILL, app_of, play

from realtime.bank import read_bank
from realtime.math3d import placement
from realtime.renderer import Renderer
from realtime.scene.camera import CameraPath, Key
from realtime.scene.model import Material, Object, Scene
from realtime.scene.primitives import primitive
from realtime.view.events import Button, Move
from realtime.view.gui.widgets import PLACES
from realtime.view.make.drawing import SIDE
from realtime.view.make.kernel import at_radius, kernel_of
from realtime.view.make.painter import DRAWN
from realtime.view.make.response import impulse_response
from realtime.view.refit import Refit

pytestmark = pytest.mark.gl

QUICK = {"taps": [6, 4], "knots": 5, "seeds": 2, "sweeps": 0, "seed_iterations": 20}
QUICK |= {"top_iterations": 20, "knot_iterations": 8}
STAGES = [QUICK, QUICK | {"taps": [9, 6]}]
LONG = [{"taps": [32, 16, 16], "knots": 64, "seeds": 64, "seed_iterations": 256}]
PATIENCE_S = 60.0
CANVAS = "make/Draw/Canvas"
L = ((0.3, 0.15), (0.3, 0.5), (0.3, 0.8), (0.5, 0.8), (0.65, 0.8))
OPEN = STILL.replace(panels=("make",))


@pytest.fixture(scope="module")
def fitter():
    """One process for all tests: loading torch takes seconds."""
    refit = Refit(STAGES)
    yield refit
    refit.close()


@contextmanager
def painting(ctx, refit, state=OPEN, scene=None, **kwargs):
    """A viewer with the painter open. The process outlives it."""
    with app_of(ctx, state.replace(panels=()), **kwargs) as app:
        if scene is not None:
            app.session.library.give_scene(SCENE, scene)
            app.session.set(app.session.state)
        app.session.painter.refit = refit
        app.session.painter.radius_px = 8.0
        refit.stages = STAGES
        app.session.set(state.replace(render_scale=0.25))
        app.run(3, step_s=STEP_S)
        try:
            yield app
        finally:
            refit.cancel()
            app.session.painter.refit = Refit()


def run_until(app, done):
    end = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end, app.session.messages.shown()
        app.frame(STEP_S)


def fitted(app, stage=1):
    """Let the scene take the bank of a stage; where frames are slow, the last one may overtake."""
    run_until(app, lambda: errors(app) or any(one.stage >= stage for one in came_of(app)))
    assert not errors(app)


def came_of(app):
    return app.session.painter.came


def stroke(app, *points, widget=CANVAS):
    play(app, {"do": "stroke", "widget": widget, "points": points})


def texts(app):
    return [message.text for message in app.session.messages.shown()]


def errors(app):
    return [one.text for one in app.session.messages.shown() if one.kind == "error"]


# --- From the pen to the scene --------------------------------------------------------------------


def light_scene():
    """One small light far behind the focus in front of nothing, high on the left."""
    light = Material((0, 0, 0), emissive=(4e3, 4e3, 4e3))
    lamp = Object(primitive("sphere"), light, placement((-0.4, 0.5, -6.0), scale=[0.006] * 3))
    keys = (Key(0.0, (0, 0, 0), (0, 0, -2)),)
    return Scene("light", CameraPath(keys, far_m=50.0), LENS, (lamp,))


def test_an_l_drawn_is_an_l_on_the_screen(ctx, fitter):
    with painting(ctx, fitter, scene=light_scene(), size=(1000, 700)) as app:
        session = app.session
        stroke(app, *L)
        fitted(app)
        assert session.state.bank == DRAWN and session.bank is session.painter.came[-1].bank
        foot, none = ((int(y * SIDE), int(0.5 * SIDE)) for y in (0.8, 0.2))
        light, screen = session.painter.drawing.light, app.picture()
        assert light[foot] == 1 and light[none] == 0
        for y, bright in ((0.8, 255), (0.2, 0)):
            x, y = app.place_of(CANVAS, 0.5, y)
            assert (screen[int(y), int(x)] == bright).all(), "the canvas is upright"
        session.set(session.state.replace(render_scale=1.0, panels=()))
        session.set(session.state.with_lens(f_number=0.8))
        app.run(6, step_s=STEP_S)
        seen = app.session.stage.renderer.read_linear().sum(axis=2)
    bokeh, drawn = _box(seen), _box(session.painter.wanted())
    assert min(bokeh.shape) > 12, "it is blurred"
    shape = np.asarray(Image.fromarray(bokeh.astype("f4")).resize(drawn.shape[::-1]))

    def likeness(picture):
        return np.corrcoef(picture.ravel(), drawn.ravel())[0, 1]

    turned = (shape[::-1], shape[:, ::-1], shape[::-1, ::-1])
    assert likeness(shape) > 0.8 and max(map(likeness, turned)) < 0.4


def _box(light):
    """What is lit of a picture."""
    rows, columns = np.nonzero(light > 0.25 * light.max())
    return light[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def test_both_sides_take_both_banks_without_a_stop(ctx, fitter):
    split = OPEN.replace(split=True, left="sparse", right="dense", split_at=0.3)
    with painting(ctx, fitter, split, size=(1000, 700)) as app:
        before = app.picture().astype(int)
        fitter.stages = [QUICK, STAGES[1] | {"seeds": 16, "seed_iterations": 64}]  # some way apart
        stroke(app, *L)
        fitted(app, 0)
        assert [came.bank.layers for came in app.session.painter.came] == [(6, 4)]
        fitted(app, 1)
        assert [came.bank.layers for came in app.session.painter.came] == [(6, 4), (9, 6)]
        assert 0 < app.session.painter.came[0].seconds < app.session.painter.came[1].seconds
        app.run(2, step_s=STEP_S)
        changed = (app.picture() != before).any(axis=2)
        assert changed[100:600, :290].mean() > 0.1 and changed[100:600, 310:660].mean() > 0.1
        assert app.session.blurs[:2] == ("sparse", "dense") and not texts(app)
        assert ctx.error == "GL_NO_ERROR"
        play(app, {"do": "click", "widget": "make/Bokeh/Back"})
        assert app.session.state.bank == BANK
        app.frame(STEP_S, [Move((20.0, 20.0))])
        play(app, {"do": "key", "key": "ctrl+z"})
        assert app.session.state.bank == DRAWN, "the way back can be undone"


def test_without_a_bank_the_scene_is_blurred_by_the_first(ctx, fitter):
    with painting(ctx, fitter, OPEN.replace(bank=None, left="none")) as app:
        stroke(app, *L)
        fitted(app, 0)
        assert app.session.state.left == "sparse"
        play(app, {"do": "click", "widget": "make/Bokeh/Back"})
        assert app.session.state.bank is None and app.session.state.left == "none"


def test_the_previews_show_target_and_response(ctx, fitter):
    with painting(ctx, fitter, size=(1000, 700)) as app:
        stroke(app, *L)
        fitted(app)
        app.run(2, step_s=STEP_S)
        painter = app.session.painter
        target, response = painter.wanted(), painter.fitted
        assert target.shape == response.shape == (17, 17)
        bank = painter.came[-1].bank
        np.testing.assert_allclose(target, bank.targets[0, -1], atol=1e-6)
        assert np.corrcoef(target.ravel(), response.ravel())[0, 1] > 0.9
        assert np.array_equal(response, impulse_response(bank, 8.0, 8))
        shown = painter.target.texture.read()
        grey = np.frombuffer(shown, "u1").reshape(17, 17, 4)[..., 0]
        assert grey.max() == 255 and grey[:, :8].sum() > grey[:, 9:].sum()


def test_the_response_is_what_the_taps_make_of_a_point():
    from banks import cascade_blur

    bank = lopsided_bank()
    point = np.zeros((41, 41, 1))
    point[20, 20] = 1
    for radius in (1.0, 4.1, 6.0):
        want = cascade_blur(point, bank, radius)[..., 0]
        np.testing.assert_allclose(impulse_response(bank, radius, 20), want, atol=1e-7)
        np.testing.assert_allclose(impulse_response(bank, radius, 3), want[17:24, 17:24], atol=1e-7)


# --- Drawing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "scale"), [((640, 900), 1.0), ((1280, 1800), 2.0)])
def test_a_quick_stroke_is_not_a_polygon(ctx, fitter, size, scale):
    """All places count, although one frame saw them all."""
    with painting(ctx, fitter, size=size, scale=scale) as app:
        painter = app.session.painter
        painter.fits_at_once = False
        corner, middle, other = (app.place_of(CANVAS, x, y) for x, y in (L[0], L[2], L[4]))
        app.frame(STEP_S, [Move(corner)])
        app.frame(STEP_S, [Button("left", True), Move(middle), Move(other), Button("left", False)])
        app.run(4, step_s=STEP_S)
        light = painter.drawing.light
        assert not painter.drawing.is_drawing and light[int(0.8 * SIDE), int(0.3 * SIDE)] == 1
        assert light[int(0.475 * SIDE), int(0.475 * SIDE)] == 0, "not straight to the end"


def test_tools_by_clicks(ctx, fitter):
    with painting(ctx, fitter) as app:
        painter = app.session.painter
        painter.fits_at_once = False
        play(app, {"do": "drag", "widget": "make/Draw/Size", "start": 0.6, "end": 0.9})
        assert 0.35 < painter.brush.diameter < 0.5
        play(app, {"do": "drag", "widget": "make/Draw/Hardness", "start": 0.9, "end": 0.25})
        assert painter.brush.hardness == pytest.approx(0.25, abs=0.03)
        stroke(app, (0.5, 0.5))
        assert 0 < painter.drawing.light[SIDE // 2, int(0.7 * SIDE)] < 1
        play(app, {"do": "click", "widget": "make/Draw/Tool=eraser"})
        stroke(app, (0.5, 0.5))
        assert painter.drawing.light[SIDE // 2, SIDE // 2] == 0
        play(
            app,
            {"do": "click", "widget": "make/Draw/Tool=shape"},
            {"do": "click", "widget": "make/Draw/Shape"},
            {"do": "click", "widget": "make/Draw/Shape=star"},
            {"do": "drag", "widget": "make/Draw/Points", "start": 0.1, "end": 0.3},
            {"do": "drag", "widget": "make/Draw/Rotation", "start": 0.5, "end": 0.6},
        )
        star = painter.shape
        assert star.kind == "star" and star.count == 7 and 20 < star.rotation_deg < 50
        assert np.array_equal(painter.drawing.light, star.light(SIDE))
        play(app, {"do": "click", "widget": "make/Draw/Tool=text"})
        play(app, {"do": "click", "widget": "make/Draw/Text"}, {"do": "type", "text": "L"})
        play(app, {"do": "key", "key": "enter"})
        drawn = painter.drawing.light
        assert painter.text == "L" and drawn[:, :100].sum() > drawn[:, 156:].sum()
        play(app, {"do": "click", "widget": "make/Draw/Mirror"})
        assert np.array_equal(painter.drawing.light, drawn[:, ::-1])
        play(app, {"do": "click", "widget": "make/Draw/Undo"})
        assert np.array_equal(painter.drawing.light, drawn)


def test_undo_over_the_painter_is_the_last_stroke(ctx, fitter):
    with painting(ctx, fitter) as app:
        painter, session = app.session.painter, app.session
        painter.fits_at_once = False
        session.edit(session.state.replace(exposure_stops=1.0), "exposure")
        stroke(app, (0.5, 0.5), (0.6, 0.6))
        play(app, {"do": "key", "key": "ctrl+z"})
        assert not painter.drawing.light.any() and session.state.exposure_stops == 1.0
        play(app, {"do": "key", "key": "ctrl+y"})
        assert painter.drawing.light.any()
        app.frame(STEP_S, [Move((20.0, 20.0))])
        play(app, {"do": "key", "key": "ctrl+z"})
        assert painter.drawing.light.any() and session.state.exposure_stops == 0.0
        app.frame(STEP_S, [Move(app.place_of(CANVAS))])
        play(app, {"do": "key", "key": "f3"}, {"do": "key", "key": "ctrl+y"})
        assert session.state.exposure_stops == 1.0, "closed, it is not in the way"


def test_its_key_brings_it_to_the_front(ctx, fitter):
    with painting(ctx, fitter, OPEN.replace(panels=("tune",)), size=(1000, 700)) as app:
        assert CANVAS not in PLACES
        play(app, {"do": "key", "key": "f3"}, {"do": "wait", "frames_": 2})
        assert CANVAS in PLACES
        play(app, {"do": "click", "widget": "Tune"}, {"do": "wait"})
        assert CANVAS not in PLACES and app.session.state.is_open("make")


def test_a_photograph_is_blurred_by_what_is_drawn(ctx, fitter, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.kron(np.eye(8), np.full((8, 8), 255)).astype("u1")).save(path)
    with painting(ctx, fitter) as app:
        app.session.set(app.session.state.replace(panels=()))
        assert app.session.open(path)
        app.session.set(app.session.state.replace(panels=("make",), left="sparse"))
        app.run(2, step_s=STEP_S)
        before = app.picture().astype(int)
        stroke(app, *L)
        fitted(app)
        assert app.session.state.left == "sparse" and app.session.bank is came_of(app)[-1].bank
        assert (app.picture() != before)[:, :300].any()


def test_a_picture_dropped_or_copied_is_drawn_while_the_painter_is_open(ctx, fitter, tmp_path):
    pixels = np.zeros((40, 20, 4), "u1")
    pixels[5:35, 2:8, 3] = pixels[28:35, 2:18, 3] = 255
    path = tmp_path / "shape of a foot.png"
    Image.fromarray(pixels).save(path)
    with painting(ctx, fitter) as app:
        painter = app.session.painter
        painter.fits_at_once = False
        play(app, {"do": "drop", "files": (str(path),)})
        drawn = painter.drawing.light
        assert drawn[SIDE // 2, int(0.35 * SIDE)] == 1 and drawn[30, SIDE // 2] == 0
        play(app, {"do": "click", "widget": "make/Draw/Clear"})
        app.surface.copy(f"file://{str(path).replace(' ', '%20')}\n")
        play(app, {"do": "key", "key": "ctrl+v"})
        assert np.array_equal(painter.drawing.light, drawn)
        (tmp_path / "bad.png").write_text("none")
        play(app, {"do": "drop", "files": (str(tmp_path / "bad.png"),)})
        assert "bad.png" in texts(app)[-1] and np.array_equal(painter.drawing.light, drawn)
        app.session.set(app.session.state.replace(panels=()))
        painter.drawing.clear()
        play(app, {"do": "drop", "files": (str(path),)})
        assert not painter.drawing.light.any(), "a closed painter takes nothing"


# --- What goes wrong ------------------------------------------------------------------------------


def test_a_fit_can_be_saved_and_left_while_the_next_one_runs(ctx, fitter, tmp_path):
    with painting(ctx, fitter) as app:
        painter = app.session.painter
        stroke(app, *L)
        fitted(app)
        fitter.stages = LONG
        stroke(app, (0.7, 0.2), (0.4, 0.6))
        run_until(app, lambda: painter.progress is not None)
        painter.file = str(tmp_path / "first")
        assert painter.has_drawn and painter.save() and painter.can_go_back
        play(app, {"do": "click", "widget": "make/Bokeh/Back"}, {"do": "wait"})
        assert app.session.state.bank == BANK and not painter.is_fitting


@pytest.mark.parametrize(
    ("size", "expected"), [(0, "drawing: blank"), (1, "drawing: 1 × 1 px, a shape")]
)
def test_blank_and_one_pixel_are_told(ctx, fitter, size, expected):
    with painting(ctx, fitter) as app:
        painter, bank = app.session.painter, app.session.bank
        light = np.zeros((SIDE, SIDE), "f4")
        light[9 : 9 + size, 7 : 7 + size] = 1
        painter.drawing.put(light)
        play(app, {"do": "click", "widget": "make/Bokeh/Fit"}, {"do": "wait"})
        assert texts(app)[-1].startswith(expected) and not painter.is_fitting
        assert app.session.bank is bank
        stroke(app, *L)
        run_until(app, lambda: came_of(app))


def test_cancelled_and_drawn_again(ctx, fitter):
    with painting(ctx, fitter) as app:
        painter, bank = app.session.painter, app.session.bank
        fitter.stages = LONG
        stroke(app, *L)
        run_until(app, lambda: painter.progress is not None)
        play(app, {"do": "click", "widget": "make/Bokeh/Cancel"}, {"do": "wait", "frames_": 3})
        assert not painter.is_fitting and app.session.bank is bank and not texts(app)
        stroke(app, (0.7, 0.2), (0.4, 0.6))
        run_until(app, lambda: painter.progress is not None)
        fitter.stages = STAGES
        stroke(app, (0.2, 0.7), (0.3, 0.9))  # while it fits: the pen ends that
        fitted(app)
        want = at_radius(kernel_of(painter.drawing.light), 8.0, 8)
        np.testing.assert_allclose(painter.came[-1].bank.targets[0, -1], want, atol=1e-6)


def test_a_killed_fitter_is_told_and_the_viewer_goes_on(ctx, fitter):
    with painting(ctx, fitter) as app:
        painter, bank = app.session.painter, app.session.bank
        fitter.stages = LONG
        stroke(app, *L)
        run_until(app, lambda: painter.progress is not None)
        os.kill(fitter.pid, signal.SIGKILL)
        run_until(app, lambda: texts(app))
        assert "fitter: killed by SIGKILL" in texts(app)[0] and app.session.bank is bank
        assert not painter.is_fitting and painter.progress is None
        before = app.session.state.time_s
        app.session.set(app.session.state.replace(paused=False))
        app.run(3, step_s=STEP_S)
        assert app.session.state.time_s > before and ctx.error == "GL_NO_ERROR"
        for message in app.session.messages.shown():
            app.session.messages.dismiss(message)
        fitter.stages = STAGES
        stroke(app, (0.6, 0.3), (0.7, 0.5))
        fitted(app)


def test_without_a_fitter_there_is_a_message_and_drawing_goes_on(ctx):
    missing = Refit(STAGES, command=("no-such-program",))
    with painting(ctx, missing) as app:
        run_until(app, lambda: texts(app))
        assert texts(app)[0].startswith("fitter: not started (No such file or directory)")
        assert "Install it: pip install 'diskblur[fit]'" in texts(app)[0]
        stroke(app, *L)
        app.run(2, step_s=STEP_S)
        assert app.session.painter.drawing.light.any() and not app.session.painter.is_fitting


# --- Banks ----------------------------------------------------------------------------------------


def test_a_first_bank_waits_for_its_programs(ctx, fitter, monkeypatch):
    """Without a bank the picture stays sharp until what blurs it is made, one a frame."""
    with painting(ctx, fitter, OPEN.replace(bank=None, left="none")) as app:
        session, painter, held = app.session, app.session.painter, [True]
        renderer = session.stage.renderer
        run_until(app, lambda: not renderer.is_preparing)
        monkeypatch.setattr(Renderer, "is_preparing", property(lambda _: held[0]))
        stroke(app, *L)
        run_until(app, lambda: not painter.is_fitting)
        app.run(2, step_s=STEP_S)
        assert session.bank is None and session.state.left == "none" and not came_of(app)
        held[0] = False
        app.run(2, step_s=STEP_S)
        assert session.state.left == "sparse" and came_of(app)[-1].stage == 1
        assert session.stage.renderer is renderer and renderer.bank is session.bank
        assert not errors(app)


def test_a_bank_is_saved_and_read_again(ctx, fitter, tmp_path):
    with painting(ctx, fitter) as app:
        session, painter = app.session, app.session.painter
        play(app, {"do": "click", "widget": "make/Bokeh/Save"})
        assert not painter.file, "nothing to save yet"
        stroke(app, *L)
        fitted(app)
        play(app, {"do": "click", "widget": "make/Bokeh/Save as"})
        play(app, {"do": "type", "text": str(tmp_path / "foot")})
        play(app, {"do": "click", "widget": "make/Bokeh/Save"}, {"do": "wait"})
        path = tmp_path / "foot.safetensors"
        assert session.state.bank == str(path) and texts(app)[-1] == f"{path} saved"
        drawn, saved = painter.came[-1].bank, read_bank(path)
        assert session.bank is drawn and saved.layers == drawn.layers
        assert all(map(np.array_equal, saved.offsets, drawn.offsets))
        assert (drawn.target["name"], saved.target["name"]) == (DRAWN, "foot")
        assert saved.target == {**drawn.target, "name": "foot"}
        assert "make/Bokeh/Replace" in PLACES and "make/Bokeh/Save" not in PLACES
        session.open(path)
        app.run(4, step_s=STEP_S)
        assert session.stage.renderer.bank is session.bank is not drawn
        painter.file = "heart.png"
        assert not painter.save() and "heart.png: a .png file" in texts(app)[-1]
        painter.file = str(path / "in a file")
        assert not painter.save() and "not" in texts(app)[-1]


def test_the_next_shape_needs_no_new_programs(ctx, fitter):
    """What takes a stutter was made when the painter opened, a program a frame."""
    with painting(ctx, fitter) as app:
        run_until(app, lambda: app.session.stage.renderer._coming is None)
        app.run(4, step_s=STEP_S)
        kernels = app.session.stage.renderer._depth_of_field("sparse").kernel
        made = app.session.stage.renderer._depth_of_field("sparse")._kernels._made
        assert len(made) == 3, "the bank's own and those of both stages"
        before = set(map(id, made.values()))
        stroke(app, *L)
        fitted(app)
        assert set(map(id, made.values())) == before and kernels in made.values()


def test_a_bank_of_another_shape_comes_a_program_a_frame(ctx, fitter):
    with painting(ctx, fitter) as app:
        session, old = app.session, app.session.bank
        run_until(app, lambda: session.stage.renderer._coming is None)
        other = lopsided_bank((7, 2))
        assert session.use_bank("other", other) and session.bank is other
        app.frame(STEP_S)
        assert session.stage.renderer.bank is old, "still being made ready"
        for step in range(20):  # other edits neither hurry it nor hold it up
            session.edit(session.state.replace(exposure_stops=0.1 * step), "exposure")
            app.frame(STEP_S)
            assert step or session.stage.renderer.bank is old
        assert session.stage.renderer.bank is other


def test_the_painter_at_rest_costs_nothing_on_the_gpu(ctx, fitter):
    from view_parts import nothing_made

    with painting(ctx, fitter) as app:
        stroke(app, *L)
        fitted(app)
        app.run(3, step_s=STEP_S)
        with nothing_made(ctx):
            app.run(5, step_s=STEP_S)
