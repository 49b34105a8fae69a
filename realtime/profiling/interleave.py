"""Several ways to draw a frame, profiled in turns: A B C A B C.

What else runs on the machine, and its clock's ups and downs, then slow all of them alike, so that
their times can be compared. Each first draws by itself until its times no longer change.
"""

import contextlib
import math
import time
from collections.abc import Callable, Mapping

from realtime.errors import UsageError
from realtime.gl.timing import Timer
from realtime.profiling.profiler import Profiler
from realtime.profiling.recording import Recording
from realtime.profiling.statistics import is_stable

Draw = Callable[[Timer], object]
LEAST = 3  # frames of what is slow
MOST_WARM_UP = 60  # frames: on a machine with other work times may never settle


def interleave(
    draws: Mapping[str, Draw],
    make_profiler: Callable[[str], Profiler],
    frames: int,
    most_warm_up: int = MOST_WARM_UP,
    most_s: float = math.inf,
) -> dict[str, Recording]:
    """Return what was recorded of each: `frames` frames, warm-up left out.

    most_s: seconds for all frames of one draw. What is slower gets fewer of them, 3 at least, but 1
    where that alone takes as long, spread evenly over all turns; a third of it for the warm-up.

    draws: each draws one frame, its passes timed with what it is given. make_profiler: of a name,
    all of one mode. most_warm_up: frames each, at most, until they are stable; at least one is
    drawn, which compiles and allocates. Waits for each frame of the warm-up and, with queries, for
    none of the others.

    Raises UsageError for fewer than one draw or frame.
    """
    if not draws:
        raise UsageError("interleave: 0 draws, at least 1 expected. Name what to draw")
    for what, number in (("frames", frames), ("most_warm_up", most_warm_up)):
        if number < 1:
            raise UsageError(f"interleave {what}: {number}, at least 1 expected. Change it")
    with contextlib.ExitStack() as stack:
        profilers = {name: stack.enter_context(make_profiler(name)) for name in draws}
        counts = {
            name: _affordable(
                warm_up(draw, profilers[name], most_warm_up, most_s / 3), frames, most_s
            )
            for name, draw in draws.items()
        }
        for turn in range(frames):
            for name, draw in draws.items():
                if turn * counts[name] % frames < counts[name]:
                    _one(draw, profilers[name])
        return {name: profiler.recording for name, profiler in profilers.items()}


def _affordable(warm_up_s: list[float], frames: int, most_s: float) -> int:
    """How many frames to draw of what took so long in its warm-up."""
    each_s = min(warm_up_s)
    if each_s > most_s:
        return 1
    return int(min(frames, max(LEAST, most_s / each_s)))


def warm_up(
    draw: Draw, profiler: Profiler, most: int = MOST_WARM_UP, most_s: float = math.inf
) -> list[float]:
    """Draw until whole frames are stable, waiting for each; return their times, s.

    They are forgotten. most, most_s: of frames and of seconds, stable or not.
    """
    times_s: list[float] = []
    while len(times_s) < most and sum(times_s) < most_s and not is_stable(times_s):
        profiler.wait()
        start_s = time.perf_counter()
        _one(draw, profiler)
        profiler.wait()
        times_s.append(time.perf_counter() - start_s)
    profiler.clear()
    return times_s


def _one(draw: Draw, profiler: Profiler) -> None:
    with profiler.frame():
        draw(profiler)
