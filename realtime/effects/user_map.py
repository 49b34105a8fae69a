"""A parameter map from outside: painted, computed, or from another program's texture."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.effects.effect import Effect, Point


@dataclass(frozen=True)
class UserMap(Effect):
    """The bank's axes as a texture says, one component an axis.

    texture: one or two components, the picture's top row last as GL has it; filtered linearly, so
    it may be of any size. gain, bias: value on an axis = bias + gain · texel, in the axis's unit,
    which is px of the picture for a radius. origin, part: what of the picture it covers, from the
    top left, px; None: all of it.
    """

    name = "map"
    shader = "user_map.frag"
    axes = (("*",), ("*", "*"))

    texture: moderngl.Texture
    gain: Point = (1.0, 1.0)
    bias: Point = (0.0, 0.0)
    origin: Point = (0.0, 0.0)
    part: Point | None = None

    def __post_init__(self) -> None:
        for name in ("gain", "bias", "origin"):
            self.check_point(name)

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        return {
            "u_map_origin": self.origin,
            "u_map_part": self.part or (0.0, 0.0),
            "u_gain": self.gain,
            "u_bias": self.bias,
        }

    def textures(self) -> dict[str, moderngl.Texture]:
        """Return the map."""
        return {"u_map": self.texture}
