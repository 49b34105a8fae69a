"""What a cascade costs by radius and by size, all of them in turns: a machine's moods cancel out.

    script/bench flatness

The pages of `script/bench profile` time one radius after the other, where minutes lie between.
"""

import statistics

from bench.clock import interleaved_ms
from bench.machine import describe
from bench.profile import OURS, SCENE, own_bank
from bench.profile_report import off_middle, slowest_over_fastest
from realtime.bank import read_bank
from realtime.gl.context import headless_context
from realtime.measure.contenders import contenders_of
from realtime.measure.stage import Stage
from realtime.measure.sweep import picture_of, resized
from realtime.renderer import Renderer
from realtime.scene import load_scene
from realtime.text_table import format_table

SIZES = ((480, 270), (960, 540), (1440, 810))
SIZE, RADIUS_PX = SIZES[1], 32.0  # what stays while the other changes
RADII = (8.0, 16.0, 32.0, 64.0)
TIME_S, RUNS = 1.0, 41
POINTS = tuple(dict.fromkeys([*((SIZE, r) for r in RADII), *((s, RADIUS_PX) for s in SIZES)]))


def main() -> None:
    """Print times, and how far they are apart."""
    ctx = headless_context()
    renderer = Renderer(ctx, load_scene(SCENE), SIZE, None)
    picture = picture_of(renderer, TIME_S)
    stages = {size: Stage(ctx, resized(picture, size)) for size in SIZES}
    first, second = (own_bank("disk", taps, turns, "64") for taps, turns in OURS["disk"][:2])
    contenders, _ = contenders_of(f"sparse,sparse@{second}", read_bank(first))
    draws = {}
    for size, radius_px in POINTS:
        for entry in stages[size].entries(contenders, radius_px)[0]:
            draws[entry.name, size, radius_px] = entry.draw
    times = interleaved_ms(ctx, draws, RUNS)
    ms = {key: statistics.median(values) for key, values in times.items()}
    print(f"{describe(ctx)}\n")
    for one in contenders:
        _tell(one.name, ms)


def _tell(name: str, ms: dict[tuple, float]) -> None:
    by_radius = [ms[name, SIZE, radius_px] for radius_px in RADII]
    by_size = [ms[name, size, RADIUS_PX] / (size[0] * size[1]) * 1e6 for size in SIZES]
    rows = [(f"{r:g} px", f"{value:.2f} ms") for r, value in zip(RADII, by_radius, strict=True)]
    rows += [
        ("{} × {}".format(*size), f"{value:.1f} ms a megapixel")
        for size, value in zip(SIZES, by_size, strict=True)
    ]
    print(format_table((name, "median"), rows))
    print(f"radii: slowest over fastest {slowest_over_fastest(by_radius):.1%}; ", end="")
    print(f"sizes: off their middle {off_middle(by_size):.1%}\n")


if __name__ == "__main__":
    main()
