"""What a bank is in memory: cascades at knots along one or two axes.

    axes[1]                     one cascade = layers applied in order
      ^   o  o  o  o            one layer   = N taps, each an offset and a weight
      |   o  o  o  o  o = knot  between knots a tap is interpolated linearly
      +---------------> axes[0] outside them the nearest knot holds

Offsets are where a pixel *reads*: `out(p) = sum_i w_i * in(p + o_i)`, in px of the blurred image,
+x right, +y down. A point light therefore comes out at the offsets negated, and a fitter that
wants the target upright fits the negated offsets to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realtime.bank.checks import check_bank
from realtime.errors import BankError

Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class Axis:
    """One parameter of a bank, such as the radius in px.

    name: what it measures; unit: its unit, such as "px" or "rad"; knots: strictly increasing.
    """

    name: str
    unit: str
    knots: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "knots", tuple(float(knot) for knot in self.knots))

    def place(self, value: float) -> tuple[int, float]:
        """Return (knot below, fraction towards the next) of a value, held at the ends."""
        last = len(self.knots) - 1
        where = float(np.interp(value, self.knots, range(last + 1)))
        below = min(int(where), max(last - 1, 0))
        return below, where - below


@dataclass(frozen=True, eq=False)
class Bank:
    """Cascades at the knots of one or two axes; checked when made.

    axes: one or two. With N_l taps in layer l, A0 = knots of axes[0], A1 = of axes[1] or 1:
    offsets: per layer [N_l, A1, A0, 2] float32, (dx, dy) in px, +y down.
    weights: per layer [N_l, A1, A0] float32; each layer sums to 1 at every knot.
    targets: the dense PSF at each knot [A1, A0, M, M] float32, M odd, centre (M-1)/2, sum 1.
    target: what was fitted; quality: errors as measured; made_by: program and version.

    Raises BankError where the content breaks the contract.
    """

    axes: tuple[Axis, ...]
    offsets: tuple[Float32, ...]
    weights: tuple[Float32, ...]
    targets: Float32 | None = None
    target: Mapping[str, Any] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    made_by: str = "unknown"

    def __post_init__(self) -> None:
        check_bank(self)

    @cached_property
    def layers(self) -> tuple[int, ...]:
        """Tap counts in order of application, such as (24, 8, 4)."""
        return tuple(len(w) for w in self.weights)

    @property
    def taps(self) -> int:
        """Image reads per pixel of a whole cascade."""
        return sum(self.layers)

    @cached_property
    def grid(self) -> tuple[int, int]:
        """Knots as (A1, A0)."""
        return (len(self.axes[1].knots) if len(self.axes) > 1 else 1, len(self.axes[0].knots))

    @cached_property
    def reach_px(self) -> float:
        """How far the widest cascade reads from its pixel, per axis, in px."""
        return float(sum(np.abs(o).max(axis=(0, 3)) for o in self.offsets).max())

    def axis(self, name: str) -> int:
        """Return the index of the axis called `name`; raise BankError where there is none."""
        return index_of(self.axes, name)

    def cascade(self, *values: float) -> list[tuple[Float32, Float32]]:
        """Return one (offsets [N_l, 2], weights [N_l]) a layer, interpolated at `values`.

        values: one a axis, in the axis's unit. This is what the shader reads: its twin.
        """
        if len(values) != len(self.axes):
            raise TypeError(f"cascade() takes {len(self.axes)} values, {len(values)} given")
        corners = corners_of([a.place(v) for a, v in zip(self.axes, values, strict=True)])
        return [
            (
                np.sum([f * o[:, y, x] for y, x, f in corners], axis=0, dtype=np.float32),
                np.sum([f * w[:, y, x] for y, x, f in corners], axis=0, dtype=np.float32),
            )
            for o, w in zip(self.offsets, self.weights, strict=True)
        ]


def index_of(axes: tuple[Axis, ...], name: str) -> int:
    """Return the index of the axis called `name`; raise BankError where there is none."""
    names = [axis.name for axis in axes]
    if name not in names:
        raise BankError(
            f"bank: its axes are {', '.join(names)}, one called {name} is needed. "
            f"Bake one: diskblur-fit bake --shape disk --max-radius 32 --out F"
        )
    return names.index(name)


def corners_of(places: list[tuple[int, float]]) -> list[tuple[int, int, float]]:
    """Return (row, column, factor) of the knots around a place; factors of 0 are left out."""
    (x, fx), (y, fy) = (*places, (0, 0.0))[:2]
    corners = [
        (y, x, (1 - fy) * (1 - fx)),
        (y, x + 1, (1 - fy) * fx),
        (y + 1, x, fy * (1 - fx)),
        (y + 1, x + 1, fy * fx),
    ]
    return [corner for corner in corners if corner[2] != 0]
