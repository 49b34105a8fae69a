"""The scene as depth of field needs it: sharp, larger than the picture, and without its front."""

import dataclasses
import math

import moderngl

from realtime.blur.depth_of_field import Hidden, LensView
from realtime.gl.scene_target import SceneTarget
from realtime.gl.timing import Timer
from realtime.passes.forward import ForwardPass
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens

FRONT_PX = 1.0  # CoC radius from which on something is in front: where its slice begins


class SceneViews:
    """Draws a scene for pictures of one size, with `border_px` more on each side.

    samples: a pixel. hidden: draw it a second time from behind the focus plane, one sample a pixel.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        border_px: int = 0,
        samples: int = 1,
        hidden: bool = False,
    ) -> None:
        self.size, self.border_px = size, border_px
        whole = (size[0] + 2 * border_px, size[1] + 2 * border_px)
        self.target = SceneTarget(ctx, whole, samples)
        self.without_front = SceneTarget(ctx, whole, 1) if hidden else None

    @property
    def whole(self) -> tuple[int, int]:
        """(width, height) with the border."""
        return self.target.size

    def draw(
        self,
        forward: ForwardPass,
        camera: Camera,
        lens: ThinLens,
        with_hidden: bool,
        timer: Timer,
    ) -> None:
        """Draw the scene into `target`, and what its front hides if that is asked for."""
        with timer.section("scene"):
            self._draw(forward, camera, lens, self.target)
        if with_hidden and self.without_front is not None:
            with timer.section("hidden"):
                behind = self._behind(camera, lens)
                if behind is not None:
                    self._draw(forward, behind, lens, self.without_front)

    def _draw(
        self, forward: ForwardPass, camera: Camera, lens: ThinLens, target: SceneTarget
    ) -> None:
        width, height = self.whole
        wider = height / self.size[1]
        fov_rad = 2 * math.atan(wider * math.tan(lens.vertical_fov_rad / 2))
        if camera.height_m is not None:
            camera = dataclasses.replace(camera, height_m=camera.height_m * wider)
        projection = camera.projection(fov_rad, width / height)
        forward.draw(camera.view(), projection, camera.viewpoint_m, target.framebuffer)
        target.resolve()

    def _behind(self, camera: Camera, lens: ThinLens) -> Camera | None:
        """The camera with its near plane where the front ends; None where nothing lies behind."""
        constant, slope = camera.depth_mapping.coc_coefficients(lens)
        if slope == 0:
            return None
        q = (-FRONT_PX / self.size[1] - constant) / slope
        distance_m = q if camera.depth_mapping.is_linear else 1 / q if q > 0 else math.inf
        if not camera.near_m < distance_m < camera.far_m:
            return None
        return dataclasses.replace(camera, near_m=distance_m)

    def lens_view(self, camera: Camera, lens: ThinLens) -> LensView:
        """What the blur has to know of `target`."""
        return LensView(lens, camera.depth_mapping, self.size[1])

    def hidden(self, camera: Camera, lens: ThinLens) -> Hidden | None:
        """What was drawn without the front, if it was."""
        behind = None if self.without_front is None else self._behind(camera, lens)
        if behind is None:
            return None
        target = self.without_front
        return Hidden(target.color, target.depth, behind.depth_mapping)

    def sharp_depth(self, camera: Camera, lens: ThinLens) -> tuple[float, float]:
        """Window depths, near and far, between which discs are smaller than 1.5 px."""
        constant, slope = camera.depth_mapping.coc_coefficients(lens)
        if slope == 0:
            return 0.0, 1.0
        mapping = camera.depth_mapping
        ends = []
        for coc_px in (-1.5, 1.5):
            q = (coc_px / self.size[1] - constant) / slope
            ends.append(min(max((q - mapping.x) / mapping.y, 0.0), 1.0))
        return min(ends), max(ends)

    def release(self) -> None:
        """Free the targets."""
        self.target.release()
        if self.without_front is not None:
            self.without_front.release()
