"""The gather of 41 taps: against numpy, with borders, bright lights, and as a guest in OpenGL."""

import math
import re

import numpy as np
import pytest
from dof import MAPPING, Painting, depth_of, lens_with_coc, released
from gl_probe import Objects, state
from images import assert_images_close, bilinear, lopsided_image

from realtime.blur.lens_view import LensView
from realtime.blur.picture import read_target
from realtime.gl.source import expand
from realtime.gl.targets import color_target
from realtime.methods.gather41 import GATHER41, SHADER
from realtime.scene.depth_mapping import DepthMapping

pytestmark = pytest.mark.gl

SIZE = (45, 61)  # rows, columns
LARGEST_PX = 9.0
LENS = lens_with_coc(7.0, 8.0, SIZE[0])  # the nearest are held at the largest CoC
VIEW = LensView(LENS, MAPPING)


def sunflower() -> np.ndarray:
    """[41, 2] in radii."""
    nth = np.arange(41)
    turn = nth * math.pi * (3 - math.sqrt(5))
    return np.sqrt((nth + 0.5) / 41)[:, None] * np.stack((np.cos(turn), np.sin(turn)), axis=-1)


def lopsided_distances(size=SIZE) -> np.ndarray:
    """[H, W] m: in front, in focus, behind, and the sky; no symmetry."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    steps = np.array([0.6, 1.2, 2.0, 3.0, 8.0, np.inf])
    return steps[(5 * x // size[1] + 3 * y // size[0]) % len(steps)]


def twin(image: np.ndarray, distance_m: np.ndarray, height_px: float) -> np.ndarray:
    """[H, W, C], [H, W] -> the same by its definition. y of taps points up, rows go down."""
    cocs = np.vectorize(LENS.coc_radius)(distance_m) * height_px
    radius = np.minimum(abs(cocs), LARGEST_PX)
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype("f8")
    taps = [bilinear(image, y - radius * up, x + radius * right) for right, up in sunflower()]
    return np.mean(taps, axis=0)


@pytest.fixture
def gather(ctx):
    made = GATHER41.make(ctx, LARGEST_PX)
    yield made
    made.release()


def painting(ctx, size=SIZE, scale: float = 1.0) -> Painting:
    distances = depth_of(lopsided_distances(size))
    made = Painting(ctx, scale * lopsided_image(*size), distances)
    made.color.repeat_x = made.color.repeat_y = False
    return made


def test_its_taps_are_a_sunflower_and_read_once_each():
    source = expand(SHADER).text
    taps = np.array(re.findall(r"TAP\((-?[\d.]+), (-?[\d.]+)\)", source), float)
    np.testing.assert_allclose(taps, sunflower(), atol=5.1e-5)
    main = source[source.index("#define TAP") :]
    assert len(re.findall(r"\btexture\w*\(|\btexelFetch\(", main)) == 2, "a tap's, and a size"


def test_it_is_its_numpy_twin(ctx, gather):
    """Each pixel by its own CoC, whatever side it is on; larger ones are held."""
    picture = painting(ctx)
    with released(picture):
        got = picture.through(gather, VIEW)
    want = twin(lopsided_image(*SIZE), lopsided_distances(), SIZE[0])
    assert_images_close(got, want, atol=1e-3, name="gather41")


@pytest.mark.parametrize("size", [(28, 41), (29, 40)])
def test_a_smaller_out_shows_the_middle(ctx, gather, size):
    """And a CoC is a part of the height that is given, not of the picture's with its border."""
    picture, out = painting(ctx), color_target(ctx, size[::-1], dtype="f4")
    with released(picture, out):
        got = picture.through(gather, LensView(LENS, MAPPING, height_px=30.0), out)
    below, left = ((whole - part) // 2 for whole, part in zip(SIZE, size, strict=True))
    top = SIZE[0] - size[0] - below
    want = twin(lopsided_image(*SIZE), lopsided_distances(), 30.0)
    want = want[top : top + size[0], left : left + size[1]]
    assert_images_close(got, want, atol=1e-3, name="gather41_border")


def test_a_reversed_depth_gives_the_same(ctx, gather):
    reverse = DepthMapping.perspective(0.1, 100.0, is_reversed=True)
    image, distances = lopsided_image(*SIZE), lopsided_distances()
    pictures = [
        Painting(ctx, image, depth_of(distances, mapping)) for mapping in (MAPPING, reverse)
    ]
    with released(*pictures):
        got = [
            picture.through(gather, LensView(LENS, mapping))
            for picture, mapping in zip(pictures, (MAPPING, reverse), strict=True)
        ]
    np.testing.assert_allclose(got[0], got[1], atol=1e-4)


def test_limits_of_the_lens_hold(ctx, gather):
    """Without blur on both sides every pixel is its own."""
    still = lens_with_coc(7.0, 8.0, SIZE[0], max_front=0.0, max_behind=0.0)
    picture = painting(ctx)
    with released(picture):
        got = picture.through(gather, LensView(still, MAPPING))
    assert_images_close(got, lopsided_image(*SIZE), atol=1e-5, name="gather41_limits")


def test_bright_lights_stay_finite(ctx, gather):
    picture, out = painting(ctx, scale=60000.0), color_target(ctx, SIZE[::-1])
    with released(picture, out):
        got = picture.through(gather, VIEW, out)
    want = 6e4 * twin(lopsided_image(*SIZE), lopsided_distances(), SIZE[0])
    assert np.isfinite(got).all() and got.max() > 3e4
    np.testing.assert_allclose(got, want, rtol=2e-3, atol=60)


def test_what_is_hidden_is_not_read(ctx, gather):
    picture, other = painting(ctx), painting(ctx, scale=9.0)
    with released(picture, other):
        alone = picture.through(gather, VIEW)
        np.testing.assert_array_equal(picture.through(gather, VIEW, hidden=other.hidden()), alone)


def test_it_leaves_the_state_and_nothing_behind(ctx):
    picture, other = painting(ctx), color_target(ctx, (17, 9))
    with released(picture, other):
        objects = Objects()
        gather = GATHER41.make(ctx, LARGEST_PX)
        assert gather.name == GATHER41.name
        gather.resize(SIZE[::-1])
        other.framebuffer.use()
        other.framebuffer.viewport, other.framebuffer.scissor = (1, 2, 5, 4), (2, 1, 4, 3)
        ctx.enable_only(ctx.BLEND | ctx.CULL_FACE)
        before = state()
        out = picture.out.framebuffer
        gather.render(picture.color, picture.depth, VIEW, out)
        assert state() == before
        ctx.enable_only(ctx.NOTHING)
        want = twin(lopsided_image(*SIZE), lopsided_distances(), SIZE[0])
        assert_images_close(read_target(picture.out), want, atol=1e-3, name="gather41_state")
        gather.release()
        ctx.detect_framebuffer(0).use()
        assert objects.alive() == {} and ctx.error == "GL_NO_ERROR"
