"""Dozens of objects from one entry: lights on a string, things scattered, things in rows.

Each returns copies: where each one goes (a matrix put before the object's own placement) and its
colour, or None for the object's own.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from realtime.math3d import Matrix, placement, vector
from realtime.scene.model import Rgb
from realtime.scene.table import Table

MOST_COPIES = 10_000  # beyond it a mistyped count is likelier than a need


@dataclass(frozen=True, eq=False)
class Copy:
    """One copy of an object."""

    world: Matrix
    scale: float = 1.0
    color: Rgb | None = None


def copies_of(table: Table) -> list[Copy]:
    """Read the `string`, `scatter` or `grid` of an object; a single copy where there is none."""
    given = [name for name in REPEATS if table.has(name)]
    readers = {name: table.table(name, {}) for name in REPEATS}
    if not given:
        return [Copy(placement())]
    if len(given) > 1:
        table.refuse(given[1], "given", f"nothing beside {given[0]}", "Keep one of them")
    reader = readers[given[0]]
    copies = list(REPEATS[given[0]](reader))
    reader.finish()
    return copies


def _string(table: Table) -> Iterator[Copy]:
    """Lights on a cable that hangs from two points: a parabola, close to a catenary's shape."""
    start, end = vector(table.vector("from_m", 3)), vector(table.vector("to_m", 3))
    count, sag = table.count("count", high=MOST_COPIES), table.number("sag_m", 0.0)
    jitter = table.number("jitter_m", 0.0, low=0)
    colors = table.colors("colors", None)
    dice = np.random.default_rng(table.count("seed", 1))
    for at in range(count):
        t = (at + 0.5) / count
        drop = np.array((0, 4 * sag * t * (1 - t), 0))
        place = start + (end - start) * t - drop + dice.uniform(-jitter, jitter, 3)
        yield Copy(placement(place), color=colors[at % len(colors)] if colors else None)


def _scatter(table: Table) -> Iterator[Copy]:
    """Things at random in a box, each turned about y and scaled at random."""
    low, high = table.vector("min_m", 3), table.vector("max_m", 3)
    if np.any(np.subtract(high, low) < 0):
        table.refuse("max_m", list(high), f"nothing below min_m {list(low)}")
    count = table.count("count", high=MOST_COPIES)
    smallest, largest = table.vector("scale", 2, (1.0, 1.0))
    if not 0 < smallest <= largest:
        table.refuse("scale", [smallest, largest], "two numbers above 0, the smaller first")
    colors = table.colors("colors", None)
    tilt = table.number("tilt_deg", 0.0, low=0)
    dice = np.random.default_rng(table.count("seed", 1))
    for _ in range(count):
        turn = (dice.uniform(-tilt, tilt), dice.uniform(0, 360), dice.uniform(-tilt, tilt))
        yield Copy(
            placement(dice.uniform(low, high), turn),
            dice.uniform(smallest, largest),
            colors[dice.integers(len(colors))] if colors else None,
        )


def _grid(table: Table) -> Iterator[Copy]:
    """Rows, columns and storeys, `step_m` apart, centred on the object's own place."""
    given = table.vector("count", 3)
    counts = tuple(int(number) for number in given)
    if given != counts or min(counts) < 1 or math.prod(counts) > MOST_COPIES:
        found = table.values["count"]
        table.refuse("count", found, f"3 whole numbers from 1, {MOST_COPIES} copies at most")
    step = vector(table.vector("step_m", 3))
    colors = table.colors("colors", None)
    middle = (np.array(counts) - 1) / 2
    for number, at in enumerate(np.ndindex(counts)):
        color = colors[number % len(colors)] if colors else None
        yield Copy(placement((np.array(at) - middle) * step), color=color)


REPEATS: dict[str, Callable[[Table], Iterator[Copy]]] = {
    "string": _string,
    "scatter": _scatter,
    "grid": _grid,
}
