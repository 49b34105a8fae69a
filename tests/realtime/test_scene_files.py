"""Scene files: what they mean, and what each mistake in one says."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realtime.errors import LensError, SceneError
from realtime.scene import load_scene
from realtime.scene.lens import ArtisticLens, Lens
from realtime.scene.spin import Spin
from realtime.scene.table import srgb_to_linear

CAMERA = "[[camera.key]]\nposition_m = [0, 1, 5]\ntarget_m = [0, 1, 0]\n"
BALL = '[[object]]\nprimitive = "sphere"\n'
SUN = '[[light]]\nkind = "sun"\ndirection = [0, -1, 0]\n'
PATH = CAMERA + "[[camera.key]]\ntime_s = 2\nposition_m = [1, 1, 5]\ntarget_m = [0, 1, 0]\n"


@pytest.fixture
def scene_of(tmp_path):
    def load(text):
        path = tmp_path / "my.toml"
        path.write_text(text, encoding="utf-8")
        return load_scene(path)

    return load


def test_a_small_scene_means_what_it_says(scene_of):
    scene = scene_of(
        "exposure_stops = -2\n[lens]\nfocal_length_mm = 35\nfocus_distance_m = 4\n"
        '[sky]\nzenith = [1, 2, 3]\nstrength = 0.5\n[material.red]\nbase_color = "#ff8000"\n'
        f'{CAMERA}[[light]]\nkind = "point"\nposition_m = [1, 2, 3]\ncolor = [1, 0.5, 0]\n'
        "intensity = 8\n[[light]]\n"
        'kind = "sun"\ndirection = [0, -2, 0]\nirradiance = 3\n'
        '[[object]]\nprimitive = "box"\nmaterial = "red"\nroughness = 0.25\n'
        "position_m = [1, 2, 3]\nrotation_deg = [0, 0, 90]\nscale = [2, 3, 4]\n"
    )
    assert scene.name == "my"
    assert scene.exposure == 0.25
    assert (scene.lens.focal_length_mm, scene.lens_at(1.0).focus_distance_m) == (35, 4)
    assert scene.sky.zenith == (0.5, 1.0, 1.5)
    assert scene.points[0].intensity == (8, 4, 0)
    assert scene.sun.direction == (0, -1, 0)
    assert scene.sun.irradiance == (3, 3, 3)
    assert scene.lights == (scene.sun, *scene.points)
    (box,) = scene.objects
    assert box.material.base_color == pytest.approx((1, srgb_to_linear(128 / 255), 0))
    assert box.material.roughness == 0.25
    np.testing.assert_allclose(
        box.world @ (0.5, 0.5, 0.5, 1), (1 - 1.5, 2 + 1, 3 + 2, 1), atol=1e-5
    )


def test_a_middle_gray_in_hex_is_a_fifth_in_linear(scene_of):
    (ball,) = scene_of(CAMERA + BALL + 'base_color = "#7f7f7f"\n').objects
    assert ball.material.base_color == pytest.approx((0.2122,) * 3, abs=1e-4)


def test_without_a_focus_distance_the_lens_follows_the_target(scene_of):
    scene = scene_of(PATH + BALL)
    assert scene.lens_at(0.0).focus_distance_m == pytest.approx(5)
    assert scene.lens_at(2.0).focus_distance_m == pytest.approx(math.hypot(1, 5))


def test_focus_keys_win_over_the_lens(scene_of):
    text = PATH.replace("position_m", "focus_m = 3\nposition_m", 1)
    text = text.replace("time_s = 2", "time_s = 2\nfocus_m = 9")
    scene = scene_of("[lens]\nfocus_distance_m = 1\n" + text + BALL)
    assert scene.lens_at(0.0).focus_distance_m == 3
    assert scene.lens_at(1.0).focus_distance_m == pytest.approx(6)
    assert scene_of(text + BALL).lens_at(2.0).focus_distance_m == 9
    assert scene.with_lens(focus_distance_m=2.0).lens_at(2.0).focus_distance_m == 2
    assert scene.with_lens(f_number=8.0).lens_at(2.0).focus_distance_m == 9


def test_focus_at_infinity_is_valid(scene_of):
    scene = scene_of("[lens]\nfocus_distance_m = inf\n" + CAMERA + BALL)
    assert scene.lens_at(0.0).focus_distance_m == math.inf


def test_a_coc_radius_makes_the_lens_artistic(scene_of):
    shape = "max_front = 0.01\nmax_behind = 0.02\nsqueeze = 0.5\nrotation_deg = 30\ncat_eye = 0.7\n"
    own = "coc_radius = 0.03\nfov_deg = 35\nreference_m = 2\nfocus_distance_m = 4\n"
    lens = scene_of("[lens]\n" + own + shape + CAMERA + BALL).lens_at(0.0)
    look = {"max_front": 0.01, "max_behind": 0.02, "squeeze": 0.5, "rotation_deg": 30}
    assert lens == ArtisticLens(0.03, 4, 35, 2, cat_eye=0.7, **look)
    lens = scene_of("[lens]\nf_number = 2\nfocus_distance_m = 4\n" + shape + CAMERA + BALL).lens
    assert lens == Lens(50, 2, 4, cat_eye=0.7, **look)
    assert scene_of("[lens]\ncoc_radius = 0.03\n" + CAMERA + BALL).lens_at(0).focus_distance_m == 5


NAMED = BALL + 'name = "cup"\nposition_m = [0.5, 1, 2]\n'


def test_focus_on_an_object_follows_it(scene_of):
    """Distance along the view axis, of the path's camera or of another that looks."""
    scene = scene_of('[lens]\nfocus_on = "cup"\n' + PATH + NAMED)
    assert scene.lens_at(0.0).focus_distance_m == pytest.approx(3)
    axis = np.array((1, 0, 5)) / math.hypot(1, 5)  # eye (1, 1, 5), target (0, 1, 0)
    assert scene.lens_at(2.0).focus_distance_m == pytest.approx(axis @ (0.5, 0, 3))
    nearer = dataclasses.replace(scene.camera.at(0.0), eye_m=(0, 1, 4))
    assert scene.lens_at(0.0, nearer).focus_distance_m == pytest.approx(2)
    keyed = CAMERA + "focus_m = 9\n"
    assert scene_of('[lens]\nfocus_on = "cup"\n' + keyed + NAMED).lens_at(0).focus_distance_m == 9
    assert scene_of(keyed + NAMED).focused_on("cup").lens_at(0).focus_distance_m == pytest.approx(3)
    assert scene.with_lens(focus_distance_m=7.0).lens_at(0.0).focus_distance_m == 7
    assert scene.with_lens(f_number=7.0).lens_at(0.0).focus_distance_m == pytest.approx(3)


