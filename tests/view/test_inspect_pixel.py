"""The pixel under the cursor: depth, CoC, slice, place in the bank, taps over the picture."""

import dataclasses
import math

import numpy as np
import pytest
from banks import lopsided_bank
from view_parts import SIZE, STILL, library, picture, session_of

from realtime.blur.choices import SLICED
from realtime.effects import Radial, TiltShift
from realtime.gl.parts import Window
from realtime.methods import POSTS
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens
from realtime.view.gui import inspect_overlay
from realtime.view.gui.inspect import without_kernel
from realtime.view.inspect.inspector import pixel_at
from realtime.view.inspect.late import LAG
from realtime.view.inspect.reading import Look, coc_px, kernel_at, slice_share
from realtime.view.session import Session
from realtime.view.state import EffectState

pytestmark = pytest.mark.gl

SEEN = STILL.replace(panels=("inspect",), probe=True)
BALL, BOX, CONE = (19, 9), (78, 52), (48, 34)  # pixels that show them
SKY = (80, 5)


def read(session, at):
    """The reading of a pixel, once it has come. at: (column, row from the top)."""
    for _ in range(LAG + 2):
        session.inspector.asks.at = (at[0] + 0.5, at[1] + 0.5)
        picture(session)
    assert session.inspector.reading.look.at == at
    return session.inspector.reading


@pytest.mark.parametrize("at", [BALL, BOX, CONE, SKY, (0, 0), (95, 63), (30, 60)])
@pytest.mark.parametrize("blur", ["sparse", "none", "lens", "shutter"])
def test_depth_and_coc_are_those_of_the_lens(ctx, at, blur):
    """The oracle draws the scene by itself, and has the lens's own formula."""
    with session_of(ctx, SEEN.replace(left=blur, samples=4)) as session:
        found = read(session, at)
        renderer, lens = session.stage.renderer, session.lens
        distance_m = renderer.distance_at((at[0] + 0.5, at[1] + 0.5), session.camera, lens)
        assert found.depth_m == pytest.approx(distance_m, rel=0.05)
        want = lens.coc_radius(found.depth_m) * SIZE[1]
        assert found.coc_px == pytest.approx(want, abs=0.02)
        assert found.look.blur == blur


def test_methods_without_a_kernel_of_the_bank_say_so(ctx):
    """Each is drawn and compared; what a pixel was blurred by is told where it is known."""
    with session_of(ctx, SEEN.replace(split=True, right="dense", error=True)) as session:
        for blur in session.blurs:
            session.choose("left", blur)
            found = read(session, (19, 9))
            assert found.look.blur == blur and np.isfinite(session.read_linear()).all()
            assert (found.kernel is None) == (blur not in ("sparse", "dense", "gather")), blur
        assert set(POSTS) | {"gaussian", "kawase"} < set(session.blurs)
        assert session.messages.shown() == () and ctx.error == "GL_NO_ERROR"
    assert without_kernel("dual-kawase") == "Dual Kawase: no kernel from a bank."
    assert without_kernel("gather41") == "41-tap gather: no kernel from a bank."


@pytest.mark.parametrize("show", ["coc", "slices", "tiles"])
def test_what_has_no_slices_is_shown_as_it_is(ctx, show):
    with session_of(ctx, STILL) as session:
        for blur in session.blurs:
            session.set(STILL.replace(left=blur))
            plain = picture(session)
            session.set(STILL.replace(left=blur, show=show))
            assert np.array_equal(picture(session), plain) == (blur not in SLICED), blur
        assert session.messages.shown() == ()


def test_the_scene_lies_on_both_sides_of_focus(ctx):
    with session_of(ctx, SEEN) as session:
        ball, box, sky = (read(session, at) for at in (BALL, BOX, SKY))
        assert box.coc_px < -1 and ball.coc_px > 1 and math.isinf(sky.depth_m)
        assert box.slice.name == "in front" and ball.slice.name == "behind"
        assert ball.depth_m == pytest.approx(6.0, abs=0.4)


@pytest.mark.parametrize(("quality", "off"), [("high", 1), ("default", 2)])
def test_at_a_silhouette_both_sides_are_told_apart(ctx, quality, off):
    """The scene has a border around the picture: a pixel is not taken for one beside it."""
    with session_of(ctx, SEEN.replace(quality=quality)) as session:
        read(session, BOX)
        renderer, lens = session.stage.renderer, session.lens
        assert renderer.seen_sharp("sparse", session.camera, lens).border_px >= 2

        def is_box(column):
            place = (column + 0.5, BOX[1] + 0.5)
            return renderer.distance_at(place, session.camera, lens) < 1.6

        edge = next(column for column in range(40, BOX[0]) if is_box(column))
        for column, name in ((edge - 1 - off, "behind"), (edge + off, "in front")):
            found = read(session, (column, BOX[1]))
            assert found.slice.name == name
            assert (found.depth_m < 1.6) == (name == "in front")


