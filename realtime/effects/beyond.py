"""What effects ask for beyond the ends of their banks, where the nearest knot is held.

Settings are fractions of the picture, so a small picture tells of a large one: its lengths in px
are as much shorter as it is.
"""

import math
from collections.abc import Iterator, Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from realtime.bank import Axis, Bank
from realtime.effects.animation import Moving
from realtime.effects.effect import Effect
from realtime.gl.parts import Size, Window
from realtime.passes.effect_map import EffectMapPass

LOOK_PX = 192  # largest side of the small picture
SLACK = 0.01  # of an axis, that nobody needs to be told of


def notes_beyond(
    ctx: moderngl.Context, asked: Sequence[tuple[Moving, tuple[Bank, ...]]], size: Size
) -> list[str]:
    """Return a line for each effect and axis of which some of the picture is out of reach."""
    notes = []
    for moving, banks in asked:
        states = [moving.start] if moving.start == moving.end else [moving.start, moving.end]
        lines = [list(_notes(ctx, state, banks[0].axes, size)) for state in states]
        notes += max(lines, key=len)
    return notes


def _notes(
    ctx: moderngl.Context, effect: Effect, axes: tuple[Axis, ...], size: Size
) -> Iterator[str]:
    scale = max(1.0, max(size) / LOOK_PX)
    small = tuple(max(1, round(side / scale)) for side in size)
    look = EffectMapPass(ctx, type(effect), axes, small)
    values = look.read_values(effect, Window((0, 0), small))
    look.release()
    for index, axis in enumerate(axes):
        asked = values[..., index] * (size[1] / small[1] if axis.unit == "px" else 1)
        low, high = axis.knots[0], axis.knots[-1]
        slack = SLACK * (high - low)
        part = np.mean((asked < low - slack) | (asked > high + slack))
        if part > 0:
            unit = f" {axis.unit}" if axis.unit else ""
            yield (
                f"{effect.name}: {_range(asked)}{unit} of {axis.name}, the bank has "
                f"{low:.3g} … {high:.3g}: about {max(part, 0.01):.0%} of the picture is held at "
                f"its ends{_advice(axis, float(asked.max()))}"
            )


def _range(asked: NDArray[np.floating]) -> str:
    """Both ends of what is asked for; once where they are the same."""
    return " … ".join(dict.fromkeys(f"{end:.3g}" for end in (asked.min(), asked.max())))


def _advice(axis: Axis, most: float) -> str:
    """What to bake for all of it; only a radius can be baked longer."""
    is_short = axis.unit == "px" and most > axis.knots[-1]
    return f". A bank of --max-radius {math.ceil(most)} has it all" if is_short else ""
