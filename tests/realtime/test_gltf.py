"""glTF files, written here by trimesh or by hand, and what comes back."""

import json
import sys

import numpy as np
import pytest
import trimesh
from PIL import Image
from trimesh.exchange.gltf import export_glb
from trimesh.visual.material import PBRMaterial
from trimesh.visual.texture import TextureVisuals

from realtime.errors import SceneError
from realtime.scene import load_scene
from realtime.scene.framing import bounding_sphere
from realtime.scene.gltf import load_gltf

UV = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), float)  # GL's: origin at the bottom left
SQUARE = np.array(((-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)), float)
TWO = np.array(((0, 1, 2), (0, 2, 3)))


def lopsided():
    """4 wide, 3 high: red top left, green top right, blue bottom left."""
    picture = np.full((3, 4, 3), 60, np.uint8)
    picture[0, 0], picture[0, -1], picture[-1, 0] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    return Image.fromarray(picture)


def square(**look):
    mesh = trimesh.Trimesh(SQUARE, TWO, process=False)
    mesh.visual = TextureVisuals(uv=UV, material=PBRMaterial(name="look", **look))
    return mesh


def written(path, scene, header=None):
    """Write a .glb; `header` may change its JSON."""
    data = scene.export(file_type="glb", include_normals=True)
    length = int.from_bytes(data[12:16], "little")
    content = json.loads(data[20 : 20 + length])
    rest = data[20 + length :]
    if header is not None:
        header(content)
    text = json.dumps(content).encode()
    text += b" " * (-len(text) % 4)
    sizes = [
        (12 + 8 + len(text) + len(rest)).to_bytes(4, "little"),
        len(text).to_bytes(4, "little"),
    ]
    path.write_bytes(data[:8] + sizes[0] + sizes[1] + data[16:20] + text + rest)
    return path


def test_a_material_survives_with_its_factors_and_maps(tmp_path):
    look = {
        "baseColorFactor": (0.5, 0.25, 0.013, 1.0),
        "metallicFactor": 0.75,
        "roughnessFactor": 0.3,
        "emissiveFactor": (0.5, 1.0, 0.25),
        "baseColorTexture": lopsided(),
        "doubleSided": True,
        "alphaMode": "MASK",
        "alphaCutoff": 0.3,
    }

    def brighter(header):
        (entry,) = header["materials"]
        entry["extensions"] = {"KHR_materials_emissive_strength": {"emissiveStrength": 40.0}}
        entry["pbrMetallicRoughness"]["baseColorFactor"][2] = 0.013  # trimesh rounds to 8 bits

    path = written(tmp_path / "a.glb", trimesh.Scene({"a": square(**look)}), brighter)
    (item,) = load_gltf(path)
    assert item.material.base_color == pytest.approx((0.5, 0.25, 0.013), abs=3e-3)
    assert item.material.base_color[2] == 0.013
    assert (item.material.metallic, item.material.roughness) == (0.75, 0.3)
    assert item.material.emissive == pytest.approx((20, 40, 10))
    assert (item.material.double_sided, item.material.alpha_cutoff) == (True, 0.3)
    picture = item.material.maps.base_color
    assert picture.shape == (3, 4, 4)
    assert picture[0, 0].tolist() == [255, 0, 0, 255]
    assert item.material.maps.normal is None
    # the corner with GL's uv (0, 1) is the picture's top left
    corner = item.mesh.positions[np.all(np.isclose(item.mesh.uvs, (0, 1)), axis=1)]
    np.testing.assert_allclose(corner, [(-1, 1, 0)], atol=1e-6)
    np.testing.assert_allclose(item.mesh.normals, [(0, 0, 1)] * 4, atol=1e-6)


def moved(x):
    return trimesh.transformations.translation_matrix((x, 1, 0))


def test_one_mesh_at_two_nodes_is_one_mesh(tmp_path):
    scene = trimesh.Scene()
    mesh = square()
    scene.add_geometry(mesh, geom_name="square", node_name="first", transform=moved(-2.0))
    scene.graph.update("second", matrix=moved(5.0), geometry="square")
    first, second = load_gltf(written(tmp_path / "a.glb", scene))
    assert first.mesh is second.mesh
    assert first.material is second.material
    assert {first.world[0, 3], second.world[0, 3]} == {-2.0, 5.0}
    assert first.world.dtype == np.float32


@pytest.mark.parametrize(("mode", "cutoff"), [("OPAQUE", 0.0), ("BLEND", 0.5), ("MASK", 0.5)])
def test_alpha_modes(tmp_path, mode, cutoff):
    (item,) = load_gltf(written(tmp_path / "a.glb", trimesh.Scene({"a": square(alphaMode=mode)})))
    assert item.material.alpha_cutoff == cutoff


def test_vertex_colours_come_through(tmp_path):
    colors = np.array([(255, 0, 0, 255), (0, 51, 0, 255), (0, 0, 255, 255), (9, 9, 9, 255)], "u1")
    mesh = trimesh.Trimesh(SQUARE, TWO, vertex_colors=colors, process=False)
    (item,) = load_gltf(written(tmp_path / "a.glb", trimesh.Scene({"a": mesh})))
    np.testing.assert_allclose(item.mesh.colors, colors / 255, atol=1e-6)


