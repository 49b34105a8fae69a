"""One draw over a whole target."""

from collections.abc import Mapping
from typing import Any

import moderngl

from realtime.gl.program import (
    FULLSCREEN,
    Number,
    Texture,
    bind_textures,
    build_program,
    set_uniforms,
)


class Fullscreen:
    """A fragment shader over every pixel of a target: `shaders/fullscreen.vert` + `fragment`."""

    def __init__(
        self,
        ctx: moderngl.Context,
        fragment: str,
        defines: Mapping[str, Number] | None = None,
        vertex: str = FULLSCREEN,
    ) -> None:
        self.ctx = ctx
        self.program = build_program(ctx, fragment, defines, vertex)
        self.triangle = ctx.vertex_array(self.program, [])

    def draw(
        self,
        out: moderngl.Framebuffer,
        textures: Mapping[str, Texture] | None = None,
        add: bool = False,
        size: tuple[int, int] | None = None,
        **uniforms: Any,
    ) -> None:
        """Write every pixel of `out`. Samplers and uniforms are given by their names in GLSL.

        Depth test and culling are off while it draws, whatever was set before; so is blending,
        unless `add` asks to add to what is there. size: of `out`, where it does not know it.
        """
        self._prepare(out, textures or {}, add, size or out.size, uniforms)
        self.triangle.render(moderngl.TRIANGLES, vertices=3)

    def _prepare(
        self,
        out: moderngl.Framebuffer,
        textures: Mapping[str, Texture],
        add: bool,
        size: tuple[int, int],
        uniforms: Mapping[str, Any],
    ) -> None:
        bind_textures(self.program, textures)
        set_uniforms(self.program, uniforms)
        out.use()
        self.ctx.viewport = (0, 0, *size)
        self.ctx.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND)
        if add:
            self.ctx.enable(moderngl.BLEND)
            self.ctx.blend_func = (moderngl.ONE, moderngl.ONE)

    def release(self) -> None:
        """Free the program and its vertex array."""
        self.triangle.release()
        self.program.release()
