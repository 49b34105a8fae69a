"""Lay the blurred slices over each other, front over behind."""

import moderngl

from realtime.gl.fullscreen import Fullscreen


class CompositePass:
    """u_behind + u_front (premultiplied, blurred) -> one HDR picture."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.pass_ = Fullscreen(ctx, "composite.frag")

    def draw(
        self, behind: moderngl.Texture, front: moderngl.Texture, out: moderngl.Framebuffer
    ) -> None:
        """All of one size; `out` is neither of the inputs."""
        self.pass_.draw(out, {"u_behind": behind, "u_front": front})

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