@pytest.mark.parametrize("size", [0.001, 1.0, 4000.0])
def test_any_model_is_framed_and_focused_on_its_middle(tmp_path, size):
    """Whatever its unit: in view as a whole, nothing cut by the near or far plane."""
    mesh = trimesh.creation.box((size, 2 * size, 0.5 * size))
    mesh.apply_translation((3 * size, 0, 0))
    scene = load_scene(written(tmp_path / "model.glb", trimesh.Scene({"a": mesh})))
    assert scene.name == "model"
    middle, radius = bounding_sphere(scene.objects)
    assert middle[0] / radius == pytest.approx(3 / np.linalg.norm((0.5, 1, 0.25)), rel=1e-4)
    for time_s in (0.0, 7.7):
        camera, lens = scene.camera.at(time_s), scene.lens_at(time_s)
        assert lens.focus_distance_m == pytest.approx(camera.target_distance_m)
        matrix = camera.projection(lens.vertical_fov_rad, 1.0) @ camera.view()
        corners = (
            np.array(mesh.vertices, np.float64) * scene.objects[0].world[0, 0] @ matrix[:, :3].T
            + matrix[:, 3]
        )
        assert (np.abs(corners[:, :3]) < corners[:, 3:]).all()
        assert np.abs(corners[:, 1] / corners[:, 3]).max() > 0.5
    assert scene.lens.coc_radius(np.inf) == pytest.approx(0.03, rel=1e-3)


def bad_texture(header):
    header["images"][0]["bufferView"] = header["images"][0]["bufferView"] - 1


def no_meshes(header):
    header["nodes"] = [{"name": "world"}]
    header.pop("meshes")


def needs_meshopt(header):
    header["extensionsRequired"] = ["EXT_meshopt_compression"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (bad_texture, "baseColorTexture of material look is missing or broken, a PNG or JPEG"),
        (no_meshes, "no triangles, at least one mesh expected|broken"),
        (needs_meshopt, "needs EXT_meshopt_compression, plain glTF 2.0 or Draco expected"),
    ],
)
def test_a_file_that_lacks_something_is_named(tmp_path, change, message):
    scene = trimesh.Scene({"a": square(baseColorTexture=lopsided())})
    path = written(tmp_path / "a.glb", scene, change)
    with pytest.raises(SceneError, match=f"a.glb: (?:{message})"):
        load_gltf(path)


@pytest.mark.parametrize("keep", [0, 3, 11, 15, 40, 700])
def test_a_file_that_is_cut_off_is_named(tmp_path, keep):
    path = written(tmp_path / "a.glb", trimesh.Scene({"a": square(baseColorTexture=lopsided())}))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(SceneError, match=r"a.glb: broken \(.*a whole glTF file expected"):
        load_gltf(path)


def test_nan_among_the_vertices_is_refused(tmp_path):
    mesh = square()
    path = written(tmp_path / "a.glb", trimesh.Scene({"a": mesh}))
    data = path.read_bytes()
    corner = np.array((1, -1, 0), "f4").tobytes()
    assert data.count(corner) == 1
    path.write_bytes(data.replace(corner, np.array((1, np.nan, 0), "f4").tobytes()))
    with pytest.raises(SceneError, match=r"a.glb: NaN or Inf among its vertices"):
        load_gltf(path)


def draco(path):
    mesh = trimesh.creation.icosphere(2)
    mesh.apply_translation((1, 2, 3))
    data = export_glb(trimesh.Scene({"ball": mesh}), extension_draco=True)
    assert b"KHR_draco_mesh_compression" in data
    path.write_bytes(data)
    return path


def test_draco_is_undone(tmp_path):
    (item,) = load_gltf(draco(tmp_path / "a.glb"))
    assert len(item.mesh.triangles) == 320
    np.testing.assert_allclose(item.mesh.bounds, [(0, 1, 2), (2, 3, 4)], atol=1e-2)


def test_broken_draco_is_named(tmp_path):
    path = draco(tmp_path / "a.glb")
    data = path.read_bytes()
    at = data.index(b"DRACO")
    path.write_bytes(data[:at] + b"X" * 5 + data[at + 5 :])
    with pytest.raises(SceneError, match=r"a.glb: (broken|its Draco data)"):
        load_gltf(path)


def marked_as_draco(path):
    """A file that says it is compressed, whatever it holds."""

    def mark(header):
        header["extensionsUsed"] = header["extensionsRequired"] = ["KHR_draco_mesh_compression"]

    return written(path, trimesh.Scene({"a": square()}), mark)


def test_draco_without_dracopy_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "DracoPy", None)
    with pytest.raises(SceneError, match=r"compressed with Draco, DracoPy expected .*pip install"):
        load_gltf(marked_as_draco(tmp_path / "a.glb"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SceneError, match=r"none.glb: not readable .*a .glb or .gltf file expected"):
        load_gltf(tmp_path / "none.glb")


def test_nodes_names_are_what_a_lens_is_focused_on(tmp_path):
    """From a bare file by its nodes; in a scene file by the object's name, where it has one."""
    model = trimesh.Scene()
    model.add_geometry(square(), node_name="left", transform=at(0, 0, 0))
    model.add_geometry(square(), node_name="right", transform=at(4, 0, -2))
    path = written(tmp_path / "two.glb", model)
    assert sorted(item.name for item in load_gltf(path)) == ["left", "right"]
    assert load_scene(path).focused_on("right").focus_point_m == pytest.approx((4, 0, -2))
    camera = "[[camera.key]]\nposition_m = [0, 0, 5]\ntarget_m = [0, 0, 0]\n"
    entry = f"{camera}[[object]]\nmesh = 'two.glb'\nposition_m = [1, 0, 0]\n"
    (tmp_path / "plain.toml").write_text("[lens]\nfocus_on = 'left'\n" + entry)
    assert load_scene(tmp_path / "plain.toml").focus_point_m == pytest.approx((1, 0, 0))
    (tmp_path / "named.toml").write_text("[lens]\nfocus_on = 'pair'\n" + entry + "name = 'pair'\n")
    assert load_scene(tmp_path / "named.toml").focus_point_m == pytest.approx((3, 0, -1))


def at(*offset):
    return trimesh.transformations.translation_matrix(offset)
