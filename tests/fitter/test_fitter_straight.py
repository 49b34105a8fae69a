"""Straight banks: taps on lines above a radius, good all along them, and the command."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from fitter.bake import Request, bake, steps
from fitter.cascade import Cascades
from fitter.chain import FRAMED, Chain, Plan
from fitter.cli import main
from fitter.knots import radius_knots
from fitter.quality import measure
from fitter.rows import Second
from fitter.search import with_error_knots
from fitter.sheet import from_bank
from fitter.straight import Line, OnLine, between, ends_of, line_of, line_ties
from fitter.targets import Disk, Heart, Star
from fitter.targets.family import Turning
from fitter.ties import Symmetry, detect, ties
from realtime.bank import read_bank

FROM_PX = 4.0
QUICK = Plan(
    layers=(14, 5), seeds=3, seed_iterations=20, top_iterations=10, sweeps=1, knot_iterations=12,
    device="cpu", straight_from_px=FROM_PX,
)  # fmt: skip
RADII = (0.0, 0.6, 1.5, 4.0, 5.0, 7.5, 12.0)


def above(bank):
    """Return the radii on the lines, and each layer's offsets and weights there."""
    radii = np.array(bank.axes[0].knots)
    on = radii >= bank.target["fit"]["straight"]["from"]
    return radii[on], [o[:, :, on] for o in bank.offsets], [w[:, :, on] for w in bank.weights]


def assert_straight(bank, atol_px=1e-4):
    radii, offsets, weights = above(bank)
    assert len(radii) > 2
    part = ((radii - radii[0]) / (radii[-1] - radii[0]))[:, None]
    for layer, weight in zip(offsets, weights, strict=True):
        line = layer[:, :, :1] * (1 - part) + layer[:, :, -1:] * part
        np.testing.assert_allclose(layer, line, atol=atol_px)
        np.testing.assert_array_equal(weight, np.broadcast_to(weight[:, :, :1], weight.shape))


def at(bank, radius):
    """Return the cascade that a reader interpolates."""
    knots, cascades = np.array(bank.axes[0].knots), from_bank(bank)
    place = float(np.interp(radius, knots, range(len(knots))))
    low = min(int(place), len(knots) - 2)
    one, other = (cascades.chosen(torch.tensor([n])) for n in (low, low + 1))
    return other.mixed(one, place - low)


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """What the command bakes with its own defaults."""
    out = tmp_path_factory.mktemp("straight") / "disk.safetensors"
    arguments = ("--shape", "disk", "--max-radius", "32", "--straight", "--quiet")
    assert main(["bake", *arguments, "--out", str(out)]) == 0
    return read_bank(out)


@pytest.fixture(scope="module")
def heart():
    told = []
    request = Request(Heart(20.0), RADII, QUICK)
    bank = bake(request, told.append)
    assert len(told) == steps(request)
    return bank


def test_taps_stand_on_lines_above_the_radius_and_weigh_the_same(disk):
    assert disk.target["fit"]["straight"] == {"from": FROM_PX}
    assert FROM_PX in disk.axes[0].knots
    assert len(disk.axes[0].knots) == 17
    assert_straight(disk)


def test_taps_are_free_below_it(disk):
    """Else the test above would say nothing."""
    radii = np.array(disk.axes[0].knots)
    number = int(np.flatnonzero(radii == FROM_PX)[0])
    part = (radii[number - 1] - FROM_PX) / (radii[-1] - FROM_PX)
    first = disk.offsets[0][:, 0]
    line = first[:, number] * (1 - part) + first[:, -1] * part
    assert np.abs(first[:, number - 1] - line).max() > 0.05


@pytest.mark.parametrize(
    ("radius", "floor_db"),
    [(1, 70), (3.5, 62.5), (4, 64), (5.6, 62), (8, 66), (16, 64), (24, 61.5), (32, 60)],
)
def test_a_straight_disc_is_good_at_every_radius(disk, radius, floor_db):
    assert measure(at(disk, radius), Disk(), radius)["psnr_db"] > floor_db


def test_it_costs_little_against_free_knots(heart):
    free = bake(Request(Heart(20.0), RADII, replace(QUICK, straight_from_px=None)))
    assert "straight" not in free.target["fit"]
    loss = []
    for radius in np.geomspace(FROM_PX, RADII[-1], 9):
        one, other = (measure(at(b, radius), Heart(20.0), radius) for b in (heart, free))
        loss.append(other["psnr_db"] - one["psnr_db"])
    assert max(loss) < 4
    assert np.mean(loss) < 2


