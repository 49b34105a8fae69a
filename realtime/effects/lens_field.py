"""A real lens's point spread over its field."""

from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import Effect


@dataclass(frozen=True)
class LensField(Effect):
    """A lens's own point spread from the picture's middle to its corners, as it is out of focus.

    radius: of an ideal lens's circle of confusion. With three banks, of red, green and blue, its
    colour errors come out of the banks.
    """

    name = "lens"
    shader = "lens_field.frag"
    axes = (("radius", "field"),)
    turns = True

    radius: float = 0.008

    def __post_init__(self) -> None:
        self.check("radius", 0)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {"u_radius": self.radius}
