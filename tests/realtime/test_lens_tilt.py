"""A plane in focus that lies askew, as a view camera's tilted lens has it."""

import dataclasses
import math

import numpy as np
import pytest
from banks import disc_bank

from realtime.bank import write_bank
from realtime.cli import main
from realtime.errors import LensError
from realtime.metrics import psnr_db
from realtime.quality import QUALITIES
from realtime.renderer import Renderer
from realtime.scene import load_scene
from realtime.scene.camera import Camera
from realtime.scene.lens import ArtisticLens, Lens

LENS = Lens(50, 1.4, 3.0, 24, tilt_deg=40, tilt_direction_deg=60)
CAMERA = Camera((0, 0, 0), (0, 0, -1), (0, 1, 0), 0.1, 100, None)
ASPECT = 1.5
MOVE_M = (0.02, -0.013)
PLACES = [(0.0, 0.0), (0.31, 0.12), (-0.2, 0.27), (0.11, -0.33)]


def on_screen(shift, point):
    """Where a point [3] is seen, in clip space, from a place in the lens."""
    args = (3.0, LENS.vertical_fov_rad, ASPECT, LENS.focus_slope)
    view, projection = CAMERA.shifted(*shift, *args)
    x, y, _, w = projection @ view @ np.array([*point, 1.0])
    return np.array([x, y]) / w


def plane_z(x, y):
    """Distance of the plane that leans away by 40° to where 60° points, through (0, 0, 3)."""
    way = math.radians(60)
    return 3 + math.tan(math.radians(40)) * (x * math.cos(way) + y * math.sin(way))


@pytest.mark.parametrize(("x", "y"), PLACES)
def test_the_plane_askew_stays_where_it_is_seen(x, y):
    point = (x, y, -plane_z(x, y))
    np.testing.assert_allclose(on_screen(MOVE_M, point), on_screen((0, 0), point), atol=1e-6)


@pytest.mark.parametrize(("x", "y"), PLACES)
def test_what_lies_behind_it_moves_by_its_distance_along_the_ray(x, y):
    z, further = plane_z(x, y), 1.7
    point = np.array((x, y, -z)) * further
    moved = on_screen(MOVE_M, point) - on_screen((0, 0), point)
    half = math.tan(LENS.vertical_fov_rad / 2)
    wanted = np.array(MOVE_M) * (1 / z - 1 / (z * further)) / half / (ASPECT, 1)
    np.testing.assert_allclose(moved, wanted, atol=1e-5)


@pytest.mark.gl
@pytest.mark.parametrize("quality", ["default", "high"])
def test_depth_of_field_follows_the_lens_truth(ctx, quality):
    """With the tilt it comes near to it; blurred as without, it does not."""
    scene = load_scene("daylight").with_lens(tilt_deg=60.0, tilt_direction_deg=70.0)
    renderer = Renderer(ctx, scene, (320, 180), disc_bank(), QUALITIES[quality], views=128)
    pictures = {}
    for blur in ("lens", "sparse"):
        renderer.render(0.0, blur)
        pictures[blur] = renderer.read_linear()
    upright = dataclasses.replace(scene.lens_at(0.0), tilt_deg=0.0)
    renderer.render(0.0, "sparse", lens=upright)
    pictures["upright"] = renderer.read_linear()
    renderer.release()
    tilted_db, upright_db = (psnr_db(pictures[n], pictures["lens"]) for n in ("sparse", "upright"))
    assert tilted_db > 36
    assert tilted_db > upright_db + 4


@pytest.mark.parametrize("kind", [Lens, ArtisticLens])
def test_a_tilt_that_cannot_be_is_refused(kind):
    with pytest.raises(LensError) as caught:
        kind(tilt_deg=90.0)
    assert str(caught.value) == (
        "lens tilt_deg: 90, degrees from -89 to 89 expected. Change it in the scene or by its flag"
    )
    with pytest.raises(LensError, match="tilt_direction_deg: nan, a finite number of degrees"):
        kind(tilt_direction_deg=math.nan)


@pytest.mark.gl
def test_an_orthographic_camera_has_none(tmp_path, capsys):
    scene = tmp_path / "flat.toml"
    scene.write_text(
        "[camera]\nheight_m = 2.0\n[[camera.key]]\nposition_m = [0, 1, 3]\ntarget_m = [0, 0, 0]\n"
        "[lens]\ntilt_deg = 10.0\n[[object]]\nprimitive = 'sphere'\n"
    )
    bank = tmp_path / "disk.safetensors"
    write_bank(bank, disc_bank())
    out = tmp_path / "out.png"
    given = ["render", str(scene), "--bank", str(bank), "--size", "32x24", "--out", str(out)]
    assert main(given) == 2
    error = capsys.readouterr().err
    assert "lens tilt_deg: 10 with an orthographic camera, one with perspective expected" in error
    assert not out.exists()
