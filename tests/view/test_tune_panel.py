"""The panels `tune` and `inspect`, driven as a user does."""

import numpy as np
import pytest
from view_parts import STEP_S, STILL, app_of, nothing_made, play

from realtime.errors import ShaderError
from realtime.gl.timing import NO_TIMER
from realtime.view.events import Move
from realtime.view.gui import frame_graph, inspect, inspect_overlay
from realtime.view.gui.widgets import PLACES
from realtime.view.settings import from_toml, to_toml

pytestmark = pytest.mark.gl

SIZE = (1100, 900)
TUNE = STILL.replace(panels=("tune",))
LOOK = STILL.replace(panels=("inspect",), split=True, right="none")


# --- Tune -----------------------------------------------------------------------------------------


def test_passes_are_left_out_by_a_click_and_an_undo_brings_them_back(ctx):
    with app_of(ctx, TUNE, SIZE) as app:
        play(app, {"do": "click", "widget": "tune/Passes/hidden"})
        play(app, {"do": "click", "widget": "tune/Passes/veil"})
        quality = app.session.stage.renderer.quality
        assert app.session.state.left_out == ("hidden", "veil")
        assert quality.hidden == 0 and not quality.depth_of_field.veil and quality.antialias
        assert from_toml(to_toml(app.session.state)) == app.session.state
        play(app, {"do": "click", "widget": "tune/Passes/hidden"})
        assert app.session.state.left_out == ("veil",)
        play(app, {"do": "key", "key": "ctrl+z"}, {"do": "key", "key": "ctrl+z"})
        assert app.session.state.left_out == ("hidden",)
        assert app.session.stage.renderer.quality.depth_of_field.veil


def test_what_a_quality_has_not_cannot_be_clicked(ctx):
    with app_of(ctx, TUNE.replace(quality="high"), SIZE) as app:
        play(app, {"do": "click", "widget": "tune/Passes/antialias"})
        assert app.session.state.left_out == ()


def test_resolution_and_vertical_sync(ctx):
    with app_of(ctx, TUNE, SIZE) as app:
        assert app.surface.waits
        play(app, {"do": "click", "widget": "tune/Output/Vertical sync"}, {"do": "wait"})
        assert not app.session.state.vsync and not app.surface.waits
        play(app, {"do": "drag", "widget": "tune/Output/Resolution", "start": 0.1, "end": 0.34})
        assert app.session.state.render_scale == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("timing", ["submit", "passes"])
def test_passes_are_timed_and_add_up(ctx, timing):
    with app_of(ctx, TUNE, SIZE) as app:
        session = app.session
        assert session.timer is NO_TIMER, "whole frames cost nothing to time"
        play(
            app,
            {"do": "click", "widget": "tune/Frames/Timing"},
            {"do": "click", "widget": f"tune/Frames/Timing={timing}"},
            {"do": "wait", "frames_": 6},
        )
        assert session.state.timing == timing and session.meter.kind is not None
        times = session.meter.times
        assert {"scene", "hidden", "blur behind", "composite", "interface", "panels"} <= set(
            times.names
        )
        passes = np.diff(times.tops[: len(times.names), -4:], axis=0, prepend=0)
        assert (passes >= 0).all() and (passes.sum(axis=0) > 0).all()
        assert (passes.sum(axis=0) <= times.frames[-4:] * 1.001).all(), "within the frame"
        play(app, {"do": "key", "key": "f4"}, {"do": "wait"})
        assert session.timer is NO_TIMER, "nobody looks"


def test_the_graph_is_drawn(ctx):
    with app_of(ctx, TUNE.replace(timing="submit"), SIZE) as app:
        app.run(12, step_s=STEP_S)
        shown = app.picture()
        left = next(rect for name, rect in PLACES.items() if name == "tune/Frames/Timing")[0]
        graph = shown[100:230, int(left) + 120 : SIZE[0] - 30].reshape(-1, 3)
        assert len(np.unique(graph, axis=0)) > 8, "passes in their colours"


@pytest.mark.parametrize(
    ("value", "end"),
    [(0.0, 4.0), (3.99, 4.0), (4.01, 6.0), (16.6, 20.0), (100.0, 100.0), (101.0, 150.0)],
)
def test_the_axis_ends_at_a_round_number(value, end):
    assert frame_graph.upper_end(value) == pytest.approx(end)


def test_panels_make_nothing_on_the_gpu(ctx):
    """Closed, and open with everything on."""
    state = LOOK.replace(probe=True, error=True)
    with app_of(ctx, state.replace(panels=()), SIZE) as app:
        app.run(3, step_s=STEP_S)
        with nothing_made(ctx):
            app.run(4, step_s=STEP_S)
        for panel in ("inspect", "tune"):
            app.session.set(app.session.state.replace(panels=(panel,), timing="submit"))
            app.frame(STEP_S, [Move((300.0, 300.0))])
            app.run(8, step_s=0.3)
            with nothing_made(ctx):
                app.run(8, step_s=0.3)
        assert ctx.error == "GL_NO_ERROR"


# --- Inspect --------------------------------------------------------------------------------------


