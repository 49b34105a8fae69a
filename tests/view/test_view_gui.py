"""The interface, driven as a user does: by clicks, drags and keys on a picture in memory."""

import dataclasses
import math

import moderngl
import numpy as np
import pytest
from imgui_bundle import imgui
from view_parts import PANELS_SIZE, SIZE, STEP_S, STILL, app_of, nothing_made, play

from realtime.blur.choices import CHOICES
from realtime.effects import EFFECTS, TiltShift
from realtime.errors import UsageError
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.view.events import Button, Key, Move
from realtime.view.gui import layout, widgets
from realtime.view.gui.effect_ranges import RANGES
from realtime.view.gui.sections.blur import NAMES
from realtime.view.gui.widgets import PLACES
from realtime.view.shortcuts import GROUPS, SHORTCUTS
from realtime.view.state import CameraState, EffectState

pytestmark = pytest.mark.gl

SPLIT = STILL.replace(split=True, right="none")


def shown(app) -> np.ndarray:
    return app.picture().astype(int)


def differs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Which pixels differ, [H, W]."""
    return (a != b).any(axis=2)


# --- Panels ---------------------------------------------------------------------------------------


def test_the_panel_lies_over_the_picture_and_can_be_closed(ctx):
    with app_of(ctx) as app:
        with_panel = shown(app)
        play(app, {"do": "key", "key": "f2"}, {"do": "wait"})
        without = shown(app)
        assert app.session.state.panels == () and "see/Lens" not in PLACES
        changed = differs(with_panel, without)
        assert changed[20:-20, 20:300].mean() > 0.9 and not changed[:, 340:].any()


@pytest.mark.parametrize(
    ("widget", "start", "end", "get", "least", "most"),
    [
        ("see/Lens/Aperture", 0.5, 0.9, lambda s: s.lens.f_number, 5, 32),
        ("see/Lens/Focal length", 0.5, 0.8, lambda s: s.lens.focal_length_mm, 100, 300),
        ("see/Lens/Focus", 0.5, 0.8, lambda s: s.lens.focus_distance_m, 10, 100),
        ("see/Lens/Rotation", 0.5, 0.9, lambda s: s.lens.rotation_deg, 100, 180),
        ("see/Lens/Cat's eye", 0.1, 0.5, lambda s: s.lens.cat_eye, 0.4, 0.6),
        ("see/Lens/Squeeze", 0.5, 0.1, lambda s: s.lens.squeeze, 0.5, 0.8),
        ("see/Blur/Bar", 0.5, 0.2, lambda s: s.split_at, 0.15, 0.25),
        ("see/View/Exposure", 0.5, 0.75, lambda s: s.exposure_stops, 2, 4),
        ("see/View/Resolution", 0.9, 0.5, lambda s: s.render_scale, 0.5, 0.75),
    ],
)
def test_a_drag_on_a_slider_sets_and_is_one_undo(ctx, widget, start, end, get, least, most):
    with app_of(ctx, SPLIT) as app:
        before = app.session.state
        play(app, {"do": "drag", "widget": widget, "start": start, "end": end, "frames_": 3})
        assert least <= get(app.session.state) <= most
        play(app, {"do": "key", "key": "ctrl+z"})
        assert app.session.state == before
        play(app, {"do": "key", "key": "ctrl+y"})
        assert least <= get(app.session.state) <= most


def test_lists_and_boxes(ctx):
    with app_of(ctx) as app:
        session = app.session
        play(app, {"do": "click", "widget": "see/Blur/Split screen"})
        assert session.state.split
        for widget, item, get, value in (
            ("see/Blur/Right", "dense", lambda s: s.right, "dense"),
            ("see/Blur/Left", "none", lambda s: s.left, "none"),
            ("see/Blur/Quality", "fast", lambda s: s.quality, "fast"),
            ("see/Blur/Show", "coc", lambda s: s.show, "coc"),
        ):
            play(
                app,
                {"do": "click", "widget": widget},
                {"do": "click", "widget": f"{widget}={item}"},
            )
            assert get(session.state) == value
        play(app, {"do": "click", "widget": "see/Scene/Paused"})
        assert not session.state.paused


def test_escape_closes_a_list_before_the_viewer(ctx):
    with app_of(ctx) as app:
        play(app, {"do": "click", "widget": "see/Blur/Method"})
        assert "see/Blur/Method=dense" in PLACES
        play(app, {"do": "key", "key": "escape"}, {"do": "wait", "frames_": 2})
        assert "see/Blur/Method=dense" not in PLACES and not app.surface.should_close
        play(app, {"do": "key", "key": "escape"})
        assert app.surface.should_close


def test_every_method_has_a_name():
    assert set(CHOICES) <= set(NAMES)


def test_an_artistic_lens_starts_where_the_physical_one_was(ctx):
    with app_of(ctx) as app:
        blur = app.session.lens.coc_radius(math.inf)
        play(app, {"do": "click", "widget": "see/Lens/Artistic"})
        assert app.session.lens.radius == pytest.approx(blur)
        play(app, {"do": "drag", "widget": "see/Lens/Blur", "start": 0.2, "end": 0.5})
        assert app.session.lens.radius == pytest.approx(0.04, abs=0.004)
        play(app, {"do": "click", "widget": "see/Lens/Lens as the scene has it"})
        assert app.session.lens == app.session.found.lens


def test_effects_are_added_set_sorted_and_taken_away(ctx):
    with app_of(ctx, size=(640, 1600)) as app:
        for name in ("tilt-shift", "radial"):
            play(
                app,
                {"do": "click", "widget": "see/Effects/add"},
                {"do": "click", "widget": f"see/Effects/add={name}"},
            )

        def names():
            return [effect.start.name for effect in app.session.state.effects]

        assert names() == ["tilt-shift", "radial"]
        one = "see/Effects/0 tilt-shift"
        play(app, {"do": "drag", "widget": f"{one}/Radius", "start": 0.3, "end": 0.75})
        assert app.session.state.effects[0].start.radius == pytest.approx(0.06, abs=0.004)
        play(app, {"do": "drag", "widget": f"{one}/Middle y", "start": 0.5, "end": 0.25})
        assert app.session.state.effects[0].start.middle == pytest.approx((0.5, 0.25), abs=0.02)
        play(app, {"do": "click", "widget": f"{one}/Moves"})
        play(app, {"do": "drag", "widget": f"{one}/Angle to", "start": 0.5, "end": 0.75})
        effect = app.session.state.effects[0]
        assert effect.start.angle == 0 and effect.end.angle == pytest.approx(45, abs=4)
        play(app, {"do": "click", "widget": f"{one}/on"})
        assert not app.session.state.effects[0].on
        play(app, {"do": "click", "widget": f"{one}/later"})
        assert names() == ["radial", "tilt-shift"]
        play(app, {"do": "click", "widget": "see/Effects/0 radial/×"})
        assert names() == ["tilt-shift"]


@pytest.mark.parametrize("name", EFFECTS)
def test_every_setting_of_every_effect_has_a_slider_that_holds_its_default(name):
    effect = EFFECTS[name]()
    for field in (f.name for f in dataclasses.fields(effect)):
        limits, value = RANGES[name, field], getattr(effect, field)
        for part in value if isinstance(value, tuple) else (value,):
            assert math.isinf(part) or limits.low <= part * limits.scale <= limits.high
        for end in (limits.low, limits.high):
            setting = end / limits.scale
            EFFECTS[name](**{field: (setting, setting) if isinstance(value, tuple) else setting})


def test_a_section_folds_away(ctx):
    with app_of(ctx) as app:
        play(app, {"do": "click", "widget": "see/Lens"}, {"do": "wait"})
        assert "see/Lens/Aperture" not in PLACES and "see/View/Exposure" in PLACES
        play(app, {"do": "click", "widget": "see/Lens"}, {"do": "wait"})
        assert "see/Lens/Aperture" in PLACES


def test_a_path_is_typed(ctx, tmp_path):
    with app_of(ctx) as app:
        play(
            app,
            {"do": "click", "widget": "see/Scene/Open"},
            {"do": "key", "key": "2"},
            {"do": "type", "text": "gone.glb"},
            {"do": "key", "key": "enter"},
            {"do": "wait", "frames_": 2},
        )
        (message,) = app.session.messages.shown()
        assert message.kind == "error" and message.text.startswith("gone.glb: no such scene")
        assert app.session.state.left == "sparse", "letters that are typed are no shortcuts"


def test_the_keyboard_alone_sets_a_value(ctx):
    """Tab into the panel, down to the method, space opens the list, down and Enter choose."""
    with app_of(ctx) as app:
        assert not app.interface.walks
        play(app, {"do": "key", "key": "tab"}, {"do": "wait"})
        assert app.interface.walks
        for _ in range(40):
            if app.session.state != app.session.state.replace(paused=True):
                break
            play(app, {"do": "key", "key": "down"}, {"do": "key", "key": "space"})
            if not app.session.state.paused:
                break
        assert not app.session.state.paused, "the box was reached by arrows and ticked by space"
        play(app, {"do": "key", "key": "escape"}, {"do": "wait"})
        assert not app.interface.walks and not app.surface.should_close
        play(app, {"do": "key", "key": "escape"})
        assert app.surface.should_close


# --- The picture ----------------------------------------------------------------------------------


def test_the_bar_is_dragged(ctx):
    with app_of(ctx, SPLIT.replace(split_at=0.625)) as app:
        play(app, {"do": "drag", "from_": (405.0, 400.0), "to": (480.0, 500.0)})
        assert app.session.state.split_at == pytest.approx(0.75)
        assert app.session.state.camera is None, "the camera stays"
        play(app, {"do": "drag", "from_": (484.0, 10.0), "to": (9999.0, 10.0)})
        assert app.session.state.split_at == 1.0
        app.frame(STEP_S, [Move((638.0, 300.0))])
        assert app.surface.shape == "resize_ew"


def test_what_is_begun_on_a_panel_does_not_reach_the_picture(ctx):
    with app_of(ctx, SPLIT) as app:
        before = app.session.state
        play(app, {"do": "drag", "from_": (30.0, 880.0), "to": (600.0, 400.0)})
        play(app, {"do": "scroll", "at": (100.0, 300.0), "steps": -1.0})
        assert app.session.state == before


def test_what_is_begun_on_the_picture_ends_over_a_panel(ctx):
    with app_of(ctx) as app:
        play(app, {"do": "drag", "from_": (600.0, 400.0), "to": (100.0, 400.0)})
        assert app.session.state.camera is not None and not app.pointer.is_held


def test_clicks_focus_and_the_wheel_comes_closer(ctx):
    with app_of(ctx) as app:
        play(app, {"do": "click", "at": (630.0, 40.0)})
        assert app.session.state.lens.focus_distance_m == math.inf
        play(app, {"do": "scroll", "at": (500.0, 300.0), "steps": 2.0})
        assert app.session.camera.target_distance_m == pytest.approx(2 * 0.81)
        play(app, {"do": "key", "key": "w", "hold": 3}, {"do": "key", "key": "r"})
        assert app.session.state.camera is None


def test_files_are_dropped(ctx, tmp_path):
    with app_of(ctx) as app:
        bad = str(tmp_path / "holiday.mov")
        play(app, {"do": "drop", "files": (bad,)}, {"do": "wait"})
        assert app.session.messages.shown()[0].text.startswith(f"{bad}: a .mov file")


def test_an_error_is_seen_and_goes_by_a_click(ctx):
    with app_of(ctx) as app:
        clean = shown(app)
        app.session.open("gone.toml")
        play(app, {"do": "wait", "frames_": 2})
        told = differs(shown(app), clean)
        rows = np.nonzero(told.any(axis=1))[0]
        assert told.sum() > 3000 and rows.min() > 600
        play(app, {"do": "click", "at": (400.0, float(rows.mean()))}, {"do": "wait"})
        assert app.session.messages.shown() == ()


# --- Keys -----------------------------------------------------------------------------------------


def test_the_help_lists_every_key_and_goes(ctx):
    with app_of(ctx, size=(1280, 720)) as app:
        before = shown(app)
        play(app, {"do": "key", "key": "h"}, {"do": "wait", "frames_": 3})
        assert app.session.state.help and differs(shown(app), before).mean() > 0.1
        play(app, {"do": "key", "key": "escape"}, {"do": "wait", "frames_": 3})
        assert not app.session.state.help and not app.surface.should_close
        assert differs(shown(app), before).mean() < 0.001


def test_every_key_is_in_a_group_and_means_one_thing():
    assert {shortcut.group for shortcut in layout.shortcuts()} == set(GROUPS)
    chords = [chord for shortcut in layout.shortcuts() for chord in shortcut.chords]
    assert len(chords) == len(set(chords))
    assert all((shortcut.call is None) == (not shortcut.chords) for shortcut in SHORTCUTS)


@pytest.mark.parametrize(
    ("key", "get", "value"),
    [
        ("2", lambda s: s.left, "dense"),
        ("shift+3", lambda s: s.right, "lens"),
        ("b", lambda s: s.left, "dense"),
        ("shift+b", lambda s: s.right, "sparse"),
        ("x", lambda s: s.split, False),
        ("period", lambda s: s.split_at, 0.51),
        ("comma", lambda s: s.split_at, 0.49),
        ("v", lambda s: s.show, "coc"),
        ("equal", lambda s: s.exposure_stops, pytest.approx(1 / 3, abs=1e-5)),
        ("minus", lambda s: s.exposure_stops, pytest.approx(-1 / 3, abs=1e-5)),
        ("space", lambda s: s.paused, False),
        ("left_bracket", lambda s: s.lens.f_number, pytest.approx(0.25 / 2 ** (1 / 6))),
        ("f1", lambda s: s.help, True),
    ],
)
def test_keys(ctx, key, get, value):
    with app_of(ctx, SPLIT, size=SIZE) as app:
        play(app, {"do": "key", "key": key})
        assert get(app.session.state) == value


def test_keys_repeat_where_that_makes_sense(ctx):
    with app_of(ctx, SPLIT, size=SIZE) as app:
        app.frame(STEP_S, [Key("period"), Key("period", True, True), Key("x", True, True)])
        assert app.session.state.split_at == pytest.approx(0.52) and app.session.state.split


def test_f_and_r_go_back_to_the_scene(ctx):
    state = STILL.replace(camera=CameraState((0.5, 0.0, 0.0), (0.0, 0.0, -2.0)))
    with app_of(ctx, state.with_lens(focus_distance_m=9.0), size=SIZE) as app:
        play(app, {"do": "key", "key": "f"}, {"do": "key", "key": "r"})
        assert app.session.state.camera is None
        assert app.session.state.lens.focus_distance_m is None


# --- Drawing --------------------------------------------------------------------------------------


def test_a_small_window_has_no_panels(ctx):
    with app_of(ctx, SPLIT, size=SIZE) as app:
        assert not PLACES
        app.frame(STEP_S, [Move((20.0, 30.0)), Button("left", True), Move((40.0, 30.0))])
        assert app.session.state.camera is not None


def test_twice_the_pixels_show_the_same_interface_sharper(ctx):
    with app_of(ctx, STILL.replace(left="none")) as app:
        plain = shown(app)[:, :320]
    with app_of(ctx, STILL.replace(left="none"), (1280, 1800), scale=2.0) as app:
        fine = shown(app)[:, :640]
        play(app, {"do": "drag", "widget": "see/View/Exposure", "start": 0.5, "end": 0.75})
        assert app.session.state.exposure_stops == pytest.approx(3.0, abs=0.3)
    smaller = fine.reshape(900, 2, 320, 2, 3).mean(axis=(1, 3))
    inside = np.abs(smaller - plain)[20:600, 20:300]
    assert inside.mean() < 4
    detail = np.abs(np.diff(fine, axis=1))[40:1200, 40:600].max()
    assert detail > 160, "letters have hard edges at twice the size"


def test_passes_do_not_notice_the_interface(ctx):
    """Framebuffer, viewport and scissor are as before, and what was enabled is."""
    other = color_target(ctx, (8, 8), dtype="f1")
    fill = Fullscreen(ctx, "present.frag")
    with app_of(ctx) as app:
        other.framebuffer.use()
        other.framebuffer.viewport = (1, 2, 3, 4)
        surface = app.surface.framebuffer
        surface.viewport = (0, 0, 50, 60)
        ctx.enable_only(moderngl.DEPTH_TEST)
        app.interface.draw(surface, PANELS_SIZE)
        assert ctx.fbo is other.framebuffer and ctx.viewport == (1, 2, 3, 4)
        assert surface.viewport == (0, 0, 50, 60) and surface.scissor == (0, 0, *PANELS_SIZE)
        # Neither blending nor a scissor is left on: a draw without setting any covers everything.
        ctx.enable_only(moderngl.NOTHING)
        app.interface.draw(surface, PANELS_SIZE)
        surface.use()
        ctx.viewport = (0, 0, *PANELS_SIZE)
        fill.inputs.bind({"u_color": other.color})
        fill.triangle.render(vertices=3)
        assert (app.surface.read() == 0).all()
        assert ctx.error == "GL_NO_ERROR"
    fill.release()
    other.release()


def test_a_frame_with_the_interface_makes_nothing_on_the_gpu(ctx):
    state = SPLIT.replace(effects=(EffectState(TiltShift()),))
    with app_of(ctx, state) as app:
        app.run(2, step_s=STEP_S)
        with nothing_made(ctx):
            app.run(6, step_s=STEP_S)
        assert ctx.error == "GL_NO_ERROR"


def test_a_widget_that_is_not_there_is_named(ctx):
    with app_of(ctx) as app:
        with pytest.raises(UsageError, match=r"'see/Lens/Apertur': not there.* mean see/Lens/Aper"):
            play(app, {"do": "click", "widget": "see/Lens/Apertur"})


def test_scripts_scroll_to_what_is_out_of_sight(ctx):
    with app_of(ctx, size=(640, 300)) as app:
        play(app, {"do": "drag", "widget": "see/View/Exposure", "start": 0.5, "end": 0.75})
        assert app.session.state.exposure_stops == pytest.approx(3.0, abs=0.2)
        play(app, {"do": "click", "widget": "see/Scene/Paused"})
        assert not app.session.state.paused


def test_a_panel_is_added_by_a_line(ctx, monkeypatch):
    """Two on the right are tabs; each has its key; a picture of the session can be shown."""
    seen = []

    def draw(session) -> None:
        seen.append(session)
        shown_there = app.interface.picture(session.left.color)
        imgui.image(shown_there, imgui.ImVec2(200, 150), imgui.ImVec2(0, 1), imgui.ImVec2(1, 0))
        widgets.button("press")

    keys = (("one", "f8"), ("two", "f11"))
    more = [layout.Panel(n, n.title(), "right", k, draw) for n, k in keys]
    with app_of(ctx, size=(1000, 700)) as app:
        before = shown(app)
        monkeypatch.setattr(layout, "PANELS", (*layout.PANELS, *more))
        play(app, {"do": "key", "key": "f8"}, {"do": "wait", "frames_": 2})
        assert app.session.state.is_open("one") and seen == [app.session] * len(seen) != []
        picture = shown(app)
        assert differs(picture, before)[:, 680:].mean() > 0.8
        inside = picture[40:160, 700:860]
        assert inside.std() > 20, "the scene is seen in it"
        play(app, {"do": "key", "key": "f11"}, {"do": "wait"})
        play(app, {"do": "click", "widget": "Two"}, {"do": "click", "widget": "two/press"})
        play(app, {"do": "key", "key": "h"}, {"do": "wait"})
        assert ctx.error == "GL_NO_ERROR"
