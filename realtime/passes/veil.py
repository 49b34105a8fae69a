"""What the foreground leaves open of the aperture, for the blur behind it."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import clamp, color_target
from realtime.passes.cuts import SHARP_PX
from realtime.passes.layer import Layer
from realtime.passes.spread import BLOCK, SpreadPass


@dataclass(frozen=True)
class Veil:
    """The inputs of shaders/inc/veil.glsl."""

    textures: dict[str, moderngl.Texture]
    uniforms: dict[str, Any]


class VeilPass:
    """The CoC -> where nothing is in front; the spread of the front -> its mean CoC nearby."""

    def __init__(
        self,
        ctx: moderngl.Context,
        spread: SpreadPass,
        slices: tuple[int, int],
        work: tuple[int, int],
        scale: int,
    ) -> None:
        behind, front = slices
        defines = {"PAIRS": spread.pairs, "BEHINDS": behind, "SLICES": behind + front}
        self.find_radius = Fullscreen(ctx, "veil.frag", defines)
        self.find_open = Fullscreen(ctx, "open.frag", {"SHARP_PX": SHARP_PX[scale]})
        self.radius = color_target(ctx, spread.size, 1, "f4")
        self.open = color_target(ctx, work, 1, "f1")
        clamp(self.open.color, moderngl.NEAREST)
        self.names = [name for name in spread.inputs() if name in self.find_radius.program]
        # From uv of the picture to uv of the blocks, which may reach past its edge.
        self.across = tuple(w * scale / (BLOCK * b) for w, b in zip(work, spread.size, strict=True))

    def draw(self, picture: Layer, spread: SpreadPass) -> Veil:
        """Find both; return them as a kernel pass reads them."""
        pairs = spread.inputs()
        self.find_radius.draw(self.radius.framebuffer, {name: pairs[name] for name in self.names})
        self.find_open.draw(self.open.framebuffer, {"u_coc": picture.coc.color})
        textures = {"u_open": self.open.color, "u_veil": self.radius.color}
        return Veil(textures, {"u_veil_scale": self.across})

    def release(self) -> None:
        """Free the programs and the targets."""
        for part in (self.find_radius, self.find_open, self.radius, self.open):
            part.release()
