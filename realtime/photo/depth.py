"""How near things are in a photograph, from a file of depths or disparities.

Blur by a lens is even in 1/distance: a circle of confusion grows by as much for every step of it
away from the focus. A disparity is 1/distance, up to a factor and, for most ways to find one, an
offset; neither matters here, as focus and blur are given by the picture.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.errors import PictureError, UsageError
from realtime.photo.holes import filled
from realtime.photo.numbers import read_numbers, resampled

KINDS = ("disparity", "depth")
ZEROS = ("hole", "far")  # what 0 means: nothing is known, or infinitely far
FOCUS_PART = 0.004  # of the height: half the side of the square whose median is in focus


@dataclass(frozen=True, eq=False)
class Nearness:
    """[H, W] float32 of a picture's size, 0 the farthest … 1 the nearest, even in 1/distance.

    far, near: 1/distance of 0 and of 1, in the file's numbers. notes: for the user, a line each.
    """

    values: NDArray[np.float32]
    far: float
    near: float
    kind: str
    notes: tuple[str, ...] = ()

    def at(self, place: tuple[float, float]) -> float:
        """Return that of a place (x, y), fractions of the picture: the median around it.

        Raises UsageError for a place outside the picture.
        """
        if not all(0 <= part <= 1 for part in place):
            raise UsageError(
                f"--focus: {place[0]:g},{place[1]:g}, fractions of the picture from 0 to 1 "
                f"expected, such as 0.5,0.5. Change --focus"
            )
        height, width = self.values.shape
        column, row = (min(int(p * n), n - 1) for p, n in zip(place, (width, height), strict=True))
        reach = round(FOCUS_PART * height)
        part = self.values[
            max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1
        ]
        return float(np.median(part))

    def of_distance(self, distance: float) -> float:
        """Return that of a distance, or a disparity, in the file's numbers.

        Raises UsageError for one that nothing in the picture has.
        """
        nearness = distance if self.kind == "disparity" else 1 / distance if distance else np.inf
        part = (nearness - self.far) / ((self.near - self.far) or 1)
        if not -1e-6 <= part <= 1 + 1e-6:  # NaN fails too
            low, high = sorted(self._in_file(end) for end in (self.far, self.near))
            raise UsageError(
                f"--focus-distance: {distance:g}, {low:g} to {high:g} expected, as the "
                f"{self.kind} has. Change it, or use --focus"
            )
        return min(max(part, 0.0), 1.0)

    def _in_file(self, nearness: float) -> float:
        if self.kind == "disparity":
            return nearness
        return 1 / nearness if nearness else np.inf


def read_nearness(
    path: str | Path,
    kind: str,
    size: tuple[int, int],
    display: NDArray[np.float32],
    zero: str = ZEROS[0],
) -> Nearness:
    """Read a depth or a disparity for a picture of (width, height) px, without holes.

    kind: of KINDS; "depth" is a distance. Numbers are as stored: of a PNG its integers, of .npy and
    .exr floats. 0, NaN, infinity and what is negative are holes, but for a depth infinity is the
    sky. zero: of ZEROS; disparities that networks guess have 0 for what is farthest. display:
    [H, W, 3] sRGB 0 … 1, the picture, whose colours guide filling. Raises PictureError, naming the
    file.
    """
    numbers = read_numbers(path)
    if numbers.shape[2] != 1:
        raise PictureError(
            f"{path}: {numbers.shape[2]} channels that differ, one of {kind} expected. "
            f"Save it as grey"
        )
    values = numbers[..., 0].astype(np.float32)
    known = values > 0 if kind == "depth" else (values > 0) & np.isfinite(values)
    zeros = values == 0
    if not known.any():
        raise PictureError(
            f"{path}: no number above 0 in it, a {kind} for each pixel expected. Check the file"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = values if kind == "disparity" else 1 / values
    nearness = np.where(known, inverse, 0).astype(np.float32)
    if zero == "far":
        known |= zeros
    notes = []
    if (holes := known.size - int(np.count_nonzero(known))) > 0:
        hint = "; if 0 is far away: --zero far" if zero != "far" and zeros.any() else ""
        notes.append(f"{path}: {holes} of {known.size} px have no {kind}, filled from around{hint}")
    guide = resampled(display, values.shape[::-1], slice(None), slice(None))
    nearness = filled(nearness, known, guide)
    if values.shape[::-1] != size:
        notes.append(
            f"{path}: {values.shape[1]} × {values.shape[0]} px, resampled to the picture's "
            f"{size[0]} × {size[1]}"
        )
        nearness = resampled(nearness[..., None], size, slice(None), slice(None))[..., 0]
    far, near = float(nearness.min()), float(nearness.max())
    return Nearness((nearness - far) / ((near - far) or 1), far, near, kind, tuple(notes))
