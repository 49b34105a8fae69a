"""One draw over a whole target."""

from collections.abc import Mapping
from copy import copy
from typing import Any, Self

import moderngl

from realtime.gl import draws
from realtime.gl.program import (
    FULLSCREEN,
    Inputs,
    Number,
    Texture,
    build_program,
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
        self.fragment, self.defines, self.vertex = fragment, dict(defines or {}), vertex
        self._hold(ctx, build_program(ctx, fragment, defines, vertex))

    def _hold(self, ctx: moderngl.Context, program: moderngl.Program) -> None:
        self.ctx, self.program = ctx, program
        self.inputs = Inputs(program)
        self.triangle = ctx.vertex_array(program, [])

    def twin(self, program: moderngl.Program) -> Self:
        """Return one that draws as this does, by another program, which then is its own."""
        twin = copy(self)
        twin._hold(self.ctx, program)
        return twin

    def draw(
        self,
        out: moderngl.Framebuffer,
        textures: Mapping[str, Texture] | None = None,
        add: bool = False,
        size: tuple[int, int] | None = None,
        depth_test: bool = False,
        over: bool = False,
        **uniforms: Any,
    ) -> None:
        """Write every pixel of `out`. Samplers and uniforms are given by their names in GLSL.

        Culling is off while it draws, whatever was set before; so are blending, unless `add` asks
        to add to what is there or `over` to lie over it, premultiplied, and the depth test, unless
        it is asked for. size: of `out`, where it does not know it.
        """
        if draws.observer is not None:
            options = {"add": add, "size": size, "depth_test": depth_test, "over": over}
            draws.tell(draws.Draw(self, out, textures or {}, uniforms, options))
        self._prepare(out, textures or {}, add or over, size or out.size, uniforms, depth_test)
        if over:
            self.ctx.blend_func = (moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)
        self.triangle.render(moderngl.TRIANGLES, vertices=3)

    def _prepare(
        self,
        out: moderngl.Framebuffer,
        textures: Mapping[str, Texture],
        add: bool,
        size: tuple[int, int],
        uniforms: Mapping[str, Any],
        depth_test: bool,
    ) -> None:
        self.inputs.bind(textures)
        self.inputs.set(uniforms)
        out.use()
        self.ctx.viewport = (0, 0, *size)
        self.ctx.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND)
        if depth_test:
            self.ctx.enable(moderngl.DEPTH_TEST)
        if add:
            self.ctx.enable(moderngl.BLEND)
            self.ctx.blend_func = (moderngl.ONE, moderngl.ONE)
            self.ctx.blend_equation = moderngl.FUNC_ADD

    def release(self) -> None:
        """Free the program and its vertex array."""
        self.triangle.release()
        self.program.release()
