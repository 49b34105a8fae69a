"""Regions: outlines joined and cut out of each other, exactly.

A silhouette is drawn as loops that overlap (a bowl, an arm, a stroke that crosses itself) and loops
that are cut away. What `coverage` needs is the boundary alone, each piece of it once. So every edge
is cut where it meets another, and a piece is kept where one side of it is inside and the other not:

    begin, end = boundary(add=[head, ear, body], cut=[eye])

The winding number decides what is inside a loop (not 0), so a loop may run either way round and may
cross itself. Loops must not share edges.
"""

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

ASIDE = 1e-7  # how far from a piece its two sides are looked at; silhouettes are about 1 wide


def boundary(add: list[Float64], cut: list[Float64]) -> tuple[Float64, Float64]:
    """Return the pieces [P, 2] begin, end of the boundary of (any of `add`) less (all of `cut`).

    Loops: [V, 2] (x, y), +y down, closed by themselves. The inside lies clockwise on screen.
    """
    loops = [*add, *cut]
    begin = np.concatenate(loops)
    end = np.concatenate([np.roll(loop, -1, axis=0) for loop in loops])
    starts = np.cumsum([0, *map(len, loops[:-1])])
    first, last = _cut_where_they_meet(begin, end)
    along = last - first
    normal = np.stack((-along[:, 1], along[:, 0]), axis=1)
    aside = normal * (ASIDE / np.linalg.norm(normal, axis=1, keepdims=True))
    middle = (first + last) / 2

    def inside(points: Float64) -> NDArray[np.bool_]:
        within = np.add.reduceat(_windings(points, begin, end), starts, axis=1) != 0
        return within[:, : len(add)].any(axis=1) & ~within[:, len(add) :].any(axis=1)

    right, left = inside(middle + aside), inside(middle - aside)
    forward, backward = right & ~left, left & ~right
    return (
        np.concatenate((first[forward], last[backward])),
        np.concatenate((last[forward], first[backward])),
    )


def centroid(begin: Float64, end: Float64) -> Float64:
    """Return the middle (x, y) of the area that edges enclose."""
    cross = begin[:, 0] * end[:, 1] - end[:, 0] * begin[:, 1]
    return ((begin + end) * cross[:, None]).sum(axis=0) / (3 * cross.sum())


def _cut_where_they_meet(begin: Float64, end: Float64) -> tuple[Float64, Float64]:
    """Cut edges at their crossings with each other; pieces without length are left out."""
    along = end - begin
    cross = _cross(along[:, None], along[None])
    apart = begin[None] - begin[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        here = _cross(apart, along[None]) / cross
        there = _cross(apart, along[:, None]) / cross
    meet = (here > 0) & (here < 1) & (there >= 0) & (there <= 1)
    edge, _ = np.nonzero(meet)
    count = len(begin)
    edges = np.concatenate((np.arange(count), np.arange(count), edge))
    cuts = np.concatenate((np.zeros(count), np.ones(count), here[meet]))
    order = np.lexsort((cuts, edges))
    edges, cuts = edges[order], cuts[order]
    points = begin[edges] + cuts[:, None] * along[edges]
    kept = (edges[1:] == edges[:-1]) & (np.abs(np.diff(points, axis=0)).max(axis=1) > 0)
    return points[:-1][kept], points[1:][kept]


def _windings(points: Float64, begin: Float64, end: Float64) -> NDArray[np.int64]:
    """Return what each edge adds to the winding number about each point: [P, E], -1, 0 or 1."""
    y = points[:, 1, None]
    down, up = (begin[:, 1] <= y) & (end[:, 1] > y), (begin[:, 1] > y) & (end[:, 1] <= y)
    side = _cross((end - begin)[None], points[:, None] - begin[None])
    return (down & (side > 0)).astype(np.int64) - (up & (side < 0))


def _cross(a: Float64, b: Float64) -> Float64:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
