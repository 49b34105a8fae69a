"""Time spent in sections of a frame.

Timer queries lie on software renderers (they count submission, not work), so there a section is
bracketed by `finish()` and timed by the wall clock. On a GPU, queries are read two frames later, so
that the frame loop never waits.
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Protocol

import moderngl

from realtime.gl.context import is_software


class Timer(Protocol):
    """What passes are timed with."""

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Time what happens within; sections do not nest."""


class _NoTimer:
    """Times nothing and costs nothing."""

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        return _NOTHING


_NOTHING = contextlib.nullcontext()
NO_TIMER: Timer = _NoTimer()


class WallTimer:
    """Wall-clock time of each section, the renderer's queue emptied before and after."""

    kind = "wall clock with finish()"
    dropped = 0  # first samples of a section that do not count

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.ms: dict[str, list[float]] = {}

    @contextlib.contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Add one sample to `ms[name]`."""
        self.ctx.finish()
        start = time.perf_counter()
        yield
        self.ctx.finish()
        self.ms.setdefault(name, []).append((time.perf_counter() - start) * 1e3)

    def settle(self) -> None:
        """Nothing is outstanding: samples are taken at once."""


class QueryTimer:
    """GPU time of each section by timer queries, read LAG uses later; the first sample is dropped.

    Some drivers give nonsense for the first query of a context.
    """

    kind = "GPU timer queries"
    dropped = 1
    LAG = 3

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.ms: dict[str, list[float]] = {}
        self._rings: dict[str, list[moderngl.Query]] = {}
        self._uses: dict[str, int] = {}

    @contextlib.contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Add a sample to `ms[name]`, some uses later."""
        use = self._uses.get(name, 0)
        self._uses[name] = use + 1
        ring = self._rings.setdefault(name, [])
        if len(ring) < self.LAG:
            ring.append(self.ctx.query(time=True))
        elif use > self.LAG:
            self._take(name, use)
        with ring[use % self.LAG]:
            yield

    def settle(self) -> None:
        """Read what is outstanding; waits for the GPU, so call it after the last frame."""
        for name, use in self._uses.items():
            for outstanding in range(max(use - self.LAG, 1), use):  # 0 is the one dropped
                self._take(name, outstanding)
            self._uses[name] = 0

    def _take(self, name: str, use: int) -> None:
        elapsed_ns = self._rings[name][use % self.LAG].elapsed
        self.ms.setdefault(name, []).append(elapsed_ns * 1e-6)


def make_timer(ctx: moderngl.Context) -> WallTimer | QueryTimer:
    """Return the timer that tells the truth on this renderer."""
    return WallTimer(ctx) if is_software(ctx) else QueryTimer(ctx)
