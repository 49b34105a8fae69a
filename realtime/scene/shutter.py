"""How long the camera looks for one picture."""

import math
from dataclasses import dataclass

import numpy as np

from realtime.errors import LensError


@dataclass(frozen=True)
class Shutter:
    """A shutter as film cameras have it: open for `angle_deg` / 360 of each frame.

    The time of a frame is the middle of the opening. angle_deg: 0 … 360; 180 is what cinema looks
    like, 0 stops all motion. fps: frames a second. Raises LensError for a shutter that cannot be.
    """

    angle_deg: float = 180.0
    fps: float = 24.0

    def __post_init__(self) -> None:
        if not 0 <= self.angle_deg <= 360:  # NaN fails too
            _refuse("angle_deg", self.angle_deg, "0 to 360")
        if not (math.isfinite(self.fps) and self.fps > 0):
            _refuse("fps", self.fps, "a finite number above 0")

    @property
    def open_s(self) -> float:
        """How long it is open for a frame."""
        return self.angle_deg / 360 / self.fps

    def ends(self, time_s: float) -> tuple[float, float]:
        """When it opens and closes for the frame of a time, s."""
        return time_s - self.open_s / 2, time_s + self.open_s / 2

    def times(self, time_s: float, count: int) -> np.ndarray:
        """Return the middles of `count` equal parts of the opening, [count], s."""
        return time_s + self.open_s * ((np.arange(count) + 0.5) / count - 0.5)


def _refuse(name: str, value: float, expected: str) -> None:
    raise LensError(f"shutter {name}: {value:g}, {expected} expected. Change the shutter")
