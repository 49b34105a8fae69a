"""What the foreground leaves open of the aperture, for the blur behind it."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.passes.spread import BLOCK, SpreadPass


@dataclass(frozen=True)
class Veil:
    """The inputs of shaders/inc/veil.glsl."""

    textures: dict[str, moderngl.Texture]
    uniforms: dict[str, Any]


class VeilPass:
    """The spread of the front slices -> the mean CoC in front, nearby."""

    def __init__(self, ctx: moderngl.Context, spread: SpreadPass, slices: tuple[int, int]) -> None:
        behind, front = slices
        defines = {"PAIRS": spread.pairs, "BEHINDS": behind, "SLICES": behind + front}
        self.pass_ = Fullscreen(ctx, "veil.frag", defines)
        self.radius = color_target(ctx, spread.size, 1, "f4")
        self.names = [name for name in spread.inputs() if name in self.pass_.program]

    def draw(self, spread: SpreadPass) -> None:
        """Find the means."""
        pairs = spread.inputs()
        self.pass_.draw(self.radius.framebuffer, {name: pairs[name] for name in self.names})

    def of(self, coc: moderngl.Texture, cuts: moderngl.Texture, scale: int) -> Veil:
        """Return it as a kernel pass reads it; coc: of the picture, px; `scale` px a texel."""
        blocks = self.radius.size
        across = (coc.width * scale / (BLOCK * blocks[0]), coc.height * scale / (BLOCK * blocks[1]))
        textures = {"u_coc": coc, "u_veil": self.radius.color, "u_cuts": cuts}
        return Veil(textures, {"u_veil_scale": across})

    def release(self) -> None:
        """Free the program and the target."""
        self.pass_.release()
        self.radius.release()
