"""An isolated highlight keeps its light, and its disc has the lens's own radius."""

import math
from typing import Any

from bench.depth_of_field.painted import FAR_M, FOCUS_M, Spot, measure, names
from bench.depth_of_field.studio import Studio
from realtime.blur.settings import DepthOfFieldSettings

SETTINGS = [
    DepthOfFieldSettings(*both) for both in ((2, 2), (3, 1), (5, 2), (5, 1), (8, 2), (8, 1))
]
NEAR_M = 1.3
# Where the light is and what lies around it: before the sky, before its like, before what is in
# focus; behind the focus plane and in front of it.
PLACES_M = [
    (FAR_M, math.inf),
    (FAR_M, FAR_M),
    (4.0, math.inf),
    (NEAR_M, math.inf),
    (NEAR_M, FOCUS_M),
    (NEAR_M, FAR_M),
]
SIZE = (200, 150)
FAR_PX = 12.0


def run(studio: Studio) -> list[dict[str, Any]]:
    """Return a row a setting and place; distances in m, None for the sky."""
    rows = []
    for name, settings in zip(names(SETTINGS), SETTINGS, strict=True):
        for light_m, around_m in PLACES_M:
            spot = Spot(SIZE, 2, light_m, around_m, FAR_PX / SIZE[1])
            around = None if math.isinf(around_m) else around_m
            row = {"settings": name, "light_m": light_m, "around_m": around}
            rows.append(row | measure(studio, spot, settings))
    return rows
