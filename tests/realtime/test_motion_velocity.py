"""Velocity from depth against points projected by hand; what an effect makes of it."""

import dataclasses
import math

import numpy as np
import pytest
from arcs import BENDS, RADII, arc, arc_bank, streak_bank

from realtime.blur.picture import read_target, write_target
from realtime.effects.velocity import Velocity
from realtime.errors import UsageError
from realtime.gl.parts import Window
from realtime.gl.targets import color_target
from realtime.passes.effect_map import EffectMapPass
from realtime.passes.nearby_depth import BodyDepth, NearbyDepthPass
from realtime.passes.velocity import Opening, Seen, VelocityPass
from realtime.scene.camera import Camera
from realtime.scene.spin import Spin

pytestmark = pytest.mark.gl

SIZE = WIDTH, HEIGHT = 27, 18
FOV = math.radians(40)
CAMERAS = [  # opening, middle, closing: along a curve, and turning
    Camera((0.02 * k, 1.0 + 0.03 * k * k, 6 - 0.05 * k), (0.1 * k, 0.6, 0.0), near_m=0.5, far_m=50)
    for k in (-1, 0, 1)
]
SPIN = Spin((0.3, 0.2, 1.0), 1.5, (0.2, 0.4, -0.3))
TIMES = (0.99, 1.0, 1.01)


def project(camera, points):
    """World [N, 3] to px from the top left, +y down."""
    rays = points - np.array(camera.eye_m)
    if camera.height_m is None:
        reach = (rays @ camera.forward) * math.tan(FOV / 2)
    else:
        reach = camera.height_m / 2
    x = rays @ camera.right / reach * HEIGHT / 2
    y = rays @ camera.true_up / reach * HEIGHT / 2
    return np.stack((WIDTH / 2 + x, HEIGHT / 2 - y), -1)


def unproject(camera, places, distance_m):
    """Px and distance along the view axis [N] to the world."""
    aside = (places - (WIDTH / 2, HEIGHT / 2)) * (1, -1) * 2 / HEIGHT
    reach = distance_m * math.tan(FOV / 2) if camera.height_m is None else camera.height_m / 2
    aside = aside * np.reshape(reach, (-1, 1))
    ahead = np.outer(distance_m, camera.forward)
    return np.array(camera.eye_m) + ahead + aside @ np.stack((camera.right, camera.true_up))


def turned(points, from_s, to_s):
    """The body's points at another time, by the formula of a rotation about an axis."""
    axis, angle = np.array(SPIN.axis), 2 * np.pi * SPIN.turns_per_second * (to_s - from_s)
    out = points - SPIN.about_m
    along = (out @ axis)[:, None] * axis
    across = out - along
    out = along + math.cos(angle) * across + math.sin(angle) * np.cross(axis, across)
    return out + SPIN.about_m


def every_pixel():
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return np.stack((x, y), -1).reshape(-1, 2)


def velocity_of(ctx, cameras, depth, poses=None):
    """[H · W, 4] from window depth [H, W], row 0 on top; of what is still without poses."""
    source, out = color_target(ctx, SIZE, 1, "f4"), color_target(ctx, SIZE, dtype="f4")
    write_target(source, depth[..., None], "f4")
    seen = [
        Seen(camera.view(), camera.projection(FOV, WIDTH / HEIGHT), pose)
        for camera, pose in zip(cameras, poses or [np.eye(4)] * 3, strict=True)
    ]
    pass_, nearby = VelocityPass(ctx, still=poses is None), NearbyDepthPass(ctx, SIZE)
    body = BodyDepth(source.color)
    if poses:
        body = nearby.draw(source.color, (1.0, 0.0), (0, 0, *SIZE))
    pass_.draw(body, Opening(*seen), out.framebuffer)
    got = read_target(out).reshape(-1, 4)
    for part in (pass_, nearby, source, out):
        part.release()
    return got


def window_depth(camera, distance_m):
    mapping = camera.depth_mapping
    q = distance_m if mapping.is_linear else 1 / distance_m
    return ((q - mapping.x) / mapping.y).reshape(HEIGHT, WIDTH)


def distances(seed=3):
    return np.random.default_rng(seed).uniform(3, 9, HEIGHT * WIDTH)


def arriving(cameras, turn):
    """Where what is at each pixel at the opening and at the closing is in the middle, by hand."""
    places, distance_m = every_pixel(), distances()
    for index in (0, 2):
        there = unproject(cameras[index], places, distance_m)
        if turn:
            there = turned(there, TIMES[index], TIMES[1])
        yield project(cameras[1], there)


@pytest.mark.parametrize("turns", [True, False])
@pytest.mark.parametrize("height_m", [None, 4.0])
def test_paths_are_those_of_the_points_that_arrive(ctx, turns, height_m):
    cameras = [dataclasses.replace(camera, height_m=height_m) for camera in CAMERAS]
    opened, closed = arriving(cameras, turns)
    depth = window_depth(cameras[1], distances())
    poses = [SPIN.pose(time_s) for time_s in TIMES] if turns else None
    got = velocity_of(ctx, cameras, depth, poses)
    want = np.concatenate(((opened - closed) / 2, every_pixel() - (opened + closed) / 2), axis=1)
    np.testing.assert_allclose(got, want, atol=2e-3)
    assert np.abs(want[:, 2:]).max() > 0.05 and np.ptp(want[:, :2], axis=0).min() > 0.03


