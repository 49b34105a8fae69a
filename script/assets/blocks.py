"""Models of the scene daylight: wooden building blocks, of a module of 30 mm.

Each stands on y = 0, centred in x and z. u runs along the grain; scene files give the picture.
"""

from itertools import pairwise

import numpy as np
import trimesh
from trimesh.visual.texture import TextureVisuals

from assets.shapes import material, revolved, sheet

MODULE_M = 0.030
BEVEL_M = 0.0011  # sanded edges: light catches on them
PICTURE_M = 0.090  # what the picture of the grain covers
ARCH_STEPS = 14

# corners of a box or a prism, seen from outside counter-clockwise
BOX = ((1, 3, 2, 0), (6, 7, 5, 4), (4, 5, 1, 0), (3, 7, 6, 2), (2, 6, 4, 0), (5, 7, 3, 1))
PRISM = ((2, 3, 1, 0), (1, 5, 4, 0), (4, 5, 3, 2), (4, 2, 0), (3, 5, 1))


def cube() -> trimesh.Scene:
    """One module each way."""
    return _box(1, 1, 1)


def brick() -> trimesh.Scene:
    """Two modules long."""
    return _box(2, 1, 1)


def plank() -> trimesh.Scene:
    """Four modules long, half a module high."""
    return _box(4, 0.5, 1)


def roof() -> trimesh.Scene:
    """A prism of two modules by one, one high; its ridge runs along z."""
    x, y, z = MODULE_M, MODULE_M, MODULE_M / 2
    low = [(sx * x, 0, sz * z) for sx in (-1, 1) for sz in (-1, 1)]
    return trimesh.Scene({"roof": bevelled(np.array([*low, (0, y, -z), (0, y, z)]), PRISM)})


def pillar() -> trimesh.Scene:
    """A cylinder, two modules high."""
    radius, height, cut, flat = 0.4 * MODULE_M, 2 * MODULE_M, BEVEL_M, 2 * BEVEL_M
    foot = [(0, 0), (radius - flat, 0), (radius - cut, 0), (radius, cut), (radius, flat)]
    head = [(r, height - y) for r, y in foot[::-1]]
    mesh = revolved(np.array(foot + head), _wood(), around=20)
    mesh.visual.uv = mesh.visual.uv[:, ::-1] * (2.0, 0.8)
    return trimesh.Scene({"pillar": mesh})


def bridge() -> trimesh.Scene:
    """Three modules long, one and a half high, a half circle cut from below; open at its feet."""
    width, height, inner = 1.5 * MODULE_M, 1.5 * MODULE_M, 0.95 * MODULE_M
    corner = np.arctan2(height, width)
    near = np.radians((-2.0, 0.0, 2.0))  # a corner is two small bends, as a bevel is
    angle = np.sort(
        np.concatenate((np.linspace(0, np.pi, ARCH_STEPS), corner + near, np.pi - corner + near))
    )
    ray = np.stack((np.cos(angle), np.sin(angle)), -1)
    reach = np.minimum(
        width / np.maximum(abs(ray[:, 0]), 1e-9), height / np.maximum(ray[:, 1], 1e-9)
    )
    thickness = reach - inner
    loop = _bevelled_loop(thickness.mean(), MODULE_M)  # [points, (share of thickness, z m)]
    radius = inner + loop[:, 0] * thickness[:, None]
    points = np.concatenate(
        (radius[..., None] * ray[:, None], np.broadcast_to(loop[:, 1:], (*radius.shape, 1))), -1
    )
    return trimesh.Scene({"bridge": sheet(points, _wood(), (1.2, 1.5), around=True)})


