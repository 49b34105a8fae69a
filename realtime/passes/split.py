"""Lift what is in front of the focus plane off the picture."""

import moderngl

from realtime.gl.fullscreen import Fullscreen


class SplitPass:
    """u_color (exposed linear) + u_depth -> the rest with holes, the front, and the CoC of both."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.pass_ = Fullscreen(ctx, "split.frag")

    def draw(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        depth_to_inverse: tuple[float, float],
        coc_px: tuple[float, float],
        max_coc_px: float,
        out: moderngl.Framebuffer,
    ) -> None:
        """Draw into `out`: four attachments, rest, its CoC, front, its CoC; all of one size.

        depth_to_inverse: (x, y) of 1/distance [1/m] = x + y · depth. coc_px: (a, b) of the CoC
        radius in px = a - b/distance, + behind the focus plane; held within ±max_coc_px.
        """
        self.pass_.draw(
            out,
            {"u_color": color, "u_depth": depth},
            u_depth_to_inverse=depth_to_inverse,
            u_coc=coc_px,
            u_max_coc_px=max_coc_px,
        )

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
