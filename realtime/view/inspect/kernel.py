"""A bank's kernel at one place: its taps on the picture, and the PSF that they make."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.bank.model import corners_of
from realtime.passes.frame import UPRIGHT, Frame

Taps = tuple[np.ndarray, np.ndarray]  # offsets [N, 2], px, +x right, +y down; weights [N]
PADDING = 16  # canvases are multiples of it, so that few sizes of FFT come up


@dataclass(frozen=True)
class Kernel:
    """What a pixel is blurred by. values: on the bank's axes, in their units.

    knots: the same place, counted in knots. frame: from the bank's offsets to the picture's;
    scale: px of the picture a texel of what is blurred. has_taps: whether the picture was blurred
    by the bank's cascade, and not by its targets or in rows and columns.
    """

    bank: Bank | LowRankBank
    values: tuple[float, ...]
    knots: tuple[float, ...]
    frame: Frame = UPRIGHT
    scale: int = 1
    has_taps: bool = True

    def taps(self) -> list[Taps]:
        """Return where each layer reads, px of the picture from the pixel, in order; or nothing."""
        if not self.has_taps or not isinstance(self.bank, Bank):
            return []
        xx, xy, yx, yy = (part * self.scale for part in self.frame)
        turn = np.array([[xx, yx], [xy, yy]], np.float32)
        return [(offsets @ turn, weights) for offsets, weights in self.bank.cascade(*self.values)]

    def psf(self) -> np.ndarray | None:
        """Return the picture of a point light [M, M], upright, as large as `target`.

        None where the bank's targets themselves were used.
        """
        size = self._size()
        if isinstance(self.bank, LowRankBank):
            return _cut(self.bank.kernel(*self.values), size)
        if not self.has_taps:
            return None
        return impulse_response(self.bank.cascade(*self.values), size)

    def target(self) -> np.ndarray | None:
        """Return the bank's target here [M, M], sum 1; None where the file has none.

        Between two knots of the first axis theirs are stretched to its value and mixed, so that a
        disc stays one: as shaders/dense.frag does, its twin.
        """
        if self.bank.targets is None:
            return None
        axes, value = self.bank.axes, self.values[0]
        places = [axis.place(at) for axis, at in zip(axes, self.values, strict=True)]
        knots = axes[0].knots
        can_stretch = knots[places[0][0]] > 0
        mixed = sum(
            share * _stretched(self.bank.targets[y, x], knots[x] / value if can_stretch else 1.0)
            for y, x, share in corners_of(places)
        )
        return mixed / mixed.sum()

    def _size(self) -> int:
        if self.bank.targets is not None:
            return self.bank.targets.shape[-1]
        return 2 * int(np.ceil(self.bank.reach_px)) + 1


def relative_error(psf: np.ndarray, target: np.ndarray) -> float:
    """Return the Frobenius norm of the difference over that of the target."""
    return float(np.linalg.norm(psf - target) / np.linalg.norm(target))


def impulse_response(layers: Sequence[Taps], size: int) -> np.ndarray:
    """Return what a cascade makes of one bright pixel, [size, size], size odd, the pixel's middle.

    layers: (offsets [N, 2] px, weights [N]) in order. Exact: a bilinear read is a product of two
    factors in the frequencies of x and y, a layer the weighted sum of its reads, the cascade the
    product of its layers.
    """
    reach = sum(float(np.abs(offsets).max(initial=0)) + 1 for offsets, _ in layers)
    least = max(size, 2 * int(np.ceil(reach)) + 1)
    side = -(-least // PADDING) * PADDING
    angles = 2 * np.pi * np.fft.fftfreq(side)
    half = angles[: side // 2 + 1]
    spectrum = np.ones((side, len(half)), complex)
    for offsets, weights in layers:
        columns = _reads(offsets[:, 0], half) * weights[:, None]
        # Not by `@`: threads of a matrix library cost more than this product, next to a renderer's.
        spectrum *= np.einsum("ny,nx->yx", _reads(offsets[:, 1], angles), columns)
    response = np.fft.irfft2(spectrum, (side, side))
    around = np.arange(-(size // 2), size // 2 + 1)
    return response[np.ix_(around, around)]


def _stretched(picture: np.ndarray, scale: float) -> np.ndarray:
    """A picture [M, M] 1 / scale times as wide about its middle, bilinear, dark around it."""
    if scale == 1.0:
        return picture.astype(float)
    size = len(picture)
    places = np.clip((np.arange(size) - size // 2) * scale + size // 2, -1, size)
    below = np.floor(places).astype(int)
    part = (places - below)[:, None]
    padded = np.pad(picture.astype(float), ((1, 2), (1, 2)))
    rows = (1 - part) * padded[below + 1] + part * padded[below + 2]
    return ((1 - part) * rows.T[below + 1] + part * rows.T[below + 2]).T


def _reads(offsets: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """The factor of reads at offsets [N] along one axis, [N, frequencies]."""
    whole = np.floor(offsets.astype(float))[:, None]
    part = offsets.astype(float)[:, None] - whole
    return np.exp(1j * whole * angles) * (1 - part + part * np.exp(1j * angles))


def _cut(kernel: np.ndarray, size: int) -> np.ndarray:
    """The middle of a kernel, or the kernel with nothing around it, [size, size]."""
    missing = max(0, size - len(kernel)) // 2
    kernel = np.pad(kernel, missing)
    edge = (len(kernel) - size) // 2
    return kernel[edge : edge + size, edge : edge + size]
