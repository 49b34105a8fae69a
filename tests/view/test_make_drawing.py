"""Strokes, shapes, letters and pictures become light, and light becomes a kernel."""

import math

import numpy as np
import pytest
from PIL import Image

from fitter.targets import outlines, read_picture
from fitter.targets.picture import Picture
from realtime.errors import PictureError, RefitError, UsageError
from realtime.pictures import decode_srgb
from realtime.view.make.brush import Brush
from realtime.view.make.drawing import MOST_STEPS, SIDE, Drawing
from realtime.view.make.file import bank_path
from realtime.view.make.kernel import at_radius, kernel_of
from realtime.view.make.letters import text_light
from realtime.view.make.picture import picture_light
from realtime.view.make.shapes import Shape

HARD = Brush(0.125)  # 16 px to its radius


def stroked(brush, *places, on=None):
    drawing = on or Drawing()
    drawing.begin(brush, places[0])
    drawing.extend(places[1:])
    drawing.end()
    return drawing


def lopsided():
    """An L, high on the left of the canvas, its foot to the right."""
    light = np.zeros((SIDE, SIDE), "f4")
    light[20:120, 30:50] = light[100:120, 30:90] = 1
    return light


def centroid(light):
    y, x = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
    return float((x * light).sum() / light.sum()), float((y * light).sum() / light.sum())


# --- Strokes --------------------------------------------------------------------------------------


def test_a_touch_is_a_disc_there():
    light = stroked(HARD, (0.25, 0.625)).light
    assert light.sum() == pytest.approx(math.pi * 16**2, rel=3e-3)
    assert centroid(light) == pytest.approx((0.25 * SIDE, 0.625 * SIDE), abs=0.01)
    assert light.max() == 1 and light.dtype == np.float32


def test_a_stroke_is_a_disc_along_a_line():
    light = stroked(HARD, (0.2, 0.3), (0.6, 0.6)).light
    length = 0.5 * SIDE
    assert light.sum() == pytest.approx(math.pi * 16**2 + 32 * length, rel=2e-3)
    assert light[round(0.45 * SIDE), round(0.4 * SIDE)] == 1, "its middle"
    assert light[round(0.3 * SIDE), round(0.6 * SIDE)] == 0


def test_a_stroke_does_not_add_up_where_it_crosses_itself():
    soft = Brush(0.125, hardness=0.3)
    once = stroked(soft, (0.2, 0.5), (0.8, 0.5)).light
    twice = stroked(soft, (0.2, 0.5), (0.5, 0.5), (0.2, 0.5), (0.8, 0.5)).light
    np.testing.assert_allclose(twice, once, atol=1e-6)


