"""Depth of every convention, colour of every format, and what is broken in them, through pixels."""

import ctypes
import math
from contextlib import contextmanager

import numpy as np
import pytest
from banks import lopsided_bank
from dof import (
    FOCUS_M,
    GLYPH,
    MAPPING,
    SHARPEST,
    SIZE,
    Painting,
    blur,
    depth_of,
    glyph_bank,
    lens_with_coc,
    point_light,
    released,
    texture_of,
)
from gl_probe import function
from images import lopsided_image

from realtime.bank import Bank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.targets import color_target
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

pytestmark = pytest.mark.gl

PERSPECTIVE = {
    "finite": DepthMapping.perspective(0.2, 300.0),
    "infinite": DepthMapping.perspective(0.2),
    "reversed": DepthMapping.perspective(0.2, 300.0, is_reversed=True),
    "reversed infinite": DepthMapping.perspective(0.2, is_reversed=True),
}
# Rays of an orthographic picture do not meet, so its sky is only as far as its far plane. Depths of
# the same CoC: a (d' - s) / s = a - b / d, so d' = s (2 - s / d), and infinity is at twice s.
ORTHOGRAPHIC = {
    "orthographic": DepthMapping.orthographic(0.2, 2 * FOCUS_M),
    "orthographic reversed": DepthMapping.orthographic(0.2, 2 * FOCUS_M, is_reversed=True),
}
CONVENTIONS = PERSPECTIVE | ORTHOGRAPHIC
BY_HAND = {  # window depths of (near, far) and of the sky, so that the mappings are under test too
    "finite": lambda d: (1 / 0.2 - 1 / d) / (1 / 0.2 - 1 / 300),
    "infinite": lambda d: 1 - 0.2 / d,
    "reversed": lambda d: (1 / d - 1 / 300) / (1 / 0.2 - 1 / 300),
    "reversed infinite": lambda d: 0.2 / d,
    "orthographic": lambda d: (FOCUS_M * (2 - FOCUS_M / d) - 0.2) / (2 * FOCUS_M - 0.2),
    "orthographic reversed": lambda d: (
        1 - (FOCUS_M * (2 - FOCUS_M / d) - 0.2) / (2 * FOCUS_M - 0.2)
    ),
}


