"""OpenGL 3.3 contexts: standalone over EGL for headless work; windows make their own."""

import moderngl

from realtime.errors import GraphicsError

INSTALL = (
    "Install a driver; on Debian or Ubuntu: apt install libegl1 libgl1 libgl1-mesa-dri "
    "(Mesa's software renderer will do)"
)


def headless_context() -> moderngl.Context:
    """Return a standalone OpenGL 3.3 core context. Raises GraphicsError without a driver."""
    try:
        return moderngl.create_context(standalone=True, backend="egl", require=330)
    except Exception as error:  # glcontext raises bare Exception
        raise GraphicsError(
            f"OpenGL: no context over EGL ({error}), a driver for OpenGL 3.3 expected. {INSTALL}"
        ) from None


def check_size(ctx: moderngl.Context, size: tuple[int, int]) -> None:
    """Raise GraphicsError unless a picture of (width, height) px can be rendered."""
    limit = min(ctx.info["GL_MAX_TEXTURE_SIZE"], *ctx.info["GL_MAX_VIEWPORT_DIMS"])
    if not all(1 <= side <= limit for side in size):
        raise GraphicsError(
            f"size: {size[0]} × {size[1]} px, 1 to {limit} px a side expected "
            f"(this OpenGL's limit). Choose another --size"
        )


def is_software(ctx: moderngl.Context) -> bool:
    """Whether the renderer runs on the CPU, where timer queries lie: `profiling.timers`."""
    renderer = ctx.info["GL_RENDERER"].lower()
    return any(name in renderer for name in ("llvmpipe", "softpipe", "swiftshader", "swrast"))
