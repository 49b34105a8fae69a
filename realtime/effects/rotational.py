"""Rotational blur."""

import math
from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import UNLIMITED, Effect, Point


@dataclass(frozen=True)
class Rotational(Effect):
    """The picture turned about a point while the shutter is open; each pixel smears along its arc.

    middle: of the turning; angle: of the whole turn; outer: nothing turns farther out, inf for all;
    feather: how softly that ends. A bank of streaks (radius alone) makes the arcs straight.
    """

    name = "rotational"
    shader = "rotational.frag"
    axes = (("radius", "bend"), ("radius",))
    turns = True

    middle: Point = (0.5, 0.5)
    angle: float = 6.0
    outer: float = math.inf
    feather: float = 0.05

    def __post_init__(self) -> None:
        self.check_point("middle")
        self.check("angle", 0, 180)
        self.check("outer", 0, math.inf)
        self.check("feather", 0)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {
            "u_middle": self.middle,
            "u_half": math.radians(self.angle) / 2,
            "u_outer": min(self.outer, UNLIMITED),
            "u_feather": self.feather,
        }
