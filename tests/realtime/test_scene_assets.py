"""The shipped assets are what script/make_assets makes, small, and what the scenes need."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "scenes" / "assets"


@pytest.fixture(scope="module")
def everything():
    sys.path.insert(0, str(ROOT / "script"))
    try:
        from assets import everything

        yield everything
    finally:
        sys.path.remove(str(ROOT / "script"))


def pixels(data):
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"), np.int16)


def test_textures_are_what_the_script_makes(everything):
    """Pixels, not bytes: another release of pillow may pack them otherwise."""
    for name, picture in everything.pictures().items():
        made = pixels(everything.picture_bytes(picture, name))
        kept = pixels((ASSETS / name).read_bytes())
        assert abs(made - kept).max() <= (8 if name.endswith(".jpg") else 1), name


MADE = ["cup", "branch", "lantern", "block_bridge", "block_roof", "pot"]
MADE += ["fair_wheel", "fair_carousel", "tree", "city_block_b", "city_hall", "city_ground"]


@pytest.mark.parametrize("name", MADE)
def test_models_are_what_the_script_makes(everything, tmp_path, name):
    from realtime.scene.gltf import load_gltf

    (tmp_path / "made.glb").write_bytes(everything.model_bytes(everything.MODELS[name]()))
    made, kept = load_gltf(tmp_path / "made.glb"), load_gltf(ASSETS / f"{name}.glb")
    assert len(made) == len(kept)
    for a, b in zip(made, kept, strict=True):
        np.testing.assert_allclose(a.mesh.positions, b.mesh.positions, atol=1e-5)
        np.testing.assert_allclose(a.mesh.normals, b.mesh.normals, atol=1e-3)
        np.testing.assert_array_equal(a.mesh.uvs, b.mesh.uvs)
        assert a.material.base_color == pytest.approx(b.material.base_color)
        assert (a.mesh.colors is None) == (b.mesh.colors is None)
        if a.mesh.colors is not None:
            np.testing.assert_array_equal(a.mesh.colors, b.mesh.colors)


def test_nothing_lies_there_that_the_script_does_not_make(everything):
    made = {f"{name}.glb" for name in everything.MODELS} | set(everything.pictures())
    assert {path.name for path in ASSETS.iterdir()} == made
    assert sum(path.stat().st_size for path in ASSETS.iterdir()) < 6e6


def test_what_came_with_daylight_and_window_is_small(everything):
    new = [path for path in ASSETS.iterdir() if path.stem.startswith("block_")]
    new += [ASSETS / f"{name}.glb" for name in ("sprig", "pot", "wires", "urn", "baluster")]
    new += [ASSETS / f"{name}.jpg" for name in ("beech", "deck", "marble")]
    assert len(new) == 14
    assert all(path.stat().st_size < 300_000 for path in new)


def test_what_came_with_carousel_and_miniature_city_is_below_1_mb():
    new = [path for path in ASSETS.iterdir() if path.stem.startswith(("fair_", "city_", "tree"))]
    assert len(new) == 26
    assert sum(path.stat().st_size for path in new) < 1e6


def volume(mesh):
    """By the divergence theorem: a face turned inside out counts twice against it."""
    a, b, c = mesh.vertices[mesh.faces].swapaxes(0, 1)
    return np.einsum("ij,ij->", a, np.cross(b, c)) / 6


def test_painted_solids_are_closed_and_face_outwards(everything):
    from assets import fair, painted

    box, ring, bar = painted.Painted(), painted.Painted(), painted.Painted()
    box.box((-1, 2, 3), (1, 5, 7), "#804020", painted.EVERY)
    assert volume(box.scene().geometry["painted"]) == pytest.approx(2 * 3 * 4)
    fair._ring(ring, 2.0, 3.0, 0.5, "#804020", around=24)
    area = 24 / 2 * np.sin(2 * np.pi / 24) * (3.0**2 - 2.0**2)  # of the 24-sided ring
    assert volume(ring.scene().geometry["painted"]) == pytest.approx(0.5 * area)
    fair._hub(bar, 0.5, 0.25, "#804020", around=12)
    area = 12 / 2 * np.sin(2 * np.pi / 12) * 0.5**2
    assert volume(bar.scene().geometry["painted"]) == pytest.approx(0.25 * area)


@pytest.mark.parametrize(("roof", "width"), [("hip", 11.0), ("gable", 8.0), ("front", 7.0)])
def test_roofs_close_a_house_upwards(everything, roof, width):
    """Light from straight above meets a roof all over the plan, eaves included, and only once."""
    from assets import city, painted

    house = city.House(width, 3, "#e8d9b8", roof, "#ab6550")
    made = painted.Painted()
    city.ROOFS[roof](made, house)
    mesh = made.scene().geometry["painted"]
    a, b, c = mesh.vertices[mesh.faces].swapaxes(0, 1)
    up = np.cross(b - a, c - a)[:, 1] / 2  # area on the ground, below 0 where it faces down
    covered = mesh.vertices[mesh.vertices[:, 1] < house.height + 0.2]
    wide, deep = np.ptp(covered[:, 0]), np.ptp(covered[:, 2])
    assert wide >= width and deep >= city.DEPTH_M
    assert up.sum() == pytest.approx(wide * deep, rel=0.01)
    assert (up > -1e-9).all()


def test_colours_of_painted_meshes_are_kept_linear(everything):
    """A corner of a face of #804020: sRGB 128, 64, 32 of 255, decoded by the standard's formula."""
    from assets import painted

    one = painted.Painted()
    one.face([(0, 0, 0), (1, 0, 0), (0, 1, 0)], "#804020")
    colors = one.scene().geometry["painted"].visual.vertex_colors
    assert colors[0].tolist() == [55, 13, 4, 255]


