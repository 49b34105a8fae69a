"""Things that turn: where they are at a time, alone and with others, and where their shadow is."""

import dataclasses
import math

import numpy as np
import pytest

from realtime.errors import SceneError
from realtime.gl.targets import color_target
from realtime.math3d import normalized, placement, transformed
from realtime.passes.forward import ForwardPass
from realtime.renderer import Renderer
from realtime.scene import Scene, load_scene
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Material, Object, Sky, Sun
from realtime.scene.primitives import primitive
from realtime.scene.spin import Spin

WIDTH, HEIGHT = 72, 48
BLACK = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0))
GLOW = Material((0, 0, 0), emissive=(4.0, 2.0, 1.0), roughness=1)
PATH = CameraPath((Key(0.0, (0, 0, 5), (0, 0, 0)),), near_m=0.5, far_m=40.0)
PIXEL_M = 2 * 5 * math.tan(Lens(30).vertical_fov_rad / 2) / HEIGHT  # at z = 0
SPIN = Spin((0, 0, 1), 0.25, (0.3, -0.2, 0.0))


def by_closed_form(spin, points, time_s):
    """Turn points [N, 3]: the part along the axis stays, the rest goes round in its plane."""
    axis = np.array(spin.axis)
    angle = 2 * np.pi * spin.turns_per_second * time_s
    out = points - spin.about_m
    along = (out @ axis)[:, None] * axis
    across = out - along
    turned = along + math.cos(angle) * across + math.sin(angle) * np.cross(axis, across)
    return turned + spin.about_m


@pytest.mark.parametrize("time_s", [0.0, 0.37, -1.9, 3600.25])
def test_a_pose_is_a_turn_about_the_axis_by_the_right_hand(time_s):
    spin = Spin((1.0, -2.0, 0.5), 0.3, (0.4, 1.5, -2.0))
    points = np.random.default_rng(5).normal(size=(7, 3))
    got = transformed(spin.pose(time_s), points)
    np.testing.assert_allclose(got, by_closed_form(spin, points, time_s), atol=1e-9)


def test_a_quarter_turn_about_z_takes_x_to_y():
    got = transformed(Spin((0, 0, 9), 0.25).pose(1.0), np.array([[2.0, 0.0, 7.0]]))
    np.testing.assert_allclose(got, [[0, 2, 7]], atol=1e-12)


@pytest.mark.parametrize(
    ("spin", "message"),
    [
        (
            ((0, 0, 0), 1.0),
            r"spin axis: \(0.0, 0.0, 0.0\), a direction, not all 0 expected. Change",
        ),
        (((0, math.nan, 1), 1.0), r"spin axis: \(0, nan, 1\), 3 finite numbers expected"),
        (((0, 1), 1.0), r"spin axis: \(0, 1\), 3 finite numbers expected"),
        (((0, 1, 0), math.inf), "spin turns_per_second: inf, a finite number expected"),
        (((0, 1, 0), 1.0, (0, math.inf, 0)), "spin about_m: .*3 finite numbers expected"),
    ],
)
def test_a_spin_that_cannot_be_is_named(spin, message):
    with pytest.raises(SceneError, match=message):
        Spin(*spin)


def scene_of(*objects, **more):
    return Scene("spinning", PATH, Lens(30), objects, sky=more.pop("sky", BLACK), **more)


def thing(shape="box", at=(0.0, 0.0, 0.0), size=0.4, look=GLOW, spin=SPIN, casts=False):
    world = placement(at, scale=(size,) * 3)
    return Object(primitive(shape), look, world, casts, spin=spin)


