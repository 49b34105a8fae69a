"""The cascade at half and quarter size against dense kernels, and what a single light becomes."""

import re
from dataclasses import replace

import numpy as np
import pytest
from banks import cascade_blur, dense_blur, disc, disc_bank, lopsided_bank
from gl_probe import Objects
from images import assert_images_close, bilinear, lopsided_image
from impulses import BACKGROUND, point_light
from spots import moments
from tiled import TILE, blur_lower_left

from realtime.bank import Axis, Bank
from realtime.blur.picture import blur_picture, read_target, write_target
from realtime.errors import GraphicsError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.source import expand
from realtime.gl.targets import color_target
from realtime.methods.half_places import CELLS, MIXED_PX, half_places
from realtime.methods.half_tiles import TILE as OWN_TILE
from realtime.methods.half_tiles import HalfTiles
from realtime.methods.sparse_half import (
    ADDED_PX2,
    SHARPEN,
    SPARSE_HALF,
    SPARSE_QUARTER,
    SparseHalfPass,
    SparseQuarterPass,
)
from realtime.methods.spread import spread_px
from realtime.metrics import psnr_db
from realtime.passes.cascade import CascadePass
from realtime.passes.frame import TURNED, UPRIGHT

SIZES = [(64, 96), (65, 97), (63, 90)]  # rows, columns
RADII = (0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24)
FAR_RADII = (0.0, 1.0, 2.5, 6.0, 14.0, 30.0)
PASSES = [SparseHalfPass, SparseQuarterPass]


def fine_bank(radii=RADII) -> Bank:
    """Sunflowers and rings as in `disc_bank`, at more knots and with the discs themselves."""
    largest = disc_bank(radii[-1])
    scales = np.array(radii) / radii[-1]
    offsets = tuple((part[:, :, -1:] * scales[:, None]).astype("f4") for part in largest.offsets)
    weights = tuple(np.repeat(part[:, :, -1:], len(radii), axis=2) for part in largest.weights)
    targets = np.stack([disc(radius, radii[-1]) for radius in radii])[None]
    return Bank((Axis("radius", "px", radii),), offsets, weights, targets)


def far_bank() -> Bank:
    """Lopsided and of one shape at all radii; the first knot is the identity."""
    bank = lopsided_bank(layers=(7, 5), radii=FAR_RADII)
    weights = tuple(np.repeat(part[:, :, :1], len(FAR_RADII), axis=2) for part in bank.weights)
    return replace(bank, weights=weights)


def place_of(bank: Bank, radius) -> np.ndarray:
    knots = bank.axes[0].knots
    return np.interp(radius, knots, range(len(knots)))


