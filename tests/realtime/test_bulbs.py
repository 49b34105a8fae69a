"""Small bulbs: their light is all there, wherever they lie between pixels."""

import dataclasses
import math

import numpy as np
import pytest

from realtime.gl.targets import color_target
from realtime.math3d import placement
from realtime.passes.bulbs import is_bulb
from realtime.passes.forward import ForwardPass
from realtime.scene import Scene
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Maps, Material, Object, Sky
from realtime.scene.primitives import primitive

WIDTH, HEIGHT = 44, 30
GLOW = (40.0, 20.0, 5.0)
BLACK = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0))
# One pixel at 5 m, in m.
PIXEL_M = 2 * 5 * math.tan(Lens(30).vertical_fov_rad / 2) / HEIGHT


def bulb(at_px=(0.0, 0.0), radius_px=1.5, z_m=0.0, glow=GLOW, size=(1, 1, 1)):
    """A bulb that many px right of and above the middle of the picture."""
    scale = 2 * radius_px * PIXEL_M * np.array(size)
    where = placement((at_px[0] * PIXEL_M, at_px[1] * PIXEL_M, z_m), (0, 0, 0), tuple(scale))
    return Object(primitive("bulb"), Material((0, 0, 0), emissive=glow), where, casts_shadow=False)


def draw(ctx, *objects, sky=BLACK, exposure=1.0, eye=(0.0, 0.0, 5.0)):
    """Linear colour [H, W, 4] and depth [H, W], row 0 on top."""
    camera = CameraPath((Key(0.0, eye, (eye[0], eye[1], 0.0)),), near_m=0.5, far_m=40.0)
    scene = Scene("test", camera, Lens(30), objects, sky=sky, exposure=exposure)
    target, forward = color_target(ctx, (WIDTH, HEIGHT), depth=True), ForwardPass(ctx, scene)
    now = camera.at(0.0)
    projection = now.projection(scene.lens.vertical_fov_rad, WIDTH / HEIGHT)
    forward.draw(now.view(), projection, now.eye_m, target.framebuffer)
    color = np.frombuffer(target.color.read(), "f2").reshape(HEIGHT, WIDTH, 4)[::-1]
    depth = np.frombuffer(target.depth.read(), "f4").reshape(HEIGHT, WIDTH)[::-1]
    forward.release()
    target.release()
    return color.astype(np.float32), depth


@pytest.mark.gl
@pytest.mark.parametrize("radius_px", [0.3, 1.0, 1.6, 4.2])
@pytest.mark.parametrize("at_px", [(0.0, 0.0), (0.31, -0.2), (-3.5, 2.77)])
def test_a_bulb_sends_its_radiance_times_its_area(ctx, radius_px, at_px):
    color, _ = draw(ctx, bulb(at_px, radius_px), exposure=0.5)
    want = np.array(GLOW) * 0.5 * math.pi * radius_px**2
    np.testing.assert_allclose(color[..., :3].sum(axis=(0, 1)), want, rtol=0.02)
    assert (color[..., 3] == 1).all()


@pytest.mark.gl
def test_a_bulb_is_where_it_belongs(ctx):
    """5 px right, 3 px up, whatever its size."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    for radius_px in (0.5, 3.0):
        light = draw(ctx, bulb((5.0, 3.0), radius_px))[0][..., 0]
        middle = (light * x).sum() / light.sum(), (light * y).sum() / light.sum()
        np.testing.assert_allclose(middle, (WIDTH / 2 + 5, HEIGHT / 2 - 3), atol=0.06)


@pytest.mark.gl
def test_a_large_bulb_has_its_radiance_and_a_soft_edge_over_what_is_behind(ctx):
    sky = Sky((1, 1, 1), (1, 1, 1), (1, 1, 1))
    color, _ = draw(ctx, bulb(radius_px=6.0), sky=sky)
    row = color[HEIGHT // 2, :, 0]
    assert row[WIDTH // 2] == pytest.approx(40, rel=0.01)
    assert row[0] == 1
    assert ((row > 1.5) & (row < 38)).sum() in (2, 3, 4), "an edge of 1.5 px on each side"


@pytest.mark.gl
def test_depth_is_the_bulbs_wherever_it_shows(ctx):
    color, depth = draw(ctx, bulb(z_m=2.0, radius_px=2.0))
    shines = color[..., 0] > 0
    assert shines.sum() > 12 and (depth[~shines] == 1).all()
    front_m = 5 - 2.0 - 2.0 * PIXEL_M
    want = 40 / 39.5 * (1 - 0.5 / front_m)
    np.testing.assert_allclose(depth[shines], want, atol=1e-5)


@pytest.mark.gl
def test_what_is_nearer_hides_a_bulb_and_a_bulb_hides_what_is_farther(ctx):
    card = Material((0, 0, 0), emissive=(0, 0, 3.0), roughness=1)

    def wall(z_m):
        return Object(primitive("plane"), card, placement((0, 0, z_m), (90, 0, 0), (9, 1, 9)))

    hidden, _ = draw(ctx, bulb(), wall(1.0))
    assert hidden[..., 0].max() == 0
    seen, _ = draw(ctx, bulb(radius_px=4.0), wall(-1.0))
    assert seen[HEIGHT // 2, WIDTH // 2, 0] == pytest.approx(40, rel=0.02)
    assert seen[0, 0, 2] == 3


@pytest.mark.gl
def test_a_near_bulb_lies_over_a_far_one_whatever_the_order(ctx):
    near = bulb(z_m=1.0, radius_px=3.0, glow=(0, 9, 0))
    far = bulb(radius_px=5.0, glow=(9, 0, 0))
    for objects in ((near, far), (far, near)):
        color, _ = draw(ctx, *objects)
        assert color[HEIGHT // 2, WIDTH // 2, :2] == pytest.approx((0, 9), rel=0.01)
        assert 1.5 < color[HEIGHT // 2, WIDTH // 2 + 3, 0] < 4, "red through the soft edge"


def test_what_else_a_thing_is_makes_it_no_bulb():
    assert is_bulb(bulb())
    plain = bulb()
    look = plain.material
    others = [
        dataclasses.replace(plain, casts_shadow=True),
        dataclasses.replace(plain, mesh=primitive("sphere")),
        bulb(size=(1, 1, 2)),
        bulb(glow=(0, 0, 0)),
        dataclasses.replace(plain, material=dataclasses.replace(look, base_color=(0.1, 0, 0))),
        dataclasses.replace(
            plain,
            material=dataclasses.replace(look, maps=Maps(emissive=np.full((2, 2, 4), 9, np.uint8))),
        ),
    ]
    assert not any(is_bulb(item) for item in others)
