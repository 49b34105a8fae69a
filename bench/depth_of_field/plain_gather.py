"""Depth of field as engines do it: one pass of 41 taps, the yardstick of costs."""

from pathlib import Path

import moderngl

from realtime.blur.depth_of_field import LensView
from realtime.gl.fullscreen import Fullscreen

# Beside this file, not among the shaders that ship: the renderer has no use for it. A whole path
# leads out of the shader folder.
SHADER = Path(__file__).with_name("gather41.frag")


class PlainGather:
    """u_color, u_depth -> a target of their size; with perspective."""

    def __init__(self, ctx: moderngl.Context, largest_px: float) -> None:
        self.largest_px = largest_px
        self.over = Fullscreen(ctx, str(SHADER))

    def draw(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        view: LensView,
        out: moderngl.Framebuffer,
    ) -> None:
        """Blur `color` into `out`."""
        height_px = view.height_px or color.size[1]
        constant, slope = view.depth.coc_coefficients(view.lens)
        self.over.draw(
            out,
            {"u_color": color, "u_depth": depth},
            u_depth_to_q=(view.depth.x, view.depth.y),
            u_q_to_coc=(constant * height_px, slope * height_px),
            u_largest_px=self.largest_px,
        )

    def release(self) -> None:
        """Free the program."""
        self.over.release()