def soft_picture(rows: int, columns: int) -> np.ndarray:
    """As photographs are: more of what is large than of what is small."""
    rng = np.random.default_rng(5)
    image = np.zeros((rows, columns, 4))
    for step in (16, 8, 4, 2, 1):
        small = rng.random((rows // step + 3, columns // step + 3, 4))
        y, x = np.indices((rows, columns)) / step
        image += step**0.8 * bilinear(small, y, x)
    return (image / image.max()).astype("f4")


def blur(ctx, kind, bank, image, radius, **options) -> np.ndarray:
    """Radius: [H, W] px, or one for all pixels."""
    place = np.broadcast_to(place_of(bank, radius), image.shape[:2])
    return blur_picture(ctx, kind, bank, image, place, **options)


# One radius


@pytest.mark.gl
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("kind", "radius", "least_db"),
    [
        (SparseHalfPass, 8, 56),
        (SparseHalfPass, 16, 55),
        (SparseHalfPass, 24, 54),
        (SparseQuarterPass, 16, 50),
        (SparseQuarterPass, 24, 50),
    ],
)
def test_it_is_near_the_dense_kernel(ctx, kind, radius, least_db, size):
    bank, image = fine_bank(), soft_picture(*size)
    got = blur(ctx, kind, bank, image, radius)[..., :3]
    want = dense_blur(image, bank.targets[0, RADII.index(radius)])[..., :3]
    assert psnr_db(got, want) > least_db


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
@pytest.mark.parametrize("at", [(60, 70), (61, 71), (62, 71), (63, 73)])
@pytest.mark.parametrize("radius", [5, 7, 12, 24])
def test_a_light_keeps_its_place_and_its_spread(ctx, kind, at, radius):
    """Wherever in its texel it is. On a background, that no lobe is held at 0."""
    bank = fine_bank()
    got = blur(ctx, kind, bank, point_light(129, 140, at, BACKGROUND), radius) - BACKGROUND
    total, x, y, *sigma = moments(got, *at)
    assert total == pytest.approx(1, abs=2e-3)
    np.testing.assert_allclose((x, y), 0, atol=0.05)
    want_px2 = np.interp(place_of(bank, radius), range(len(RADII)), spread_px(bank)) ** 2
    assert np.mean(np.square(sigma)) == pytest.approx(want_px2, rel=0.03)


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
@pytest.mark.parametrize("radius", [0, 1, 3.9])
def test_small_radii_are_the_cascade_at_full_size(ctx, kind, radius):
    bank, image = fine_bank(), lopsided_image(37, 51)
    got = blur(ctx, kind, bank, image, radius)
    np.testing.assert_array_equal(got, blur(ctx, CascadePass, bank, image, radius))
    if radius == 0:
        np.testing.assert_array_equal(got, image)


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
def test_flat_stays_flat(ctx, kind):
    flat = np.full((45, 70, 4), 3.25, "f4")
    radius = np.linspace(0, 24, 70) * np.ones((45, 1))
    np.testing.assert_allclose(blur(ctx, kind, fine_bank(), flat, radius), flat, rtol=1e-5)


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
def test_a_bright_light_leaves_no_darkness(ctx, kind):
    for radius in (5, 6, 9, 24):
        got = blur(ctx, kind, fine_bank(), 1000 * point_light(90, 91, (44, 45)), radius)
        assert got.min() >= 0


# Every pixel its own


def own_dense(image: np.ndarray, radius: np.ndarray, steps_px: float = 0.25) -> np.ndarray:
    """Each pixel by the disc of its own radius, to a quarter of a px."""
    nearest = np.round(radius / steps_px) * steps_px
    out = np.zeros(image.shape)
    for one in np.unique(nearest):
        here = nearest == one
        out[here] = dense_blur(image, disc(one, one))[here]
    return out


@pytest.mark.gl
@pytest.mark.parametrize(("kind", "least_db"), [(SparseHalfPass, 55), (SparseQuarterPass, 53)])
def test_on_a_ramp_each_pixel_has_its_own_radius(ctx, kind, least_db):
    rows, columns = 64, 161
    image = soft_picture(rows, columns)
    radius = np.linspace(0, 24, columns) * np.ones((rows, 1))
    got, want = blur(ctx, kind, fine_bank(), image, radius), own_dense(image, radius)
    for first in range(0, columns, 23):  # no column is worse than the rest: no seam
        part = np.s_[:, first : first + 23, :3]
        assert psnr_db(got[part], want[part]) > least_db


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
def test_what_is_drawn_at_full_size_has_all_it_reads(ctx, kind):
    """Small discs in large ones, anywhere: no tile that is left out is ever read."""
    rows, columns = 150, 170
    rng = np.random.default_rng(2)
    radius = np.full((rows, columns), 24.0)
    radius[rng.integers(0, rows, 9), rng.integers(0, columns, 9)] = 3.0
    radius[:, 120:] = 1.5
    flat = np.full((rows, columns, 4), 0.75, "f4")
    np.testing.assert_allclose(blur(ctx, kind, fine_bank(), flat, radius), flat, rtol=1e-5)
    image = soft_picture(rows, columns)
    got = blur(ctx, kind, fine_bank(), image, radius)
    small = radius < MIXED_PX[0]
    want = blur(ctx, CascadePass, fine_bank(), image, radius)
    np.testing.assert_array_equal(got[small], want[small])


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
@pytest.mark.parametrize("frame", [UPRIGHT, TURNED, (0.6, 0.3, -0.2, 0.9), (0.0, 1.0, -1.0, 0.0)])
def test_a_lopsided_kernel_follows_the_frame(ctx, kind, frame):
    """A light becomes what it does at full size: its middle and its spread, turned or squeezed."""
    bank, light = far_bank(), point_light(161, 170, (80, 85), BACKGROUND)
    parts = [blur(ctx, one, bank, light, 26.0, frame=frame) for one in (kind, CascadePass)]
    got, want = (moments(part - BACKGROUND, 80, 85) for part in parts)
    assert np.abs(want[1:3]).max() > 1, "lopsided, or this says nothing"
    np.testing.assert_allclose(got[1:3], want[1:3], atol=0.35)
    np.testing.assert_allclose(got[3:], want[3:], rtol=0.06)  # what sizes add is round


@pytest.mark.gl
def test_half_precision_stays_near(ctx):
    bank, image = fine_bank(), lopsided_image(64, 96)
    radius = np.linspace(0, 24, 96) * np.ones((64, 1))
    exact = blur(ctx, SparseQuarterPass, bank, image, radius)
    got = blur(ctx, SparseQuarterPass, bank, image, radius, precision="half")
    assert_images_close(got, exact, atol=5e-3, name="sparse_half_precision")


# Over tiles


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
@pytest.mark.parametrize("tiles", [1, 3])
def test_over_tiles_it_is_the_same_and_empty_between(ctx, kind, tiles):
    bank, image = fine_bank(), lopsided_image(51, 67)
    place = place_of(bank, np.linspace(0, 20, 67) * np.ones((51, 1)))
    got = blur_lower_left(ctx, kind, bank, image, place, tiles)
    want = blur_picture(ctx, kind, bank, image, place)
    inside = np.zeros(got.shape[:2], bool)
    inside[51 - tiles * TILE :, : tiles * TILE] = True
    np.testing.assert_allclose(got[inside], want[inside], atol=1e-6)
    assert not got[~inside].any()


@pytest.mark.gl
@pytest.mark.parametrize(
    ("radius", "full", "half"), [(0.0, False, False), (2.0, True, False), (20.0, False, True)]
)
def test_only_the_size_that_is_needed_is_drawn(ctx, radius, full, half):
    bank = BankTextures(ctx, fine_bank())
    kernel = SparseHalfPass(ctx, bank)
    color, first, second, out = (color_target(ctx, (64, 48)) for _ in range(4))
    color.framebuffer.clear(1.0, 1.0, 1.0, 1.0)
    place = color_target(ctx, (64, 48), 1, "f4")
    place.framebuffer.clear(float(place_of(fine_bank(), radius)))
    kernel.draw(color.color, place.color, (first, second), out)
    own = kernel._targets
    drawn = [any(target.framebuffer.read(components=4)) for target in (own.full, own.blurred)]
    assert drawn == [full, half]
    for part in (kernel, bank, color, first, second, out, place):
        part.release()


@pytest.mark.gl
@pytest.mark.parametrize(("reach_px", "away"), [(0.0, 1), (11.9, 1), (14.0, 1), (17.0, 2)])
@pytest.mark.parametrize(("size", "found"), [(0, 0.25), (1, 0.75)])
def test_one_texel_asks_for_its_tile_and_those_around(ctx, reach_px, away, size, found):
    """Any of the tile's; for full and for half size. away: tiles."""
    side, texels = 7, OWN_TILE // 2
    tiles = HalfTiles(ctx, (side * OWN_TILE, (side - 1) * OWN_TILE - 3))
    needs = color_target(ctx, (side * texels, (side - 1) * texels - 1), 2, "f1")
    reach_px -= 4.0 * size if reach_px > 4 else 0.0
    want = np.zeros((side - 1, side), int)
    want[3 - away : 4 + away, 3 - away : 4 + away] = round(255 * found)
    for row, column in np.ndindex(texels, texels):
        texel = np.zeros((*needs.size[::-1], 2), "u1")
        texel[3 * texels + row, 3 * texels + column, size] = 255
        needs.color.write(texel.tobytes(), alignment=1)
        full, _ = tiles.draw(needs.color, (reach_px, reach_px), UPRIGHT)
        got = np.frombuffer(full.classes.read(alignment=1), "u1").reshape(side - 1, side)
        np.testing.assert_allclose(got, want, atol=1)
    tiles.release()
    needs.release()


@pytest.mark.gl
def test_a_texel_has_the_place_of_its_largest_pixel(ctx):
    rows, columns = 33, 47
    rng = np.random.default_rng(3)
    bank = fine_bank()
    place = rng.uniform(0, len(RADII) - 1, (rows, columns)).astype("f4")
    textures = BankTextures(ctx, bank)
    kernel = SparseHalfPass(ctx, textures)
    color, first, second, out = (color_target(ctx, (columns, rows)) for _ in range(4))
    where = color_target(ctx, (columns, rows), 1, "f4")
    write_target(where, place[..., None], "f4")
    kernel.draw(color.color, where.color, (first, second), out)
    got = read_target(kernel._targets.place)[::-1, :, 0]  # GL's rows: blocks begin at the bottom
    blocks = np.pad(place[::-1], ((0, 1), (0, 1)), "edge").reshape(17, 2, 24, 2)
    table = half_places(bank, ADDED_PX2).table
    want = np.interp(blocks.max(axis=(1, 3)) * CELLS, range(len(table)), table)
    np.testing.assert_allclose(got, want, atol=0.02)
    for part in (kernel, textures, color, first, second, out, where):
        part.release()


# Its life


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
def test_another_bank_takes_its_place(ctx, kind):
    banks = [fine_bank(), fine_bank(tuple(1.3 * radius for radius in RADII))]
    textures = [BankTextures(ctx, bank, "float") for bank in banks]
    image, radius = lopsided_image(50, 60), np.linspace(0, 24, 60) * np.ones((50, 1))
    assert kind is SparseQuarterPass or textures[0].shape == textures[1].shape

    class Rebound(kind):
        def __init__(self, ctx, bank):
            super().__init__(ctx, textures[0])
            self.rebind(bank)

    got = blur(ctx, Rebound, banks[1], image, radius)
    np.testing.assert_array_equal(got, blur(ctx, kind, banks[1], image, radius))
    assert np.abs(got - blur(ctx, kind, banks[0], image, radius)).max() > 1e-3
    for one in textures:
        one.release()


@pytest.mark.gl
@pytest.mark.parametrize("kind", PASSES)
def test_its_targets_follow_the_picture_and_nothing_stays(ctx, kind):
    objects = Objects()
    bank = BankTextures(ctx, fine_bank())
    kernel = kind(ctx, bank)
    counts = []
    for size, dtype in (((64, 48), "f4"), ((31, 9), "f4"), ((31, 9), "f2"), ((31, 9), "f2")):
        color, first, second, out = (color_target(ctx, size, dtype=dtype) for _ in range(4))
        place = color_target(ctx, size, 1, "f4")
        kernel.rebind(bank)
        kernel.draw(color.color, place.color, (first, second), out)
        kept = kernel._targets
        for part in (color, first, second, out, place):
            part.release()
        assert kept.color.size == tuple(-(-side // 2) for side in size)
        assert {target.color.dtype for target in (kept.full, kept.color, *kept.scratch)} == {dtype}
        counts.append(objects.count())
    assert counts[0] == counts[1] == counts[2] == counts[3]
    kernel.release()
    bank.release()
    assert objects.alive() == {}


# What it makes of a bank


def test_half_the_size_has_half_the_spread():
    bank = fine_bank()
    places = half_places(bank, ADDED_PX2)
    sigma = spread_px(bank)
    for radius in (7.0, 11.0, 24.0):
        place = place_of(bank, radius)
        half = places.table[round(place * CELLS)]
        at_full, at_half = np.interp((round(place * CELLS) / CELLS, half), range(len(sigma)), sigma)
        assert 4 * at_half**2 + ADDED_PX2 == pytest.approx(at_full**2, rel=1e-4)
    assert places.mixed == pytest.approx(tuple(place_of(bank, MIXED_PX)))
    assert places.table[0] == 0


def test_small_banks_stay_at_full_size_and_late_ones_as_far_as_they_must():
    small = half_places(fine_bank((0, 1, 3)), ADDED_PX2)
    assert small.mixed[0] > 2, "no radius of it is large enough"
    late = half_places(fine_bank((8, 12, 20, 32)), ADDED_PX2)
    assert 1 < late.mixed[0] < late.mixed[1] < 2, "half of 16 px and a little is its first knot"
    cut = half_places(fine_bank((0, 5)), ADDED_PX2)
    assert cut.mixed == pytest.approx((0.8, 1.2)), "at 5 px half of each"


@pytest.mark.gl
def test_a_late_bank_is_blurred_right_everywhere(ctx):
    bank, light = fine_bank((8, 12, 20, 32)), point_light(161, 163, (80, 81), BACKGROUND)
    for radius in (8, 12, 18, 30):
        got = blur(ctx, SparseHalfPass, bank, light, radius) - BACKGROUND
        want = blur(ctx, CascadePass, bank, light, radius) - BACKGROUND
        sigmas = [np.mean(moments(part, 80, 81)[3:]) for part in (got, want)]
        assert sigmas[0] == pytest.approx(sigmas[1], rel=0.02)


def test_reads_of_later_layers_are_within_its_margins():
    bank = fine_bank()
    full, half = half_places(bank, ADDED_PX2).reaches_px
    unit = np.hypot(*bank.offsets[1][0, 0, -1]) / 24 + np.hypot(*bank.offsets[2][0, 0, -1]) / 24
    assert full == pytest.approx(6 * unit, rel=1e-3)
    assert 24 * unit * 0.95 < half <= 24 * unit
    assert OWN_TILE % 4 == 0, "needs are read between four texels of half the size"


REFUSED = [
    (fine_bank((8,)), "knots down to less than half its largest radius expected"),
    (fine_bank((8, 12)), "knots down to less than half its largest radius expected"),
    (lopsided_bank(angles=(0.0, 1.0)), "one axis, called radius, expected"),
]


@pytest.mark.gl
@pytest.mark.parametrize(("bank", "reason"), REFUSED)
@pytest.mark.parametrize("method", [SPARSE_HALF, SPARSE_QUARTER])
def test_banks_that_it_cannot_do(ctx, bank, reason, method):
    assert method.cannot(bank) == reason
    textures = BankTextures(ctx, bank)
    with pytest.raises(GraphicsError, match=rf"^bank: {reason}\. Bake one from radius 0 on, or"):
        method.make(ctx, textures)
    textures.release()


def test_what_is_known_of_them():
    for method, name in ((SPARSE_HALF, "sparse-half"), (SPARSE_QUARTER, "sparse-quarter")):
        assert (method.name, method.kind.name, method.reads) == (name, name, (Bank,))
        assert method.cannot(fine_bank()) is None


def test_their_fetches_are_what_the_shaders_say():
    def reads(part: str) -> int:
        return len(re.findall(r"\b(?:textureLod|texelFetch)\(", part))

    down = expand("methods/sparse_half_down.frag", {"CELLS": CELLS, "SHARPEN": SHARPEN}).text
    corners = down[down.index("vec4 corners(") : down.index("vec4 halved(")]
    loop = down[down.index("for (int i = 0; i < 4") :]
    assert (reads(corners), len(re.findall(r"corners\(uv", down)), reads(loop)) == (4, 2, 1)
    assert reads(down) == 4 + 1 + 1 and "Cost: 13 fetches" in down, "4 · 2, 4 places and a table"
    up = expand("methods/sparse_half_up.frag", {"IDENTITY_FIRST": 1}).text
    half = up[up.index("vec4 from_half(") : up.index("void main(")]
    assert (reads(half), reads(up)) == (1, 1 + 4)
    assert "Cost: 2 fetches; 3 where" in up.replace("\n// ", " ")


@pytest.mark.gl
def test_at_one_radius_it_is_a_cascade_between_two_filters(ctx):
    """By hand: down, the bank's cascade at the place of half the spread, up."""
    bank, image, radius = far_bank(), lopsided_image(60, 90), 26.0
    place = place_of(bank, radius)
    got = blur(ctx, SparseHalfPass, bank, image, radius)
    table = half_places(bank, ADDED_PX2).table
    half_place = np.interp(place * CELLS, range(len(table)), table)
    half_radius = np.interp(half_place, range(len(bank.axes[0].knots)), bank.axes[0].knots)
    rows, columns = np.indices((30, 45))
    y, x = 2 * rows + 0.5, 2 * columns + 0.5

    def corners(px):
        ways = [(i * px, j * px) for i in (-1, 1) for j in (-1, 1)]
        return sum(bilinear(image.astype("f8"), y + dy, x + dx) for dy, dx in ways) / 4

    half = (1 + SHARPEN) * corners(0.75) - SHARPEN * corners(1.875)
    half = cascade_blur(half, bank, float(half_radius))
    y, x = (np.indices((60, 90)) + 0.5) / 2 - 0.5
    assert_images_close(got, bilinear(half, y, x), atol=1e-4, name="sparse_half_by_hand")