def test_focus_on_what_gets_behind_the_camera_says_when(scene_of):
    with pytest.raises(
        LensError, match=r"my.toml: at 0.00 s: lens focus_distance_m: -1, more than"
    ):
        scene_of('[lens]\nfocus_on = "cup"\n' + CAMERA + NAMED.replace("1, 2]", "1, 6]"))


def test_an_orthographic_camera(scene_of):
    camera = scene_of("[camera]\nheight_m = 2.5\n" + CAMERA + BALL).camera.at(0.0)
    assert camera.height_m == 2.5 and camera.depth_mapping.is_linear


def test_lights_on_a_string_hang_and_take_turns_in_colour(scene_of):
    bulbs = scene_of(
        CAMERA + '[[object]]\nprimitive = "bulb"\nemissive = [1, 1, 1]\nemissive_strength = 50\n'
        "scale = 0.1\nposition_m = [0, 10, 0]\n"
        "string = { from_m = [0, 2, 0], to_m = [9, 2, 0], count = 3, sag_m = 0.9, "
        "colors = [[1, 0.5, 0], [0, 0, 1]] }\n"
    ).objects
    # at 1/6, 3/6 and 5/6 of the way; 4·t·(1 - t) of the sag
    places = [bulb.world[:3, 3].tolist() for bulb in bulbs]
    np.testing.assert_allclose(places, [(1.5, 11.5, 0), (4.5, 11.1, 0), (7.5, 11.5, 0)], atol=1e-5)
    assert [bulb.material.emissive for bulb in bulbs] == [(50, 25, 0), (0, 0, 50), (50, 25, 0)]
    assert len({id(bulb.mesh) for bulb in bulbs}) == 1


