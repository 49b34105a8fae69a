r"""Cat's eyes: the disc that a lens's front rim leaves of its aperture, away from the middle.

             ____
          .'    |`.           the disc of the radius, about the kernel's centre
         /     |   \
        |  lit |cut |   +x: outwards, away from the picture's middle
         \     |   /
          `.____|.'           its right border: the second disc, clip * radius further left

The kernel lies as light falls from behind the focus plane, for a pixel to the right of the
picture's middle: its outer side (+x) is cut, so the eye's sharp side points outwards and what is
left lies towards the middle. A renderer turns it by the pixel's angle about the middle, and by half
a turn in front of the focus plane.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitter.errors import FitError
from fitter.targets.coverage import polygon_coverage
from fitter.targets.curves import turned
from fitter.targets.outlines import CHORDS, circle
from fitter.targets.source import delta, normalised

Float64 = NDArray[np.float64]

MOST_CLIP = 1.0  # the second disc's rim then passes the centre; 39 % of the disc is left
DUST = 1e-12  # areas below are what rounding leaves outside the outline, of either sign


@dataclass(frozen=True)
class CatEye:
    """What two discs of the radius share: one about the centre, one clip * radius towards -x.

    clip: 0 (a disc) … 1 (as wide as the radius). rotation: degrees clockwise. The centre is the
    first disc's, not the area's: a ray through the lens's middle stays where it is. Raises FitError
    for other clips.
    """

    clip: float = 0.0
    rotation: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.clip <= MOST_CLIP:
            raise FitError(
                f"--clip: {self.clip:g}, of the radius, 0 (a disc) to {MOST_CLIP:g} expected. "
                f"Give another --clip"
            )

    def reach_px(self, radius_px: float) -> float:
        """Return the outline's farthest coordinate."""
        return float(np.abs(self._outline()).max()) * radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the exact area in each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        area = polygon_coverage(self._outline() * radius_px, half_px)
        return normalised(np.where(area > DUST, area, 0.0))

    def describe(self) -> dict[str, Any]:
        """Return the name and parameters."""
        return {"shape": "cat-eye", **asdict(self)}

    def _outline(self) -> Float64:
        """Return the outline [V, 2] at radius 1."""
        return turned(_eye(self.clip), self.rotation)


@dataclass(frozen=True)
class CatEyes:
    """Cat's eyes over how much is clipped, for a bank of radius × clip."""

    rotation: float = 0.0
    axis = ("clip", "of the radius")

    def at(self, value: float) -> CatEye:
        """Return the eye of a clip, 0 … 1."""
        return CatEye(value, self.rotation)

    def carry(self, offsets: Float64, start: float, end: float, radius_px: float) -> Float64:
        """Return offsets moved as the eye narrows: along x as it does, and along y."""
        upright = turned(offsets.reshape(-1, 2), -self.rotation) * (_size(end) / _size(start))
        return turned(upright, self.rotation).reshape(offsets.shape)

    def describe(self) -> dict[str, Any]:
        """Return what all clips share."""
        return {"shape": "cat-eye", "rotation": self.rotation}


def _eye(clip: float) -> Float64:
    """Return the outline [V, 2] at radius 1, clockwise on screen: right side, then left."""
    if clip == 0:
        return circle()
    corner = np.arccos(clip / 2)  # of the second disc's rim, seen from that disc's middle
    side = np.linspace(-corner, corner, CHORDS // 2 + 1)
    # Chords are pushed out until they enclose what the rim does, as in `circle`.
    step = 2 * corner / (CHORDS // 2)
    right = np.stack((np.cos(side), np.sin(side)), axis=1)
    right[1:-1] *= np.sqrt(step / np.sin(step))
    right[:, 0] -= clip
    left = right[1:-1][::-1] * (-1, 1) - (clip, 0)
    return np.concatenate((right, left))


def _size(clip: float) -> Float64:
    """Return an eye's width and height, at radius 1."""
    return np.array([2 - clip, 2 * np.sqrt(1 - clip**2 / 4)])
