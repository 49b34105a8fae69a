"""Colour and signed CoC, sound, at the size the slices are blurred at."""

from typing import Any

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.passes.cuts import SHARP_PX
from realtime.passes.layer import Layer


class PreparePass:
    """u_source (exposed linear) + u_depth -> colour and CoC, as large as the picture or half."""

    def __init__(self, ctx: moderngl.Context, scale: int) -> None:
        defines = {"SCALE": scale, "BLURRED_PX": 1.5 * max(SHARP_PX.values())}
        self.pass_ = Fullscreen(ctx, "prepare.frag", defines)

    def draw(self, source: dict[str, moderngl.Texture], coc: dict[str, Any], out: Layer) -> None:
        """source, coc: textures and uniforms of shaders/inc/coc.glsl."""
        self.pass_.draw(out.framebuffer, source, **coc)

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
