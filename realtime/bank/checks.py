"""The contract's checks, the same for a bank in memory, one being read and one being written."""

from typing import TYPE_CHECKING

import numpy as np

from realtime.errors import BankError

if TYPE_CHECKING:
    from realtime.bank.lowrank import LowRankBank
    from realtime.bank.model import Axis, Bank

SUM_TOLERANCE = 1e-3  # of the weights of a layer; the contract's

REBAKE = "Bake the bank again with diskblur-fit bake"


def check_bank(bank: "Bank") -> None:
    """Raise BankError at the first thing that breaks the contract."""
    check_axes(bank.axes)
    if not bank.weights or len(bank.weights) != len(bank.offsets):
        raise BankError(
            f"bank layers: {len(bank.offsets)} of offsets and {len(bank.weights)} of weights, "
            f"the same number, at least 1, expected. {REBAKE}"
        )
    for layer, (offsets, weights) in enumerate(zip(bank.offsets, bank.weights, strict=True)):
        taps = len(weights) if weights.ndim else 0
        check_array(f"offsets.{layer}", offsets, (taps, *bank.grid, 2))
        check_array(f"weights.{layer}", weights, (taps, *bank.grid))
        check_sums(f"weights.{layer}", weights.sum(axis=0, dtype=np.float64), bank)
    if bank.targets is not None:
        check_targets(bank)


def check_axes(axes: "tuple[Axis, ...]") -> None:
    """Raise BankError unless there are one or two axes of increasing knots."""
    if not 1 <= len(axes) <= 2:
        raise BankError(f"bank axes: {len(axes)} of them, 1 or 2 expected. {REBAKE}")
    for axis in axes:
        _check_axis(axis)


def _check_axis(axis: "Axis") -> None:
    knots = np.asarray(axis.knots, dtype=np.float64)
    if knots.ndim != 1 or not knots.size or not np.isfinite(knots).all():
        raise BankError(f"axis {axis.name}: knots {axis.knots}, finite numbers expected. {REBAKE}")
    if (np.diff(knots) <= 0).any():
        at = int(np.argmax(np.diff(knots) <= 0))
        raise BankError(
            f"axis {axis.name}: knot {at + 1} is {knots[at + 1]:g} after {knots[at]:g}, "
            f"strictly increasing knots expected. {REBAKE}"
        )


def check_array(name: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise BankError unless it is finite float32 of that shape."""
    if array.dtype != np.float32:
        raise BankError(f"{name}: values of type {array.dtype}, float32 expected. {REBAKE}")
    if array.shape != shape or 0 in shape:
        raise BankError(
            f"{name}: shape {list(array.shape)}, {list(shape)} with nothing empty expected. "
            f"{REBAKE}"
        )
    if not np.isfinite(array).all():
        at = np.argwhere(~np.isfinite(array))[0].tolist()
        raise BankError(f"{name}: {array[tuple(at)]} at {at}, finite values expected. {REBAKE}")


def check_sums(name: str, sums: np.ndarray, bank: "Bank | LowRankBank") -> None:
    """Raise BankError unless each of the sums [A1, A0] is 1 within the tolerance."""
    worst = np.unravel_index(np.abs(sums - 1).argmax(), sums.shape)
    if not abs(sums[worst] - 1) <= SUM_TOLERANCE:
        places = zip(bank.axes, reversed(worst), strict=False)  # worst is (row of A1, column of A0)
        knot = ", ".join(f"{axis.name} {axis.knots[at]:g}" for axis, at in places)
        raise BankError(
            f"{name}: sum {sums[worst]:.6g} at {knot}, 1 within {SUM_TOLERANCE:g} expected. "
            f"{REBAKE}"
        )


def check_targets(bank: "Bank | LowRankBank") -> None:
    """Raise BankError unless targets are [A1, A0, M, M], M odd, each of sum 1."""
    size = bank.targets.shape[-1] if bank.targets.ndim else 0
    check_array("targets", bank.targets, (*bank.grid, size, size))
    if size % 2 == 0:
        raise BankError(f"targets: {size} × {size} px, an odd size expected. {REBAKE}")
    check_sums("targets", bank.targets.sum(axis=(2, 3), dtype=np.float64), bank)