def test_the_error_view_is_switched_and_its_gain_chosen(ctx):
    with app_of(ctx, LOOK, SIZE) as app:
        play(app, {"do": "click", "widget": "inspect/Compare/Error view"}, {"do": "wait"})
        assert app.session.state.error and app.session.state.error_gain == 8
        play(app, {"do": "click", "widget": "inspect/Compare/×32"})
        assert app.session.state.error_gain == 32
        play(app, {"do": "key", "key": "shift+e"})
        assert not app.session.state.error
        play(
            app,
            {"do": "click", "widget": "inspect/Compare/Against"},
            {"do": "click", "widget": "inspect/Compare/Against=truth"},
        )
        assert app.session.state.error_against == "truth"
        play(app, {"do": "key", "key": "ctrl+z"})
        assert app.session.state.error_against == "sides"


def test_the_bar_cannot_be_dragged_where_there_is_none(ctx):
    with app_of(ctx, LOOK.replace(error=True), SIZE) as app:
        play(app, {"do": "drag", "from_": (550.0, 300.0), "to": (300.0, 300.0)})
        assert app.session.state.split_at == 0.5


def test_the_psnr_is_read_in_the_panel(ctx):
    with app_of(ctx, LOOK, SIZE) as app:
        app.run(8, step_s=0.1)
        assert 5 < app.session.inspector.psnr["sides"] < 60
        play(app, {"do": "key", "key": "x"}, {"do": "wait"})
        assert app.session.inspector.psnr == {}


@pytest.mark.parametrize(
    ("decibels", "text"), [(None, "…"), (41.26, "41.3 dB"), (float("inf"), "equal")]
)
def test_psnr_in_words(decibels, text):
    assert inspect.psnr_text(decibels) == text


@pytest.mark.parametrize(
    ("radius_px", "text"),
    [(0.01, "in focus"), (7.46, "7.5 px behind focus"), (-3.0, "3.0 px in front of focus")],
)
def test_coc_in_words(radius_px, text):
    assert inspect.coc_text(radius_px) == text


def test_the_cursor_chooses_the_pixel_and_leaves_it_over_a_panel(ctx):
    with app_of(ctx, LOOK.replace(split=False), SIZE) as app:
        play(app, {"do": "key", "key": "i"})
        assert app.session.state.probe
        app.run(5, step_s=STEP_S)
        size = app.session.size
        assert app.session.inspector.reading.look.at == (size[0] // 2, size[1] // 2)
        app.frame(STEP_S, [Move((100.0, 700.0))])
        app.run(5, step_s=STEP_S)
        at = app.session.inspector.reading.look.at
        assert at == (int(100 / 1100 * size[0]), int(700 / 900 * size[1]))
        app.frame(STEP_S, [Move((1000.0, 300.0))])  # over the panel
        app.run(5, step_s=STEP_S)
        assert app.session.inspector.reading.look.at == at
        play(app, {"do": "key", "key": "i"}, {"do": "wait"})
        assert app.session.inspector.reading is None


def test_i_opens_the_panel_with_its_numbers(ctx):
    with app_of(ctx, STILL.replace(panels=()), SIZE) as app:
        play(app, {"do": "key", "key": "i"}, {"do": "wait", "frames_": 5})
        assert app.session.state.probe and app.session.state.panels == ("inspect",)
        assert app.session.inspector.reading is not None
        play(app, {"do": "key", "key": "i"})
        assert not app.session.state.probe and app.session.state.is_open("inspect")


def test_taps_are_drawn_over_the_picture(ctx):
    """Where the overlay says they are, in the colour of their layer."""
    with app_of(ctx, LOOK.replace(split=False), SIZE) as app:
        app.session.set(app.session.state.replace(probe=True, render_scale=1.0))
        app.frame(STEP_S, [Move((150.0, 120.0))])
        app.run(6, step_s=STEP_S)
        reading = app.session.inspector.reading
        zoom = inspect_overlay.zoom_of(reading.look, SIZE, 1.0)
        middle = inspect_overlay.place_of(reading.look, zoom)
        last = reading.kernel.taps()[-1]
        shown = app.picture().astype(int)
        color = np.array(inspect_overlay.LAYERS[1][:3]) * 255
        for x, y, _ in inspect_overlay.dots(last, middle, zoom):
            near = shown[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].reshape(-1, 3)
            assert np.abs(near - color).sum(axis=1).min() < 60


def test_what_cannot_be_measured_is_told_and_ends_it(ctx, monkeypatch):
    def broken(*_):
        raise ShaderError("shader probe.frag: refused by the driver, GLSL 3.30 expected. Mend: x")

    with app_of(ctx, LOOK.replace(probe=True), SIZE) as app:
        monkeypatch.setattr(app.session.inspector, "look", broken)
        app.run(2, step_s=STEP_S)
        (message,) = app.session.messages.shown()
        assert message.kind == "error" and message.text.startswith("shader probe.frag: refused")
        assert not app.session.state.probe and not app.session.state.is_open("inspect")


def test_a_small_window_measures_nothing(ctx):
    with app_of(ctx, LOOK.replace(probe=True), (96, 64)) as app:
        app.run(5, step_s=STEP_S)
        assert app.session.inspector.reading is None and app.session.inspector.psnr == {}
