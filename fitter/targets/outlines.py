"""Outlines of the analytic shapes, for radius 1: the farthest vertex lies at distance 1.

Each is [V, 2] (x, y), +y down, clockwise on screen, its centroid at the origin, so that blurring
with it does not move the picture.
"""

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

# At radius 256 px a circle of 4096 chords, its area corrected, is off by 5e-5 px at most.
CHORDS = 4096


def circle() -> Float64:
    """Return a circle; the chords are pushed out so that its area is exactly pi."""
    angle = np.arange(CHORDS) * (2 * np.pi / CHORDS)
    step = 2 * np.pi / CHORDS
    return _polar(np.full(CHORDS, np.sqrt(step / np.sin(step))), angle)


def polygon(sides: int, rotation_deg: float, curvature: float) -> Float64:
    """Return a regular polygon, one vertex on top before it is turned clockwise by rotation_deg.

    curvature: of its blades, 0 straight … 1 a circle (in between the radius is mixed).
    """
    per_side = max(1, CHORDS // sides) if curvature else 1
    count = sides * per_side
    angle = np.arange(count) * (2 * np.pi / count)
    from_middle = np.mod(angle, 2 * np.pi / sides) - np.pi / sides
    straight = np.cos(np.pi / sides) / np.cos(from_middle)
    radius = (1 - curvature) * straight + curvature
    return _polar(radius, angle - np.pi / 2 + np.radians(rotation_deg))


def star(points: int, inner: float, rotation_deg: float) -> Float64:
    """Return a star with one point on top; inner: radius of its notches as a part of the outer."""
    angle = np.arange(2 * points) * (np.pi / points)
    radius = np.where(np.arange(2 * points) % 2, inner, 1.0)
    return _polar(radius, angle - np.pi / 2 + np.radians(rotation_deg))


def heart(rotation_deg: float) -> Float64:
    """Return an upright heart, its point at the bottom, turned clockwise by rotation_deg."""
    t = np.arange(CHORDS) * (2 * np.pi / CHORDS)
    up = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    points = _centred(np.stack((16 * np.sin(t) ** 3, -up), axis=1))
    turn = np.radians(rotation_deg)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return points @ matrix.T / np.linalg.norm(points, axis=1).max()


def _polar(radius: Float64, angle: Float64) -> Float64:
    """Angles grow clockwise on screen, since +y is down."""
    return radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)


def _centred(points: Float64) -> Float64:
    """Move the area's centroid to the origin."""
    following = np.roll(points, -1, axis=0)
    cross = points[:, 0] * following[:, 1] - following[:, 0] * points[:, 1]
    return points - ((points + following) * cross[:, None]).sum(0) / (3 * cross.sum())
