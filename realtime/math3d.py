"""Transforms in one convention; the only module that imports pyrr.

    clip = projection @ view @ world @ point

Matrices are [4, 4] float32 that act on column vectors, `m[row, column]`, translation in the last
column. The world is right-handed, y up; a camera looks along its own -z; clip space is OpenGL's.
pyrr has row vectors (transposed) and whatever dtype it is handed, so both are settled here.
GLSL wants columns in memory: `gl_bytes`.
"""

import numpy as np
from pyrr import matrix44

Matrix = np.ndarray  # [4, 4] float32


def vector(values) -> np.ndarray:
    """Return float64 numbers: pyrr truncates translations that are made of integers."""
    return np.asarray(values, dtype=np.float64)


def translation(offset) -> Matrix:
    """Move by (x, y, z)."""
    return _columns(matrix44.create_from_translation(vector(offset)))


def scaling(factors) -> Matrix:
    """Scale by (x, y, z) about the origin."""
    return _columns(matrix44.create_from_scale(vector(factors)))


def rotation_deg(angles) -> Matrix:
    """Turn about the world's x, then y, then z axis, counter-clockwise seen from the axis' tip."""
    turns = [
        _columns(matrix44.create_from_axis_rotation(axis, angle))
        for axis, angle in zip(np.eye(3), np.radians(vector(angles)), strict=True)
    ]
    return turns[2] @ turns[1] @ turns[0]


def placement(position=(0, 0, 0), rotation=(0, 0, 0), scale=(1, 1, 1)) -> Matrix:
    """Scale, then turn (degrees), then move."""
    return translation(position) @ rotation_deg(rotation) @ scaling(scale)


def look_at(eye, target, up=(0, 1, 0)) -> Matrix:
    """World to camera: the camera stands at `eye`, sees `target` on its -z axis, `up` above it."""
    return _columns(matrix44.create_look_at(vector(eye), vector(target), vector(up)))


def frustum(left, right, bottom, top, near, far) -> Matrix:
    """Camera to clip: the window (left … top) on the plane z = -near, `far` being depth 1."""
    bounds = vector((left, right, bottom, top, near, far))
    return _columns(matrix44.create_perspective_projection_from_bounds(*bounds))


def orthographic(left, right, bottom, top, near, far) -> Matrix:
    """Camera to clip without perspective: the box (left … top), z from -near to -far."""
    bounds = vector((left, right, bottom, top, near, far))
    return _columns(matrix44.create_orthogonal_projection_matrix(*bounds))


def transformed(matrix: Matrix, points: np.ndarray) -> np.ndarray:
    """Send points [N, 3] through `matrix`, divided by w; [N, 3]."""
    moved = np.asarray(points) @ matrix[:, :3].T + matrix[:, 3]
    return moved[:, :3] / moved[:, 3:]


def normalized(values) -> np.ndarray:
    """Return the vector at length 1; NaN for one of length 0."""
    values = vector(values)
    with np.errstate(invalid="ignore"):
        return values / np.linalg.norm(values)


def gl_bytes(matrix: Matrix) -> bytes:
    """The matrix as GLSL's mat4 has it in memory: column after column, float32."""
    return np.ascontiguousarray(matrix.T, dtype=np.float32).tobytes()


def _columns(rows: np.ndarray) -> Matrix:
    return np.ascontiguousarray(rows.T, dtype=np.float32)
