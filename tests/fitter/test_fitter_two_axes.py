"""Banks of radius and angle: upright, one tap everywhere, closed turns, and the command."""

import numpy as np
import pytest
import torch

from fitter.bake import Request, bake, steps
from fitter.chain import Plan
from fitter.cli import main
from fitter.errors import FitError
from fitter.quality import frobenius
from fitter.rows import Rows, Second
from fitter.sheet import from_bank
from fitter.spectral import kernels
from fitter.targets import Disk, Heart, Picture, Polygon, Star, half_size_px
from fitter.targets.family import Turning
from fitter.targets.motion import Streak
from realtime.bank import read_bank

PLAN = Plan(
    layers=(14, 5), seeds=3, seed_iterations=20, top_iterations=10, sweeps=1, knot_iterations=12,
    device="cpu",
)  # fmt: skip
RADII = (0.0, 0.5, 2.0, 4.5, 7.0)


@pytest.fixture(scope="module")
def heart():
    """A heart round the whole turn, in 9 knots of which the last is the first."""
    values = tuple(np.linspace(0, 2 * np.pi, 9))
    told = []
    request = Request(Heart(20.0), RADII, PLAN, second=Second(Turning(Heart(20.0)), values))
    bank = bake(request, told.append)
    assert len(told) == steps(request)
    return bank


def test_the_bank_has_both_axes_and_each_knot_its_own_target(heart):
    assert [(a.name, a.unit, len(a.knots)) for a in heart.axes] == [
        ("radius", "px", 5), ("angle", "rad", 9),
    ]  # fmt: skip
    assert heart.offsets[0].shape == (14, 9, 5, 2)
    half = heart.targets.shape[-1] // 2
    for row, angle in enumerate(heart.axes[1].knots):
        for column, radius in enumerate(RADII):
            want = Heart(20.0 + np.degrees(angle)).draw(radius, half)
            np.testing.assert_allclose(heart.targets[row, column], want, atol=1e-6)


def test_every_knot_fits_its_own_target_and_no_other(heart):
    half = heart.targets.shape[-1] // 2
    fits = kernels(from_bank(heart), half).reshape(9, 5, 2 * half + 1, 2 * half + 1)
    wants = torch.from_numpy(heart.targets).double()
    for row in range(8):
        own = frobenius(fits[row, 4], wants[row, 4])
        others = [frobenius(fits[row, 4], wants[r, 4]) for r in range(8) if r != row]
        assert own < 0.25 < 0.4 < min(others)


def test_between_the_knots_of_both_axes_it_is_as_good_as_at_them(heart):
    knots, across, along = (
        min(heart.quality[w]["psnr_db"]) for w in ("knots", "midpoints", "midpoints_second")
    )
    assert knots > 48
    assert across > knots - 2
    assert along > knots - 2
    assert len(heart.quality["knots"]["psnr_db"]) == 45
    assert len(heart.quality["midpoints"]["psnr_db"]) == 9 * 4
    assert len(heart.quality["midpoints_second"]["psnr_db"]) == 8 * 5


def test_taps_turn_with_the_shape(heart):
    """Turned back by its knot's angle, each tap stands still; another tap would not."""
    for offsets in heart.offsets:
        back = []
        for row, angle in enumerate(heart.axes[1].knots):
            cos, sin = np.cos(angle), np.sin(angle)
            back.append(offsets[:, row, 4] @ np.array([[cos, -sin], [sin, cos]]))
        drift = np.linalg.norm(np.array(back) - back[0], axis=2)
        assert np.median(drift) < 0.6


def test_a_whole_turn_ends_where_it_began(heart):
    for offsets, weights in zip(heart.offsets, heart.weights, strict=True):
        np.testing.assert_array_equal(offsets[:, 0], offsets[:, -1])
        np.testing.assert_array_equal(weights[:, 0], weights[:, -1])


def test_only_whole_turns_are_closed_and_neighbours_wrap_round():
    star = Rows(Second(Turning(Star()), tuple(np.linspace(0, 2 * np.pi / 5, 4))))
    assert not star.closed, "taps turned by a fifth are not where they were"
    assert star.count == 4
    turn = Rows(Second(Turning(Heart()), tuple(np.linspace(0, 2 * np.pi, 6))))
    assert turn.closed
    assert turn.count == 5
    rows = torch.tensor([0, 3])
    assert turn.beside(rows, -1).tolist() == [4, 2]
    assert turn.between(rows, -1, 0.5) == [4.5, 2.5]
    assert star.beside(rows, 1).tolist() == [1, 3]
    assert star.between(rows, 1, 0.75) == [0.25, 3.0]


