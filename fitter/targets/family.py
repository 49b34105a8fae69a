"""Targets with a second parameter: one `Source` at each value of it.

    radius axis  ->   star r 2    star r 8     star r 16
    angle axis   |    turned 0    turned 0     turned 0
                 v    turned 9    turned 9     turned 9     degrees

The first axis of a bank is always the radius; the second is the family's own.
"""

from dataclasses import dataclass, replace
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

    def carry(self, offsets: Float64, start: float, end: float, radius_px: float) -> Float64:
        """Return offsets [..., 2] px of taps fitted at one value, moved towards another's.

        The fit starts there, so that taps keep their identity; the offsets themselves if nothing
        better is known. Offset 0 stays: the taps of every layer are moved alike.
        """
        ...

    def describe(self) -> dict[str, Any]:
        """Return what makes these targets, as JSON."""
        ...


def turned(shape: Any, angle_rad: float) -> Source:
    """Return a shape turned clockwise on screen from where it stands."""
    return replace(shape, rotation=shape.rotation + float(np.degrees(angle_rad)))


def check_turns(shape: Source, option: str) -> None:
    """Raise FitError for a shape that cannot be turned as the option asks."""
    if not hasattr(shape, "rotation"):
        name = shape.describe().get("shape", "target")
        raise FitError(
            f"{name}: no rotation, a shape that can be turned expected. Leave {option} out"
        )


@dataclass(frozen=True)
class Turning:
    """A shape that turns clockwise on screen; any with a field `rotation`, in degrees.

    The angle is in rad: that of `atan2(dy, dx)` where +y is down.
    """

    shape: Any
    axis = ("angle", "rad")

    def __post_init__(self) -> None:
        check_turns(self.shape, "--turn")

    def at(self, value: float) -> Source:
        """Return the shape turned by `value` rad from where it stands."""
        return turned(self.shape, value)

    def carry(self, offsets: Float64, start: float, end: float, radius_px: float) -> Float64:
        """Return the offsets turned."""
        cos, sin = np.cos(end - start), np.sin(end - start)
        return offsets @ np.array([[cos, sin], [-sin, cos]])

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
