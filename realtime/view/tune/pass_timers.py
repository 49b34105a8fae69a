"""The passes of each frame, timed: by the processor's clock, with the queue emptied, or on the GPU.

Passes of one name in a frame count together, so that what is timed adds up. Nothing is made in a
frame but when a pass is seen for the first time.
"""

import contextlib
import time
from typing import Protocol

import moderngl

from realtime.gl.context import is_software

Passes = dict[str, float]  # ms by pass


class PassTimer(Protocol):
    """A `realtime.gl.timing.Timer` that knows of frames. lag: frames until a frame's times come."""

    kind: str
    lag: int

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Time what happens within; sections do not nest."""

    def end_frame(self) -> Passes | None:
        """End a frame; return the times of the one `lag` before, to be read at once; or None."""

    def release(self) -> None:
        """Free what was made."""


class _Section:
    """One pass on the processor's clock; used again and again."""

    def __init__(self, timer: "SubmitTimer", name: str) -> None:
        self.timer, self.name, self.start = timer, name, 0.0

    def __enter__(self) -> None:
        self.timer.settle()
        self.start = time.perf_counter()

    def __exit__(self, *_) -> None:
        self.timer.settle()
        elapsed_ms = (time.perf_counter() - self.start) * 1e3
        self.timer.add(self.name, elapsed_ms)


class SubmitTimer:
    """What the processor takes to ask for a pass; the GPU does it later."""

    kind = "CPU, submission only"
    lag = 0

    def __init__(self) -> None:
        self._sections: dict[str, _Section] = {}
        self._now: Passes = {}
        self._last: Passes = {}

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        """See PassTimer."""
        if name not in self._sections:
            self._sections[name] = _Section(self, name)
        return self._sections[name]

    def settle(self) -> None:
        """Called before and after each pass."""

    def add(self, name: str, elapsed_ms: float) -> None:
        """Count a pass."""
        self._now[name] = self._now.get(name, 0.0) + elapsed_ms

    def end_frame(self) -> Passes | None:
        """See PassTimer."""
        self._now, self._last = self._last, self._now
        for name in self._now:
            self._now[name] = 0.0
        return self._last

    def release(self) -> None:
        """There is nothing."""


class FinishTimer(SubmitTimer):
    """The same with the queue emptied around each pass: true on any renderer, but frames wait."""

    kind = "wall clock, each pass waited for"

    def __init__(self, ctx: moderngl.Context) -> None:
        super().__init__()
        self.ctx = ctx

    def settle(self) -> None:
        """Wait for the renderer."""
        self.ctx.finish()


class QueryTimer:
    """Time on the GPU by timer queries, read LAG frames later: frames do not wait.

    The first frame is dropped: some drivers give nonsense for a context's first query.
    """

    kind = "GPU timer queries"
    lag = 3

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self._frames = [_Queries() for _ in range(self.lag + 1)]
        self._at = 0
        self._ended = 0
        self._times: Passes = {}

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        """See PassTimer."""
        return self._frames[self._at].next(self.ctx, name)

    def end_frame(self) -> Passes | None:
        """See PassTimer."""
        self._ended += 1
        self._at = self._ended % len(self._frames)
        oldest = self._frames[self._at]  # `lag` before the one that ended; used again from now on
        if self._ended <= self.lag + 1:
            oldest.used = 0
            return None
        for name in self._times:
            self._times[name] = 0.0
        oldest.take(self._times)
        return self._times

    def release(self) -> None:
        """Queries are freed with the last reference to them."""
        self._frames.clear()


class _Queries:
    """The queries of one frame, in order."""

    def __init__(self) -> None:
        self._queries: list[moderngl.Query] = []
        self._names: list[str] = []
        self.used = 0

    def next(self, ctx: moderngl.Context, name: str) -> moderngl.Query:
        if self.used == len(self._queries):
            self._queries.append(ctx.query(time=True))
            self._names.append(name)
        self._names[self.used] = name
        self.used += 1
        return self._queries[self.used - 1]

    def take(self, times: Passes) -> None:
        """Add them to `times`, and begin anew."""
        for name, query in zip(self._names[: self.used], self._queries, strict=False):
            times[name] = times.get(name, 0.0) + query.elapsed * 1e-6
        self.used = 0


def pass_timer(ctx: moderngl.Context, timing: str) -> PassTimer:
    """Return the timer for "submit" or "passes"; the latter by what tells the truth here."""
    if timing == "submit":
        return SubmitTimer()
    return FinishTimer(ctx) if is_software(ctx) else QueryTimer(ctx)
