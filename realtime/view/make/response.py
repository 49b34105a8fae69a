"""What a bank makes of a point of light, composed on the CPU from its interpolated taps."""

import numpy as np
from numpy.typing import NDArray

from realtime.bank import Bank


def impulse_response(bank: Bank, radius_px: float, half_px: int) -> NDArray[np.float64]:
    """Return the kernel [2 half + 1]² of the cascade at a radius: upright, its middle the point.

    Light that lands farther out than half_px is left out.
    """
    layers = bank.cascade(radius_px)
    reach = sum(int(np.ceil(np.abs(offsets).max())) + 1 for offsets, _ in layers)
    half = max(reach, half_px)  # room for every layer's farthest: nothing wraps round
    spectrum = 1.0
    for offsets, weights in layers:
        spectrum = spectrum * np.fft.rfft2(_layer(offsets.astype("f8"), weights, half))
    side = 2 * half + 1
    whole = np.roll(np.fft.irfft2(spectrum, s=(side, side)), (half, half), axis=(0, 1))
    cut = slice(half - half_px, half + half_px + 1)
    return whole[cut, cut]


def _layer(offsets: NDArray, weights: NDArray, half: int) -> NDArray[np.float64]:
    """Return the kernel of a layer, [2 half + 1]², its middle at [0, 0] as spectra have it.

    A tap reads at its offset between four pixels, so a point comes out at minus the offset, on
    those four.
    """
    kernel = np.zeros((2 * half + 1, 2 * half + 1))
    for (x, y), weight in zip(-offsets, weights, strict=True):
        left, top = int(np.floor(x)), int(np.floor(y))
        fx, fy = x - left, y - top
        for row, part_y in ((top, 1 - fy), (top + 1, fy)):
            for column, part_x in ((left, 1 - fx), (left + 1, fx)):
                kernel[row, column] += weight * part_y * part_x  # negative places count from behind
    return kernel
