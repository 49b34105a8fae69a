"""The regression gate: ratios of times against those of a committed baseline.

    script/bench                 a short set, two minutes; exit code 1 where a ratio got worse
    script/bench gate --update   measure the baseline anew, and how much its ratios scatter

Times differ from machine to machine and from day to day; what one pass takes beside another of the
same run differs less. Each ratio has its own noise, found by measuring the baseline several times.
"""

import argparse
import json
import sys
from pathlib import Path

import moderngl
import numpy as np

from bench.banks import DEMO_TAPS, disk_bank
from bench.machine import describe
from realtime.gl.context import headless_context
from realtime.measure.contenders import Contender, contenders_of
from realtime.measure.frames import measure_frames
from realtime.measure.sweep import Point, picture_of, sweep
from realtime.renderer import Renderer
from realtime.scene import load_scene
from realtime.text_table import format_table

BASELINE = Path(__file__).with_name("baseline.json")
SCENE, SIZE, TIME_S = "string_lights", (640, 360), 1.0
RADIUS_PX = 16.0
FRAMES = 15
METHODS = "sparse,gaussian,dual-kawase,circular1,gather41,near-far"
YARDSTICK = ("gather41", "blur")  # the method and its pass that all others are counted in
LEAST_MS = 1.0  # passes that take less are too short for the clock
RUNS = 5  # of a baseline
LEAST_NOISE = 0.06  # stated at least: runs in a row see too little of a machine's moods
SIGMAS = 4.0
MOST_MISSING = 0.2  # of the baseline: short passes come and go at the clock's limit

Ratios = dict[str, float]  # "method: pass" -> how many yardsticks


def main() -> None:
    """Measure and compare, or measure the baseline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="write bench/baseline.json anew")
    arguments = parser.parse_args()
    ctx = headless_context()
    if arguments.update:
        _update(ctx)
        return
    baseline = json.loads(BASELINE.read_text())
    now = measure(ctx)
    if refusal := why_not(describe(ctx), baseline, now):
        print(refusal, file=sys.stderr)
        sys.exit(1)
    worse = [name for name in baseline["ratios"] if is_worse(name, now, baseline["ratios"])]
    if worse:  # once more: a machine may have been busy with something else
        again = measure(ctx)
        now = {name: min(ratio, again.get(name, ratio)) for name, ratio in now.items()}
        worse = [name for name in worse if is_worse(name, now, baseline["ratios"])]
    print(f"{describe(ctx)}\nbaseline: {baseline['about']}\n")
    print(table_of(now, baseline["ratios"]))
    for name in worse:
        print(complaint(name, now, baseline["ratios"]), file=sys.stderr)
    sys.exit(1 if worse else 0)


def measure(ctx: moderngl.Context) -> Ratios:
    """One run of the short set."""
    bank = disk_bank(DEMO_TAPS)
    contenders, _ = contenders_of(METHODS, bank)
    renderer = Renderer(ctx, load_scene(SCENE), SIZE, bank)
    ratios = _of_frames(renderer, contenders)
    picture = picture_of(renderer, TIME_S)
    renderer.release()
    return ratios | _of_stage(ctx, picture, contenders)


def _of_frames(renderer: Renderer, contenders: list[Contender]) -> Ratios:
    """Of every pass of every method, and of whole frames."""
    results, _ = measure_frames(renderer, contenders, TIME_S, FRAMES)
    times = {
        (one.name, part.name): part.done_ms.median for one in results for part in one.passes
    } | {(one.name, "whole frame"): one.frame_ms.median for one in results}
    unit_ms = times[YARDSTICK]
    return {
        f"{method}: {part}": ms / unit_ms
        for (method, part), ms in times.items()
        if ms >= LEAST_MS and (method, part) != YARDSTICK
    }


def _of_stage(ctx: moderngl.Context, picture: np.ndarray, contenders: list[Contender]) -> Ratios:
    """Of the blur alone to its floor, and to the same taps as constants."""
    found = sweep(ctx, picture, contenders, [Point(SIZE, RADIUS_PX)], FRAMES)
    ratios = {}
    for one in found.results:
        ratios[f"{one.name}: blur alone / floor"] = one.ms.median / one.floor_ms
        if one.constants_ms is not None:
            ratios[f"{one.name}: blur alone / constants"] = one.ms.median / one.constants_ms
    return ratios


def why_not(here: str, baseline: dict, now: Ratios) -> str | None:
    """Say why a run cannot be compared: another renderer's ratios are others, and so are few."""
    renderers = [about.rpartition("; ")[2] for about in (baseline["about"], here)]
    if renderers[0] != renderers[1]:
        return (
            f"bench: a baseline of {renderers[0]}, one of {renderers[1]} expected. "
            f"Measure one before the change: script/bench gate --update"
        )
    missing = [name for name in baseline["ratios"] if name not in now]
    if len(missing) > MOST_MISSING * len(baseline["ratios"]):
        return (
            f"bench: {len(missing)} of {len(baseline['ratios'])} ratios are not measured any more, "
            f"such as {missing[0]}, nearly all expected. Measure a baseline: script/bench gate "
            f"--update"
        )
    return None


def is_worse(name: str, now: Ratios, baseline: dict[str, dict[str, float]]) -> bool:
    """Whether a ratio is beyond what the baseline's noise explains. One that is gone is not."""
    was = baseline[name]
    return name in now and now[name] > was["ratio"] * (1 + was["noise"])


def complaint(name: str, now: Ratios, baseline: dict[str, dict[str, float]]) -> str:
    """What got worse, and by how much."""
    was = baseline[name]
    return (
        f"bench: {name}: {now[name]:.3f}, at most {was['ratio'] * (1 + was['noise']):.3f} expected "
        f"({was['ratio']:.3f} + {was['noise']:.0%} noise). Mend it, or say why in "
        f"script/bench gate --update"
    )


def table_of(now: Ratios, baseline: dict[str, dict[str, float]]) -> str:
    """All ratios beside the baseline's."""
    rows = []
    for name, was in baseline.items():
        found = now.get(name)
        change = "–" if found is None else f"{found / was['ratio'] - 1:+.1%}"
        shown = "–" if found is None else f"{found:.3f}"
        rows.append((name, f"{was['ratio']:.3f}", shown, change, f"{was['noise']:.0%}"))
    return format_table(("method: pass", "baseline", "now", "change", "noise"), rows)


def _update(ctx: moderngl.Context) -> None:
    runs = [measure(ctx) for _ in range(RUNS)]
    BASELINE.write_text(json.dumps(baseline_of(runs, describe(ctx)), indent=1) + "\n")
    print(f"wrote {BASELINE.name}: {len(runs)} runs")


def baseline_of(runs: list[Ratios], about: str) -> dict:
    """Medians, and how far single runs are off, relative."""
    ratios = {}
    for name in runs[0]:
        values = np.array([run[name] for run in runs if name in run])
        if len(values) < len(runs):
            continue  # too short now and then
        middle = float(np.median(values))
        noise = max(LEAST_NOISE, SIGMAS * float(np.std(np.log(values))))
        ratios[name] = {"ratio": round(middle, 4), "noise": round(noise, 3)}
    return {"about": about, "ratios": ratios}


if __name__ == "__main__":
    main()
