"""How times are spread, and whether they still change. Nothing in here knows of OpenGL."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from realtime.errors import UsageError

STUTTER = 1.5  # times the median of the frames around: at 60 Hz a frame that missed its turn has 2
AROUND = 30  # frames, half of them before and half after
WINDOW = 5  # frames, of which the median forgives two
STEADY = 0.03  # of a median: below it, the clock of a machine that does other things drifts too


@dataclass(frozen=True)
class Summary:
    """Samples in the unit they came in. Percentiles lie between two samples linearly."""

    count: int
    median: float
    q25: float
    q75: float
    p95: float
    p99: float
    max: float
    stutters: int

    @property
    def iqr(self) -> float:
        """The range that the middle half lies in."""
        return self.q75 - self.q25


def summarize(samples: ArrayLike) -> Summary:
    """Return how samples, in the order in which they were taken, are spread.

    Raises UsageError where there are none.
    """
    values = np.asarray(samples, float).ravel()
    if not len(values):
        raise UsageError("summary: 0 samples, at least 1 expected. Profile some frames first")
    q25, median, q75, p95, p99 = (
        float(part) for part in np.percentile(values, (25, 50, 75, 95, 99))
    )
    stutters = len(stutters_of(values))
    return Summary(len(values), median, q25, q75, p95, p99, float(values.max()), stutters)


def stutters_of(samples: ArrayLike) -> NDArray[np.intp]:
    """Return which samples stand out from those around them.

    Above 1.5 × the median of the 15 before and the 15 after it; at the ends there are fewer. What
    is slow for longer than that is no stutter: it is the new pace.
    """
    values = np.asarray(samples, float)
    half = AROUND // 2
    found = []
    for index, value in enumerate(values):
        before, after = values[max(index - half, 0) : index], values[index + 1 : index + 1 + half]
        around = np.concatenate((before, after))
        if len(around) and value > STUTTER * np.median(around):
            found.append(index)
    return np.array(found, np.intp)


def is_stable(samples: Sequence[float]) -> bool:
    """Whether warming up is over: the medians of the last 5 and the 5 before differ by ≤ 3 %."""
    if len(samples) < 2 * WINDOW:
        return False
    before, last = np.median(np.asarray(samples[-2 * WINDOW :], float).reshape(2, WINDOW), axis=1)
    return bool(abs(last - before) <= STEADY * min(before, last))