def painted() -> tuple[np.ndarray, np.ndarray]:
    """Steps of depth in front, in focus, and behind, with a slanted edge; and the sky."""
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    steps = np.array([1.4, 2.0, 3.3, 9.0, 120.0, np.inf])
    distance = steps[np.clip((x + y // 2) // 14, 0, 5)]
    return 2 * lopsided_image(*SIZE, channels=3), distance


def window_depth(name: str, distance_m: np.ndarray) -> np.ndarray:
    sky = CONVENTIONS[name].sky
    return np.where(np.isinf(distance_m), sky, BY_HAND[name](distance_m))


LENS = lens_with_coc(6.0, np.inf)


@pytest.fixture(scope="module")
def reference(ctx):
    """The painted scene by finite depth."""
    image, distance = painted()
    depth = window_depth("finite", distance)
    got = blur(ctx, image, None, LENS, lopsided_bank(), depth=depth, mapping=CONVENTIONS["finite"])
    assert np.abs(got[..., :3] - image).max() > 0.3
    return got


@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_same_scene_by_every_convention_is_the_same_picture(ctx, reference, name):
    image, distance = painted()
    depth, mapping = window_depth(name, distance), CONVENTIONS[name]
    got = blur(ctx, image, None, LENS, lopsided_bank(), depth=depth, mapping=mapping)
    np.testing.assert_allclose(got, reference, atol=2e-4)


def glyph_of(radius_px: int, row: int, column: int, turned: bool = False) -> np.ndarray:
    """[H, W]: the F of a point light of sum 1, by its definition, not by its bank."""
    step = radius_px // 3
    glyph = GLYPH[::-1, ::-1] if turned else GLYPH
    want = np.zeros(SIZE)
    rows = slice(row - 2 * step, row + 2 * step + 1, step)
    want[rows, column - step : column + step + 1 : step] = glyph / GLYPH.sum()
    return want


@pytest.mark.parametrize("name", CONVENTIONS)
def test_the_sky_is_behind_everything(ctx, name):
    """A star: an F as large as the CoC of infinity, upright."""
    mapping = CONVENTIONS[name]
    star = point_light(20, 33, 1.0)
    depth = np.full(SIZE, mapping.sky)
    got = blur(ctx, star, None, LENS, glyph_bank(), depth=depth, mapping=mapping)
    np.testing.assert_allclose(got[..., 0], glyph_of(6, 20, 33), atol=1e-4)


@pytest.mark.parametrize("name", PERSPECTIVE)
@pytest.mark.parametrize("kernel", ["upright", "turned"])
def test_focused_at_infinity_the_sky_is_sharp_and_all_else_in_front(ctx, name, kernel):
    mapping, star = CONVENTIONS[name], point_light(20, 33, 1.0)
    lens = Lens(focus_distance_m=math.inf, f_number=1.0)
    lens = lens.opened(6 / SIZE[0] / abs(lens.coc_radius(3.0)))
    distance, want = np.full(SIZE, np.inf), star[..., 0]
    if kernel == "turned":
        distance, want = np.full(SIZE, 3.0), glyph_of(6, 20, 33, turned=True)
    depth = window_depth(name, distance)
    got = blur(ctx, star, None, lens, glyph_bank(), depth=depth, mapping=mapping)
    np.testing.assert_allclose(got[..., 0], want, atol=1e-4)


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("slices", [1, 2, 5])
def test_a_broken_depth_counts_as_sky(ctx, name, slices):
    image, distance = painted()
    distance[10:14, 20:25] = np.inf
    mapping, settings = CONVENTIONS[name], DepthOfFieldSettings(slices, 1, precision="float")
    want, got = (
        blur(ctx, image, None, LENS, lopsided_bank(), None, settings, depth, mapping)
        for depth in (window_depth(name, distance), _broken(window_depth(name, distance)))
    )
    np.testing.assert_allclose(got, want, atol=1e-5)


def _broken(depth: np.ndarray) -> np.ndarray:
    depth[10:14, 20:25] = np.nan
    return depth


# Formats


def through(ctx, **textures) -> np.ndarray:
    """The painted scene, some of its textures replaced by those given."""
    image, distance = painted()
    painting = Painting(ctx, image, window_depth("finite", distance))
    dof = DepthOfField(ctx, lopsided_bank(), SHARPEST)
    with released(dof, painting, *textures.values()):
        return painting.through(dof, LensView(LENS, CONVENTIONS["finite"]), **textures)


@pytest.mark.parametrize("dtype", ["f2", "f4"])
@pytest.mark.parametrize("components", [3, 4])
def test_every_float_format_of_colour_is_the_same_picture(ctx, reference, components, dtype):
    image, _ = painted()
    rgba = np.concatenate([image, np.ones_like(image[..., :1])], -1)
    color = texture_of(ctx, rgba[..., :components], dtype)
    got = through(ctx, color=color)
    np.testing.assert_allclose(got, reference, atol=2e-3 if dtype == "f2" else 1e-6)


@contextmanager
def depth_texture_32f(ctx, depth: np.ndarray):
    """A texture of GL_DEPTH_COMPONENT32F, which moderngl takes but cannot make."""
    name = ctypes.c_uint()
    names = (ctypes.c_int, ctypes.POINTER(ctypes.c_uint))
    function("glGenTextures", *names)(1, name)
    function("glBindTexture", ctypes.c_uint, ctypes.c_uint)(0x0DE1, name)
    rows = np.ascontiguousarray(depth[::-1], "f4")
    upload = function(
        "glTexImage2D", ctypes.c_uint, *(ctypes.c_int,) * 5, *(ctypes.c_uint,) * 2, ctypes.c_char_p
    )
    upload(0x0DE1, 0, 0x8CAC, *rows.shape[::-1], 0, 0x1902, 0x1406, rows.tobytes())
    for filter_ in (0x2800, 0x2801):
        function("glTexParameteri", *(ctypes.c_uint,) * 2, ctypes.c_int)(0x0DE1, filter_, 0x2600)
    assert ctx.error == "GL_NO_ERROR"
    texture = ctx.external_texture(name.value, depth.shape[::-1], 1, 0, "f4")
    yield texture
    function("glDeleteTextures", *names)(1, name)


def test_depth_comes_as_a_depth_texture_of_24_bits(ctx, reference):
    """At 120 m, with a near plane at 0.2 m, they are 4 mm: the CoC moves by 4e-6 px."""
    depth = window_depth("finite", painted()[1])[::-1]
    texture = ctx.depth_texture(SIZE[::-1], np.ascontiguousarray(depth, "f4").tobytes())
    texture.compare_func = ""
    np.testing.assert_allclose(through(ctx, depth=texture), reference, atol=1e-4)


def test_depth_comes_as_a_depth_texture_of_32_bits(ctx, reference):
    with depth_texture_32f(ctx, window_depth("finite", painted()[1])) as texture:
        np.testing.assert_array_equal(through(ctx, depth=texture), reference)


# Colour


def settings_id(settings: DepthOfFieldSettings) -> str:
    return f"{settings.slices} at 1/{settings.scale}, {settings.precision}"


ALL = [
    DepthOfFieldSettings(slices, scale, precision=precision)
    for slices, scale, precision in [
        (1, 1, "float"),
        (1, 2, "half"),
        (2, 1, "half"),
        (2, 2, "float"),
        (3, 2, "half"),
        (5, 2, "half"),
        (8, 1, "float"),
    ]
]
every_kind = pytest.mark.parametrize("settings", ALL, ids=settings_id)


@every_kind
def test_alpha_comes_out_as_it_is(ctx, settings):
    """Beside any colour and depth; nor does it weigh the colours, which stay flat."""
    _, distance = painted()
    image = np.full((*SIZE, 4), 0.75, "f4")
    image[..., 3] = lopsided_image(*SIZE, channels=1, seed=4)[..., 0] - 0.3
    image[5:9, 7:30, 3], image[20:, 40, 3] = 0.0, 2.5
    got = blur(ctx, image, distance, LENS, lopsided_bank(), settings=settings)
    np.testing.assert_array_equal(got[..., 3], image[..., 3])
    np.testing.assert_allclose(got[..., :3], 0.75, rtol=4e-3)


@pytest.mark.parametrize("distance_m", [0.8, 30.0])
def test_limits_hold_discs_at_their_size(ctx, distance_m):
    """A light whose CoC were 12 px: limited to 6 on its side it is so; on the other, it is not."""
    is_front = distance_m < FOCUS_M
    own, other = ("max_front", "max_behind") if is_front else ("max_behind", "max_front")
    light, distance = point_light(20, 33, 1.0), np.full(SIZE, distance_m)
    wants = {
        (own, 6): glyph_of(6, 20, 33, turned=is_front),
        (other, 6): glyph_of(12, 20, 33, turned=is_front),
        (own, 0): light[..., 0],
    }
    for (limit, limit_px), want in wants.items():
        lens = lens_with_coc(12.0, distance_m, **{limit: limit_px / SIZE[0]})
        got = blur(ctx, light, distance, lens, glyph_bank(12.0))
        np.testing.assert_allclose(got[..., 0], want, atol=1e-4, err_msg=f"{limit} {limit_px} px")


@every_kind
def test_light_below_zero_is_none(ctx, settings):
    """A picture with negative light is that with zeros."""
    image, distance = painted()
    image -= 0.7
    assert (image < -0.1).mean() > 0.1
    got, want = (
        blur(ctx, part, distance, LENS, lopsided_bank(), settings=settings)
        for part in (image, image.clip(0))
    )
    np.testing.assert_array_equal(got, want)
    assert want.min() >= 0


def negative_bank() -> Bank:
    """Each layer has taps of -0.6 and of much more than its share."""
    bank = lopsided_bank()
    weights = [part.copy() for part in bank.weights]
    for part in weights:
        part[0] -= 0.6 + part[0]
        part[1:] *= (1.6 / part[1:].sum(axis=0))[None]
    return Bank(bank.axes, bank.offsets, tuple(weights))


@every_kind
@pytest.mark.parametrize("distance_m", [0.9, 8.0, None], ids=["front", "behind", "all"])
def test_a_bank_with_negative_weights_gives_no_negative_pixel(ctx, settings, distance_m):
    rng = np.random.default_rng(5)
    image = (40 * rng.random((*SIZE, 3)) ** 8).astype("f4")
    distance = painted()[1] if distance_m is None else np.full(SIZE, distance_m)
    lens = lens_with_coc(6.0, distance_m or np.inf)
    got = blur(ctx, image, distance, lens, negative_bank(), settings=settings)
    assert np.isfinite(got).all()
    assert got.min() >= 0


@every_kind
@pytest.mark.parametrize("make", [lopsided_bank, negative_bank])
def test_more_light_than_a_half_holds_stays_finite(ctx, settings, make):
    """60000 over half the picture, and 1e6 in a float texture, at every depth, into half floats."""
    image, distance = painted()
    image[:25, 5:] = 60000.0
    image[30:40, 10:55] = 1e6
    painting, out = Painting(ctx, image, depth_of(distance)), color_target(ctx, SIZE[::-1])
    dof = DepthOfField(ctx, make(), settings)
    with released(dof, painting, out):
        view = LensView(LENS, MAPPING)
        for got in (painting.through(dof, view), painting.through(dof, view, out=out)):
            assert np.isfinite(got).all()
            assert got.min() >= 0
            assert got.max() < 65520, "which the driver may round to Inf as a half"
            assert got[8:16, 12:50, :3].mean() > 30000, "and bright"


def test_fireflies_are_held_where_that_is_asked_for(ctx):
    """`brightest` is that of the largest channel, the hue stays; by default all light is kept."""
    image, distance = np.full((*SIZE, 3), 0.25, "f4"), painted()[1]
    held = image.copy()
    for row, column in ((9, 5), (20, 17), (31, 50)):  # in front, in focus, behind
        image[row, column] = (2000.0, 500.0, 8.0)
        held[row, column] = (8.0, 2.0, 0.032)
    for slices, scale in ((1, 1), (2, 2), (5, 1)):
        off = DepthOfFieldSettings(slices, scale, precision="float")
        on = DepthOfFieldSettings(slices, scale, brightest=8.0, precision="float")
        got, want = (
            blur(ctx, part, distance, LENS, lopsided_bank(), settings=settings)
            for part, settings in ((image, on), (held, off))
        )
        np.testing.assert_allclose(got, want, rtol=1e-4)
        kept = blur(ctx, image, distance, LENS, lopsided_bank(), settings=off)
        assert kept[..., 0].max() > 100
    assert DepthOfFieldSettings().brightest == math.inf


def test_by_default_a_highlight_keeps_its_light(ctx):
    image = point_light(20, 33, 9000.0)
    got = blur(ctx, image, np.full(SIZE, np.inf), LENS, glyph_bank())
    assert got[..., 0].sum() == pytest.approx(9000, rel=1e-3)


def test_mappings_are_those_of_the_depths_by_hand():
    """So that a picture of the wrong depth is not blamed on its mapping."""
    for name, mapping in PERSPECTIVE.items():
        distance = np.array([0.25, 2.0, 290.0])
        np.testing.assert_allclose(depth_of(distance, mapping), BY_HAND[name](distance), rtol=1e-9)
    assert depth_of(np.inf) == 1.0 and MAPPING.sky == 1.0
