"""Shapes: outlines filled exactly, and the Gaussian."""

from dataclasses import asdict, dataclass
from math import erf, sqrt
from typing import Any

import numpy as np

from fitter.targets import outlines
from fitter.targets.coverage import polygon_coverage
from fitter.targets.source import Float64, delta, normalised

DUST = 1e-12  # areas below are what rounding leaves outside the outline, of either sign


@dataclass(frozen=True)
class Outline:
    """Base of the shapes that are an outline, filled, less a hole."""

    def outer(self) -> Float64:
        """Return the outline at radius 1 (see `outlines`)."""
        raise NotImplementedError

    def hole(self) -> Float64 | None:
        """Return the outline of what is cut out, or None."""
        return None

    def reach_px(self, radius_px: float) -> float:
        """Return the outline's farthest coordinate."""
        return float(np.abs(self.outer()).max()) * radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the exact area in each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        area = polygon_coverage(self.outer() * radius_px, half_px)
        if (hole := self.hole()) is not None:
            area = area - polygon_coverage(hole * radius_px, half_px)
        return normalised(np.where(area > DUST, area, 0.0))

    def describe(self) -> dict[str, Any]:
        """Return the shape's name and parameters."""
        return {"shape": type(self).__name__.lower(), **asdict(self)}


@dataclass(frozen=True)
class Disk(Outline):
    """A disc."""

    def outer(self) -> Float64:
        """Return a circle."""
        return outlines.circle()


@dataclass(frozen=True)
class Ring(Outline):
    """A disc with a hole; inner: the hole's radius as a part of the outer one, 0 … 1."""

    inner: float = 0.6

    def outer(self) -> Float64:
        """Return a circle."""
        return outlines.circle()

    def hole(self) -> Float64 | None:
        """Return the inner circle."""
        return outlines.circle() * self.inner


@dataclass(frozen=True)
class Polygon(Outline):
    """A regular polygon, as an iris of straight or curved blades makes it.

    sides: at least 3; rotation: degrees clockwise from one vertex on top; curvature: 0 … 1.
    """

    sides: int = 6
    rotation: float = 0.0
    curvature: float = 0.0

    def outer(self) -> Float64:
        """Return the polygon."""
        return outlines.polygon(self.sides, self.rotation, self.curvature)


@dataclass(frozen=True)
class Star(Outline):
    """A star.

    points: at least 2; inner: radius of the notches as a part of the outer one; rotation: degrees
    clockwise from one point on top.
    """

    points: int = 5
    inner: float = 0.4
    rotation: float = 0.0

    def outer(self) -> Float64:
        """Return the star."""
        return outlines.star(self.points, self.inner, self.rotation)


@dataclass(frozen=True)
class Heart(Outline):
    """A heart; rotation: degrees clockwise from upright."""

    rotation: float = 0.0

    def outer(self) -> Float64:
        """Return the heart."""
        return outlines.heart(self.rotation)


# A disc of radius r and a Gaussian of sigma r / 2 spread light equally far: both have the variance
# r² / 4 along each axis. So a radius means the same amount of blur whichever shape draws it.
SIGMA_PER_RADIUS = 0.5
TAIL_SIGMAS = 4.0  # the Gaussian is cut there: 6e-5 of its weight lies outside, per axis


@dataclass(frozen=True)
class Gaussian:
    """A Gaussian of sigma = radius / 2, averaged over each pixel, cut at 4 sigma."""

    def reach_px(self, radius_px: float) -> float:
        """Return 4 sigma."""
        return TAIL_SIGMAS * SIGMA_PER_RADIUS * radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the average over each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        sigma = SIGMA_PER_RADIUS * radius_px
        edges = (np.arange(2 * half_px + 2) - half_px - 0.5).clip(
            -self.reach_px(radius_px), self.reach_px(radius_px)
        )
        steps = np.diff([erf(edge / (sigma * sqrt(2))) for edge in edges])
        return normalised(np.outer(steps, steps))

    def describe(self) -> dict[str, Any]:
        """Return the name and how the radius is meant."""
        return {"shape": "gaussian", "sigma_per_radius": SIGMA_PER_RADIUS}