def test_scattering_keeps_to_its_box_and_its_seed(scene_of):
    entry = (
        CAMERA + BALL + "scatter = { min_m = [0, 1, 2], max_m = [1, 1, 9], count = 40, "
        "scale = [0.5, 2], seed = %d }\n"
    )
    first, again, other = (scene_of(entry % seed).objects for seed in (3, 3, 4))
    places = np.array([item.world[:3, 3] for item in first])
    assert (places >= (0, 1, 2)).all() and (places <= (1, 1, 9)).all()
    sizes = [np.linalg.norm(item.world[:3, 0]) for item in first]
    assert 0.5 <= min(sizes) < 0.8 and 1.6 < max(sizes) <= 2
    np.testing.assert_array_equal(places, [item.world[:3, 3] for item in again])
    assert not np.allclose(places, [item.world[:3, 3] for item in other])


def test_a_grid_is_centred_on_its_place(scene_of):
    items = scene_of(
        CAMERA + BALL + "position_m = [5, 0, 0]\ngrid = { count = [2, 1, 3], step_m = [1, 9, 2] }\n"
    ).objects
    places = sorted(tuple(item.world[:3, 3].tolist()) for item in items)
    assert places == [(x, 0, z) for x in (4.5, 5.5) for z in (-2, 0, 2)]


