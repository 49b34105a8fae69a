"""What a map of its own for each pixel costs: the same cascade with and without."""

import statistics

import moderngl
import numpy as np

from bench.banks import AREA_TAPS, LINE_TAPS, disk_bank, streak_bank
from bench.clock import interleaved_ms
from realtime.bank import Bank
from realtime.blur.picture import write_target
from realtime.effects import Radial, TiltShift
from realtime.effects.effect import Effect
from realtime.effects.stack import Applied, EffectStack
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import Target, color_target
from realtime.passes.cascade import CascadePass

SIZE = (960, 540)
RUNS = 15
CASES = {
    "tilt-shift, 36 taps": (
        TiltShift(radius=0.0296, sharp=0.0, falloff=0.5),
        lambda: disk_bank(AREA_TAPS[36], 16),
    ),
    "radial, 36 taps": (Radial(amount=0.05), lambda: streak_bank(LINE_TAPS[36])),
}


def measure(ctx: moderngl.Context) -> list[tuple[str, float, float, float]]:
    """Return (what, ms constant, ms with its map, ratio) for each case."""
    rows = []
    for name, (effect, make_bank) in CASES.items():
        draws, parts = _draws(ctx, effect, make_bank())
        times = interleaved_ms(ctx, draws, RUNS)
        constant, varying = (statistics.median(times[key]) for key in ("constant", "map"))
        rows.append((name, constant, varying, varying / constant))
        for part in parts:
            part.release()
    return rows


def _draws(ctx: moderngl.Context, effect: Effect, bank: Bank):
    """The cascade at one place, and the effect: its map and its cascade, each into a target."""
    color, place, out, *scratch = _targets(ctx)
    textures = BankTextures(ctx, bank)
    cascade = CascadePass(ctx, textures)
    stack = EffectStack(ctx, [Applied(effect, (bank,))])
    stack.resize(SIZE)
    draws = {
        "constant": lambda: cascade.draw(color.color, place.color, tuple(scratch), out),
        "map": lambda: stack.render(color.color, out.framebuffer),
    }
    return draws, (stack, cascade, textures, color, place, out, *scratch)


def _targets(ctx: moderngl.Context) -> list[Target]:
    width, height = SIZE
    color, place = color_target(ctx, SIZE), color_target(ctx, SIZE, 1, "f4")
    picture = np.random.default_rng(0).random((height, width, 4), dtype=np.float32)
    write_target(color, picture, "f2")
    place.color.write(np.full((height, width), 9.5, "f4").tobytes())
    return [color, place, *(color_target(ctx, SIZE) for _ in range(3))]
