"""Depth of field on scenes painted by hand: what must hold whatever the bank."""

import numpy as np
import pytest
from banks import lopsided_bank
from dof import GLYPH, SIZE, blur, glyph_bank, lens_with_coc, point_light
from images import lopsided_image

from realtime.bank import Axis, Bank
from realtime.blur.depth_of_field import DepthOfField
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import BankError


@pytest.mark.gl
@pytest.mark.parametrize(("distance_m", "turned"), [(8.0, False), (0.9, True)])
def test_the_aperture_is_upright_behind_and_turned_in_front(ctx, distance_m, turned):
    """A point light behind the focus shows the bank's F; in front of it, the F on its head."""
    lens = lens_with_coc(6.0, distance_m)
    got = blur(ctx, point_light(20, 33, GLYPH.sum()), np.full(SIZE, distance_m), lens, glyph_bank())
    glyph = GLYPH[::-1, ::-1] if turned else GLYPH
    want = np.zeros(SIZE)
    want[16:25:2, 31:36:2] = glyph
    np.testing.assert_allclose(got[..., 0], want, atol=2e-3)


@pytest.mark.gl
def test_what_is_in_focus_stays_as_it_is(ctx):
    image = lopsided_image(*SIZE, channels=3)
    lens = lens_with_coc(6.0, 8.0)
    got = blur(ctx, image, np.full(SIZE, lens.focus_distance_m), lens, lopsided_bank())
    np.testing.assert_allclose(got[..., :3], image, atol=1e-6)


@pytest.mark.gl
@pytest.mark.parametrize("kernel", ["sparse", "dense"])
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("slices", [1, 2, 3, 5, 8])
def test_a_flat_picture_stays_flat_over_any_depth(ctx, kernel, slices, scale):
    """No dark or bright rims, neither at depth edges nor at the border; the sky included."""
    rng = np.random.default_rng(3)
    distance = np.where(rng.random(SIZE) < 0.5, 0.7, 30.0)
    distance[:20, :30], distance[20:, 30:] = 2.0, np.inf
    flat = np.full((*SIZE, 3), (0.5, 7.0, 40.0), "f4")
    lens = lens_with_coc(5.0, 30.0)
    settings = DepthOfFieldSettings(slices, scale, precision="float")
    got = blur(ctx, flat, distance, lens, lopsided_bank(), kernel, settings)
    np.testing.assert_allclose(got[..., :3], flat, rtol=2e-4)


@pytest.mark.gl
def test_what_is_in_focus_does_not_bleed_into_the_blur_behind_it(ctx):
    """A bright sharp post before a dark far wall: the wall beside it stays dark."""
    image, distance = np.zeros((*SIZE, 3), "f4"), np.full(SIZE, 30.0)
    image[:, 25:33], distance[:, 25:33] = 50.0, 2.0
    got = blur(ctx, image, distance, lens_with_coc(6.0, 30.0), lopsided_bank())
    assert got[:, :25, :3].max() < 1e-4 and got[:, 33:, :3].max() < 1e-4
    np.testing.assert_allclose(got[:, 25:33, :3], 50.0, rtol=1e-5)


@pytest.mark.gl
def test_a_blurred_foreground_is_translucent_at_its_edge(ctx):
    """A dark near post before a white wall in focus: a ramp on both sides of its silhouette."""
    image, distance = np.ones((*SIZE, 3), "f4"), np.full(SIZE, 2.0)
    image[:, 20:40], distance[:, 20:40] = 0.0, 0.8
    got = blur(ctx, image, distance, lens_with_coc(6.0, 0.8), lopsided_bank())[22, :, 0]
    assert got[:10].min() > 0.999 and got[29:31].max() < 1e-3
    assert 0.02 < got[20:23].min() and got[17:20].max() < 0.98  # inside and outside


@pytest.mark.gl
@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("coc_px", [-0.4, -0.7, -1.0, -1.3, 0.7, 1.0])
def test_a_surface_where_focus_ends_hides_what_is_behind(ctx, coc_px, scale):
    """A dark bench, partly sharp and partly in the first slice, before a bright blurred wall."""
    lens = lens_with_coc(6.0, 30.0)
    constant, slope = lens.coc_coefficients
    image, distance = np.full((*SIZE, 3), 9.0, "f4"), np.full(SIZE, 30.0)
    image[20:], distance[20:] = 0.1, slope * SIZE[0] / (constant * SIZE[0] - coc_px)
    settings = DepthOfFieldSettings(3, scale, cuts_px=((3.0,), ()), precision="float")
    got = blur(ctx, image, distance, lens, lopsided_bank(), settings=settings)
    shines_through = (got[20 + 3 * scale :, :, :3] - 0.1) / 9.0
    assert abs(shines_through).max() < 0.01


@pytest.mark.gl
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("distance_m", [0.9, 2.0, 8.0])
def test_a_broken_pixel_does_not_spread(ctx, bad, distance_m):
    image = np.full((*SIZE, 3), 0.25, "f4")
    image[20, 33, 1] = bad
    lens = lens_with_coc(6.0, 8.0)
    got = blur(ctx, image, np.full(SIZE, distance_m), lens, lopsided_bank())
    assert np.isfinite(got).all()
    np.testing.assert_allclose(got[..., :3], 0.25, rtol=1e-3)


@pytest.mark.gl
def test_a_bank_without_a_radius_is_refused(ctx):
    bank = Bank(
        (Axis("angle", "rad", (0.0,)),),
        (np.zeros((1, 1, 1, 2), "f4"),),
        (np.ones((1, 1, 1), "f4"),),
    )
    with pytest.raises(BankError, match=r"bank: axes angle, one axis called radius .*Bake one"):
        DepthOfField(ctx, bank)


@pytest.mark.gl
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (2, 301)])
def test_small_and_odd_sizes(ctx, size):
    image = lopsided_image(size[1], size[0], channels=3)
    got = blur(ctx, image, np.full(size[::-1], 8.0), lens_with_coc(6.0, 8.0), lopsided_bank())
    assert np.isfinite(got).all() and image.min() <= got[..., :3].min()
