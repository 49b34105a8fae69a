"""Kernels that are hard to fit: camera shake, a line one pixel wide, a single pixel."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitter.targets.coverage import polygon_coverage, triangles_light
from fitter.targets.curves import stroke_sides, through, turned
from fitter.targets.source import delta, normalised

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class Shake:
    """The track of a point while a hand-held shutter is open.

    A mass on a spring and a damper, pushed at random: it drifts, hesitates and turns. Every moment
    gives the same light, so the track is bright where it is slow; where it meets itself, light adds
    up. track: 0 or more, the seed of its randomness; width: of the pen as a part of the radius;
    rotation: degrees clockwise. The middle of the light is the centre, the farthest point of the
    pen lies at the radius.
    """

    track: int = 0
    width: float = 0.1
    rotation: float = 0.0

    def reach_px(self, radius_px: float) -> float:
        """Return the farthest coordinate."""
        return float(np.abs(self._triangles()).max()) * radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the light in each pixel, exactly, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        corners = self._triangles() * radius_px
        light = np.ones(len(corners))
        return normalised(triangles_light(corners, light, half_px).clip(min=0))

    def describe(self) -> dict[str, Any]:
        """Return the name and parameters."""
        return {"shape": "shake", **asdict(self)}

    def _triangles(self) -> Float64:
        return turned(_track(self.track, self.width), self.rotation)


STEPS = 24  # pushes while the shutter is open: about 8 a tremor
SPRING, DAMPER, PUSH = 0.06, 0.25, 1.0  # a step: found by looking for tracks that wander


@lru_cache(maxsize=64)
def _track(track: int, width: float) -> Float64:
    """Return the triangles [T, 3, 2] of a track at radius 1, of equal light each."""
    pushes = np.random.default_rng(track).normal(0, PUSH, (STEPS, 2))
    place, speed, places = np.zeros(2), pushes[0], []
    for push in pushes:
        speed = (1 - DAMPER) * speed - SPRING * place + push
        place = place + speed
        places.append(place)
    line = through(*map(tuple, places))
    line = line - line.mean(axis=0)
    line *= (1 - width / 2) / np.linalg.norm(line, axis=1).max()
    left, right = stroke_sides(line, np.full(len(line), width / 2))
    fans = ((left[:-1], left[1:], right[1:]), (left[:-1], right[1:], right[:-1]))
    corners = np.concatenate([np.stack(fan, axis=1) for fan in fans])
    corners -= corners.mean(axis=(0, 1))  # each triangle's middle is that of its corners
    return corners / np.linalg.norm(corners, axis=2).max()


@dataclass(frozen=True)
class Line:
    """A line of length 2 r, one pixel wide at every radius; rotation: degrees clockwise from +x."""

    rotation: float = 0.0

    def reach_px(self, radius_px: float) -> float:
        """Return the farthest coordinate; at radius 0 that of its pixel."""
        return float(np.abs(self._corners(radius_px)).max())

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the exact area in each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        return normalised(polygon_coverage(self._corners(radius_px), half_px).clip(min=0))

    def describe(self) -> dict[str, Any]:
        """Return the name and turn."""
        return {"shape": "line", **asdict(self)}

    def _corners(self, radius_px: float) -> Float64:
        half = max(radius_px, 0.5)
        box = np.array([(-half, -0.5), (half, -0.5), (half, 0.5), (-half, 0.5)])
        return turned(box, self.rotation)


@dataclass(frozen=True)
class Pixel:
    """A single pixel at every radius: the kernel that changes nothing."""

    def reach_px(self, radius_px: float) -> float:
        """Return half a pixel."""
        return 0.5

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return a delta."""
        return delta(half_px)

    def describe(self) -> dict[str, Any]:
        """Return the name."""
        return {"shape": "pixel"}
