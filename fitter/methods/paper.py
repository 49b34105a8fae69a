"""The paper's method: Adam on the impulse response (DISK, arXiv 2512.04556), read fairly.

Stated there, and done here: Charbonnier loss between impulse response and target; Adam, 1000 steps,
its rate falling linearly from 1e-3 to 1e-4; all offsets and weights of all layers at once, free
scalars of either sign; increasing-radial, sparse-sampling and random starts; each knot for itself.

Left open there, and chosen here (see docs/methods.md for what was tried):

- the unit of an offset: the kernel's extent, so that a rate means the same at every radius;
- the kernel's scale: of sum 1, as it blurs, and Charbonnier's epsilon 1e-3, the usual one;
- rings: their step makes all of them together reach as far as the kernel;
- brightness: the weights are free while they are fitted; at the end each layer is divided by its
  sum, or a flat picture would change;
- a knot whose target is a single pixel is not fitted: its taps stand at 0.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fitter.bake import Request
from fitter.cascade import Cascades
from fitter.methods import Paper, Progress, inits
from fitter.methods.independent import deltas_kept, drawn, finished, summing_to_1
from fitter.spectral import canvas, fast_size, transfer
from realtime.bank import Bank

Float64 = NDArray[np.float64]

RATE = (1e-3, 1e-4)  # of Adam, first and last
EPSILON = 1e-3  # where the Charbonnier loss turns from squares to absolute values

# The canvas is this much wider than the kernel: taps that stray are seen, and punished, outside.
ROOM = 1.6

TOLD_EVERY = 50  # steps


def steps(method: Paper) -> int:
    """Return how many times `bake` tells its progress."""
    return len(range(0, method.iterations, TOLD_EVERY)) + 1


def bake(method: Paper, request: Request, progress: Progress = lambda _: None) -> Bank:
    """Fit all knots and seeds in one tensor program, keep each knot's best seed."""
    torch.set_num_threads(request.threads)
    kernels = drawn(request)
    cascades, _ = fit(method, kernels, request.plan.layers, request.plan.seed, progress)
    fitted = {"method": method.name, "init": method.init, "iterations": method.iterations}
    bank = finished(request, cascades, fitted | {"seed": request.plan.seed, "seeds": method.seeds})
    progress("measured")
    return bank


def fit(
    method: Paper,
    kernels: Float64,
    layers: tuple[int, ...],
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> tuple[Cascades, Tensor]:
    """Fit kernels [K, M, M] of sum 1; return cascades [K] and their losses [K]."""
    many = np.repeat(kernels, method.seeds, axis=0)  # knot by knot, the seeds of a knot together
    now = _starts(method, many, layers, seed)
    extents = torch.tensor([inits.extent_px(k) for k in many], dtype=torch.float32)[:, None, None]
    loss = _Loss(many)
    unknowns = [(now.offsets / extents).requires_grad_(), now.weights.requires_grad_()]
    adam = torch.optim.Adam(unknowns)
    for step, rate in enumerate(_rates(method.iterations)):
        adam.param_groups[0]["lr"] = rate
        adam.zero_grad()
        loss(Cascades(layers, unknowns[0] * extents, unknowns[1])).sum().backward()
        adam.step()
        if step % TOLD_EVERY == 0:
            progress(f"step {step}")
    offsets, weights = (unknown.detach() for unknown in unknowns)
    ended = deltas_kept(summing_to_1(Cascades(layers, offsets * extents, weights)), many)
    found = loss(ended)
    best = found.view(len(kernels), method.seeds).argmin(dim=1)
    best += torch.arange(len(kernels)) * method.seeds
    return ended.chosen(best), found[best]


class _Loss:
    """Charbonnier distance [B] of cascades [B] to kernels [B, M, M], summed over pixels."""

    def __init__(self, kernels: Float64) -> None:
        size = kernels.shape[-1]
        self.on = canvas(fast_size(max(12, int(size * ROOM))))
        self.half = self.on.n // 2 - 1
        beside = self.half - size // 2
        self.target = torch.from_numpy(np.pad(kernels, ((0, 0), *[(beside, beside)] * 2))).float()

    def __call__(self, cascades: Cascades) -> Tensor:
        found = self.on.kernel(transfer(cascades, self.on), self.half)
        return ((found - self.target).square() + EPSILON**2).sqrt().sub(EPSILON).sum((1, 2))


def _starts(method: Paper, kernels: Float64, layers: tuple[int, ...], seed: int) -> Cascades:
    randoms = np.random.default_rng(seed).spawn(len(kernels))
    starts = [inits.start(k, layers, method.init, r) for k, r in zip(kernels, randoms, strict=True)]
    offsets, weights = (torch.from_numpy(np.stack(part)) for part in zip(*starts, strict=True))
    return Cascades(layers, offsets.float(), weights.float())


def _rates(iterations: int) -> Iterator[float]:
    yield from np.linspace(*RATE, iterations).tolist()
