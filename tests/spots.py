"""Banks whose spread is known by heart, points of light, and what becomes of them."""

import numpy as np

from realtime.bank import Axis, Bank

REACHES = (0, 8, 48)  # px, of four taps on the axes: whole, so that bilinear reads add nothing
SIGMAS = tuple(reach / np.sqrt(2) for reach in REACHES)  # (r² + r²) / 4 px² per axis


def spot_bank(reaches=REACHES) -> Bank:
    """A bank of crosses ±r on each axis; its knots have σ = r / √2."""
    way = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)], "f4")
    offsets = way[:, None, None] * np.array(reaches, "f4")[:, None]
    weights = np.full(offsets.shape[:3], 0.25, "f4")
    return Bank((Axis("radius", "px", reaches),), (offsets,), (weights,))


def place_of(sigma, reaches=REACHES) -> np.ndarray:
    """Where in knots σ [px] is; between knots it is linear."""
    return np.interp(sigma, np.array(reaches) / np.sqrt(2), range(len(reaches)))


def lopsided_sigma(rows: int, columns: int, largest: float) -> np.ndarray:
    """[rows, columns] px: 0 in a corner, a ramp, and a step."""
    y, x = np.mgrid[0:rows, 0:columns]
    ramp = np.clip(0.9 * x / columns + 0.3 * y / rows - 0.15, 0, 1)
    return largest * np.where(y > 0.6 * rows, ramp**2, ramp)


def point(rows: int, columns: int, row: int, column: int) -> np.ndarray:
    """One pixel of light 1, premultiplied RGBA."""
    picture = np.zeros((rows, columns, 4), "f4")
    picture[row, column] = 1
    return picture


def moments(picture: np.ndarray, row: int, column: int) -> tuple[float, ...]:
    """(sum, mean x, mean y, σ x, σ y) of [H, W, 4]'s red; means from (row, column) [px]."""
    light = picture[..., 0].astype("f8")
    y, x = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
    total = light.sum()
    mean = [(light * at).sum() / total for at in (x - column, y - row)]
    spread = [
        np.sqrt((light * (at - middle) ** 2).sum() / total)
        for at, middle in zip((x - column, y - row), mean, strict=True)
    ]
    return (total, *mean, *spread)


def gaussian_blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """[H, W, C] by the Gaussian, sampled at pixels, to 6 σ, clamped at the border: the oracle."""
    reach = int(np.ceil(6 * sigma))
    at = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (at / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        sides = [(0, 0)] * 3
        sides[axis] = (reach, reach)
        padded, length = np.pad(image.astype("f8"), sides, mode="edge"), image.shape[axis]
        shifted = (padded.take(range(i, i + length), axis) for i in range(2 * reach + 1))
        image = sum(weight * part for weight, part in zip(weights, shifted, strict=True))
    return image
