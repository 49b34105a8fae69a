"""Radial blur, as of a zoom while the shutter is open."""

from dataclasses import dataclass
from typing import Any

from realtime.effects.effect import Effect, Point


@dataclass(frozen=True)
class Radial(Effect):
    """The picture zoomed while the shutter is open; each pixel smears to and from a point.

    middle: of the zoom; amount: by how much the picture grows meanwhile; inner: what is nearer to
    the middle stays sharp.
    """

    name = "radial"
    shader = "radial.frag"
    turns = True

    middle: Point = (0.5, 0.5)
    amount: float = 0.08
    inner: float = 0.0

    def __post_init__(self) -> None:
        self.check_point("middle")
        self.check("amount", 0, 1)
        self.check("inner", 0)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {"u_middle": self.middle, "u_amount": self.amount, "u_inner": self.inner}
