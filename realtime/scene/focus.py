"""Where a lens is focused: on an object by its name, and smoothly when that changes."""

import difflib
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from realtime.errors import LensError, SceneError
from realtime.math3d import transformed
from realtime.scene.camera import Vec3

if TYPE_CHECKING:
    from realtime.scene.model import Object
    from realtime.scene.spin import Spin

FEW = 8  # names that are listed where nothing is near
ARRIVED_PER_M = 1e-5  # dioptres: for any lens far less than a pixel of CoC


class Autofocus:
    """Follows a focus distance without jumps: exponentially in dioptres, 1 / distance.

    Blur is linear in dioptres, so a pull looks even, infinity is a place like any other, and
    nothing overshoots. After `time_constant_s` 63 % of the way is done, after three times that
    95 %, however many frames it took; 0 follows at once. Raises LensError for a constant below 0.
    """

    def __init__(self, time_constant_s: float = 0.15) -> None:
        if not (math.isfinite(time_constant_s) and time_constant_s >= 0):
            raise LensError(
                f"autofocus time_constant_s: {time_constant_s:g}, a finite number from 0 up "
                f"expected. Change it"
            )
        self.time_constant_s = time_constant_s
        self._dioptres: float | None = None  # None: not focused yet

    def update(self, target_distance_m: float, dt_s: float) -> float:
        """Return the focus distance `dt_s` after the last call, m; the first call's is the target.

        The target may be inf. Raises LensError for one that is not before the camera, and for time
        that runs backwards; the focus then stays where it is.
        """
        if not target_distance_m > 0:  # NaN fails too
            raise LensError(
                f"autofocus target: {target_distance_m:g} m, a distance before the camera "
                f"expected. Focus elsewhere"
            )
        if not dt_s >= 0:
            raise LensError(f"autofocus dt_s: {dt_s:g}, a time from 0 up expected. Change it")
        target = 1 / target_distance_m
        if self._dioptres is None or self.time_constant_s == 0:
            self._dioptres = target
        else:
            left = math.exp(-dt_s / self.time_constant_s)
            self._dioptres = target + (self._dioptres - target) * left
        if abs(self._dioptres - target) < ARRIVED_PER_M:
            self._dioptres = target
            return target_distance_m
        return 1 / self._dioptres

    def reset(self) -> None:
        """Forget the focus: the next update jumps, as after a cut."""
        self._dioptres = None


def middle_of(objects: Iterable["Object"], name: str, what: str = "focus_on") -> Vec3:
    """Return the middle of the box round everything of that name, in the world at time 0.

    what: for the message. Raises SceneError, with near names, where there is no such object.
    """
    objects = tuple(objects)
    found = [item for item in objects if name and item.name == name]
    if not found:
        _refuse(what, name, sorted({item.name for item in objects if item.name}))
    corners = np.concatenate([_corners(item) for item in found])
    return tuple(((corners.min(axis=0) + corners.max(axis=0)) / 2).tolist())


def spin_of_named(objects: Iterable["Object"], name: str) -> "Spin | None":
    """Return how everything of that name moves; None where it is still or moves in several ways."""
    spins = {item.spin for item in objects if item.name == name}
    return spins.pop() if len(spins) == 1 else None


def _corners(item: "Object") -> np.ndarray:
    """The 8 corners of the mesh's box in the world, [8, 3]."""
    low, high = item.mesh.bounds
    pick = np.indices((2, 2, 2)).reshape(3, 8).T
    return transformed(item.world, np.where(pick, high, low))


def _refuse(what: str, name: str, names: list[str]) -> None:
    near = difflib.get_close_matches(name, names, n=3)
    if near:
        advice = f"Did you mean {' or '.join(near)}?"
    elif names:
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        advice = f"There are {', '.join(names[:FEW])}{more}"
    else:
        advice = "No object has a name: give one, or a focus distance"
    raise SceneError(f"{what}: {name!r}, the name of an object expected. {advice}")
