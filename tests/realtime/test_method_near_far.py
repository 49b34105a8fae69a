"""The near/far gather: discs of the right size and light, silhouettes, borders, and as a guest."""

import contextlib

import numpy as np
import pytest
from dof import FOCUS_M, MAPPING, Painting, depth_of, lens_with_coc, point_light, released
from gl_probe import Objects, state
from images import lopsided_image

from realtime.blur.lens_view import LensView
from realtime.blur.picture import read_target
from realtime.gl.source import expand
from realtime.gl.targets import color_target
from realtime.methods.near_far import NEAR_FAR, NearFar, sunflower, tiles_around

pytestmark = pytest.mark.gl

SIZE = (91, 121)  # rows, columns
LARGEST_PX = 32.0
FAR_M, NEAR_M = 8.0, 0.8
SIDES = pytest.mark.parametrize("distance_m", [FAR_M, NEAR_M], ids=["far", "near"])


@pytest.fixture
def near_far(ctx):
    made = NEAR_FAR.make(ctx, LARGEST_PX)
    yield made
    made.release()


def view_of(radius_px: float, distance_m: float) -> LensView:
    """Through which a distance has this CoC radius."""
    return LensView(lens_with_coc(radius_px, distance_m, SIZE[0]), MAPPING)


def blurred(ctx, near_far: NearFar, image, distance_m, view: LensView) -> np.ndarray:
    """[H, W, 3] and [H, W] or one distance, m -> [H, W, 4]."""
    distances = np.broadcast_to(distance_m, image.shape[:2])
    picture = Painting(ctx, image, depth_of(distances))
    with released(picture):
        return picture.through(near_far, view)


def light_at(row: int, column: int, light: float = 1.0, size=SIZE) -> np.ndarray:
    """[H, W, 3], black but for 2 × 2 px from there on, which become one texel of half size."""
    assert (size[0] - row) % 2 == 0 and column % 2 == 0, "counted from the lower left"
    return sum(point_light(row + r, column + c, light, size) for r in (0, 1) for c in (0, 1))


def distance_to(row: float, column: float, size=SIZE) -> np.ndarray:
    """[H, W] px from a place, to the middle of each pixel."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]] + 0.5
    return np.hypot(y - row, x - column)


def lopsided_distances(size=SIZE) -> np.ndarray:
    """[H, W] m: steps in front, in focus and behind; no symmetry."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    steps = np.array([0.7, 1.2, 2.0, 3.0, 8.0, np.inf])
    return steps[(5 * x // size[1] + 3 * y // size[0]) % len(steps)]


# What comes out


@pytest.mark.parametrize("size", [SIZE, (1, 1), (2, 7), (38, 64)])
def test_a_picture_in_focus_comes_out_unchanged(ctx, near_far, size):
    """Bright as it may be, alpha included."""
    picture = Painting(ctx, 6e4 * lopsided_image(*size), depth_of(np.full(size, FOCUS_M)))
    with released(picture):
        got = picture.through(near_far, view_of(20.0, FAR_M))
    np.testing.assert_array_equal(got, 6e4 * lopsided_image(*size))


@SIDES
def test_a_flat_picture_stays_flat(ctx, near_far, distance_m):
    """Out of focus all over, up to the borders."""
    got = blurred(ctx, near_far, np.full((*SIZE, 3), 3.0, "f4"), distance_m, view_of(11.0, FAR_M))
    np.testing.assert_allclose(got[..., :3], 3.0, rtol=2e-3)


@SIDES
@pytest.mark.parametrize("radius_px", [4.0, 11.5, 24.0])
def test_a_light_becomes_the_lenss_disc(ctx, near_far, distance_m, radius_px):
    """On a plane out of focus: its light, its place, its radius, and flat inside."""
    row, column = 45, 58
    view = view_of(radius_px, distance_m)
    got = blurred(ctx, near_far, light_at(row, column, 400.0), distance_m, view)[..., 0]
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]] + 0.5
    energy = got.sum() / 1600
    assert energy == pytest.approx(1, abs=0.02)
    centre = (got * y).sum() / got.sum(), (got * x).sum() / got.sum()
    assert centre == pytest.approx((row + 1, column + 1), abs=0.2)
    away = distance_to(row + 1, column + 1)
    found_px = np.sqrt(2 * (got * away**2).sum() / got.sum())
    assert found_px == pytest.approx(radius_px, abs=0.5), "of the disc of this variance"
    assert not got[away > 1.12 * radius_px + 5].any(), "the fill's part, and texels' widths"
    share = got[away < 0.7 * radius_px].mean() * np.pi * radius_px**2 / 1600
    # Taps stand on whole texels; and half size, drawn large, is no disc where it is as wide as one.
    assert share == pytest.approx(1, abs=0.15 if radius_px > 8 else 0.25)


