"""All files of scenes/assets/."""

import io
from pathlib import Path

import trimesh
from PIL import Image

from assets import blocks, city, day, dusk, fair, night, plan, surfaces

MODELS = {
    "lantern": night.lantern,
    "branch": night.branch,
    "table": night.table,
    "post": night.post,
    "cup": day.cup,
    "fruit_bowl": day.fruit_bowl,
    "apple": day.apple,
    "books": day.books,
    "vase": day.vase,
    "spoon": day.spoon,
    "tablecloth": day.tablecloth,
    "lemon_half": day.lemon_half,
    "block_cube": blocks.cube,
    "block_brick": blocks.brick,
    "block_plank": blocks.plank,
    "block_pillar": blocks.pillar,
    "block_roof": blocks.roof,
    "block_bridge": blocks.bridge,
    "sprig": dusk.sprig,
    "pot": dusk.pot,
    "wires": dusk.wires,
    "urn": dusk.urn,
    "baluster": dusk.baluster,
    "fair_wheel": fair.big_wheel,
    "fair_spinner": fair.spinner,
    "fair_pinwheel": fair.pinwheel,
    "fair_carousel": fair.merry_go_round,
    "fair_stand": fair.wheel_stand,
    "fair_stall": fair.stall,
    "fair_bunting": fair.bunting,
    "fair_lamp": fair.lamp_post,
    "tree": fair.tree,
    "city_block_a": city.block_a,
    "city_block_b": city.block_b,
    "city_block_c": city.block_c,
    "city_hall": city.hall,
    "city_church": city.church,
    "city_office": city.office,
    "city_bridge": city.bridge,
    "city_quay": city.quay,
    "city_car": city.car,
    "city_bus": city.bus,
    "city_tram": city.tram,
    "city_boat": city.boat,
    "city_person": city.person,
    "city_tree": city.street_tree,
    "city_parasol": city.parasol,
    "city_ground": plan.ground_mesh,
}


def write_all(folder: Path) -> None:
    """Write every model and texture below `folder`, and say how large they are together."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MODELS.items():
        (folder / f"{name}.glb").write_bytes(model_bytes(make()))
    for name, picture in pictures().items():
        (folder / name).write_bytes(picture_bytes(picture, name))
    total = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder.name}: {len(list(folder.iterdir()))} files, {total / 1e6:.2f} MB")


def pictures() -> dict[str, Image.Image]:
    """Textures that scene files name themselves, by file name."""
    stone, wall = surfaces.wet_stone(), surfaces.plaster()
    return {
        "stone_color.jpg": stone["base_color"],
        "stone_rough.png": stone["metallic_roughness"],
        "stone_normal.png": stone["normal"],
        "wall_color.jpg": wall["base_color"],
        "wall_normal.png": wall["normal"],
        "windows.png": surfaces.lit_windows(),
        "garden.jpg": surfaces.garden(),
        "beech.jpg": surfaces.beech(),
        "deck.jpg": surfaces.planks(seed=15, light="#b39a80", dark="#6b5645")["base_color"],
        "marble.jpg": surfaces.marble(),
        "city_plan.jpg": plan.ground(),
    }


def model_bytes(scene: trimesh.Scene) -> bytes:
    """The scene as .glb, normals included."""
    for mesh in scene.geometry.values():
        look = getattr(mesh.visual, "material", None)  # painted meshes have none
        for slot in ("baseColorTexture", "metallicRoughnessTexture", "normalTexture"):
            packed = _packed(getattr(look, slot, None))
            if packed is not None:
                setattr(look, slot, packed)
    return scene.export(file_type="glb", include_normals=True)


def picture_bytes(picture: Image.Image, name: str) -> bytes:
    """JPEG for colours without opacity, where its errors do not show; PNG for the rest."""
    out = io.BytesIO()
    if name.endswith(".jpg"):
        picture.save(out, "JPEG", quality=90)
    else:
        picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _packed(picture: Image.Image | None) -> Image.Image | None:
    """The same picture as it comes back from a file: trimesh embeds it in that file's format.

    Without opacity that is JPEG at high quality, a fifth of the PNG; noise hides its errors.
    """
    if picture is None or picture.mode == "RGBA" or picture.format is not None:
        return None
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=93, subsampling=0)
    return Image.open(io.BytesIO(out.getvalue()))
