"""The passes of each frame, timed: by the processor's clock, with the queue emptied, or on the GPU.

    begin_frame   section("scene")   section("blur")   end_frame -> the frame `lag` before, or None

Timer queries lie on software renderers: llvmpipe's count only the last tiles of a pass, 0.3 s of a
dense blur of 22 s. So there each pass is waited for and timed by the wall clock. Whatever the
timer, what the processor takes to ask for a pass is timed as well. Nothing is made in a frame but
when it has more passes than any before it.
"""

import abc
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import ClassVar

import moderngl

from realtime.errors import UsageError
from realtime.gl.context import is_software
from realtime.profiling.queries import give_back, take_query

MODES = ("submit", "finish", "query")


class Section:
    """One pass, by the processor's clock alone.

    start_s: of time.perf_counter. submit_ms: until its draw calls had returned. elapsed_ms: what it
    took, by the timer's clock; known when the timer hands it out.
    """

    __slots__ = ("elapsed_ms", "is_open", "name", "start_s", "submit_ms")

    def __init__(self) -> None:
        self.name, self.is_open = "", False
        self.start_s = self.submit_ms = self.elapsed_ms = 0.0

    def __enter__(self) -> None:
        self.is_open = True
        self.start_s = time.perf_counter()

    def __exit__(self, *_) -> None:
        self.submit_ms = self.elapsed_ms = _since_ms(self.start_s)
        self.is_open = False

    def read(self) -> None:
        """Fetch what was not known yet."""

    def release(self) -> None:
        """Free what was made."""


class _Waited(Section):
    """A pass with the renderer's queue empty before and after."""

    __slots__ = ("_ctx",)

    def __init__(self, ctx: moderngl.Context) -> None:
        super().__init__()
        self._ctx = ctx

    def __enter__(self) -> None:
        self._ctx.finish()
        super().__enter__()

    def __exit__(self, *_) -> None:
        super().__exit__()
        self._ctx.finish()
        self.elapsed_ms = _since_ms(self.start_s)


class _Queried(Section):
    """A pass between the two ends of a timer query."""

    __slots__ = ("_ctx", "_query")

    def __init__(self, ctx: moderngl.Context) -> None:
        super().__init__()
        self._ctx, self._query = ctx, take_query(ctx)

    def __enter__(self) -> None:
        super().__enter__()
        self._query.__enter__()

    def __exit__(self, *of_error) -> None:
        self._query.__exit__(*of_error)
        super().__exit__()

    def read(self) -> None:
        """Waits where the GPU is not that far yet."""
        self.elapsed_ms = self._query.elapsed * 1e-6

    def release(self) -> None:
        """Let others use the query."""
        give_back(self._ctx, self._query)


class TimedFrame:
    """A frame and its passes, in order; used again and again.

    start_s: of time.perf_counter. elapsed_ms: from begin_frame to end_frame.
    """

    def __init__(self) -> None:
        self.start_s = self.elapsed_ms = 0.0
        self.sections: list[Section] = []  # the last ones may be of an earlier frame
        self.used = 0

    @property
    def passes(self) -> Sequence[Section]:
        """Those of this frame."""
        return self.sections[: self.used]


