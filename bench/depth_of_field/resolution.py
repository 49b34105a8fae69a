"""A CoC is a fraction of the picture's height: a highlight's disc, at several heights.

At 2160 lines the disc has a radius of 27 px, within the bank's 32.
"""

import math
from collections.abc import Sequence
from typing import Any

from bench.depth_of_field.painted import FAR_M, Spot, measure, names
from bench.depth_of_field.studio import Studio
from realtime.blur.settings import DepthOfFieldSettings

SETTINGS = [DepthOfFieldSettings(5, 2), DepthOfFieldSettings(8, 1)]
RADIUS = 1 / 80  # of the height
LINES_A_PAIR = 480  # the light has 2 px for so many lines: a fraction of the height, too


def run(studio: Studio, lines: Sequence[int]) -> list[dict[str, Any]]:
    """Return a row a setting and height. A narrow picture will do: only its height counts."""
    rows = []
    for name, settings in zip(names(SETTINGS), SETTINGS, strict=True):
        for height in lines:
            side_px = 2 * max(1, round(height / LINES_A_PAIR))
            spot = Spot((height // 8 * 2, height), side_px, FAR_M, math.inf, RADIUS)
            found = measure(studio, spot, settings)
            share = found["radius_px"] / height
            rows.append({"settings": name, "lines": height, **found, "of_height": share})
    return rows


def deviation(shares: Sequence[float]) -> float:
    """Return by how much radii differ, as a share of the smallest."""
    return max(shares) / min(shares) - 1
