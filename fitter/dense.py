"""The oracle: pictures filtered with the dense kernel itself, clamped at the border.

A kernel is the picture of a point of light, so this is a convolution:
out(p) = sum_q kernel(q) * in(p - q).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fitter.spectral import canvas, fast_size
from fitter.targets import Source, half_size_px

Float64 = NDArray[np.float64]

CHUNK_VALUES = 1 << 24  # windows gathered at once, in values: 128 MB


def filter_dense(image: Tensor, kernel: Tensor) -> Tensor:
    """Filter an image [C, H, W] with one kernel [M, M], M odd, centre (M - 1) / 2. Float64."""
    half = kernel.shape[-1] // 2
    padded = _clamped(image.double(), half)
    on = canvas(fast_size(max(padded.shape[1:])), torch.float64)
    spectrum = torch.fft.rfft2(padded, s=(on.n, on.n)) * on.spectrum(kernel.double())
    full = torch.fft.irfft2(spectrum, s=(on.n, on.n))
    height, width = image.shape[1:]
    return full[:, half : half + height, half : half + width]


def filter_varying(image: Float64, source: Source, radius_px: Float64) -> Float64:
    """Filter an image [C, H, W], each pixel with its own exact kernel of radius_px [H, W].

    No radius is rounded: kernels are drawn once for each value that occurs, so maps with few
    values, such as one a row, are quick.
    """
    out = np.empty(image.shape, dtype=np.float64)
    order = np.argsort(radius_px, axis=None, kind="stable")
    values, first = np.unique(radius_px.ravel()[order], return_index=True)
    for value, pixels in zip(values, np.split(order, first[1:]), strict=True):
        half = half_size_px(source, value)
        kernel = source.draw(value, half)[::-1, ::-1]  # in(p - q): the window is read backwards
        padded = np.pad(image, ((0, 0), (half, half), (half, half)), mode="edge")
        _filter_at(padded, kernel, np.unravel_index(pixels, radius_px.shape), out)
    return out


def _filter_at(
    padded: Float64, kernel: Float64, pixels: tuple[NDArray, NDArray], out: Float64
) -> None:
    """Write sum(window * kernel) at the pixels (rows, columns)."""
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape, axis=(1, 2))
    at_once = max(1, CHUNK_VALUES // (len(padded) * kernel.size))
    for start in range(0, len(pixels[0]), at_once):
        rows, columns = (part[start : start + at_once] for part in pixels)
        seen = windows[:, rows, columns].reshape(len(padded), len(rows), -1)
        out[:, rows, columns] = seen @ kernel.ravel()


def _clamped(image: Tensor, by: int) -> Tensor:
    return torch.nn.functional.pad(image[None], (by,) * 4, mode="replicate")[0]