class PassTimer(abc.ABC):
    """A `realtime.gl.timing.Timer` that knows of frames.

    kind: in words, by what clock passes are timed. clock: "CPU", "wall" or "GPU". lag: frames until
    a frame's times come. dropped: frames at the beginning whose times never come.
    """

    kind: ClassVar[str]
    clock: ClassVar[str]
    lag: ClassVar[int] = 0
    dropped: ClassVar[int] = 0

    def __init__(self) -> None:
        self._now = TimedFrame()
        self._ended: deque[TimedFrame] = deque()
        self._free: list[TimedFrame] = []
        self._to_drop = self.dropped

    @abc.abstractmethod
    def _make(self) -> Section:
        """Make a section that was never used."""

    def settle(self) -> None:  # noqa: B027
        """Called where a frame begins and ends."""

    def begin_frame(self) -> None:
        """Begin a frame; what was timed since the last one's end is forgotten."""
        self.settle()
        self._now.used = 0
        self._now.start_s = time.perf_counter()

    def section(self, name: str) -> Section:
        """Time what happens within, as a pass of this frame. Raises UsageError within another."""
        now = self._now
        if now.used and now.sections[now.used - 1].is_open:
            raise _nested(name, now.sections[now.used - 1].name)
        if now.used == len(now.sections):
            now.sections.append(self._make())
        section = now.sections[now.used]
        section.name = name
        now.used += 1
        return section

    def end_frame(self) -> TimedFrame | None:
        """End a frame; return the one `lag` before it, to be read at once; or None."""
        self.settle()
        self._now.elapsed_ms = _since_ms(self._now.start_s)
        self._ended.append(self._now)
        if len(self._ended) <= self.lag:
            self._now = self._free.pop() if self._free else TimedFrame()
            return None
        self._now = self._ended.popleft()  # used again from now on
        return self._read(self._now)

    def drain(self) -> Iterator[TimedFrame]:
        """Yield the frames that are still to come, each to be read at once; waits for them."""
        while self._ended:
            frame = self._ended.popleft()
            self._free.append(frame)
            if self._read(frame) is not None:
                yield frame

    def _read(self, frame: TimedFrame) -> TimedFrame | None:
        if self._to_drop:
            self._to_drop -= 1
            return None
        for section in frame.passes:
            section.read()
        return frame

    def release(self) -> None:
        """Free what was made; what is still to come is lost."""
        for frame in (self._now, *self._ended, *self._free):
            for section in frame.sections:
                section.release()
        self._now = TimedFrame()
        self._ended.clear()
        self._free.clear()


class SubmitTimer(PassTimer):
    """What the processor takes to ask for a pass; the GPU does it later."""

    kind = "CPU, submission only"
    clock = "CPU"

    def _make(self) -> Section:
        return Section()


class FinishTimer(PassTimer):
    """The renderer's queue emptied around each pass: true on any renderer, but passes wait."""

    kind = "wall clock, each pass waited for"
    clock = "wall"

    def __init__(self, ctx: moderngl.Context) -> None:
        super().__init__()
        self.ctx = ctx

    def _make(self) -> Section:
        return _Waited(self.ctx)

    def settle(self) -> None:
        """Wait for the renderer, so that a frame has all of its work and none of another's."""
        self.ctx.finish()


class QueryTimer(PassTimer):
    """Time on the GPU by timer queries, read LAG frames later: frames do not wait.

    The first frame is dropped: some drivers give nonsense for a context's first query. moderngl
    reads 32 bits of ns, so no pass takes more than 4.3 s.
    """

    kind = "GPU timer queries"
    clock = "GPU"
    lag = 3
    dropped = 1

    def __init__(self, ctx: moderngl.Context) -> None:
        super().__init__()
        self.ctx = ctx

    def _make(self) -> Section:
        return _Queried(self.ctx)


def pass_timer(ctx: moderngl.Context, mode: str | None = None) -> PassTimer:
    """Return the timer for one of MODES; for None the one that tells the truth on this renderer.

    Raises UsageError for another mode.
    """
    if mode is None:
        mode = "finish" if is_software(ctx) else "query"
    if mode == "submit":
        return SubmitTimer()
    if mode == "finish":
        return FinishTimer(ctx)
    if mode == "query":
        return QueryTimer(ctx)
    raise UsageError(f"profiling mode: {mode!r}, one of {', '.join(MODES)} expected. Change it")


def totals_ms(passes: Sequence[Section]) -> dict[str, float]:
    """Return what passes took, those of one name together."""
    totals: dict[str, float] = {}
    for section in passes:
        totals[section.name] = totals.get(section.name, 0.0) + section.elapsed_ms
    return totals


def _since_ms(start_s: float) -> float:
    return (time.perf_counter() - start_s) * 1e3


def _nested(name: str, within: str) -> UsageError:
    return UsageError(
        f"section {name!r}: within {within!r}, sections one after the other expected. "
        f"End {within!r} first"
    )
