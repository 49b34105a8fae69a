"""How far blur reads, so that tiles hold enough."""

from collections.abc import Iterable

from realtime.bank import Bank
from realtime.effects.stack import Applied
from realtime.errors import GraphicsError


def reach_px(applied: Iterable[Applied], kernel: str) -> float:
    """Return how far effects read in all, px, along either axis; no effect stretches offsets.

    kernel: "sparse" or "dense". Raises GraphicsError for dense with a bank that has no targets.
    """
    if kernel == "sparse":
        return sum(one.reach_px + _layers(one) for one in applied)
    return sum(max(_dense_reach_px(bank) for bank in one.banks) for one in applied)


def _layers(one: Applied) -> int:
    """How many layers there are: in each, a read between two pixels takes the farther one too."""
    return max(len(bank.offsets) for bank in one.banks)


def _dense_reach_px(bank: Bank) -> float:
    """Half a target's diagonal: frames may turn it."""
    if bank.targets is None:
        raise GraphicsError(
            "bank: no targets, targets expected for dense blur. Bake a bank that keeps its "
            "targets, or use --blur sparse"
        )
    return 2**0.5 * (bank.targets.shape[-1] // 2 + 1)
