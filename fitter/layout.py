"""Where taps start.

The first layer carries the shape: its taps are spread evenly over the target, by Lloyd's method
weighted with the target's light. What it leaves between them, gaps of about

    spacing = sqrt(area / (taps * pi)),

the later layers fill: each is a small ring that replaces every tap by a smaller spot, whose own
gaps the next, still smaller ring fills.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray

from fitter.ties import NONE, Symmetry, folded, sizes, symmetric

Float64 = NDArray[np.float64]

LLOYD_ROUNDS = 24
SAMPLES = 2048  # points that stand for the target's light


def start(
    target: Float64,
    layers: tuple[int, ...],
    random: np.random.Generator,
    symmetry: Symmetry = NONE,
) -> tuple[Float64, Float64]:
    """Return offsets [N, 2] px and weights [N] of one start, with a symmetry of the target's.

    target: [M, M], sum 1, centre (M - 1) / 2. `random` turns the rings, seeds Lloyd's points and
    varies how wide the rings are, by a fifth.
    """
    points = _light_points(target, random)
    ring_px = [_ring_px(target, layers, number) for number in range(1, len(layers))]
    wide = random.uniform(0.8, 1.2, len(layers))
    # Later rings widen everything, so the first layer starts that much smaller.
    spread = np.sqrt(points.var(axis=0).sum()) + 1e-9
    rings = sum((r * w) ** 2 for r, w in zip(ring_px, wide[1:], strict=True))
    shrink = np.sqrt(max(0.3, 1 - rings / spread**2))
    first, share = _spread(points, layers[0], random, symmetry)
    centre = points.mean(axis=0) if symmetry.turns == 1 else np.zeros(2)
    parts = [centre + (first - centre) * shrink]
    weights = [share]
    for taps, radius, factor in zip(layers[1:], ring_px, wide[1:], strict=True):
        parts.append(_ring(taps, radius * factor, random, symmetry))
        weights.append(np.full(taps, 1 / taps))
    offsets, shares = np.concatenate(parts), np.concatenate(weights)
    return (offsets, shares) if symmetry == NONE else symmetric(symmetry, layers, offsets, shares)


def _spread(
    points: Float64, taps: int, random: np.random.Generator, symmetry: Symmetry
) -> tuple[Float64, Float64]:
    """Return the first layer; of a symmetric one only the first tap of each orbit counts."""
    if symmetry == NONE:
        return _lloyd(points, taps, random)
    size = np.array(sizes(symmetry, taps))
    heads, share = _lloyd(folded(symmetry, points), len(size), random)
    return np.repeat(heads, size, axis=0), np.repeat(share / size, size)


def _ring_px(target: Float64, layers: tuple[int, ...], number: int) -> float:
    """Return the spacing left by the layers before `number`: about the gaps it must fill."""
    area = 1 / np.square(target).sum()  # of the shape that is as concentrated as this kernel
    return float(np.sqrt(area / (np.pi * prod(layers[:number]))))


def _ring(taps: int, radius_px: float, random: np.random.Generator, symmetry: Symmetry) -> Float64:
    """Return taps evenly on a circle, turned at random; a single tap stays in the middle.

    With a symmetry, the first taps of the orbits share one sector evenly.
    """
    if taps == 1:
        return np.zeros((1, 2))
    angle = np.arange(taps) * (2 * np.pi / taps) + random.uniform(0, 2 * np.pi)
    if symmetry != NONE:
        size = sizes(symmetry, taps)
        sector = 2 * np.pi / len(symmetry.moves())
        heads = (np.arange(len(size)) + random.uniform()) * (sector / len(size))
        angle = np.repeat(heads + (symmetry.mirror_rad or 0.0), size)
    return radius_px * np.stack((np.cos(angle), np.sin(angle)), axis=1)


def _light_points(target: Float64, random: np.random.Generator) -> Float64:
    """Return points (x, y) px drawn by the target's light, evenly: each stands for as much."""
    half = target.shape[0] // 2
    places = (np.arange(SAMPLES) + random.uniform()) / SAMPLES
    cells = np.searchsorted(np.cumsum(target), places * target.sum()).clip(0, target.size - 1)
    row, column = np.divmod(cells, target.shape[1])
    jitter = random.uniform(-0.5, 0.5, (SAMPLES, 2))
    return np.stack((column - half, row - half), axis=1) + jitter


def _lloyd(points: Float64, taps: int, random: np.random.Generator) -> tuple[Float64, Float64]:
    """Return `taps` centres [taps, 2] spread over the points, and the share of points of each."""
    centres = points[random.permutation(len(points))[:taps]].copy()
    for _ in range(LLOYD_ROUNDS):
        # |p - c|² less |p|², which is the same for every centre: one product instead of a cube.
        nearest = (np.square(centres).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        count = np.bincount(nearest, minlength=taps)
        for axis in (0, 1):
            total = np.bincount(nearest, points[:, axis], minlength=taps)
            centres[:, axis] = np.where(count > 0, total / count.clip(min=1), centres[:, axis])
    share = (count + 0.5) / (count + 0.5).sum()  # no tap starts dead
    return centres, share
