"""Drawing into a framebuffer with what is enabled there, and all as it was afterwards."""

import contextlib
from collections.abc import Iterator

import moderngl


@contextlib.contextmanager
def scoped(ctx: moderngl.Context, out: moderngl.Framebuffer, enabled: int) -> Iterator[None]:
    """Draw into `out` with these flags of moderngl on and all others off.

    What was bound and what was enabled by moderngl comes back at the end. moderngl keeps a scope,
    and the framebuffers that it names, until it is released: one a frame would add up.
    """
    scope = ctx.scope(out, enabled)
    try:
        with scope:
            yield
    finally:
        scope.release()
