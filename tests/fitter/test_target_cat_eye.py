"""Cat's eyes against two discs counted point by point, and as a bank."""

import numpy as np
import pytest

from fitter.errors import FitError
from fitter.targets import CatEye, CatEyes, Disk, half_size_px

PER_PX = 64


def counted(clip, rotation_deg, radius_px, half):
    """Points that lie within both discs, 64 × 64 a pixel: [M, M], sum 1."""
    side = (2 * half + 1) * PER_PX
    at = (np.arange(side) + 0.5) / PER_PX - half - 0.5
    away = np.radians(rotation_deg)
    x0, y0 = -clip * radius_px * np.cos(away), -clip * radius_px * np.sin(away)
    within = (at**2 + at[:, None] ** 2 < radius_px**2) & (
        (at - x0) ** 2 + (at[:, None] - y0) ** 2 < radius_px**2
    )
    cells = within.reshape(2 * half + 1, PER_PX, 2 * half + 1, PER_PX).sum((1, 3))
    return cells / cells.sum()


@pytest.mark.parametrize("clip", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("rotation", [0.0, 125.0])
@pytest.mark.parametrize("radius", [0.8, 6.3])
def test_a_cats_eye_is_what_two_discs_share(clip, rotation, radius):
    eye = CatEye(clip, rotation)
    half = half_size_px(eye, radius)
    kernel, want = eye.draw(radius, half), counted(clip, rotation, radius, half)
    assert kernel.sum() == pytest.approx(1)
    # A border through a pixel is counted to about 1 / 64 of it.
    np.testing.assert_allclose(kernel, want, atol=0.02 * want.max())


@pytest.mark.parametrize("clip", [0.2, 0.7, 1.0])
def test_its_area_is_that_of_the_formula(clip):
    """Two circular segments; the largest pixel lies wholly inside, so it is 1 / area."""
    area = 2 * np.arccos(clip / 2) - clip * np.sqrt(1 - clip**2 / 4)
    assert CatEye(clip).draw(20.0, 20).max() == pytest.approx(1 / (area * 400), rel=1e-6)


def test_the_side_that_points_outwards_is_cut():
    kernel = CatEye(0.6).draw(10.0, 11)
    columns = kernel.sum(axis=0)
    assert columns[1] > 0, "10 px towards the middle is lit"
    assert columns[11 + 5 :].sum() == 0, "from 4 px outwards on nothing is"
    assert columns[11 + 4] > 0
    np.testing.assert_allclose(kernel, kernel[::-1], atol=1e-12)


def test_without_clip_it_is_a_disc():
    np.testing.assert_array_equal(CatEye(0.0).draw(4.7, 5), Disk().draw(4.7, 5))
    np.testing.assert_allclose(CatEye(1e-9).draw(4.7, 5), Disk().draw(4.7, 5), atol=1e-8)


@pytest.mark.parametrize("clip", [0.0, 0.5, 1.0])
def test_at_radius_0_it_is_a_delta(clip):
    assert CatEye(clip).draw(0.0, 2)[2, 2] == 1
    assert half_size_px(CatEye(clip), 0.0) == 0


@pytest.mark.parametrize("clip", [-0.1, 1.01, float("nan")])
def test_other_clips_are_refused(clip):
    with pytest.raises(FitError, match=r"--clip: .*, of the radius, 0 \(a disc\) to 1 expected"):
        CatEye(clip)


def test_taps_are_carried_to_the_narrower_eye():
    family = CatEyes(90.0)  # outwards is down
    at = np.array([[[3.0, -8.0], [1.0, 0.5]]])
    across = np.sqrt(1 - 0.4**2 / 4) / np.sqrt(1 - 0.1**2 / 4)
    want = at * (across, 1.6 / 1.9)
    np.testing.assert_allclose(family.carry(at, 0.1, 0.4, 9.0), want)
    assert family.axis[0] == "clip"
    assert family.at(0.3) == CatEye(0.3, 90.0)
