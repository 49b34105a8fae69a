"""A scene's objects on the GPU: one instanced draw for all that share a mesh and a look."""

from dataclasses import dataclass

import moderngl
import numpy as np

from realtime.passes.moving import Moving
from realtime.scene.model import Maps, Mesh, Object
from realtime.scene.spin import Spin

# (attribute, floats) in the order of memory; shaders take those they declare.
VERTEX = (("in_position", 3), ("in_normal", 3), ("in_uv", 2), ("in_color", 4))
INSTANCE = (
    ("in_world_x", 4),
    ("in_world_y", 4),
    ("in_world_z", 4),
    ("in_base", 3),
    ("in_emissive", 3),
    ("in_surface", 4),
    ("in_uv_scale", 2),
)


@dataclass(frozen=True)
class MeshBuffers:
    """One mesh's vertices and triangles."""

    vertices: moderngl.Buffer
    triangles: moderngl.Buffer

    def release(self) -> None:
        """Free the memory."""
        self.vertices.release()
        self.triangles.release()


@dataclass(frozen=True)
class Batch:
    """Objects that are drawn at once; `moving` where they move, all in the same way."""

    mesh: MeshBuffers
    instances: moderngl.Buffer
    count: int
    maps: Maps
    two_sided: bool
    cutout: bool
    casts_shadow: bool
    moving: Moving | None = None

    @property
    def spin(self) -> Spin | None:
        """How they move."""
        return None if self.moving is None else self.moving.spin

    def vertex_array(self, ctx: moderngl.Context, program: moderngl.Program):
        """Bind the buffers to the attributes that `program` has."""
        content = [
            (self.mesh.vertices, *_layout(program, VERTEX, "/v")),
            (self.instances, *_layout(program, INSTANCE, "/i")),
        ]
        return ctx.vertex_array(program, content, index_buffer=self.mesh.triangles)


def make_batches(ctx: moderngl.Context, objects: tuple[Object, ...], eye_m) -> list[Batch]:
    """Group objects and upload them, those nearest to `eye_m` first: they hide what comes later."""
    near_first = sorted(objects, key=lambda item: np.linalg.norm(_middle(item) - np.array(eye_m)))
    groups: dict[tuple, list[Object]] = {}
    for item in near_first:
        groups.setdefault(_key(item), []).append(item)
    buffers: dict[int, MeshBuffers] = {}
    return [_batch(ctx, group, buffers) for group in groups.values()]


def _key(item: Object) -> tuple:
    return (
        id(item.mesh),
        *(id(picture) for picture in vars(item.material.maps).values()),
        _two_sided(item),
        item.material.alpha_cutoff > 0,
        item.casts_shadow,
        item.spin,
    )


def _two_sided(item: Object) -> bool:
    """Mirrored meshes too: their outsides are back faces to OpenGL."""
    return item.material.double_sided or bool(np.linalg.det(item.world[:3, :3]) < 0)


def _middle(item: Object) -> np.ndarray:
    return item.world[:3, :3] @ item.mesh.bounds.mean(axis=0) + item.world[:3, 3]


def _batch(ctx: moderngl.Context, group: list[Object], buffers: dict[int, MeshBuffers]) -> Batch:
    mesh = group[0].mesh
    if id(mesh) not in buffers:
        triangles = np.ascontiguousarray(mesh.triangles, np.uint32)
        buffers[id(mesh)] = MeshBuffers(ctx.buffer(_vertices(mesh)), ctx.buffer(triangles))
    rows = np.stack([_instance(item) for item in group])
    instances, spin, moving = ctx.buffer(rows), group[0].spin, None
    if spin is not None:
        moving = Moving(spin, instances, rows, np.stack([item.world for item in group]))
    return Batch(
        buffers[id(mesh)],
        instances,
        len(group),
        group[0].material.maps,
        _two_sided(group[0]),
        group[0].material.alpha_cutoff > 0,
        group[0].casts_shadow,
        moving,
    )


def _vertices(mesh: Mesh) -> np.ndarray:
    """[V, 12] float32, as `VERTEX` has it."""
    count = len(mesh.positions)
    colors = np.ones((count, 4)) if mesh.colors is None else mesh.colors
    columns = (mesh.positions, mesh.normals, mesh.uvs, colors)
    return np.concatenate(columns, axis=1).astype(np.float32)


def _instance(item: Object) -> np.ndarray:
    """[24] float32, as `INSTANCE` has it."""
    look = item.material
    return np.array(
        (
            *item.world[:3].ravel(),
            *look.base_color,
            *look.emissive,
            *(look.metallic, look.roughness, look.normal_scale, look.alpha_cutoff),
            *look.uv_scale,
        ),
        np.float32,
    )


def _layout(program: moderngl.Program, fields: tuple, step: str) -> tuple[str, ...]:
    """Format string for moderngl and attribute names; what the program lacks is skipped over."""
    used = [name for name, _ in fields if name in program]
    parts = [f"{size}f" if name in program else f"{4 * size}x" for name, size in fields]
    return " ".join(parts) + step, *used
