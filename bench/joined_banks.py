"""Two banks of one radius axis as one: the smaller one's knots, then those of the larger beyond.

Rivals fit each knot by itself, and between two knots they are not what they were fitted to be; so
where they are measured they get a knot.
"""

from dataclasses import replace

import numpy as np

from realtime.bank import Axis, Bank, LowRankBank

AnyBank = Bank | LowRankBank


def joined(small: AnyBank, large: AnyBank) -> AnyBank:
    """Return the knots of both; those of `large` that are beyond the last one of `small`."""
    first, second = (bank.axes[0].knots for bank in (small, large))
    beyond = sum(knot <= first[-1] for knot in second)
    axis = Axis(large.axes[0].name, large.axes[0].unit, (*first, *second[beyond:]))

    def both(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """[..., A1, A0, C]: along the radius."""
        return np.concatenate([a, b[..., beyond:, :]], axis=-2)

    def centred(a: np.ndarray, b: np.ndarray, sides: int) -> np.ndarray:
        """The same of pictures or vectors, the smaller ones in the middle of zeros."""
        half = (b.shape[-1] - a.shape[-1]) // 2
        padded = np.pad(a, [(0, 0)] * (a.ndim - sides) + [(half, half)] * sides)
        along = a.ndim - sides - 1
        kept = np.take(b, range(beyond, b.shape[along]), along)
        return np.concatenate([padded, kept], axis=along)

    targets = centred(small.targets, large.targets, sides=2)
    if isinstance(large, LowRankBank):
        parts = {
            name: centred(getattr(small, name), getattr(large, name), sides=1)
            for name in ("columns", "rows")
        }
    else:
        parts = {
            "offsets": tuple(map(both, small.offsets, large.offsets)),
            "weights": tuple(
                np.concatenate([a, b[..., beyond:]], axis=-1)
                for a, b in zip(small.weights, large.weights, strict=True)
            ),
        }
    return replace(large, axes=(axis,), targets=targets, quality={}, **parts)