@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
def test_a_soft_brush_fades_evenly_about_its_radius(hardness):
    light = stroked(Brush(0.25, hardness), (0.5, 0.5)).light
    row = light[SIDE // 2, SIDE // 2 :]
    radius, fade = 32, max(64 * (1 - hardness), 1)
    distance = np.hypot(np.arange(SIDE // 2) + 0.5, 0.5)
    np.testing.assert_allclose(row, ((radius + fade / 2 - distance) / fade).clip(0, 1), atol=1e-5)


def test_the_eraser_takes_away_what_the_brush_gave():
    drawing = stroked(Brush(0.3), (0.5, 0.5))
    stroked(Brush(0.5, erases=True), (0.5, 0.5), on=drawing)
    assert not drawing.light.any()
    drawing.undo()
    assert drawing.light.any()


def test_strokes_off_the_canvas_are_cut():
    light = stroked(HARD, (-0.5, -0.5), (1.5, 1.5)).light
    assert light[0, 0] == light[-1, -1] == 1 and light[0, -1] == 0
    assert not stroked(HARD, (-3.0, 0.5)).light.any()


# --- Undo, and whole canvases ---------------------------------------------------------------------


def test_undo_and_redo_go_stroke_by_stroke():
    drawing = stroked(HARD, (0.2, 0.2), (0.3, 0.3), (0.4, 0.2))
    first = drawing.light
    second = stroked(HARD, (0.8, 0.8), on=drawing).light
    drawing.undo()
    assert np.array_equal(drawing.light, first) and drawing.redoes
    drawing.undo()
    assert not drawing.light.any() and not drawing.undoes
    drawing.undo()  # nothing more
    drawing.redo()
    drawing.redo()
    assert np.array_equal(drawing.light, second) and not drawing.redoes
    drawing.undo()
    stroked(HARD, (0.5, 0.5), on=drawing)
    assert not drawing.redoes, "a new stroke ends what could be done again"


def test_a_slider_is_one_step_and_steps_have_an_end():
    drawing = stroked(HARD, (0.5, 0.5))
    for count in range(3, 9):
        drawing.put(Shape(count=count).light(SIDE), "shape")
    drawing.undo()
    assert np.array_equal(drawing.light, stroked(HARD, (0.5, 0.5)).light)
    for _ in range(MOST_STEPS + 10):
        drawing.invert()
    assert len(drawing._done) == MOST_STEPS


def test_mirror_flip_turn_invert_and_clear():
    drawing = Drawing()
    drawing.put(lopsided())
    for act, want in (
        (drawing.mirror, lambda light: light[:, ::-1]),
        (drawing.flip, lambda light: light[::-1]),
        (drawing.turn, lambda light: light.T[:, ::-1]),
        (drawing.invert, lambda light: 1 - light),
        (drawing.clear, np.zeros_like),
    ):
        before = drawing.light
        act()
        assert np.array_equal(drawing.light, want(before))


# --- Shapes and letters ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "exact"),
    [
        (Shape("polygon", 5, rotation_deg=20), outlines.polygon(5, 20, 0.0)),
        (Shape("polygon", 7, curvature=0.6, rotation_deg=-50), outlines.polygon(7, -50, 0.6)),
        (Shape("star", 5, inner=0.3, rotation_deg=8), outlines.star(5, 0.3, 8)),
        (Shape("heart", rotation_deg=30), outlines.heart(30)),
    ],
    ids=["pentagon", "curved", "star", "heart"],
)
def test_shapes_are_those_of_the_fitter(shape, exact):
    """As far as they reach in 16 directions: a turn the wrong way, or a flip, would show."""
    angle = np.arange(16) * (2 * np.pi / 16)
    ways = np.stack((np.cos(angle), np.sin(angle)))
    reach, want = (shape.outline() @ ways).max(axis=0), (exact @ ways).max(axis=0)
    np.testing.assert_allclose(reach, want, atol=2e-3)


def test_a_shape_is_filled_where_it_is_put():
    light = Shape("polygon", 3, diameter=0.5).light(SIDE, (0.3, 0.6))
    area = 3 * math.sqrt(3) / 4 * (0.25 * SIDE) ** 2
    assert light.sum() == pytest.approx(area, rel=5e-3)
    assert centroid(light) == pytest.approx((0.3 * SIDE, 0.6 * SIDE), abs=0.1)
    assert light[round(0.45 * SIDE), round(0.3 * SIDE)] == 1, "a vertex is on top"
    assert light[round(0.75 * SIDE), round(0.3 * SIDE)] == 0


def test_letters_are_upright_and_fill_the_canvas():
    light = text_light("L", SIDE)
    rows, columns = np.nonzero(light > 0.5)
    assert np.ptp(rows) == pytest.approx(0.9 * SIDE, abs=3)
    assert abs(rows.mean() - SIDE / 2) < SIDE / 4 and abs(columns.min() + columns.max() - SIDE) < 4
    assert light[: SIDE // 2].sum() < light[SIDE // 2 :].sum(), "the foot is below"
    assert light[:, : SIDE // 2].sum() > light[:, SIDE // 2 :].sum(), "the upright is on the left"
    assert not text_light("   ", SIDE).any() and not text_light("", SIDE).any()
    wide = text_light("bokeh & 7", SIDE)
    assert np.ptp(np.nonzero(wide)[1]) == pytest.approx(0.9 * SIDE, abs=4)


# --- Pictures -------------------------------------------------------------------------------------


def write_png(path, pixels):
    Image.fromarray(pixels).save(path)
    return str(path)


def test_alpha_counts_where_it_varies_else_luminance(tmp_path):
    pixels = np.zeros((30, 60, 4), "u1")
    pixels[..., 3] = 128
    pixels[:, :20, :3] = (0, 200, 0)
    grey = picture_light(write_png(tmp_path / "same.png", pixels), 120)
    assert np.array_equal(grey[30:90, :38], np.ones((60, 38), "f4")), "the brightest is 1"
    assert not grey[:, 45:].any() and not grey[:28].any(), "its longer side fills the canvas"
    pixels[10:, 40:, 3] = 255
    alpha = picture_light(write_png(tmp_path / "alpha.png", pixels), 120)
    assert alpha[80, 100] == 1 and alpha[80, 10] == pytest.approx(128 / 255, abs=1e-3)


def test_pictures_are_read_as_the_fitter_reads_them(tmp_path):
    rng = np.random.default_rng(1)
    path = write_png(tmp_path / "color.png", rng.integers(0, 255, (64, 64, 3)).astype("u1"))
    np.testing.assert_allclose(picture_light(path, 64), read_picture(path).light, atol=1e-5)
    grey = np.zeros((8, 8), "u1")
    grey[2, 3], grey[5, 6] = 100, 200
    light = picture_light(write_png(tmp_path / "grey.png", grey), 8)
    assert light[2, 3] == pytest.approx(float(decode_srgb(100 / 255) / decode_srgb(200 / 255)))


def test_a_large_picture_is_averaged(tmp_path):
    """Every other pixel white: taking one in two would be all white, or black."""
    pixels = np.zeros((128, 128, 4), "u1")
    pixels[::2, ::2, 3] = pixels[1::2, 1::2, 3] = 255
    light = picture_light(write_png(tmp_path / "fine.png", pixels), 64)
    np.testing.assert_allclose(light, 0.5, atol=1e-6)


def test_pictures_that_are_none(tmp_path):
    black = write_png(tmp_path / "black.png", np.zeros((9, 9), "u1"))
    with pytest.raises(PictureError, match=r"black.png: no light .* Drop another picture"):
        picture_light(black, SIDE)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(PictureError, match=r"text\.png"):
        picture_light(str(tmp_path / "text.png"), SIDE)


# --- Kernels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_farthest_light_is_at_the_radius_and_none_is_lost(turns):
    light = np.zeros((SIDE, SIDE), "f4")
    light[20:24, 20:60] = light[24:120, 38:41] = 1  # a T: its foot is the farthest
    light = np.rot90(light, turns)
    kernel = kernel_of(light)
    assert kernel.sum() == pytest.approx(light.sum(), rel=1e-5)
    assert kernel[2:-2, 2:-2].sum() < 0.999 * light.sum(), "it reaches the edge"


@pytest.mark.parametrize("move", [(0, 0), (60, 100)])
def test_the_centroid_is_the_middle(move):
    light = np.roll(lopsided(), move, axis=(0, 1))
    kernel = kernel_of(light)
    side = len(kernel)
    assert kernel.shape == (side, side) and side % 2 == 0 and kernel.dtype == np.float32
    assert centroid(kernel) == pytest.approx((side / 2, side / 2), abs=1e-3)
    y, x = np.nonzero(kernel > 0.5)
    assert x[y < y.min() + 40].max() < x[y > y.max() - 10].max(), "upright: its foot is below"


def test_where_it_is_drawn_makes_no_difference():
    """On the canvas's middle or in a corner; half a pixel aside, it is only a little softer."""
    at = [stroked(HARD, (x, x), (x + 0.25, x), (x + 0.25, x + 0.1)).light for x in (0.125, 0.5)]
    first, second = map(kernel_of, at)
    np.testing.assert_allclose(first, second, atol=1e-4)
    aside = kernel_of(stroked(HARD, (0.127, 0.128), (0.377, 0.128), (0.377, 0.228)).light)
    seen = [at_radius(kernel, 16, 16) for kernel in (first, aside)]
    np.testing.assert_allclose(seen[0], seen[1], atol=0.1 * seen[0].max())


@pytest.mark.parametrize("radius_px", [5.3, 16.0, 40.0])
def test_the_target_that_is_shown_is_the_fitters(radius_px):
    kernel = kernel_of(lopsided())
    half = math.ceil(radius_px - 0.5)
    want = Picture(kernel.astype("f8"), "drawing").draw(radius_px, half)
    np.testing.assert_allclose(at_radius(kernel, radius_px, half), want, atol=1e-9)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, "drawing: blank, a shape expected. Draw one, or type a letter"),
        ((1, 1), "drawing: 1 × 1 px, a shape of at least 3 px expected. Draw larger"),
        ((1, 2), "drawing: 2 × 1 px, a shape of at least 3 px expected. Draw larger"),
    ],
)
def test_blank_and_one_pixel_are_refused(size, expected):
    light = np.zeros((SIDE, SIDE), "f4")
    if size is not None:
        light[40 : 40 + size[0], 7 : 7 + size[1]] = 0.8
    with pytest.raises(RefitError) as error:
        kernel_of(light)
    assert str(error.value) == expected


def test_names_of_banks(tmp_path):
    assert bank_path(" heart ").name == "heart.safetensors"
    assert bank_path(str(tmp_path / "a.safetensors")) == tmp_path / "a.safetensors"
    with pytest.raises(UsageError, match=r"heart\.png: a \.png file, \.safetensors expected"):
        bank_path("heart.png")
    with pytest.raises(UsageError, match="bank: no name, a file name expected"):
        bank_path("  ")
