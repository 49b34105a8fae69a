"""The symmetry of a layer's taps, found in their numbers.

An orbit is the taps that one of them becomes by the moves of a group about the origin: by n
rotations (the cyclic group), and their mirror images (the dihedral one):

    C4      o                 D4    o   o          pair        o
        o   +                     o   +   o                  +
            +   o                 o   +   o                o
          o                         o   o

The taps of an orbit have one weight, and their offsets follow from the first one's by moves that
do not change with the place on the bank's axes. So one record does for all of them.

What the fitter says of symmetry is not asked: any bank may have it, and none need keep its word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

# How far a tap may be from where its orbit has it. A bank's offsets are rounded to 1e-4 px. What
# a tap reads changes by less than 2e-4 of what neighbouring pixels differ by, and half floats
# resolve 5e-4 of a colour; an offset of a quarter of a pixel they resolve as finely.
SAME_PX = 2e-4
SAME_WEIGHT = 1e-6  # float32's own error
MOST_TURNS = 12  # as the fitter's
SNAP_RAD = np.pi / 720  # mirrors are at whole quarters of a degree, where that is within SAME_PX

# The kinds of orbits, by the functions of shaders/inc/bank.glsl that read them
MIRRORED, TURNED, PAIR, TAP = "add_mirrored", "add_turned", "add_pair", "add_tap"


@dataclass(frozen=True)
class Group:
    """Moves about the origin: `turns` rotations; with the mirror whose axis is at mirror_rad, both.

    Angles run from +x towards +y, which is down.
    """

    turns: int = 1
    mirror_rad: float | None = None

    @cached_property
    def rotations(self) -> Float64:
        """(cos, sin) of each rotation, [turns, 2], the identity first."""
        return np.array([_cos_sin(2 * np.pi * k / self.turns) for k in range(self.turns)])

    @cached_property
    def mirror(self) -> Float64:
        """The mirror's matrix [2, 2]; only of a group that has one."""
        cos, sin = _cos_sin(2 * self.mirror_rad)
        return np.array([[cos, sin], [sin, -cos]])

    def kinds(self) -> list[tuple[str, Float64]]:
        """Return (kind, moves [K, 2, 2]) of the orbits that layers are made of, largest first."""
        turned = np.array([[[cos, -sin], [sin, cos]] for cos, sin in self.rotations])
        identity = np.eye(2)
        kinds = {TURNED: turned, PAIR: np.array([identity, -identity]), TAP: identity[None]}
        if self.mirror_rad is not None:
            kinds[MIRRORED] = np.concatenate([turned, turned @ self.mirror])
        if self.turns == 1:
            del kinds[TURNED]
        if self.turns == 2:
            del kinds[PAIR]
        return sorted(kinds.items(), key=lambda kind: -len(kind[1]))


@dataclass(frozen=True, eq=False)
class Orbits:
    """A layer as orbits of one group; taps that are in none are orbits of their own.

    kinds: of each orbit; those of a kind stand side by side, the largest first. offsets
    [R, A1, A0, 2] px and weights [R, A1, A0]: of each orbit's first tap. taps: of the whole layer.
    """

    group: Group
    kinds: tuple[str, ...]
    offsets: Float64
    weights: Float64
    taps: int

    @property
    def defines(self) -> dict[str, str]:
        """The moves, as shaders/inc/bank.glsl has them."""
        defines = {}
        if TURNED in self.kinds or MIRRORED in self.kinds:
            turns = [f"TURN({cos!r}, {sin!r})" for cos, sin in self.group.rotations.tolist()]
            defines["TURNS"] = " ".join(turns)
        if MIRRORED in self.kinds:
            mirror = map(repr, self.group.mirror.ravel().tolist())
            defines["MIRROR"] = f"mat2({', '.join(mirror)})"
        return defines


def find_orbits(offsets: np.ndarray, weights: np.ndarray) -> Orbits:
    """Return a layer, offsets [N, A1, A0, 2] and weights [N, A1, A0], as the fewest orbits.

    The order of the taps does not matter. An orbit holds at every knot.
    """
    layer = _Layer(offsets, weights)
    found = min((_Cover.of(layer, group) for group in _groups(layer)), key=lambda c: len(c.kinds))
    grid = weights.shape[1:]
    return Orbits(
        _used(found),
        tuple(found.kinds),
        np.array(found.offsets).reshape(-1, *grid, 2),
        np.array(found.weights).reshape(-1, *grid),
        len(weights),
    )