def test_chords_are_finite_differences_of_projected_points(ctx):
    """For small times, where from and where to is the same."""
    places, distance_m = every_pixel(), distances(8)
    world = unproject(CAMERAS[1], places, distance_m)
    opened, closed = (project(CAMERAS[k], turned(world, TIMES[1], TIMES[k])) for k in (0, 2))
    got = velocity_of(
        ctx, CAMERAS, window_depth(CAMERAS[1], distance_m), [SPIN.pose(t) for t in TIMES]
    )
    np.testing.assert_allclose(got[:, :2], (closed - opened) / 2, rtol=0.1, atol=0.05)


def test_the_sky_turns_with_the_camera_and_does_not_come_nearer(ctx):
    got = velocity_of(ctx, CAMERAS, np.ones((HEIGHT, WIDTH)))
    far_m = 1e7
    ends = [
        project(CAMERAS[1], unproject(CAMERAS[k], every_pixel(), np.full(len(got), far_m)))
        for k in (0, 2)
    ]
    np.testing.assert_allclose(got[:, :2], (ends[0] - ends[1]) / 2, atol=2e-3)
    assert np.abs(got[:, 0]).min() > 0.1


def test_where_all_moves_alike_paths_are_those_of_the_points(ctx):
    """An orthographic camera along a curve; a wheel's paths bend the other way, round its hub."""
    cameras = [
        Camera((0.2 * k, 0.1 * k * k, 6), (0.2 * k, 0.1 * k * k, 0), height_m=4.0)
        for k in (-1, 0, 1)
    ]
    world = unproject(cameras[1], every_pixel(), distances())
    opened, middle, closed = (project(camera, world) for camera in cameras)
    got = velocity_of(ctx, cameras, window_depth(cameras[1], distances()))
    want = np.concatenate(((closed - opened) / 2, (closed + opened) / 2 - middle), axis=1)
    np.testing.assert_allclose(got, want, atol=2e-3)
    assert want[0, 2:] == pytest.approx((0, 0.45), abs=1e-6)

    still, spin = [cameras[1]] * 3, Spin((0, 0, 1), 2.0, (0, 0, 0))
    got = velocity_of(
        ctx, still, window_depth(still[1], distances()), [spin.pose(t) for t in TIMES]
    )
    outwards = every_pixel() - project(still[1], np.zeros((1, 3)))
    angle = 2 * np.pi * spin.turns_per_second * 0.01
    np.testing.assert_allclose(got[:, 2:], outwards * (1 - math.cos(angle)), atol=2e-3)
    sideways = np.stack((outwards[:, 1], -outwards[:, 0]), -1)  # counter-clockwise as seen
    np.testing.assert_allclose(got[:, :2], sideways * math.sin(angle), atol=2e-3)


def test_depth_goes_on_past_a_silhouette(ctx):
    """Known in a corner; two parts at two depths, and what lies about each takes its own."""
    size = (37, 22)
    depth = np.ones((22, 37))
    depth[2:6, 3:8], depth[14:20, 28:35] = 0.25, 0.75
    source = color_target(ctx, size, 1, "f4")
    write_target(source, depth[..., None], "f4")
    pass_ = NearbyDepthPass(ctx, size)
    body = pass_.draw(source.color, (0.5, 0.1), (0, 0, *size))
    width, height = body.nearby.size
    assert (width, height) == (19, 11)
    data = np.frombuffer(body.nearby.read(), "f4").reshape(height, width)[::-1]
    assert data.min() == pytest.approx(0.225) and data.max() == pytest.approx(0.475)
    assert data[1, 2] == pytest.approx(0.225) and data[8, 15] == pytest.approx(0.475)
    assert data[0, 0] < 0.26 and data[10, 18] > 0.42
    assert 0.23 < data[5, 9] < 0.47
    pass_.release()
    source.release()


def test_depth_within_a_rectangle_forgets_what_was_there_before(ctx):
    size = (37, 22)
    source = color_target(ctx, size, 1, "f4")
    pass_ = NearbyDepthPass(ctx, size)
    seen = []
    for before in (None, 0.9):
        if before:
            write_target(source, np.full((22, 37, 1), before), "f4")
            pass_.draw(source.color, (1.0, 0.0), (0, 0, *size))
        depth = np.ones((22, 37))
        depth[4:8, 5:9] = 0.25
        write_target(source, depth[..., None], "f4")
        body = pass_.draw(source.color, (1.0, 0.0), (3, 12, 10, 8))  # rows 2 … 10 from the top
        data = np.frombuffer(body.nearby.read(), "f4").reshape(11, 19)[::-1]
        seen.append(data[1:5, 2:6])
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_allclose(seen[0], 0.25)
    pass_.release()
    source.release()


