"""Targets against brute-force supersampling, their sums, and which way up they stand."""

import numpy as np
import pytest

from fitter.targets import SHAPES, Disk, Gaussian, Heart, Picture, Polygon, Ring, Star, half_size_px
from fitter.targets.outlines import heart, polygon, star

FINE = 64  # samples a pixel and axis: areas to about 1e-3


def supersampled(inside, half):
    """Area of each pixel for which inside(x, y) holds, by counting samples."""
    fine = (np.arange((2 * half + 1) * FINE) + 0.5) / FINE - half - 0.5
    hit = inside(fine[None, :], fine[:, None]).astype(float)
    size = 2 * half + 1
    return hit.reshape(size, FINE, size, FINE).mean(axis=(1, 3))


def within(outline):
    """Even-odd test of points against an outline [V, 2]: independent of the winding."""

    def test(x, y):
        hit = np.zeros(np.broadcast_shapes(x.shape, y.shape), bool)
        for (ax, ay), (bx, by) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            if ay != by:
                cross = ax + (y - ay) / (by - ay) * (bx - ax)
                hit ^= ((ay > y) != (by > y)) & (x < cross)
        return hit

    return test


@pytest.mark.parametrize("radius", [0.6, 1.3, 4.7])
def test_disk_and_ring_cover_what_samples_count(radius):
    half = 6
    disk = supersampled(lambda x, y: x**2 + y**2 < radius**2, half)
    hole = supersampled(lambda x, y: x**2 + y**2 < (0.6 * radius) ** 2, half)
    np.testing.assert_allclose(Disk().draw(radius, half) * disk.sum(), disk, atol=4e-3)
    ring = disk - hole
    np.testing.assert_allclose(Ring(0.6).draw(radius, half) * ring.sum(), ring, atol=8e-3)


@pytest.mark.parametrize(
    ("shape", "outline"),
    [
        (Polygon(5, 20.0), polygon(5, 20.0, 0)),
        (Star(5, 0.4, 10.0), star(5, 0.4, 10.0)),
        (Heart(15.0), heart(15.0)[::16]),
    ],
)
def test_outlines_cover_what_samples_count(shape, outline):
    want = supersampled(within(outline * 5.3), 6)
    np.testing.assert_allclose(shape.draw(5.3, 6) * want.sum(), want, atol=8e-3)


def test_a_curved_blade_lies_between_the_chord_and_the_circle():
    areas = [(Polygon(6, 0, c).draw(9.0, 9) > 0).sum() for c in (0, 0.5, 1)]
    assert areas[0] < areas[1] <= areas[2]
    np.testing.assert_allclose(Polygon(6, 0, 1).draw(9.0, 9), Disk().draw(9.0, 9), atol=1e-6)


@pytest.mark.parametrize(("blades", "curvature", "rotation"), [(5, 0.4, 20.0), (7, 0.85, -13.0)])
def test_a_curved_iris_covers_what_samples_count(blades, curvature, rotation):
    """By direction: the chord's distance, and from there part of the way to the circle."""

    def inside(x, y):
        clockwise = np.degrees(np.arctan2(x, -y)) - rotation  # from straight up, +y is down
        blade = 360 / blades
        from_middle = np.radians(np.mod(clockwise, blade) - blade / 2)
        chord = np.cos(np.radians(blade / 2)) / np.cos(from_middle)
        return np.hypot(x, y) < 5.3 * (chord + curvature * (1 - chord))

    want = supersampled(inside, 6)
    got = Polygon(blades, rotation, curvature).draw(5.3, 6)
    np.testing.assert_allclose(got * want.sum(), want, atol=8e-3)


