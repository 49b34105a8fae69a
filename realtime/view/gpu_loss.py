"""When the GPU goes away: its driver was reset, or it was pulled out.

A context that is lost takes every call and does nothing: no exception, only an error to ask for,
where the window's context was made to tell (see `window._create`). Drivers that do not tell end the
process, or make OpenGL fail somewhere; the first is out of our hands, the second is told here too.
"""

import contextlib
import time
from collections.abc import Callable, Iterator

import moderngl

from realtime.errors import GraphicsError

LOST = "GL_CONTEXT_LOST"
EVERY_S = 0.5  # asking may wait for a driver's own thread: not in every frame


class GpuWatch:
    """Asks now and then whether the context is there. clock: in s, for tests."""

    def __init__(self, ctx: moderngl.Context, clock: Callable[[], float] = time.monotonic) -> None:
        self.ctx, self._clock = ctx, clock
        self._next_s = clock()

    def tick(self) -> None:
        """Once a frame. Raises moderngl.Error where the GPU is gone."""
        now_s = self._clock()
        if now_s >= self._next_s:
            self._next_s = now_s + EVERY_S
            if self.ctx.error == LOST:
                raise moderngl.Error(LOST)


@contextlib.contextmanager
def told_when_lost(keep: Callable[[], str]) -> Iterator[None]:
    """Make what OpenGL fails with within a message, and keep what must not get lost.

    keep: called then; it returns what was done, and what to do. Raises GraphicsError.
    """
    try:
        yield
    except moderngl.Error as error:
        reason = str(error)
        there = "lost" if LOST in reason else f"OpenGL failed ({reason})"
        raise GraphicsError(f"GPU: {there}, a running one expected. {keep()}") from error
