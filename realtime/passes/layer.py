"""Colour and CoC that belong together."""

import moderngl

from realtime.gl.targets import Target, color_target, release_framebuffer


class Layer:
    """Premultiplied colour and CoC of one size, drawn into together.

    components: of the CoC's texture; the fill keeps a second number beside it.
    """

    def __init__(
        self, ctx: moderngl.Context, size: tuple[int, int], dtype: str, components: int = 1
    ) -> None:
        self.color: Target = color_target(ctx, size, dtype=dtype)
        self.coc: Target = color_target(ctx, size, components, dtype=dtype)
        self.framebuffer = ctx.framebuffer([self.color.color, self.coc.color])

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in texels."""
        return self.color.size

    def inputs(self, name: str = "", number: str = "") -> dict[str, moderngl.Texture]:
        """Its textures as samplers: u_NAME_NUMBER, u_NAME_coc_NUMBER, or u_color and u_coc."""
        if not name:
            return {"u_color": self.color.color, "u_coc": self.coc.color}
        return {f"u_{name}{number}": self.color.color, f"u_{name}_coc{number}": self.coc.color}

    def release(self) -> None:
        """Free the memory."""
        release_framebuffer(self.framebuffer)
        self.color.release()
        self.coc.release()
