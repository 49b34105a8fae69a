"""Silhouettes: joined and cut exactly, upright, in place; camera shake, lines; the suite."""

import numpy as np
import pytest
from test_fitter_targets import supersampled, within

from fitter import FitError
from fitter.targets import SHAPES, Line, Picture, Pixel, Shake, Silhouette, half_size_px, is_delta
from fitter.targets.coverage import edges_coverage, triangles_light
from fitter.targets.gallery import gallery
from fitter.targets.region import boundary
from fitter.targets.silhouettes import DRAWINGS, _outline
from fitter.targets.suite import SUITE, case

NAMES = list(DRAWINGS)


def even_odd(begin, end):
    """Test of points against edges in any order, one crossing after the other."""

    def test(x, y):
        hit = np.zeros(np.broadcast_shapes(x.shape, y.shape), bool)
        for (ax, ay), (bx, by) in zip(begin, end, strict=True):
            if ay != by:
                cross = ax + (y - ay) / (by - ay) * (bx - ax)
                hit ^= ((ay > y) != (by > y)) & (x < cross)
        return hit

    return test


def test_loops_are_joined_and_cut_as_samples_say():
    """Two boxes that overlap, one wound the other way, less a third: against point tests."""
    one = np.array([(-4.2, -3.1), (2.3, -3.4), (1.9, 2.2), (-3.8, 1.7)])
    two = np.array([(-0.4, -1.2), (0.2, 3.9), (4.4, 3.3), (3.9, -0.7)])
    hole = np.array([(-2.1, -1.9), (1.2, -2.2), (0.7, 1.1)])
    begin, end = boundary([one, two], [hole])
    want = supersampled(
        lambda x, y: (within(one)(x, y) | within(two)(x, y)) & ~within(hole)(x, y), 5
    )
    np.testing.assert_allclose(edges_coverage(begin, end, 5), want, atol=8e-3)


def test_a_loop_that_crosses_itself_is_filled():
    """A pentagram: its middle has winding number 2."""
    angle = np.arange(5) * (4 * np.pi / 5)
    star = 4.1 * np.stack((np.sin(angle), -np.cos(angle)), axis=1)
    area = edges_coverage(*boundary([star], []), 5)
    assert area[5, 5] == pytest.approx(1)
    assert area.max() == pytest.approx(1)


@pytest.mark.parametrize("name", NAMES)
def test_a_silhouette_is_closed_and_covers_no_pixel_twice(name):
    begin, end = _outline(name)
    np.testing.assert_allclose((end - begin).sum(axis=0), 0, atol=1e-12)
    area = edges_coverage(begin * 40.3, end * 40.3, 41)
    assert area.min() > -1e-10
    assert area.max() < 1 + 1e-10


@pytest.mark.parametrize("name", ["ampersand", "flower", "snowflake"])
def test_a_silhouette_covers_what_samples_count(name):
    begin, end = _outline(name)
    want = supersampled(even_odd(begin * 4.3, end * 4.3), 5)
    got = Silhouette(name).draw(4.3, 5)
    np.testing.assert_allclose(got * want.sum(), want, atol=1.2e-2)


@pytest.mark.parametrize("name", NAMES)
def test_a_silhouette_keeps_the_picture_in_place_and_ends_at_the_radius(name):
    kernel, at = Silhouette(name).draw(20.0, 20), np.arange(-20, 21)
    assert abs((kernel * at).sum()) < 0.02
    assert abs((kernel * at[:, None]).sum()) < 0.02
    begin, _ = _outline(name)
    assert np.linalg.norm(begin, axis=1).max() == pytest.approx(1)


def test_the_ampersand_has_two_holes():
    """Its bowls: background that cannot be reached from outside."""
    from skimage.measure import label

    empty = Silhouette("ampersand").draw(40.0, 42) == 0
    assert label(empty, connectivity=1).max() == 3, "outside and two bowls"


def test_silhouettes_stand_upright():
    arrow, cat, bird = ((Silhouette(n).draw(20.0, 20) > 0) for n in ("arrow", "cat", "bird"))
    assert arrow[np.nonzero(arrow.any(axis=1))[0][0]].sum() <= 3, "its point is on top"
    rows = np.nonzero(cat.any(axis=1))[0]
    assert cat[rows[-3]].sum() > 2 * cat[rows[2]].sum(), "it sits; its ears are on top"
    columns = np.nonzero(bird.any(axis=0))[0]
    assert bird[:, columns[1]].sum() < bird[:, columns[-2]].sum(), "its beak is on the left"


