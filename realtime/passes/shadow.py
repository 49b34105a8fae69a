"""The sun's shadow map: drawn once, since nothing it shows moves."""

import moderngl
import numpy as np

from realtime import math3d
from realtime.gl.program import bind_textures, build_program, set_uniforms
from realtime.passes.batches import Batch
from realtime.passes.surface_maps import SurfaceMaps
from realtime.scene.framing import bounding_sphere
from realtime.scene.model import Scene

SIDE_PX = 2048
# Slopes push the depth back by this many texels' worth, so that a slanted surface does not shade
# itself; a normal offset of as many texels (in the forward pass) does the rest.
SLOPE_BIAS = 2.0
OFFSET_TEXELS = 1.5

# clip -1..1 to texture 0..1
_TO_TEXTURE = math3d.translation((0.5, 0.5, 0.5)) @ math3d.scaling((0.5, 0.5, 0.5))


class ShadowMap:
    """Depth as the sun sees it, round a ball of the scene. Owns its texture.

    `world_to_shadow` gives uv and depth, 0..1. Without a sun, or one that casts no shadow, the map
    is a single lit texel.
    """

    def __init__(
        self, ctx: moderngl.Context, scene: Scene, batches: list[Batch], maps: SurfaceMaps
    ) -> None:
        self.ctx = ctx
        casts = scene.sun is not None and scene.sun.casts_shadow
        centre, radius = _ball(scene) if casts else (np.zeros(3), 1.0)
        direction = scene.sun.direction if casts else (0.0, -1.0, 0.0)
        self.world_to_clip = _sun_camera(direction, centre, radius)
        self.world_to_shadow = _TO_TEXTURE @ self.world_to_clip
        self.offset_m = OFFSET_TEXELS * 2 * radius / SIDE_PX
        self.texture = self._empty(SIDE_PX if casts else 1)
        self.framebuffer = ctx.framebuffer(depth_attachment=self.texture)
        self.framebuffer.clear(depth=1.0)
        if casts:
            self._draw([batch for batch in batches if batch.casts_shadow], maps)

    def _empty(self, side_px: int) -> moderngl.Texture:
        texture = self.ctx.depth_texture((side_px, side_px))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def _draw(self, batches: list[Batch], maps: SurfaceMaps) -> None:
        program = build_program(self.ctx, "shadow.frag", vertex="shadow.vert")
        set_uniforms(program, {"u_world_to_clip": math3d.gl_bytes(self.world_to_clip)})
        self.framebuffer.use()
        self.ctx.enable_only(moderngl.DEPTH_TEST)
        self.ctx.polygon_offset = SLOPE_BIAS, SLOPE_BIAS
        for batch in batches:
            bind_textures(
                program, {"u_base_color": maps.of(batch.maps, batch.cutout)["base_color"]}
            )
            mesh = batch.vertex_array(self.ctx, program)
            mesh.render(moderngl.TRIANGLES, instances=batch.count)
            mesh.release()
        self.ctx.polygon_offset = 0.0, 0.0
        program.release()

    def release(self) -> None:
        """Free the memory."""
        if self.ctx.fbo is self.framebuffer:  # GL refuses what follows the release of a bound one
            self.ctx.detect_framebuffer(0).use()
        self.framebuffer.release()
        self.texture.release()


def _ball(scene: Scene) -> tuple[np.ndarray, float]:
    """What the map covers."""
    if scene.sun.shadow_radius_m is not None:
        return math3d.vector(scene.camera.keys[0].target_m), scene.sun.shadow_radius_m
    casters = tuple(item for item in scene.objects if item.casts_shadow)
    return bounding_sphere(casters) if casters else (np.zeros(3), 1.0)


def _sun_camera(direction, centre: np.ndarray, radius: float) -> math3d.Matrix:
    """World to the sun's clip space. Casters up to 3 radii outside of the ball count as well."""
    radius = max(radius, 1e-6)
    up = (0, 0, -1) if abs(direction[1]) > 0.9 else (0, 1, 0)
    eye = centre - 4 * radius * math3d.vector(direction)
    view = math3d.look_at(eye, centre, up)
    return math3d.orthographic(-radius, radius, -radius, radius, 0.0, 6 * radius) @ view
