"""Curves that silhouettes are drawn with: all return [V, 2] (x, y), +y down."""

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Point = tuple[float, float]

CHORDS = 12  # a span of a spline: at radius 64 px a silhouette's chords are off by about 0.02 px
PEN = 20  # chords of a pen's round end
ROUND = 48  # chords of a circle; silhouettes are drawn, so it only has to look round


def through(*points: Point) -> Float64:
    """Return a smooth open curve through the points, its ends included (Catmull and Rom's)."""
    at = np.array(points, dtype=np.float64)
    at = np.concatenate((2 * at[:1] - at[1:2], at, 2 * at[-1:] - at[-2:-1]))
    before, begin, end, after = at[:-3], at[1:-2], at[2:-1], at[3:]
    t = (np.arange(CHORDS) / CHORDS)[:, None, None]
    slope, next_slope = (end - before) / 2, (after - begin) / 2
    curve = (
        (2 * t**3 - 3 * t**2 + 1) * begin
        + (t**3 - 2 * t**2 + t) * slope
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * next_slope
    )
    return np.concatenate((curve.transpose(1, 0, 2).reshape(-1, 2), at[-2:-1]))


def loop(*curves: Float64) -> Float64:
    """Join curves to one closed outline; each begins where the one before it ends."""
    return np.concatenate([curve[:-1] for curve in curves])


def rounded(*points: Point) -> Float64:
    """Return a smooth closed outline through the points."""
    wrapped = through(*points[-2:], *points, *points[:2])
    return wrapped[2 * CHORDS : -CHORDS - 1]


def ellipse(
    x: float, y: float, wide: float, high: float, turned_deg: float = 0.0, chords: int = ROUND
) -> Float64:
    """Return an ellipse of half axes `wide` and `high` about (x, y), turned clockwise."""
    angle = np.arange(chords) * (2 * np.pi / chords)
    points = np.stack((wide * np.cos(angle), high * np.sin(angle)), axis=1)
    return turned(points, turned_deg) + np.array([x, y])


def turned(points: Float64, degrees: float) -> Float64:
    """Turn points clockwise on screen about the origin."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return points @ np.array([[cos, sin], [-sin, cos]])


def mirrored(points: Float64) -> Float64:
    """Swap left and right."""
    return points * (-1, 1)


def stroke(line: Float64, widths: tuple[float, ...]) -> list[Float64]:
    """Return the outlines of a pen's stroke along an open line: its body and its two round ends.

    widths: of the pen, evenly along the line, at least two.
    """
    length = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))))
    half = np.interp(length / length[-1], np.linspace(0, 1, len(widths)), widths) / 2
    left, right = stroke_sides(line, half)
    body = np.concatenate((left, right[::-1]))
    # A little wider than the body's end, or the two would touch along a line without crossing.
    ends = [ellipse(*line[n], *[1.0001 * half[n]] * 2, 1.7, PEN) for n in (0, -1)]
    return [body, *ends]


def stroke_sides(line: Float64, half_width: Float64) -> tuple[Float64, Float64]:
    """Return the two sides [V, 2] of a pen of half_width [V] that follows a line [V, 2]."""
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    aside = half_width[:, None] * np.stack((-along[:, 1], along[:, 0]), axis=1)
    return line + aside, line - aside
