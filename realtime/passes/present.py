"""Tone mapping and the sRGB curve: HDR to what a screen shows."""

import moderngl

from realtime.gl.fullscreen import Fullscreen


class PresentPass:
    """u_color (exposed linear) -> 8-bit sRGB. The only place where light is encoded.

    is_mapped: whether it is tone-mapped first; else light above 1 is white.
    """

    def __init__(self, ctx: moderngl.Context, is_mapped: bool = True) -> None:
        self.pass_ = Fullscreen(ctx, "present.frag", {} if is_mapped else {"PLAIN": 1})

    def draw(
        self,
        color: moderngl.Texture,
        out: moderngl.Framebuffer,
        size: tuple[int, int] | None = None,
    ) -> None:
        """size: of `out`, needed for a window, whose framebuffer does not know it was resized."""
        self.pass_.draw(out, {"u_color": color}, size=size)

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
