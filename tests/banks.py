"""Small banks for tests: quick to make, with no symmetry."""

import numpy as np

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
