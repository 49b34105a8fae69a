"""Outlines that an iris may have, filled: polygons of straight or curved blades, stars, hearts.

They are what `diskblur-fit bake --shape` knows under the same names, so that a drawing can be
compared with an exact target; the two halves share no code, a test compares them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realtime.view.make.brush import Place

KINDS = ("polygon", "star", "heart")
CHORDS = 720  # of a curved outline
FINER = 4  # lines a pixel that its coverage is measured along
MIDDLE = (0.5, 0.5)


@dataclass(frozen=True)
class Shape:
    """An outline. count: blades of a polygon, points of a star. rotation_deg: clockwise.

    curvature: of a polygon's blades, 0 straight … 1 a circle. inner: radius of a star's notches
    over that of its points. diameter: of the circle through the farthest points, of the canvas.
    """

    kind: str = "polygon"
    count: int = 6
    curvature: float = 0.0
    inner: float = 0.4
    rotation_deg: float = 0.0
    diameter: float = 0.9

    def outline(self) -> NDArray[np.float64]:
        """Return [V, 2] (x, y), +y down, at radius 1 around the middle; a vertex is on top."""
        make = {"polygon": self._polygon, "star": self._star, "heart": _heart}[self.kind]
        turn = np.radians(self.rotation_deg)
        matrix = [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
        return make() @ np.array(matrix)  # rows: angles grow clockwise as +y is down

    def light(self, side: int, middle: Place = MIDDLE) -> NDArray[np.float32]:
        """Return it filled, [side, side], 0 … 1; middle: where on the canvas."""
        return filled(self.outline() * (self.diameter / 2) + middle, side)

    def _polygon(self) -> NDArray[np.float64]:
        per_blade = CHORDS // self.count if self.curvature else 1
        angle = np.arange(self.count * per_blade) * (2 * np.pi / (self.count * per_blade))
        half = np.pi / self.count
        straight = np.cos(half) / np.cos(np.mod(angle, 2 * half) - half)
        return _polar((1 - self.curvature) * straight + self.curvature, angle)

    def _star(self) -> NDArray[np.float64]:
        corner = np.arange(2 * self.count)
        return _polar(np.where(corner % 2, self.inner, 1.0), corner * (np.pi / self.count))


def filled(outline: NDArray[np.float64], side: int) -> NDArray[np.float32]:
    """Return how much of each pixel is within; outline: [V, 2] (x, y), shares of the canvas.

    Exact along each of the lines that lie FINER to a pixel. Where an outline goes down, all to the
    right of it is taken away, where it goes up, added: clockwise ones hold what is within.
    """
    begin = outline * side
    end = np.roll(begin, -1, axis=0)
    lines = (np.arange(side * FINER) + 0.5) / FINER
    is_below = begin[:, 1, None] <= lines, end[:, 1, None] <= lines
    edge, line = np.nonzero(is_below[0] != is_below[1])
    along = (lines[line] - begin[edge, 1]) / (end[edge, 1] - begin[edge, 1])
    x = (begin[edge, 0] + along * (end[edge, 0] - begin[edge, 0])).clip(0, side)
    column = np.minimum(x.astype(int), side - 1)
    sign = np.where(begin[edge, 1] > end[edge, 1], 1.0, -1.0)
    change = np.zeros((side * FINER, side + 1))
    right = column + 1 - x  # of the pixel that the outline goes through, how much lies to its right
    np.add.at(change, (line, column), sign * right)
    np.add.at(change, (line, column + 1), sign * (1 - right))
    covered = change.cumsum(axis=1)[:, :side].reshape(side, FINER, side).mean(axis=1)
    return covered.clip(0, 1).astype("f4")


def _polar(radius: NDArray, angle: NDArray) -> NDArray[np.float64]:
    """Angles from the top, clockwise."""
    return radius[:, None] * np.stack((np.sin(angle), -np.cos(angle)), axis=1)


def _heart() -> NDArray[np.float64]:
    """The classic curve of sines, about its area's middle."""
    t = np.arange(CHORDS) * (2 * np.pi / CHORDS)
    up = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    points = np.stack((16 * np.sin(t) ** 3, -up), axis=1)
    after = np.roll(points, -1, axis=0)
    cross = points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]
    points = points - ((points + after) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
    return points / np.linalg.norm(points, axis=1).max()
