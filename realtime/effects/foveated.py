"""Foveated blur."""

import math
from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import UNLIMITED, Effect, Point


@dataclass(frozen=True)
class Foveated(Effect):
    """As sharp as the eye sees the picture, which looks at one point.

    gaze: where to; fovea: radius of what is seen sharp; slope: growth of the blur's radius with the
    distance from there; radius: of the blur at most.
    """

    name = "foveated"
    shader = "foveated.frag"

    gaze: Point = (0.5, 0.5)
    fovea: float = 0.1
    slope: float = 0.04
    radius: float = math.inf

    def __post_init__(self) -> None:
        self.check_point("gaze")
        self.check("fovea", 0)
        self.check("slope", 0)
        self.check("radius", 0, math.inf)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {
            "u_gaze": self.gaze,
            "u_fovea": self.fovea,
            "u_slope": self.slope,
            "u_radius": min(self.radius, UNLIMITED),
        }
