"""Banks whose taps have a symmetry: built by complex numbers, which the code under test is not."""

import numpy as np
from banks import RADII

from realtime.bank import Axis, Bank


def orbit(head: np.ndarray, turns: int, mirror_rad: float | None = None) -> np.ndarray:
    """A tap's places head [A1, A0] (x + iy) -> those of its orbit [turns or twice that, A1, A0]."""
    heads = head[None]
    if mirror_rad is not None:
        heads = np.stack([head, np.exp(2j * mirror_rad) * head.conj()])
    rotations = np.exp(2j * np.pi * np.arange(turns) / turns)
    return (heads[:, None] * rotations[:, None, None]).reshape(-1, *head.shape)


def head(rng: np.random.Generator, grid: tuple[int, int], along: float | None = None) -> np.ndarray:
    """A tap [A1, A0] that drifts with both axes, from the origin on; along: angle of its line."""
    reach = np.array(RADII[: grid[1]]) * rng.uniform(0.5, 1, (grid[0], 1))
    if along is not None:
        return reach * np.exp(1j * along)
    return reach * np.exp(1j * (rng.uniform(0, 2 * np.pi) + 0.3 * rng.random(grid)))


def layer_of(parts: list[np.ndarray], rng: np.random.Generator, equal: bool = False):
    """Orbits [K, A1, A0] -> offsets [N, A1, A0, 2] and weights [N, A1, A0], in any order."""
    places = np.concatenate(parts)
    weight = [np.repeat(rng.uniform(0.5, 1, (1, *p.shape[1:])), len(p), axis=0) for p in parts]
    weights = np.ones(places.shape) if equal else np.concatenate(weight)
    shuffled = rng.permutation(len(places))
    offsets = np.stack([places.real, places.imag], axis=-1)[shuffled]
    return offsets.astype("f4"), (weights / weights.sum(axis=0))[shuffled].astype("f4")


def symmetric_layer(
    turns: int, mirror_rad: float | None, seed: int = 0, grid=(3, 4), heads: int = 2, equal=False
):
    """General orbits; with a mirror one on its axis, too."""
    rng = np.random.default_rng(seed)
    parts = [orbit(head(rng, grid), turns, mirror_rad) for _ in range(heads)]
    if mirror_rad is not None:
        parts.append(orbit(head(rng, grid, mirror_rad), turns))
    return layer_of(parts, rng, equal)


def mixed_layer(seed: int = 0, grid=(1, 4)):
    """An orbit of 8, one of 4, a pair, two taps and one in the middle: 16 in all."""
    rng = np.random.default_rng(seed)
    middle = np.zeros((1, *grid), complex)
    upright = np.pi / 2
    parts = [
        orbit(head(rng, grid), 4, upright),
        orbit(head(rng, grid, upright), 4),
        orbit(head(rng, grid), 2),
        *(orbit(head(rng, grid), 1) for _ in range(2)),
        middle,
    ]
    return layer_of(parts, rng)


def bank_of(*layers) -> Bank:
    """A bank of layers (offsets, weights), with an angle where they have rows."""
    offsets, weights = zip(*layers, strict=True)
    rows = len(weights[0][0])
    axes = [Axis("radius", "px", RADII)]
    if rows > 1:
        axes.append(Axis("angle", "rad", tuple(np.arange(rows) ** 1.3)))
    return Bank(tuple(axes), offsets, weights)
