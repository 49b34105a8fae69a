"""Motion blur of a live scene: each body that moves is drawn and blurred by itself.

    what is still ── blurred where the camera moves ──────────────────┐
    each body, whole, far ones first ── depth past its edge ── path ──┤ laid over, where nothing
    and what is still and near         └─────── blurred by a bank ────┘ still stands before it

A body that is drawn alone has all that others hide, so it is smeared past its silhouette over a
background that is all there too, and what stands still beside it stays sharp.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence

import moderngl
import numpy as np

from realtime.blur.motion_parts import Part, Shot, plan_of, to_whole
from realtime.effects.stack import check_axes
from realtime.effects.velocity import Velocity
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.parts import Window
from realtime.gl.scene_target import SceneTarget
from realtime.gl.scissor import Rect, scissored
from realtime.gl.targets import DTYPES, Target, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.passes.antialias import AntialiasPass
from realtime.passes.cascade import CascadePass
from realtime.passes.effect_map import EffectMapPass
from realtime.passes.forward import ForwardPass
from realtime.passes.nearby_depth import BodyDepth, NearbyDepthPass
from realtime.passes.velocity import Opening, Seen, VelocityPass
from realtime.scene.body import Contents
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.shutter import Shutter

STILL = np.eye(4)
BODY_SAMPLES = 4  # a pixel of bodies: blur smooths edges along the motion, not across it


class MotionBlur:
    """Blurs moving scenes for pictures of one size by a bank of arcs or streaks. Owns its targets.

    bank: of radius × bend (curved paths), or of radius (straight ones). border_px: of the scene,
    drawn on each side of the picture: light comes in from there. samples: a pixel of what is still;
    antialias: smooth its edges after the fact. precision: "half" or "float".

    The camera is a pinhole: with this blur everything is in focus. Shadows and highlights are those
    of the middle of the opening. Paths that are longer or more bent than the bank's are held at its
    ends. Raises BankError for a bank of other axes.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        bank: BankTextures,
        border_px: int = 0,
        samples: int = 1,
        antialias: bool = True,
        precision: str = "half",
    ) -> None:
        check_axes(Velocity, bank.bank)
        self.size, self.border_px = size, border_px
        whole = (size[0] + 2 * border_px, size[1] + 2 * border_px)
        self.whole, dtype = whole, DTYPES[precision]
        self.still = SceneTarget(ctx, whole, samples)
        self.body = SceneTarget(ctx, whole, max(samples, BODY_SAMPLES))
        self.antialias = AntialiasPass(ctx, whole) if antialias else None
        self.nearby = NearbyDepthPass(ctx, whole)
        self.of_still, self.of_body = VelocityPass(ctx, still=True), VelocityPass(ctx)
        self.velocity = color_target(ctx, whole, dtype=dtype)
        self.map = EffectMapPass(ctx, Velocity, bank.bank.axes, whole, dtype)
        self.kernel = CascadePass(ctx, bank, framed=True, shape_last=True)
        self.first, self.second, self.blurred, self.picture = (
            color_target(ctx, whole, dtype=dtype) for _ in range(4)
        )
        self.copy = Fullscreen(ctx, "copy.frag")
        self.over = Fullscreen(ctx, "motion_over.frag")
        self.effect = Velocity(self.velocity.color, shortening=1.0)
        self._forget((0, 0, *whole))

    def draw(
        self,
        forward: ForwardPass,
        contents: Contents,
        camera_at: Callable[[float], Camera],
        lens: ThinLens,
        shutter: Shutter,
        time_s: float,
        out: moderngl.Framebuffer,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw the scene as the shutter sees it into `out`, linear light.

        contents: of the scene, which is posed at `time_s`. camera_at: the camera at a time. lens:
        its field of view. With a shutter that does not open it is the sharp picture.
        """
        seen = _Moments(self, camera_at, lens, shutter, time_s)
        bodies = contents.bodies if shutter.open_s > 0 else ()
        plan = plan_of(bodies, contents.still_boxes_m, seen.shot)
        still = BodyDepth(self.still.depth, to_whole(plan.behind, seen.shot.camera))
        with timer.section("scene"):
            self._draw_still(forward, plan.behind, seen, without=bool(bodies))
        source = self._background(still, seen, bool(plan.parts), timer)
        for part in plan.parts:
            self._add(part, still, forward, seen, timer)
            self._forget(part.rect)
        with timer.section("copy"):
            corner = (self.border_px, self.border_px)
            self.copy.draw(out, {"u_color": source}, u_corner=corner)

    def _draw_still(
        self, forward: ForwardPass, camera: Camera, seen: "_Moments", without: bool
    ) -> None:
        """without: leave out what moves."""
        draw = forward.draw_still if without else forward.draw
        draw(*seen.through(camera), camera.viewpoint_m, self.still.framebuffer)
        self.still.resolve()
        if self.antialias is not None:
            self.antialias.draw(self.still.color, self.still.depth)

    def _background(
        self, depth: BodyDepth, seen: "_Moments", is_drawn_over: bool, timer: Timer
    ) -> moderngl.Texture:
        """Return what is still, as a moving camera sees it; in `picture` if it is drawn over."""
        everywhere = (0, 0, *self.whole)
        if not seen.still.is_still:
            with timer.section("velocity"):
                self.of_still.draw(depth, seen.still, self.velocity.framebuffer)
            self._blur(self.still.color, self.picture, everywhere, timer)
            self._forget(everywhere)
            return self.picture.color
        if not is_drawn_over:
            return self.still.color
        with timer.section("copy"):
            self.copy.draw(self.picture.framebuffer, {"u_color": self.still.color}, u_corner=(0, 0))
        return self.picture.color

    def _add(
        self, part: Part, still: BodyDepth, forward: ForwardPass, seen: "_Moments", timer: Timer
    ) -> None:
        """Lay a blurred part over the picture where what is still does not hide it."""
        with timer.section("bodies"), scissored(part.rect, self.body.framebuffer):
            view, projection = seen.through(part.camera)
            eye_m = part.camera.viewpoint_m
            forward.draw_bodies((part.spin,), view, projection, eye_m, self.body.framebuffer)
            self.body.resolve()
        with timer.section("velocity"):
            depth = self.nearby.draw(self.body.depth, part.to_whole, part.rect)
            with scissored(part.rect, self.velocity.framebuffer):
                self.of_body.draw(depth, seen.of(part), self.velocity.framebuffer)
        self._blur(self.body.color, self.blurred, part.rect, timer)
        with timer.section("over"), scissored(part.rect, self.picture.framebuffer):
            textures = {"u_color": self.blurred.color, "u_still_depth": still.depth}
            self.over.draw(
                self.picture.framebuffer,
                textures | depth.textures,
                over=True,
                u_still_to_whole=still.to_whole,
                **depth.uniforms,
            )

    def _forget(self, rect: Rect) -> None:
        """Empty what a body was drawn into: paths of the next one may lead there."""
        for target in (self.first, self.second):
            target.framebuffer.clear(viewport=rect)
        self.body.clear(rect)

    def _blur(self, color: moderngl.Texture, out: Target, rect: Rect, timer: Timer) -> None:
        """Blur along `velocity` within `rect`; the scratch targets are empty round it."""
        with timer.section("map"), scissored(rect, self.map.buffer):
            self.map.draw(self.effect, Window((0, 0), self.whole))
        scratch = (self.first, self.second)
        drawn_into = [target.framebuffer for target in (*scratch, out)]
        with timer.section("blur"), scissored(rect, *drawn_into):
            self.kernel.draw(color, self.map.place, scratch, out, frames=self.map.frames)

    def release(self) -> None:
        """Free everything made here."""
        targets = (self.first, self.second, self.blurred, self.picture, self.velocity)
        passes = (self.nearby, self.of_still, self.of_body, self.map, self.kernel, self.copy)
        for part in (*passes, self.over, self.still, self.body, self.antialias, *targets):
            if part is not None:
                part.release()


class _Moments:
    """The opening, the middle and the closing of the shutter as cameras see them."""

    def __init__(
        self,
        blur: MotionBlur,
        camera_at: Callable[[float], Camera],
        lens: ThinLens,
        shutter: Shutter,
        time_s: float,
    ) -> None:
        width, height = blur.whole
        self.aspect, self.wider = width / height, height / blur.size[1]
        self.fov_rad = 2 * math.atan(self.wider * math.tan(lens.vertical_fov_rad / 2))
        opens_s, closes_s = shutter.ends(time_s)
        self.times_s = (opens_s, time_s, closes_s)
        cameras = [camera_at(now_s) for now_s in self.times_s]
        self._through = [self.through(camera) for camera in cameras]
        self.still = self._opening([STILL] * 3)
        tangent = math.tan(self.fov_rad / 2)
        self.shot = Shot(
            cameras[1],
            [projection @ view for view, projection in self._through],
            math.dist(cameras[0].eye_m, cameras[2].eye_m) * height / 2 / tangent,
            blur.whole,
            (tangent * self.aspect, tangent),
        )

    def through(self, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
        """View and projection of the picture with its border."""
        if camera.height_m is not None:
            camera = dataclasses.replace(camera, height_m=camera.height_m * self.wider)
        return camera.view(), camera.projection(self.fov_rad, self.aspect)

    def of(self, part: Part) -> Opening:
        """How a part is seen."""
        if part.spin is None:
            return self.still
        return self._opening([part.spin.pose(now_s) for now_s in self.times_s])

    def _opening(self, poses: Sequence[np.ndarray]) -> Opening:
        return Opening(
            *(Seen(*seen, pose) for seen, pose in zip(self._through, poses, strict=True))
        )
