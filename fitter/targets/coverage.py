"""How much of each pixel a polygon covers, exactly.

Green's theorem, cell by cell: an edge piece inside one cell adds the area to its right within that
cell, and its whole height to every cell further right. A running sum along the row then gives the
covered area of every cell. Holes and overlaps follow from the direction of the outline.
"""

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

FLAT_PX2 = 1e-12  # a triangle's area, below which light / area would drown in rounding


def polygon_coverage(outline: Float64, half_px: int) -> Float64:
    """Return the covered area [M, M] of each pixel, M = 2 * half_px + 1, signed by direction.

    outline: [V, 2] vertices (x, y) in px, +y down, closed by itself; (0, 0) is the middle of the
    centre pixel. It must lie within the canvas. Clockwise on screen counts positive.
    """
    begin = np.asarray(outline, dtype=np.float64)
    return edges_coverage(begin, np.roll(begin, -1, axis=0), half_px)


def edges_coverage(
    begin: Float64, end: Float64, half_px: int, density: Float64 | None = None
) -> Float64:
    """Return what closed chains of edges, in any order, hold of each pixel: [M, M].

    begin, end: [E, 2] in px as above; density: [E] light per px² inside an edge's chain, or 1.
    """
    size = 2 * half_px + 1
    begin, end, edge = pieces(begin + size / 2, end + size / 2)
    middle, height = (begin + end) / 2, end[:, 1] - begin[:, 1]
    if density is not None:
        height = height * density[edge]
    column, row = np.floor(middle).astype(int).clip(0, size - 1).T
    inside = height * (column + 1 - middle[:, 0])
    cells = np.zeros((size, size + 1))
    np.add.at(cells, (row, column), inside)
    np.add.at(cells, (row, column + 1), height - inside)
    # Down the screen on the right side of a clockwise outline: its sum is negative to the right.
    return -np.cumsum(cells, axis=1)[:, :size]


def triangles_light(corners: Float64, light: Float64, half_px: int) -> Float64:
    """Return the light [M, M] of triangles, each spread evenly; where they overlap it adds up.

    corners: [T, 3, 2] in px, wound either way; light: [T]. A triangle without area gives its light
    to the pixel of its middle.
    """
    side, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (side[:, 0] * other[:, 1] - side[:, 1] * other[:, 0]) / 2
    flat = np.abs(area) < FLAT_PX2
    density = np.repeat(light[~flat] / area[~flat], 3)
    begin = corners[~flat].reshape(-1, 2)
    end = np.roll(corners[~flat], -1, axis=1).reshape(-1, 2)
    drawn = edges_coverage(begin, end, half_px, density)
    column, row = np.floor(corners[flat].mean(axis=1) + half_px + 0.5).astype(int).T
    np.add.at(drawn, (row.clip(0, 2 * half_px), column.clip(0, 2 * half_px)), light[flat])
    return drawn


def pieces(begin: Float64, end: Float64) -> tuple[Float64, Float64, NDArray[np.int64]]:
    """Cut edges [E, 2] at every whole coordinate; return the pieces' ends and their edges."""
    edges, cuts = [np.arange(len(begin))] * 2, [np.zeros(len(begin)), np.ones(len(begin))]
    for axis in (0, 1):
        edge, cut = _crossings(begin[:, axis], end[:, axis])
        edges.append(edge)
        cuts.append(cut)
    edge, cut = np.concatenate(edges), np.concatenate(cuts)
    order = np.lexsort((cut, edge))
    edge, cut = edge[order], cut[order]
    points = begin[edge] + cut[:, None] * (end - begin)[edge]
    same = edge[1:] == edge[:-1]
    return points[:-1][same], points[1:][same], edge[1:][same]


def _crossings(begin: Float64, end: Float64) -> tuple[NDArray[np.int64], Float64]:
    """Return (edge, place along it 0 … 1) where edges cross whole coordinates of one axis."""
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    first = np.ceil(low)
    count = np.maximum(np.floor(high) - first + 1, 0).astype(int)
    count[low == high] = 0  # along a grid line: nothing to cut
    edge = np.repeat(np.arange(len(begin)), count)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    cut = (first[edge] + nth - begin[edge]) / (end - begin)[edge]
    return edge, cut.clip(0, 1)