def test_a_small_near_light_is_found_from_tiles_away(ctx, near_far):
    """In front of what is in focus: the reach of its disc is not known where it is seen."""
    row, column, radius_px = 45, 58, 26.0
    distances = np.full(SIZE, FOCUS_M)
    distances[row : row + 2, column : column + 2] = NEAR_M
    view = view_of(radius_px, NEAR_M)
    got = blurred(ctx, near_far, light_at(row, column, 5e4), distances, view)[..., 0]
    away = distance_to(row + 1, column + 1)
    rings = [got[(away >= a) & (away < a + 4)].mean() for a in range(0, 24, 4)]
    even = 4 * 5e4 / (np.pi * radius_px**2)
    assert rings == pytest.approx([even] * 6, rel=0.25)
    assert got.sum() == pytest.approx(2e5, rel=0.05)
    assert not got[away > 1.12 * radius_px + 5].any()


@SIDES
def test_an_edge_on_a_plane_becomes_the_discs_ramp(ctx, near_far, distance_m):
    """A half plane of light, blurred by a disc: the share of the disc on its side."""
    radius_px, column = 16.0, 60
    image = np.zeros((*SIZE, 3), "f4")
    image[:, :column] = 1.0
    got = blurred(ctx, near_far, image, distance_m, view_of(radius_px, distance_m))[45, :, 0]
    u = np.clip((np.arange(SIZE[1]) + 0.5 - column) / radius_px, -1, 1)
    want = 0.5 - (np.arcsin(u) + u * np.sqrt(1 - u * u)) / np.pi
    np.testing.assert_allclose(got, want, atol=0.06)


# Silhouettes


@pytest.mark.parametrize("column", [60, 61])
def test_the_front_blurs_over_its_silhouette(ctx, near_far, column):
    """Outside and inside of it; and what is in focus stays beyond its reach."""
    radius_px = 14.0
    image, distances = np.zeros((*SIZE, 3), "f4"), np.full(SIZE, FOCUS_M)
    image[:, :column], distances[:, :column] = 1.0, NEAR_M
    got = blurred(ctx, near_far, image, distances, view_of(radius_px, NEAR_M))[45, :, 0]
    u = np.clip((np.arange(SIZE[1]) + 0.5 - column) / radius_px, -1, 1)
    want = 0.5 - (np.arcsin(u) + u * np.sqrt(1 - u * u)) / np.pi
    np.testing.assert_allclose(got, want, atol=0.12)
    assert got[column + 4] > 0.2 and got[column - 4] < 0.8
    assert not got[column + 20 :].any()


@pytest.mark.parametrize("column", [60, 61])
@pytest.mark.parametrize("radius_px", [3.0, 20.0])
def test_nothing_in_focus_bleeds_into_the_far_blur(ctx, near_far, column, radius_px):
    image, distances = np.zeros((*SIZE, 3), "f4"), np.full(SIZE, FAR_M)
    image[:, :column], distances[:, :column] = 1000.0, FOCUS_M
    got = blurred(ctx, near_far, image, distances, view_of(radius_px, FAR_M))[..., 0]
    np.testing.assert_array_equal(got, image[..., 0])


