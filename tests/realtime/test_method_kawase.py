"""Kawase's filter against its passes by hand; and what test_methods_spread.py has of it."""

import re

import numpy as np
import pytest
from images import assert_images_close, bilinear, lopsided_image
from spots import (
    SIGMAS,
    gaussian_blur,
    lopsided_sigma,
    moments,
    place_of,
    point,
    spot_bank,
)

from realtime.blur.picture import blur_picture
from realtime.errors import UsageError
from realtime.gl.source import expand
from realtime.methods.kawase import (
    KAWASE,
    STRETCH,
    KawasePass,
    pass_variance_px2,
    shares_for,
)

SIZE = (47, 71)  # rows, columns


def variance_of(offset: np.ndarray) -> np.ndarray:
    """Variance per axis of reads at ±offset [px], bilinear ones."""
    part = offset % 1
    return offset**2 + part * (1 - part)


def corners(image: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """One pass; offset: [H, W] px."""
    y, x = np.indices(offset.shape).astype("f8")
    ways = [(i, j) for i in (-1, 1) for j in (-1, 1)]
    return sum(bilinear(image, y + i * offset, x + j * offset) for i, j in ways) / 4


def by_hand(image: np.ndarray, sigma: np.ndarray, largest: float) -> np.ndarray:
    """Each pixel's offset is looked up where reads at it have the variance asked for."""
    table = np.linspace(0, 40, 400_001)
    for share in shares_for(largest):
        image = corners(image, np.interp(share * sigma**2, variance_of(table), table))
    return image


def test_at_its_own_size_the_offsets_are_kawases():
    """Pass i at ±(i + 1/2) px; those of n passes have n³ / 3 + n / 6 px²."""
    for index in range(20):
        assert pass_variance_px2(index) == variance_of(np.array(index + 0.5))
    for n in (1, 2, 9):
        total = sum(pass_variance_px2(index) for index in range(n))
        assert total == pytest.approx(n**3 / 3 + n / 6)


@pytest.mark.parametrize(
    ("sigma", "passes"), [(0, 8), (1, 8), (16, 8), (19.6, 8), (20, 9), (32, 12)]
)
def test_the_passes_are_as_many_as_the_largest_spread_needs(sigma, passes):
    shares = shares_for(sigma)
    assert len(shares) == passes and sum(shares) == pytest.approx(1)
    assert shares == sorted(shares)
    assert shares[-1] * sigma**2 <= STRETCH**2 * pass_variance_px2(passes - 1) * (1 + 1e-9)


@pytest.mark.gl
@pytest.mark.parametrize("largest", [8, 30, 48])
def test_each_pixel_has_its_own(ctx, largest):
    image, sigma = lopsided_image(*SIZE), lopsided_sigma(*SIZE, largest / np.sqrt(2))
    bank = spot_bank((0, largest))
    got = blur_picture(ctx, KawasePass, bank, image, place_of(sigma, (0, largest)))
    want = by_hand(image, sigma, largest / np.sqrt(2))
    assert_images_close(got, want, atol=5e-5, name=f"kawase_{largest}")


@pytest.mark.gl
@pytest.mark.parametrize("reach", [2, 3, 6, 12, 23, 28, 45])
def test_a_point_of_light_comes_near_the_gaussian(ctx, reach):
    """At the largest σ of a bank, where it is hardest."""
    light, sigma = point(301, 301, 150, 150), reach / np.sqrt(2)
    got = blur_picture(ctx, KawasePass, spot_bank((0, reach)), light, np.ones((301, 301)))
    want = gaussian_blur(light, sigma)
    assert np.linalg.norm(got - want) < 0.1 * np.linalg.norm(want)


@pytest.mark.gl
def test_half_precision_loses_at_most_a_step_a_pass(ctx):
    """Software GL cuts what a half float cannot hold; that is 2^-11 of light between 1/2 and 1."""
    image, sigma = lopsided_image(*SIZE), lopsided_sigma(*SIZE, largest=14.0)
    exact = blur_picture(ctx, KawasePass, spot_bank(), image, place_of(sigma))
    got = blur_picture(ctx, KawasePass, spot_bank(), image, place_of(sigma), "half")
    steps = len(shares_for(SIGMAS[-1])) + 1  # and the picture itself
    assert_images_close(got, exact, atol=steps / 2**11, name="kawase_half")


@pytest.mark.gl
def test_it_can_be_squeezed_along_rows_or_columns(ctx):
    light, place = point(91, 93, 45, 46), np.full((91, 93), place_of(6.0))
    for frame, want in (((0.5, 0, 0, 1), (3.0, 6.0)), ((0, 1, -0.75, 0), (6.0, 4.5))):
        got = blur_picture(ctx, KawasePass, spot_bank(), light, place, frame=frame)
        np.testing.assert_allclose(moments(got, 45, 46)[3:], want, rtol=2e-3)
    with pytest.raises(UsageError, match=r"^--blur kawase: an aperture that is squeezed and"):
        blur_picture(ctx, KawasePass, spot_bank(), light, place, frame=(0.3, 0.8, -0.4, 0.6))


def test_its_fetches_are_what_the_shader_says():
    source = expand("methods/kawase.frag", {"KNOTS_X": 3}).text
    reads = re.findall(r"\b(?:textureLod|texelFetch)\(", source)
    assert len(reads) == 1 + 1 + 4, "the place; the pixel itself, or four corners"
    assert "Cost: 5 fetches" in source


def test_what_is_known_of_it():
    assert (KAWASE.name, KAWASE.kind.name) == ("kawase", "kawase")
    assert KAWASE.cannot(spot_bank()) is None
