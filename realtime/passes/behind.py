"""Cut the slice behind the focus plane from the filled picture."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.passes.fill import Layer


class BehindPass:
    """The filled rest and the front -> the slice behind, and what the spread needs of both."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.pass_ = Fullscreen(ctx, "behind.frag")

    def draw(self, filled: Layer, front: Layer, out: moderngl.Framebuffer) -> None:
        """Draw into `out`: two attachments, the slice, and the CoC and mask of both slices."""
        self.pass_.draw(out, filled.inputs("filled") | front.inputs("front"))

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
