"""What the aperture's frame makes of a round kernel: turning it does nothing, squeezing it does."""

import math

from realtime.errors import UsageError
from realtime.passes.frame import Frame

_EQUAL = 1e-6


def axis_stretch(frame: Frame, blur: str) -> tuple[float, float]:
    """Return how much wider a round kernel becomes along x and along y.

    frame: see passes/frame.py; a kernel of the variance σ² has the covariance σ² · frame · frameᵀ
    in the picture. blur: name of the method, for the message. Raises UsageError where the kernel is
    squeezed along a slanted line, which passes along rows and columns cannot do.
    """
    xx, xy, yx, yy = frame
    along = math.hypot(xx, xy), math.hypot(yx, yy)
    if abs(xx * yx + xy * yy) > _EQUAL * max(along) ** 2:
        raise UsageError(
            f"--blur {blur}: an aperture that is squeezed and rotated, one that is squeezed along "
            f"rows or columns expected. Use --blur sparse, or leave the lens upright"
        )
    return along


def check_round(frame: Frame, blur: str) -> None:
    """Raise UsageError where a round kernel would not stay as it is."""
    xx, xy, yx, yy = frame
    covariance = (xx * xx + xy * xy, xx * yx + xy * yy, yx * yx + yy * yy)
    if any(abs(a - b) > _EQUAL for a, b in zip(covariance, (1, 0, 1), strict=True)):
        raise UsageError(
            f"--blur {blur}: an aperture that is squeezed, a round one expected. "
            f"Use --blur sparse, or --blur gaussian for one squeezed along rows or columns"
        )
