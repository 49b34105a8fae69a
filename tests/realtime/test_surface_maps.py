"""Materials' textures share fetches; what is packed comes out as if each map had its own."""

import dataclasses

import numpy as np
import pytest

from realtime.gl.targets import color_target
from realtime.math3d import normalized, placement
from realtime.passes.forward import ForwardPass
from realtime.passes.surface_maps import SurfaceMaps, packed_finish, rides, stretched
from realtime.scene import Scene
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Maps, Material, Object, Sun
from realtime.scene.primitives import primitive


def noise(height, width, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    picture[..., 3] = 255
    return picture


def ball(ctx, maps, cutoff=0.0):
    """A lit ball, [48, 64, 3]."""
    sun = Sun(tuple(normalized((0.3, -0.4, -1))), (3, 2.5, 2), casts_shadow=False)
    look = Material((0.9, 0.8, 0.7), 1.0, 1.0, alpha_cutoff=cutoff, maps=maps)
    thing = Object(primitive("sphere"), look, placement((0, 0, 0), (20, 30, 0), (2.6, 2.6, 2.6)))
    camera = CameraPath((Key(0.0, (0, 0, 5), (0, 0, 0)),), near_m=0.5, far_m=40.0)
    scene = Scene("test", camera, Lens(30), (thing,), sun=sun)
    target, forward = color_target(ctx, (64, 48), depth=True), ForwardPass(ctx, scene)
    now = camera.at(0.0)
    projection = now.projection(scene.lens.vertical_fov_rad, 64 / 48)
    forward.draw(now.view(), projection, now.eye_m, target.framebuffer)
    color = np.frombuffer(target.color.read(), "f2").reshape(48, 64, 4)[::-1, :, :3]
    forward.release()
    target.release()
    return color.astype(np.float32)


@pytest.mark.gl
def test_metallic_in_the_base_colours_alpha_is_metallic_all_the_same(ctx):
    """A cutout has no room for it there, and with every pixel opaque must look alike."""
    maps = Maps(base_color=noise(8, 16, 1), metallic_roughness=noise(8, 16, 2))
    assert rides(maps, cutout=False) and not rides(maps, cutout=True)
    packed, apart = ball(ctx, maps), ball(ctx, maps, cutoff=0.5)
    np.testing.assert_allclose(packed, apart, rtol=0.01, atol=2e-3)
    matt = maps.metallic_roughness.copy()
    matt[..., 2] = 0
    plain = ball(ctx, dataclasses.replace(maps, metallic_roughness=matt))
    assert np.abs(plain - packed).mean() > 20 * np.abs(packed - apart).mean(), "metallic matters"


@pytest.mark.gl
def test_maps_of_another_size_than_the_base_colours_keep_their_own_texture(ctx):
    maps = Maps(base_color=noise(8, 16, 1), metallic_roughness=noise(4, 4, 2))
    assert not rides(maps, cutout=False)
    wide = np.repeat(np.repeat(maps.metallic_roughness, 8, 0), 16, 1)
    base = np.repeat(np.repeat(maps.base_color, 4, 0), 4, 1)
    blocks = ball(ctx, Maps(base_color=base, metallic_roughness=wide))
    small = ball(ctx, Maps(base_color=base, metallic_roughness=maps.metallic_roughness))
    assert np.abs(blocks - small).mean() < 0.3 * np.abs(blocks - blocks.mean((0, 1))).mean()


def test_a_finish_is_the_normal_and_roughness_in_their_places():
    normal, rough = noise(3, 5, 1), noise(3, 5, 2)
    np.testing.assert_array_equal(packed_finish(normal, rough)[..., :3], normal[..., :3])
    np.testing.assert_array_equal(packed_finish(normal, rough)[..., 3], rough[..., 1])
    assert (packed_finish(normal, None)[..., 3] == 255).all()
    assert (packed_finish(None, rough)[..., :3] == (128, 128, 255)).all()
    assert packed_finish(noise(4, 2, 1), noise(2, 6, 2)).shape == (4, 6, 4)


def test_stretching_keeps_texels_where_they_are_and_wraps():
    ramp = np.zeros((1, 4, 4), np.uint8)
    ramp[0, :, 0] = (0, 80, 160, 240)
    twice = stretched(ramp, 1, 8)[0, :, 0]
    assert twice.tolist() == [60, 20, 60, 100, 140, 180, 220, 180]
    assert stretched(ramp, 3, 4)[2, :, 0].tolist() == [0, 80, 160, 240]
    assert stretched(ramp, 1, 4) is ramp


@pytest.mark.gl
def test_a_picture_is_uploaded_once_whoever_uses_it(ctx):
    maps, textures = Maps(noise(4, 4, 1), noise(4, 4, 2), noise(4, 4, 3)), SurfaceMaps(ctx)
    first, again = (textures.of(maps, cutout=False) for _ in range(2))
    assert first == again
    assert len(textures.textures) == 2, "base colour with metallic; normal with roughness"
    other = textures.of(dataclasses.replace(maps, normal=None), cutout=False)
    assert other["base_color"] is first["base_color"]
    assert other["finish"] is not first["finish"]
    assert textures.of(maps, cutout=True)["base_color"] is not first["base_color"]
    textures.release()
