"""The parameter maps: places on the bank's axis, and radii carried past silhouettes."""

import numpy as np
import pytest

from realtime.bank import Axis
from realtime.blur.picture import read_target, write_target
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.places import Places
from realtime.gl.targets import color_target, release_framebuffer
from realtime.passes.cuts import CutsPass
from realtime.passes.layer import Layer
from realtime.passes.spread import BLOCK, SpreadPass

pytestmark = pytest.mark.gl

ROWS, COLUMNS = 83, 109
KNOTS = (0.0, 0.7, 3.0, 3.5, 20.0)  # lopsided: a place is not the value over anything
CUTS = ((9.0,), (6.0,))  # px: two slices on each side


def place(values, knots=KNOTS) -> np.ndarray:
    """Axis.place, for arrays."""
    axis = Axis("radius", "px", knots)
    return np.vectorize(lambda value: sum(axis.place(float(value))))(values)


@pytest.mark.parametrize(
    "knots",
    [KNOTS, (2.0, 2.5, 9.0), (5.0,), (1.0, 1.1, 1.2, 30.0)],
    ids=["from 0", "from 2", "one", "crowded"],
)
def test_places_in_glsl_are_those_of_the_axis(ctx, knots):
    """Values on a slope from below the first knot past the last one, of both signs."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    values = (1.2 * knots[-1] * (0.8 * x / COLUMNS + 0.2 * y / ROWS)).astype("f4")
    values[: ROWS // 2] *= -1
    picture = Layer(ctx, (COLUMNS, ROWS), "f4")
    write_target(picture.color, np.ones((ROWS, COLUMNS, 4)), "f4")
    write_target(picture.coc, values[..., None], "f4")
    color, where = (color_target(ctx, (COLUMNS, ROWS), n, "f4") for n in (4, 1))
    out = ctx.framebuffer([color.color, where.color])
    own = Fullscreen(ctx, "own_place.frag")
    table = Places(ctx, knots)
    own.draw(out, picture.inputs() | table.textures, u_scale=1.0, **table.uniforms)
    np.testing.assert_allclose(read_target(where)[..., 0], place(abs(values), knots), atol=1e-5)
    release_framebuffer(out)
    for part in (picture, color, where, own, table):
        part.release()


def spread_of(ctx, coc, light) -> np.ndarray:
    """CoC [H, W] px, light [H, W] -> [slots, blocks, blocks, (Σ radius, Σ 1) · energy]."""
    rows, columns = coc.shape
    picture = Layer(ctx, (columns, rows), "f4")
    color = np.stack([light, light, light, np.ones_like(light)], -1)
    write_target(picture.color, color, "f4")
    write_target(picture.coc, coc[..., None], "f4")
    cuts = CutsPass(ctx, (columns, rows), 1, (2, 2))
    cuts.fix(*CUTS, 20.0)
    spread = SpreadPass(ctx, (columns, rows), 1, (2, 2), 0)
    spread.draw(picture, cuts.texture, [], (columns, rows))
    pairs = [read_target(target) for target in spread.first]
    for part in (picture, cuts, spread):
        part.release()
    return np.stack([pair[..., half : half + 2] for pair in pairs for half in (0, 2)])


@pytest.mark.parametrize(
    ("coc_px", "slot", "reach_px"),
    [(3.0, 0, 9.5), (14.0, 1, 20.5), (-3.0, 2, 6.5), (-14.0, 3, 20.5)],
)
def test_the_radius_is_carried_past_the_silhouette(ctx, coc_px, slot, reach_px):
    """Beside a block its radius holds as far as its slice's light gets, in its slice alone."""
    coc = np.zeros((ROWS, COLUMNS), "f4")
    coc[30:50, 20:40] = coc_px
    got = spread_of(ctx, coc, np.ones_like(coc))
    radius, energy = got[slot, ..., 0], got[slot, ..., 1]
    np.testing.assert_allclose(radius[energy > 0], abs(coc_px) * energy[energy > 0], rtol=1e-4)
    y, x = np.mgrid[0 : got.shape[1], 0 : got.shape[2]]
    # GL's bottom row of blocks is at the picture's lower edge: blocks are counted from there.
    rows_up = ROWS - 1 - np.array((49, 30))
    inside = np.array((rows_up[0], rows_up[1], 20, 39)) // BLOCK
    y = got.shape[1] - 1 - y
    away = np.maximum.reduce([inside[0] - y, y - inside[1], inside[2] - x, x - inside[3]])
    assert (energy[away * BLOCK <= reach_px] > 0).all()
    assert (energy[away > np.ceil(reach_px / BLOCK)] == 0).all()
    assert all((got[other] == 0).all() for other in range(4) if other != slot)


def test_light_weighs_where_radii_are_averaged(ctx):
    """A bright point of radius 4 in a dim surface of radius 8: near it that is the radius."""
    coc, light = np.full((ROWS, COLUMNS), 8.0, "f4"), np.full((ROWS, COLUMNS), 0.02, "f4")
    coc[41, 50], light[41, 50] = 4.0, 300.0
    radius, energy = spread_of(ctx, coc, light)[0, ..., 0], spread_of(ctx, coc, light)[0, ..., 1]
    mean = radius / energy
    assert abs(mean[41 // BLOCK, 50 // BLOCK] - 4) < 0.02
    np.testing.assert_allclose(mean[0, -1], 8, rtol=1e-4)
