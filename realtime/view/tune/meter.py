"""Times frames, and their passes where that is asked for and the panel is there to show them."""

import time
from collections.abc import Callable

import moderngl

from realtime.gl.timing import NO_TIMER, Timer
from realtime.profiling.timers import PassTimer, pass_timer, totals_ms
from realtime.view.tune.frame_times import FrameTimes

WHOLE = "frames"  # the timing that times no passes
MODES = {"submit": "submit", "passes": None}  # by what the others time them


class FrameMeter:
    """A frame lasts from one `begin` to the next. clock: seconds, for tests.

    is_watched: the panel sets it in every frame in which it is shown; else no passes are timed.
    """

    def __init__(
        self, ctx: moderngl.Context, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.ctx, self._clock = ctx, clock
        self.times = FrameTimes()
        self.is_watched = False
        self._passes: PassTimer | None = None
        self._timing = WHOLE
        self._began: float | None = None

    @property
    def timer(self) -> Timer:
        """What the passes of this frame are timed with."""
        return NO_TIMER if self._passes is None else self._passes

    @property
    def kind(self) -> str | None:
        """By what clock passes are timed; None: they are not."""
        return None if self._passes is None else self._passes.kind

    def begin(self, timing: str) -> None:
        """End the last frame and begin another, timed so; see `ViewState.timing`."""
        now = self._clock()
        if self._began is not None:
            self.times.add((now - self._began) * 1e3)
            found = self._passes.end_frame() if self._passes else None
            if found is not None:
                self.times.add_passes(totals_ms(found.passes), self._passes.lag)
        self._began = now
        wanted = timing if self.is_watched else WHOLE
        self.is_watched = False
        if wanted != self._timing:
            self._change(wanted)
        if self._passes is not None:
            self._passes.begin_frame()

    def _change(self, timing: str) -> None:
        self.release()
        self._timing = timing
        self.times.forget_passes()
        if timing != WHOLE:
            self._passes = pass_timer(self.ctx, MODES[timing])

    def release(self) -> None:
        """Free what passes are timed with."""
        if self._passes is not None:
            self._passes.release()
            self._passes = None