BAD = [
    (CAMERA, "no objects, at least one"),
    (BALL, "no camera, a value expected"),
    ("[camera]\nnear_m = 0.1\n" + BALL, "no camera, at least one"),
    (CAMERA + BALL + "roughnes = 1\n", r"unknown key object\[0\].roughnes, .*mean roughness\?"),
    ("exposure = 1\n" + CAMERA + BALL, r"unknown key exposure, .*mean exposure_stops\?"),
    ("[lens]\nfnumber = 2\n" + CAMERA + BALL, r"unknown key lens.fnumber, .*mean f_number\?"),
    ("[sky]\nzenit = [0, 0, 1]\n" + CAMERA + BALL, r"unknown key sky.zenit, .*mean zenith\?"),
    (CAMERA + "focus = 3\n" + BALL, r"unknown key camera.key\[0\].focus, .*focus_m\?"),
    ("[camera]\nlop = true\n" + CAMERA + BALL, r"unknown key camera.lop, .*mean loop\?"),
    (CAMERA + BALL + SUN + "irradianc = 1\n", r"unknown key light\[0\].irradianc"),
    ("[material.a]\nmetalic = 1\n" + CAMERA + BALL, "unknown key material.a.metalic"),
    (CAMERA.replace("target_m", "taget_m") + BALL, r"no camera.key\[0\].target_m.*taget_m\?"),
    (CAMERA + "[[object]]\n", r"no object\[0\].primitive, a value expected. Add it"),
    (CAMERA.replace("1, 5", "nan, 5") + BALL, r"position_m: \[0, nan, 5\], 3 finite numbers"),
    (CAMERA.replace("1, 5", "inf, 5") + BALL, "position_m: .*3 finite numbers"),
    (CAMERA.replace("1, 0]", "1]") + BALL, r"target_m: \[0, 1\], 3 finite numbers"),
    (CAMERA.replace("1, 5]", "1, 0]") + BALL, "target_m: .*another place than the eye"),
    (CAMERA.replace("[0, 1, 0]", "[0, 9, 5]") + BALL, "camera up: "),
    (PATH.replace("time_s = 2", "time_s = 0") + BALL, r"camera.key\[1\].time_s: 0.0, a later time"),
    (CAMERA + "time_s = 1\n" + BALL, r"key\[0\].time_s: 1.0, 0 for the first key"),
    (PATH + "focus_m = 2\n" + BALL, r"key\[0\].focus_m: None, a focus at every key"),
    ("[camera]\nloop = true\n" + PATH + BALL, r"key\[1\].position_m: .*the first key again"),
    (PATH.replace("[1, 1, 5]", "[0, 1, -5]") + BALL, "at 1.00 s: camera target_m: "),
    ("[camera]\nfar_m = 0.05\n" + CAMERA + BALL, "camera near_m, far_m: 0.1, 0.05"),
    ("[camera]\nheight_m = 0\n" + CAMERA + BALL, "camera.height_m: 0, a number above 0"),
    (
        '[lens]\nfocus_on = "cop"\n' + CAMERA + BALL + 'name = "cup"\n',
        r"lens.focus_on: 'cop', the name of an object expected. Did you mean cup\?",
    ),
    (
        '[lens]\nfocus_on = "cup"\nfocus_distance_m = 3\n' + CAMERA + BALL,
        "lens.focus_on: 'cup', nothing beside focus_distance_m expected. Keep one",
    ),
    ("[lens]\nfocus_on = 3\n" + CAMERA + BALL, "lens.focus_on: 3, a text expected"),
    (
        "[lens]\ncoc_radius = 0.02\nf_number = 2\n" + CAMERA + BALL,
        "lens.f_number: 2, nothing of the kind beside coc_radius expected. Choose a physical",
    ),
    (
        "[lens]\nfov_deg = 40\n" + CAMERA + BALL,
        "lens.fov_deg: 40, coc_radius too expected. Choose a physical or an artistic lens",
    ),
    (CAMERA + BALL + "scale = 0\n", r"object\[0\].scale: 0, numbers other than 0"),
    (CAMERA + BALL + "scale = [1, 0, 1]\n", r"object\[0\].scale: \[1, 0, 1\], numbers other"),
    (CAMERA + BALL + "roughness = 1.5\n", "roughness: 1.5, a number from 0 up to 1"),
    (CAMERA + BALL + "roughness = true\n", "roughness: True, a number"),
    (CAMERA + BALL + 'base_color = "red"\n', 'base_color: .red., "#rrggbb"'),
    (CAMERA + BALL + 'base_color = "#12345g"\n', "base_color: "),
    (CAMERA + BALL + "emissive = [1, -1, 0]\n", "emissive: .*linear numbers from 0 up"),
    (CAMERA + BALL + 'material = "rde"\n[material.red]\n', r"'rde', one of red .*mean red\?"),
    (CAMERA + BALL + "double_sided = 1\n", "double_sided: 1, true or false"),
    (CAMERA + BALL + "name = 3\n", "name: 3, a text expected"),
    (
        CAMERA + '[[object]]\nprimitive = "cubee"\n',
        r"'cubee', one of box, plane, .* expected. Did you mean",
    ),
    (CAMERA + BALL + 'mesh = "x.glb"\n', r"primitive: 'sphere', nothing beside mesh"),
    (CAMERA + '[[object]]\nmesh = "x.glb"\n', "mesh: 'x.glb', a file beside the scene .*no x.glb"),
    (CAMERA + '[[object]]\nmesh = "my.toml"\n', "mesh: 'my.toml', a .glb or .gltf file"),
    (CAMERA + BALL + 'normal_map = "no.png"\n', "normal_map: 'no.png', a file beside"),
    (CAMERA + BALL + 'normal_map = "my.toml"\n', "normal_map: 'my.toml', a whole picture"),
    (CAMERA + BALL + "string = 4\n", r"object\[0\].string: 4, a table expected"),
    (CAMERA + BALL + "[object.string]\ncount = 0\n", "no object.0..string.from_m"),
    (
        CAMERA + BALL + "[object.string]\nfrom_m = [0,0,0]\nto_m = [1,0,0]\ncount = 0\n",
        r"string.count: 0, a whole number from 1 to 10000",
    ),
    (
        CAMERA + BALL + "grid = { count = [1, 0, 1], step_m = [1, 1, 1] }\n",
        r"grid.count: \[1, 0, 1\], 3 whole numbers",
    ),
    (
        CAMERA + BALL + "grid = { count = [1, 1.5, 1], step_m = [1, 1, 1] }\n",
        r"grid.count: .*3 whole numbers",
    ),
    (
        CAMERA + BALL + "grid = { count = [1, 1, 1], step_m = [1, 1, 1] }\nstring = {}\n",
        r"grid: 'given', nothing beside string expected. Keep one",
    ),
    (
        CAMERA
        + BALL
        + "scatter = { count = 1, min_m = [0,0,0], max_m = [1,1,1], scale = [2,1] }\n",
        r"scatter.scale: \[2.0, 1.0\], two numbers above 0",
    ),
    (
        CAMERA + BALL + "scatter = { count = 1, min_m = [0,3,0], max_m = [1,1,1] }\n",
        r"scatter.max_m: \[1.0, 1.0, 1.0\], nothing below min_m",
    ),
    (CAMERA + BALL + "scatter = { coun = 1 }\n", "scatter.min_m"),
    (CAMERA + BALL + '[[light]]\nkind = "son"\n', r"kind: 'son', one of sun, point .*mean sun\?"),
    (CAMERA + BALL + SUN.replace("-1", "0"), r"direction: \[0.0, 0.0, 0.0\], the way the light"),
    (CAMERA + BALL + SUN + SUN, "light: '2 suns', one at most"),
    (
        CAMERA + BALL + '[[light]]\nkind = "point"\nposition_m = [0, 1, 0]\n' * 17,
        "light: '17 point lights', 16 at most",
    ),
    (CAMERA + BALL + "spin = 4\n", r"object\[0\].spin: 4, a table expected"),
    (CAMERA + BALL + "spin = {}\n", r"no object\[0\].spin.axis, a value expected"),
    (CAMERA + BALL + "spin = { axis = [0, 1, 0] }\n", r"no object\[0\].spin.turns_per_second"),
    (
        CAMERA + BALL + "spin = { axis = [0, 0, 0], turns_per_second = 1 }\n",
        r"spin.axis: \[0.0, 0.0, 0.0\], a direction, not all 0",
    ),
    (
        CAMERA + BALL + "spin = { axis = [0, 1, 0], turns_per_second = inf }\n",
        "spin.turns_per_second: inf, a number",
    ),
    (
        CAMERA + BALL + "spin = { axis = [0, 1, 0], turns_per_second = 1, about = [0, 0, 0] }\n",
        r"unknown key object\[0\].spin.about, .* Did you mean about_m\?",
    ),
    ("light = 3\n" + CAMERA + BALL, r"light: 3, tables, each headed \[\[light\]\]"),
    ("name = \n", "Invalid value .at line 1, column 8., a TOML file expected"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=range(len(BAD)))
def test_a_mistake_is_named_with_its_file_and_key(scene_of, text, message):
    with pytest.raises(SceneError, match=rf"^\S*my.toml: .*(?:{message})") as caught:
        scene_of(text)
    assert "expected" in str(caught.value)


@pytest.mark.parametrize(
    ("lens", "message"),
    [
        ("f_number = 0", "lens f_number: 0"),
        ("focus_distance_m = 0", "lens focus_distance_m: 0"),
        ("focal_length_mm = -50", "lens focal_length_mm: -50"),
        ("coc_radius = -0.1", "lens radius: -0.1, a finite number from 0 up"),
        ("coc_radius = 0.1\nfocus_distance_m = -1", "lens focus_distance_m: -1, more than 0 m"),
        ("cat_eye = 2", "lens cat_eye: 2, a number from 0 to 1"),
    ],
)
def test_an_impossible_lens_is_a_lens_error_that_names_the_file(scene_of, lens, message):
    with pytest.raises(LensError, match=rf"my.toml: {message}"):
        scene_of(f"[lens]\n{lens}\n{CAMERA}{BALL}")


def test_a_spin_turns_an_object_and_its_copies_about_its_position(scene_of):
    still = "[[object]]\nprimitive = 'box'\n"
    entry = (
        "[[object]]\nprimitive = 'bulb'\nposition_m = [1, 2, 3]\n"
        "grid = { count = [1, 2, 3], step_m = [1, 1, 1] }\n"
        "spin = { axis = [0, 3, 4], turns_per_second = -0.5 }\n"
    )
    scene = scene_of(CAMERA + still + entry + entry)
    assert len(scene.objects) == 13 and scene.objects[0].spin is None
    assert scene.spins == (Spin((0, 0.6, 0.8), -0.5, (1, 2, 3)),), "equal ones are one body"
    there = "spin = { axis = [1, 0, 0], turns_per_second = 2, about_m = [4, 5, 6] }\n"
    assert scene_of(CAMERA + BALL + there).spins == (Spin((1, 0, 0), 2, (4, 5, 6)),)
    assert scene_of(CAMERA + BALL + there.replace("2,", "0,")).spins == ()


def test_a_texture_that_is_cut_off_is_named(tmp_path, scene_of):
    noise = np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:900])
    with pytest.raises(SceneError, match=r"object\[0\].base_color_map: 'cut.png', a whole picture"):
        scene_of(CAMERA + BALL + 'base_color_map = "cut.png"\n')


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "nowhere",
            "nowhere: no such scene, .*carousel, daylight, miniature_city, string_lights, "
            "tabletop, window expected",
        ),
        ("nowhere.toml", "nowhere.toml: no such scene"),
        ("picture.png", "picture.png: a .png file, .toml, .glb or .gltf expected"),
        ("binary.toml", "binary.toml: .*a TOML file expected"),
    ],
)
def test_a_path_that_is_no_scene_is_named(tmp_path, name, message):
    (tmp_path / "picture.png").write_bytes(b"x")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SceneError, match=message):
        load_scene(tmp_path / name)


