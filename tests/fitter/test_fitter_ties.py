"""Symmetric taps, equal weights, negative weights: what is asked for holds to the last digit."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fitter import layout
from fitter.bake import Request, bake
from fitter.cascade import Cascades
from fitter.chain import Chain, Plan
from fitter.errors import FitError
from fitter.quality import measure
from fitter.residual import Term
from fitter.sheet import from_bank
from fitter.spectral import canvas, kernels
from fitter.targets import Disk, Heart, Polygon, Star, Streak
from fitter.ties import NONE, Symmetry, describe, detect, orbits, symmetric, ties, turned

UPRIGHT = np.pi / 2
QUICK = Plan(layers=(12, 6), seeds=3, seed_iterations=20, top_iterations=10, device="cpu")


@pytest.mark.parametrize(
    ("source", "layers", "expected"),
    [
        (Star(5), (25, 10, 5), Symmetry(5, UPRIGHT)),
        (Star(5), (24, 8, 4), Symmetry(1, UPRIGHT)),
        (Polygon(6), (24, 12), Symmetry(6, UPRIGHT)),
        (Heart(), (24, 8, 4), Symmetry(1, UPRIGHT)),
        (Heart(90.0), (24, 8, 4), Symmetry(1, 0.0)),
        (Heart(20.0), (24, 8, 4), NONE),
        (Streak(rotation=30.0), (6, 4), Symmetry(2)),
        (Disk(), (24, 8, 4), Symmetry(4, UPRIGHT)),
        (Star(5), (7, 5, 3), Symmetry(1, UPRIGHT)),
    ],
)
def test_a_targets_symmetry_is_found_as_far_as_its_layers_can_have_it(source, layers, expected):
    assert detect([source], layers) == expected


def test_rows_share_only_the_symmetry_that_all_of_them_have():
    assert detect([Star(4), Star(4, rotation=30.0)], (8, 4)) == Symmetry(4)


def test_turns_are_asked_for_where_the_target_has_them():
    assert turned([Star(4), Star(8)], (8, 5), 4) == Symmetry(4)
    with pytest.raises(FitError) as caught:
        turned([Star(6), Star(5)], (8, 4), 2)
    assert str(caught.value) == (
        "--symmetry 2: a target that turns by 1/2 into another one, the same one expected. "
        "Give another --symmetry, or auto"
    )


def test_layers_are_made_of_orbits():
    assert orbits(Symmetry(4, UPRIGHT), 24) == (3, 0, 0)
    assert orbits(Symmetry(4, UPRIGHT), 13) == (1, 1, 1)
    assert orbits(Symmetry(5), 8) is None
    assert orbits(Symmetry(1, UPRIGHT), 7) == (3, 1, 0)
    assert describe(Symmetry(2, 0.0), (7, 4)) == {
        "turns": 2, "mirror_rad": 0.0, "orbits": [[4, 2, 1], [4]],
    }  # fmt: skip


@pytest.mark.parametrize("symmetry", [Symmetry(3), Symmetry(2, UPRIGHT), Symmetry(1, 0.3)])
def test_tied_steps_keep_the_symmetry(symmetry):
    """Any free step from a symmetric start leads to a set of taps that the moves permute."""
    random, layers = np.random.default_rng(0), (13 if symmetry.turns != 2 else 11, 6)
    offsets, weights = symmetric(symmetry, layers, random.normal(size=(sum(layers), 2)),
                                 random.uniform(0.5, 1, sum(layers)))  # fmt: skip
    matrix = ties(symmetry, layers, equal_weights=False)
    step = (matrix @ random.normal(size=matrix.shape[1])).reshape(3, -1)
    taps = np.column_stack((offsets + step[:2].T, weights + step[2]))
    for layer in (taps[: layers[0]], taps[layers[0] :]):
        for move in symmetry.moves():
            moved = np.column_stack((layer[:, :2] @ move.T, layer[:, 2]))
            gaps = np.linalg.norm(layer[:, None] - moved[None], axis=2)
            assert gaps.min(axis=0).max() < 1e-9
            assert len(set(gaps.argmin(axis=0))) == len(layer)


def test_symmetric_starts_lie_on_the_target():
    target = Star(5).draw(16.0, 16)
    offsets, weights = layout.start(
        target, (25, 10), np.random.default_rng(0), Symmetry(5, UPRIGHT)
    )
    column, row = (offsets[:25].round().astype(int) + 16).T
    assert (target[row, column] > 0).mean() > 0.7
    assert weights[:25].sum() == pytest.approx(1)


def test_a_fit_is_as_symmetric_as_its_taps_through_the_whole_bank():
    """A heart's kernel is its mirror image; without ties it is not."""
    radii = (0.0, 0.5, 3.0, 6.0)
    banks = [
        bake(Request(Heart(), radii, replace(QUICK, symmetry=s, sweeps=1)))
        for s in (Symmetry(1, UPRIGHT), NONE)
    ]
    kernel, free = (kernels(from_bank(bank), 8) for bank in banks)
    assert (kernel - kernel.flip(2)).abs().max() < 1e-6
    assert (free - free.flip(2)).abs().max() > 1e-4
    assert (kernel - kernel.flip(1)).abs().max() > 1e-2
    found = banks[0].target["fit"]["symmetry"]
    assert found["turns"] == 1
    assert found["orbits"] == [[2] * 6, [2] * 3]
    assert "symmetry" not in banks[1].target["fit"]
    assert min(banks[0].quality["midpoints"]["psnr_db"]) > 45


