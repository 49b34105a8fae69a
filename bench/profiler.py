"""What profiling costs a frame: switched off, and on, against no profiler at all.

    script/bench profiler [--frames N] [--scene NAME] [--bank BANK]

Whole frames of the default quality, 960 × 540, in turns that begin with another one each time.
Measured past the profiler: wall clock with an empty queue before and after, and CPU time of all
threads, which what else runs on the machine disturbs less. Ratios are medians over turns of a
frame's time by that of the plain frame of its turn, ± half the range of their middle half.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import moderngl
import numpy as np

from bench.banks import DEMO_TAPS, disk_bank
from bench.machine import describe
from realtime.bank import read_bank
from realtime.gl.context import headless_context
from realtime.gl.timing import NO_TIMER
from realtime.profiling import Profiler
from realtime.renderer import Renderer
from realtime.scene import load_scene
from realtime.text_table import format_table

SIZE = (960, 540)
WARM_UP = 10  # turns
PLAIN = "no profiler"
ASKED = {"off": "≤ 1.01", "on": "≤ 1.03"}
Draw = Callable[[], None]
Times = dict[str, list[tuple[float, float]]]  # wall and CPU ms


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=100, help="of each (%(default)s)")
    parser.add_argument("--scene", default="string_lights", help="(%(default)s)")
    parser.add_argument("--bank", type=Path, help="the demo's, unless given")
    arguments = parser.parse_args()
    ctx = headless_context()
    bank = read_bank(arguments.bank) if arguments.bank else disk_bank(DEMO_TAPS)
    renderer = Renderer(ctx, load_scene(arguments.scene), SIZE, bank)
    with Profiler(ctx) as on, Profiler.off() as off:
        draws = {
            PLAIN: lambda: renderer.render(1.0, "sparse", timer=NO_TIMER),
            "off": lambda: _profiled(renderer, off),
            "on": lambda: _profiled(renderer, on),
        }
        times = measure(ctx, draws, arguments.frames)
        print(f"{arguments.scene}, {SIZE[0]} × {SIZE[1]}, {arguments.frames} frames of each")
        print(f"{describe(ctx)}\non: {on.kind}\n")
    renderer.release()
    head = ("profiler", "median ms", "CPU ms", "by plain", "CPU by plain", "asked")
    print(format_table(head, rows_of(times)))


def _profiled(renderer: Renderer, profiler: Profiler) -> None:
    with profiler.frame():
        renderer.render(1.0, "sparse", timer=profiler)


def measure(ctx: moderngl.Context, draws: dict[str, Draw], frames: int) -> Times:
    """Return the times of every draw, after some turns that warm up."""
    names = list(draws)
    times: Times = {name: [] for name in names}
    for turn in range(-WARM_UP, frames):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found = _one(ctx, draws[name])
            if turn >= 0:
                times[name].append(found)
    return times


def _one(ctx: moderngl.Context, draw: Draw) -> tuple[float, float]:
    ctx.finish()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    draw()
    ctx.finish()
    return (time.perf_counter() - wall_s) * 1e3, (time.process_time() - cpu_s) * 1e3


def rows_of(times: Times) -> list[tuple[str, ...]]:
    """A row for each: medians, and medians of ratios within turns."""
    plain = np.array(times[PLAIN])
    rows = []
    for name, of_one in times.items():
        wall_ms, cpu_ms = np.median(of_one, axis=0)
        low, ratio, high = np.percentile(np.array(of_one) / plain, (25, 50, 75), axis=0)
        ratios = [
            f"{middle:.3f} ± {half:.3f}"
            for middle, half in zip(ratio, (high - low) / 2, strict=True)
        ]
        row = (name, f"{wall_ms:.1f}", f"{cpu_ms:.1f}", *ratios, ASKED.get(name, ""))
        rows.append(row if name != PLAIN else (*row[:3], "1", "1", ""))
    return rows


if __name__ == "__main__":
    main()
