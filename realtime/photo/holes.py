"""Filling what a depth map does not know.

    far far . . . NEAR NEAR     A hole beside a silhouette is what only one eye saw, or what the
    far far . . NEAR NEAR NEAR  measuring light did not reach: background, next to something near.

So a hole takes the farther of the values at its ends along the row, and along the column where the
row has none. Then colours decide: pixels that look much more like the near surface than like the
far one were part of it after all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SAME = 0.04  # of the map's range: ends that differ by less belong to one surface, and are joined
WINDOW = 7  # steps from a pixel to the farthest that is asked
STEP = 1 / 500  # of the picture's height: a step. Holes grow with the picture
COLOUR = 0.06  # of sRGB 0 … 1: how much colours of one surface differ
DOUBT = 2.5  # times as alike as the far surface a pixel must be to the near one to belong to it
QUORUM = 0.1  # of a pixel's weight: with less, the value at the hole's end is better than the mean


def filled(nearness: Floats, known: Mask, display: Floats) -> Floats:
    """Return [H, W] without holes. nearness: larger is nearer, such as a disparity.

    known: where it is measured, somewhere at least. display: [H, W, 3] sRGB 0 … 1, the picture.
    """
    if known.all():
        return nearness
    same = SAME * np.ptp(nearness[known])
    ends = _ends(_Ends(nearness, nearness, display), known, same)
    at = np.nonzero(~known)
    result = np.where(known, nearness, ends.far)
    result[at] = _Surroundings(nearness, known, display, at, ends, same).values()
    result[at] = _medians(result, at)  # row by row, silhouettes would have teeth
    return result


def _medians(values: Floats, at: tuple[NDArray, NDArray]) -> Floats:
    """Return the median of 3 × 3 around each of the pixels `at`."""
    height, width = values.shape
    steps = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    around = [
        values[np.clip(at[0] + dy, 0, height - 1), np.clip(at[1] + dx, 0, width - 1)]
        for dy, dx in steps
    ]
    return np.median(np.stack(around), axis=0)


@dataclass(frozen=True, eq=False)
class _Ends:
    """What is known at the ends of holes: the farther and the nearer value, [H, W] each.

    looks: colour at the farther end, [H, W, 3].
    """

    far: Floats
    near: Floats
    looks: Floats

    @property
    def turned(self) -> "_Ends":
        """With rows for columns."""
        return _Ends(self.far.T, self.near.T, self.looks.swapaxes(0, 1))


def _ends(of: _Ends, known: Mask, same: float) -> _Ends:
    """Along rows; whole rows without a value take what lies above and below."""
    ends = _ends_along_rows(of, known, same)
    empty = ~known.any(axis=1)
    if not empty.any():
        return ends
    rows = np.repeat(~empty[:, None], known.shape[1], axis=1)
    return _ends_along_rows(ends.turned, rows.T, same).turned


def _ends_along_rows(of: _Ends, known: Mask, same: float) -> _Ends:
    """Ends that differ by less than `same` are joined by a line; rows without a value are junk."""
    width = known.shape[1]
    columns = np.arange(width, dtype=np.int32)[None]
    before = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, columns, width)[:, ::-1], axis=1)[:, ::-1]
    before, after = np.where(before < 0, after, before), np.where(after >= width, before, after)
    before, after = np.clip(before, 0, width - 1), np.clip(after, 0, width - 1)
    left, right = (np.take_along_axis(of.far, place, axis=1) for place in (before, after))
    far_at = np.where(left <= right, before, after)
    near = np.maximum(*(np.take_along_axis(of.near, at, axis=1) for at in (before, after)))
    part = (columns - before) / np.maximum(after - before, 1)
    joined = left + (right - left) * part.astype(np.float32)
    is_one = np.abs(right - left) <= same
    return _Ends(
        np.where(is_one, joined, np.minimum(left, right)),
        np.where(is_one, joined, near),
        np.take_along_axis(of.looks, far_at[..., None], axis=1),
    )


class _Surroundings:
    """Pixels without a value, and what around them looks like them.

    A known pixel belongs to the near or to the far surface by its value. How alike a surface is to
    a pixel is the mean over those of its pixels that are close; of the far one its end counts too,
    as holes may be wider than the window.
    """

    def __init__(
        self,
        nearness: Floats,
        known: Mask,
        display: Floats,
        at: tuple[NDArray, NDArray],
        ends: _Ends,
        same: float,
    ) -> None:
        self.nearness, self.known, self.display, self.at = nearness, known, display, at
        self.far, self.near, self.same = ends.far[at], ends.near[at], same
        self.colours = display[at]
        shape = (2, len(self.far))  # far, near
        self.weights, self.alike, self.sums = (np.zeros(shape, np.float32) for _ in range(3))
        self.weights[0] = 1
        self.end_alike = _alike(ends.looks[at], self.colours)

    def values(self) -> Floats:
        """Return the values of the pixels: of the surface that they look like, far unless sure."""
        step = max(1, round(self.known.shape[0] * STEP))
        for dy in range(-WINDOW, WINDOW + 1):
            for dx in range(-WINDOW, WINDOW + 1):
                closeness = np.exp(-(dx * dx + dy * dy) / WINDOW**2)
                self._ask(dy * step, dx * step, np.float32(closeness))
        likeness = self.alike.copy()
        likeness[0] += self.end_alike
        likeness /= np.maximum(self.weights, QUORUM)
        winner = (likeness[1] > DOUBT * likeness[0]).astype(int)[None]
        won, total = (np.take_along_axis(x, winner, axis=0)[0] for x in (self.alike, self.sums))
        at_end = np.where(winner[0], self.near, self.far)
        return np.where(won > QUORUM, total / np.maximum(won, QUORUM), at_end)

    def _ask(self, down: int, right: int, closeness: np.float32) -> None:
        """Add the pixels that lie so far down and to the right."""
        height, width = self.known.shape
        rows = np.clip(self.at[0] + down, 0, height - 1)
        columns = np.clip(self.at[1] + right, 0, width - 1)
        value = self.nearness[rows, columns]
        weight = closeness * self.known[rows, columns]
        alike = weight * _alike(self.display[rows, columns], self.colours)
        is_near = np.abs(value - self.near) < np.abs(value - self.far)
        for index, (end, belongs) in enumerate(((self.far, ~is_near), (self.near, is_near))):
            belongs = belongs & (np.abs(value - end) < 2 * self.same)
            self.weights[index] += np.where(belongs, weight, 0)
            self.alike[index] += np.where(belongs, alike, 0)
            self.sums[index] += np.where(belongs, alike * value, 0)


def _alike(a: Floats, b: Floats) -> Floats:
    """Return how much colours [N, 3] are alike, 0 … 1."""
    return np.exp(-((a - b) ** 2).sum(axis=-1) / (2 * COLOUR**2))
