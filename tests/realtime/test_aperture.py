"""Points of the aperture: spread evenly, their shares as its picture has it."""

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


def histogram(psf: np.ndarray, count: int) -> np.ndarray:
    """Light of the points in each pixel, [size, size], row 0 on top."""
    points, shares = aperture_points(psf, count)
    column, row = (np.floor(points + len(psf) / 2).astype(int)).T
    light = np.zeros(psf.shape)
    np.add.at(light, (row, column), shares)
    return light


@pytest.mark.parametrize("psf", [PSF, PSF.T, PSF[::-1], 1e-4 * PSF], ids=["L", "T", "flip", "dim"])
def test_shares_follow_the_psf(psf):
    np.testing.assert_allclose(histogram(psf, 4096), psf / psf.sum(), atol=4e-3)


@pytest.mark.parametrize("count", [1, 2, 9, 300, 4096])
def test_there_are_as_many_as_asked_for_and_all_are_inside(count):
    points, shares = aperture_points(PSF, count)
    assert points.shape == (count, 2) and shares.shape == (count,)
    assert shares.sum() == pytest.approx(1) and shares.min() > 0
    column, row = np.floor(points + 2.5).astype(int).T
    assert (PSF[row, column] > 0).all()


def test_offsets_are_from_the_centre_right_and_down():
    """One pixel right of the centre and two below it."""
    psf = np.zeros((7, 7), "f4")
    psf[5, 4] = 2.0
    points, shares = aperture_points(psf, 256)
    assert (abs(points - (1, 2)) <= 0.5).all()
    np.testing.assert_allclose(shares @ points, (1, 2), atol=0.01)


def test_points_are_spread_within_a_pixel_too():
    """Sixteen cells of a lone pixel all get their share: no bands, no pile at a corner."""
    psf = np.zeros((3, 3))
    psf[1, 1] = 1
    inside = aperture_points(psf, 1024)[0] + 0.5
    counts, *_ = np.histogram2d(*inside.T, bins=4, range=[[0, 1], [0, 1]])
    assert counts.min() > 0.8 * 64 and counts.max() < 1.2 * 64


def test_no_two_points_are_close_and_no_place_is_far_from_one():
    """In units of the spacing of a square grid of so many points, which would have 1 and 0.71."""
    y, x = np.mgrid[-10:11, -10:11]
    disk = (x**2 + y**2 <= 100).astype("f8")
    points, _ = aperture_points(disk, 512)
    spacing = np.sqrt(disk.sum() / 512)
    apart = np.linalg.norm(points[:, None] - points, axis=-1) + 99 * np.eye(512)
    assert apart.min() > 0.7 * spacing
    places = np.stack((x, y), -1)[disk > 0]
    assert np.linalg.norm(places[:, None] - points, axis=-1).min(axis=1).max() < 0.9 * spacing


def test_points_cover_the_disk_better_than_random_ones():
    """Mean of a smooth function over the aperture: at most a third of Monte Carlo's error."""
    y, x = np.mgrid[-10:11, -10:11]
    disk = (x**2 + y**2 <= 100).astype("f8")

    def function(points):
        return np.cos(0.4 * points[:, 0] + 0.1 * points[:, 1] ** 2 / 10)

    rng = np.random.default_rng(0)
    pool, _ = aperture_points(disk, 400_000)
    true = function(pool).mean()
    for count in (64, 256, 512):
        draws = [function(pool[rng.integers(0, len(pool), count)]).mean() for _ in range(200)]
        random_error = np.sqrt(np.mean((np.array(draws) - true) ** 2))
        points, shares = aperture_points(disk, count)
        assert abs(shares @ function(points) - true) < random_error / 3


def test_faint_light_costs_no_views():
    """What is below 0.5 % of the brightest pixel, such as a Gaussian's far tail, is left out."""
    psf = np.full((9, 9), 1e-3)
    psf[4, 4] = psf[2, 7] = 1
    points, _ = aperture_points(psf, 50)
    assert (np.abs(points) <= 0.5).all(axis=1).sum() + (np.abs(points - (3, -2)) <= 0.5).all(
        axis=1
    ).sum() == 50
