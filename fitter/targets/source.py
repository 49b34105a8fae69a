"""What every target can do, and the drawing that all of them share."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fitter.errors import FitError

Float64 = NDArray[np.float64]


class Source(Protocol):
    """A kernel at any radius, drawn as the picture of a point light: row 0 on top, unmirrored."""

    def reach_px(self, radius_px: float) -> float:
        """Return how far from its centre the kernel of this radius reaches, per axis."""
        ...

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the kernel [M, M], M = 2 * half_px + 1, centre (half_px, half_px), sum 1.

        half_px must hold `reach_px`; radius 0 is a delta.
        """
        ...

    def describe(self) -> dict[str, Any]:
        """Return what makes this target, as JSON."""
        ...


def half_size_px(source: Source, radius_px: float) -> int:
    """Return the half size of the smallest odd picture that holds the kernel."""
    return max(0, int(np.ceil(source.reach_px(radius_px) - 0.5 - 1e-9)))


# Light outside the centre pixel of a kernel that still counts as a delta. Shapes with corners leave
# it slowly, which no straight line between two knots follows: a heart's first midpoint had 55.6 dB
# with 0 here, 66.2 with this. The knot itself still has 80 dB.
FAINT = 3e-3


def is_delta(kernel: Float64) -> bool:
    """Return whether a kernel [M, M] keeps all but a faint part of the light in its pixel."""
    return bool(kernel.max() >= 1 - FAINT)


def delta(half_px: int) -> Float64:
    """Return the kernel that changes nothing."""
    kernel = np.zeros((2 * half_px + 1, 2 * half_px + 1))
    kernel[half_px, half_px] = 1
    return kernel


def normalised(kernel: Float64) -> Float64:
    """Scale to sum 1. Raises FitError where there is nothing to scale."""
    total = kernel.sum()
    if not total > 0:
        raise FitError(
            f"target: a kernel whose sum is {total:g}, above 0 expected. Draw a kernel with light"
        )
    return kernel / total
