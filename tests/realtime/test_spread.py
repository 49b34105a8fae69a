"""The parameter maps: places on the bank's axis, and radii carried past silhouettes."""

import numpy as np
import pytest
from banks import lopsided_bank

from realtime.bank import Axis
from realtime.blur.picture import read_target, write_target
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import color_target, release_framebuffer
from realtime.passes.spread import SpreadPass, map_target

pytestmark = pytest.mark.gl

ROWS, COLUMNS = 83, 109
KNOTS = (0.0, 0.7, 3.0, 3.5, 20.0)  # lopsided: a place is not the value over anything


def maps(ctx, behind, front, knots=KNOTS, dtype="f2"):
    """behind, front: (CoC [H, W] px, mask [H, W]) -> places [H, W] of both, in knots."""
    (coc_b, mask_b), (coc_f, mask_f) = behind, front
    rows, columns = mask_b.shape
    bank = BankTextures(ctx, lopsided_bank(radii=knots))
    spread = SpreadPass(ctx, (columns, rows), bank, knots[-1])
    coc = color_target(ctx, (columns, rows), dtype=dtype)
    write_target(coc, np.stack([coc_b * mask_b, mask_b, coc_f * mask_f, mask_f], -1), dtype)
    both = [map_target(ctx, (columns, rows)) for _ in range(2)]
    out = ctx.framebuffer([target.color for target in both])
    spread.draw(coc.color, out)
    got = [read_target(target)[..., 0] for target in both]
    release_framebuffer(out)
    for part in (spread, bank, coc, *both):
        part.release()
    return got


def nothing(shape=(ROWS, COLUMNS)):
    return np.zeros(shape, "f4"), np.zeros(shape, "f4")


def place(values, knots=KNOTS) -> np.ndarray:
    """Axis.place, for arrays."""
    axis = Axis("radius", "px", knots)
    return np.vectorize(lambda value: sum(axis.place(float(value))))(values)


@pytest.mark.parametrize("knots", [KNOTS, (2.0, 2.5, 9.0), (5.0,)], ids=["from 0", "from 2", "one"])
def test_places_in_glsl_are_those_of_the_axis(ctx, knots):
    """Values on a slope from below the first knot past the last one, lopsided knots between."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    values = (1.2 * knots[-1] * (0.8 * x / COLUMNS + 0.2 * y / ROWS)).astype("f4")
    full = np.ones((ROWS, COLUMNS), "f4")
    behind, front = maps(ctx, (values, full), (values[:, ::-1], full), knots, dtype="f4")
    np.testing.assert_allclose(behind, place(values, knots), atol=1e-5)
    np.testing.assert_allclose(front, place(values[:, ::-1], knots), atol=1e-5)


def test_a_slice_that_is_empty_stays_sharp(ctx):
    full = np.full((ROWS, COLUMNS), 3.25, "f4"), np.ones((ROWS, COLUMNS), "f4")
    behind, front = maps(ctx, nothing(), full)
    assert (behind == 0).all()
    np.testing.assert_allclose(front, place(3.25), atol=1e-3)


@pytest.mark.parametrize("slice_", [0, 1])
def test_the_radius_is_carried_past_the_silhouette(ctx, slice_):
    """Beside a block of radius 12 px its radius holds as far as its light gets, then nothing."""
    coc, mask = nothing()
    coc[30:50, 20:40], mask[30:50, 20:40] = 12.0, 1
    slices = [nothing(), nothing()]
    slices[slice_] = (coc, mask)
    got = maps(ctx, *slices)[slice_]
    np.testing.assert_allclose(got[18:62, 8:52], place(12.0), rtol=2e-3)
    assert (got[:, 40 + 2 * 20 + 8 :] == 0).all()
    assert (maps(ctx, *slices)[1 - slice_] == 0).all()


def test_own_radii_are_not_averaged(ctx):
    """Inside a slice each pixel keeps its own CoC, whatever its neighbours have."""
    rng = np.random.default_rng(0)
    coc, mask = rng.uniform(1, 18, (ROWS, COLUMNS)), np.ones((ROWS, COLUMNS))
    behind, _ = maps(ctx, (coc, mask), nothing(), dtype="f4")
    np.testing.assert_allclose(behind, place(coc), atol=1e-4)


def test_between_two_radii_the_nearer_one_weighs_more(ctx):
    """A local mean, not a global one."""
    coc, mask = nothing()
    coc[:, 10:20], mask[:, 10:20] = 4.0, 1
    coc[:, 40:50], mask[:, 40:50] = 19.0, 1
    behind, _ = maps(ctx, (coc, mask), nothing())
    row = behind[ROWS // 2]
    assert (np.diff(row[20:40]) >= -1e-4).all()
    assert row[20] < place(9.0) and row[39] > place(14.0)
    far = behind[ROWS // 2, 5]
    np.testing.assert_allclose(far, place(4.0), atol=0.15)


@pytest.mark.parametrize("radius", [6.0, 20.0, 64.0, 128.0])
@pytest.mark.parametrize("dtype", ["f4", "f2"])
def test_the_light_of_a_single_pixel_finds_its_radius_everywhere_it_lands(ctx, radius, dtype):
    """A lone bulb of one pixel: its whole disc knows the radius, or the disc would have holes."""
    shape = (2 * int(radius) + 13, 2 * int(radius) + 22)
    coc, mask = nothing(shape)
    at = (int(radius) + 5, int(radius) + 9)
    coc[at], mask[at] = radius, 1
    behind, _ = maps(ctx, (coc, mask), nothing(shape), knots=(0.0, 1.0, radius), dtype=dtype)
    y, x = np.ogrid[: shape[0], : shape[1]]
    disc = (y - at[0]) ** 2 + (x - at[1]) ** 2 <= radius**2
    np.testing.assert_allclose(behind[disc], 2.0, atol=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (2, 301), (5, 4)])
def test_small_and_odd_sizes(ctx, shape):
    coc, mask = np.full(shape, 3.0, "f4"), np.zeros(shape, "f4")
    mask[-1, -1] = 1
    behind, front = maps(ctx, (coc, mask), nothing(shape))
    assert np.isfinite(behind).all() and behind[-1, -1] == pytest.approx(place(3.0))
    assert (front == 0).all()
