"""A drawing as a kernel.

Its light's centroid becomes the kernel's middle, so that blurring does not move the picture, and
the light that is farthest from there lies at the radius, as with the fitter's own shapes. So where
on the canvas it was drawn, and how large, makes no difference.
"""

import numpy as np
from numpy.typing import NDArray

from realtime.errors import RefitError

LEAST_PX = 3  # of a drawing's longer side: smaller is a speck
DIM = 1 / 255  # of the brightest: less is what a display would show as black


def kernel_of(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the kernel [M, M] of a canvas, M even, its middle the light's centroid; row 0 on top.

    Raises RefitError where nothing, or hardly more than a pixel, is drawn.
    """
    lit = light > DIM * light.max()
    rows, columns = (np.flatnonzero(lit.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise RefitError("drawing: blank, a shape expected. Draw one, or type a letter")
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    if max(height, width) < LEAST_PX:
        raise RefitError(
            f"drawing: {width} × {height} px, a shape of at least {LEAST_PX} px expected. "
            f"Draw larger"
        )
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    lit = lit[box]
    light = np.where(lit, light[box], 0)
    y, x = _middle(light.sum(axis=1)), _middle(light.sum(axis=0))
    return _around(light, y, x, int(np.ceil(_farthest(lit, y, x))))


def _middle(light: NDArray) -> float:
    """Return the centroid of light along a line; pixel n is from n to n + 1."""
    return float(light.astype("f8") @ (np.arange(len(light)) + 0.5) / light.sum(dtype="f8"))


def _farthest(lit: NDArray[np.bool_], y: float, x: float) -> float:
    """Return how far from a place the farthest corner of a lit pixel is; each row has two ends."""
    rows = np.flatnonzero(lit.any(axis=1))
    ends = lit[rows].argmax(axis=1), lit.shape[1] - lit[rows, ::-1].argmax(axis=1)
    aside = np.maximum(x - ends[0], ends[1] - x)
    return float(np.hypot(np.maximum(y - rows, rows + 1 - y), aside).max())


def _around(light: NDArray, middle_y: float, middle_x: float, half: int) -> NDArray[np.float32]:
    """Cut [2 half, 2 half] out of a canvas around a place; fractions of a pixel are mixed."""
    top, left = int(np.floor(middle_y)), int(np.floor(middle_x))
    fy, fx = middle_y - top, middle_x - left
    pad = half + 1
    wide = np.pad(light, pad)
    cut = wide[top - half + pad :, left - half + pad :][: 2 * half + 1, : 2 * half + 1]
    cut = (1 - fy) * cut[:-1] + fy * cut[1:]
    return ((1 - fx) * cut[:, :-1] + fx * cut[:, 1:]).astype("f4")


def at_radius(kernel: NDArray[np.float32], radius_px: float, half_px: int) -> NDArray[np.float64]:
    """Return what the fitter aims at: the light on each of [2 half + 1]² px, sum 1.

    At a radius the kernel spans twice as many px; a pixel gets what falls on it.
    """
    side = len(kernel)
    edges = (np.arange(2 * half_px + 2) - half_px - 0.5) * (side / (2 * radius_px)) + side / 2
    sums = np.zeros((side + 1, side + 1))  # light above and left of each corner
    sums[1:, 1:] = kernel.astype("f8").cumsum(axis=0).cumsum(axis=1)
    at = _rows_at(_rows_at(sums, edges).T, edges).T
    found = np.diff(np.diff(at, axis=0), axis=1).clip(min=0)
    return found / found.sum()


def _rows_at(sums: NDArray, where: NDArray) -> NDArray:
    """Between the rows of running sums: linear, as pixels are flat."""
    where = where.clip(0, len(sums) - 1)
    below = np.minimum(where.astype(int), len(sums) - 2)
    part = (where - below)[:, None]
    return (1 - part) * sums[below] + part * sums[below + 1]