@pytest.mark.parametrize("blades", [3, 6])
def test_curving_the_blades_moves_no_corner_and_grows_what_they_leave_open(blades):
    outlines = [polygon(blades, 10.0, curvature) for curvature in (0.0, 0.3, 0.7, 1.0)]
    for outline in outlines[1:]:
        at = outline[:: len(outline) // blades]
        np.testing.assert_allclose(at, outlines[0], atol=1e-12)
    areas = [area(outline) for outline in outlines]
    assert areas == sorted(areas)
    assert areas[-1] == pytest.approx(np.pi, rel=1e-4)


def area(outline):
    """By the shoelace formula."""
    x, y = outline.T
    return abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2


def test_gaussian_averages_over_pixels_and_has_the_variance_of_a_disc():
    kernel = Gaussian().draw(8.0, 16)
    along = (np.arange(33) - 16) ** 2
    assert (kernel.sum(axis=0) * along).sum() == pytest.approx(16, rel=0.02)
    fine = np.exp(-np.square(np.linspace(-0.5, 0.5, 1001)) / 32).mean()
    next_fine = np.exp(-np.square(np.linspace(0.5, 1.5, 1001)) / 32).mean()
    assert kernel[16, 17] / kernel[16, 16] == pytest.approx(next_fine / fine, rel=1e-4)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("radius", [0.0, 0.3, 1.7, 12.4])
def test_every_shape_sums_to_1_and_fits_its_half_size(name, radius):
    shape = SHAPES[name]()
    half = half_size_px(shape, radius)
    kernel = shape.draw(radius, half)
    assert kernel.shape == (2 * half + 1,) * 2
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert kernel.min() >= 0
    wider = shape.draw(radius, half + 2)
    np.testing.assert_allclose(wider[2:-2, 2:-2], kernel, atol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_radius_0_is_a_delta(name):
    kernel = SHAPES[name]().draw(0.0, 2)
    assert kernel[2, 2] == 1
    assert kernel.sum() == 1


def test_the_heart_and_the_star_are_upright():
    """Row 0 is the top: the heart is wide there and ends in a point; the star begins with one."""
    wide = (Heart().draw(12, 12) > 0).sum(axis=1)
    rows = np.nonzero(wide)[0]
    assert wide[rows[-1]] <= 3 < wide[rows[0] + 1]
    assert (Star(5).draw(12, 12)[0] > 0).sum() == 1
    assert (Star(5).draw(12, 12)[-1] > 0).sum() == 0


def test_rotation_turns_clockwise_on_screen():
    right = Star(3, 0.2, 90.0).draw(10, 10)
    assert right[10, 19] > 0
    assert right[10, 0] == 0


def test_shapes_keep_the_picture_in_place():
    """Their centroid is the centre pixel."""
    at = np.arange(-12, 13)
    for shape in (Heart(), Star(), Polygon(3)):
        kernel = shape.draw(12, 12)
        assert abs((kernel * at).sum()) < 0.02
        assert abs((kernel * at[:, None]).sum()) < 0.02


def lopsided(height, width):
    light = np.zeros((height, width))
    light[0, :2] = 1
    light[1:, width - 1] = 0.25
    return light


def test_a_picture_of_odd_size_at_its_own_radius_is_itself():
    light = lopsided(5, 5)
    np.testing.assert_allclose(Picture(light, "p").draw(2.5, 2), light / light.sum(), atol=1e-12)


def test_an_even_picture_is_centred_by_half_a_pixel_each_side():
    light = np.ones((4, 4))
    want = np.outer([0.5, 1, 1, 1, 0.5], [0.5, 1, 1, 1, 0.5])
    np.testing.assert_allclose(Picture(light, "p").draw(2.0, 2), want / want.sum(), atol=1e-12)


def test_a_wide_picture_keeps_its_proportions():
    kernel = Picture(np.ones((2, 6)), "p").draw(3.0, 3)
    rows = kernel.sum(axis=1)
    np.testing.assert_allclose(rows, [0, 0, 0.25, 0.5, 0.25, 0, 0], atol=1e-12)


def test_scaling_down_averages_areas():
    """A 30 px picture at a third of its radius: each pixel the sum of 3 × 3."""
    light = np.random.default_rng(2).random((27, 27))
    got = Picture(light, "p").draw(4.5, 4)
    want = light.reshape(9, 3, 9, 3).sum(axis=(1, 3))
    np.testing.assert_allclose(got, want / want.sum(), atol=1e-12)
