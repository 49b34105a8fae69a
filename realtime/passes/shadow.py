"""The sun's shadow map: drawn once, unless something that casts a shadow moves."""

import dataclasses

import moderngl
import numpy as np

from realtime import math3d
from realtime.gl.program import Inputs, build_program
from realtime.passes.batches import Batch
from realtime.passes.surface_maps import SurfaceMaps
from realtime.scene.framing import bounding_sphere
from realtime.scene.model import Object, Scene

SIDE_PX = 2048
# Slopes push the depth back by this many texels' worth, so that a slanted surface does not shade
# itself; a normal offset of as many texels (in the forward pass) does the rest.
SLOPE_BIAS = 2.0
OFFSET_TEXELS = 1.5

# A turning caster is counted as where it is at this many steps of its turn: a hundredth is missed.
SWEEP_STEPS = 24

# clip -1..1 to texture 0..1
_TO_TEXTURE = math3d.translation((0.5, 0.5, 0.5)) @ math3d.scaling((0.5, 0.5, 0.5))


@dataclasses.dataclass(frozen=True)
class _Caster:
    """A batch as it is drawn into the map."""

    mesh: moderngl.VertexArray
    count: int
    base_color: moderngl.Texture


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
        self.moves = False
        if casts:
            self._draw_first([batch for batch in batches if batch.casts_shadow], maps)

    def _draw_first(self, batches: list[Batch], maps: SurfaceMaps) -> None:
        """Draw the map, and keep what it takes to do so again where something moves."""
        self.program = build_program(self.ctx, "shadow.frag", vertex="shadow.vert")
        self.inputs = Inputs(self.program)
        self.inputs.set({"u_world_to_clip": math3d.gl_bytes(self.world_to_clip)})
        self.casters = [self._caster(batch, maps) for batch in batches]
        self.redraw()
        self.moves = any(batch.moving is not None for batch in batches)
        if not self.moves:
            self._release_casters()

    def _caster(self, batch: Batch, maps: SurfaceMaps) -> "_Caster":
        texture = maps.of(batch.maps, batch.cutout)["base_color"]
        return _Caster(batch.vertex_array(self.ctx, self.program), batch.count, texture)

    def _empty(self, side_px: int) -> moderngl.Texture:
        texture = self.ctx.depth_texture((side_px, side_px))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture

    def redraw(self) -> None:
        """Draw the casters where they are now."""
        self.framebuffer.use()
        self.framebuffer.clear(depth=1.0)
        self.ctx.enable_only(moderngl.DEPTH_TEST)
        self.ctx.depth_func = "<="
        self.ctx.polygon_offset = SLOPE_BIAS, SLOPE_BIAS
        for caster in self.casters:
            self.inputs.bind({"u_base_color": caster.base_color})
            caster.mesh.render(moderngl.TRIANGLES, instances=caster.count)
        self.ctx.polygon_offset = 0.0, 0.0

    def _release_casters(self) -> None:
        for caster in self.casters:
            caster.mesh.release()
        self.program.release()

    def release(self) -> None:
        """Free the memory."""
        if self.moves:
            self._release_casters()
        if self.ctx.fbo is self.framebuffer:  # GL refuses what follows the release of a bound one
            self.ctx.detect_framebuffer(0).use()
        self.framebuffer.release()
        self.texture.release()


def _ball(scene: Scene) -> tuple[np.ndarray, float]:
    """What the map covers."""
    if scene.sun.shadow_radius_m is not None:
        return math3d.vector(scene.camera.keys[0].target_m), scene.sun.shadow_radius_m
    casters = tuple(moved for item in scene.objects if item.casts_shadow for moved in _swept(item))
    return bounding_sphere(casters) if casters else (np.zeros(3), 1.0)


def _swept(item: Object) -> list[Object]:
    """Return an object, or one that turns at steps of its turn."""
    if item.spin is None:
        return [item]
    steps_s = np.arange(SWEEP_STEPS) / (SWEEP_STEPS * item.spin.turns_per_second)
    return [
        dataclasses.replace(item, world=item.spin.pose(time_s) @ item.world) for time_s in steps_s
    ]


def _sun_camera(direction, centre: np.ndarray, radius: float) -> math3d.Matrix:
    """World to the sun's clip space. Casters up to 3 radii outside of the ball count as well."""
    radius = max(radius, 1e-6)
    up = (0, 0, -1) if abs(direction[1]) > 0.9 else (0, 1, 0)
    eye = centre - 4 * radius * math3d.vector(direction)
    view = math3d.look_at(eye, centre, up)
    return math3d.orthographic(-radius, radius, -radius, radius, 0.0, 6 * radius) @ view
