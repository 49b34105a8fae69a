"""Triangles that hide all beneath them: a panel's ground, over half of what an interface draws.

Drawn without letters and without blending they cost a fraction, on any GPU.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Square units of the interface; smaller ones do not earn a draw of their own.
LEAST_AREA = 16384.0


def solid(vertices: NDArray, triangles: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which triangles [T, 3] are large, opaque, and of one place of the texture [T].

    vertices: [V] with the fields place (units), uv and color (8 bits, straight alpha). One place:
    Dear ImGui colours by vertex there, and the texture is white.
    """
    x, y = (np.ascontiguousarray(vertices["place"][:, axis])[triangles] for axis in range(2))
    (ax, bx), (ay, by) = ((along[:, 1:] - along[:, :1]).T for along in (x, y))
    found = np.abs(ax * by - ay * bx) / 2 >= LEAST_AREA
    large = vertices[triangles[found]]  # [L, 3]
    one_place = (large["uv"] == large["uv"][:, :1]).all(axis=(1, 2))
    found[found] = one_place & (large["color"][..., 3] == 255).all(axis=1)
    return found


def runs(is_solid: NDArray[np.bool_]) -> Iterator[tuple[int, int, bool]]:
    """Give (first, count, whether they are solid) of triangles in a row that are alike."""
    if not is_solid.size:
        return
    ends = [*(np.flatnonzero(is_solid[1:] != is_solid[:-1]) + 1), len(is_solid)]
    first = 0
    for end in ends:
        yield first, int(end) - first, bool(is_solid[first])
        first = int(end)
