"""The lens against rays traced through a thin lens, and the words it refuses with."""

import math

import numpy as np
import pytest

from realtime.errors import LensError
from realtime.scene.lens import Lens

LENSES = [
    Lens(50.0, 2.0, 2.0, 24.0),
    Lens(85.0, 1.4, 0.9, 24.0),
    Lens(24.0, 5.6, 7.0, 36.0),
    Lens(35.0, 4.0, math.inf, 15.6),
]


def traced(lens: Lens, distance_m: float) -> float:
    """Signed CoC radius over picture height, from one ray through the aperture's upper edge.

    The ray leaves a point on the axis, is bent by -y/f at the lens, and meets the sensor, which
    stands where the focus plane is sharp. Behind the focus it has crossed the axis: sign +.
    """
    f_m, edge_m = lens.focal_length_mm / 1000, lens.focal_length_mm / 2000 / lens.f_number
    sensor_m = 1 / (1 / f_m - 1 / lens.focus_distance_m)
    slope = edge_m / distance_m - edge_m / f_m
    return -(edge_m + sensor_m * slope) / (lens.sensor_height_mm / 1000)


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("distance_m", [0.2, 0.9, 1.7, 4.0, 1e3])
def test_coc_is_that_of_a_traced_ray(lens, distance_m):
    want = traced(lens, distance_m)
    assert lens.coc_radius(distance_m) == pytest.approx(want, rel=1e-9, abs=1e-15)


def test_coc_by_hand():
    """f 50 mm at f/2, focus 2 m, point at 4 m: 0.32051 mm of diameter on a sensor of 24 mm."""
    assert Lens(50.0, 2.0, 2.0, 24.0).coc_radius(4.0) == pytest.approx(0.320513 / 2 / 24, rel=1e-5)


@pytest.mark.parametrize("lens", LENSES[:3])
def test_signs_and_limits(lens):
    """Front is negative, behind positive, the focus plane 0, the sky the limit of what is far."""
    s = lens.focus_distance_m
    assert lens.coc_radius(0.9 * s) < 0 < lens.coc_radius(1.1 * s)
    assert lens.coc_radius(s) == pytest.approx(0, abs=1e-15)
    assert lens.coc_radius(math.inf) == pytest.approx(traced(lens, 1e12), rel=1e-9)


def test_focused_at_infinity_all_lies_in_front():
    lens = LENSES[3]
    assert lens.coc_radius(math.inf) == 0
    assert lens.coc_radius(5.0) == pytest.approx(-(35e-3**2) / (2 * 15.6e-3 * 4.0 * 5.0))
    very_far = lens.focused_at(1e9)
    assert very_far.coc_radius(5.0) == pytest.approx(lens.coc_radius(5.0), rel=1e-6)


@pytest.mark.parametrize("lens", LENSES)
def test_farther_means_more_positive(lens):
    radii = [lens.coc_radius(d) for d in np.geomspace(0.1, 1e6, 60)]
    assert np.all(np.diff(radii) > 0)


def test_coc_is_a_fraction_of_the_height():
    """Twice the sensor halves the fraction; half the f-number doubles it. No pixels anywhere."""
    lens = Lens(50.0, 4.0, 3.0, 24.0)
    assert Lens(50.0, 4.0, 3.0, 48.0).coc_radius(9.0) == pytest.approx(lens.coc_radius(9.0) / 2)
    assert Lens(50.0, 2.0, 3.0, 24.0).coc_radius(9.0) == pytest.approx(lens.coc_radius(9.0) * 2)


def test_field_of_view_is_that_of_the_focal_length():
    """A 24 mm high sensor 12 mm behind a pinhole sees 45° up and 45° down, however it focuses."""
    assert Lens(12.0, 2.0, 0.5, 24.0).vertical_fov_rad == pytest.approx(math.pi / 2)
    assert Lens(12.0, 2.0, 50.0, 24.0).vertical_fov_rad == pytest.approx(math.pi / 2)


@pytest.mark.parametrize("lens", LENSES)
def test_an_eye_at_the_apertures_edge_sees_a_point_one_coc_aside(lens):
    """What the lens truth relies on: parallax against the focus plane is the CoC."""
    edge_m, distance_m, s = lens.aperture_radius_m, 1.3, lens.focus_distance_m
    height_at_1_m = 2 * math.tan(lens.vertical_fov_rad / 2)
    parallax = edge_m * (1 / s - 1 / distance_m) / height_at_1_m
    assert parallax == pytest.approx(lens.coc_radius(distance_m))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"f_number": 0}, "lens f_number: 0, a finite number above 0 expected"),
        ({"f_number": -1.5}, "lens f_number: -1.5, a finite number above 0 expected"),
        ({"f_number": math.nan}, "lens f_number: nan, a finite number above 0 expected"),
        ({"f_number": math.inf}, "lens f_number: inf, a finite number above 0 expected"),
        ({"focal_length_mm": 0}, "lens focal_length_mm: 0, a finite number above 0 expected"),
        ({"focal_length_mm": math.nan}, "lens focal_length_mm: nan, a finite"),
        ({"sensor_height_mm": 0}, "lens sensor_height_mm: 0, a finite number above 0 expected"),
        ({"sensor_height_mm": -24}, "lens sensor_height_mm: -24, a finite"),
        ({"focus_distance_m": 0}, "lens focus_distance_m: 0, more than the focal length 0.05 m"),
        ({"focus_distance_m": 0.04}, "lens focus_distance_m: 0.04, more than the focal length"),
        ({"focus_distance_m": 0.05}, "lens focus_distance_m: 0.05, more than the focal length"),
        ({"focus_distance_m": math.nan}, "lens focus_distance_m: nan, more than the focal"),
        ({"focus_distance_m": -math.inf}, "lens focus_distance_m: -inf, more than the focal"),
    ],
)
def test_a_lens_that_cannot_exist_is_refused(change, text):
    with pytest.raises(LensError) as caught:
        Lens(**change)
    assert str(caught.value).startswith(text)
    assert str(caught.value).endswith("expected. Change it in the scene or by its flag")


def test_focusing_too_near_is_refused():
    with pytest.raises(LensError, match=r"focus_distance_m: 0\.01, more than the focal length"):
        Lens(50.0).focused_at(0.01)
