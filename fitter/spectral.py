"""What a cascade does to a picture, exactly, in the frequency domain.

A bilinear read at offset o = (floor + a) is a mix of two pixels per axis, so on an n × n canvas its
transfer function is X(kx) Y(ky), each factor

    e^{-ik floor(o)} * ((1 - a) + a e^{-ik})

A layer is the weighted sum of its taps, a cascade the product of its layers, and the kernel one
inverse transform of that: the same numbers as running the bilinear passes on a point of light, as
long as the canvas holds the kernel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import prod

import torch
from torch import Tensor

from fitter.cascade import Cascades

COMPLEX = {torch.float32: torch.complex64, torch.float64: torch.complex128}


@dataclass(frozen=True)
class Canvas:
    """n × n px, periodic; spectra on it are those of real pictures: [ny = n, nx = n // 2 + 1]."""

    n: int
    dtype: torch.dtype = torch.float32
    device: str = "cpu"

    @cached_property
    def roots(self) -> Tensor:
        """[n] complex: e^{-2 pi i m / n}."""
        angle = torch.arange(self.n, dtype=torch.float64) * (-2 * torch.pi / self.n)
        roots = torch.polar(torch.ones_like(angle), angle)
        return roots.to(self.device, COMPLEX[self.dtype])

    @cached_property
    def steps(self) -> tuple[Tensor, Tensor]:
        """Whole cycles across the canvas: [nx] along x, [ny] along y."""
        whole = torch.arange(self.n, device=self.device)
        return whole[: self.n // 2 + 1], whole

    def frequency(self) -> Tensor:
        """[ny, nx]: distance from frequency 0, in cycles per px."""
        y = torch.fft.fftfreq(self.n, dtype=self.dtype, device=self.device)
        x = torch.fft.rfftfreq(self.n, dtype=self.dtype, device=self.device)
        return torch.hypot(y[:, None], x[None, :])

    def multiplicity(self) -> Tensor:
        """[nx]: how many frequencies of the full spectrum each column of this half stands for."""
        count = torch.full((self.n // 2 + 1,), 2.0, dtype=self.dtype, device=self.device)
        count[0] = 1
        if self.n % 2 == 0:
            count[-1] = 1
        return count

    def spectrum(self, kernels: Tensor) -> Tensor:
        """Return the spectra [..., ny, nx] of kernels [..., M, M], M odd, their centre at 0."""
        half = kernels.shape[-1] // 2
        lack = self.n - kernels.shape[-1]
        padded = torch.nn.functional.pad(kernels.to(self.device), (0, lack, 0, lack))
        padded = padded.roll((-half, -half), (-2, -1)).to(torch.float64)
        return torch.fft.rfft2(padded).to(COMPLEX[self.dtype])

    def kernel(self, spectra: Tensor, half_px: int) -> Tensor:
        """Return the kernels [..., M, M], M = 2 * half_px + 1, of spectra [..., ny, nx]."""
        full = torch.fft.irfft2(spectra, s=(self.n, self.n)).roll((half_px, half_px), (-2, -1))
        return full[..., : 2 * half_px + 1, : 2 * half_px + 1]


@cache
def canvas(n: int, dtype: torch.dtype = torch.float32, device: str = "cpu") -> Canvas:
    """Return the canvas of that size; the same one each time, with its tables."""
    return Canvas(n, dtype, device)


@dataclass(frozen=True, eq=False)
class Factors:
    """Separable factors of taps: value and slope (per px of offset) along x and along y.

    x, dx: [B, N, nx]; y, dy: [B, N, ny]; complex.
    """

    x: Tensor
    dx: Tensor
    y: Tensor
    dy: Tensor


def tap_factors(offsets: Tensor, on: Canvas) -> Factors:
    """Return the factors of taps at offsets [B, N, 2]."""
    steps_x, steps_y = on.steps
    return Factors(
        *_along(offsets[..., 0], steps_x, on),
        *_along(offsets[..., 1], steps_y, on),
    )


def _along(offset: Tensor, steps: Tensor, on: Canvas) -> tuple[Tensor, Tensor]:
    """Return value and slope [..., K] of one axis; the slope is constant between pixels."""
    floor = offset.floor()
    whole = on.roots[(floor.long()[..., None] * steps) % on.n]
    next_whole = whole * on.roots[steps]
    slope = next_whole - whole
    return whole + (offset - floor)[..., None] * slope, slope


def layer_transfers(cascades: Cascades, factors: Factors) -> list[Tensor]:
    """Return each layer's transfer function [B, ny, nx]."""
    return [
        (cascades.weights[:, taps, None] * factors.y[:, taps]).mT @ factors.x[:, taps]
        for taps in cascades.slices()
    ]


def transfer(cascades: Cascades, on: Canvas) -> Tensor:
    """Return the cascades' transfer functions [B, ny, nx]."""
    return product(layer_transfers(cascades, tap_factors(cascades.offsets, on)))


def product(transfers: Sequence[Tensor]) -> Tensor:
    """Multiply one or more transfer functions."""
    return prod(transfers[1:], start=transfers[0])


def reach_px(cascades: Cascades) -> float:
    """Return how far from its centre any of these kernels can put light, per axis."""
    return sum(float(cascades.offsets[:, taps].abs().amax().ceil()) for taps in cascades.slices())


def kernels(cascades: Cascades, half_px: int) -> Tensor:
    """Return the exact kernels [B, M, M], M = 2 * half_px + 1, in double precision.

    Light outside the M × M is cut off, never wrapped in: the canvas holds the whole kernel.
    """
    reach = max(half_px, int(reach_px(cascades)) + 1)
    on = canvas(fast_size(2 * reach + 1), torch.float64, str(cascades.offsets.device))
    double = Cascades(cascades.layers, cascades.offsets.double(), cascades.weights.double())
    return on.kernel(transfer(double, on), half_px)


def fast_size(at_least: int) -> int:
    """Return the next even size of small prime factors, which transforms quickly."""
    n = at_least + at_least % 2
    while _rest(n) > 1:
        n += 2
    return n


def _rest(n: int) -> int:
    for factor in (2, 3, 5):
        while n % factor == 0:
            n //= factor
    return n
