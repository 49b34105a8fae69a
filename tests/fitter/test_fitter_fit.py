"""Layout, Levenberg–Marquardt, chains and bakes: they fit, and taps keep their identity."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fitter import layout, lm, prior
from fitter.bake import Request, bake
from fitter.cascade import Cascades
from fitter.chain import Chain, Plan, canvas_size_px
from fitter.errors import FitError
from fitter.knots import radius_knots
from fitter.quality import frobenius, measure, photo_errors, psnr_db
from fitter.residual import Term
from fitter.sheet import from_bank
from fitter.spectral import canvas, kernels
from fitter.targets import Disk, Gaussian, Heart, Picture, Star, half_size_px
from fitter.twin import apply_cascade
from realtime.bank.file import bank_bytes

QUICK = Plan(layers=(8, 4), seeds=3, seed_iterations=15, top_iterations=10, device="cpu")


def lopsided_picture():
    """A thick stroke, a thin one and a dot: no symmetry, like an ampersand."""
    light = np.zeros((31, 31))
    light[4:20, 6:11] = 1
    light[17:20, 6:27] = 0.7
    light[24:28, 21:24] = 0.9
    return Picture(light, "strokes")


@pytest.fixture(scope="module")
def heart_bank():
    source = Heart(20.0)
    return source, bake(Request(source, radius_knots(source, 6.0, 6), replace(QUICK, sweeps=2)))


def test_starts_spread_over_the_target_and_sum_to_1():
    target = Heart().draw(12.0, 12)
    offsets, weights = layout.start(target, (16, 6, 1), np.random.default_rng(0))
    first = offsets[:16]
    column, row = (first.round().astype(int) + 12).T
    assert (target[row, column] > 0).mean() > 0.8
    gaps = np.linalg.norm(first[:, None] - first[None], axis=2) + 99 * np.eye(16)
    assert gaps.min() > 1.5, "Lloyd's points keep their distance"
    assert [weights[:16].sum(), weights[16:22].sum(), weights[22]] == pytest.approx([1, 1, 1])
    radii = np.linalg.norm(offsets[16:], axis=1)
    assert np.ptp(radii[:6]) < 1e-9
    assert 0 < radii[0] < 12
    assert radii[6] == 0


def test_rings_shrink():
    offsets, _ = layout.start(Disk().draw(20.0, 20), (24, 8, 4), np.random.default_rng(0))
    radii = np.linalg.norm(offsets, axis=1)
    assert radii[32:].max() < radii[24:32].min() < 20 / 2


def term_of(target, n, name="natural"):
    on = canvas(n)
    weight = prior.weights(name, on) * on.multiplicity().sqrt() / n
    return Term(on, weight, on.spectrum(torch.from_numpy(target))[None])


def starts(target, layers, count, seed=0):
    random = np.random.default_rng(seed).spawn(count)
    offsets, weights = zip(*[layout.start(target, layers, r) for r in random], strict=True)
    return Cascades(
        layers,
        torch.tensor(np.stack(offsets)).float(),
        torch.tensor(np.stack(weights)).float(),
    )


def test_lm_finds_a_cascade_that_exists():
    """The target is itself a cascade: its kernel must be met almost exactly."""
    layers = (3, 2)
    offsets = torch.tensor([[[3.3, -1.2], [-2.4, 0.3], [0.2, 2.6], [0.8, 0.5], [-0.7, -0.4]]])
    truth = Cascades(layers, offsets, torch.tensor([[0.5, 0.2, 0.3, 0.6, 0.4]]))
    target = kernels(truth, 8)[0].numpy()
    nudge = 0.1 * torch.randn(4, 5, 2, generator=torch.Generator().manual_seed(1))
    near = Cascades(layers, offsets + nudge, torch.tensor([[1 / 3] * 3 + [0.5] * 2]).repeat(4, 1))
    fitted = lm.fit(near, [term_of(target, 24)], 60)
    best = fitted.cascades.chosen(fitted.cost.argmin()[None])
    assert frobenius(kernels(best, 8)[0], torch.from_numpy(target)) < 1e-3


def test_lm_never_raises_a_cost_and_weights_stay_positive_and_sum_to_1():
    target = Star().draw(8.0, 8)
    start, term = starts(target, (7, 4), 5), term_of(target, 24)
    before, after = lm.fit(start, [term], 0), lm.fit(start, [term], 12)
    assert (after.cost < before.cost).all()
    weights = after.cascades.weights
    assert (weights > 0).all()
    for taps in after.cascades.slices():
        torch.testing.assert_close(weights[:, taps].sum(1), torch.ones(5))


def test_lm_gives_each_cascade_of_a_batch_what_it_gets_alone():
    target = Heart(20.0).draw(6.0, 6)
    start, term = starts(target, (6, 3), 3), term_of(target, 18)
    together = lm.fit(start, [term], 8)
    alone = lm.fit(start.chosen(torch.tensor([1])), [term], 8)
    torch.testing.assert_close(
        together.cascades.offsets[1], alone.cascades.offsets[0], atol=1e-3, rtol=0
    )


def test_a_tether_holds_taps_near_their_start():
    target = Heart(20.0).draw(6.0, 6)
    start, term = starts(target, (6, 3), 1), term_of(target, 18)
    moved = [
        float((lm.fit(start, [term], 10, tether=t).cascades.offsets - start.offsets).norm())
        for t in (0.0, 10.0, 1e4)
    ]
    assert moved[0] > moved[1] > moved[2]
    assert moved[2] < 0.05


def test_knots_begin_with_the_identity_and_crowd_towards_it():
    knots = radius_knots(Disk(), 32.0, 17)
    assert len(knots) == 17
    assert knots[:2] == pytest.approx((0.0, 0.506), abs=1e-3), "0.3 % of its light has left"
    assert knots[-1] == 32.0
    gaps = np.diff(knots[1:])
    assert (np.diff(gaps) > 0).all()
    assert radius_knots(Disk(), 5.0, 1) == (5.0,)
    assert len(radius_knots(Disk(), 0.4, 5)) == 5
    assert (np.diff(radius_knots(Disk(), 0.4, 5)) > 0).all()


def test_a_bank_is_as_good_between_its_knots_as_at_them(heart_bank):
    _, bank = heart_bank
    knots, middles = (np.array(bank.quality[w]["psnr_db"]) for w in ("knots", "midpoints"))
    assert knots[0] == 120
    assert knots.min() > 48
    assert middles.min() > 46
    assert (middles[2:] > np.minimum(knots[2:-1], knots[3:]) - 5).all()


def test_taps_keep_their_identity_along_the_axis(heart_bank):
    """Scaled to radius 1, a tap of one knot lies near the same tap of the next, for small steps."""
    _, bank = heart_bank
    radii = np.array(bank.axes[0].knots)[2:]
    for offsets, weights in zip(bank.offsets, bank.weights, strict=True):
        relative = offsets[:, 0, 2:] / radii[:, None]
        moved = np.linalg.norm(np.diff(relative, axis=1), axis=2)
        share = weights[:, 0, 2:-1]
        assert (moved * share).sum(axis=0).max() < 0.25
    first = bank.offsets[0][:, 0, 2:] / radii[:, None]  # [N, knots, 2]
    own = np.linalg.norm(np.diff(first, axis=1), axis=2).mean()
    others = np.linalg.norm(first[:, None, 1:] - first[None, :, :-1], axis=3).mean()
    assert own < 0.3 * others


def test_layers_that_shift_and_shift_back_do_not_spoil_small_radii(monkeypatch):
    """At whole px such a top knot is as good as any; scaled down its shifts fall between pixels.

    Stars bring this about by themselves: 34 dB below a pixel before layers were balanced.
    """
    source, plan = Star(), replace(QUICK, layers=(12, 5))
    top = Chain(source, (8.0,), plan).fit()
    there, back = list(top.slices())
    offsets = top.offsets.clone()
    offsets[:, there, 1] += 8
    offsets[:, back, 1] -= 8
    monkeypatch.setattr(Chain, "_first", lambda self: replace(top, offsets=offsets))
    bank = bake(Request(source, radius_knots(source, 8.0, 8), plan))
    assert min(bank.quality["knots"]["psnr_db"][:4]) > 58


def test_the_first_knots_are_the_identity(heart_bank):
    _, bank = heart_bank
    for offsets, weights in zip(bank.offsets, bank.weights, strict=True):
        assert not offsets[:, 0, :2].any()
        np.testing.assert_array_equal(weights[:, 0, 0], weights[:, 0, 1])
        np.testing.assert_allclose(weights[:, 0, 1], weights[:, 0, 2], atol=1e-6)


def test_weights_sum_to_1_far_within_the_tolerance(heart_bank):
    _, bank = heart_bank
    for weights in bank.weights:
        np.testing.assert_allclose(weights.sum(axis=0, dtype=float), 1, atol=1e-6)
        assert (weights >= 0).all()


@pytest.mark.parametrize("source", [Heart(20.0), lopsided_picture()])
def test_a_point_of_light_comes_out_upright_and_unmirrored(source):
    """Through the bank's gather offsets, pixel by pixel: flips and turns must be far off."""
    bank = bake(Request(source, (9.0,), replace(QUICK, layers=(16, 6), prior="mixed")))
    image = torch.zeros(1, 31, 31, dtype=torch.float64)
    image[0, 15, 15] = 1
    seen = apply_cascade(image, bank.cascade(9.0))[0]
    target = torch.from_numpy(source.draw(9.0, 15))
    torch.testing.assert_close(kernels(from_bank(bank), 15)[0], seen, atol=1e-6, rtol=0)
    right = frobenius(seen, target)
    assert right < 0.3
    for wrong in (target.flip(0), target.flip(1), target.flip(0, 1), target.T):
        assert frobenius(seen, wrong) > 2.5 * right
    np.testing.assert_allclose(
        bank.targets[0, 0], source.draw(9.0, bank.targets.shape[-1] // 2), atol=1e-7
    )


def test_same_request_same_bytes_and_another_seed_others():
    def baked(seed):
        plan = replace(QUICK, seed=seed, sweeps=1, layers=(5, 2))
        return bank_bytes(bake(Request(Star(), radius_knots(Star(), 4.0, 4), plan, threads=1)))

    assert baked(3) == baked(3)
    assert baked(3) != baked(4)


def test_a_pixel_is_fitted_exactly():
    bank = bake(Request(Picture(np.ones((1, 1)), "dot"), (0.5,), QUICK))
    assert bank.quality["knots"] == {"frobenius": [0.0], "psnr_db": [120.0]}
    assert bank.reach_px == 0


def test_progress_is_told_as_often_as_announced():
    told = []
    chain = Chain(Disk(), radius_knots(Disk(), 3.0, 4), replace(QUICK, layers=(4, 2)), told.append)
    chain.fit()
    assert len(told) == chain.steps
    dot = Chain(Picture(np.ones((1, 1)), "dot"), (0.5,), QUICK, told.append)
    told.clear()
    dot.fit()
    assert len(told) == dot.steps


def test_canvases_hold_the_kernel_with_room():
    for source, radius in ((Disk(), 3.2), (Gaussian(), 10.0)):
        size = 2 * half_size_px(source, radius) + 1
        assert canvas_size_px(source, radius) >= 1.25 * size


def test_the_target_describes_itself_and_how_it_was_fitted(heart_bank):
    _, bank = heart_bank
    fit = {"method": "lm", "prior": "natural", "seed": 0, "seeds": 3}
    assert bank.target == {"shape": "heart", "rotation": 20.0, "fit": fit}
    assert bank.made_by.startswith("diskblur-fit ")


def test_a_fit_beyond_memory_is_refused(monkeypatch):
    monkeypatch.setattr("fitter.bake._memory_bytes", lambda: 2 << 20)
    with pytest.raises(FitError, match=r"radius 32 px with 12 taps: needs about 0\.0 GB, at most"):
        bake(Request(Disk(), (32.0,), QUICK))


def test_large_targets_are_left_out_of_the_bank(monkeypatch):
    monkeypatch.setattr("fitter.bake.LARGEST_TARGETS_BYTES", 100)
    assert bake(Request(Disk(), (4.0,), replace(QUICK, layers=(3,)))).targets is None


def test_photo_errors_are_those_of_filtering_the_photograph():
    """Against a direct sum over the kernel's pixels, on the part no border reaches."""
    from fitter.photos import photo

    random = np.random.default_rng(0)
    kernel, target = (torch.from_numpy(k / k.sum()) for k in random.random((2, 5, 5)))
    got = photo_errors(kernel, target, ("coffee",))["coffee"]
    image = torch.from_numpy(photo("coffee"))[:, None]
    seen = [torch.nn.functional.conv2d(image, k.flip(0, 1)[None, None]) for k in (kernel, target)]
    assert got == pytest.approx(float((seen[0] - seen[1]).square().mean()))


def test_photographs_smaller_than_the_kernel_are_left_out():
    kernel = torch.zeros(1201, 1201, dtype=torch.float64)
    kernel[600, 600] = 1
    assert photo_errors(kernel, kernel) == {}
    assert psnr_db(1e-6) == pytest.approx(60)
    assert psnr_db(0.0) == 120


def test_measure_sees_light_just_outside_the_target():
    tap = Cascades((1,), torch.tensor([[[1.0, 0.0]]]), torch.ones(1, 1))
    assert measure(tap, Disk(), 0.4)["frobenius"] == pytest.approx(2**0.5)
