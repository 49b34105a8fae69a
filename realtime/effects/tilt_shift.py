"""Tilt-shift."""

import math
from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import Effect, Point


@dataclass(frozen=True)
class TiltShift(Effect):
    """Sharp along a line, blurred away from it.

    middle: a point of the line; angle: of the line; sharp: half the width of what stays sharp;
    falloff: from there to the full radius; radius: of the blur.
    """

    name = "tilt-shift"
    shader = "tilt_shift.frag"

    middle: Point = (0.5, 0.5)
    angle: float = 0.0
    sharp: float = 0.06
    falloff: float = 0.4
    radius: float = 0.025

    def __post_init__(self) -> None:
        self.check_point("middle")
        self.check("angle", -360, 360)
        self.check("sharp", 0)
        self.check("falloff", 1e-6)
        self.check("radius", 0)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {
            "u_middle": self.middle,
            "u_angle": math.radians(self.angle),
            "u_sharp": self.sharp,
            "u_falloff": self.falloff,
            "u_radius": self.radius,
        }
