"""Several targets drawn into at once: their framebuffer, made anew only when they change."""

from collections.abc import Sequence

import moderngl

from realtime.gl.targets import Target, release_framebuffer


class Joined:
    """A framebuffer over the textures of targets, which stay the caller's."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self._framebuffer: moderngl.Framebuffer | None = None
        self._targets: tuple[Target, ...] = ()

    def over(self, targets: Sequence[Target]) -> moderngl.Framebuffer:
        """Return the framebuffer whose attachment i is target i; the same one for the same ones."""
        if self._framebuffer is None or self._targets != tuple(targets):
            self.release()
            self._framebuffer = self.ctx.framebuffer([target.color for target in targets])
            self._targets = tuple(targets)
        return self._framebuffer

    def release(self) -> None:
        """Free the framebuffer."""
        if self._framebuffer is not None:
            release_framebuffer(self._framebuffer)
        self._framebuffer, self._targets = None, ()