@pytest.mark.parametrize("column", [60, 61])
def test_nothing_in_front_bleeds_into_the_far_blur(ctx, near_far, column):
    """It spreads by its own disc, and no farther."""
    image, distances = np.zeros((*SIZE, 3), "f4"), np.full(SIZE, FAR_M)
    image[:, :column], distances[:, :column] = 1000.0, NEAR_M
    lens = lens_with_coc(20.0, FAR_M, SIZE[0], max_front=5.0 / SIZE[0])
    got = blurred(ctx, near_far, image, distances, LensView(lens, MAPPING))[..., 0]
    # Its disc of 5 px, the fill, and texels' widths; the far blur would reach 20 px.
    assert got[:, column + 1].min() > 100 and not got[:, column + 12 :].any()


def test_what_is_nearly_in_focus_spreads_by_its_own_disc(ctx, near_far):
    """Of 4 px, not by the 20 px of the pixels behind it that gather."""
    image, distances = np.zeros((*SIZE, 3), "f4"), np.full(SIZE, FAR_M)
    image[:, :60], distances[:, :60] = 1000.0, 2.353
    got = blurred(ctx, near_far, image, distances, view_of(20.0, FAR_M))[..., 0]
    assert got[:, 60].min() > 100 and not got[:, 60 + 12 :].any()


def test_what_is_behind_does_not_darken_where_focus_ends(ctx, near_far):
    """The far field is a mean of what is behind alone, not of the nothing beside it."""
    image, distances = np.full((*SIZE, 3), 2.0, "f4"), np.full(SIZE, FAR_M)
    image[:, :51], distances[:, :51] = 0.0, FOCUS_M
    got = blurred(ctx, near_far, image, distances, view_of(20.0, FAR_M))[..., 0]
    np.testing.assert_allclose(got[:, 51:], 2.0, rtol=2e-3)
    assert not got[:, :51].any()


# Inputs