class _Layer:
    """Taps as [N, knots, 2] and [N, knots]; `at` are their offsets at the knot that is widest."""

    def __init__(self, offsets: np.ndarray, weights: np.ndarray) -> None:
        self.offsets = offsets.reshape(len(offsets), -1, 2).astype(np.float64)
        self.weights = weights.reshape(len(weights), -1).astype(np.float64)
        self.at = self.offsets[:, np.square(self.offsets).sum(axis=(0, 2)).argmax()]
        self.radii = np.linalg.norm(self.at, axis=1)

    @property
    def most_alike(self) -> int:
        """How many taps at most lie on one circle: no orbit is larger."""
        in_order = np.sort(self.radii)
        ends = np.searchsorted(in_order, in_order + 2 * SAME_PX, "right")
        return int((ends - np.arange(len(in_order))).max())

    def orbit(self, first: int, moves: Float64, is_free: NDArray[np.bool_]) -> list[int] | None:
        """Return the free taps that a tap becomes by the moves, or None where one is missing."""
        near = np.abs((moves @ self.at[first])[:, None] - self.at).max(axis=-1) <= SAME_PX
        near &= is_free  # [moves, N]
        if not near.any(axis=1).all():
            return None
        members: list[int] = []
        for move, candidates in zip(moves, near, strict=True):
            match = (tap for tap in np.flatnonzero(candidates) if self._is_moved(first, move, tap))
            tap = next((tap for tap in match if tap not in members), None)
            if tap is None:
                return None
            members.append(int(tap))
        return members

    def _is_moved(self, first: int, move: Float64, tap: int) -> bool:
        away_px = np.abs(self.offsets[first] @ move.T - self.offsets[tap]).max()
        heavier = np.abs(self.weights[first] - self.weights[tap]).max()
        return bool(away_px <= SAME_PX and heavier <= SAME_WEIGHT)


@dataclass
class _Cover:
    """A layer's orbits of one group, the largest kinds first, as far as there are any."""

    group: Group
    kinds: list[str]
    offsets: list[Float64]
    weights: list[Float64]

    @classmethod
    def of(cls, layer: _Layer, group: Group) -> "_Cover":
        """Give each tap to the first orbit that it fits into."""
        cover = cls(group, [], [], [])
        is_free = np.ones(len(layer.radii), dtype=bool)
        for kind, moves in group.kinds():
            for first in np.flatnonzero(is_free):
                members = layer.orbit(first, moves, is_free) if is_free[first] else None
                if members is not None:
                    is_free[members] = False
                    cover._add(kind, layer.offsets[members], layer.weights[members], moves)
        return cover

    def _add(self, kind: str, offsets: Float64, weights: Float64, moves: Float64) -> None:
        """Moved back, the taps are all the first one, but for rounding: it is their mean."""
        self.kinds.append(kind)
        self.offsets.append((offsets @ moves).mean(axis=0))
        self.weights.append(weights.mean(axis=0))


def _groups(layer: _Layer) -> Iterator[Group]:
    """Give the groups that may do, the smallest first; the very first always does."""
    yield Group(2)
    most = min(MOST_TURNS, layer.most_alike)
    for turns in range(1, most + 1):
        if turns > 2:
            yield Group(turns)
        if 2 * turns <= layer.most_alike:
            yield Group(turns, _mirror_rad(layer, turns))


def _mirror_rad(layer: _Layer, turns: int) -> float:
    """Return the axis that most taps of one circle agree on, halfway between each two of them.

    A dihedral group has an axis every pi / turns.
    """
    first, second = np.nonzero(np.abs(layer.radii[:, None] - layer.radii) <= 2 * SAME_PX)
    angles = np.arctan2(layer.at[:, 1], layer.at[:, 0])
    apart = np.pi / turns
    axes = np.mod((angles[first] + angles[second]) / 2, apart)
    steps = np.rint(axes / SNAP_RAD)
    step = np.bincount(np.mod(steps, round(apart / SNAP_RAD)).astype(int)).argmax() * SNAP_RAD
    beside = np.mod(axes - step + apart / 2, apart) - apart / 2
    away = np.median(beside[np.abs(beside) <= 0.51 * SNAP_RAD])
    return float(step if abs(away) * layer.radii.max() <= SAME_PX else step + away)


def _used(cover: _Cover) -> Group:
    """Return the group without what no orbit makes use of: layers of one make share programs."""
    has_mirror, has_turns = MIRRORED in cover.kinds, TURNED in cover.kinds
    return Group(
        cover.group.turns if has_mirror or has_turns else 1,
        cover.group.mirror_rad if has_mirror else None,
    )


def _cos_sin(angle: float) -> tuple[float, float]:
    """Return both without the dust of rounding, so that quarter turns are exact."""
    return float(np.round(np.cos(angle), 15)) + 0.0, float(np.round(np.sin(angle), 15)) + 0.0
