"""Orbits of taps as texels: as few fetches as their numbers allow, and the macros that read them.

    four orbits              three texels: dx dy dx dy | dx dy dx dy | w w w w
    of the rest three        three:        dx dy dx dy | dx dy 0 0   | w w w 0
                two          two:          dx dy dx dy | w w 0 0
                one          one:          dx dy w 0

Where all taps of a layer have one weight, it is left out. Where a layer is three orbits of one
kind, two texels do: dx dy dx dy | dx dy w w; the third has what the two leave of 1.
"""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from realtime.gl.orbits import Orbits

Float64 = NDArray[np.float64]

ROUNDING = 1e-6  # of weights and their sums: float32's own error


@dataclass(frozen=True, eq=False)
class Records:
    """texels: [T, A1, A0, 4]. calls: what reads them, macros of shaders/inc/bank.glsl."""

    texels: Float64
    calls: str
    is_equal: bool


def pack(orbits: Orbits) -> Records:
    """Lay a layer's orbits out in their order."""
    is_equal = bool(np.abs(orbits.weights - 1 / orbits.taps).max() <= ROUNDING)
    if not is_equal and _third_has_the_rest(orbits):
        return Records(_three(orbits), f"ALL_THREE({orbits.kinds[0]})", is_equal)
    parts = [slice(at, at + 4) for at in range(0, len(orbits.kinds), 4)]
    texels = [_texels(orbits.offsets[part], orbits.weights[part], is_equal) for part in parts]
    kinds = [orbits.kinds[part] for part in parts]
    return Records(np.concatenate(texels), _calls(kinds, [len(t) for t in texels]), is_equal)


def _texels(offsets: Float64, weights: Float64, is_equal: bool) -> Float64:
    """Return the texels of one to four orbits."""
    if is_equal:
        return _filled(offsets)
    if len(weights) == 1:
        return _filled(np.concatenate([offsets, weights[..., None]], axis=-1))
    return np.concatenate([_filled(offsets), _filled(weights[..., None])])


def _third_has_the_rest(orbits: Orbits) -> bool:
    """Return whether two weights tell the third."""
    if len(orbits.kinds) != 3 or len(set(orbits.kinds)) > 1:
        return False
    sums = orbits.weights.sum(axis=0) * (orbits.taps // 3)
    return bool(np.abs(sums - 1).max() <= ROUNDING)


def _three(orbits: Orbits) -> Float64:
    third = np.stack([*np.moveaxis(orbits.offsets[2], -1, 0), *orbits.weights[:2]], axis=-1)
    return np.concatenate([_filled(orbits.offsets[:2]), third[None]])


def _filled(values: Float64) -> Float64:
    """[N, A1, A0, C] -> texels [T, A1, A0, 4], one after the other, zeros after the last."""
    count, rows, columns, parts = values.shape
    flat = np.moveaxis(values, 3, 1).reshape(count * parts, rows, columns)
    flat = np.pad(flat, ((0, -len(flat) % 4), (0, 0), (0, 0)))
    return np.moveaxis(flat.reshape(-1, 4, rows, columns), 1, 3)


def _calls(parts: list[tuple[str, ...]], lengths: list[int]) -> str:
    """Return a macro for each part; for equal fours in a row, one that loops."""
    calls, at, index = [], 0, 0
    for kinds, alike in groupby(parts):
        count = len(list(alike))
        if count > 1:
            calls.append(f"FOURS({at}, {count}, {kinds[0]})")
        else:
            name = ("ONE", "TWO", "THREE", "FOUR")[len(kinds) - 1]
            calls.append(f"{name}({', '.join((str(at), *kinds))})")
        at += sum(lengths[index : index + count])
        index += count
    return " ".join(calls)