def test_all_radii_of_the_line_count_and_not_its_ends_alone(heart):
    """Lines that only scale the largest fit are what the joint fit starts from."""
    top = from_bank(heart).chosen(torch.tensor([len(RADII) - 1]))
    gain = []
    for radius in np.geomspace(FROM_PX, RADII[-1], 9)[:-1]:
        scaled = measure(top.scaled(radius / RADII[-1]), Heart(20.0), radius)["psnr_db"]
        gain.append(measure(at(heart, radius), Heart(20.0), radius)["psnr_db"] - scaled)
    assert np.mean(gain) > 2


@pytest.mark.parametrize("turns", [(0.0,), (0.4,)])
@pytest.mark.parametrize("signed", [False, True])
def test_the_gradient_of_both_ends_is_exact(turns, signed):
    random, layers = np.random.default_rng(1), (5, 2)
    weights = np.concatenate([part / part.sum() for part in (random.random(5), random.random(2))])
    far = Cascades(
        layers,
        torch.tensor(random.uniform(-3, 3, (1, 7, 2))).float(),
        torch.tensor(weights[None]).float(),
        signed,
    )
    line = Line(2.0, 5.0)
    ends = ends_of(far, line)
    shift = torch.tensor(random.uniform(-0.3, 0.3, (1, 14, 2))).float()
    ends = replace(ends, offsets=ends.offsets + shift)
    (inner,) = Chain(Star(3), (4.0,), Plan(layers=layers, turns=turns)).terms([0.0], 4.0)
    term, tied = OnLine(inner, line.part(4.0)), line_ties(None, 7)
    _, gradient, cost = term.normal_equations(ends)
    torch.testing.assert_close(cost, term.cost(ends))
    free = gradient.double() @ tied
    assert free.shape == (1, 2 * 14 + 7)
    for column in (0, 3, 9, 16, 20, 27, 29, 34):
        costs = [float(term.cost(stepped(ends, tied[:, column] * side))) for side in (1e-2, -1e-2)]
        slope = (costs[0] - costs[1]) / 2e-2
        assert 2 * float(free[0, column]) == pytest.approx(slope, rel=0.05, abs=3e-6)


def stepped(ends, step):
    """Take a step [6N] of both ends: offsets in px, weights by their logits or themselves."""
    dx, dy, logits = step.float().unflatten(0, (3, -1))
    parts = []
    for taps in ends.slices():
        own, more = ends.weights[:, taps], logits[None, taps]
        moved = own + more - more.mean() if ends.signed else own * more.exp()
        parts.append(moved / moved.sum(1, keepdim=True))
    offsets = ends.offsets + torch.stack((dx, dy), dim=1)
    return replace(ends, offsets=offsets, weights=torch.cat(parts, dim=1))


def test_the_way_between_the_ends_is_that_of_radii():
    line = Line(4.0, 32.0)
    assert line.part(4.0) == 0
    assert line.part(32.0) == 1
    far = Cascades((2,), torch.tensor([[[8.0, 0.0], [0.0, -16.0]]]), torch.tensor([[0.3, 0.7]]))
    middle = between(ends_of(far, line), line.part(18.0))
    torch.testing.assert_close(middle.offsets, far.offsets * 18 / 32)
    assert middle.layers == (2,)
    samples = line.samples_px()
    assert samples[0] == pytest.approx(4.0)
    assert samples[-1] == pytest.approx(32.0)
    assert np.ptp(np.diff(np.log(samples))) < 1e-9


def test_a_line_begins_at_a_knot_and_needs_two():
    assert line_of(RADII, None) is None
    assert line_of(RADII, 4.0) == Line(4.0, 12.0)
    assert line_of(RADII, 4.5) == Line(5.0, 12.0)
    assert line_of(RADII, 8.0) is None


@pytest.mark.parametrize("count", [3, 4, 9, 17])
def test_the_radius_where_lines_begin_gets_a_knot(count):
    plain, moved = (radius_knots(Heart(), 32.0, count, through) for through in (None, 5.5))
    assert 5.5 in moved
    assert 5.5 not in plain
    assert (moved[0], moved[-1]) == (0.0, 32.0)
    assert all(a < b for a, b in pairwise(moved))
    assert sum(a != b for a, b in zip(plain, moved, strict=True)) == 1


