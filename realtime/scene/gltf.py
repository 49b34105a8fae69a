"""glTF files (.glb, .gltf) as objects.

trimesh reads geometry, the node tree and textures. What it rounds or leaves out is taken from the
file's own JSON header: base colours (it keeps 8 bits), emissive strength, compression, and which
textures should have been there. Textures of occlusion, second UV sets, skins and animations are
not drawn.
"""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from trimesh.visual.color import ColorVisuals
from trimesh.visual.texture import TextureVisuals

from realtime.errors import SceneError
from realtime.scene.model import Maps, Material, Mesh, Object, Picture

SUFFIXES = (".glb", ".gltf")
DRACO = "KHR_draco_mesh_compression"

# glTF's key, trimesh's key, the key in `Maps`
_TEXTURES = (
    ("baseColorTexture", "base_color"),
    ("metallicRoughnessTexture", "metallic_roughness"),
    ("normalTexture", "normal"),
    ("emissiveTexture", "emissive"),
)


def load_gltf(path: Path) -> tuple[Object, ...]:
    """Read every mesh of a glTF file where its nodes put it, in m, y up.

    alphaMode BLEND is drawn as MASK with a cutoff of one half. Raises SceneError for a file that
    is missing, broken, empty, or compressed by something that cannot be undone here.
    """
    header = _header(path)
    _check_extensions(path, header)
    try:
        loaded = trimesh.load_scene(path, process=False)
    except Exception as error:  # trimesh and numpy raise nearly anything on a broken file
        raise SceneError(
            f"{path}: broken ({error}), a whole glTF file expected. {_EXPORT}"
        ) from None
    objects = _objects(path, loaded, _Materials(path, header))
    if DRACO in header.get("extensionsUsed", ()) and any(_is_point(item) for item in objects):
        raise SceneError(f"{path}: its Draco data is broken, a whole mesh expected. {_EXPORT}")
    if not objects:
        raise SceneError(f"{path}: no triangles, at least one mesh expected. {_EXPORT}")
    return objects


_EXPORT = "Export it again"


def _is_point(item: Object) -> bool:
    """Whether a mesh has no extent: zeros are what trimesh leaves where Draco's data fails."""
    return not np.ptp(item.mesh.bounds, axis=0).any()