def _bevelled_loop(thickness: float, depth: float) -> np.ndarray:
    """Round a cross-section: from the inside's back over the front to the back, closed."""
    a, b, z = BEVEL_M / thickness, 1 - BEVEL_M / thickness, depth / 2
    c = z - BEVEL_M
    loop = [(0, -c), (0, c), (a, z), (b, z), (1, c), (1, -c), (b, -z), (a, -z), (0, -c)]
    # Each flat in three parts, so that normals turn only at its ends; cut edges stay whole.
    fine = [
        np.array(p) + (np.array(q) - p) * t
        for number, (p, q) in enumerate(pairwise(loop))
        for t in ((0, 0.05, 0.95), (0,))[number % 2]
    ]
    return np.array([*fine, loop[-1]])[::-1]


def bevelled(corners: np.ndarray, faces: tuple[tuple[int, ...], ...]) -> trimesh.Trimesh:
    """A convex solid with its edges cut, where three faces meet at each corner.

    corners: [n, 3] m. Flat faces stay flat; across a cut edge the shading turns smoothly.
    """
    points, normals, uv, at = [], [], [], {}
    for number, face in enumerate(faces):
        normal = _normal(*corners[list(face[:3])])
        for place, corner in enumerate(face):
            before, after = corners[face[place - 1]], corners[face[(place + 1) % len(face)]]
            at[number, corner] = len(points)
            points.append(_inset(corners[corner], before, after))
            normals.append(normal)
            uv.append(_grain_uv(points[-1], normal))
    middle = corners.mean(axis=0)
    polygons = [[at[number, c] for c in face] for number, face in enumerate(faces)]
    polygons += _edges(faces, at)
    polygons += [
        [at[n, c] for n, face in enumerate(faces) if c in face] for c in range(len(corners))
    ]
    triangles = [
        _outward((p[0], p[k], p[k + 1]), points, middle)
        for p in polygons
        for k in range(1, len(p) - 1)
    ]
    mesh = trimesh.Trimesh(points, triangles, vertex_normals=normals, process=False)
    mesh.visual = TextureVisuals(uv=np.array(uv), material=_wood())
    return mesh


def _box(x: float, y: float, z: float) -> trimesh.Scene:
    """Sides in modules."""
    half = MODULE_M / 2
    corners = [
        (sx * x * half, sy * y * MODULE_M, sz * z * half)
        for sx in (-1, 1)
        for sy in (0, 1)
        for sz in (-1, 1)
    ]
    return trimesh.Scene({"block": bevelled(np.array(corners), BOX)})


def _edges(faces, at) -> list[list[int]]:
    """A strip for each edge: it runs one way in one face and the other way in its neighbour."""
    found = {
        (a, b): number
        for number, face in enumerate(faces)
        for a, b in zip(face, (*face[1:], face[0]), strict=True)
    }
    return [
        [at[left, a], at[left, b], at[found[b, a], b], at[found[b, a], a]]
        for (a, b), left in found.items()
        if a < b
    ]


def _inset(corner, before, after) -> np.ndarray:
    """Move a polygon's corner inwards, by the bevel from both its edges."""
    one, two = ((p - corner) / np.linalg.norm(p - corner) for p in (before, after))
    return corner + (one + two) * BEVEL_M / np.linalg.norm(np.cross(one, two))


def _outward(triangle, points, middle):
    a, b, c = (points[index] for index in triangle)
    return triangle if _normal(a, b, c) @ (a - middle) > 0 else triangle[::-1]


def _normal(a, b, c) -> np.ndarray:
    normal = np.cross(b - a, c - a)
    return normal / np.linalg.norm(normal)


def _grain_uv(point: np.ndarray, normal: np.ndarray) -> tuple[float, float]:
    """The grain runs along x; on the ends along y, where no one looks for rings."""
    x, y, z = point / PICTURE_M
    if abs(normal[0]) > 0.9:
        return y, z
    return (x, z) if abs(normal[1]) > abs(normal[2]) else (x, y)


def _wood():
    return material(
        "wood", {}, baseColorFactor=(1.0, 1.0, 1.0, 1.0), metallicFactor=0.0, roughnessFactor=0.55
    )
