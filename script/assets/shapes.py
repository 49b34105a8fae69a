"""Grids of points bent into things, with normals and texture coordinates. Metres, y up."""

import numpy as np
import trimesh
from PIL import Image
from trimesh.visual.material import PBRMaterial
from trimesh.visual.texture import TextureVisuals

from realtime.scene.primitives import box

BEVEL = 0.03  # of an edge's length: light catches on it

SLOTS = {
    "base_color": "baseColorTexture",
    "metallic_roughness": "metallicRoughnessTexture",
    "normal": "normalTexture",
    "emissive": "emissiveTexture",
}


def material(name: str, pictures: dict[str, Image.Image], **factors) -> PBRMaterial:
    """A glTF material; factors that a picture fills are 1."""
    full = (
        {"metallicFactor": 1.0, "roughnessFactor": 1.0} if "metallic_roughness" in pictures else {}
    )
    textures = {SLOTS[slot]: picture for slot, picture in pictures.items()}
    return PBRMaterial(name=name, **{**full, **textures, **factors})


def sheet(points: np.ndarray, look: PBRMaterial, tile=(1.0, 1.0), around: bool = False):
    """Mesh of a grid [rows, columns, 3]; v up the rows, u along the columns.

    around: the last column is the first again, so that normals are smooth across the seam.
    """
    rows, columns = points.shape[:2]
    v, u = np.mgrid[0:rows, 0:columns].astype(float)
    uv = np.stack((u / (columns - 1) * tile[0], v / (rows - 1) * tile[1]), -1).reshape(-1, 2)
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, up = first + 1, first + columns
    faces = np.concatenate((np.stack((first, right, up + 1), 1), np.stack((first, up + 1, up), 1)))
    mesh = trimesh.Trimesh(
        points.reshape(-1, 3),
        faces,
        vertex_normals=_normals(points, around).reshape(-1, 3),
        process=False,
    )
    mesh.visual = TextureVisuals(uv=uv, material=look)
    return mesh


def _normals(points: np.ndarray, around: bool) -> np.ndarray:
    if around:
        padded = np.concatenate((points[:, -2:-1], points, points[:, 1:2]), 1)
        along_u = padded[:, 2:] - padded[:, :-2]
    else:
        along_u = np.gradient(points, axis=1)
    along_v = np.gradient(points, axis=0)
    normal = np.cross(along_u, along_v)
    length = np.linalg.norm(normal, axis=-1, keepdims=True)
    # At a pole a row is one point: take the normal of the row beside it, averaged round the axis.
    for row, beside in ((0, 1), (-1, -2)):
        if np.ptp(points[row], axis=0).max() < 1e-9:
            normal[row] = normal[beside].mean(axis=0)
            length[row] = np.linalg.norm(normal[row], axis=-1, keepdims=True)
    return normal / np.maximum(length, 1e-20)


def turned(profile, look: PBRMaterial, around: int = 40, rows: int = 32, tile=(1.0, 1.0)):
    """Turn a smooth line through (radius, height) corners about y, outside to the right of it."""
    line = smooth_line(np.array(profile, float), rows)
    return revolved(line, look, around, tile)


def edged(profile, look: PBRMaterial, around: int = 40):
    """Turn straight lines between (radius, height) corners, each corner a narrow bevel."""
    corners = np.array(profile, float)
    before, after = corners[:-1], corners[1:]
    pieces = [before + (after - before) * t for t in (BEVEL, 2 * BEVEL, 1 - 2 * BEVEL, 1 - BEVEL)]
    inner = np.stack(pieces, axis=1).reshape(-1, 2)
    return revolved(np.concatenate((corners[:1], inner, corners[-1:])), look, around)


def revolved(line: np.ndarray, look: PBRMaterial, around: int, tile=(1.0, 1.0)):
    """Turn the points [n, 2] of (radius, height) about y."""
    angle = np.linspace(0, 2 * np.pi, around + 1)
    radius, height = line[:, :1], line[:, 1:]
    points = np.stack(
        (radius * np.cos(angle), height * np.ones_like(angle), -radius * np.sin(angle)), -1
    )
    return sheet(points, look, tile, around=True)


def tube(path, radius, look: PBRMaterial, around: int = 10, tile=(1.0, 1.0)):
    """A tube along points [n, 3]; radius one number or one a point."""
    path = np.array(path, float)
    radius = np.broadcast_to(radius, len(path))
    forward = np.gradient(path, axis=0)
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    helper = np.array((0.0, 0.0, 1.0)) if abs(forward[0][2]) < 0.8 else np.array((1.0, 0.0, 0.0))
    side = np.cross(forward, helper)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    other = np.cross(side, forward)
    angle = np.linspace(0, 2 * np.pi, around + 1)
    ring = side[:, None] * np.cos(angle)[:, None] - other[:, None] * np.sin(angle)[:, None]
    points = path[:, None] + ring * radius[:, None, None]
    return sheet(points, look, tile, around=True)


def smooth_line(corners: np.ndarray, count: int) -> np.ndarray:
    """A Catmull-Rom curve through corners [n, k]."""
    spots = np.linspace(0, len(corners) - 1, count)
    spots = np.unique(np.concatenate((spots, np.arange(len(corners)))))
    ends = np.concatenate(
        (2 * corners[:1] - corners[1:2], corners, 2 * corners[-1:] - corners[-2:-1])
    )
    at = np.minimum(spots.astype(int), len(corners) - 2)
    t = (spots - at)[:, None]
    a, b, c, d = (ends[at + k] for k in range(4))
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


def block(size, look: PBRMaterial):
    """A box of (x, y, z) m round the origin, the whole picture on each face."""
    unit = box()
    mesh = trimesh.Trimesh(
        unit.positions * np.array(size), unit.triangles, vertex_normals=unit.normals, process=False
    )
    mesh.visual = TextureVisuals(uv=unit.uvs, material=look)
    return mesh
