"""Wall-clock time of draws, in turns: A B C A B C.

Absolute times of a software renderer mean little, and what else runs on the machine slows all draws
of a turn alike; so medians of one run are compared. The queue is emptied before and after each.
"""

import time
from collections.abc import Callable, Mapping

import moderngl

Draw = Callable[[], None]


def wall_ms(ctx: moderngl.Context, draw: Draw) -> float:
    """Time of one draw, the renderer's queue empty before and after."""
    ctx.finish()
    start = time.perf_counter()
    draw()
    ctx.finish()
    return (time.perf_counter() - start) * 1e3


def interleaved_ms(
    ctx: moderngl.Context, draws: Mapping[str, Draw], runs: int
) -> dict[str, list[float]]:
    """Return `runs` times of each draw; one turn before them warms up and does not count."""
    for draw in draws.values():
        draw()
    times: dict[str, list[float]] = {name: [] for name in draws}
    for _ in range(runs):
        for name, draw in draws.items():
            times[name].append(wall_ms(ctx, draw))
    return times
