"""Where something is in front of focus: there alone must be drawn what the front hides."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.program import Inputs, build_program
from realtime.gl.targets import color_target


class FrontPass:
    """A picture's depth -> the depth buffer of a target of its size or half of it, shut elsewhere.

    size: of the picture; scale: px of it a texel of the target. Drawing over it with the depth test
    on then costs the pixels behind the front and no others.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], scale: int) -> None:
        self.ctx = ctx
        self.find = Fullscreen(ctx, "front.frag")
        self.front = color_target(ctx, (-(-size[0] // 2), -(-size[1] // 2)), 1, "f1")
        self.program = build_program(ctx, "keep_out.frag")
        self.inputs = Inputs(self.program)
        self.inputs.set({"u_texels_per_px": scale / 2})
        self.triangle = ctx.vertex_array(self.program, [])

    def draw(self, depth: moderngl.Texture, front_depth: float, out: moderngl.Framebuffer) -> None:
        """Clear `out` to black, its depth to 1 behind what is nearer than `front_depth`, else to 0.

        depth: window depth, 0 near. A rim of one texel is open as well.
        """
        self.find.draw(self.front.framebuffer, {"u_depth": depth}, u_front_depth=front_depth)
        self.inputs.bind({"u_front": self.front.color})
        out.use()
        self.ctx.viewport = (0, 0, *out.size)
        self.ctx.enable_only(moderngl.DEPTH_TEST)  # without the test depth is not written either
        self.ctx.depth_func = "1"
        self.triangle.render(moderngl.TRIANGLES, vertices=3)
        self.ctx.depth_func = "<="

    def release(self) -> None:
        """Free the programs and the target."""
        for part in (self.find, self.front, self.triangle, self.program):
            part.release()
