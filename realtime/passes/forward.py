"""The forward pass: a scene's surfaces, lit, before its sky."""

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from realtime import math3d
from realtime.gl.program import build_program, set_uniforms
from realtime.passes.batches import Batch, make_batches
from realtime.passes.bulbs import BulbPass, is_bulb
from realtime.passes.shadow import ShadowMap
from realtime.passes.surface_maps import SLOTS, SurfaceMaps, rides
from realtime.scene.file import MAX_POINT_LIGHTS
from realtime.scene.model import PointLight, Scene
from realtime.scene.spin import Spin

SHADOW_UNIT = len(SLOTS)  # the maps have the texture units before it, in their order

# slot in `Maps` and the define that counts it
MAP_DEFINES = {
    "base_color": "BASE_MAPS",
    "metallic_roughness": "ROUGH_MAPS",
    "normal": "NORMAL_MAPS",
    "emissive": "EMISSIVE_MAPS",
}


@dataclass(frozen=True)
class _Draw:
    """What one batch needs each time it is drawn."""

    mesh: moderngl.VertexArray
    count: int
    textures: tuple[tuple[int, moderngl.Texture], ...]  # by texture unit
    two_sided: bool
    spin: Spin | None


class ForwardPass:
    """A scene -> color, exposed linear RGBA (alpha 1), and depth. Owns meshes and textures.

    All that does not change with the camera is uploaded once, and the shadow map is drawn once, so
    that the hundreds of views of a lens-accumulated picture cost their pixels only; what moves is
    where `pose` put it last, at time 0 to begin with. Color is finite, and at most 60000.
    """

    def __init__(self, ctx: moderngl.Context, scene: Scene) -> None:
        self.ctx = ctx
        self.maps = SurfaceMaps(ctx)
        eye_m = scene.camera.at(0.0).eye_m
        solid = tuple(item for item in scene.objects if not is_bulb(item))
        bulbs = tuple(item for item in scene.objects if is_bulb(item))
        self.batches = make_batches(ctx, solid, eye_m)
        self.bulbs = BulbPass(ctx, bulbs, scene.exposure, eye_m)
        self.shadow = ShadowMap(ctx, scene, self.batches, self.maps)
        self.light_defines = {"SUNS": int(scene.sun is not None), "POINTS": len(scene.points)}
        self.light = self._light(scene)
        self.programs: dict[tuple[int, ...], moderngl.Program] = {}
        self.sky = build_program(ctx, "sky.frag", vertex="sky.vert")
        set_uniforms(self.sky, _sky_uniforms(scene))
        self.sky_triangle = ctx.vertex_array(self.sky, [])
        self.draws = [self._prepared(batch) for batch in self.batches]
        parts = [batch.moving for batch in self.batches if batch.moving is not None]
        self.moving = [*parts, *self.bulbs.moving]
        self.time_s = 0.0

    def expose(self, exposure: float) -> None:
        """Change the factor on all light."""
        self.light["u_exposure"] = exposure
        for program in (*self.programs.values(), self.sky):
            if "u_exposure" in program:
                program["u_exposure"].value = exposure
        self.bulbs.expose(exposure)

    def pose(self, time_s: float) -> None:
        """Move what moves to where it is at a time, and its shadow. Costs nothing where nothing is.

        Binds a framebuffer where shadows are drawn anew.
        """
        if not self.moving or time_s == self.time_s:
            return
        for part in self.moving:
            part.pose(time_s)
        if self.shadow.moves:
            self.shadow.redraw()
        self.time_s = time_s

    def draw(
        self,
        view: math3d.Matrix,
        projection: math3d.Matrix,
        eye_m,
        out: moderngl.Framebuffer,
        clear: bool = True,
    ) -> None:
        """Clear `out`, draw surfaces, the sky where there are none (depth 1), then small bulbs.

        `out` has a float color and a depth attachment, and may be multisampled. clear: without it,
        what is nearer in `out` stays.
        """
        self._draw(view, projection, eye_m, out, clear, None)

    def draw_still(
        self, view: math3d.Matrix, projection: math3d.Matrix, eye_m, out: moderngl.Framebuffer
    ) -> None:
        """As `draw`, without what moves: what can be seen behind it. Its shadow is there."""
        self._draw(view, projection, eye_m, out, True, (None,))

    def draw_bodies(
        self,
        spins: tuple[Spin | None, ...],
        view: math3d.Matrix,
        projection: math3d.Matrix,
        eye_m,
        out: moderngl.Framebuffer,
    ) -> None:
        """As `draw`, only what moves in one of these ways, over nothing: premultiplied.

        spins: None in it stands for what is still, without the sky.
        """
        self._draw(view, projection, eye_m, out, True, spins, sky=False)

    def _draw(
        self,
        view: math3d.Matrix,
        projection: math3d.Matrix,
        eye_m,
        out: moderngl.Framebuffer,
        clear: bool,
        spins: tuple[Spin | None, ...] | None,
        sky: bool = True,
    ) -> None:
        """spins: what of the scene, None for all; a None in it is what is still."""
        self._set_camera(view, projection, eye_m)
        self.shadow.texture.use(SHADOW_UNIT)
        out.use()
        self.ctx.viewport = (0, 0, *out.size)
        if clear:
            out.clear(depth=1.0)
        self.ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        self.ctx.depth_func = "<="
        for draw in self.draws:
            if spins is None or draw.spin in spins:
                self._draw_batch(draw)
        self.ctx.disable(moderngl.CULL_FACE)
        if sky:
            self.sky_triangle.render(moderngl.TRIANGLES, vertices=3)
        self.bulbs.draw(view, projection, eye_m, out.size, spins)
        self.ctx.disable(moderngl.DEPTH_TEST)

    def _draw_batch(self, draw: _Draw) -> None:
        if draw.two_sided:
            self.ctx.disable(moderngl.CULL_FACE)
        for unit, texture in draw.textures:
            texture.use(unit)
        draw.mesh.render(moderngl.TRIANGLES, instances=draw.count)
        if draw.two_sided:
            self.ctx.enable(moderngl.CULL_FACE)

    def _set_camera(self, view: math3d.Matrix, projection: math3d.Matrix, eye_m) -> None:
        view_projection = math3d.gl_bytes(projection @ view)
        eye = tuple(float(part) for part in eye_m)
        for program in self.programs.values():
            program["u_view_projection"].write(view_projection)
            program["u_eye"].value = eye
        turned = np.array(view, np.float64)
        turned[:3, 3] = 0  # the sky is as far from everywhere
        to_world = np.linalg.inv(projection.astype(np.float64) @ turned)
        self.sky["u_clip_to_world"].write(math3d.gl_bytes(to_world))

    def _prepared(self, batch: Batch) -> _Draw:
        program = self._program(batch)
        found = self.maps.of(batch.maps, batch.cutout)
        textures = tuple(
            (unit, found[slot]) for unit, (slot, *_) in enumerate(SLOTS) if f"u_{slot}" in program
        )
        mesh = batch.vertex_array(self.ctx, program)
        return _Draw(mesh, batch.count, textures, batch.two_sided, batch.spin)

    def _program(self, batch: Batch) -> moderngl.Program:
        """The program for what a batch has of maps; batches alike share one."""
        counts = {
            define: int(getattr(batch.maps, slot) is not None)
            for slot, define in MAP_DEFINES.items()
        } | {"CUTOUTS": int(batch.cutout), "METAL_IN_BASE": int(rides(batch.maps, batch.cutout))}
        key = tuple(counts.values())
        if key not in self.programs:
            defines = {**self.light_defines, **counts}
            program = build_program(self.ctx, "forward.frag", defines, vertex="forward.vert")
            units = {f"u_{slot}": unit for unit, (slot, *_) in enumerate(SLOTS)}
            values = {**self.light, **units, "u_shadow": SHADOW_UNIT}
            # The driver drops what a program without a sun, or without a map, has no use for.
            set_uniforms(program, {name: v for name, v in values.items() if name in program})
            self.programs[key] = program
        return self.programs[key]

    def _light(self, scene: Scene) -> dict[str, Any]:
        """Uniforms of inc/pbr.glsl and forward.vert that stay as they are."""
        values = {
            **_sky_uniforms(scene),
            "u_world_to_shadow": math3d.gl_bytes(self.shadow.world_to_shadow),
            "u_shadow_offset_m": self.shadow.offset_m,
        }
        if scene.sun is not None:
            values["u_sun_direction"] = tuple(-part for part in scene.sun.direction)
            values["u_sun_irradiance"] = scene.sun.irradiance
        return values | (_point_uniforms(scene.points) if scene.points else {})

    def release(self) -> None:
        """Free the memory."""
        for draw in self.draws:
            draw.mesh.release()
        for batch in self.batches:
            batch.instances.release()
        for mesh in {id(batch.mesh): batch.mesh for batch in self.batches}.values():
            mesh.release()
        self.bulbs.release()
        self.sky_triangle.release()
        for program in (*self.programs.values(), self.sky):
            program.release()
        self.shadow.release()
        self.maps.release()


def _sky_uniforms(scene: Scene) -> dict[str, Any]:
    colors = {f"u_{name}": getattr(scene.sky, name) for name in ("zenith", "horizon", "ground")}
    return {**colors, "u_band": scene.sky.band, "u_exposure": scene.exposure}


def _point_uniforms(points: tuple[PointLight, ...]) -> dict[str, bytes]:
    """The arrays of inc/pbr.glsl."""
    assert len(points) <= MAX_POINT_LIGHTS, "scene files are checked; a scene made otherwise is not"
    places = [(*light.position_m, light.radius_m**2) for light in points]
    intensities = [light.intensity for light in points]
    return {
        "u_point_place": np.array(places, np.float32).tobytes(),
        "u_point_intensity": np.array(intensities, np.float32).tobytes(),
    }
