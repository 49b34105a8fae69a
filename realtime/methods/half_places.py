"""Which cascade of a bank blurs at half the size what another one blurs at full size.

The one whose spread, with what going down and up again adds, is the other's: their kernels then
have the same second moment, whatever their shape.
"""

from dataclasses import dataclass

import numpy as np

from realtime.bank import Bank
from realtime.errors import GraphicsError
from realtime.methods.spread import one_radius, spread_px

CELLS = 16  # of the table, a knot: places between them are linear
MIXED_PX = (4.0, 6.0)  # radius: full size alone up to the first, half size alone from the second on
SHARP_PX = 3.0  # up to this radius half size, of which nothing is seen, is not blurred
_BEYOND = 1000  # knots past the last: far enough for any radius of MIXED_PX


@dataclass(frozen=True)
class HalfPlaces:
    """From places at full size to those at half size, both in knots.

    table: [CELLS · (A0 - 1) + 1] float32, the place at half size for every 1 / CELLS of a knot.
    mixed: places up to which a pixel needs full size alone, and from which on half size alone.
    reaches_px: how far later layers read from a pixel, in px of the full size: of what is blurred
    at full size, and at half size.
    """

    table: np.ndarray
    mixed: tuple[float, float]
    reaches_px: tuple[float, float]


def half_places(bank: Bank, added_px2: float) -> HalfPlaces:
    """Find them. added_px2: variance per axis that going down and up adds, in px² of the picture.

    bank: with one axis, its radius. Raises GraphicsError for a bank that has nothing for half the
    size of its largest radius, see `no_half`.
    """
    if reason := no_half(bank, added_px2):
        raise GraphicsError(f"bank: {reason}. Bake one from radius 0 on, or use --blur sparse")
    sigma_px, wanted_px = _sigmas(bank, added_px2)
    table = np.interp(wanted_px, sigma_px, range(len(sigma_px)))
    table[: int(CELLS * _places_of(bank, (SHARP_PX,))[0]) + 1] = 0
    has_one = wanted_px >= sigma_px[0]
    first = np.argmax(has_one) / CELLS
    mixed = tuple(max(place, first) for place in _places_of(bank, MIXED_PX))
    if mixed[0] == mixed[1]:
        mixed = (first, first + 1 / CELLS)
    reach = _later_reach_px(bank)
    at_full, at_half = np.interp((mixed[1], table.max()), range(len(reach)), reach)
    return HalfPlaces(table.astype(np.float32), mixed, (float(at_full), float(2 * at_half)))


def no_half(bank: Bank, added_px2: float) -> str | None:
    """Why a bank cannot blur at half the size; None where it can. See Method.cannot."""
    if reason := one_radius(bank):
        return reason
    sigma_px, wanted_px = _sigmas(bank, added_px2)
    if wanted_px[-1] >= sigma_px[0] and len(sigma_px) > 1:
        return None
    return "knots down to less than half its largest radius expected"


def _sigmas(bank: Bank, added_px2: float) -> tuple[np.ndarray, np.ndarray]:
    """σ [px] of every knot, never falling, and σ [texels] that half size must have, a cell."""
    sigma_px = np.maximum.accumulate(spread_px(bank))
    knots = len(sigma_px)
    at = np.arange(CELLS * (knots - 1) + 1) / CELLS
    full_px2 = np.interp(at, range(knots), sigma_px) ** 2
    return sigma_px, np.sqrt((full_px2 - added_px2).clip(0)) / 2


def _places_of(bank: Bank, radii_px: tuple[float, ...]) -> list[float]:
    """Where radii are, also past the last knot, on as they are before it."""
    knots = np.array(bank.axes[0].knots)
    last = len(knots) - 1
    beyond = knots[-1] + _BEYOND * (knots[-1] - knots[-2])
    places = np.interp(radii_px, [*knots, beyond], [*range(last + 1), last + _BEYOND])
    return [float(place) for place in places]


def _later_reach_px(bank: Bank) -> np.ndarray:
    """How far all layers but the first read at a knot or before it [A0], px."""
    far = [np.hypot(*np.moveaxis(part, -1, 0)).max(axis=(0, 1)) for part in bank.offsets[1:]]
    return np.maximum.accumulate(np.sum(far, axis=0) + np.zeros(bank.grid[1]))
