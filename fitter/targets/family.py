"""Targets with a second parameter: one `Source` at each value of it.

    radius axis  ->   star r 2    star r 8     star r 16
    angle axis   |    turned 0    turned 0     turned 0
                 v    turned 9    turned 9     turned 9     degrees

The first axis of a bank is always the radius; the second is the family's own.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fitter.errors import FitError
from fitter.targets.source import Source, half_size_px

Float64 = NDArray[np.float64]

PROBE_PX = 12.0  # two shapes are the same if they are at this radius
MOST_FOLDS = 12  # symmetries of more folds are not looked for: such a shape is round at any radius
SAME = 1e-9


class Family(Protocol):
    """Sources along a second axis.

    axis: its name and unit, such as ("angle", "rad").
    """

    axis: tuple[str, str]

    def at(self, value: float) -> Source:
        """Return the target at a value of the axis."""
        ...

    def carry(self, start: float, end: float) -> Float64:
        """Return the 2 × 2 matrix that moves taps (dx, dy) fitted at one value towards another's.

        The fit starts there, so that taps keep their identity; the unit matrix if nothing better
        is known.
        """
        ...

    def describe(self) -> dict[str, Any]:
        """Return what makes these targets, as JSON."""
        ...


@dataclass(frozen=True)
class Turning:
    """A shape that turns clockwise on screen; any with a field `rotation`, in degrees.

    The angle is in rad: that of `atan2(dy, dx)` where +y is down.
    """

    shape: Any
    axis = ("angle", "rad")

    def __post_init__(self) -> None:
        if not hasattr(self.shape, "rotation"):
            name = self.shape.describe().get("shape", "target")
            raise FitError(
                f"{name}: no rotation, a shape that can be turned expected. Leave --turn out"
            )

    def at(self, value: float) -> Source:
        """Return the shape turned by `value` rad from where it stands."""
        return replace(self.shape, rotation=self.shape.rotation + float(np.degrees(value)))

    def carry(self, start: float, end: float) -> Float64:
        """Return the rotation."""
        cos, sin = np.cos(end - start), np.sin(end - start)
        return np.array([[cos, -sin], [sin, cos]])

    def period_rad(self) -> float:
        """Return the smallest turn that brings the shape back onto itself."""
        half = half_size_px(self.at(0), PROBE_PX) + 8
        first = self.at(0).draw(PROBE_PX, half)
        for folds in range(MOST_FOLDS, 1, -1):
            turned = self.at(2 * np.pi / folds).draw(PROBE_PX, half)
            if np.abs(turned - first).max() < SAME:
                return 2 * np.pi / folds
        return 2 * np.pi

    def describe(self) -> dict[str, Any]:
        """Return the shape's description and, in rad, the period a renderer takes angles by."""
        return {**self.shape.describe(), "period_rad": self.period_rad()}


@dataclass(frozen=True)
class Streak:
    """The track of a point that moves straight by ± radius while a shutter is open.

    It is what bilinear reads along it average to, integrated exactly; so at radius 0 a delta.
    rotation: degrees clockwise from +x. bias: -1 … 1, how much brighter its end at +x is than its
    middle; a shutter or a light that fades makes such streaks.
    """

    bias: float = 0.0
    rotation: float = 0.0

    def reach_px(self, radius_px: float) -> float:
        """Return the reach of its ends, and of the pixel that each read touches further on."""
        return float(np.abs(self._way()).max()) * radius_px + 1.0 - 1e-6 if radius_px > 0 else 0.0

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the kernel: two Gauss points a piece integrate its cubic exactly."""
        ends = _cuts(self._way() * radius_px)
        middle, wide = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
        kernel = np.zeros((2 * half_px + 1, 2 * half_px + 1))
        for side in (-1, 1):
            along = middle + side * wide / np.sqrt(3)
            light = wide / 2 * (1 + self.bias * along)
            _splat(kernel, along[:, None] * self._way() * radius_px, light)
        return kernel / kernel.sum()

    def describe(self) -> dict[str, Any]:
        """Return the name and parameters."""
        return {"shape": "streak", **asdict(self)}

    def _way(self) -> Float64:
        """Return the unit vector of its direction, without the dust of rounding."""
        turn = np.radians(self.rotation)
        return np.round([np.cos(turn), np.sin(turn)], 12)


def _cuts(way_px: Float64) -> Float64:
    """Return where the line from -way to way enters another pixel: -1 … 1 of the way."""
    cuts = [np.array([-1.0, 1.0])]
    for length in np.abs(way_px):
        whole = np.arange(-np.floor(length), np.floor(length) + 1)
        cuts.append(whole / length if length > 0 else whole[:0])
    return np.unique(np.concatenate(cuts).clip(-1, 1))


def _splat(kernel: Float64, points_px: Float64, light: Float64) -> None:
    """Add light [K] at points [K, 2] px from the centre, split between the four pixels around."""
    at = points_px + kernel.shape[0] // 2
    low = np.floor(at).astype(int)
    part = at - low
    for right in (0, 1):
        for below in (0, 1):
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - below - part[:, 1])
            row, column = low[:, 1] + below, low[:, 0] + right
            inside = share > 0
            np.add.at(kernel, (row[inside], column[inside]), (share * light)[inside])
