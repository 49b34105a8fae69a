"""Objects of a scene file: primitives and glTF files, their materials, their copies."""

import dataclasses
from pathlib import Path

import numpy as np
from PIL import Image

from realtime.errors import SceneError
from realtime.math3d import Matrix, placement
from realtime.scene.gltf import SUFFIXES, load_gltf
from realtime.scene.model import Maps, Material, Object, Picture, Rgb
from realtime.scene.primitives import PRIMITIVES, primitive
from realtime.scene.repeat import Copy, copies_of
from realtime.scene.spin import spin_of
from realtime.scene.table import Table

MAX_TEXTURE_PX = 8192  # a side; beyond it a mistyped file is likelier than a need


class ObjectReader:
    """Reads `[[object]]` and `[material.*]`; files that are named twice are loaded once."""

    def __init__(self, root: Table) -> None:
        self.root = root
        self.named = root.table("material", {}).named_tables()
        self.pictures: dict[Path, Picture] = {}
        self.models: dict[Path, tuple[Object, ...]] = {}
        for table in self.named.values():  # also those that no object uses are checked
            self._material(table, Material())
            table.finish()

    def objects(self) -> tuple[Object, ...]:
        """Every object, copies included."""
        tables = self.root.tables("object")
        if not tables:
            raise SceneError(
                f"{self.root.file}: no objects, at least one [[object]] expected. Add one"
            )
        return tuple(item for table in tables for item in self._read(table))

    def _read(self, table: Table) -> list[Object]:
        name = table.text("name", None)
        parts = self._parts(table)
        position = table.vector("position_m", 3, (0.0, 0.0, 0.0))
        rotation = table.vector("rotation_deg", 3, (0.0, 0.0, 0.0))
        scale = self._scale(table)
        casts = table.flag("cast_shadow", True)
        copies = copies_of(table)
        spin = spin_of(table, position)
        table.finish()
        turned, moved = placement(rotation=rotation), placement(position)
        return [
            dataclasses.replace(
                self._copied(part, moved, turned, scale, copy, casts),
                name=name or part.name,
                spin=spin,
            )
            for copy in copies
            for part in parts
        ]

    def _copied(
        self, part: Object, moved: Matrix, turned: Matrix, scale, copy: Copy, casts: bool
    ) -> Object:
        size = placement(scale=np.array(scale) * copy.scale)
        world = moved @ copy.world @ turned @ size @ part.world
        return Object(part.mesh, _tinted(part.material, copy.color), world, casts)

    def _parts(self, table: Table) -> tuple[Object, ...]:
        """The meshes of an object, where they are within it, each with its material."""
        if table.has("mesh"):
            if table.has("primitive"):
                table.refuse("primitive", table.values["primitive"], "nothing beside mesh")
            found = self._model(table)
        else:
            shape = table.text("primitive", choices=tuple(PRIMITIVES))
            found = (Object(primitive(shape), Material(), placement()),)
        return tuple(
            dataclasses.replace(part, material=self._object_material(table, part.material))
            for part in found
        )

    def _model(self, table: Table) -> tuple[Object, ...]:
        path = table.path("mesh")
        if path.suffix.lower() not in SUFFIXES:
            table.refuse("mesh", table.values["mesh"], "a .glb or .gltf file")
        if path not in self.models:
            self.models[path] = load_gltf(path)
        return self.models[path]

    def _object_material(self, table: Table, base: Material) -> Material:
        """The mesh's own material, changed by the named one, changed by the object's own keys."""
        name = table.text("material", None, choices=tuple(self.named) or ("none",))
        if name is not None:
            base = self._material(self.named[name], base)
        return self._material(table, base)

    def _material(self, table: Table, base: Material) -> Material:
        """Change those parts of a material that a table gives."""
        strength = table.number("emissive_strength", 1.0, low=0)
        emissive = table.color("emissive", base.emissive)
        return Material(
            base_color=table.color("base_color", base.base_color),
            metallic=table.number("metallic", base.metallic, low=0, high=1),
            roughness=table.number("roughness", base.roughness, low=0, high=1),
            emissive=tuple(strength * part for part in emissive),
            normal_scale=table.number("normal_scale", base.normal_scale),
            uv_scale=table.vector("uv_scale", 2, base.uv_scale),
            alpha_cutoff=table.number("alpha_cutoff", base.alpha_cutoff, low=0, high=1),
            double_sided=table.flag("double_sided", base.double_sided),
            maps=self._maps(table, base.maps),
        )

    def _maps(self, table: Table, base: Maps) -> Maps:
        given = {}
        for field in dataclasses.fields(Maps):
            path = table.path(f"{field.name}_map", None)
            if path is not None:
                given[field.name] = self._picture(table, f"{field.name}_map", path)
        return dataclasses.replace(base, **given) if given else base

    def _picture(self, table: Table, key: str, path: Path) -> Picture:
        if path not in self.pictures:
            try:
                with Image.open(path) as image:
                    if max(image.size) > MAX_TEXTURE_PX:
                        table.refuse(key, image.size, f"{MAX_TEXTURE_PX} px a side at most")
                    self.pictures[path] = np.array(image.convert("RGBA"))
            except (OSError, Image.DecompressionBombError) as error:
                table.refuse(key, table.values[key], f"a whole picture ({error})")
        return self.pictures[path]

    def _scale(self, table: Table) -> tuple[float, ...]:
        """One number for all three axes, or one each; none of them 0."""
        if isinstance(table.values.get("scale"), list):
            scale = table.vector("scale", 3)
        else:
            scale = (table.number("scale", 1.0),) * 3
        if 0 in scale:
            table.refuse("scale", table.values["scale"], "numbers other than 0")
        return scale


def _tinted(material: Material, color: Rgb | None) -> Material:
    """The colour of a copy: of its light where it shines (at the same strength), else its own."""
    if color is None:
        return material
    if any(material.emissive):
        strength = max(material.emissive)
        return dataclasses.replace(material, emissive=tuple(strength * part for part in color))
    return dataclasses.replace(material, base_color=color)