def test_a_shape_knows_the_turn_after_which_it_looks_the_same():
    shapes = ((Star(), 5), (Polygon(6), 6), (Heart(), 1), (Streak(), 2), (Streak(bias=0.4), 1))
    for shape, folds in shapes:
        assert Turning(shape).period_rad() == pytest.approx(2 * np.pi / folds)
    with pytest.raises(FitError, match="disk: no rotation, a shape that can be turned expected"):
        Turning(Disk())


def test_streaks_are_what_bilinear_reads_along_them_average_to():
    streak = Streak(bias=0.6, rotation=37.0)
    half = half_size_px(streak, 6.3)
    u = (np.arange(20000) + 0.5) / 10000 - 1
    x, y = 6.3 * u * np.cos(np.radians(37)), 6.3 * u * np.sin(np.radians(37))
    grid = np.arange(2 * half + 1) - half
    columns = np.clip(1 - np.abs(x - grid[:, None]), 0, None)
    rows = np.clip(1 - np.abs(y - grid[:, None]), 0, None)
    want = np.einsum("in,jn,n->ij", rows, columns, (1 + 0.6 * u) / len(u))
    np.testing.assert_allclose(streak.draw(6.3, half), want, atol=1e-7)
    assert want[:half].sum() < want[half + 1 :].sum(), "brighter at the lower right end"


@pytest.mark.parametrize("rotation", [0.0, 45.0, 90.0, 180.0, 263.0])
@pytest.mark.parametrize("radius", [0.0, 0.2, 1.0, 4.0])
def test_a_streak_fits_its_picture_and_sums_to_1(rotation, radius):
    streak = Streak(bias=-1.0, rotation=rotation)
    kernel = streak.draw(radius, half_size_px(streak, radius))
    assert kernel.sum() == pytest.approx(1)
    assert (kernel >= 0).all()
    assert kernel.max() < 1 or radius == 0


def test_the_command_bakes_a_turning_star(tmp_path, capsys):
    out = tmp_path / "star.safetensors"
    quick = ["--taps", "6,3", "--seeds", "2", "--out", str(out), "--knots", "3"]
    star = ["bake", "--shape", "star", "--max-radius", "4"]
    assert main([*star, "--turn", "3", *quick]) == 0
    bank = read_bank(out)
    assert bank.axes[1].knots == pytest.approx((0, np.pi / 5, 2 * np.pi / 5))
    assert bank.target["period_rad"] == pytest.approx(2 * np.pi / 5)
    assert main(["inspect", str(out)]) == 0
    rows = capsys.readouterr().out.splitlines()[-9:]
    assert rows[0].startswith("radius 0 px, angle 0 rad")
    assert [row.split()[7] == "–" for row in rows] == [False, False, True] * 3
    assert main([*star, "--turn", "3", "--turn-degrees", "90", *quick]) == 0
    assert read_bank(out).axes[1].knots[-1] == pytest.approx(np.pi / 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--shape", "star", "--turn", "1"), "--turn: 1, 2 to 256 expected"),
        (("--shape", "disk", "--turn", "4"), "disk: no rotation, a shape that can be turned"),
        (("--shape", "star", "--turn-degrees", "90"), "--turn-degrees: given without --turn"),
        (("--shape", "star", "--turn", "4", "--turn-degrees", "0"), "--turn-degrees: 0, above 0"),
        (("--shape", "streak", "--bias", "2"), "--bias: 2, a number -1 to 1 expected"),
    ],
)
def test_bad_angles_are_refused_in_one_line(tmp_path, capsys, arguments, words):
    out = str(tmp_path / "x")
    assert main(["bake", *arguments, "--max-radius", "4", "--out", out]) == 2
    said = capsys.readouterr().err
    assert said.startswith("diskblur-fit: " + words)
    assert said.count("\n") == 1


def test_pictures_do_not_turn():
    with pytest.raises(FitError, match="picture: no rotation"):
        Turning(Picture(np.ones((2, 3)), "k.png"))
