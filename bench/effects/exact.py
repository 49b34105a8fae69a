"""What each pixel should be, worked out pixel by pixel without banks, cascades or OpenGL.

Pictures are [C, H, W] float64; pixels are (rows [K], columns [K]); results are [C, K]. Places are
px from the top left, +y down, pixel centres at .5; outside the picture the nearest pixel holds.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Pixels = tuple[NDArray[np.int64], NDArray[np.int64]]

STEPS = 513  # reads along a path: of 130 px, four a pixel
FINE = 8  # points a pixel, along each axis, where a kernel's area is counted


def some_pixels(size: tuple[int, int], count: int, seed: int = 1) -> Pixels:
    """Return `count` random pixels of a picture of (height, width), each at most once."""
    height, width = size
    chosen = np.random.default_rng(seed).permutation(height * width)[:count]
    return np.unravel_index(chosen, size)


def centres(pixels: Pixels) -> Float64:
    """Return the places [K, 2] (x, y) of pixels' centres."""
    rows, columns = pixels
    return np.stack((columns + 0.5, rows + 0.5), axis=1)


def along_paths(image: Float64, path: Callable[[float], Float64]) -> Float64:
    """Return the mean of what is read along the pixels' paths: path(t), t in -1 … 1, is [K, 2]."""
    ways = (np.arange(STEPS) + 0.5) / STEPS * 2 - 1
    return sum(bilinear(image, path(way)) for way in ways) / STEPS


def bilinear(image: Float64, places: Float64) -> Float64:
    """Read an image at places [K, 2]."""
    height, width = image.shape[1:]
    x, y = places.T - 0.5
    left, top = np.floor(x), np.floor(y)
    across, down = x - left, y - top
    columns = [np.clip(left + step, 0, width - 1).astype(int) for step in (0, 1)]
    rows = [np.clip(top + step, 0, height - 1).astype(int) for step in (0, 1)]
    upper = image[:, rows[0], columns[0]] * (1 - across) + image[:, rows[0], columns[1]] * across
    lower = image[:, rows[1], columns[0]] * (1 - across) + image[:, rows[1], columns[1]] * across
    return upper * (1 - down) + lower * down


def by_kernels(image: Float64, pixels: Pixels, draw: Callable[[int], Float64]) -> Float64:
    """Return each pixel through its own kernel: draw(k) [M, M], M odd, a point light's picture."""
    out = np.empty((len(image), len(pixels[0])))
    height, width = image.shape[1:]
    for index, (row, column) in enumerate(zip(*pixels, strict=True)):
        kernel = draw(index)
        half = kernel.shape[0] // 2
        rows = np.clip(np.arange(row + half, row - half - 1, -1), 0, height - 1)
        columns = np.clip(np.arange(column + half, column - half - 1, -1), 0, width - 1)
        out[:, index] = np.tensordot(image[:, rows[:, None], columns], kernel, 2)
    return out


def even_light(inside: Callable[[Float64, Float64], NDArray[np.bool_]], half: int) -> Float64:
    """Return the kernel of light spread evenly over where inside(x, y), px from the centre.

    An area that falls between all points is smaller than a FINE-th of a pixel: a point.
    """
    side = 2 * half + 1
    at = (np.arange(side * FINE) + 0.5) / FINE - side / 2
    covered = inside(at[None, :], at[:, None]).reshape(side, FINE, side, FINE).sum(axis=(1, 3))
    if not covered.any():
        covered[half, half] = 1
    return covered / covered.sum()


def psnr_db(got: Float64, want: Float64) -> float:
    """PSNR of values 0 … 1."""
    return float(-10 * np.log10(np.mean((got - want) ** 2)))
