"""What the scenes daylight and window promise: CoC range, focus, a half-hidden light, cost."""

from functools import cache

import numpy as np
import pytest

from realtime.gl.targets import color_target
from realtime.math3d import vector
from realtime.passes.forward import ForwardPass
from realtime.scene import load_scene

SIZE = 640, 360
LINES = 540  # where docs/scenes.md states CoCs
SAMPLED_S = np.linspace(0.0, 4.0, 9)
OUTWARDS_S = SAMPLED_S[:5]  # the path of the window comes back the way it went

load_scene = cache(load_scene)


@pytest.fixture(scope="module")
def views(ctx):
    """Draws a scene from dx_m right of the middle of the lens: colour and 1/distance, 1/m."""
    target, passes = color_target(ctx, SIZE, depth=True), {}

    def draw(name, time_s, dx_m=0.0):
        scene = load_scene(name)
        forward = passes.setdefault(name, ForwardPass(ctx, scene))
        camera, lens = scene.camera.at(time_s), scene.lens_at(time_s)
        focus = lens.focus_distance_m, lens.vertical_fov_rad
        view, projection = camera.shifted(dx_m, 0.0, *focus, SIZE[0] / SIZE[1])
        eye_m = camera.shifted_eye_m(dx_m, 0.0, *focus)
        forward.draw(view, projection, eye_m, target.framebuffer)
        color = np.frombuffer(target.color.read(), "f2").reshape(*SIZE[::-1], 4)[::-1]
        depth = np.frombuffer(target.depth.read(), "f4").reshape(SIZE[::-1])[::-1]
        offset, slope = camera.depth_to_inverse
        return color.astype(np.float32), np.where(depth >= 1, 0, offset + slope * depth)

    yield draw
    for forward in passes.values():
        forward.release()
    ctx.simple_framebuffer((1, 1)).use()  # releasing a bound framebuffer leaves an error behind
    target.release()


def coc_px(name, time_s, inverse, lines):
    a, b = load_scene(name).lens_at(time_s).coc_coefficients
    return (a - b * inverse) * lines


@pytest.mark.gl
@pytest.mark.parametrize("time_s", SAMPLED_S[::2])
def test_daylight_runs_from_20_px_in_front_to_11_behind_all_along_its_path(views, time_s):
    """The figure others are compared at: 640 x 360, 45 degrees, CoC radius -20 ... +11 px."""
    _, inverse = views("daylight", time_s)
    radius = coc_px("daylight", time_s, inverse, SIZE[1])
    assert radius.min() == pytest.approx(-20, abs=0.05)
    assert radius.max() == pytest.approx(11, abs=0.01)
    assert inverse.min() == 0, "sky"
    assert (radius < -1).mean() > 0.3
    assert (radius > 1).mean() > 0.3


def test_daylight_sees_45_degrees():
    assert np.degrees(load_scene("daylight").lens.vertical_fov_rad) == pytest.approx(45, abs=0.01)


@pytest.mark.gl
def test_daylight_has_no_small_bright_lights(views):
    color, _ = views("daylight", 0.0)
    assert color.max() < 4


@pytest.mark.gl
@pytest.mark.parametrize("time_s", OUTWARDS_S)
def test_window_stays_within_60_px_and_has_much_on_both_sides(views, time_s):
    _, inverse = views("window", time_s)
    radius = coc_px("window", time_s, inverse, LINES)
    assert -60 < radius.min() < -35
    assert radius.max() < 26
    assert (abs(radius) < 40).mean() > 0.85
    assert (radius < -1).mean() > 0.2
    assert (radius > 1).mean() > 0.3


def test_window_racks_the_focus_out_and_back_in_4_s():
    scene = load_scene("window")
    focus = [scene.lens_at(time_s).focus_distance_m for time_s in SAMPLED_S]
    assert focus[0] == focus[-1] == 1.0
    assert max(focus) == focus[4] == 3.4
    assert (np.diff(focus[:5]) > 0).all()
    assert (np.diff(focus[4:]) < 0).all()


@pytest.mark.gl
def test_the_floor_of_the_window_runs_through_the_plane_in_focus(views):
    """One column of it, from the lower edge upwards: distances without a jump of more than 6 %."""
    _, inverse = views("window", 0.0)
    floor = inverse[::-1, 320][:170]  # between the fixed part and the pot
    assert 1 / floor[0] < 0.95
    assert 1 / floor[-1] > 4
    assert abs(np.diff(np.log(floor))).max() < 0.06


@pytest.mark.gl
@pytest.mark.parametrize("time_s", [0.0, 2.0])
def test_the_post_hides_a_bulb_of_the_window_from_a_part_of_the_lens(views, time_s):
    """At an edge that far out of focus a light is neither seen nor hidden, but some of both."""
    scene = load_scene("window")
    lens, camera = scene.lens_at(time_s), scene.camera.at(time_s)
    bulb = bulbs_of(scene)[0].world[:3, 3]
    seen = []
    for share in (-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9):  # across the lens
        dx_m = share * lens.aperture_radius_m
        color, _ = views("window", time_s, dx_m)
        x, y = _pixel(camera, lens, vector(bulb), dx_m)
        seen.append(bool(color[y - 2 : y + 3, x - 2 : x + 3].max() > 50))
    assert seen == [False] * 3 + [True] * 4, "from the middle too, or no blur could know of it"


@pytest.mark.gl
@pytest.mark.parametrize("time_s", OUTWARDS_S)
def test_all_bulbs_of_the_window_are_seen_from_the_middle_of_the_lens(views, time_s):
    """One that came and went behind a bar would pop in every blur of the sharp picture."""
    scene = load_scene("window")
    lens, camera = scene.lens_at(time_s), scene.camera.at(time_s)
    color, _ = views("window", time_s)
    for bulb in bulbs_of(scene):
        x, y = _pixel(camera, lens, vector(bulb.world[:3, 3]), 0.0)
        lit = color[y - 2 : y + 3, x - 2 : x + 3].max(axis=-1) > 50
        assert lit.sum() >= 5, "of the 8 or more that it covers"


def bulbs_of(scene):
    return [item for item in scene.objects if max(item.material.emissive) > 50]


def _pixel(camera, lens, place, dx_m):
    """Column and row of a place, seen from dx_m to the right in the lens."""
    view, projection = camera.shifted(
        dx_m, 0.0, lens.focus_distance_m, lens.vertical_fov_rad, SIZE[0] / SIZE[1]
    )
    clip = projection @ view @ np.append(place, 1.0)
    x, y = clip[:2] / clip[3]
    return int((0.5 + x / 2) * SIZE[0]), int((0.5 - y / 2) * SIZE[1])


@pytest.mark.parametrize(("name", "most"), [("daylight", 15_000), ("window", 11_000)])
def test_they_are_cheap_to_draw(name, most):
    scene = load_scene(name)
    assert sum(len(item.mesh.triangles) for item in scene.objects) < most
    assert len(scene.points) <= 2
    assert scene.sun is not None
    assert scene.sun.casts_shadow


def test_bulbs_of_the_window_are_wide_enough_not_to_flicker():
    scene = load_scene("window")
    camera, lens = scene.camera.at(0.0), scene.lens
    assert len(bulbs_of(scene)) == 9
    for bulb in bulbs_of(scene):
        away_m = (bulb.world[:3, 3] - vector(camera.eye_m)) @ camera.forward
        pixel_m = away_m * lens.sensor_height_mm / lens.focal_length_mm / LINES
        assert np.linalg.norm(bulb.world[:3, 0]) >= 2 * pixel_m
