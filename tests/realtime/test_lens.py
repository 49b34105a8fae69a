"""Lenses against rays traced through a thin lens, and the words they refuse with."""

import math

import numpy as np
import pytest

from realtime.errors import LensError
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import ArtisticLens, Lens, changed

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


@pytest.mark.parametrize("lines", [480, 540, 720, 1080, 2160])
@pytest.mark.parametrize("lens", [*LENSES, ArtisticLens(0.03, 1.5, 40.0)])
def test_the_same_picture_at_any_resolution(lens, lines):
    """The CoC in px of a lens's picture over its height: 1 % is asked for, here it is exact."""
    a, b = lens.coc_coefficients
    for distance_m in (0.4, 2.0, math.inf):
        coc_px = a * lines - b * lines / distance_m  # as shaders have it
        assert coc_px / lines == pytest.approx(lens.coc_radius(distance_m), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("focus_m", [0.03, 0.9, 5.0])
def test_an_artistic_lens_blurs_infinity_as_it_says(focus_m):
    lens = ArtisticLens(0.03, focus_m, 40.0)
    assert lens.coc_radius(math.inf) == pytest.approx(0.03)
    assert lens.coc_radius(focus_m) == pytest.approx(0, abs=1e-15)
    assert lens.coc_radius(focus_m / 2) == pytest.approx(-0.03)  # 1 - s / d
    assert lens.vertical_fov_rad == pytest.approx(math.radians(40))


def test_beyond_its_reference_an_artistic_lens_opens_no_further():
    lens = ArtisticLens(0.03, math.inf, 40.0, reference_m=4.0)
    assert lens.coc_radius(math.inf) == 0
    assert lens.coc_radius(4.0) == pytest.approx(-0.03)
    assert lens.focused_at(4.0).aperture_radius_m == pytest.approx(lens.aperture_radius_m)
    assert lens.focused_at(8.0).aperture_radius_m == pytest.approx(lens.aperture_radius_m)
    assert lens.focused_at(2.0).aperture_radius_m == pytest.approx(lens.aperture_radius_m / 2)
    very_far = lens.focused_at(1e9)
    assert very_far.coc_radius(5.0) == pytest.approx(lens.coc_radius(5.0), rel=1e-6)


def test_an_artistic_lens_is_some_physical_lens():
    """Same view, focus and blur of infinity: same blur of everything."""
    physical = Lens(35.0, 1.4, 1.2, 15.6)
    lens = changed(physical, radius=physical.coc_radius(math.inf))
    assert isinstance(lens, ArtisticLens)
    assert lens.vertical_fov_rad == pytest.approx(physical.vertical_fov_rad)
    assert lens.aperture_radius_m == pytest.approx(physical.aperture_radius_m)
    for distance_m in (0.3, 1.2, 7.0, math.inf):
        want = physical.coc_radius(distance_m)
        assert lens.coc_radius(distance_m) == pytest.approx(want, abs=1e-15)


@pytest.mark.parametrize("lens", [LENSES[1], LENSES[3], ArtisticLens(0.03, 2.0, 40.0)])
def test_opening_the_aperture_scales_all_blur(lens):
    assert lens.opened(1.5).coc_radius(7.0) == pytest.approx(1.5 * lens.coc_radius(7.0))
    assert lens.opened(1.5).aperture_radius_m == pytest.approx(1.5 * lens.aperture_radius_m)


def test_limits_hold_on_their_own_side():
    lens = Lens(50.0, 0.5, 2.0, max_front=0.01, max_behind=0.02)
    free = Lens(50.0, 0.5, 2.0)
    assert free.coc_radius(0.5) < -0.01 and free.coc_radius(90.0) > 0.02
    assert (lens.coc_radius(0.5), lens.coc_radius(90.0)) == (-0.01, 0.02)
    assert lens.coc_radius(2.1) == free.coc_radius(2.1)
    assert Lens(50.0, 0.5, 2.0, max_front=0).coc_radius(0.5) == 0
    assert lens.coc_coefficients == free.coc_coefficients


def test_the_frame_squeezes_then_turns_counter_clockwise():
    """+y is down: what points right points up after 90°. The width is squeezed, not the height."""
    assert Lens().aperture_frame == (1, 0, 0, 1)
    frame = np.reshape(Lens(squeeze=0.5, rotation_deg=90).aperture_frame, (2, 2))
    np.testing.assert_allclose(frame @ (1, 0), (0, -0.5), atol=1e-12)
    np.testing.assert_allclose(frame @ (0, 1), (1, 0), atol=1e-12)
    tilted = np.reshape(Lens(squeeze=0.5, rotation_deg=30).aperture_frame, (2, 2))
    np.testing.assert_allclose(tilted @ (1, 0), (0.5 * math.cos(math.pi / 6), -0.25))


def test_the_cats_eye_moves_against_the_place_by_its_strength():
    plain = np.reshape(Lens(cat_eye=0.6).cat_eye_frame, (2, 2))
    np.testing.assert_allclose(plain @ (0.5, -1.0), (-0.3, 0.6))
    turned = Lens(cat_eye=0.6, rotation_deg=35, squeeze=0.5)
    middle = np.reshape(turned.cat_eye_frame, (2, 2)) @ (0.5, -1.0)
    assert np.linalg.norm(middle) == pytest.approx(0.6 * math.hypot(0.5, 1))
    # Carried by the rotation alone, it is on the same side of the picture again.
    turn = np.reshape(Lens(rotation_deg=35).aperture_frame, (2, 2))
    np.testing.assert_allclose(turn @ middle, (-0.3, 0.6))


def test_fields_are_changed_and_none_leaves_them():
    lens = changed(Lens(85.0, 1.4, 3.0), f_number=2.0, squeeze=None, cat_eye=0.5)
    assert lens == Lens(85.0, 2.0, 3.0, cat_eye=0.5)
    artistic = changed(lens, radius=0.01, focal_length_mm=50.0)
    assert artistic.fov_deg == pytest.approx(math.degrees(Lens(50.0).vertical_fov_rad))
    assert (artistic.cat_eye, artistic.focus_distance_m, artistic.radius) == (0.5, 3.0, 0.01)
    assert changed(artistic, radius=0.02).radius == 0.02
    with pytest.raises(
        LensError, match="lens f_number: 4 given for an artistic lens, one of cat_e"
    ):
        changed(artistic, f_number=4.0)
    with pytest.raises(LensError, match=r"lens fov_deg: 40 given for a physical lens, .*f_number"):
        changed(lens, fov_deg=40.0)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"radius": -0.1}, "lens radius: -0.1, a finite number from 0 up"),
        ({"radius": math.inf}, "lens radius: inf, a finite number from 0 up"),
        ({"focus_distance_m": 0}, "lens focus_distance_m: 0, more than 0 m, before the camera"),
        ({"focus_distance_m": -3}, "lens focus_distance_m: -3, more than 0 m, before the camera"),
        ({"focus_distance_m": math.nan}, "lens focus_distance_m: nan, more than 0 m"),
        ({"fov_deg": 180}, "lens fov_deg: 180, degrees above 0 and below 180"),
        ({"fov_deg": 0}, "lens fov_deg: 0, degrees above 0"),
        ({"reference_m": math.inf}, "lens reference_m: inf, a finite number above 0"),
        ({"max_front": -1}, "lens max_front: -1, a number from 0 up, or inf"),
        ({"max_behind": math.nan}, "lens max_behind: nan, a number from 0 up, or inf"),
        ({"squeeze": 0}, "lens squeeze: 0, a finite number above 0"),
        ({"rotation_deg": math.inf}, "lens rotation_deg: inf, a finite number of degrees"),
        ({"cat_eye": 1.1}, "lens cat_eye: 1.1, a number from 0 to 1"),
        ({"cat_eye": -0.1}, "lens cat_eye: -0.1, a number from 0 to 1"),
    ],
)
def test_an_artistic_lens_that_cannot_exist_is_refused(change, text):
    with pytest.raises(LensError) as caught:
        ArtisticLens(**change)
    assert str(caught.value).startswith(text)
    assert str(caught.value).endswith("expected. Change it in the scene or by its flag")


@pytest.mark.parametrize(
    "change", [{"max_front": -1}, {"squeeze": math.nan}, {"cat_eye": 2}, {"rotation_deg": math.nan}]
)
def test_a_physical_lens_checks_its_aperture_too(change):
    with pytest.raises(LensError, match=f"lens {next(iter(change))}: "):
        Lens(**change)


MAPPING = DepthMapping.orthographic(1.0, 9.0)


def test_without_perspective_coc_is_linear_and_touches_the_lens_at_the_focus():
    lens = Lens(50.0, 1.0, 3.0)
    offset, slope = MAPPING.coc_coefficients(lens)
    assert offset + slope * 3.0 == pytest.approx(0, abs=1e-12)
    near = (lens.coc_radius(3.0 + 1e-5) - lens.coc_radius(3.0 - 1e-5)) / 2e-5
    assert slope == pytest.approx(near, rel=1e-6)
    assert MAPPING.coc_coefficients(lens.focused_at(math.inf)) == (0, 0)
