"""Lay the slices over each other: front over sharp over behind."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.passes.fill import Layer


class CompositePass:
    """u_behind, u_front (blurred, premultiplied) + the filled, sharp picture -> one HDR picture."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.pass_ = Fullscreen(ctx, "composite.frag")

    def draw(
        self,
        behind: moderngl.Texture,
        filled: Layer,
        front: moderngl.Texture,
        out: moderngl.Framebuffer,
    ) -> None:
        """All of one size; `out` is none of the inputs."""
        self.pass_.draw(out, {"u_behind": behind, "u_front": front} | filled.inputs("filled"))

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
