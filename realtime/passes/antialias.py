"""Anti-aliasing after the fact, where surfaces end."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.program import bind_textures, build_program, set_uniforms
from realtime.gl.targets import Target, color_target

# Edges are followed this far; a step of a longer one is taken for level, 1/16 of a pixel off.
REACH_PX = 8


class AntialiasPass:
    """A picture drawn with one sample a pixel -> `out`, the same with smooth edges. Owns `out`.

    Pixels at edges are marked in a depth buffer; the rest fail the depth test of the costly pass,
    and so are never shaded, on a GPU as on a CPU.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        self.ctx = ctx
        self.out: Target = color_target(ctx, size, depth=True)
        self.copy = Fullscreen(ctx, "copy.frag")
        self.edges = build_program(ctx, "edges.frag", vertex="near.vert")
        self.smooth = build_program(ctx, "antialias.frag", vertex="near.vert")
        set_uniforms(self.smooth, {"u_reach_px": REACH_PX})
        self.triangles = [ctx.vertex_array(part, []) for part in (self.edges, self.smooth)]

    def draw(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        sharp_depth: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        """Write every pixel of `out`; color: exposed linear light. depth: window depth.

        Edges are those of surfaces: what a texture paints stays. sharp_depth: smooth only edges of
        surfaces between these window depths; what a lens has blurred has none.
        """
        framebuffer = self.out.framebuffer
        framebuffer.clear(depth=1.0)
        self.copy.draw(framebuffer, {"u_color": color})
        self.ctx.enable_only(moderngl.DEPTH_TEST)
        self.ctx.depth_func = "<"
        framebuffer.color_mask = False, False, False, False
        bind_textures(self.edges, {"u_depth": depth})
        set_uniforms(self.edges, {"u_sharp_depth": sharp_depth})
        self.triangles[0].render(moderngl.TRIANGLES, vertices=3)
        framebuffer.color_mask = True, True, True, True
        self.ctx.depth_func = "=="
        bind_textures(self.smooth, {"u_color": color})
        self.triangles[1].render(moderngl.TRIANGLES, vertices=3)
        self.ctx.disable(moderngl.DEPTH_TEST)
        self.ctx.depth_func = "<="

    def release(self) -> None:
        """Free the memory."""
        for part in (*self.triangles, self.edges, self.smooth, self.copy, self.out):
            part.release()
