"""The spectral forward and its derivatives, against independent ways to the same numbers."""

import numpy as np
import pytest
import torch

from fitter import prior
from fitter.cascade import Cascades, identity, joined
from fitter.residual import Term
from fitter.spectral import canvas, fast_size, kernels, transfer

LAYERS = (5, 3, 2)


def random_cascades(batch=2, layers=LAYERS, spread=2.5, seed=0):
    random = np.random.default_rng(seed)
    offsets = random.uniform(-spread, spread, (batch, sum(layers), 2)) + np.array((0.3, -0.7))
    weights = np.concatenate([random.dirichlet(np.ones(n), batch) for n in layers], axis=1)
    return Cascades(layers, torch.tensor(offsets), torch.tensor(weights))


def scattered(cascade, half):
    """The kernel by hand: every tap spreads each pixel's light over the four around it."""
    size = 2 * half + 1
    image = np.zeros((size, size))
    image[half, half] = 1
    for taps in cascade.slices():
        out = np.zeros_like(image)
        for (dx, dy), w in zip(
            cascade.offsets[0, taps].tolist(), cascade.weights[0, taps].tolist(), strict=True
        ):
            x, y = int(np.floor(dx)), int(np.floor(dy))
            a, b = dx - x, dy - y
            for i, j, part in ((0, 0, (1 - a) * (1 - b)), (1, 0, a * (1 - b)),
                               (0, 1, (1 - a) * b), (1, 1, a * b)):  # fmt: skip
                out += w * part * np.roll(image, (y + j, x + i), (0, 1))
        image = out
    return image


def test_kernels_are_what_bilinear_passes_do_to_a_point():
    cascade = random_cascades(batch=1)
    np.testing.assert_allclose(kernels(cascade, 12)[0], scattered(cascade, 12), atol=1e-14)


def test_kernels_cut_but_never_wrap():
    cascade = random_cascades(batch=1, spread=9.0)
    inside = scattered(cascade, 40)[38:43, 38:43]
    np.testing.assert_allclose(kernels(cascade, 2)[0], inside, atol=1e-14)


def test_whole_offsets_shift_exactly():
    shifted = Cascades((1,), torch.tensor([[[3.0, -2.0]]]), torch.ones(1, 1))
    kernel = kernels(shifted, 4)[0]
    assert kernel[4 - 2, 4 + 3] == pytest.approx(1, abs=1e-14)


def test_spectrum_and_kernel_undo_each_other():
    on = canvas(18, torch.float64)
    lopsided = torch.tensor(np.random.default_rng(1).random((5, 5)))
    torch.testing.assert_close(on.kernel(on.spectrum(lopsided), 2), lopsided)


def test_multiplicity_gives_the_energy_of_the_whole_spectrum():
    for n in (12, 15):
        on = canvas(n, torch.float64)
        kernel = torch.tensor(np.random.default_rng(n).random((7, 7)))
        energy = (on.spectrum(kernel).abs().square() * on.multiplicity()).sum() / n**2
        assert float(energy) == pytest.approx(float(kernel.square().sum()))


def test_fast_sizes_are_even_products_of_small_primes():
    assert [fast_size(n) for n in (1, 7, 14, 22, 127)] == [2, 8, 16, 24, 128]


@pytest.mark.parametrize("part", [1.0, 0.3])
def test_jacobian_matches_finite_differences(part):
    """Central differences over every offset and logit, with and without a neighbour to mix."""
    on = canvas(24, torch.float64)
    unknown = random_cascades()
    neighbour = None if part == 1 else random_cascades(batch=1, seed=5)
    target = transfer(random_cascades(batch=1, seed=9), on)
    term = Term(on, prior.weights("mixed", on), target, neighbour, part)
    residual, jacobian = term.linearised(unknown)
    assert residual.square().sum(1) == pytest.approx(term.cost(unknown))
    taps, step = sum(LAYERS), 1e-6
    for row in range(3 * taps):
        high, low = (term.linearised(nudged(unknown, row, s))[0] for s in (step, -step))
        want = (high - low) / (2 * step)
        torch.testing.assert_close(jacobian[:, row], want, rtol=1e-6, atol=1e-7)


def nudged(cascades, row, step):
    """Move one unknown: rows as in the Jacobian, dx, dy, logits."""
    kind, tap = divmod(row, cascades.weights.shape[1])
    offsets, logits = cascades.offsets.clone(), cascades.weights.log()
    if kind < 2:
        offsets[:, tap, kind] += step
    else:
        logits[:, tap] += step
    weights = torch.cat([torch.softmax(logits[:, at], dim=1) for at in cascades.slices()], dim=1)
    return Cascades(cascades.layers, offsets, weights)


def test_normal_equations_are_made_of_the_jacobian():
    on = canvas(16, torch.float64)
    term = Term(on, prior.weights("flat", on), transfer(random_cascades(1, seed=3), on))
    residual, jacobian = term.linearised(unknown := random_cascades())
    matrix, gradient, cost = term.normal_equations(unknown)
    torch.testing.assert_close(matrix, jacobian @ jacobian.mT)
    torch.testing.assert_close(gradient, torch.einsum("bpr,br->bp", jacobian, residual))
    torch.testing.assert_close(cost, residual.square().sum(1))


@pytest.mark.parametrize("name", prior.PRIORS)
def test_priors_have_the_same_strength_and_their_own_slope(name):
    on = canvas(30, torch.float64)
    weight = prior.weights(name, on)
    energy = (weight.square() * on.multiplicity()).sum() - weight[0, 0] ** 2
    assert float(energy) == pytest.approx(30**2 - 1, rel=0.01)
    slope = float(weight[0, 2] / weight[0, 8])
    assert {"flat": slope == 1, "natural": 3.6 < slope < 4, "mixed": 1.2 < slope < 3.6}[name]


def test_centring_moves_whole_shifts_to_the_first_layer_and_keeps_the_mean():
    cascade = random_cascades(batch=3)
    centred = cascade.centred()
    for number, taps in enumerate(cascade.slices()):
        mean = (centred.weights[:, taps, None] * centred.offsets[:, taps]).sum(1)
        assert (mean.abs().max() < 1e-12) == (number > 0)
    at = torch.arange(-14.0, 15, dtype=torch.float64)
    for before, after in zip(kernels(cascade, 14), kernels(centred, 14), strict=True):
        for axis in (0, 1):
            shift = ((after - before).sum(axis) * at).sum()
            assert abs(float(shift)) < 1e-10


def test_identity_changes_nothing_and_mixing_is_linear():
    cascade = random_cascades(batch=2)
    still = identity(cascade)
    assert float(kernels(still, 3)[0, 3, 3]) == pytest.approx(1, abs=1e-14)
    half = cascade.mixed(still, 0.25)
    torch.testing.assert_close(half.offsets, cascade.offsets * 0.25)
    torch.testing.assert_close(half.weights, cascade.weights)
    assert len(joined([cascade, still])) == 4
