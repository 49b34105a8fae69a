"""Where the scene is drawn: HDR colour and depth, anti-aliased by multisampling."""

import struct

import moderngl

from realtime.gl.targets import color_target, release_framebuffer


class SceneTarget:
    """RGBA16F colour and 24-bit depth of one size; `framebuffer` is drawn into.

    With samples > 1 that is a multisampled buffer, and `resolve` averages it into `color` (light
    averages linearly, so this comes before tone mapping) and picks a sample for `depth`. More
    samples than the renderer has are cut to what it has.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], samples: int = 4) -> None:
        self.ctx = ctx
        self.size = size
        self._resolved = color_target(ctx, size, dtype="f2", depth=True)
        self._buffers: tuple[moderngl.Renderbuffer, ...] = ()
        self.framebuffer = self._resolved.framebuffer
        samples = min(samples, ctx.max_samples)
        if samples > 1:
            self._buffers = (
                ctx.renderbuffer(size, 4, samples=samples, dtype="f2"),
                ctx.depth_renderbuffer(size, samples=samples),
            )
            self.framebuffer = ctx.framebuffer(self._buffers[:1], self._buffers[1])

    @property
    def color(self) -> moderngl.Texture:
        """Exposed linear light."""
        return self._resolved.color

    @property
    def depth(self) -> moderngl.Texture:
        """Window depth 0..1, sky 1."""
        return self._resolved.depth

    def resolve(self) -> None:
        """Bring what was drawn into `color` and `depth`."""
        if self._buffers:
            self.ctx.copy_framebuffer(self._resolved.framebuffer, self.framebuffer)

    def clear(self, rect: tuple[int, int, int, int]) -> None:
        """Empty `color` (to 0) and `depth` (to 1) in (left, bottom, width, height), px."""
        self._resolved.framebuffer.clear(depth=1.0, viewport=rect)

    def depth_at(self, x: int, y: int) -> float:
        """Window depth of one pixel, from the bottom left. Waits for the renderer."""
        data = self._resolved.framebuffer.read((x, y, 1, 1), attachment=-1, dtype="f4")
        return struct.unpack("f", data[:4])[0]

    def release(self) -> None:
        """Free the memory."""
        if self._buffers:
            release_framebuffer(self.framebuffer)
            for buffer in self._buffers:
                buffer.release()
        self._resolved.release()