def _header(path: Path) -> dict[str, Any]:
    """The file's JSON part."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SceneError(
            f"{path}: not readable ({error.strerror}), a .glb or .gltf file expected. "
            f"Check the path"
        ) from None
    try:
        if data[:4] == b"glTF":
            length = struct.unpack_from("<I", data, 12)[0]
            data = data[20 : 20 + length]
        header = json.loads(data)
        if not isinstance(header, dict):
            raise ValueError("its JSON is no object")
    except (ValueError, struct.error) as error:
        raise SceneError(
            f"{path}: broken ({error}), a whole glTF file expected. {_EXPORT}"
        ) from None
    return header


def _check_extensions(path: Path, header: dict[str, Any]) -> None:
    required = set(header.get("extensionsRequired", ()))
    if DRACO in header.get("extensionsUsed", ()):
        _check_draco(path)
    unread = [
        name for name in sorted(required) if name.startswith(("EXT_meshopt", "KHR_texture_b"))
    ]
    if unread:
        raise SceneError(
            f"{path}: needs {', '.join(unread)}, plain glTF 2.0 or Draco expected. "
            f"Export it without compression"
        )


def _check_draco(path: Path) -> None:
    """Without DracoPy, trimesh returns no meshes and says so in a log line only."""
    try:
        import DracoPy  # noqa: F401
    except ImportError:
        raise SceneError(
            f"{path}: compressed with Draco, DracoPy expected to read it. Install it "
            f"(pip install DracoPy), or export without compression"
        ) from None


def _objects(path: Path, loaded: trimesh.Scene, materials: "_Materials") -> tuple[Object, ...]:
    meshes = {
        name: _mesh(path, geometry)
        for name, geometry in loaded.geometry.items()
        if isinstance(geometry, trimesh.Trimesh) and len(geometry.faces)
    }
    surfaces = {name: materials.read(loaded.geometry[name].visual) for name in meshes}
    objects = []
    for node in loaded.graph.nodes_geometry:
        world, name = loaded.graph[node]
        if name in meshes:
            placed = np.asarray(world, np.float32)
            objects.append(Object(meshes[name], surfaces[name], placed, name=str(node)))
    return tuple(objects)


def _mesh(path: Path, geometry: trimesh.Trimesh) -> Mesh:
    positions = np.asarray(geometry.vertices, np.float32)
    if not np.isfinite(positions).all():
        raise SceneError(f"{path}: NaN or Inf among its vertices, finite ones expected. {_EXPORT}")
    uv = getattr(geometry.visual, "uv", None)
    uvs = np.zeros((len(positions), 2)) if uv is None else np.nan_to_num(uv)
    return Mesh(
        positions,
        np.nan_to_num(np.asarray(geometry.vertex_normals, np.float32)),
        np.asarray(uvs, np.float32),
        np.asarray(geometry.faces, np.uint32),
        _colors(geometry.visual),
    )


def _colors(visual: Any) -> np.ndarray | None:
    """COLOR_0, [V, 4] linear; trimesh keeps it in either of two places."""
    colors = None
    if isinstance(visual, ColorVisuals) and visual.kind == "vertex":
        colors = visual.vertex_colors
    elif isinstance(visual, TextureVisuals):
        colors = visual.vertex_attributes.get("color")
    if colors is None:
        return None
    colors = np.asarray(colors)
    scale = 1 / np.iinfo(colors.dtype).max if colors.dtype.kind in "ui" else 1.0
    opaque = np.ones((len(colors), 4), np.float32)
    opaque[:, : colors.shape[1]] = colors * scale
    return opaque


class _Materials:
    """trimesh's materials made ours; each once, so that a texture is uploaded once."""

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        self.path = path
        named: dict[str, list[dict]] = {}
        for entry in header.get("materials", []):
            named.setdefault(entry.get("name"), []).append(entry)
        # A name that two materials share says nothing about either.
        self.entries = {name: found[0] for name, found in named.items() if name and len(found) == 1}
        self.made: dict[int, Material] = {}
        self.pictures: dict[int, Picture] = {}

    def read(self, visual: Any) -> Material:
        """The material of a mesh; plain white where it has none."""
        found = getattr(visual, "material", None)
        if not isinstance(found, trimesh.visual.material.PBRMaterial):
            return Material()
        if id(found) not in self.made:
            self.made[id(found)] = self._material(found)
        return self.made[id(found)]

    def _material(self, found: Any) -> Material:
        entry = self.entries.get(found.name, {})
        mode = found.alphaMode or "OPAQUE"
        cutoff = {"OPAQUE": 0.0, "BLEND": 0.5}.get(mode)
        if cutoff is None:
            cutoff = 0.5 if found.alphaCutoff is None else float(found.alphaCutoff)
        return Material(
            base_color=_base_color(found, entry),
            metallic=1.0 if found.metallicFactor is None else float(found.metallicFactor),
            roughness=1.0 if found.roughnessFactor is None else float(found.roughnessFactor),
            emissive=_emissive(found, entry),
            normal_scale=float(entry.get("normalTexture", {}).get("scale", 1.0)),
            alpha_cutoff=cutoff,
            double_sided=bool(found.doubleSided),
            maps=Maps(**{ours: self._picture(found, entry, key) for key, ours in _TEXTURES}),
        )

    def _picture(self, found: Any, entry: dict[str, Any], key: str) -> Picture | None:
        """A texture as [H, W, 4] uint8; an error where the file has one that trimesh could not."""
        image = getattr(found, key)
        if image is None:
            if key in entry or key in entry.get("pbrMetallicRoughness", {}):
                self._unreadable(found, key)
            return None
        if id(image) not in self.pictures:
            try:
                self.pictures[id(image)] = np.array(image.convert("RGBA"))
            except OSError:  # a truncated picture shows only now
                self._unreadable(found, key)
        return self.pictures[id(image)]

    def _unreadable(self, found: Any, key: str) -> None:
        raise SceneError(
            f"{self.path}: {key} of material {found.name} is missing or broken, a PNG or JPEG "
            f"picture expected. {_EXPORT}, with its textures"
        ) from None


def _base_color(found: Any, entry: dict[str, Any]) -> tuple[float, float, float]:
    exact = entry.get("pbrMetallicRoughness", {}).get("baseColorFactor")
    if exact is not None:
        return tuple(float(part) for part in exact[:3])
    rounded = found.baseColorFactor
    return (1.0, 1.0, 1.0) if rounded is None else tuple(float(p) / 255 for p in rounded[:3])


def _emissive(found: Any, entry: dict[str, Any]) -> tuple[float, float, float]:
    strength = (
        entry.get("extensions", {})
        .get("KHR_materials_emissive_strength", {})
        .get("emissiveStrength", 1.0)
    )
    factor = (0.0, 0.0, 0.0) if found.emissiveFactor is None else found.emissiveFactor
    return tuple(float(part) * float(strength) for part in factor)
