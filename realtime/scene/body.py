"""What turns as one, and what stands still: where all of it can ever be."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from realtime.math3d import transformed, vector
from realtime.scene.model import Object
from realtime.scene.spin import Spin

RIM_POINTS = 32  # of each rim; corners of a polygon drawn round the circle, 0.5 % outside of it


@dataclass(frozen=True)
class Body:
    """All objects of one spin, in the cylinder that they stay in.

    low_m, high_m: its ends along the axis, from `spin.about_m`. radius_m: about the axis.
    """

    spin: Spin
    low_m: float
    high_m: float
    radius_m: float

    @property
    def middle_m(self) -> np.ndarray:
        """Middle of the cylinder, [3]."""
        axis = vector(self.spin.axis)
        return vector(self.spin.about_m) + axis * (self.low_m + self.high_m) / 2

    @cached_property
    def rims_m(self) -> np.ndarray:
        """Points whose hull has the cylinder in it, [2 · RIM_POINTS, 3]."""
        axis = vector(self.spin.axis)
        aside = np.cross(axis, np.eye(3)[np.abs(axis).argmin()])
        aside /= np.linalg.norm(aside)
        turn = 2 * np.pi * np.arange(RIM_POINTS) / RIM_POINTS
        circle = np.outer(np.cos(turn), aside) + np.outer(np.sin(turn), np.cross(axis, aside))
        circle *= self.radius_m / math.cos(math.pi / RIM_POINTS)
        ends = [vector(self.spin.about_m) + axis * far for far in (self.low_m, self.high_m)]
        return np.concatenate([circle + end for end in ends])

    def hides_itself(self, eye_m: np.ndarray) -> bool:
        """Whether its near half is seen before its far half, which moves the other way.

        So a merry-go-round from the side, or a wheel edge-on; not a wheel that is looked at.
        """
        to_eye = np.asarray(eye_m) - self.middle_m
        along = abs(to_eye @ vector(self.spin.axis)) / max(np.linalg.norm(to_eye), 1e-9)
        tall = (self.high_m - self.low_m) * math.sqrt(max(1 - along**2, 0.0))
        return tall > self.radius_m * along


@dataclass(frozen=True)
class Contents:
    """All of a scene: what moves, and the corners of what does not, [N, 8, 3] in the world."""

    bodies: tuple[Body, ...]
    still_boxes_m: np.ndarray


def contents_of(objects: Sequence[Object]) -> Contents:
    """Tell what moves from what does not."""
    return Contents(bodies_of(objects), still_boxes_of(objects))


def still_boxes_of(objects: Iterable[Object]) -> np.ndarray:
    """Return the corners in the world of each object that does not move, [N, 8, 3]."""
    corners = [_corners(item) for item in objects if item.spin is None]
    return np.stack(corners) if corners else np.empty((0, 8, 3))


def _corners(item: Object) -> np.ndarray:
    low, high = item.mesh.bounds
    pick = np.indices((2, 2, 2)).reshape(3, 8).T
    return transformed(item.world, np.where(pick, high, low))


def bodies_of(objects: Iterable[Object]) -> tuple[Body, ...]:
    """Gather the objects that move, a body for each spin."""
    groups: dict[Spin, list[np.ndarray]] = {}
    for item in objects:
        if item.spin is not None:
            groups.setdefault(item.spin, []).append(_corners(item))
    return tuple(_body(spin, np.concatenate(parts)) for spin, parts in groups.items())


def _body(spin: Spin, points: np.ndarray) -> Body:
    axis = vector(spin.axis)
    from_middle = points - vector(spin.about_m)
    along = from_middle @ axis
    aside = np.linalg.norm(from_middle - along[:, None] * axis, axis=1)
    return Body(spin, float(along.min()), float(along.max()), float(aside.max()))
