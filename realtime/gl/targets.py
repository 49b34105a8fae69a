"""Textures that are drawn into. Made once and kept; filter and wrap are set on every one."""

from dataclasses import dataclass

import moderngl

from realtime.gl.context import check_size

DTYPES = {"half": "f2", "float": "f4"}  # moderngl's names for a precision


@dataclass
class Target:
    """A texture, a depth texture where asked for, and the framebuffer that draws into them."""

    framebuffer: moderngl.Framebuffer
    color: moderngl.Texture | None
    depth: moderngl.Texture | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in px."""
        return self.framebuffer.size

    def release(self) -> None:
        """Free the memory; the framebuffer goes first, or GL keeps its attachments alive."""
        release_framebuffer(self.framebuffer)
        for texture in (self.color, self.depth):
            if texture is not None:
                texture.release()


def release_framebuffer(framebuffer: moderngl.Framebuffer) -> None:
    """Free a framebuffer; if it is bound, the default one is bound first.

    moderngl binds what was bound before again after making a framebuffer: a freed one would leave
    a GL error.
    """
    if framebuffer.ctx.fbo is framebuffer:
        framebuffer.ctx.detect_framebuffer(0).use()
    framebuffer.release()


def color_target(
    ctx: moderngl.Context,
    size: tuple[int, int],
    components: int = 4,
    dtype: str = "f2",
    depth: bool = False,
) -> Target:
    """Make a target of (width, height) px; dtype "f2" is half float, "f4" float, "f1" 8 bit.

    Raises GraphicsError for a size that OpenGL refuses.
    """
    check_size(ctx, size)
    color = ctx.texture(size, components, dtype=dtype)
    clamp(color, moderngl.LINEAR)
    depth_texture = _depth_texture(ctx, size) if depth else None
    return Target(ctx.framebuffer([color], depth_texture), color, depth_texture)


def _depth_texture(ctx: moderngl.Context, size: tuple[int, int]) -> moderngl.Texture:
    texture = ctx.depth_texture(size)
    texture.compare_func = ""  # read as a number, not as a shadow test
    clamp(texture, moderngl.NEAREST)
    return texture


def clamp(texture: moderngl.Texture | moderngl.TextureArray, kind: int) -> None:
    """Set the filter and clamp at the border: GL repeats by default, and a blur would wrap."""
    texture.filter = (kind, kind)
    texture.repeat_x = texture.repeat_y = False
