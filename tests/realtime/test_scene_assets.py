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


@pytest.mark.parametrize("name", ["cup", "branch", "lantern", "block_bridge", "block_roof", "pot"])
def test_models_are_what_the_script_makes(everything, tmp_path, name):
    from realtime.scene.gltf import load_gltf

    (tmp_path / "made.glb").write_bytes(everything.model_bytes(everything.MODELS[name]()))
    made, kept = load_gltf(tmp_path / "made.glb"), load_gltf(ASSETS / f"{name}.glb")
    assert len(made) == len(kept)
    for a, b in zip(made, kept, strict=True):
        np.testing.assert_allclose(a.mesh.positions, b.mesh.positions, atol=1e-5)
        np.testing.assert_allclose(a.mesh.normals, b.mesh.normals, atol=1e-3)
        assert a.material.base_color == pytest.approx(b.material.base_color)


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
