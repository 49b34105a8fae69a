"""Flat faces with a colour each, gathered into one mesh: many parts and colours, one draw, no maps.

Metres, y up. Corners of a face run counter-clockwise seen from outside. Colours are sRGB text.
"""

from collections.abc import Sequence

import numpy as np
import trimesh
from trimesh.visual.color import ColorVisuals

from assets.pictures import rgb

Point = Sequence[float]

# corners of a box by (x, y, z), 0 low and 1 high, one row a side
SIDES = {
    "left": ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)),
    "right": ((1, 0, 1), (1, 0, 0), (1, 1, 0), (1, 1, 1)),
    "bottom": ((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)),
    "top": ((0, 1, 1), (1, 1, 1), (1, 1, 0), (0, 1, 0)),
    "back": ((1, 0, 0), (0, 0, 0), (0, 1, 0), (1, 1, 0)),
    "front": ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)),
}
STANDING = "left right top back front"  # what is seen of a box on the ground
EVERY = f"{STANDING} bottom"


class Painted:
    """A mesh in the making."""

    def __init__(self) -> None:
        self.points: list[np.ndarray] = []
        self.normals: list[np.ndarray] = []
        self.colors: list[np.ndarray] = []
        self.triangles: list[np.ndarray] = []
        self.count = 0

    def face(self, corners: Sequence[Point], color: str) -> None:
        """A convex polygon that lies in a plane."""
        corners = np.array(corners, float)
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        fan = [(0, k, k + 1) for k in range(1, len(corners) - 1)]
        self.smooth(corners, [normal / np.linalg.norm(normal)] * len(corners), fan, color)

    def both(self, corners: Sequence[Point], color: str, inside: str | None = None) -> None:
        """A polygon that is seen from either side, there in another colour if given."""
        self.face(corners, color)
        self.face(corners[::-1], inside or color)

    def box(self, low: Point, high: Point, color: str, sides: str = STANDING, top="") -> None:
        """An upright box between two corners; top: the colour of its upper side, if another."""
        ends = np.array((low, high), float)
        for side in sides.split():
            corners = [[ends[pick][axis] for axis, pick in enumerate(c)] for c in SIDES[side]]
            self.face(corners, top if top and side == "top" else color)

    def smooth(self, points, normals, triangles, color: str) -> None:
        """Anything: points and normals [n, 3], triangles [m, 3] of their numbers."""
        self.points.append(np.asarray(points, float))
        self.normals.append(np.asarray(normals, float))
        self.colors.append(np.tile(_linear(color), (len(points), 1)))
        self.triangles.append(np.asarray(triangles, int) + self.count)
        self.count += len(points)

    def add(self, other: "Painted", world: np.ndarray) -> None:
        """Another one where `world`, [4, 4], puts it: turned and moved, not scaled."""
        turn, shift = world[:3, :3], world[:3, 3]
        self.points += [points @ turn.T + shift for points in other.points]
        self.normals += [normals @ turn.T for normals in other.normals]
        self.colors += other.colors
        self.triangles += [triangles + self.count for triangles in other.triangles]
        self.count += other.count

    def scene(self) -> trimesh.Scene:
        """The one mesh, as a scene to write."""
        mesh = trimesh.Trimesh(
            np.concatenate(self.points),
            np.concatenate(self.triangles),
            vertex_normals=np.concatenate(self.normals),
            process=False,
        )
        mesh.visual = ColorVisuals(mesh, vertex_colors=np.concatenate(self.colors))
        return trimesh.Scene({"painted": mesh})


def turned_about_y(degrees: float, at: Point = (0.0, 0.0, 0.0)) -> np.ndarray:
    """A placement, [4, 4]: turned counter-clockwise seen from above, then moved."""
    world = trimesh.transformations.rotation_matrix(np.radians(degrees), (0, 1, 0))
    world[:3, 3] = at
    return world


def lump(seed: int, size: Point, at: Point, rough: float = 0.12):
    """A bush of 80 triangles, smoothly shaded: points, normals, triangles for `Painted.smooth`."""
    ball = trimesh.creation.icosphere(subdivisions=1)
    way = np.array(ball.vertices)
    reach = 1 + rough * np.random.default_rng(seed).uniform(-1, 1, len(way))
    size = np.array(size, float)
    normals = way / size
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return way * reach[:, None] * size + np.array(at), normals, np.array(ball.faces)


def pole(painted: Painted, low: Point, high: Point, radius: float, color: str, around: int = 8):
    """A round bar between two points, its ends open: they end in something else."""
    low, high = np.array(low, float), np.array(high, float)
    along = (high - low) / np.linalg.norm(high - low)
    helper = np.eye(3)[np.argmin(np.abs(along))]
    side = np.cross(along, helper)
    side /= np.linalg.norm(side)
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)[:, None]
    ring = np.cos(angle) * side + np.sin(angle) * np.cross(along, side)
    points = np.concatenate((low + radius * ring, high + radius * ring))
    k = np.arange(around)
    after = (k + 1) % around
    triangles = np.concatenate(
        (np.stack((k, after, after + around), 1), np.stack((k, after + around, k + around), 1))
    )
    painted.smooth(points, np.concatenate((ring, ring)), triangles, color)


def _linear(color: str) -> np.ndarray:
    """[4] uint8: what glTF keeps of a colour is linear."""
    value = rgb(color)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.append(np.round(255 * linear), 255).astype(np.uint8)
