"""Meshes made of formulas: each fits a cube of side 1 round the origin, y up.

Surfaces are grids of (u, v), bent; u runs counter-clockwise seen from above, v upwards.
"""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np

from realtime.scene.model import Mesh

AROUND = 40  # segments of a circle: a silhouette that stays round at a few hundred px
TORUS_TUBE = 0.3  # radius of a torus' tube over that of its centre line


@cache
def primitive(name: str) -> Mesh:
    """Return the mesh of one of `PRIMITIVES`; the same object each time, so it is uploaded once."""
    return PRIMITIVES[name]()


def box() -> Mesh:
    """A cube of side 1, flat faces, the whole texture on each."""
    face = _grid(1, 1, lambda u, v: (u - 0.5, v - 0.5, 0 * u + 0.5), lambda u, v: (0, 0, 1))
    turns = [_turn_y(k) for k in range(4)] + [_turn_x(1), _turn_x(-1)]
    return merged([_turned(face, turn) for turn in turns])


def plane() -> Mesh:
    """A square of side 1 that faces up; the texture's top is towards -z."""
    return _grid(1, 1, lambda u, v: (u - 0.5, 0 * u, 0.5 - v), lambda u, v: (0, 1, 0))


def sphere() -> Mesh:
    """A ball of diameter 1."""
    return _ball(AROUND, AROUND // 2)


def bulb() -> Mesh:
    """A ball of diameter 1 with few triangles, for lights a few px wide."""
    return _ball(10, 6)


def cylinder() -> Mesh:
    """An upright cylinder with caps, height and diameter 1."""
    return lathe([(0, -0.5), (0.5, -0.5), (0.5, 0.5), (0, 0.5)])


def cone() -> Mesh:
    """An upright cone with a base, height and diameter 1."""
    return lathe([(0, -0.5), (0.5, -0.5), (0, 0.5)])


def torus() -> Mesh:
    """A ring that lies flat, outer diameter 1."""
    centre = 0.5 / (1 + TORUS_TUBE)

    def surface(u, v):
        around, across = 2 * np.pi * u, 2 * np.pi * v
        reach = centre * (1 + TORUS_TUBE * np.cos(across))
        height = centre * TORUS_TUBE * np.sin(across)
        return reach * np.cos(around), height, -reach * np.sin(around)

    def normal(u, v):
        around, across = 2 * np.pi * u, 2 * np.pi * v
        flat = np.cos(across)
        return flat * np.cos(around), np.sin(across), -flat * np.sin(around)

    return _grid(AROUND, AROUND // 2, surface, normal)


def lathe(profile: list[tuple[float, float]], around: int = AROUND) -> Mesh:
    """Turn a line of (radius, height) corners, bottom to top on the outside, about the y axis.

    Edges between its parts are sharp: each part has its own normals.
    """
    return merged([_ring(low, high, around) for low, high in pairwise(profile) if low != high])


def _ring(low: tuple[float, float], high: tuple[float, float], around: int) -> Mesh:
    """The band between two circles (radius, height)."""
    (r0, y0), (r1, y1) = low, high
    slope = np.array((y1 - y0, r0 - r1)) / np.hypot(y1 - y0, r0 - r1)  # outward, upward

    def surface(u, v):
        angle, radius = 2 * np.pi * u, r0 + (r1 - r0) * v
        return radius * np.cos(angle), y0 + (y1 - y0) * v, -radius * np.sin(angle)

    def normal(u, v):
        angle = 2 * np.pi * u
        return slope[0] * np.cos(angle), slope[1], -slope[0] * np.sin(angle)

    return _grid(around, 1, surface, normal)


def _ball(around: int, upwards: int) -> Mesh:
    def normal(u, v):
        angle, tilt = 2 * np.pi * u, np.pi * (v - 0.5)
        flat = np.cos(tilt)
        return flat * np.cos(angle), np.sin(tilt), -flat * np.sin(angle)

    def surface(u, v):
        return tuple(0.5 * axis for axis in normal(u, v))

    return _grid(around, upwards, surface, normal)


def _grid(columns: int, rows: int, surface: Callable, normal: Callable) -> Mesh:
    """Bend a grid: `surface` and `normal` take u, v (0 … 1, arrays) to x, y, z."""
    v, u = np.mgrid[0 : rows + 1, 0 : columns + 1].astype(np.float64).reshape(2, -1)
    u, v = u / columns, v / rows
    first = (np.arange(rows)[:, None] * (columns + 1) + np.arange(columns)).ravel()
    above = first + columns + 1
    lower = np.stack((first, first + 1, above + 1), axis=1)
    upper = np.stack((first, above + 1, above), axis=1)
    return Mesh(
        _points(surface(u, v), len(u)),
        _points(normal(u, v), len(u)),
        np.stack((u, v), axis=1).astype(np.float32),
        _without_slivers(np.concatenate((lower, upper)), _points(surface(u, v), len(u))),
    )


def _points(axes: tuple, count: int) -> np.ndarray:
    return np.stack([np.broadcast_to(axis, count) for axis in axes], axis=1).astype(np.float32)


def _without_slivers(triangles: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Drop triangles without area, such as those at a pole."""
    a, b, c = positions[triangles].swapaxes(0, 1)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return triangles[area > 1e-9].astype(np.uint32)


def merged(meshes: list[Mesh]) -> Mesh:
    """One mesh of several; none of them may have colours."""
    starts = np.cumsum([0] + [len(mesh.positions) for mesh in meshes[:-1]])
    return Mesh(
        np.concatenate([mesh.positions for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.uvs for mesh in meshes]),
        np.concatenate(
            [mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]
        ).astype(np.uint32),
    )


def _turned(mesh: Mesh, turn: np.ndarray) -> Mesh:
    return Mesh(mesh.positions @ turn.T, mesh.normals @ turn.T, mesh.uvs, mesh.triangles)


def _turn_y(quarters: int) -> np.ndarray:
    c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters]
    return np.array(((c, 0, s), (0, 1, 0), (-s, 0, c)), np.float32)


def _turn_x(quarters: int) -> np.ndarray:
    return np.array(((1, 0, 0), (0, 0, quarters), (0, -quarters, 0)), np.float32)


PRIMITIVES: dict[str, Callable[[], Mesh]] = {
    made.__name__: made for made in (box, plane, sphere, bulb, cylinder, cone, torus)
}
