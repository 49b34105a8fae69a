"""The rivals: each against what its paper says of it, and all behind one call."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from fitter import twin
from fitter.bake import Request
from fitter.chain import Plan
from fitter.cli import main
from fitter.dense import filter_dense
from fitter.errors import FitError
from fitter.methods import METHODS, Annealing, LowRank, Paper, annealing, inits, lowrank, paper
from fitter.methods.independent import drawn
from fitter.methods.tempering import Taps, Tempering
from fitter.rows import Second
from fitter.spectral import kernels
from fitter.targets import Disk, Heart, Star
from fitter.targets.family import Turning
from realtime.bank import Bank, LowRankBank, read_any

SHAPE = Star(points=5, inner=0.5, rotation=10)
QUICK = Plan(layers=(7, 5), seed=3)
FEW = {"paper": {"iterations": 40}, "annealing": {"iterations": 60, "candidates": 3}}


def request(shape=SHAPE, radii=(0.0, 2.5, 5.0), **more) -> Request:
    return Request(shape, radii, QUICK, **more)


def method(name: str, **options):
    return replace(METHODS[name], **(FEW.get(name, {}) | options))


def kernel(shape, radius: float) -> np.ndarray:
    return drawn(request(shape, (radius,)))[0]


# All of them


@pytest.mark.parametrize("name", [n for n in METHODS if n != "lm"])
@pytest.mark.parametrize("turning", [False, True])
def test_every_method_makes_a_bank_of_its_knots(name, turning):
    second = Second(Turning(SHAPE), (0.0, 0.4)) if turning else None
    told = []
    bank = method(name)(request(second=second), told.append)
    assert len(told) == method(name).steps(request(second=second))
    assert isinstance(bank, LowRankBank if name == "lowrank" else Bank)
    assert bank.axes[0].knots == (0.0, 2.5, 5.0)
    assert bank.grid == ((2, 3) if turning else (1, 3))
    assert bank.target["shape"] == "star"
    assert bank.target["fit"]["method"] == name
    assert bank.quality["knots"]["psnr_db"][0] == 120, "radius 0 is no blur"
    counts = {where: len(found["psnr_db"]) for where, found in bank.quality.items()}
    assert counts == ({"knots": 6, "midpoints": 4, "midpoints_second": 3} if turning else
                      {"knots": 3, "midpoints": 2})  # fmt: skip
    assert bank.targets.shape[:2] == bank.grid


@pytest.mark.parametrize("name", [n for n in METHODS if n != "lm"])
def test_every_method_puts_a_point_of_light_upright(name):
    """A heart, its top and bottom unlike: the blurred point is nearer to it than to any flip."""
    bank = method(name)(request(Heart(), (5.0,)))
    point = torch.zeros(1, 15, 17, dtype=torch.float64)
    point[0, 7, 8] = 1
    blur = lowrank.blur if name == "lowrank" else twin.blur
    got = blur(point, bank, 5.0)[0, 2:13, 3:14].numpy()
    want = kernel(Heart(), 5.0)
    flips = {"upright": want, "upside down": want[::-1], "turned": np.rot90(want)}
    errors = {how: np.linalg.norm(got - flip) for how, flip in flips.items()}
    assert min(errors, key=errors.get) == "upright"


@pytest.mark.parametrize("name", ["paper", "annealing"])
def test_the_same_seed_gives_the_same_bank(name):
    one, same = (method(name)(request()) for _ in range(2))
    other = method(name)(replace(request(), plan=replace(QUICK, seed=4)))
    np.testing.assert_array_equal(one.offsets[0], same.offsets[0])
    assert np.abs(one.offsets[0] - other.offsets[0]).max() > 0.1


def test_lm_is_the_fitters_own():
    quick = Plan(layers=(5, 2), seeds=2)
    bank = METHODS["lm"](Request(SHAPE, (4.0,), quick))
    assert bank.target["fit"]["method"] == "lm"
    assert METHODS["lm"].steps(Request(SHAPE, (4.0,), quick)) == 3


# Where taps start


def test_increasing_rings_reach_as_far_as_the_kernel():
    offsets, weights = inits.start(kernel(Disk(), 9.0), (6, 4, 5), "ir", np.random.default_rng(0))
    radii = np.hypot(*offsets.T)
    extent = inits.extent_px(kernel(Disk(), 9.0))
    np.testing.assert_allclose(radii[:6], extent / 6)
    np.testing.assert_allclose(radii[6:10], 2 * extent / 6)
    np.testing.assert_allclose(radii[10:], 3 * extent / 6)
    np.testing.assert_allclose(weights, np.repeat([1 / 6, 1 / 4, 1 / 5], [6, 4, 5]))


def test_sparse_samples_lie_in_the_support_and_keep_their_distance():
    target = kernel(SHAPE, 16.0)
    points = inits.in_support(target, 24, np.random.default_rng(1))
    half = target.shape[0] // 2
    column, row = np.rint(points).astype(int).T + half
    assert (target[row, column] > 0).all()
    apart = np.hypot(*(points[:, None] - points).transpose(2, 0, 1)) + np.eye(24) * 99
    ideal = np.sqrt((target > 0).sum() / (24 * np.pi))
    assert 0.8 * ideal <= apart.min() <= 2 * ideal


def test_random_starts_fill_their_share_of_the_kernel():
    offsets, _ = inits.start(kernel(Disk(), 9.0), (400, 400), "random", np.random.default_rng(0))
    share = inits.extent_px(kernel(Disk(), 9.0)) / 2
    assert 0.95 * share < np.abs(offsets).max() <= share


# The paper's


def test_the_papers_kernel_comes_near_and_keeps_brightness():
    target = kernel(SHAPE, 6.0)
    cascades, loss = paper.fit(Paper(iterations=200), target[None], (8, 6, 4))
    _, longer = paper.fit(Paper(iterations=600), target[None], (8, 6, 4))
    assert longer < loss
    found = kernels(cascades, 12)[0].numpy()
    assert found.sum() == pytest.approx(1, abs=1e-3)
    wide = np.pad(target, 12 - target.shape[0] // 2)
    assert np.linalg.norm(found - wide) < 0.5 * np.linalg.norm(wide)


def test_the_papers_best_seed_is_kept():
    target = kernel(SHAPE, 5.0)[None]
    _, alone = paper.fit(Paper(iterations=30), target, (7, 5), seed=1)
    cascades, best = paper.fit(Paper(iterations=30, seeds=6), target, (7, 5), seed=1)
    assert best < alone, "the first of the six is the lone one"
    assert len(cascades) == 1


def test_knots_fitted_together_are_those_fitted_alone():
    """One tensor program for a bank changes nothing: knots share no unknown."""
    small, large = kernel(SHAPE, 5.0), kernel(Heart(), 5.0)
    both, _ = paper.fit(Paper(iterations=25, init="ir"), np.stack([small, large]), (7, 5))
    alone, _ = paper.fit(Paper(iterations=25, init="ir"), large[None], (7, 5))
    torch.testing.assert_close(both.offsets[1], alone.offsets[0], atol=1e-3, rtol=0)


# Annealing


def test_annealing_gets_better_with_iterations():
    target = kernel(SHAPE, 6.0)[None]
    short, long = (
        annealing.fit(Annealing(iterations=n, candidates=4), target, (8, 5), seed=2)
        for n in (200, 1200)
    )
    np.testing.assert_array_equal(long.curve[: len(short.curve)], short.curve)
    assert (np.diff(long.curve, axis=0) <= 0).all(), "the best so far never gets worse"
    assert long.curve[-1] < 0.6 * short.curve[-1] < 0.6 * short.curve[0]


def test_the_annealed_error_is_that_of_the_cascade_it_returns():
    """The incremental account against the kernel made from scratch."""
    targets = np.stack([kernel(SHAPE, 6.0), kernel(Heart(), 6.0)])
    found = annealing.fit(Annealing(iterations=300, candidates=3), targets, (8, 5), seed=2)
    for number, target in enumerate(targets):
        made = kernels(found.cascades.chosen(torch.tensor([number])), 20)[0].numpy()
        wide = np.pad(target, 20 - target.shape[0] // 2)
        error = np.linalg.norm(made - wide) / np.linalg.norm(wide)
        assert error == pytest.approx(np.sqrt(found.curve[-1, number]), rel=1e-3)


def test_a_move_changes_what_it_says_and_no_sum():
    """Every candidate's tracked error, weights and sums after blocks of moves of all kinds."""
    target = kernel(SHAPE, 6.0)[None]
    random = np.random.default_rng(5)
    starts = [inits.start(target[0], (6, 4), "ss", random) for _ in range(5)]
    taps = Taps(*(np.stack(part) for part in zip(*starts, strict=True)))
    tempering = Tempering(target, taps, (6, 4), 5, random)
    before = taps.copied()
    for _ in range(12):
        tempering.block()
    moved = np.abs(taps.offsets - before.offsets).max(axis=(0, 2))
    assert (moved > 0).sum() >= 8, "taps of both layers move"
    assert (np.abs(taps.weights - before.weights).max(axis=0) > 0).sum() >= 6
    assert taps.weights.min() > 0
    np.testing.assert_allclose(taps.weights[:, :6].sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(taps.weights[:, 6:].sum(axis=1), 1, atol=1e-9)
    fresh = Tempering(target, taps.copied(), (6, 4), 5, random)
    np.testing.assert_allclose(tempering.error, fresh.error, rtol=1e-4)


def test_cold_candidates_are_better_than_hot_ones():
    target = kernel(SHAPE, 6.0)[None]
    random = np.random.default_rng(5)
    starts = [inits.start(target[0], (8, 5), "ss", random) for _ in range(6)]
    taps = Taps(*(np.stack(part) for part in zip(*starts, strict=True)))
    tempering = Tempering(target, taps, (8, 5), 6, random)
    errors = []
    for _ in range(150):
        tempering.block()
        errors.append(tempering.error[tempering.temperature[0].argsort()])
    mean = np.mean(errors[50:], axis=0)
    assert mean[:2].max() < mean[-1]
    assert tempering.temperature[0].tolist() != sorted(tempering.temperature[0]), "none exchanged"
    assert sorted(tempering.temperature[0]) == pytest.approx(np.geomspace(1e-6, 1e-3, 6))


# Low rank


@pytest.mark.parametrize("rank", [1, 2, 3, 7])
@pytest.mark.parametrize("shape", [Disk(), SHAPE, Heart(20)], ids=["disk", "star", "heart"])
def test_the_error_of_rank_r_is_the_tail_of_the_singular_values(shape, rank):
    target = kernel(shape, 9.0)
    columns, rows = lowrank.factors(target[None], rank)
    found = np.einsum("rky,rkx->yx", columns, rows)
    error = np.linalg.norm(found - target) / np.linalg.norm(target)
    values = np.linalg.svd(target, compute_uv=False)
    assert error == pytest.approx(np.sqrt(1 - (values[:rank] ** 2).sum() / (values**2).sum()),
                                  abs=1e-6)  # fmt: skip
    assert lowrank.tail(target, rank) == pytest.approx(error, abs=1e-6)
    np.testing.assert_allclose(np.linalg.norm(columns, axis=2), np.linalg.norm(rows, axis=2))


def test_full_rank_is_the_kernel_and_its_bank_blurs_like_it():
    bank = LowRank(rank=11)(request(Heart(20), (5.0,)))
    image = torch.rand(2, 19, 26, dtype=torch.float64, generator=torch.manual_seed(0))
    want = filter_dense(image, torch.from_numpy(kernel(Heart(20), 5.0)))
    torch.testing.assert_close(lowrank.blur(image, bank, 5.0), want, atol=1e-6, rtol=0)


def test_a_map_gives_each_pixel_its_own_vectors():
    """Along one row of the map the radius grows; each pixel is what a flat map gives it."""
    bank = LowRank(rank=2)(request())
    image = torch.rand(1, 9, 14, dtype=torch.float64, generator=torch.manual_seed(0))
    radii = torch.linspace(-1, 6, 9, dtype=torch.float64)[:, None].expand(9, 14)
    got = lowrank.blur(image, bank, radii)
    flat = LowRank(rank=2)(request())
    for row in (0, 3, 8):
        # Along the columns a pixel uses its own vectors; along the rows those of the pixels read.
        columns, rows = flat.vectors(float(radii[row, 0]))
        want = _by_hand(image[0].numpy(), radii[:, 0].numpy(), flat, columns, row)
        np.testing.assert_allclose(got[0, row].numpy(), want, atol=1e-6)
        assert rows.shape == columns.shape


def _by_hand(image, radii, bank, columns, row):
    """Column pass at one row over rows blurred each with its own radius."""
    height, half = len(image), columns.shape[1] // 2
    out = np.zeros(image.shape[1])
    for pair in range(bank.rank):
        for offset in range(-half, half + 1):
            y = min(max(row - offset, 0), height - 1)
            own = bank.vectors(float(radii[y]))[1][pair]
            padded = np.pad(image[y], half, mode="edge")
            out += columns[pair, offset + half] * np.convolve(padded, own, mode="valid")
    return out


def test_neighbouring_knots_get_the_same_signs_and_order():
    """Singular vectors come with any sign; mixed as they come they would cancel out."""
    kernels_ = drawn(request(SHAPE, (4.0, 4.3, 4.6)))
    columns, rows = lowrank.factors(kernels_, 3)
    flipped = columns.copy(), rows.copy()
    for part in flipped:
        part[[0, 2], 1] *= -1  # signs of two pairs at the middle knot
        part[[0, 1], 0] = part[[1, 0], 0]  # order at the first
    columns, rows = lowrank.aligned(*flipped, kernels_, (1, 3))
    for part in (columns, rows):
        for knot in (0, 1):
            along = (part[:, knot] * part[:, 2]).sum(axis=1)
            assert (along > 0.5 * (part[:, 2] ** 2).sum(axis=1)).all()


def test_low_rank_blurs_keep_brightness():
    bank = LowRank(rank=1)(request())
    flat = torch.full((1, 20, 21), 0.75, dtype=torch.float64)
    torch.testing.assert_close(lowrank.blur(flat, bank, 5.0), flat, atol=1e-6, rtol=0)


def test_a_map_is_missing():
    with pytest.raises(TypeError, match="takes 1 maps for this bank, 2 given"):
        lowrank.blur(torch.zeros(1, 3, 3), LowRank(rank=1)(request(radii=(2.0,))), 1.0, 2.0)


# Dense


def test_dense_is_exact_at_the_knots():
    bank = METHODS["dense"](request(Heart(20)))
    assert max(bank.quality["knots"]["frobenius"]) < 1e-6
    image = torch.rand(2, 19, 26, dtype=torch.float64, generator=torch.manual_seed(0))
    want = filter_dense(image, torch.from_numpy(kernel(Heart(20), 2.5)))
    torch.testing.assert_close(twin.blur(image, bank, 2.5), want, atol=1e-6, rtol=0)


# What does not suit


def test_what_a_method_does_not_suit_is_refused():
    with pytest.raises(FitError, match=r"--rank: 12, 1 to 11 expected \(the kernel is 11 px high"):
        LowRank(rank=12)(request())
    words = r"--method dense: \d+ pixels with light at radius 30 px, at most 2048 expected"
    with pytest.raises(FitError, match=words):
        METHODS["dense"](request(Disk(), (30.0,)))


def test_options_are_the_fields():
    assert {f.name for f in fields(METHODS["paper"])} == {"iterations", "init", "seeds"}
    assert {f.name for f in fields(METHODS["annealing"])} == {"iterations", "candidates", "init"}
    assert (METHODS["annealing"].iterations, METHODS["annealing"].candidates) == (10_000, 10)
    assert METHODS["paper"].iterations == 1000


# On the command line

STAR = ("--shape", "star", "--max-radius", "4", "--knots", "3", "--threads", "1")


def bake(path, *arguments) -> int:
    return main(["bake", *STAR, *arguments, "--out", str(path)])


RUNS = {
    "paper": ("--iterations", "20", "--init", "ir", "--seeds", "2", "--taps", "5,3"),
    "annealing": ("--iterations", "30", "--candidates", "3", "--init", "random", "--seed", "4"),
    "lowrank": ("--rank", "2"),
    "dense": (),
}


@pytest.mark.parametrize("name", RUNS)
def test_bake_by_any_method(tmp_path, capsys, name):
    out = tmp_path / "k.safetensors"
    assert bake(out, "--method", name, *RUNS[name]) == 0
    bank, fit = read_any(out), read_any(out).target["fit"]
    said = capsys.readouterr().out
    assert fit["method"] == name
    if name == "lowrank":
        assert (bank.rank, fit["rank"]) == (2, 2)
        assert "rank 2 (36 taps), 3 knots, photographs at worst" in said
    if name == "paper":
        assert bank.layers == (5, 3)
        assert (fit["iterations"], fit["init"], fit["seeds"]) == (20, "ir", 2)
    if name == "annealing":
        assert bank.layers == (24, 24, 24, 24), "the rivals' own default"
        assert (fit["candidates"], fit["init"], fit["seed"]) == (3, "random", 4)
    assert main(["inspect", str(out), "--sheet", str(tmp_path / "s.png")]) == 0
    said = capsys.readouterr().out
    assert ("rank     2, 2 vectors of 9 each = 36 taps" in said) == (name == "lowrank")
    assert (tmp_path / "s.png").stat().st_size > 5000


REFUSED = [
    ("paper", ("--rank", "3"), "--rank: given with --method paper, only lowrank takes it"),
    ("lm", ("--init", "ss"), "--init: given with --method lm, only paper and annealing take it"),
    ("lm", ("--iterations", "9"), "--iterations: given with --method lm, only paper and annealing"),
    ("lowrank", ("--taps", "9"), "--taps: given with --method lowrank, only lm and paper and ann"),
    ("dense", ("--candidates", "9"), "--candidates: given with --method dense, only annealing"),
    ("annealing", ("--seeds", "9"), "--seeds: given with --method annealing, only lm and paper"),
    ("paper", ("--prior", "flat"), "--prior: given with --method paper, only lm takes it"),
    ("paper", ("--equal-weights",), "--equal-weights: given with --method paper, only lm takes"),
    ("dense", ("--symmetry", "auto"), "--symmetry: given with --method dense, only lm takes it"),
    ("paper", ("--iterations", "0"), "--iterations: 0, 1 to 1000000 expected"),
    ("lowrank", ("--rank", "-1"), "--rank: -1, 1 to 512 expected"),
    ("annealing", ("--candidates", "999"), "--candidates: 999, 1 to 256 expected"),
    ("lowrank", ("--rank", "10"), "--rank: 10, 1 to 9 expected (the kernel is 9 px high)"),
]


@pytest.mark.parametrize(("name", "options", "words"), REFUSED)
def test_options_of_other_methods_are_refused(tmp_path, capsys, name, options, words):
    assert bake(tmp_path / "k", "--method", name, *options) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"diskblur-fit: {words}")
    assert said.count("\n") == 1
    assert not (tmp_path / "k").exists()
