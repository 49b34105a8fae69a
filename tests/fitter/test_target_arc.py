"""Arcs: against 100 000 points along the path, and as taps are carried from bend to bend."""

import numpy as np
import pytest

from fitter.bake import Request, bake
from fitter.chain import FRAMED, Plan
from fitter.errors import FitError
from fitter.rows import Second
from fitter.targets import Arc, Arcs, Streak, half_size_px
from fitter.targets.motion import bent, straightened

POINTS = 100_000


def path(bend, rotation_deg, radius_px):
    """The path as its definition has it, [POINTS, 2], evenly in time."""
    t = (np.arange(POINTS) + 0.5) * (2 / POINTS) - 1
    x, y = radius_px * np.sin(bend * t) / bend, radius_px * 2 * np.sin(bend * t / 2) ** 2 / bend
    cos, sin = np.cos(np.radians(rotation_deg)), np.sin(np.radians(rotation_deg))
    return np.stack((cos * x - sin * y, sin * x + cos * y), axis=1)


def reads(points, half):
    """What bilinear reads at the points average to: [M, M]."""
    grid = np.arange(2 * half + 1) - half
    columns, rows = (
        np.clip(1 - np.abs(points[:, axis] - grid[:, None]), 0, None) for axis in (0, 1)
    )
    return rows @ columns.T / len(points)


@pytest.mark.parametrize(("bend", "radius"), [(1e-7, 7.3), (0.3, 7.3), (1.2, 0.6), (np.pi, 7.3)])
@pytest.mark.parametrize("rotation", [0.0, 37.0, 200.0])
def test_an_arc_is_what_reads_along_its_path_average_to(bend, rotation, radius):
    arc = Arc(bend, rotation)
    half = half_size_px(arc, radius)
    want = reads(path(bend, rotation, radius), half)
    assert want.sum() == pytest.approx(1), "the picture holds the path"
    np.testing.assert_allclose(arc.draw(radius, half), want, atol=1e-7)


def test_it_bends_down_on_screen_on_both_sides():
    kernel = Arc(1.0).draw(8.0, 9)
    assert kernel[:9].sum() == 0
    assert kernel[10:].sum() > 0.6
    np.testing.assert_allclose(kernel, kernel[:, ::-1], atol=1e-12)


@pytest.mark.parametrize("rotation", [0.0, 45.0, 97.0])
def test_without_bend_it_is_a_streak_to_the_bit(rotation):
    for radius in (0.0, 0.4, 9.3):
        streak = Streak(rotation=rotation)
        half = half_size_px(streak, radius)
        arc = Arc(0.0, rotation)
        assert half_size_px(arc, radius) == half
        np.testing.assert_array_equal(arc.draw(radius, half), streak.draw(radius, half))


@pytest.mark.parametrize("bend", [0.0, 1.2, np.pi])
def test_at_radius_0_it_is_a_delta(bend):
    arc = Arc(bend)
    assert half_size_px(arc, 0.0) == 0
    assert arc.draw(0.0, 2)[2, 2] == pytest.approx(1)


@pytest.mark.parametrize("bend", [-0.1, 3.2, float("nan")])
def test_other_bends_are_refused(bend):
    with pytest.raises(FitError, match=r"--bend: .*, rad from 0 to 3.142 expected. Give another"):
        Arc(bend)


def test_taps_are_carried_along_the_path():
    """Taps on one arc come to lie on the other, as far from the middle; the middle stays."""
    t = np.array([-0.9, -0.2, 0.0, 0.5])
    at = path(0.4, 25.0, 20.0)[np.round((t + 1) / 2 * POINTS - 0.5).astype(int)]
    want = path(1.1, 25.0, 20.0)[np.round((t + 1) / 2 * POINTS - 0.5).astype(int)]
    got = Arcs(25.0).carry(at, 0.4, 1.1, 20.0)
    np.testing.assert_allclose(got, want, atol=1e-9)
    from_streak = Arcs(25.0).carry(path(1e-9, 25.0, 20.0)[[7, 300]], 0.0, 1.1, 20.0)
    np.testing.assert_allclose(from_streak, path(1.1, 25.0, 20.0)[[7, 300]], atol=1e-6)


def test_carrying_keeps_what_lies_beside_the_path_and_comes_back():
    places = np.random.default_rng(0).normal(0, 4, (3, 50, 2))  # 4 px, in a batch of layers
    over = bent(places, 0.05)
    np.testing.assert_allclose(straightened(over, 0.05), places, atol=1e-9)
    beside = np.linalg.norm(over - (0, 20), axis=-1)  # from the circle's middle
    np.testing.assert_allclose(beside, 20 - places[..., 1], atol=1e-9)
    np.testing.assert_array_equal(straightened(places, 0.0), places)


@pytest.fixture(scope="module")
def bank():
    """Arcs up to 8 px, fitted for any frame."""
    plan = Plan(
        layers=(14, 2), seeds=2, seed_iterations=16, top_iterations=10, knot_iterations=10,
        turns=FRAMED, device="cpu",
    )  # fmt: skip
    return bake(Request(Arc(), (0.0, 1.5, 3.5, 8.0), plan, second=Second(Arcs(), (0.0, 0.5, 1.0))))


def test_a_bank_of_arcs_is_good_at_its_knots_and_between_them(bank):
    assert [(axis.name, axis.unit) for axis in bank.axes] == [("radius", "px"), ("bend", "rad")]
    worst = {where: min(found["psnr_db"]) for where, found in bank.quality.items()}
    assert worst["knots"] > 55
    assert worst["midpoints_second"] > 55
    assert worst["midpoints"] > 50


def test_its_taps_keep_their_place_along_the_path(bank):
    """Straightened, each tap of the first layer stands about where it does in the streak."""
    puts = -bank.offsets[0][:, :, 3].astype(float)  # gather offsets are the kernel's, negated
    along = [straightened(puts[:, row], bend / 8)[:, 0] for row, bend in enumerate((0, 0.5, 1.0))]
    assert np.abs(np.diff(along, axis=0)).max() < 0.8, "taps are about 1.6 px apart"
