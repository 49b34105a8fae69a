"""Frames and passes of a program that uses the post-process, timed where they are drawn.

    with Profiler(ctx) as profiler:
        while running:
            with profiler.frame():
                with profiler.section("my scene"):
                    draw(...)
                dof.render(color, depth, view, out, timer=profiler)
        print(profiler.report())

What is drawn outside of sections is part of the frame only.
"""

import contextlib
from typing import Self

import moderngl

from realtime.errors import GraphicsError, UsageError
from realtime.gl.context import is_software
from realtime.profiling.recording import Recording
from realtime.profiling.report import report_of
from realtime.profiling.timers import PassTimer, pass_timer

OFF = "off"
LIES = "this renderer's timer queries leave out work"
_NOTHING = contextlib.nullcontext()


class Profiler:
    """A `realtime.gl.timing.Timer` for whole frames, which it keeps.

    mode: "query": GPU time by timer queries, read three frames later, so that nothing waits;
    "finish": wall clock, each pass waited for; "submit": only what the processor takes to ask for a
    pass, which the others time as well. None: "query", or on a software renderer, whose queries do
    not tell the truth, "finish". enabled: False makes it do nothing, at no cost worth naming.

    Passes of one name in a frame count together. A frame that is left by an exception is not kept;
    with queries neither is the first, which drivers get wrong. Raises UsageError for another mode.
    """

    def __init__(
        self, ctx: moderngl.Context | None, mode: str | None = None, enabled: bool = True
    ) -> None:
        self.ctx = ctx
        self._timer: PassTimer | None = pass_timer(ctx, mode) if enabled else None
        kind = OFF if self._timer is None else _kind(self._timer, ctx)
        self._recording = Recording(kind, OFF if self._timer is None else self._timer.clock)
        self._frame = _ProfiledFrame(self)
        self._is_released = False

    @classmethod
    def off(cls) -> Self:
        """Return one that does nothing."""
        return cls(None, enabled=False)

    @property
    def enabled(self) -> bool:
        """Whether it times anything."""
        return self._timer is not None

    @property
    def kind(self) -> str:
        """In words, what the times of passes are."""
        return self._recording.kind

    def frame(self) -> contextlib.AbstractContextManager[None]:
        """Time a frame: what happens within. Raises UsageError within another."""
        return _NOTHING if self._timer is None else self._frame

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Time a pass of the frame. Raises UsageError outside of one, and within another pass."""
        if self._timer is None:
            return _NOTHING
        if not self._frame.is_open:
            raise UsageError(
                f"section {name!r}: outside of a frame, one within expected. "
                f"Put it into `with profiler.frame():`"
            )
        return self._timer.section(name)

    def wait(self) -> None:
        """Wait for all that was asked for: at the end of a frame, it has all of its work then."""
        if self._timer is not None:
            self.ctx.finish()

    @property
    def recording(self) -> Recording:
        """All frames so far. Waits for the last ones where their times are still to come."""
        self._take_rest()
        return self._recording

    def _take_rest(self) -> None:
        if self._timer is not None:
            for frame in self._timer.drain():
                self._recording.add(frame.start_s, frame.elapsed_ms, frame.passes)

    def clear(self) -> None:
        """Forget all frames so far, such as those that warmed up. Waits as `recording` does."""
        self.recording.clear()

    def report(self) -> str:
        """Return a table of all frames so far. Waits as `recording` does."""
        return report_of(self.recording) if self.enabled else "0 frames; profiler: off"

    def _end_frame(self) -> None:
        ended = self._timer.end_frame()
        if ended is not None:
            self._recording.add(ended.start_s, ended.elapsed_ms, ended.passes)

    def _begin_frame(self) -> None:
        if self._is_released:
            raise GraphicsError("profiler: released, one in use expected. Make another Profiler")
        self._timer.begin_frame()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.release()

    def release(self) -> None:
        """Free what was made on the GPU; what was recorded stays. Waits as `recording` does."""
        if self._timer is None or self._is_released:
            return
        self._take_rest()
        self._is_released = True
        self._timer.release()


class _ProfiledFrame:
    """The frame of a profiler; used again and again."""

    def __init__(self, profiler: Profiler) -> None:
        self._profiler, self.is_open = profiler, False

    def __enter__(self) -> None:
        if self.is_open:
            raise UsageError(
                "profiler frame: within another, frames one after the other expected. "
                "End the first one before"
            )
        self._profiler._begin_frame()
        self.is_open = True

    def __exit__(self, kind: type[BaseException] | None, *_) -> None:
        self.is_open = False
        if kind is None:
            self._profiler._end_frame()


def _kind(timer: PassTimer, ctx: moderngl.Context) -> str:
    """The timer's kind, and why it is the best there is, or not to be trusted."""
    return f"{timer.kind}: {LIES}" if timer.clock != "CPU" and is_software(ctx) else timer.kind
