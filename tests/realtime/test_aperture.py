"""Points of the aperture: spread as its picture has it, and evenly."""

import numpy as np
import pytest

from realtime.blur.aperture import aperture_points

# An L with a thick and a thin stroke and a lone corner: no symmetry, gaps inside rows, empty rows.
PSF = np.array(
    [
        [3, 0, 0, 0, 1],
        [3, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [3, 1, 0, 2, 0],
        [3, 1, 1, 0, 0],
    ],
    "f4",
)


def histogram(points: np.ndarray, size: int) -> np.ndarray:
    """Share of the points in each pixel, [size, size], row 0 on top."""
    column, row = (np.floor(points + size / 2).astype(int)).T
    counts = np.zeros((size, size))
    np.add.at(counts, (row, column), 1)
    return counts / len(points)


@pytest.mark.parametrize("psf", [PSF, PSF.T, PSF[::-1], 1e-4 * PSF], ids=["L", "T", "flip", "dim"])
def test_points_follow_the_psf(psf):
    got = histogram(aperture_points(psf, 4096), 5)
    np.testing.assert_allclose(got, psf / psf.sum(), atol=4e-3)


def test_points_stay_inside_the_support():
    points = aperture_points(PSF, 4096)
    column, row = np.floor(points + 2.5).astype(int).T
    assert (PSF[row, column] > 0).all()


def test_offsets_are_from_the_centre_right_and_down():
    """One pixel right of the centre and two below it."""
    psf = np.zeros((7, 7), "f4")
    psf[5, 4] = 2.0
    points = aperture_points(psf, 256)
    assert (abs(points - (1, 2)) <= 0.5).all()
    np.testing.assert_allclose(points.mean(axis=0), (1, 2), atol=0.01)


def test_points_are_spread_within_a_pixel_too():
    """Sixteen cells of a lone pixel all get their share: no bands, no pile at a corner."""
    psf = np.zeros((3, 3))
    psf[1, 1] = 1
    inside = aperture_points(psf, 1024) + 0.5
    counts, *_ = np.histogram2d(*inside.T, bins=4, range=[[0, 1], [0, 1]])
    assert counts.min() > 0.8 * 64 and counts.max() < 1.2 * 64


def test_points_cover_the_disk_better_than_random_ones():
    """Mean of a smooth function over the aperture: at most a third of Monte Carlo's error."""
    y, x = np.mgrid[-10:11, -10:11]
    disk = (x**2 + y**2 <= 100).astype("f8")

    def function(points):
        return np.cos(0.4 * points[:, 0] + 0.1 * points[:, 1] ** 2 / 10)

    rng = np.random.default_rng(0)
    pool = aperture_points(disk, 400_000)
    true = function(pool).mean()
    for count in (64, 256, 512):
        draws = [function(pool[rng.integers(0, len(pool), count)]).mean() for _ in range(200)]
        random_error = np.sqrt(np.mean((np.array(draws) - true) ** 2))
        assert abs(function(aperture_points(disk, count)).mean() - true) < random_error / 3


def test_more_points_begin_with_the_same_ones():
    """Deterministic, and any number of first points covers the aperture."""
    many = aperture_points(PSF, 300)
    np.testing.assert_array_equal(aperture_points(PSF, 77), many[:77])
    np.testing.assert_allclose(histogram(many[:77], 5), PSF / PSF.sum(), atol=0.05)


def test_one_point_and_one_pixel():
    assert aperture_points(PSF, 1).shape == (1, 2)
    assert (abs(aperture_points(np.ones((1, 1)), 9)) <= 0.5).all()