@pytest.mark.parametrize("name", ["string_lights", "tabletop"])
def test_shipped_scenes_load_by_their_bare_names(name):
    scene = load_scene(name)
    assert scene.duration_s == 8
    a, _ = scene.lens_at(0.0).coc_coefficients
    assert a * 540 == pytest.approx(20, abs=2)  # px at 540 lines, of the far background
    low = min(item.world[:3, 3] @ (0, 0, 1) for item in scene.objects)
    assert low < -2  # something far behind


def test_night_has_dozens_of_lights_far_above_white():
    bright = [
        item for item in load_scene("string_lights").objects if max(item.material.emissive) > 40
    ]
    assert 100 <= len(bright) <= 200


def test_the_example_of_the_docs_loads(scene_of):
    """What a reader copies must work."""
    text = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
    scene = scene_of(text.split("```toml\n")[1].split("```")[0])
    assert len(scene.objects) == 22
    assert scene.duration_s == 4


def test_every_key_of_the_reader_is_in_the_docs(scene_of):
    """Asked for by the reader, hence known; hence to be documented."""
    text = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
    for broken in ("", "[lens]\n", "[lens]\ncoc_radius = 0.1\n", "[sky]\n", "[camera]\n"):
        with pytest.raises(SceneError) as caught:
            scene_of(f"{broken}zzz = 1\n{CAMERA}{BALL}[[light]]\nkind = 'sun'\ndirection=[0,1,0]\n")
        known = str(caught.value).split("one of ")[1].split(" expected")[0].split(", ")
        missing = [key for key in known if key not in text]
        assert len(known) > 3 and not missing
    for broken in (f"{CAMERA}{BALL}zzz = 1\n", f"{CAMERA}zzz = 1\n{BALL}"):
        with pytest.raises(SceneError) as caught:
            scene_of(broken)
        known = str(caught.value).split("one of ")[1].split(" expected")[0].split(", ")
        assert not [key for key in known if f"{key}`" not in text and f"`{key}" not in text]
