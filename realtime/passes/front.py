"""Where something is in front of focus: there alone must be drawn what the front hides."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target


class FrontPass:
    """A picture's depth -> the depth buffer of a target of its size or half of it, shut elsewhere.

    size: of the picture; scale: px of it a texel of the target. Drawing over it with the depth test
    on then costs the pixels behind the front and no others.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], scale: int) -> None:
        self.ctx = ctx
        self.find = Fullscreen(ctx, "front.frag")
        self.front = color_target(ctx, (-(-size[0] // 4), -(-size[1] // 4)), 1, "f1")
        self.keep_out = Fullscreen(ctx, "keep_out.frag")
        self.texels_per_px = scale / 4

    def draw(self, depth: moderngl.Texture, front_depth: float, out: moderngl.Framebuffer) -> None:
        """Clear `out` to black, its depth to 1 behind what is nearer than `front_depth`, else to 0.

        depth: window depth, 0 near. A rim of one texel is open as well.
        """
        self.find.draw(self.front.framebuffer, {"u_depth": depth}, u_front_depth=front_depth)
        self.ctx.depth_func = "1"  # always; without the test depth would not be written either
        self.keep_out.draw(
            out,
            {"u_front": self.front.color},
            depth_test=True,
            u_texels_per_px=self.texels_per_px,
        )
        self.ctx.depth_func = "<="

    def release(self) -> None:
        """Free the programs and the target."""
        for part in (self.find, self.keep_out, self.front):
            part.release()
