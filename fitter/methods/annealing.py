"""Sparse filters by parallel tempering, after Schuster, Trettner and Kobbelt (2020).

"High-Performance Image Filters via Sparse Approximations" finds cascades like ours by random
changes of taps: several candidates at several temperatures, Metropolis acceptance, exchanges that
hand good candidates down to the cold. The error is the plain squared distance of the kernels.
`tempering` has the candidates; here are the start, the progress and the bank.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from fitter.bake import Request
from fitter.cascade import Cascades
from fitter.methods import Annealing, Progress, inits
from fitter.methods.independent import deltas_kept, drawn, finished, summing_to_1
from fitter.methods.tempering import BLOCK, Taps, Tempering
from realtime.bank import Bank

Float64 = NDArray[np.float64]

AT_ONCE = 1 << 21  # candidates times pixels: kernels beyond that are worked on one after another
TOLD_EVERY = 50  # blocks


@dataclass(frozen=True, eq=False)
class Annealed:
    """Cascades [K], and each kernel's best squared error so far, [blocks + 1, K].

    The error is relative to the kernel's square; its root is the relative Frobenius error.
    """

    cascades: Cascades
    curve: Float64


def steps(method: Annealing, request: Request) -> int:
    """Return how many times `bake` tells its progress."""
    told = len(range(0, _blocks(method.iterations), TOLD_EVERY))
    return told * len(_groups(method, drawn(request))) + 1


def bake(method: Annealing, request: Request, progress: Progress = lambda _: None) -> Bank:
    """Anneal every knot for itself, side by side."""
    torch.set_num_threads(request.threads)
    found = fit(method, drawn(request), request.plan.layers, request.plan.seed, progress)
    annealed = {"method": method.name, "init": method.init, "iterations": method.iterations}
    annealed |= {"candidates": method.candidates, "seed": request.plan.seed}
    bank = finished(request, found.cascades, annealed)
    progress("measured")
    return bank


def fit(
    method: Annealing,
    kernels: Float64,
    layers: tuple[int, ...],
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> Annealed:
    """Anneal kernels [K, M, M] of sum 1. A longer run begins as a shorter one of the same seed."""
    groups = _groups(method, kernels)
    randoms = np.random.default_rng(seed).spawn(len(groups))
    parts = [
        _anneal(method, kernels[at], layers, random, progress)
        for at, random in zip(groups, randoms, strict=True)
    ]
    offsets = np.concatenate([best.offsets for best, _ in parts])
    weights = np.concatenate([best.weights for best, _ in parts])
    cascades = Cascades(
        layers, torch.from_numpy(offsets).float(), torch.from_numpy(weights).float()
    )
    curve = np.concatenate([curve for _, curve in parts], axis=1)
    return Annealed(deltas_kept(summing_to_1(cascades), kernels), curve)


def _anneal(
    method: Annealing,
    kernels: Float64,
    layers: tuple[int, ...],
    random: np.random.Generator,
    progress: Progress,
) -> tuple[Taps, Float64]:
    starts = [
        inits.start(kernel, layers, method.init, random)
        for kernel in kernels
        for _ in range(method.candidates)
    ]
    taps = Taps(*(np.stack(part) for part in zip(*starts, strict=True)))
    tempering = Tempering(kernels, taps, layers, method.candidates, random)
    curve = [tempering.best_error.copy()]
    for number in range(_blocks(method.iterations)):
        tempering.block(min(BLOCK, method.iterations - number * BLOCK))
        curve.append(tempering.best_error.copy())
        if number % TOLD_EVERY == 0:
            progress(f"iteration {number * BLOCK}")
    return tempering.best, np.stack(curve)


def _blocks(iterations: int) -> int:
    return -(-iterations // BLOCK)


def _groups(method: Annealing, kernels: Float64) -> list[slice]:
    """Return the kernels that are worked on side by side, as much as stays in the caches."""
    at_once = max(1, AT_ONCE // (method.candidates * kernels[0].size))
    return [slice(start, start + at_once) for start in range(0, len(kernels), at_once)]
