"""A round brush: how far a stroke covers each pixel, from the distance to the pen's way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]  # (x, y), shares of the canvas's sides from its top left

EDGE_PX = 1.0  # over which even a hard brush fades: a pixel's own width


@dataclass(frozen=True)
class Brush:
    """A pen, or an eraser.

    diameter: of the canvas's side, to where it covers half. hardness: 1 ends within a pixel, 0
    fades from the middle outwards to twice the radius.
    """

    diameter: float = 0.12
    hardness: float = 1.0
    erases: bool = False

    def cover(self, mask: NDArray[np.float32], start: Place, end: Place) -> None:
        """Draw a straight piece into mask [S, S], 0 … 1, where that is brighter than what is there.

        Pixels are looked at in their middles, and only those that the brush reaches.
        """
        side = len(mask)
        radius = self.diameter * side / 2
        fade = max(2 * radius * (1 - self.hardness), EDGE_PX)
        a, b = np.array(start, "f8") * side, np.array(end, "f8") * side
        reach = radius + fade / 2
        low = np.floor(np.minimum(a, b) - reach).clip(0, side).astype(int)
        high = np.ceil(np.maximum(a, b) + reach).clip(0, side).astype(int)
        if (high <= low).any():
            return
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]] + 0.5
        distance = _distance(x, y, a, b)
        part = mask[low[1] : high[1], low[0] : high[0]]
        np.maximum(part, ((reach - distance) / fade).clip(0, 1), out=part, casting="same_kind")


def _distance(x: NDArray, y: NDArray, a: NDArray, b: NDArray) -> NDArray[np.float64]:
    """Distance of places from the piece between a and b, which may be one place."""
    along = b - a
    length = max(float(along @ along), 1e-12)
    part = (((x - a[0]) * along[0] + (y - a[1]) * along[1]) / length).clip(0, 1)
    return np.hypot(x - a[0] - part * along[0], y - a[1] - part * along[1])
