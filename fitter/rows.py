"""The second axis of a bank as a fit sees it: rows of knots, and what stands between them.

A place counts rows: 2 is the third knot of the axis, 2.5 the middle of the way to the fourth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fitter.cascade import Cascades
from fitter.targets import Source, half_size_px
from fitter.targets.family import PROBE_PX, Family

PROBES_PX = np.array([(PROBE_PX, 1.0), (3.0, PROBE_PX)])  # taps that tell whether a row comes back


@dataclass(frozen=True)
class Second:
    """A bank's second axis. values: its knots, increasing."""

    family: Family
    values: tuple[float, ...]


@dataclass(frozen=True)
class Alone:
    """The family of a bank without a second axis: one source, whatever the value."""

    source: Source
    axis = ("none", "")

    def at(self, value: float) -> Source:
        """Return the source."""
        return self.source

    def carry(
        self, offsets: NDArray[np.float64], start: float, end: float, radius_px: float
    ) -> NDArray[np.float64]:
        """Return the offsets."""
        return offsets

    def describe(self) -> dict[str, Any]:
        """Return the source's description."""
        return self.source.describe()


class Rows:
    """The rows that are fitted.

    An axis whose taps are carried back onto themselves, such as a whole turn, is closed: its last
    knot is its first again and is not fitted, and the first row has the last but one beside it.
    """

    def __init__(self, second: Second) -> None:
        self.family, self.values = second.family, second.values
        self.closed = len(self.values) > 2 and self._comes_back()
        self.count = len(self.values) - self.closed
        self._sources: dict[float, Source] = {}

    def source(self, place: float) -> Source:
        """Return the target at a place."""
        if place not in self._sources:
            value = float(np.interp(place, range(len(self.values)), self.values))
            self._sources[place] = self.family.at(value)
        return self._sources[place]

    def carry(self, cascades: Cascades, start: int, end: int, radius_px: float) -> Cascades:
        """Return cascades of one row moved towards another's."""
        offsets = cascades.offsets.double().cpu().numpy()
        moved = self.family.carry(offsets, self.values[start], self.values[end], radius_px)
        return replace(cascades, offsets=torch.from_numpy(moved).to(cascades.offsets))

    def groups(self) -> list[Tensor]:
        """Return the rows in two sets, so that a set's neighbours lie in the other one."""
        sets = [torch.arange(first, self.count, 2) for first in (0, 1)]
        return [rows for rows in sets if len(rows)]

    def beside(self, rows: Tensor, step: int) -> Tensor:
        """Return the rows one step (-1 or 1) on; at an open end a row is its own neighbour."""
        if self.closed:
            return (rows + step) % self.count
        return (rows + step).clamp(0, self.count - 1)

    def between(self, rows: Tensor, step: int, part: float) -> list[float]:
        """Return the places `part` of the way from the rows beside to the rows themselves."""
        away = (1 - part) * step
        if self.closed:
            return [place % self.count for place in (rows + away).tolist()]
        ends = self.beside(rows, step) == rows
        return torch.where(ends, rows, rows + away).tolist()

    def _comes_back(self) -> bool:
        first, last = self.values[0], self.values[-1]
        if not np.allclose(self.family.carry(PROBES_PX, first, last, PROBE_PX), PROBES_PX):
            return False
        sources = self.family.at(first), self.family.at(last)
        half = max(half_size_px(source, PROBE_PX) for source in sources)
        one, other = (source.draw(PROBE_PX, half) for source in sources)
        return bool(np.allclose(one, other, atol=1e-9))


def places(rows: Tensor) -> Sequence[float]:
    """Return the places of the rows themselves."""
    return [float(row) for row in rows]