@pytest.mark.parametrize("size", [(60, 87), (61, 90)])
def test_a_smaller_out_shows_the_middle(ctx, near_far, size):
    picture = Painting(ctx, lopsided_image(*SIZE), depth_of(lopsided_distances()))
    out = color_target(ctx, size[::-1], dtype="f4")
    view = LensView(lens_with_coc(9.0, FAR_M, 70), MAPPING, height_px=70.0)
    with released(picture, out):
        whole = picture.through(near_far, view)
        got = picture.through(near_far, view, out)
    below, left = ((w - part) // 2 for w, part in zip(SIZE, size, strict=True))
    top = SIZE[0] - size[0] - below
    np.testing.assert_array_equal(got, whole[top : top + size[0], left : left + size[1]])


def test_a_coc_is_a_part_of_the_height_that_is_given(ctx, near_far):
    image = lopsided_image(*SIZE)
    whole, part = view_of(9.0, FAR_M), LensView(lens_with_coc(9.0, FAR_M, 40), MAPPING, 40.0)
    got = [blurred(ctx, near_far, image, lopsided_distances(), view) for view in (whole, part)]
    np.testing.assert_allclose(got[0], got[1], atol=2e-3)


@SIDES
def test_a_larger_coc_is_held(ctx, near_far, distance_m):
    image = light_at(45, 58, 400.0)
    small = NearFar(ctx, 8.0)
    with released(small):
        held = blurred(ctx, small, image, distance_m, view_of(20.0, distance_m))
    want = blurred(ctx, near_far, image, distance_m, view_of(8.0, distance_m))
    np.testing.assert_allclose(held, want, atol=2e-2)


def test_lights_at_the_end_of_half_floats_stay_finite(ctx, near_far):
    image = 6e4 * (lopsided_image(*SIZE) > 0.8)
    picture = Painting(ctx, image, depth_of(lopsided_distances()))
    out = color_target(ctx, SIZE[::-1])
    with released(picture, out):
        got = picture.through(near_far, view_of(15.0, FAR_M), out)
    assert np.isfinite(got).all() and 3e4 < got[..., :3].max() <= 65504


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_broken_pixel_does_not_spread(ctx, near_far, broken):
    """On a flat picture nothing of it is seen, whatever its distance."""
    image = np.full((*SIZE, 3), 0.5, "f4")
    rows, columns = [8, 30, 31, 66, 85], [7, 50, 51, 90, 110]
    image[rows, columns, 1] = broken
    got = blurred(ctx, near_far, image, lopsided_distances(), view_of(15.0, FAR_M))
    np.testing.assert_allclose(got[..., :3], 0.5, rtol=3e-3)


def test_what_is_hidden_is_not_read(ctx, near_far):
    picture = Painting(ctx, lopsided_image(*SIZE), depth_of(lopsided_distances()))
    other = Painting(ctx, 9 * lopsided_image(*SIZE), depth_of(np.full(SIZE, FAR_M)))
    view = view_of(15.0, FAR_M)
    with released(picture, other):
        alone = picture.through(near_far, view)
        np.testing.assert_array_equal(picture.through(near_far, view, hidden=other.hidden()), alone)


# Parts


def test_taps_share_the_disc_out_evenly():
    taps = sunflower(64).astype("f8")
    assert np.sum(taps**2) == pytest.approx(32), "the variance of a disc"
    assert abs(taps.mean(axis=0)).max() < 0.03
    assert np.hypot(*taps.T).max() < 1


@pytest.mark.parametrize(("largest_px", "tiles"), [(2.0, 1), (16.0, 2), (32.0, 3), (76.0, 6)])
def test_tiles_are_looked_at_as_far_as_a_disc_reaches(largest_px, tiles):
    """A tile is 16 px. A disc half a tile from its own, seen a tile from another's middle."""
    assert tiles_around(largest_px) == tiles


@pytest.mark.parametrize(
    ("shader", "taps", "reads"),
    [("far", 64, 2), ("near", 64, 2), ("fill", 16, 3)],
)
def test_a_tap_is_one_read(shader, taps, reads):
    """One in the loop; a texel's own CoC or reach besides."""
    defines = {"TAPS": taps, "TILE": 8, "LEAST_RADIUS": 0.5}
    source = expand(f"methods/near_far_{shader}.frag", defines).text
    assert source.count("textureLod(") + source.count("texelFetch(") == reads


class Sections:
    """A timer that only notes what it would time."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        self.names.append(name)
        return contextlib.nullcontext()


def test_each_stage_is_timed_by_itself(ctx, near_far):
    picture = Painting(ctx, lopsided_image(*SIZE), depth_of(lopsided_distances()))
    timer = Sections()
    with released(picture):
        picture.through(near_far, view_of(9.0, FAR_M), timer=timer)
    assert timer.names == ["half", "tiles", "far", "near", "fill", "composite"]


# As a guest


def test_it_leaves_the_state_as_it_was(ctx, near_far):
    picture, other = (
        Painting(ctx, lopsided_image(*SIZE), depth_of(lopsided_distances())),
        color_target(ctx, (17, 9)),
    )
    view = view_of(9.0, FAR_M)
    with released(picture, other):
        want = picture.through(near_far, view)
        other.framebuffer.use()
        other.framebuffer.viewport, other.framebuffer.scissor = (1, 2, 5, 4), (2, 1, 4, 3)
        ctx.enable_only(ctx.BLEND | ctx.CULL_FACE)
        before = state()
        near_far.render(picture.color, picture.depth, view, picture.out.framebuffer)
        assert state() == before
        ctx.enable_only(ctx.NOTHING)
        np.testing.assert_array_equal(read_target(picture.out), want)
        ctx.detect_framebuffer(0).use()


def test_release_frees_everything_and_frames_make_nothing(ctx):
    pictures = [
        Painting(ctx, lopsided_image(*size), depth_of(lopsided_distances(size)))
        for size in (SIZE, (40, 33))
    ]
    view = view_of(9.0, FAR_M)
    with released(*pictures):
        objects = Objects()
        near_far = NEAR_FAR.make(ctx, LARGEST_PX)
        assert near_far.name == NEAR_FAR.name
        first = pictures[0].through(near_far, view)
        count = objects.count()
        for picture in (*pictures, *pictures):
            picture.through(near_far, view)
            assert objects.count() == count
        made = objects.alive()
        np.testing.assert_array_equal(pictures[0].through(near_far, view), first)
        pictures[0].through(near_far, view)
        assert objects.count() == count and made
        near_far.release()
        assert objects.alive() == {} and ctx.error == "GL_NO_ERROR"
