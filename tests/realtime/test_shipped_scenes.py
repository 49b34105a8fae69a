"""What shipped scenes promise.

daylight, window: CoC range, focus, a half-hidden light, cost. carousel: speeds, and wheels whose
light stays as it is while they turn. miniature_city: seen from above, sharp, all of it city.
"""

import dataclasses
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


# --- carousel, miniature_city ---

ALONG_S = np.linspace(0.0, 6.0, 13)
OPEN_S = 1 / 48  # half a turn of the shutter at 24 pictures a second
WIDE = 960, 540  # where docs/scenes.md states speeds


def place_px(scene, point, time_s):
    """Where a point is seen at 960 x 540, px from the upper left; None where it is not."""
    camera, lens = scene.camera.at(time_s), scene.lens_at(time_s)
    matrix = camera.projection(lens.vertical_fov_rad, WIDE[0] / WIDE[1]) @ camera.view()
    clip = matrix @ np.append(point, 1.0)
    x, y = clip[:2] / clip[3]
    seen = clip[3] > 0 and abs(x) < 1 and abs(y) < 1
    return np.array(((0.5 + x / 2) * WIDE[0], (0.5 - y / 2) * WIDE[1])) if seen else None


def points_of(item):
    """Some of a mesh's points in the world at time 0, [n, 3]."""
    some = item.mesh.positions[:: max(1, len(item.mesh.positions) // 60)]
    return some @ item.world[:3, :3].T + item.world[:3, 3]


def way_px(scene, point, spin, time_s):
    """How far a point moves in the picture while the shutter is open; None where it is not seen."""
    ends = []
    for at_s in (time_s - OPEN_S / 2, time_s + OPEN_S / 2):
        now = point if spin is None else (spin.pose(at_s) @ np.append(point, 1.0))[:3]
        ends.append(place_px(scene, now, at_s))
    return None if any(end is None for end in ends) else np.linalg.norm(ends[1] - ends[0])


def furthest_way_px(scene, items, spin, time_s):
    ways = [way_px(scene, point, spin, time_s) for item in items for point in points_of(item)]
    return max((way for way in ways if way is not None), default=0.0)


def body(scene, spin):
    return [item for item in scene.objects if item.spin == spin]


def test_the_carousel_has_four_bodies_and_lights_turn_with_their_wheels():
    scene = load_scene("carousel")
    turns = {spin.turns_per_second: len(body(scene, spin)) for spin in scene.spins}
    assert turns == {1.2: 1 + 6, -1.7: 1 + 4, 0.5: 1 + 4, 4.6: 1}


@pytest.mark.parametrize("time_s", ALONG_S[1:-1:2])
def test_rims_of_the_carousel_move_by_7_to_32_px_while_the_shutter_is_open(time_s):
    scene = load_scene("carousel")
    ways = {
        spin.turns_per_second: furthest_way_px(scene, body(scene, spin), spin, time_s)
        for spin in scene.spins
    }
    assert 7 < ways[0.5] < 9, "the carousel itself, far off"
    assert 22 < ways[1.2] < 25
    assert 25 < ways[-1.7] < 32
    assert 25 < ways[4.6] < 32


def test_the_big_wheel_moves_as_its_circumference_says():
    """At the start the camera rests: a light 2.34 m from the axle, 1.2 turns a second, faces us."""
    scene = load_scene("carousel")
    (spin,) = (spin for spin in scene.spins if spin.turns_per_second == 1.2)
    light = next(item for item in body(scene, spin) if item in bulbs_like(scene))
    camera, lens = scene.camera.at(0.0), scene.lens_at(0.0)
    away_m = (light.world[:3, 3] - vector(camera.eye_m)) @ camera.forward
    metre_px = WIDE[1] / 2 / np.tan(lens.vertical_fov_rad / 2) / away_m
    want = 2 * np.pi * 2.34 * 1.2 * OPEN_S * metre_px
    got = way_px(scene, light.world[:3, 3], spin, 0.0)
    assert got == pytest.approx(want, rel=0.03), "it is seen 0 to 10 degrees from head on"


def bulbs_like(scene):
    return [item for item in scene.objects if max(item.material.emissive) > 10]


@pytest.mark.parametrize("time_s", [0.5, 2.0, 2.75, 3.0, 3.25, 4.0])  # it is fastest at 3 s
def test_what_stands_still_on_the_carousel_moves_by_6_px_at_most(time_s):
    scene = load_scene("carousel")
    still = [item for item in body(scene, None) if len(item.mesh.positions) > 4]  # no ground
    assert 0.1 < furthest_way_px(scene, still, None, time_s) < 6


def test_what_turns_is_matt_and_casts_no_shadow():
    for item in load_scene("carousel").objects:
        if item.spin is not None:
            assert item.material.roughness >= 0.95
            assert item.material.metallic == 0
            assert not item.casts_shadow


@pytest.mark.gl
@pytest.mark.parametrize("time_s", [0.0, 2.3, 4.2])
def test_no_shadow_of_what_stands_falls_on_a_wheel(ctx, time_s):
    """It would not turn with it: a picture blurred along the motion would smear it."""
    scene = load_scene("carousel")
    bare = dataclasses.replace(scene, objects=tuple(body(scene, None)))
    unshadowed = dataclasses.replace(scene, sun=dataclasses.replace(scene.sun, casts_shadow=False))
    full, depth = drawn(ctx, scene, time_s)
    _, behind = drawn(ctx, bare, time_s)
    lit, _ = drawn(ctx, unshadowed, time_s)
    wheels = depth < behind
    assert wheels.mean() > 0.08
    changed = (abs(full - lit).max(axis=-1) > 0.02 * lit.max(axis=-1)) & wheels
    assert changed.sum() <= 0.0005 * wheels.sum()
    assert (abs(full - lit).max(axis=-1) > 0.02)[~wheels].mean() > 0.05, "there are shadows"


def drawn(ctx, scene, time_s):
    """Colour [H, W, 4] and depth [H, W] of a scene that is made for one test."""
    target, forward = color_target(ctx, SIZE, depth=True), ForwardPass(ctx, scene)
    forward.pose(time_s)
    camera, lens = scene.camera.at(time_s), scene.lens_at(time_s)
    projection = camera.projection(lens.vertical_fov_rad, SIZE[0] / SIZE[1])
    forward.draw(camera.view(), projection, camera.eye_m, target.framebuffer)
    color = np.frombuffer(target.color.read(), "f2").reshape(*SIZE[::-1], 4).astype(np.float32)
    depth = np.frombuffer(target.depth.read(), "f4").reshape(SIZE[::-1])
    forward.release()
    ctx.simple_framebuffer((1, 1)).use()
    target.release()
    return color, depth


@pytest.mark.gl
@pytest.mark.parametrize("name", ["carousel", "miniature_city"])
@pytest.mark.parametrize("time_s", ALONG_S)
def test_they_are_sharp_all_over_and_clear_of_the_near_plane(views, name, time_s):
    _, inverse = views(name, time_s)
    nearest_m = 1 / inverse.max()
    assert nearest_m > 2 * load_scene(name).camera.near_m
    assert abs(coc_px(name, time_s, inverse, LINES)).max() < 0.3


@pytest.mark.gl
@pytest.mark.parametrize("time_s", ALONG_S)
def test_the_city_fills_the_picture_from_above(views, time_s):
    _, inverse = views("miniature_city", time_s)
    assert inverse.min() > 1 / 400, "no sky, and nothing near the far plane"
    camera = load_scene("miniature_city").camera.at(time_s)
    assert 33 < np.degrees(np.arcsin(-camera.forward[1])) < 40


def test_no_car_of_the_city_stands_in_another_or_in_someone():
    """Boxes along the axes: streets run along them."""
    items = load_scene("miniature_city").objects
    boxes = [points_of_all(item) for item in items]
    sizes = np.array([high - low for low, high in boxes])
    low, high = (np.array(side) for side in zip(*boxes, strict=True))
    length, height = sizes[:, [0, 2]].max(axis=1), sizes[:, 1]
    wheeled = (length > 4.2) & (length < 30) & (height > 1.4) & (height < 4)
    wheeled &= sizes[:, [0, 2]].min(axis=1) < 2.6
    assert wheeled.sum() > 80
    small = length < 30
    for number in np.flatnonzero(wheeled):
        meets = ((low < high[number]) & (low[number] < high)).all(axis=1) & small
        assert np.flatnonzero(meets).tolist() == [number], items[number].name


def points_of_all(item):
    """Lowest and highest corner in the world."""
    points = item.mesh.positions @ item.world[:3, :3].T + item.world[:3, 3]
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.gl
@pytest.mark.parametrize(
    ("name", "triangles", "draws", "lights"),
    [("carousel", 17_000, 24, 3), ("miniature_city", 60_000, 22, 0)],
)
def test_carousel_and_city_are_few_draws(ctx, name, triangles, draws, lights):
    scene = load_scene(name)
    assert sum(len(item.mesh.triangles) for item in scene.objects) < triangles
    assert len(scene.points) <= lights
    forward = ForwardPass(ctx, scene)
    assert len(forward.draws) <= draws
    forward.release()