def test_light_is_the_pictures(ctx):
    with session_of(ctx, SEEN.replace(split=True, right="none", split_at=0.5)) as session:
        for at in ((20, 5), (70, 50)):
            found = read(session, at)
            side = "left" if at[0] < SIZE[0] / 2 else "right"
            target = getattr(session, side)
            data = target.framebuffer.read(components=3, dtype="f4", alignment=1)
            want = np.frombuffer(data, "f4").reshape(SIZE[1], SIZE[0], 3)[::-1][at[1], at[0]]
            assert found.look.side == side
            np.testing.assert_allclose(found.light, want, rtol=1e-6)


def test_the_blur_has_the_same_coc_where_all_is_alike(ctx):
    """At the texel of the slices; with a border, so that its corner counts."""
    with session_of(ctx, SEEN.replace(quality="default")) as session:
        found = read(session, (80, 8))
        decided = session.stage.renderer.decided("sparse")
        assert session.stage.renderer.seen_sharp("sparse", session.camera, session.lens).border_px
        kernel = found.kernel
        half = 0.985 * math.sqrt(found.coc_px**2 - 4) / 2
        assert decided.scale == kernel.scale == 2
        assert kernel.values == (pytest.approx(half, abs=0.01),)


@pytest.mark.parametrize(("blur", "quality"), [("sparse", "default"), ("gather", "high")])
def test_taps_are_the_banks_at_that_place(ctx, blur, quality):
    with session_of(ctx, SEEN.replace(left=blur, quality=quality)) as session:
        session.edit(session.state.with_lens(rotation_deg=30.0, squeeze=0.5), "lens")
        bank = session.bank
        for at in (BALL, BOX):
            found = read(session, at)
            kernel, lens = found.kernel, session.lens
            xx, xy, yx, yy = lens.aperture_frame
            turn = -1 if found.coc_px < 0 and blur == "sparse" else 1
            assert kernel.knots == (pytest.approx(_knot(bank, kernel.values[0])),)
            for (offsets, weights), (bare, same) in zip(
                kernel.taps(), bank.cascade(*kernel.values), strict=True
            ):
                x, y = bare[:, 0], bare[:, 1]
                want = np.column_stack((xx * x + xy * y, yx * x + yy * y))
                np.testing.assert_allclose(offsets, turn * kernel.scale * want, atol=1e-5)
                np.testing.assert_array_equal(weights, same)


def _knot(bank, value):
    knots = bank.axes[0].knots
    return float(np.interp(value, knots, range(len(knots))))


def test_what_is_not_blurred_by_taps_has_none(ctx):
    with session_of(ctx, SEEN.replace(left="dense")) as session:
        kernel = read(session, BALL).kernel
        assert kernel.taps() == [] and kernel.psf() is None and kernel.target() is not None
    with session_of(ctx, SEEN.replace(left="none")) as session:
        assert read(session, BALL).kernel is None


@pytest.mark.parametrize("effect", [TiltShift(angle=20.0), Radial(middle=(0.3, 0.6))])
def test_effects_say_where_in_their_bank_a_pixel_is(ctx, effect):
    state = SEEN.replace(left="none", effects=(EffectState(effect),))
    with session_of(ctx, state) as session:
        map_ = None
        for at in ((5, 3), (60, 55), (90, 20)):
            found = read(session, at)
            map_ = session.stage.renderer.last_map
            values = map_.read_values(effect, Window((0, 0), SIZE))[at[1], at[0]]
            knots = session.bank.axes[0].knots
            want = np.clip(values[0], knots[0], knots[-1])
            assert found.effect.name == effect.name
            assert found.effect.values == (pytest.approx(want, abs=0.01),)
            assert found.kernel.values == found.effect.values and found.kernel.scale == 1
            if effect.turns:
                xx, xy, yx, yy = found.effect.frame
                away = np.array(at) + 0.5 - np.array(effect.middle) * SIZE
                way = away / np.linalg.norm(away)
                np.testing.assert_allclose((xx, yx), way, atol=0.01)
                np.testing.assert_allclose((xy, yy), (-way[1], way[0]), atol=0.01)


def test_a_side_without_effects_shows_the_lens(ctx):
    state = SEEN.replace(effects=(EffectState(TiltShift()),), left_effects=False)
    with session_of(ctx, state) as session:
        found = read(session, BALL)
        assert found.effect is None and found.kernel.scale == 2


