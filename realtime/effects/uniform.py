"""One kernel for all of the picture."""

from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import UNLIMITED, Effect


@dataclass(frozen=True)
class Uniform(Effect):
    """The same kernel everywhere.

    radius: of the picture's height; second: the place on the bank's second axis, in its own unit.
    """

    name = "uniform"
    shader = "uniform.frag"
    axes = (("radius",), ("radius", "*"))

    radius: float = 0.02
    second: float = 0.0

    def __post_init__(self) -> None:
        self.check("radius", 0)
        self.check("second", -UNLIMITED)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {"u_radius": self.radius, "u_second": self.second}
