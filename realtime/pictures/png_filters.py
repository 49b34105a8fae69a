"""PNG's row filters, for many rows at once.

A byte is predicted from those a pixel to the left (a), above (b), and above on the left (c):

    c b        0 none   1 a   2 b   3 (a + b) / 2   4 Paeth: whichever is nearest to a + b - c
    a x

Undoing them, a byte needs its neighbours undone first, so rows cannot be done one after the other
in one stroke, nor columns; what can is a diagonal, each row one pixel behind the one above it.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

FILTERS = 5  # numbers 0 … 4
SUB, UP, AVERAGE, PAETH = 1, 2, 3, 4

Bytes = NDArray[np.uint8]


def unfiltered(kinds: Bytes, rows: Bytes, above: Bytes) -> Bytes:
    """Return the pixels of filtered rows [R, W, step]; kinds [R]: each one's filter.

    step: bytes of a pixel. above: [W, step], the row before them, undone; zeros before the first.
    """
    count, width, step = rows.shape
    # lanes[t, r]: of row r - 1 (0 is `above`) the pixel t - 1 - r, so that left is lanes[t - 1, r],
    # above is lanes[t - 1, r - 1], above on the left is lanes[t - 2, r - 1]; zeros left of a row.
    lanes = np.zeros((width + count + 1, count + 1, step), np.int16)
    lanes[1 : width + 1, 0] = above
    _diagonals(lanes, count, width)[:] = rows
    used = {kind: (kinds == kind)[:, None] for kind in range(1, FILTERS) if (kinds == kind).any()}
    for at in range(2, width + count + 1):
        left, up, corner = lanes[at - 1, 1:], lanes[at - 1, :-1], lanes[at - 2, :-1]
        guess = _predicted(used, left, up, corner)
        lanes[at, 1:] += guess
        lanes[at, 1:] &= 255
    return _diagonals(lanes, count, width).astype(np.uint8)


def _diagonals(lanes: NDArray[np.int16], count: int, width: int) -> NDArray[np.int16]:
    """The rows within the lanes, [R, W, step]: a view."""
    along, across, byte = lanes.strides
    shape = (count, width, lanes.shape[2])
    return as_strided(lanes[2:, 1:], shape, (along + across, along, byte))


def _predicted(used: dict[int, NDArray[np.bool_]], left, up, corner) -> NDArray[np.int16]:
    guess = np.zeros_like(left)
    for kind, of_rows in used.items():
        if kind == SUB:
            part = left
        elif kind == UP:
            part = up
        elif kind == AVERAGE:
            part = (left + up) >> 1
        else:
            part = _nearest(left, up, corner)
        np.copyto(guess, part, where=of_rows)
    return guess


def _nearest(a, b, c):
    """Return which of a, b, c is nearest to a + b - c; at a tie a goes before b before c."""
    to_a, to_b = np.abs(b - c), np.abs(a - c)
    to_c = np.abs(a + b - 2 * c)
    return np.where((to_a <= to_b) & (to_a <= to_c), a, np.where(to_b <= to_c, b, c))


def filtered(rows: Bytes, above: Bytes) -> Bytes:
    """Return rows [R, W, step] filtered by Paeth, which suits photographs of 16 bits best."""
    wide = rows.astype(np.int16)
    a = np.zeros_like(wide)
    a[:, 1:] = wide[:, :-1]
    b = np.concatenate([above[None].astype(np.int16), wide[:-1]])
    c = np.zeros_like(wide)
    c[:, 1:] = b[:, :-1]
    return ((wide - _nearest(a, b, c)) & 255).astype(np.uint8)
