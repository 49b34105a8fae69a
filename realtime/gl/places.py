"""From a value on a bank's first axis to its place in knots, as a table for the shader."""

from collections.abc import Sequence
from typing import Any

import moderngl
import numpy as np

from realtime.gl.targets import clamp

MOST_CELLS = 8192  # knots that lie closer than 1/8192 of the axis share a cell, and are one


class Places:
    """The inputs of shaders/inc/places.glsl for the knots of one axis.

    suffix: of their names in the shader, for a second axis.
    """

    def __init__(self, ctx: moderngl.Context, knots: Sequence[float], suffix: str = "") -> None:
        self.suffix = suffix
        table = place_table(knots)
        self.texture = ctx.texture((len(table), 1), 4, table.tobytes(), dtype="f4")
        clamp(self.texture, moderngl.NEAREST)
        span = knots[-1] - knots[0]
        self.uniforms: dict[str, Any] = {
            f"u_axis{suffix}": (knots[0], knots[-1], len(table) / span if span else 0.0)
        }

    @property
    def textures(self) -> dict[str, moderngl.Texture]:
        """The table as a sampler."""
        return {f"u_places{self.suffix}": self.texture}

    def release(self) -> None:
        """Free the table."""
        self.texture.release()


def place_table(knots: Sequence[float]) -> np.ndarray:
    """Return [cells, 4] float32: knot, its number, slope before it and after it, in knots a unit.

    Cells are even and narrower than the closest knots are apart. A cell without a knot tells of the
    one before it, whose slope after goes on through the cell.
    """
    knots = np.asarray(knots, np.float64)
    if len(knots) == 1:
        return np.array([[knots[0], 0, 0, 0]], np.float32)
    span, slopes = knots[-1] - knots[0], 1 / np.diff(knots)
    cells = min(int(span / np.diff(knots).min()) + 2, MOST_CELLS)
    ends = knots[0] + span * (np.arange(cells) + 1) / cells
    number = np.searchsorted(knots, ends, side="left") - 1  # the last knot before a cell's end
    before = np.concatenate([slopes[:1], slopes])[number]
    after = slopes[np.minimum(number, len(slopes) - 1)]
    return np.stack([knots[number], number, before, after], -1).astype(np.float32)
