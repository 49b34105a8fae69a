"""Small banks for tests: quick to make, with no symmetry."""

import numpy as np
from images import bilinear

from realtime.bank import Axis, Bank, LowRankBank

RADII = (0.0, 1.0, 2.5, 6.0)


def lopsided_bank(layers=(5, 3), radii=RADII, angles=None, seed=0) -> Bank:
    """Taps that drift with both axes; the first radius knot is the identity."""
    rng = np.random.default_rng(seed)
    axes = [Axis("radius", "px", radii)]
    if angles is not None:
        axes.append(Axis("angle", "rad", angles))
    grid = (len(angles) if angles is not None else 1, len(radii))
    offsets, weights = [], []
    for taps in layers:
        base = rng.uniform(-0.6, 0.9, (taps, grid[0], 1, 2))
        offsets.append((base * np.array(radii)[None, None, :, None]).astype("f4"))
        w = rng.uniform(0.2, 1.0, (taps, *grid))
        weights.append((w / w.sum(axis=0)).astype("f4"))
    return Bank(tuple(axes), tuple(offsets), tuple(weights), targets=_targets(radii, grid[0]))


def _targets(radii, rows: int) -> np.ndarray:
    """An L in a corner of the kernel's box: upright and unmirrored, or visibly not."""
    size = 2 * int(np.ceil(max(radii))) + 1
    centre = size // 2
    targets = np.zeros((rows, len(radii), size, size), "f4")
    for index, radius in enumerate(radii):
        reach = int(radius)
        kernel = targets[:, index]
        kernel[:, centre - reach : centre + reach + 1, centre - reach] = 2.0  # upright, left
        kernel[:, centre + reach, centre - reach : centre + 1] = 1.0  # foot, at the bottom
    return targets / targets.sum(axis=(2, 3), keepdims=True)


def dense_blur(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Blur [H, W, C] by a PSF [M, M], clamped at the border, one shift at a time: the oracle."""
    reach = kernel.shape[0] // 2
    padded = np.pad(image.astype("f8"), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    height, width = image.shape[:2]
    out = np.zeros(image.shape, "f8")
    for row, column in np.argwhere(kernel > 0):
        # Light that leaves a pixel lands at the PSF's offset: a pixel reads from minus that.
        y, x = 2 * reach - row, 2 * reach - column
        out += kernel[row, column] * padded[y : y + height, x : x + width]
    return out


def cascade_blur(image: np.ndarray, bank: Bank, radius: float, turn: float = 1.0) -> np.ndarray:
    """[H, W, C] through the bank's cascade of one radius, tap by tap: the oracle of one CoC."""
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype("f8")
    for offsets, weights in bank.cascade(radius):
        taps = zip(turn * offsets, weights, strict=True)
        image = sum(w * bilinear(image, y + dy, x + dx) for (dx, dy), w in taps)
    return image


def lopsided_lowrank(rank=3, radii=RADII, angles=None, seed=0) -> LowRankBank:
    """Vectors that drift with both axes, with negative lobes; the first radius knot is a delta."""
    rng = np.random.default_rng(seed)
    axes = [Axis("radius", "px", radii)]
    if angles is not None:
        axes.append(Axis("angle", "rad", angles))
    half = int(np.ceil(max(radii)))
    grid = (len(angles) if angles is not None else 1, len(radii))
    columns, rows = rng.uniform(-0.3, 1, (2, rank, *grid, 2 * half + 1))
    beyond = np.abs(np.arange(-half, half + 1)) > np.array(radii)[:, None]
    for part in (columns, rows):
        part[:, :, beyond] = 0
        part[..., half] += 0.5  # so that no kernel's sum is near 0
    columns /= (columns.sum(axis=-1) * rows.sum(axis=-1)).sum(axis=0)[None, ..., None]
    targets = _targets(radii, grid[0])
    return LowRankBank(tuple(axes), columns.astype("f4"), rows.astype("f4"), targets)


def sunflower(count: int) -> np.ndarray:
    """Points spread evenly over the unit disc, [count, 2], with its mean and its moments."""
    turn = np.pi * (3 - np.sqrt(5)) * np.arange(count)
    radius = np.sqrt((np.arange(count) + 0.5) / count)
    points = radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)
    points -= points.mean(axis=0)
    sizes, axes = np.linalg.eigh(points.T @ points / count)
    return points @ (axes * (0.5 / np.sqrt(sizes))) @ axes.T  # a disc's are r² / 4


def disc_bank(largest_px: float = 20.0) -> Bank:
    """Sunflower, ring and ring, of a disc's variance: mean |offset|² of all layers is r² / 2."""
    rings = []
    for count, radius in ((8, 0.25), (4, 0.12)):
        angle = 2 * np.pi * (np.arange(count) + 0.3) / count
        rings.append(radius * np.stack([np.cos(angle), np.sin(angle)], -1))
    layers = [sunflower(24), *rings]
    variance = sum((layer**2).sum(-1).mean() for layer in layers)
    knots = (0.0, 1.0, largest_px)
    scales = np.array(knots) * np.sqrt(0.5 / variance)
    offsets = tuple((layer[:, None, None] * scales[:, None]).astype("f4") for layer in layers)
    weights = tuple(np.full((len(layer), 1, 3), 1 / len(layer), "f4") for layer in layers)
    axes = (Axis("radius", "px", knots),)
    return Bank(
        axes, offsets, weights, targets=np.stack([disc(r, largest_px) for r in knots])[None]
    )


def disc(radius_px: float, reach_px: float) -> np.ndarray:
    """The PSF of a disc [M, M], float32, from 9 × 9 samples a pixel; a point of radius 0."""
    reach = int(np.ceil(reach_px)) + 1
    at = (np.arange((2 * reach + 1) * 9) - 4) / 9 - reach
    inside = at[:, None] ** 2 + at**2 <= max(radius_px, 0.1) ** 2
    light = inside.reshape(2 * reach + 1, 9, 2 * reach + 1, 9).sum(axis=(1, 3)).astype("f4")
    return light / light.sum()