def seen(ctx, scene, times, only=None):
    """Light of the last of these times [H, W, 3], row 0 on top."""
    target, forward = color_target(ctx, (WIDTH, HEIGHT), depth=True), ForwardPass(ctx, scene)
    now = scene.camera.at(0.0)
    projection = now.projection(scene.lens.vertical_fov_rad, WIDTH / HEIGHT)
    draw = {"still": forward.draw_still, None: forward.draw}.get(only)
    for time_s in times:
        forward.pose(time_s)
    where = (now.view(), projection, now.eye_m, target.framebuffer)
    forward.draw_bodies(only, *where) if draw is None else draw(*where)
    color = np.frombuffer(target.color.read(), "f2").reshape(HEIGHT, WIDTH, 4)[::-1]
    forward.release()
    target.release()
    return color.astype(np.float32)


def middle_m(light):
    """Where the light is on the plane z = 0, (x, y) in m."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    whole = light.sum()
    at = (light * x).sum() / whole - WIDTH / 2, HEIGHT / 2 - (light * y).sum() / whole
    return np.array(at) * PIXEL_M


@pytest.mark.gl
@pytest.mark.parametrize("shape", ["box", "bulb"])
@pytest.mark.parametrize("time_s", [0.0, 0.7, 2.4])
def test_things_are_seen_where_their_spin_has_them(ctx, shape, time_s):
    """Bulbs are drawn by a pass of their own."""
    at = (1.1, 0.5, 0.0)
    light = seen(ctx, scene_of(thing(shape, at)), (0.1, 2.0, time_s))[..., 0]
    want = by_closed_form(SPIN, np.array([at]), time_s)[0, :2]
    np.testing.assert_allclose(middle_m(light), want, atol=0.04)


@pytest.mark.gl
def test_bodies_move_each_in_its_way_and_still_things_stay(ctx):
    """The same mesh and look: only the spin tells them apart."""
    other = Spin((0, 0, -1), 0.4, (-1.0, 0.4, 0.0))
    alone = [thing("box", (1.1, 0.5, 0), spin=SPIN), thing("box", (-1.4, 0, 0), spin=other)]
    still = thing("box", (0.2, 1.1, 0), spin=None)
    together = seen(ctx, scene_of(*alone, still), (0.9,))
    apart = sum(seen(ctx, scene_of(item), (0.9,)) for item in (*alone, still))
    np.testing.assert_array_equal(together[..., :3], apart[..., :3])
    unmoved = seen(ctx, scene_of(*alone, still), (0.0,))
    assert np.abs(together - unmoved).max() > 1


@pytest.mark.gl
def test_what_moves_and_what_does_not_can_be_drawn_alone(ctx):
    sky = Sky((0.5,) * 3, (0.5,) * 3, (0.5,) * 3)
    ball, box = thing("bulb", (1.1, 0.5, 0)), thing("box", (0.2, 1.1, 0), spin=None)
    scene = scene_of(ball, box, sky=sky)
    still = seen(ctx, scene, (0.9,), "still")
    np.testing.assert_array_equal(still, seen(ctx, scene_of(box, sky=sky), (0.0,)))
    body = seen(ctx, scene, (0.9,), (SPIN,))
    np.testing.assert_array_equal(body[..., :3], seen(ctx, scene_of(ball), (0.9,))[..., :3])
    covered = body[..., :1]
    np.testing.assert_allclose(body[..., :3], covered / 4 * (4, 2, 1), rtol=2e-3)
    np.testing.assert_allclose(body[..., 3:], covered / 4, rtol=0.03)  # a bulb's edge dims it
    assert covered.min() == 0 and covered.max() == pytest.approx(4, rel=0.03)
    whole = still * (1 - body[..., 3:]) + body
    np.testing.assert_allclose(whole, seen(ctx, scene, (0.9,)), atol=2e-3)


@pytest.mark.gl
@pytest.mark.parametrize("radius_m", [None, 4.0])
def test_the_shadow_goes_with_what_casts_it(ctx, radius_m):
    """Nothing of the box is seen, only its shadow: the same as if it had been placed there."""
    sun = Sun(tuple(normalized((0, -0.2, -1))), (3, 3, 3), shadow_radius_m=radius_m)
    ground = Material((1, 1, 1), roughness=1.0)
    wall = Object(primitive("plane"), ground, placement((0, 0, -1), (90, 0, 0), (20, 1, 20)), False)
    box = thing("box", (1.1, 0.5, 9.0), 0.9, casts=True)  # behind the camera
    moved = dataclasses.replace(box, world=SPIN.pose(1.7) @ box.world, spin=None)
    got = seen(ctx, scene_of(wall, box, sun=sun), (0.3, 1.7))
    want = seen(ctx, scene_of(wall, moved, sun=sun), (0.0,))
    dark = [light[..., 0] < 0.4 for light in (got, want)]
    assert 20 < dark[1].sum() < 200
    # The map that holds the whole turn has larger texels.
    assert (dark[0] != dark[1]).mean() < (0.01 if radius_m is None else 1e-9)


@pytest.mark.gl
def test_shadows_are_drawn_anew_only_where_a_caster_moves_and_time_goes_on(ctx, monkeypatch):
    drawn = []
    from realtime.passes import shadow

    first = shadow.ShadowMap.redraw
    monkeypatch.setattr(
        shadow.ShadowMap, "redraw", lambda self: (drawn.append(self), first(self))[1]
    )
    sun = Sun((0.0, -1.0, 0.0), (3, 3, 3))
    for casts, want in ((True, 3), (False, 1)):
        drawn.clear()
        seen(ctx, scene_of(thing(casts=casts), thing(spin=None, casts=True), sun=sun), (1, 1, 2))
        assert len(drawn) == want


@pytest.mark.gl
def test_posing_allocates_nothing(ctx):
    forward = ForwardPass(ctx, scene_of(thing(), thing("bulb"), thing("bulb", (1, 1, 1))))
    before = [(part.buffer.glo, part.rows.ctypes.data) for part in forward.moving]
    forward.pose(0.4)
    assert [(part.buffer.glo, part.rows.ctypes.data) for part in forward.moving] == before
    assert len(before) == 2
    forward.release()


@pytest.mark.gl
def test_the_renderer_shows_its_time(ctx):
    scene = scene_of(thing("box", (1.1, 0.5, 0.0)))
    renderer = Renderer(ctx, scene, (WIDTH, HEIGHT), samples=4)
    for time_s in (0.0, 1.3):
        renderer.render(time_s, "none")
        want = by_closed_form(SPIN, np.array([(1.1, 0.5, 0.0)]), time_s)[0, :2]
        np.testing.assert_allclose(middle_m(renderer.read_linear()[..., 0]), want, atol=0.04)
    renderer.release()


def test_a_lens_follows_what_turns():
    """A ball that comes nearer by 2 m in half a turn; two balls that turn apart stay unfollowed."""
    spin = Spin((0, 1, 0), 0.5, (0, 0, 0))
    ball = dataclasses.replace(thing("sphere", (0, 0, -1.0), spin=spin), name="ball")
    scene = scene_of(ball).focused_on("ball")
    assert scene.lens_at(0.0).focus_distance_m == pytest.approx(6)
    assert scene.lens_at(0.5).focus_distance_m == pytest.approx(5, abs=1e-6)
    assert scene.lens_at(1.0).focus_distance_m == pytest.approx(4, abs=1e-6)
    assert scene.with_lens(focus_distance_m=3.0).lens_at(1.0).focus_distance_m == 3
    other = dataclasses.replace(ball, spin=SPIN)
    assert scene_of(ball, other).focused_on("ball").focus_spin is None


def test_a_scene_file_follows_what_turns(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(
        "[lens]\nfocus_on = 'ball'\n[[camera.key]]\nposition_m = [0, 0, 5]\n"
        "target_m = [0, 0, 0]\n[[object]]\nname = 'ball'\nprimitive = 'sphere'\n"
        "position_m = [0, 0, -1]\n"
        "spin = { axis = [0, 1, 0], turns_per_second = 0.5, about_m = [0, 0, 0] }\n",
        encoding="utf-8",
    )
    assert load_scene(path).lens_at(1.0).focus_distance_m == pytest.approx(4, abs=1e-6)
