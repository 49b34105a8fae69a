"""The shutter, and the picture that is accumulated while it is open."""

import math

import numpy as np
import pytest
from arcs import CAMERA, LENS, pixel_m, scene_of, thing, wheel_scene

from realtime.errors import LensError
from realtime.metrics import psnr_db
from realtime.renderer import Renderer
from realtime.scene.camera import CameraPath, Key
from realtime.scene.shutter import Shutter
from realtime.scene.spin import Spin

WIDTH, HEIGHT = 90, 60


def test_a_shutter_is_open_round_the_time_of_its_frame():
    shutter = Shutter(angle_deg=90, fps=25)
    assert shutter.open_s == pytest.approx(0.01)
    assert shutter.ends(3.0) == pytest.approx((2.995, 3.005))
    times = shutter.times(3.0, 4)
    np.testing.assert_allclose(times, [2.99625, 2.99875, 3.00125, 3.00375])
    assert Shutter().open_s == pytest.approx(1 / 48)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"angle_deg": 361}, "shutter angle_deg: 361, 0 to 360 expected. Change the shutter"),
        ({"angle_deg": math.nan}, "shutter angle_deg: nan, 0 to 360 expected"),
        ({"fps": 0}, "shutter fps: 0, a finite number above 0 expected. Change the shutter"),
        ({"fps": math.inf}, "shutter fps: inf, a finite number above 0 expected"),
    ],
)
def test_a_shutter_that_cannot_be_is_named(settings, message):
    with pytest.raises(LensError, match=message):
        Shutter(**settings)


def render(ctx, scene, exposures, shutter=None, time_s=0.4, blur="shutter"):
    renderer = Renderer(
        ctx, scene, (WIDTH, HEIGHT), samples=4, shutter=shutter, exposures=exposures
    )
    renderer.render(time_s, blur)
    picture = renderer.read_linear()
    renderer.release()
    return picture


@pytest.mark.gl
def test_the_truth_converges(ctx):
    scene = wheel_scene()
    pictures = {count: render(ctx, scene, count) for count in (4, 16, 32, 64, 128)}
    against = {count: psnr_db(picture, pictures[128]) for count, picture in pictures.items()}
    assert against[4] < against[16] < against[32] < against[64]
    assert against[64] > 50, "0.2 dB off at 36 dB and less above"


@pytest.mark.gl
def test_the_truth_is_the_mean_of_pictures_at_times_of_the_opening(ctx):
    scene, shutter = wheel_scene(), Shutter(270, 12)
    want = np.mean(
        [render(ctx, scene, 1, time_s=t, blur="none") for t in shutter.times(0.4, 5)], axis=0
    )
    np.testing.assert_allclose(render(ctx, scene, 5, shutter), want, rtol=4e-3, atol=2e-3)


@pytest.mark.gl
def test_where_nothing_moves_the_truth_is_the_picture(ctx):
    scene = scene_of(thing("box", (2.0, 1.0, 0.5), (0.4, 0.3, 0), 0.8))
    np.testing.assert_array_equal(render(ctx, scene, 7), render(ctx, scene, 1, blur="none"))


@pytest.mark.gl
def test_the_camera_moves_while_the_shutter_is_open(ctx):
    """A bulb, leaves a streak as long as the way it goes."""
    keys = (Key(0.0, (-9, 0, 5), (-9, 0, 0)), Key(8.0, (9, 0, 5), (9, 0, 0)))
    path = CameraPath(keys, near_m=0.5, far_m=40)
    speed = (path.at(4.01).eye_m[0] - path.at(3.99).eye_m[0]) / 0.02
    bulb = thing("bulb", (9.0, 9.0, 9.0), (0, 0, 0), 2.6 * pixel_m(HEIGHT))
    light = render(ctx, scene_of(bulb, camera=path), 64, Shutter(360, 8), 4.0)[..., 0]
    x = np.arange(WIDTH) + 0.5
    row = light.sum(axis=0) / light.sum()
    spread = (row * (x - (row * x).sum()) ** 2).sum()
    length = speed / 8 / pixel_m(HEIGHT)
    assert spread == pytest.approx(length**2 / 12 + 1.3**2 / 4, rel=0.05)
    assert length > 6


@pytest.mark.gl
def test_the_scene_is_left_at_the_time_of_the_frame(ctx):
    scene = scene_of(
        thing("box", (2.0, 1.0, 0.5), (0.9, 0.3, 0), 0.5, Spin((0, 0, 1), 3.0)), camera=CAMERA
    )
    renderer = Renderer(ctx, scene, (WIDTH, HEIGHT), exposures=8)
    renderer.render(0.4, "shutter")
    assert renderer.forward.time_s == 0.4
    middle = Spin((0, 0, 1), 3.0).pose(0.4) @ (0.9, 0.3, 0, 1)
    place = middle[:2] / pixel_m(HEIGHT) * (1, -1) + (WIDTH / 2, HEIGHT / 2)
    near = renderer.distance_at(tuple(place), scene.camera.at(0.4), LENS)
    assert near == pytest.approx(4.75, abs=1e-3)
    renderer.release()
