"""Banks whose taps are on straight lines over the radius, but for a few bends."""

import numpy as np
from banks import RADII
from symmetric import orbit

from realtime.bank import Axis, Bank

EVEN = tuple(np.linspace(0, RADII[-1], 13).tolist())
UNEVEN = tuple((RADII[-1] * np.linspace(0, 1, 13) ** 1.7).tolist())
BENT_AT = (0, 1, 3, 12)  # knots
STRAIGHT = {"fit": {"straight": {"from": 1.5}}}


def bent_layer(knots, taps=5, seed=0, bent_at=BENT_AT, parts=None):
    """Places and weights at a few knots, on lines over the value between; the first an identity.

    parts: orbits of taps, as of `symmetric.orbit`, from their heads; weights are alike in each.
    """
    rng = np.random.default_rng(seed)
    at, x = np.array(knots), np.array(knots)[list(bent_at)]
    parts = parts or [lambda head: orbit(head, 1)] * taps
    reach = x * np.exp(1j * rng.uniform(0, 0.4, (len(parts), len(x))))
    heads = (
        reach * (rng.uniform(0.4, 1, len(parts)) * np.exp(6.28j * rng.random(len(parts))))[:, None]
    )
    orbits = [part(head[None]) for part, head in zip(parts, heads, strict=True)]
    weights = [np.repeat(rng.uniform(0.3, 1, (1, len(x))), len(o), axis=0) for o in orbits]
    weights = np.concatenate(weights)
    weights[:, -1] = weights[:, -2]  # as in banks of straight lines
    weights /= weights.sum(axis=0)
    offsets = np.concatenate(orbits)[:, 0]

    def over_knots(values):
        return np.array([np.interp(at, x, row) for row in values])

    offsets = np.stack([over_knots(offsets.real), over_knots(offsets.imag)], axis=-1)
    return offsets[:, None].astype("f4"), over_knots(weights)[:, None].astype("f4")


def bent_bank(knots=EVEN, layers=(5, 3), target=STRAIGHT, seed=0, bent_at=BENT_AT) -> Bank:
    made = [bent_layer(knots, taps, seed + taps, bent_at) for taps in layers]
    return bank_over(knots, *made, target=target)


def bank_over(knots, *layers, target=STRAIGHT) -> Bank:
    offsets, weights = zip(*layers, strict=True)
    return Bank((Axis("radius", "px", knots),), offsets, weights, target=target)
