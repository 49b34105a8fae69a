"""Taps on straight lines that bend at few places: a layer as numbers in its shader's source.

    dx, px |                  o      a tap's number is start + sum of slope_k · max(x - from_k, 0):
           |           o             each *hinge* k turns the line once, from from_k on
           |    o
           |  o                      x: the pixel's place in knots, or the value on the axis, such
           o-o----------------- x    as a radius in px, whichever has fewer bends

No table is read then: a record is some multiply-adds in place of fetches. But a program is made for
the numbers of one bank, where one that reads texels does for every bank of its shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realtime.bank import Bank
from realtime.gl.orbits import SAME_PX, SAME_WEIGHT, Orbits

Float64 = NDArray[np.float64]

# A record takes up to 3 multiply-adds a hinge, and a tap 6 others: 24 at 5 bends. A table's tap is
# 1.75 fetches, and in the time of those a GPU of 16 multiply-adds a fetch does 28; most do more.
# That is reckoned. Measured on llvmpipe, times what constants take: 1.24 at 3 bends, 1.28 at 4,
# 1.31 at 5, 1.41 at 8; tables 1.9.
MOST_BENDS = 5


@dataclass(frozen=True, eq=False)
class Line:
    """Functions of one number x with their bends in common.

    hinges: [H], x where slopes change, increasing; the first is where the line begins. start: [C],
    the values up to there. slopes: [C, H], what each hinge adds. Who reads it holds x at its end.
    """

    hinges: Float64
    start: Float64
    slopes: Float64

    @classmethod
    def through(cls, x: Float64, values: Float64) -> "Line":
        """Return the one through values [C, N] at x [N], increasing, two or more."""
        slopes = np.diff(values) / np.diff(x)
        return cls(x[:-1], values[:, 0], np.diff(slopes, prepend=0.0))

    @property
    def bends(self) -> int:
        """How many times it turns on its way."""
        return len(self.hinges) - 1


@dataclass(frozen=True, eq=False)
class Bends:
    """A layer's orbits as a line.

    line: dx, dy [px] and weight of each orbit's first tap, one orbit after the other. along: what
    it is a function of, as a line over the place in knots; None: that place itself.
    """

    orbits: Orbits
    line: Line
    along: Line | None

    @property
    def defines(self) -> dict[str, int | str]:
        """The numbers that shaders/inc/bends.glsl is made for."""
        hinges = enumerate(self.line.hinges)
        return {
            "HINGES": len(self.line.hinges),
            "ALONG": "at" if self.along is None else _along(self.along),
            "SET_HINGES": " ".join(f"HINGE({k}, {_literal(x)})" for k, x in hinges),
            "RECORDS": " ".join(self._records()),
        }

    def _records(self) -> Iterator[str]:
        numbers = map(_number, self.line.start, self.line.slopes)
        for kind, x, y, weight in zip(self.orbits.kinds, *[numbers] * 3, strict=True):
            yield f"RECORD({kind}, {x}, {y}, {weight})"


def is_straight(bank: Bank) -> bool:
    """Return whether a bank was fitted for straight lines, and so for programs of its own.

    Others may have few bends by chance, as those of few knots have; but they may also be exchanged
    for others of their shape while they are looked at, which then should find programs.
    """
    fit = bank.target.get("fit")
    return isinstance(fit, Mapping) and "straight" in fit


def find_bends(orbits: Orbits, knots: Sequence[float]) -> Bends | None:
    """Return a layer as lines, or None where it has two axes, one knot or too many bends for that.

    knots: the values on its axis.
    """
    rows, columns = orbits.weights.shape[1:]
    if rows > 1 or columns < 2:
        return None
    values = np.concatenate([orbits.offsets[:, 0], orbits.weights[:, 0, :, None]], axis=-1)
    values = np.moveaxis(values, 2, 1).reshape(-1, columns)  # [3 R, A0]
    within = np.tile([SAME_PX, SAME_PX, SAME_WEIGHT], len(orbits.kinds))
    places, at = np.arange(float(columns)), np.array(knots, np.float64)
    by_place, by_value = (_straightened(x, values, within) for x in (places, at))
    if by_place.bends <= by_value.bends:
        found = Bends(orbits, by_place, None)
    else:
        found = Bends(orbits, by_value, Line.through(places, at[None]))
    return found if found.line.bends <= MOST_BENDS else None


def _straightened(x: Float64, values: Float64, within: Float64) -> Line:
    """Return a line through as few of the values [C, N] as keep it `within` [C] of all others.

    From each knot the way goes on to the farthest that a straight one leads to.
    """
    kept = [0]
    while kept[-1] < len(x) - 1:
        first = kept[-1]
        ends = range(len(x) - 1, first, -1)
        kept.append(next(end for end in ends if _is_straight(x, values, within, first, end)))
    return Line.through(x[kept], values[:, kept])


def _is_straight(x: Float64, values: Float64, within: Float64, first: int, end: int) -> bool:
    part = (x[first : end + 1] - x[first]) / (x[end] - x[first])
    chord = np.outer(values[:, first], 1 - part) + np.outer(values[:, end], part)
    return bool((np.abs(chord - values[:, first : end + 1]) <= within[:, None]).all())


def _number(start: float, slopes: Float64) -> str:
    """One number of a tap in GLSL; what does not change it is left out."""
    turns = [f" BEND({k}, {_literal(slope)})" for k, slope in enumerate(slopes) if slope]
    return _literal(start) + "".join(turns)


def _along(line: Line) -> str:
    """The value at a place, in GLSL."""
    turns = zip(line.hinges, line.slopes[0], strict=True)
    return _literal(line.start[0]) + "".join(
        f" RISE({_literal(knot)}, {_literal(slope)})" for knot, slope in turns if slope
    )


def _literal(value: float) -> str:
    """The fewest digits that are this number in a float32."""
    return str(np.float32(value))