def test_the_plan_and_the_ground_agree_about_north_and_east(everything):
    """The market's corner of the square is east of the river, the park south of the avenue."""
    from assets import plan

    with Image.open(ASSETS / "city_plan.jpg") as picture:
        rgb = np.asarray(picture, np.float32) / 255
    mesh = plan.ground_mesh().geometry["ground"]
    west, north = mesh.vertices[:, 0].min(), mesh.vertices[:, 2].min()
    high, wide = rgb.shape[:2]

    def at(x, z):
        row, column = (z - north) / plan.DEEP_M * high, (x - west) / plan.WIDE_M * wide
        return rgb[int(row) - 3 : int(row) + 3, int(column) - 3 : int(column) + 3].mean(axis=(0, 1))

    lawn, square, road = at(-46.0, 20.0), at(-46.0, -20.0), at(3.5, 30.0)
    assert lawn[1] > lawn[0] * 1.1 > lawn[2] * 1.3
    assert square[0] > square[1] > square[2] > 0.5
    assert np.ptp(road) < 0.05 and road.max() < 0.5
    uv = mesh.visual.uv
    corner = np.argmin(mesh.vertices[:, 0] + mesh.vertices[:, 2])
    assert uv[corner].tolist() == [0.0, 1.0], "north-west is the picture's upper left"


def test_a_cut_block_is_closed_and_flat_where_it_was(everything):
    """Volume by the divergence theorem: a gap or a face turned inside out would change it."""
    from assets import blocks

    mesh = blocks.brick().geometry["block"]
    bevel, (x, y, z) = blocks.BEVEL_M, np.ptp(mesh.vertices, axis=0)
    edges = bevel**2 / 2 * 4 * (x + y + z - 6 * bevel)  # what cutting takes away, corners apart
    assert mesh.volume == pytest.approx(x * y * z - edges, rel=2e-4)
    up = mesh.vertices[:, 1] > y - 1e-9
    np.testing.assert_allclose(mesh.vertex_normals[up], [(0, 1, 0)] * up.sum(), atol=1e-6)


MODELS = ["lantern", "cup", "fruit_bowl", "spoon", "vase", "lemon_half"]
MODELS += ["block_brick", "block_pillar", "block_roof", "block_bridge"]
MODELS += ["pot", "sprig", "wires", "urn", "baluster"]
MODELS += ["fair_wheel", "fair_spinner", "fair_carousel", "fair_stall", "tree"]
MODELS += ["city_block_a", "city_hall", "city_church", "city_car", "city_tree", "city_ground"]


@pytest.mark.parametrize("name", MODELS)
def test_normals_of_models_point_to_the_side_their_triangles_face(name):
    """A bent grid whose columns run the wrong way round is lit from inside."""
    from realtime.scene.gltf import load_gltf

    for item in load_gltf(ASSETS / f"{name}.glb"):
        a, b, c = item.mesh.positions[item.mesh.triangles].swapaxes(0, 1).astype(np.float64)
        faces = np.cross(b - a, c - a)
        size = np.linalg.norm(faces, axis=1)
        smooth = item.mesh.normals[item.mesh.triangles].sum(axis=1)
        agree = np.einsum("ij,ij->i", faces, smooth)[size > 1e-9] > 0
        assert agree.mean() > 0.97
