"""The times of the latest frames, in rings that are made once.

    value of frame n at n mod FRAMES and again FRAMES later, so that from the oldest on all lie in
    a row and can be drawn without a copy

Passes lie on top of each other: row s holds what all passes up to s take together.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

FRAMES = 240
MOST_PASSES = 24  # beyond, passes count as the rest
PERCENTILES = (50, 95, 99)


class Spread(NamedTuple):
    """Percentiles of the frames, ms."""

    p50: float
    p95: float
    p99: float


class FrameTimes:
    """Whole frames, and their passes. All in ms; the newest frame is the last."""

    def __init__(self) -> None:
        self.names: list[str] = []  # of passes, in the order in which they were first seen
        self._index: dict[str, int] = {}
        self._frames = np.zeros(2 * FRAMES, np.float32)
        self._tops = np.zeros((MOST_PASSES, 2 * FRAMES), np.float32)
        self._column = np.zeros(MOST_PASSES, np.float32)
        self._sorted = np.zeros(FRAMES, np.float32)
        self._count = 0

    def __len__(self) -> int:
        """How many there are, at most FRAMES."""
        return min(self._count, FRAMES)

    def add(self, frame_ms: float) -> None:
        """Note a frame; its passes may come later."""
        at = self._count % FRAMES
        self._frames[at] = self._frames[at + FRAMES] = frame_ms
        self._tops[:, at] = self._tops[:, at + FRAMES] = 0
        self._count += 1

    def add_passes(self, passes: Mapping[str, float], lag: int = 0) -> None:
        """Note the passes, ms, of the newest frame or of one `lag` before it."""
        if lag >= len(self):
            return
        column = self._column
        column[:] = 0
        for name, elapsed_ms in passes.items():
            index = self._row(name)
            if index is not None:
                column[index] += elapsed_ms
        np.cumsum(column, out=column)
        at = (self._count - 1 - lag) % FRAMES
        self._tops[:, at] = self._tops[:, at + FRAMES] = column

    def _row(self, name: str) -> int | None:
        """The row of a pass; None where there is no room left."""
        if name not in self._index and len(self.names) < MOST_PASSES:
            self._index[name] = len(self.names)
            self.names.append(name)
        return self._index.get(name)

    @property
    def frames(self) -> np.ndarray:
        """[len] float32, oldest first: a view that the next `add` makes stale."""
        return self._frames[self._now]

    @property
    def tops(self) -> np.ndarray:
        """[MOST_PASSES, len]: what passes take up to each; rows beyond `names` are as the last."""
        return self._tops[:, self._now]

    @property
    def _now(self) -> slice:
        start = self._count % FRAMES if self._count > FRAMES else 0
        return slice(start, start + len(self))

    def pass_ms(self, index: int, over: int = 60) -> float:
        """Mean of a pass over the latest frames that have passes."""
        tops = self.tops
        known = np.flatnonzero(tops[-1])[-over:]
        if not len(known):
            return 0.0
        below = tops[index - 1, known] if index else 0.0
        return float(np.mean(tops[index, known] - below))

    def mean_ms(self, over: int = 60) -> float:
        """Mean of the latest frames that have passes."""
        known = np.flatnonzero(self.tops[-1])[-over:]
        return float(self.frames[known].mean()) if len(known) else 0.0

    def spread(self) -> Spread:
        """Percentiles of whole frames, between two frames linearly; 0 before the first."""
        count = len(self)
        if not count:
            return Spread(0.0, 0.0, 0.0)
        ordered = self._sorted[:count]
        ordered[:] = self.frames
        ordered.sort()
        return Spread(*(_at(ordered, share / 100 * (count - 1)) for share in PERCENTILES))

    def forget_passes(self) -> None:
        """Other passes come, or by another clock."""
        self.names.clear()
        self._index.clear()
        self._tops[:] = 0

    def forget(self) -> None:
        """Begin anew."""
        self.forget_passes()
        self._count = 0


def _at(ordered: np.ndarray, place: float) -> float:
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
