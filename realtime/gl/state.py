"""OpenGL's state around drawing for another program: its own, as it was, when that is done."""

import contextlib
from collections.abc import Iterator

import moderngl

from realtime.gl.scope import scoped

ALL_CHANNELS = (True, True, True, True)


@contextlib.contextmanager
def state_kept(ctx: moderngl.Context, out: moderngl.Framebuffer) -> Iterator[None]:
    """What is enabled, bound and seen stays as it was, and does not touch what is drawn within.

    out: what is drawn into. Samplers bound to texture units would take the place of the textures'
    own filters; they are unbound.
    """
    bound = ctx.fbo
    kept = {name: getattr(out, name) for name in ("viewport", "scissor", "color_mask")}
    if kept["scissor"] == (0, 0, *out.size):
        kept["scissor"] = None  # moderngl reports what is seen without one; set, it would be one
    ctx.clear_samplers()
    with scoped(ctx, out, moderngl.NOTHING):
        out.scissor, out.color_mask = None, ALL_CHANNELS
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(out, name, value)
            ctx.fbo = bound
