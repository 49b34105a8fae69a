"""Motion in one direction."""

import math
from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import Effect


@dataclass(frozen=True)
class Directional(Effect):
    """All of the picture moved straight while the shutter is open.

    angle: of the way; length: of the whole streak.
    """

    name = "directional"
    shader = "directional.frag"
    turns = True

    angle: float = 0.0
    length: float = 0.05

    def __post_init__(self) -> None:
        self.check("angle", -360, 360)
        self.check("length", 0)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {"u_angle": math.radians(self.angle), "u_length": self.length}
