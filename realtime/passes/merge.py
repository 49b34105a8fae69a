"""Lay the blurred slices of one side under each other."""

from collections.abc import Sequence

import moderngl

from realtime.gl.fullscreen import Fullscreen


class MergePass:
    """Blurred slices of one side, near to far -> one premultiplied picture."""

    def __init__(self, ctx: moderngl.Context, count: int) -> None:
        self.pass_ = Fullscreen(ctx, "merge.frag", {"COUNT": count})

    def draw(self, slices: Sequence[moderngl.Texture], out: moderngl.Framebuffer) -> None:
        """slices: nearest first, as many as were said, all of the size of `out`."""
        self.pass_.draw(out, {f"u_slice_{index}": slice_ for index, slice_ in enumerate(slices)})

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