def spots(ctx, paths, bank=None, **settings):
    """Radius and bend [N, 2], frames [N, 2, 2] of paths [N, 2 or 4], laid out in a row."""
    paths = np.atleast_2d(paths)
    size = (len(paths), 1)
    texture = color_target(ctx, size, paths.shape[1], "f4")
    write_target(texture, paths[None], "f4")
    place_map = EffectMapPass(ctx, Velocity, (bank or arc_bank(2)).axes, size, "f4")
    effect = Velocity(texture.color, **settings)
    place_map.draw(effect, Window((0, 0), size))
    place = np.frombuffer(place_map.place.read(), "f4").reshape(len(paths), -1)
    columns = np.frombuffer(place_map.frames.read(), "f4").reshape(-1, 2, 2)
    place_map.release()
    texture.release()
    radius = np.interp(place[:, 0], range(len(RADII)), RADII)
    bend = np.interp(place[:, 1], range(len(BENDS)), BENDS) if place.shape[1] > 1 else 0 * radius
    return np.stack((radius, bend), -1), columns.swapaxes(1, 2)


def chord_and_sagitta(radius_px, bend_rad, frame):
    """Of an arc, turned and mirrored by `frame`: from its two ends."""
    opened, closed = arc(radius_px, bend_rad, (-1.0, 1.0)) @ np.array(frame).T
    return np.concatenate(((closed - opened) / 2, (closed + opened) / 2))


@pytest.mark.parametrize("mirrored", [1, -1])
@pytest.mark.parametrize("angle", [0.0, 0.7, 2.9, -1.8])
@pytest.mark.parametrize(("radius", "bend"), [(7.0, 0.0), (20.0, 0.05), (11.0, 0.6), (5.0, 1.15)])
def test_radius_bend_and_frame_are_those_of_the_circle(ctx, radius, bend, angle, mirrored):
    along = np.array((math.cos(angle), math.sin(angle)))
    frame = np.stack((along, mirrored * np.array((-along[1], along[0]))), axis=1)
    values, frames = spots(ctx, chord_and_sagitta(radius, bend, frame))
    assert values[0] == pytest.approx((radius, bend), rel=2e-3, abs=1e-4)
    times = np.linspace(-1, 1, 9)
    if bend == 0:
        np.testing.assert_allclose(frames[0][:, 0], along, atol=1e-5)
    else:
        got = arc(*values[0], times) @ frames[0].T
        np.testing.assert_allclose(got, arc(radius, bend, times) @ frame.T, atol=0.02)


def test_a_bank_of_streaks_takes_the_length_and_the_direction(ctx):
    path = chord_and_sagitta(12.0, 0.8, [[0, -1], [1, 0]])
    values, frames = spots(ctx, path, streak_bank(2))
    assert values[0, 0] == pytest.approx(12, rel=1e-3)
    np.testing.assert_allclose(frames[0][:, 0], (0, 1), atol=1e-6)


def test_gain_opens_the_shutter_longer(ctx):
    path = chord_and_sagitta(4.0, 0.1, np.eye(2))
    values, _ = spots(ctx, path, gain=2.5)
    assert values[0] == pytest.approx((10.0, 0.25), rel=0.02)


def test_two_components_are_straight_paths(ctx):
    values, frames = spots(ctx, [(3.0, -4.0), (0.0, 0.0), (0.1, 0.0)])
    np.testing.assert_allclose(values, [(5, 0), (0, 0), (0, 0)], atol=1e-5)
    np.testing.assert_allclose(frames[0][:, 0], (0.6, -0.8), atol=1e-6)
    np.testing.assert_array_equal(frames[1], np.eye(2))


def test_a_map_with_other_components_is_named(ctx):
    texture = ctx.texture((2, 2), 3, dtype="f4")
    with pytest.raises(UsageError, match=r"velocity: a map of 3 components, 2 .*or 4 .*expected"):
        Velocity(texture)
    texture.release()
    texture = ctx.texture((2, 2), 4, dtype="f4")
    with pytest.raises(UsageError, match="velocity: gain -1, a finite number from 0 up expected"):
        Velocity(texture, gain=-1)
    texture.release()


@pytest.mark.parametrize("radius", [0.4, 0.9, 1.6, 6.0])
def test_a_path_is_as_much_shorter_as_reads_between_pixels_soften(ctx, radius):
    """What bilinear reads along the shorter path spread is what the path itself spreads."""
    values, _ = spots(ctx, chord_and_sagitta(radius, 0.0, np.eye(2)), shortening=1.0)
    at = np.abs(values[0, 0] * (2 * (np.arange(20000) + 0.5) / 20000 - 1))
    between = at % 1
    spread = (at**2 + between * (1 - between)).mean()
    assert spread == pytest.approx(radius**2 / 3, rel=0.06)
    exact, _ = spots(ctx, chord_and_sagitta(radius, 0.0, np.eye(2)))
    assert exact[0, 0] == pytest.approx(radius, rel=1e-3)
