"""The picture of a point light, and what one measures of it; ideal kernels by counting samples."""

from collections.abc import Callable

import numpy as np

BACKGROUND = 0.0625  # bright enough that no negative lobe is clamped, an exact number


def point_light(rows: int, columns: int, at: tuple[int, int], background: float = 0.0):
    """[rows, columns, 4] float32: 1 more than the background at (row, column)."""
    image = np.full((rows, columns, 4), background, "f4")
    image[at] += 1
    return image


def counted(inside: Callable, half: int, samples: int = 16) -> np.ndarray:
    """[2 half + 1]² of how much of each pixel is inside(x, y) (+y down, px), sum 1."""
    size = 2 * half + 1
    at = (np.arange(size * samples) + 0.5) / samples - half - 0.5
    is_lit = inside(*np.meshgrid(at, at))
    light = is_lit.reshape(size, samples, size, samples).sum(axis=(1, 3)).astype("f8")
    return light / light.sum()


def relative_error(got: np.ndarray, want: np.ndarray) -> float:
    """Relative Frobenius error of a kernel."""
    return float(np.linalg.norm(got - want) / np.linalg.norm(want))


def middle(kernel: np.ndarray) -> tuple[float, float]:
    """(x, y) of a kernel's centre of light, from its middle pixel, +y down."""
    y, x = np.mgrid[: kernel.shape[0], : kernel.shape[1]]
    half_y, half_x = kernel.shape[0] // 2, kernel.shape[1] // 2
    total = kernel.sum()
    return ((x - half_x) * kernel).sum() / total, ((y - half_y) * kernel).sum() / total