def test_orbits_stand_side_by_side_as_described():
    symmetry = Symmetry(5, UPRIGHT)
    plan = replace(QUICK, layers=(20, 10), symmetry=symmetry)
    bank = bake(Request(Star(5), (8.0,), plan))
    for offsets, sizes in zip(bank.offsets, bank.target["fit"]["symmetry"]["orbits"], strict=True):
        begin = 0
        for size in sizes:
            orbit = offsets[begin : begin + size, 0, 0]
            np.testing.assert_allclose(orbit, symmetry.moves()[:size] @ orbit[0], atol=1e-4)
            begin += size


def test_equal_weights_are_equal():
    plan = replace(QUICK, equal_weights=True)
    bank = bake(Request(Star(), (0.0, 0.6, 3.0, 7.0), plan))
    for weights in bank.weights:
        np.testing.assert_allclose(weights, 1 / len(weights), rtol=1e-6)
    assert bank.target["fit"]["equal_weights"] is True
    assert min(bank.quality["knots"]["psnr_db"]) > 40


class Sharpener:
    """A spot with a dark moat that lies lower right of it: light of both signs, sum 1."""

    def reach_px(self, radius_px):
        return radius_px

    def draw(self, radius_px, half_px):
        y, x = np.mgrid[-half_px : half_px + 1, -half_px : half_px + 1] * (6 / radius_px)
        light = np.exp(-(x**2 + y**2) / 4) - 0.2 * np.exp(-((x - 1) ** 2 + (y - 2) ** 2) / 8)
        return light / light.sum()

    def describe(self):
        return {"shape": "sharpener"}


def test_negative_weights_are_made_where_allowed_and_never_else():
    error = []
    for negative in (False, True):
        plan = replace(QUICK, layers=(8, 4), seeds=6, seed_iterations=40, negative=negative)
        cascade = Chain(Sharpener(), (6.0,), plan).fit()
        assert bool((cascade.weights < 0).any()) == negative
        for at in cascade.slices():
            assert float(cascade.weights[:, at].sum()) == pytest.approx(1, abs=1e-5)
        error.append(measure(cascade, Sharpener(), 6.0)["psnr_db"])
    assert error[1] > error[0] + 3


def test_the_jacobian_of_signed_weights_is_their_derivative():
    random = torch.Generator().manual_seed(0)
    offsets = torch.randn(1, 5, 2, generator=random, dtype=torch.float64) * 2
    weights = torch.tensor([[0.9, -0.2, 0.3, 0.6, 0.4]], dtype=torch.float64)
    at = Cascades((3, 2), offsets, weights, signed=True)
    on = canvas(14, torch.float64)
    weight = torch.rand(14, 8, generator=random, dtype=torch.float64)
    target = on.spectrum(torch.rand(1, 5, 5, generator=random, dtype=torch.float64))
    term = Term(on, weight, target)
    residual, jacobian = term.linearised(at)
    step = 1e-6
    for tap, others in ((1, slice(0, 3)), (3, slice(3, 5))):
        moved = weights.clone()
        moved[0, tap] += step
        moved[0, others] -= step / moved[0, others].numel()
        change = (term.linearised(replace(at, weights=moved))[0] - residual) / step
        torch.testing.assert_close(change, jacobian[:, 10 + tap], atol=1e-5, rtol=1e-4)
