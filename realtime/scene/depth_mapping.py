"""What a window depth says about distance, whatever the projection.

q = x + y · depth        1 / distance [1/m] with perspective, the distance [m] itself without
"""

import math
from dataclasses import dataclass

from realtime.errors import SceneError
from realtime.scene.lens import ThinLens


@dataclass(frozen=True)
class DepthMapping:
    """q = x + y · depth: the distance along the view axis [m] if `is_linear`, else 1 over it.

    Depth is the window's, 0 … 1. sky: the depth where nothing was drawn; 0 if depth is reversed.
    """

    x: float
    y: float
    is_linear: bool = False
    sky: float = 1.0

    @classmethod
    def perspective(
        cls, near_m: float, far_m: float = math.inf, is_reversed: bool = False
    ) -> "DepthMapping":
        """Return that of a frustum; far_m may be inf. Reversed: near is 1, far and the sky 0.

        Raises SceneError unless 0 < near_m < far_m.
        """
        if not 0 < near_m < far_m:  # NaN fails too
            _refuse(near_m, far_m, "0 < near_m < far_m")
        return cls._between(1 / near_m, 1 / far_m, False, is_reversed)

    @classmethod
    def orthographic(cls, near_m: float, far_m: float, is_reversed: bool = False) -> "DepthMapping":
        """Return that of a box, in which depth is linear. Raises SceneError as `perspective`."""
        if not 0 < near_m < far_m < math.inf:
            _refuse(near_m, far_m, "0 < near_m < far_m, finite")
        return cls._between(near_m, far_m, True, is_reversed)

    @classmethod
    def _between(
        cls, near: float, far: float, is_linear: bool, is_reversed: bool
    ) -> "DepthMapping":
        """near, far: q where depth is that of the near and of the far plane."""
        if is_reversed:
            return cls(far, near - far, is_linear, sky=0.0)
        return cls(near, far - near, is_linear, sky=1.0)

    @property
    def away(self) -> float:
        """1 where a larger depth is farther, -1 where it is nearer (reversed)."""
        return 1.0 if self.sky > 0 else -1.0

    @property
    def sky_q(self) -> float:
        """Q of the sky: that of infinity, without perspective that of the far plane."""
        return max(self.x + self.y * self.sky, 0.0) if self.is_linear else 0.0

    def is_sky(self, depth: float) -> bool:
        """Whether nothing was drawn there."""
        return (self.sky - depth) * self.away <= 0

    def distance_m(self, depth: float) -> float:
        """Distance along the view axis.

        The sky is at infinity; without perspective it is at the far plane, see `coc_coefficients`.
        """
        q = self.x + self.y * depth
        if self.is_linear:
            return q
        return math.inf if self.is_sky(depth) or q <= 0 else 1 / q

    def coc_coefficients(self, lens: ThinLens) -> tuple[float, float]:
        """(c, e) of the CoC radius as a fraction of picture height: `c + e · q`. No limits.

        With perspective a - b / d, so (a, -b), and the sky has c. Without, rays that meet in a
        point of the focus plane s spread evenly on both sides of it (the lens is telecentric):
        a · (d - s) / s, which is equal to first order at s. So (-a, a / s), the sky has the CoC of
        the far plane, and focused at infinity all is sharp. What a picture shows in m plays no
        part: the CoC is a fraction of it.
        """
        a, b = lens.coc_coefficients
        return (-a, a / lens.focus_distance_m) if self.is_linear else (a, -b)


def _refuse(near_m: float, far_m: float, expected: str) -> None:
    raise SceneError(
        f"depth near_m, far_m: {near_m:g}, {far_m:g}, {expected} expected. Change them"
    )
