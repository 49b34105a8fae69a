"""Time of the blur stage at one radius: cascades read from bank textures, and the dense kernel.

Runs are interleaved (A B C A B C) and the medians of one run are compared: see `clock`.
"""

import argparse
from dataclasses import dataclass

import moderngl
import numpy as np

from bench.banks import disk_bank
from bench.clock import wall_ms
from bench.machine import describe
from realtime.bank import Bank
from realtime.blur.picture import write_target
from realtime.gl.bank_textures import BankTextures
from realtime.gl.context import headless_context
from realtime.gl.targets import Target, color_target
from realtime.passes.cascade import CascadePass
from realtime.passes.dense import DensePass
from realtime.text_table import format_table


@dataclass(frozen=True)
class Stage:
    """A kernel pass with the textures it works on."""

    name: str
    kernel: CascadePass | DensePass
    bank: BankTextures
    color: Target
    place: Target
    scratch: tuple[Target, Target]
    out: Target

    def draw(self) -> None:
        """Blur the noise once."""
        self.kernel.draw(self.color.color, self.place.color, self.scratch, self.out)

    def release(self) -> None:
        """Free everything of it."""
        targets = (self.color, self.place, *self.scratch, self.out)
        for part in (self.kernel, self.bank, *targets):
            part.release()


def stages(
    ctx: moderngl.Context, banks: dict[str, Bank], size: tuple[int, int], radius_px: float
) -> list[Stage]:
    """One stage a bank, then dense by the first: mixing two targets, and reading a single one."""
    first = next(iter(banks.values()))
    place = _place(first, radius_px)
    return [
        *(_stage(ctx, name, CascadePass, bank, size, place) for name, bank in banks.items()),
        _stage(ctx, "dense", DensePass, first, size, place),
        _stage(ctx, "dense, at the nearest knot", DensePass, first, size, round(place)),
    ]


def cascade_stage(
    ctx: moderngl.Context, bank: Bank, size: tuple[int, int], radius_px: float
) -> Stage:
    """Return a cascade over every pixel of noise, all at one radius."""
    return _stage(ctx, "cascade", CascadePass, bank, size, _place(bank, radius_px))


def _place(bank: Bank, radius_px: float) -> float:
    knot, part = bank.axes[0].place(radius_px)
    return knot + part


def _stage(
    ctx: moderngl.Context,
    name: str,
    kind: type[CascadePass] | type[DensePass],
    bank: Bank,
    size: tuple[int, int],
    knots: float,
) -> Stage:
    """A pass over noise, every pixel at one place on the bank's axis."""
    color, first, second, out = (color_target(ctx, size) for _ in range(4))
    write_target(color, np.random.default_rng(0).random((*size[::-1], 4)), "f2")
    place = color_target(ctx, size, 1, "f4")
    write_target(place, np.full((*size[::-1], 1), knots), "f4")
    textures = BankTextures(ctx, bank)
    return Stage(name, kind(ctx, textures), textures, color, place, (first, second), out)


def measure(ctx: moderngl.Context, made: list[Stage], runs: int) -> dict[str, list[float]]:
    """Times in ms: `runs` of each cascade, a third as many of dense; the first is warm-up."""
    times: dict[str, list[float]] = {stage.name: [] for stage in made}
    for run in range(runs + 1):
        for stage in made:
            if stage.name.startswith("dense") and run % 3:
                continue
            ms = wall_ms(ctx, stage.draw)
            if run:
                times[stage.name].append(ms)
    return times


def main() -> None:
    """Print medians, inter-quartile ranges, and how many times faster than dense."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--radius", type=float, default=16.0, help="in px")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    ctx = headless_context()
    size = (960, 540)
    banks = {f"sparse, {sum(taps)} taps": disk_bank(taps) for taps in ((24, 8, 4), (10, 5, 3))}
    times = measure(ctx, stages(ctx, banks, size, arguments.radius), arguments.runs)
    dense_ms = float(np.median(times["dense"]))
    rows = []
    for name, ms in times.items():
        low, median, high = np.percentile(ms, (25, 50, 75))
        rows.append((name, f"{median:.1f}", f"{high - low:.1f}", f"{dense_ms / median:.1f}×"))
    print(f"blur stage, {size[0]} × {size[1]}, radius {arguments.radius:g} px\n{describe(ctx)}\n")
    print(format_table(("method", "median ms", "IQR ms", "faster"), rows))


if __name__ == "__main__":
    main()