def test_symmetric_taps_stay_symmetric_on_their_lines():
    symmetry = detect([Star(5)], (15, 5))
    assert symmetry.turns == 5
    bank = bake(Request(Star(5), RADII, replace(QUICK, layers=(15, 5), symmetry=symmetry)))
    assert_straight(bank)
    cos, sin = np.cos(2 * np.pi / 5), np.sin(2 * np.pi / 5)
    for layer in above(bank)[1]:
        for knot in layer[:, 0].swapaxes(0, 1):
            turned = knot @ np.array([[cos, sin], [-sin, cos]])
            away = np.linalg.norm(turned[:, None] - knot, axis=2).min(axis=1)
            assert away.max() < 1e-4


def test_ties_hold_at_both_ends_and_weights_move_as_one():
    tied = torch.from_numpy(ties(Symmetry(2), (4, 2), equal_weights=False))
    both = line_ties(tied, 6)
    assert both.shape[0] == 36
    step = (both @ torch.arange(1.0, both.shape[1] + 1, dtype=torch.float64)).reshape(3, 2, 6)
    torch.testing.assert_close(step[2, 0], step[2, 1])
    assert (step[:2, 0] - step[:2, 1]).abs().min() > 0
    for end in (0, 1):  # half a turn's orbits: taps side by side move oppositely
        torch.testing.assert_close(step[:2, end, ::2], -step[:2, end, 1::2])


@pytest.mark.parametrize(
    "changes",
    [{"equal_weights": True}, {"negative": True}, {"turns": FRAMED}],
    ids=["equal", "negative", "framed"],
)
def test_it_goes_with_the_other_ways_to_fit(changes):
    plan = replace(QUICK, layers=(10, 4), **changes)
    bank = bake(Request(Heart(20.0), (0.0, 1.0, 4.0, 6.0, 9.0), plan))
    assert_straight(bank)
    if plan.equal_weights:
        np.testing.assert_allclose(bank.weights[0], 0.1, atol=1e-6)
    assert min(bank.quality["knots"]["psnr_db"]) > 45


def test_each_row_of_a_second_axis_has_its_own_lines():
    second, told = Second(Turning(Heart(20.0)), tuple(np.linspace(0, 2 * np.pi, 9))), []
    plan = replace(QUICK, layers=(10, 4))
    request = Request(Heart(20.0), (0.0, 1.0, 4.0, 6.0, 9.0), plan, second=second)
    bank = bake(request, told.append)
    assert len(told) == steps(request)
    assert_straight(bank)
    np.testing.assert_array_equal(bank.offsets[0][:, 0], bank.offsets[0][:, -1])
    assert np.abs(bank.offsets[0][:, 0] - bank.offsets[0][:, 2]).max() > 3
    assert min(bank.quality["knots"]["psnr_db"]) > 46
    assert min(bank.quality["midpoints_second"]["psnr_db"]) > 45


def test_knots_moved_to_the_error_keep_the_one_where_lines_begin():
    request = Request(Heart(20.0), RADII, QUICK)
    moved = with_error_knots(request, quick=replace(QUICK, sweeps=0)).radii_px
    assert line_of(moved, FROM_PX).near_px == FROM_PX


AXIS = ("--shape", "disk", "--max-radius", "16")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*AXIS, "--straight", "0.5"), "--straight: 0.5, px from 1 to below the largest radius"),
        ((*AXIS, "--straight", "16"), "--straight: 16, px from 1 to below"),
        ((*AXIS, "--straight", "nan"), "--straight: nan, px from 1 to below"),
        ((*AXIS, "--knots", "2", "--straight"), "--straight with --knots 2: a line needs a knot"),
        (("--shape", "disk", "--radius", "9", "--straight"), "--straight with --knots 1: a line"),
        ((*AXIS, "--straight", "--method", "paper"), "--straight: given with --method paper, only"),
    ],
    ids=["low", "high", "nan", "knots", "no axis", "method"],
)  # fmt: skip
def test_what_cannot_be_straight_is_refused_in_one_line(tmp_path, capsys, arguments, words):
    assert main(["bake", *arguments, "--out", str(tmp_path / "k.safetensors")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("diskblur-fit: " + words)
    assert said.count("\n") == 1


def test_the_command_takes_a_radius(tmp_path):
    out = tmp_path / "k.safetensors"
    arguments = ("--knots", "6", "--taps", "8,3", "--seeds", "1", "--straight", "6.5", "--quiet")
    assert main(["bake", *AXIS, *arguments, "--out", str(out)]) == 0
    bank = read_bank(out)
    assert bank.target["fit"]["straight"] == {"from": 6.5}
    assert 6.5 in bank.axes[0].knots