def test_a_quarter_turn_is_clockwise():
    upright, right = Silhouette("arrow").draw(15.0, 15), Silhouette("arrow", 90.0).draw(15.0, 15)
    np.testing.assert_allclose(right, np.rot90(upright, -1), atol=1e-12)


def test_light_of_triangles_is_spread_by_area_and_adds_up():
    """Two that overlap, one of them wound the other way, and one without area."""
    corners = np.array(
        [
            [(-2.5, -1.5), (1.5, -1.5), (1.5, 2.5)],
            [(-2.5, -1.5), (1.5, 2.5), (1.5, -1.5)],
            [(-2.0, 1.0), (-2.0, 1.0), (-2.0, 1.0)],
        ]
    )
    light = triangles_light(corners, np.array([1.0, 2.0, 5.0]), 3)
    assert light.sum() == pytest.approx(8)
    assert light[4, 1] == pytest.approx(5)
    assert light[2, 4] == pytest.approx(3 / 8), "a pixel of the 8 px² that both cover"


def test_a_shake_is_its_seed_and_no_other():
    first, again, other = (Shake(track).draw(15.0, 15) for track in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


@pytest.mark.parametrize("track", range(5))
def test_a_shake_is_a_thin_path_within_its_radius_about_its_middle(track):
    kernel, at = Shake(track).draw(20.0, 21), np.arange(-21, 22)
    assert 0 < (kernel > 0).mean() < 0.45
    assert kernel.max() > 3 * kernel[kernel > 0].mean(), "bright where it is slow"
    assert abs((kernel * at).sum()) < 0.02
    assert abs((kernel * at[:, None]).sum()) < 0.02
    assert Shake(track).reach_px(20.0) <= 20.0 + 1e-9


def test_a_line_is_one_pixel_wide_at_any_radius():
    for radius in (3.5, 12.5):
        kernel = Line().draw(radius, 13)
        np.testing.assert_allclose(np.nonzero(kernel.sum(axis=1))[0], [13])
        assert (kernel > 0).sum() == 2 * radius
    down = Line(90.0).draw(4.5, 6)
    np.testing.assert_allclose(down[2:11, 6], 1 / 9)


def test_a_pixel_changes_nothing():
    assert half_size_px(Pixel(), 30.0) == 0
    assert is_delta(Pixel().draw(30.0, 2))


def test_a_picture_of_4096_px_is_scaled_down_to_what_is_drawn_small():
    large = Picture(Silhouette("cat").draw(2047.5, 2047), "cat.png")
    small, want = large.draw(16.0, 16), Silhouette("cat").draw(16.0, 16)
    np.testing.assert_allclose(small, want, atol=2e-3 * want.max())


def test_the_suite_names_every_target_of_the_paper():
    assert {"disk", "ring", "square", "hexagon", "heart", "star-4"} <= set(SUITE["shapes"])
    assert {"ampersand", "flower", "bird"} <= set(SUITE["silhouettes"])
    assert set(SUITE["gaussians"]) == {f"gaussian-{sigma}" for sigma in range(5, 12)}
    assert {"coma-1.25", "spherical-1.5"} <= set(SUITE["aberrations"])
    assert case("gaussian-7").radius_px == 14
    names = [name for group in SUITE.values() for name in group]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", [n for group in SUITE.values() for n in group])
def test_every_case_of_the_suite_is_a_kernel(name):
    source, radius = case(name).source, case(name).radius_px
    kernel = source.draw(radius, half_size_px(source, radius))
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert kernel.min() >= 0
    assert source.describe()["shape"] in SHAPES


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: Silhouette("brid"), "silhouette: 'brid' is unknown, one of 14 names expected. "
         "Did you mean bird?"),
        (lambda: case("comma-1"), "Did you mean coma-1"),
        (lambda: case("qqqq"), "Choose out of disk, ring, square, hexagon, heart, star-4, "),
    ],
)  # fmt: skip
def test_unknown_names_are_answered_with_the_nearest(ask, said):
    with pytest.raises(FitError) as error:
        ask()
    assert said in str(error.value)


def test_the_gallery_draws_every_case():
    picture = np.asarray(gallery())
    assert picture.shape[2] == 3
    lines = [-(-len(group) // 7) for group in SUITE.values()]
    assert picture.shape[0] > sum(lines) * 132
    assert picture.max() == 255