def test_a_tilted_plane_in_focus_tilts_the_coc(ctx):
    """Twin of shaders/inc/coc.glsl: at the texels of the blur, far from edges."""
    with session_of(ctx, SEEN.replace(quality="high")) as session:
        tilt = {"tilt_deg": 15.0, "tilt_direction_deg": 50.0, "f_number": 0.5}
        session.edit(session.state.with_lens(**tilt), "tilt")  # within what the bank has
        for at in ((4, 30), (85, 12)):
            found = read(session, at)
            decided = session.stage.renderer.decided("sparse")
            border = session.stage.renderer._views().border_px
            width, height = decided.coc.size
            coc = np.frombuffer(decided.coc.read(), "f2").reshape(height, width, 2)[..., 0]
            there = coc[border + SIZE[1] - 1 - at[1], border + at[0]]
            assert found.coc_px == pytest.approx(float(there), abs=0.03)
        assert abs(read(session, (4, 60)).coc_px - read(session, (90, 3)).coc_px) > 0.5


def test_a_limit_of_the_lens_holds():
    lens = Lens(50.0, 0.25, 2.0, 24.0, max_behind=0.01, max_front=0.02)
    mapping = DepthMapping.perspective(0.1, 50.0)
    assert coc_px(lens, mapping, 1.0, (0, 0), (100, 200)) == pytest.approx(2.0)
    assert coc_px(lens, mapping, 0.0, (0, 0), (100, 200)) == pytest.approx(-4.0)


def test_the_slice_is_the_one_with_most_of_the_pixel():
    """Cuts at 1, 4 and 9 px behind, 1 and 5 px in front; ramps 1 px wide."""
    cuts = np.array([[1, 1, 1, 1], [4, 1, 5, 1], [9, 1, 90, 1]], np.float32)

    def share(px):
        return slice_share(px, cuts, (3, 2))

    assert dataclasses.astuple(share(0.2)) == ("sharp", 0, 3, pytest.approx(1.0))
    assert dataclasses.astuple(share(2.0)) == ("behind", 1, 3, pytest.approx(1.0))
    assert dataclasses.astuple(share(4.2)) == ("behind", 2, 3, pytest.approx(0.7))
    assert dataclasses.astuple(share(50.0)) == ("behind", 3, 3, pytest.approx(1.0))
    assert dataclasses.astuple(share(-4.9)) == ("in front", 1, 2, pytest.approx(0.6))
    assert dataclasses.astuple(share(-70.0)) == ("in front", 2, 2, pytest.approx(1.0))


# --- Over the picture -----------------------------------------------------------------------------


def test_pixels_of_the_window_are_pixels_of_the_picture():
    assert pixel_at((0.0, 0.0), (960, 640), (96, 64)) == (0, 0)
    assert pixel_at((959.9, 639.9), (960, 640), (96, 64)) == (95, 63)
    assert pixel_at((25.0, 631.0), (960, 640), (96, 64)) == (2, 63)
    assert pixel_at((-4.0, 9999.0), (960, 640), (96, 64)) == (0, 63)


def test_dots_lie_where_taps_read():
    """A window of 300 × 240 px over 100 × 60 of the picture, 2 px to a unit: lopsided zooms."""
    look = Look((10, 20), (100, 60), "left", "sparse", None, None, None)
    zoom = inspect_overlay.zoom_of(look, (300, 240), 2.0)
    assert zoom == (1.5, 2.0)
    middle = inspect_overlay.place_of(look, zoom)
    assert middle == (10.5 * 1.5, 20.5 * 2.0)
    taps = (np.array([[4.0, -3.0], [0.0, 1.0]]), np.array([0.9, 0.1]))
    dots = inspect_overlay.dots(taps, middle, zoom)
    np.testing.assert_allclose(dots[:, :2], [[21.75, 35.0], [15.75, 43.0]])
    assert dots[0, 2] ** 2 / inspect_overlay.DOT**2 == pytest.approx(1.8)
    assert dots[1, 2] == inspect_overlay.SMALLEST


def test_a_bank_of_two_axes_is_read_on_both(ctx):
    """Of effects: lopsided, so a transposed axis would show."""
    bank = lopsided_bank(angles=(0.0, 0.5, 2.0))
    kernel = kernel_at(bank, (1.5, 99.0))
    assert kernel.values == (pytest.approx(1.5), 2.0)
    assert kernel.knots == (pytest.approx(1 + 0.5 / 1.5), 2.0)
    want = bank.cascade(1.5, 2.0)
    np.testing.assert_array_equal(kernel.taps()[1][0], want[1][0])


def test_a_session_without_a_bank_reads_pixels(ctx):
    session = Session(ctx, SEEN.replace(bank=None, left="none"), library())
    try:
        assert read(session, CONE).kernel is None
    finally:
        session.release()
