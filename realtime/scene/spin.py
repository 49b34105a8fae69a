"""A rigid turn at an even speed: how a scene's wheels move."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from realtime.errors import SceneError
from realtime.math3d import Matrix, normalized, vector
from realtime.scene.camera import Vec3

if TYPE_CHECKING:
    from realtime.scene.table import Table


@dataclass(frozen=True)
class Spin:
    """A turn about a line in the world, by the right-hand rule; at time 0 nothing is turned.

        axis (thumb) ^  ,-> fingers: the way things go
                     | /
            about_m  o      any point of the line

    axis: any length, kept at length 1. Equal spins move as one body. Raises SceneError for an axis
    without a direction, and for numbers that are not finite.
    """

    axis: Vec3
    turns_per_second: float
    about_m: Vec3 = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        for name in ("axis", "about_m"):
            value = vector(getattr(self, name))
            if value.shape != (3,) or not np.isfinite(value).all():
                _refuse(name, getattr(self, name), "3 finite numbers")
            object.__setattr__(self, name, tuple(value.tolist()))
        if not math.isfinite(self.turns_per_second):
            _refuse("turns_per_second", self.turns_per_second, "a finite number")
        if not any(self.axis):
            _refuse("axis", self.axis, "a direction, not all 0")
        object.__setattr__(self, "axis", tuple(normalized(self.axis).tolist()))

    def pose(self, time_s: float) -> Matrix:
        """Return the matrix, float64, from where the body's points are at time 0 to where at this.

        Whole turns are left out before the angle is rounded, so that it stays exact for hours.
        """
        angle = 2 * math.pi * math.remainder(self.turns_per_second * time_s, 1.0)
        x, y, z = self.axis
        across = np.array(((0, -z, y), (z, 0, -x), (-y, x, 0)))  # Rodrigues' formula
        turn = np.eye(3) + math.sin(angle) * across + (1 - math.cos(angle)) * across @ across
        matrix = np.eye(4)
        matrix[:3, :3] = turn
        matrix[:3, 3] = vector(self.about_m) - turn @ vector(self.about_m)
        return matrix

    def at(self, point_m: Vec3, time_s: float) -> Vec3:
        """Return where a point of the body is at a time, from where it is at time 0."""
        return tuple((self.pose(time_s) @ (*point_m, 1.0))[:3].tolist())


def spin_of(table: "Table", position_m: Vec3) -> Spin | None:
    """Read the `spin` of an object; None where it has none, or one of no turns a second.

    position_m: of the object, about which it turns unless the file says otherwise.
    """
    given = table.has("spin")
    reader = table.table("spin", {})
    if not given:
        return None
    axis = reader.vector("axis", 3)
    if not any(axis):
        reader.refuse("axis", list(axis), "a direction, not all 0")
    turns_per_second = reader.number("turns_per_second")
    about_m = reader.vector("about_m", 3, position_m)
    reader.finish()
    return Spin(axis, turns_per_second, about_m) if turns_per_second else None


def _refuse(name: str, value: object, expected: str) -> None:
    raise SceneError(f"spin {name}: {value}, {expected} expected. Change it in the scene")
