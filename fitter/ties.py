"""Unknowns that move together: symmetric taps, equal weights.

Levenberg–Marquardt solves for the steps of all 3N unknowns of a cascade (N dx, N dy, N weights).
Where some are tied, its step is a matrix times fewer free steps:

    step [3N] = ties [3N, U] @ free [U]

A start that has the symmetry then keeps it, to the last bit that rounding leaves.

An orbit is the taps that one tap becomes by the symmetry's moves; a symmetric layer is made of
orbits. Of a mirror's taps some lie on its axis: their orbit is smaller, and they move along it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitter.errors import FitError
from fitter.targets import Source, half_size_px

Float64 = NDArray[np.float64]

PROBE_PX = 40.0  # a target has the symmetries that it has at this radius
MOST_TURNS = 12  # rounder shapes get this many at most
SAME = 0.1  # of |kernel|: what turning a sampled picture may change by resampling alone


@dataclass(frozen=True)
class Symmetry:
    """turns: how many rotations bring the shape onto itself; mirror_rad: its axis, or None.

    flat: every tap lies on the mirror's axis, as the light of a streak does; turns are 1 or 2.
    """

    turns: int = 1
    mirror_rad: float | None = None
    flat: bool = False

    def moves(self) -> Float64:
        """Return the group [G, 2, 2], the identity first; then rotations, then mirrored ones."""
        rotations = [_rotation(2 * np.pi * k / self.turns) for k in range(self.turns)]
        if self.mirror_rad is None:
            return np.array(rotations)
        mirror = _mirror(self.mirror_rad)
        return np.array(rotations + [turn @ mirror for turn in rotations])

    def fits(self, layers: tuple[int, ...]) -> bool:
        """Return whether layers of so many taps can be made of orbits."""
        return all(orbits(self, taps) is not None for taps in layers)


NONE = Symmetry()


def orbits(symmetry: Symmetry, taps: int) -> tuple[int, int, int] | None:
    """Return how many orbits a layer has: (general, on the mirror's axes, in the centre)."""
    if symmetry.flat:
        return 0, *divmod(taps, symmetry.turns)
    whole = symmetry.turns * (1 if symmetry.mirror_rad is None else 2)
    general, rest = divmod(taps, whole)
    on_axis = 0
    if symmetry.mirror_rad is not None:
        on_axis, rest = divmod(rest, symmetry.turns)
    return (general, on_axis, rest) if rest in (0, 1) else None


def ties(symmetry: Symmetry, layers: tuple[int, ...], equal_weights: bool) -> Float64 | None:
    """Return the matrix [3N, U], or None where every unknown is free."""
    if symmetry == NONE and not equal_weights:
        return None
    count = sum(layers)
    columns: list[Float64] = []
    for places, way in _orbit_ways(symmetry, layers):
        for along in way:  # [orbit, 2] a free direction of the whole orbit
            column = np.zeros((3, count))
            column[:2, places] = along.T
            columns.append(column)
        if not equal_weights:
            column = np.zeros((3, count))
            column[2, places] = 1
            columns.append(column)
    return np.stack([c.ravel() for c in columns], axis=1)


def describe(symmetry: Symmetry, layers: tuple[int, ...]) -> dict[str, Any]:
    """Return it as JSON. orbits: per layer the size of each; taps of one stand side by side.

    Tap k of an orbit is its first one turned by k / turns of a whole turn; from `turns` on,
    mirrored before.
    """
    found = [sizes(symmetry, taps) for taps in layers]
    return {"turns": symmetry.turns, "mirror_rad": symmetry.mirror_rad, "orbits": found}


def folded(symmetry: Symmetry, points: Float64) -> Float64:
    """Return points [K, 2] moved by the symmetry into one sector, from the mirror's axis on."""
    axis = symmetry.mirror_rad or 0.0
    sector = 2 * np.pi / symmetry.turns
    angle = np.mod(np.arctan2(points[:, 1], points[:, 0]) - axis, sector)
    if symmetry.mirror_rad is not None:
        angle = np.minimum(angle, sector - angle)
    radius = np.linalg.norm(points, axis=1)
    return radius[:, None] * np.stack((np.cos(angle + axis), np.sin(angle + axis)), axis=1)


def sizes(symmetry: Symmetry, taps: int) -> list[int]:
    """Return the size of each orbit of a layer, the largest first."""
    general, on_axis, centre = orbits(symmetry, taps)
    return [len(symmetry.moves())] * general + [symmetry.turns] * on_axis + [1] * centre


def symmetric(
    symmetry: Symmetry, layers: tuple[int, ...], offsets: Float64, weights: Float64
) -> tuple[Float64, Float64]:
    """Return a start [N, 2], [N] made symmetric: the first tap of each orbit stays, about."""
    offsets, weights = offsets.copy(), weights.copy()
    for places, way in _orbit_ways(symmetry, layers):
        first = places[0]
        free = [float(along[0] @ offsets[first]) for along in way]
        offsets[places] = sum((f * along for f, along in zip(free, way, strict=True)),
                              np.zeros((len(places), 2)))  # fmt: skip
        weights[places] = weights[first]
    begin = 0
    for taps in layers:
        weights[begin : begin + taps] /= weights[begin : begin + taps].sum()
        begin += taps
    return offsets, weights


def detect(sources: Sequence[Source], layers: tuple[int, ...]) -> Symmetry:
    """Return the largest symmetry of all these targets that layers of so many taps can have."""
    kernels = [_kernel(s) for s in sources]
    turns = [n for n in range(1, MOST_TURNS + 1) if _all_same(kernels, _rotation(2 * np.pi / n))]
    mirrors = [m for m in (np.pi / 2, 0.0) if _all_same(kernels, _mirror(m))]
    known = [Symmetry(n, mirror) for n in turns for mirror in (None, *mirrors)]
    known += [
        Symmetry(n, mirror, flat=True)
        for n in turns if n <= 2
        for mirror in mirrors if all(_on_axis(kernel, mirror) for kernel in kernels)
    ]  # fmt: skip
    return max((s for s in known if s.fits(layers)), key=lambda s: (s.flat, len(s.moves())))


def turned(sources: Sequence[Source], layers: tuple[int, ...], turns: int) -> Symmetry:
    """Return the symmetry of so many rotations, without a mirror.

    It ties taps less than `detect`'s largest one, and fits better. Raises FitError where a target
    or a layer has it not.
    """
    kernels = [_kernel(s) for s in sources]
    if not _all_same(kernels, _rotation(2 * np.pi / turns)):
        raise FitError(
            f"--symmetry {turns}: a target that turns by 1/{turns} into another one, the same one "
            f"expected. Give another --symmetry, or auto"
        )
    symmetry = Symmetry(turns)
    if not symmetry.fits(layers):
        raise FitError(
            f"--symmetry {turns}: layers of {', '.join(map(str, layers))} taps, multiples of "
            f"{turns} or one more expected. Give other --taps"
        )
    return symmetry


def _orbit_ways(
    symmetry: Symmetry, layers: tuple[int, ...]
) -> Iterator[tuple[NDArray[np.int64], list[Float64]]]:
    """Give each orbit's taps, and the directions [orbit, 2] in which it moves as one."""
    moves = symmetry.moves()
    begin = 0
    for taps in layers:
        found = orbits(symmetry, taps)
        if found is None:
            raise ValueError(f"a layer of {taps} taps has not the symmetry {symmetry}")
        general, on_axis, centre = found
        axis_moves = moves[: symmetry.turns]
        for _ in range(general):
            yield begin + np.arange(len(moves)), [moves[:, :, 0], moves[:, :, 1]]
            begin += len(moves)
        for _ in range(on_axis):
            angle = symmetry.mirror_rad
            along = np.array([_clean(np.cos(angle)), _clean(np.sin(angle))])
            yield begin + np.arange(symmetry.turns), [axis_moves @ along]
            begin += symmetry.turns
        if centre:
            yield np.array([begin]), [] if len(moves) > 1 else [np.eye(2)[None, k] for k in (0, 1)]
            begin += 1


def _kernel(source: Source) -> Float64:
    return source.draw(PROBE_PX, half_size_px(source, PROBE_PX) + 2)


def _rotation(angle: float) -> Float64:
    cos, sin = _clean(np.cos(angle)), _clean(np.sin(angle))
    return np.array([[cos, -sin], [sin, cos]])


def _mirror(axis_rad: float) -> Float64:
    """Return the reflection that keeps the axis."""
    cos, sin = _clean(np.cos(2 * axis_rad)), _clean(np.sin(2 * axis_rad))
    return np.array([[cos, sin], [sin, -cos]])


def _all_same(kernels: Sequence[Float64], move: Float64) -> bool:
    return all(_same(kernel, move) for kernel in kernels)


def _clean(value: float) -> float:
    """Return a sine or cosine without the dust of rounding, which would leave a flat tap's line."""
    return float(np.round(value, 15)) + 0.0


def _on_axis(kernel: Float64, mirror_rad: float) -> bool:
    """Return whether all light lies on the middle row (mirror 0) or column."""
    half = len(kernel) // 2
    return bool(np.delete(kernel, half, axis=0 if mirror_rad == 0 else 1).max() <= 0)


def _same(kernel: Float64, move: Float64) -> bool:
    """Return whether a kernel stays what it is when moved, read bilinearly."""
    if np.allclose(move, np.eye(2)):
        return True
    half = len(kernel) // 2
    grid = np.arange(-half, half + 1)
    at = np.stack(np.meshgrid(grid, grid), axis=-1) @ move + half  # rows times it: its inverse
    inside = at.clip(0, 2 * half - 1e-9)
    low = inside.astype(int)
    part = inside - low
    padded = np.pad(kernel, ((0, 1), (0, 1)))
    seen = sum(
        np.abs(1 - i - part[..., 0]) * np.abs(1 - j - part[..., 1])
        * padded[low[..., 1] + j, low[..., 0] + i]
        for i in (0, 1) for j in (0, 1)
    ) * (at == inside).all(axis=-1)  # fmt: skip
    return bool(np.linalg.norm(seen - kernel) < SAME * np.linalg.norm(kernel))
