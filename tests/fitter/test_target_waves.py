"""Aberrations against prysm's arrays and against what optics says."""

from pathlib import Path

import numpy as np
import pytest

from fitter import FitError
from fitter.targets import Aberration
from fitter.targets.aberration import REACH_LN, WAVEFRONTS

PRYSM = Path(__file__).resolve().parent / "data" / "aberrations_prysm.npz"
AT = np.arange(61) - 30


@pytest.mark.parametrize(
    ("kind", "waves"), [("coma", 1.25), ("spherical", 1), ("astigmatism", 0.75)]
)
def test_psfs_are_those_of_prysm(kind, waves):
    """The reference counts its pupil in whole samples: 0.5 % is its edge."""
    with np.load(PRYSM) as arrays:
        want = arrays[kind]
    got = Aberration(kind, waves).draw(30.5, 30)
    assert np.linalg.norm(got - want) < 5e-3 * np.linalg.norm(want)


def test_without_aberration_the_first_dark_ring_is_at_1_22():
    fine = Aberration("coma", 0.0).draw(200.5, 200)[200, 200:]
    dark = np.argmin(fine[:22]) * REACH_LN / 200.5
    assert dark == pytest.approx(1.22, abs=0.05)


def test_two_kinds_without_waves_are_one_lens():
    np.testing.assert_allclose(
        Aberration("coma", 0.0).draw(12.0, 12),
        Aberration("defocus", 0.0).draw(12.0, 12),
        atol=1e-12,
    )


def test_the_tail_of_coma_points_down_and_its_sign_turns_it():
    kernel = Aberration("coma", 1.25).draw(30.5, 30)
    head = np.unravel_index(kernel.argmax(), kernel.shape)
    assert head[0] < 30
    assert head[1] == 30
    assert kernel[45:].sum() > 3 * kernel[:15].sum()
    np.testing.assert_allclose(
        Aberration("coma", -1.25).draw(30.5, 30), kernel[::-1], atol=1e-4 * kernel.max()
    )


def test_a_turn_is_clockwise():
    """From down to the left."""
    kernel = Aberration("coma", 1.0, 90.0).draw(20.5, 20)
    upright = Aberration("coma", 1.0).draw(20.5, 20)
    np.testing.assert_allclose(kernel, np.rot90(upright, -1), atol=1e-9)


@pytest.mark.parametrize("kind", WAVEFRONTS)
def test_the_middle_of_the_light_is_the_centre(kind):
    kernel = Aberration(kind, 0.75).draw(30.5, 30)
    assert abs((kernel * AT).sum()) < 0.01
    assert abs((kernel * AT[:, None]).sum()) < 0.3, "coma's tail beyond the square is lost"


def test_more_waves_spread_the_light():
    peaks = [Aberration("spherical", waves).draw(30.5, 30).max() for waves in (0, 0.5, 1.25)]
    assert peaks[0] > 2 * peaks[1] > 4 * peaks[2]


def test_a_larger_radius_is_the_same_picture_in_finer_pixels():
    """Three times the radius: pixels of 3 × 3 add up to the small picture's."""
    fine = Aberration("coma", 1.0).draw(22.5, 22).reshape(15, 3, 15, 3).sum(axis=(1, 3))
    np.testing.assert_allclose(fine, Aberration("coma", 1.0).draw(7.5, 7), atol=1e-12)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: Aberration("comma"), "aberration: 'comma' is unknown, one of 4 names expected. "
         "Did you mean coma?"),
        (lambda: Aberration("coma", 5.0), "--waves: 5, -4 to 4 expected. Give another --waves"),
        (lambda: Aberration("coma", float("nan")), "--waves: nan, -4 to 4 expected."),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(ask, said):
    with pytest.raises(FitError) as error:
        ask()
    assert said in str(error.value)
