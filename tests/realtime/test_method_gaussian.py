"""The Gaussian against a convolution by hand; and what test_methods_spread.py has of it."""

import re

import numpy as np
import pytest
from images import assert_images_close, lopsided_image
from spots import gaussian_blur, lopsided_sigma, moments, place_of, point, spot_bank

from realtime.blur.picture import blur_picture
from realtime.errors import UsageError
from realtime.gl.source import expand
from realtime.methods.gaussian import GAUSSIAN, GaussianPass

SIZE = (47, 71)  # rows, columns
LEAST = 0.8  # px: below, it is mixed with the pixel itself


@pytest.mark.gl
@pytest.mark.parametrize("sigma", [0.8, 1.3, 2.0, 4.5, 9.0, 20.0, 31.0])
def test_it_is_the_gaussian(ctx, sigma):
    image = lopsided_image(*SIZE)
    got = blur_picture(ctx, GaussianPass, spot_bank(), image, np.full(SIZE, place_of(sigma)))
    assert_images_close(got, gaussian_blur(image, sigma), atol=2e-3, name=f"gaussian_{sigma}")


def pixel_by_pixel(image: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Each pixel its own σ: rows, then columns, one tap at a time, to 3 σ."""
    for axis in (1, 0):
        total, sum_ = 1.0, image.astype("f8")
        least = np.maximum(sigma, LEAST)
        share = np.minimum((sigma / LEAST) ** 2, 1)[..., None]
        reach = 2 * np.ceil(1.5 * least)
        at = list(np.indices(sigma.shape))
        for offset in range(1, int(reach.max()) + 1):
            weight = np.where(offset <= reach, np.exp(-0.5 * (offset / least) ** 2), 0)[..., None]
            for way in (-offset, offset):
                there = list(at)
                there[axis] = (at[axis] + way).clip(0, sigma.shape[axis] - 1)
                sum_ = sum_ + weight * image[tuple(there)]
            total = total + 2 * weight
        image = image + share * (sum_ / total - image)
    return image


@pytest.mark.gl
def test_each_pixel_has_its_own(ctx):
    image, sigma = lopsided_image(*SIZE), lopsided_sigma(*SIZE, largest=14.0)
    assert (sigma == 0).any() and ((sigma > 0) & (sigma < LEAST)).any()
    got = blur_picture(ctx, GaussianPass, spot_bank(), image, place_of(sigma))
    want = pixel_by_pixel(image, sigma.astype("f8"))
    assert_images_close(got, want, atol=2e-5, name="gaussian_varying")


@pytest.mark.gl
def test_half_precision_stays_near(ctx):
    image, sigma = lopsided_image(*SIZE), lopsided_sigma(*SIZE, largest=14.0)
    exact = blur_picture(ctx, GaussianPass, spot_bank(), image, place_of(sigma))
    got = blur_picture(ctx, GaussianPass, spot_bank(), image, place_of(sigma), "half")
    assert_images_close(got, exact, atol=2e-3, name="gaussian_half")


@pytest.mark.gl
def test_it_can_be_squeezed_along_rows_or_columns(ctx):
    light, place = point(91, 93, 45, 46), np.full((91, 93), place_of(6.0))
    for frame, want in (((0.5, 0, 0, 1), (3.0, 6.0)), ((0, 1, -0.75, 0), (6.0, 4.5))):
        got = blur_picture(ctx, GaussianPass, spot_bank(), light, place, frame=frame)
        np.testing.assert_allclose(moments(got, 45, 46)[3:], want, rtol=0.02)
    with pytest.raises(UsageError, match=r"^--blur gaussian: an aperture that is squeezed and"):
        blur_picture(ctx, GaussianPass, spot_bank(), light, place, frame=(0.3, 0.8, -0.4, 0.6))


def test_its_fetches_are_what_the_shader_says():
    """Two reads for two taps each way, the pixel's own twice, and the place."""
    source = expand("methods/gaussian.frag", {"KNOTS_X": 3}).text
    loop = source[source.index("for (int pair") : source.index("return sum / total")]
    reads = r"\b(?:textureLod|texelFetch)\("
    assert len(re.findall(reads, loop)) == 2
    assert len(re.findall(reads, source.replace(loop, ""))) == 3
    assert "Cost: 3 + 2 · ceil(1.5 σ) fetches" in source


def test_what_is_known_of_it():
    assert (GAUSSIAN.name, GAUSSIAN.kind.name) == ("gaussian", "gaussian")
    assert GAUSSIAN.cannot(spot_bank()) is None
