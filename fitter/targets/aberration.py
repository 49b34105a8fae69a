"""Point-spread functions of aberrated lenses by wave optics: pupil → PSF → pixels.

A round pupil of diameter 1 holds the wavefront W, in waves; the PSF is |FFT(pupil e^{2πiW})|². Its
unit of length is λN (wavelength × f-number): the dark ring of a perfect lens has radius 1.22 λN.

    W, in waves of `waves`, on the unit pupil (rho, theta); theta = 0 points down the picture
    coma          (3 rho³ - 3 rho) cos theta    the Zernike term with as much tilt as puts the
                                                PSF's centroid at the centre; its tail points down
    spherical     6 rho⁴ - 6 rho² + 1           Zernike
    astigmatism   rho² cos 2 theta              Zernike
    defocus       2 rho² - 1                    Zernike

So `waves` is a Zernike coefficient in fringe (peak) scale, not RMS. The radius is half the side of
the square on which the PSF is kept, and stands for REACH_LN λN however many the waves: at radius
30 px (61 px wide) a pixel is 0.53 λN wide, and fringes are two to three px apart. What falls
outside of the square is left out.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitter.errors import FitError
from fitter.targets.coverage import polygon_coverage
from fitter.targets.names import known
from fitter.targets.outlines import circle
from fitter.targets.source import delta, normalised

Float64 = NDArray[np.float64]

# The square's half side. It holds 98 % of the light of 1.25 waves of coma, 92 % of 1 wave and 79 %
# of 1.5 waves of spherical aberration, whose halo is wide and faint.
REACH_LN = 16.0

# Cells across the pupil's radius. The PSF repeats after 2 × PUPIL λN; the tails that fold back over
# 16 λN from 256 λN away fell as 1 / r³.
PUPIL = 128

MOST_WAVES = 4.0  # beyond, the PSF is wider than the square, and the pupil's cells too coarse

WAVEFRONTS: dict[str, Callable[[Float64, Float64], Float64]] = {
    "coma": lambda x, y: (3 * (x**2 + y**2) - 3) * y,
    "spherical": lambda x, y: 6 * (x**2 + y**2) ** 2 - 6 * (x**2 + y**2) + 1,
    "astigmatism": lambda x, y: y**2 - x**2,
    "defocus": lambda x, y: 2 * (x**2 + y**2) - 1,
}


@dataclass(frozen=True)
class Aberration:
    """One aberration at one wavelength.

    kind: out of `WAVEFRONTS`; waves: its coefficient, as above, -4 … 4; rotation: degrees
    clockwise. Raises FitError for an unknown kind or too many waves.
    """

    kind: str
    waves: float = 1.0
    rotation: float = 0.0

    def __post_init__(self) -> None:
        known("aberration", self.kind, WAVEFRONTS)
        if not abs(self.waves) <= MOST_WAVES:
            raise FitError(
                f"--waves: {self.waves:g}, {-MOST_WAVES:g} to {MOST_WAVES:g} expected. "
                f"Give another --waves"
            )

    def reach_px(self, radius_px: float) -> float:
        """Return the radius: the square's half side."""
        return radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the light that falls on each pixel within the square, sum 1.

        Exact for the sampled pupil: the PSF is a sum of waves (it is band-limited), and each of
        them is integrated over the pixel.
        """
        if radius_px <= 0:
            return delta(half_px)
        frequency, transfer = _transfer(self.kind, float(self.waves), float(self.rotation))
        edges = (np.arange(2 * half_px + 2) - half_px - 0.5).clip(-radius_px, radius_px)
        waves = _integrated(frequency, edges * (REACH_LN / radius_px))
        return normalised((waves @ transfer @ waves.T).real.clip(min=0))

    def describe(self) -> dict[str, Any]:
        """Return the aberration and its unit of length."""
        return {"shape": self.kind, **asdict(self), "radius_wavelength_f_numbers": REACH_LN}


def wavefront(kind: str, rotation: float) -> tuple[Float64, Float64]:
    """Return the pupil's amplitude and W / waves, [2 PUPIL + 1] squared, row 0 on top."""
    half = PUPIL + 1
    amplitude = polygon_coverage(circle() * PUPIL, half)  # how much of a cell is open
    at = np.arange(-half, half + 1) / PUPIL
    turn = np.radians(rotation)
    x = at * np.cos(turn) + at[:, None] * np.sin(turn)
    y = at[:, None] * np.cos(turn) - at * np.sin(turn)
    return amplitude, WAVEFRONTS[kind](x, y)


@lru_cache(maxsize=16)
def _transfer(kind: str, waves: float, rotation: float) -> tuple[Float64, NDArray[np.complex128]]:
    """Return the optical transfer function: frequencies [F] in 1 / λN, values [F, F] (y, x)."""
    amplitude, shape = wavefront(kind, rotation)
    pupil = amplitude * np.exp(2j * np.pi * waves * shape)
    size = 4 * PUPIL + 8  # holds the pupil's correlation with itself
    psf = np.abs(np.fft.fft2(pupil, (size, size))) ** 2
    middle = len(pupil) - 1
    otf = np.roll(np.fft.fft2(psf), (middle, middle), (0, 1))[: 2 * middle + 1, : 2 * middle + 1]
    return np.arange(-middle, middle + 1) / (2 * PUPIL), otf


def _integrated(frequency: Float64, edges: Float64) -> NDArray[np.complex128]:
    """Return the integral of exp(2 pi i f x) between neighbouring edges: [pixels, F]."""
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    phase = np.exp(2j * np.pi * middle[:, None] * frequency)
    return phase * np.sinc(width[:, None] * frequency) * width[:, None]
