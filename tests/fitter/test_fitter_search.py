"""Searches: tapers, budgets, knots where the error is; and the command's options for them."""

from dataclasses import replace

import numpy as np
import pytest

from fitter import search
from fitter.bake import Request, bake
from fitter.chain import Chain, Plan
from fitter.cli import main
from fitter.errors import FitError
from fitter.knots import radius_knots
from fitter.quality import measure
from fitter.targets import Disk, Gaussian, Heart, Star
from realtime.bank import read_bank

QUICK = Plan(layers=(8, 4), seeds=3, seed_iterations=16, top_iterations=8, sweeps=1, device="cpu")


@pytest.mark.parametrize("budget", [1, 2, 5, 18, 36, 96])
def test_tapers_spend_the_whole_budget_and_never_grow(budget):
    found = search.tapers(budget)
    assert len(found) == len(set(found))
    for layers in found:
        assert sum(layers) == budget
        assert list(layers) == sorted(layers, reverse=True)
        assert layers == (budget,) or min(layers) >= 2
    if budget == 36:
        assert (12, 12, 12) in found
        assert len(found) > 20


def test_shapes_get_a_taper_and_gaussians_equal_layers():
    ring = search.best_taper(Request(Star(4), (8.0,), QUICK), 12)
    spot = search.best_taper(Request(Gaussian(), (8.0,), QUICK), 12)
    assert ring[0] > 2 * ring[-1]
    assert len(spot) > len(ring)
    assert np.ptp(spot) <= 1


def test_the_best_taper_is_better_than_a_poor_one():
    def db(layers):
        plan = replace(QUICK, layers=layers)
        return measure(Chain(Gaussian(), (8.0,), plan).fit(), Gaussian(), 8.0)["psnr_db"]

    assert db(search.best_taper(Request(Gaussian(), (8.0,), QUICK), 12)) > db((10, 2)) + 6


def test_knots_move_to_where_the_error_is():
    """A heart's worst place is where it leaves its pixel: more knots go there."""
    plan = replace(QUICK, layers=(12, 6))
    request = Request(Heart(), radius_knots(Heart(), 12.0, 8), plan)
    moved = search.with_error_knots(request)
    assert moved.radii_px[:2] == request.radii_px[:2], "what is a delta stays one"
    assert moved.radii_px[-1] == 12
    assert (np.diff(moved.radii_px) > 0).all()
    assert moved.radii_px[2] < request.radii_px[2] - 0.05
    before, after = (min(bake(r).quality["midpoints"]["psnr_db"]) for r in (request, moved))
    assert after > before + 2


def test_too_few_knots_stay_where_they_are():
    request = Request(Disk(), (0.0, 2.0, 4.0), QUICK)
    assert search.with_error_knots(request) is request


def test_the_smallest_bank_reaches_its_quality_with_less_than_a_larger_goal_needs():
    request = Request(Disk(), (0.0, 5.0), QUICK)
    small, large = (search.smallest(request, search.Goal(q, 5.0)) for q in (42.0, 52.0))
    for bank, quality in ((small, 42), (large, 52)):
        assert min(min(found["psnr_db"]) for found in bank.quality.values()) >= quality
    assert (small.taps, small.grid[1]) < (large.taps, large.grid[1])


def test_a_quality_beyond_every_budget_is_refused_with_the_best_that_was_found(monkeypatch):
    monkeypatch.setattr(search, "BUDGETS", (4,))
    with pytest.raises(FitError, match=r"--quality: 90 dB not reached with 4 taps, \d\d\.\d dB or"):
        search.smallest(Request(Star(), (6.0,), QUICK), search.Goal(90.0, 6.0, axis=False))


QUICKLY = ("--seeds", "2", "--quiet")


def test_the_command_searches(tmp_path):
    def baked(*arguments):
        out = tmp_path / "k"
        assert main(["bake", *arguments, *QUICKLY, "--out", str(out)]) == 0
        return read_bank(out)

    star = ("--shape", "star", "--radius", "6")
    assert baked(*star, "--budget", "11").taps == 11
    bank = baked(*star, "--quality", "42")
    assert bank.quality["knots"]["psnr_db"][0] >= 42
    bank = baked(*star, "--taps", "10,5", "--symmetry", "auto")
    assert bank.target["fit"]["symmetry"]["turns"] == 5
    bank = baked(*star, "--taps", "10,6", "--symmetry", "5")
    assert bank.target["fit"]["symmetry"] == {
        "turns": 5, "mirror_rad": None, "orbits": [[5, 5], [5, 1]],
    }  # fmt: skip
    axis = ("--shape", "heart", "--max-radius", "5", "--knots", "5", "--taps", "6,3")
    moved = baked(*axis, "--spacing", "error").axes[0].knots
    even = radius_knots(Heart(), 5.0, 5)
    assert moved[0] == even[0]
    assert moved[-1] == even[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--budget", "0"), "--budget: 0, 1 to 512 expected"),
        (("--budget", "9", "--taps", "5,4"), "--taps and --budget: both given, one of them"),
        (("--quality", "nan"), "--quality: nan, dB above 0 to 100 expected"),
        (("--quality", "50", "--knots", "5"), "--quality with --knots or --spacing: it chooses"),
        (("--symmetry", "both"), "--symmetry: both, none, auto or 2 to 12 turns expected. Give"),
        (("--symmetry", "13"), "--symmetry: 13, none, auto or 2 to 12 turns expected. Give"),
        (("--symmetry", "1"), "--symmetry: 1, none, auto or 2 to 12 turns expected. Give"),
        (("--symmetry", "2", "--budget", "9"), "--symmetry 2 with --budget: layers yet to be"),
        (
            ("--symmetry", "3", "--taps", "9,5"),
            "--symmetry 3: layers of 9, 5 taps, multiples of 3 or one more expected. Give other",
        ),
    ],
)
def test_bad_searches_are_refused_in_one_line(tmp_path, capsys, arguments, words):
    out = str(tmp_path / "x")
    assert main(["bake", "--shape", "disk", "--max-radius", "4", *arguments, "--out", out]) == 2
    said = capsys.readouterr().err
    assert said.startswith("diskblur-fit: " + words)
    assert said.count("\n") == 1
