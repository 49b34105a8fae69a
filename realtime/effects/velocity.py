"""Motion as a velocity buffer has it, pixel by pixel."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.effects.effect import Effect, Point
from realtime.errors import UsageError


@dataclass(frozen=True)
class Velocity(Effect):
    """Every pixel moved along its own path while the shutter is open.

    texture: the path's half chord (p+ - p-) / 2 and, in a third and a fourth component, its sagitta
    (p+ + p-) / 2 - p, as VelocityPass has them: px of the picture, +x right, +y down, the picture's
    top row last as GL has it. Filtered linearly, so it may be of any size. With two components all
    paths are straight. gain: how much longer the shutter is open than for the map. origin, part:
    what of the picture it covers, from the top left, px; None: all of it. shortening: 0 gives
    each pixel the bank's kernel for its path, 1 one as much shorter as reads between pixels soften,
    which is nearer to a picture that was never sampled.
    """

    name = "velocity"
    shader = "velocity.frag"
    axes = (("radius", "bend"), ("radius",))
    turns = True

    texture: moderngl.Texture
    gain: float = 1.0
    origin: Point = (0.0, 0.0)
    part: Point | None = None
    shortening: float = 0.0

    def __post_init__(self) -> None:
        if self.texture.components not in (2, 4):
            raise UsageError(
                f"velocity: a map of {self.texture.components} components, 2 (half chord) or 4 "
                f"(and sagitta) expected. Give another map"
            )
        self.check("gain", 0)
        self.check("shortening", 0, 1)
        self.check_point("origin")

    def uniforms(self) -> dict[str, Any]:
        """Return the settings as the shader has them."""
        bends = self.texture.components == 4
        return {
            "u_velocity_origin": self.origin,
            "u_velocity_part": self.part or (0.0, 0.0),
            # At an even speed a chord grows with time, a sagitta with its square.
            "u_gain": (self.gain, self.gain**2 if bends else 0.0),
            "u_shortening": self.shortening,
        }

    def textures(self) -> dict[str, moderngl.Texture]:
        """Return the map."""
        return {"u_velocity": self.texture}
