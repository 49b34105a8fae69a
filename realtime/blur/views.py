"""The scene as depth of field needs it: sharp, larger than the picture, and without its front."""

import dataclasses
import math

import moderngl

from realtime.blur.depth_of_field import Hidden, LensView
from realtime.gl.scene_target import SceneTarget
from realtime.gl.timing import Timer
from realtime.math3d import Matrix, scaling, translation
from realtime.passes.forward import ForwardPass
from realtime.passes.front import FrontPass
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens

FRONT_PX = 1.0  # CoC radius from which on something is in front: where its slice begins
# ... and from which on it may be a little in front: where the ramp to its slice begins
LEAST_FRONT_PX = 0.3


class SceneViews:
    """Draws a scene for pictures of one size, with `border_px` more on each side.

    samples: a pixel. hidden: draw it a second time from behind the focus plane where there is a
    front; 1 at full size, 2 at half (it is seen through blur), 0 not at all.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        border_px: int = 0,
        samples: int = 1,
        hidden: int = 0,
    ) -> None:
        self.size, self.border_px = size, border_px
        whole = (size[0] + 2 * border_px, size[1] + 2 * border_px)
        self.target = SceneTarget(ctx, whole, samples)
        self.hidden_scale = hidden
        self.without_front: SceneTarget | None = None
        self.front: FrontPass | None = None
        if hidden:
            self.without_front = SceneTarget(ctx, tuple(-(-side // hidden) for side in whole), 1)
            self.front = FrontPass(ctx, whole, hidden)

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
            view, projection = self._seen(camera, lens)
            forward.draw(view, projection, camera.viewpoint_m, self.target.framebuffer)
            self.target.resolve()
        if with_hidden and self.without_front is not None:
            with timer.section("hidden"):
                self._draw_hidden(forward, camera, lens)

    def _draw_hidden(self, forward: ForwardPass, camera: Camera, lens: ThinLens) -> None:
        behind = self._behind(camera, lens)
        if behind is None:
            return
        out = self.without_front.framebuffer
        nearest = self._window_depth(camera, lens, -LEAST_FRONT_PX)
        self.front.draw(self.target.depth, nearest, out)
        view, projection = self._seen(behind, lens)
        # At half size 2 px of the picture a texel, from the lower left: an odd one ends half-way.
        covered = [side * self.hidden_scale for side in out.size]
        parts = [whole / part for whole, part in zip(self.whole, covered, strict=True)]
        corner = translation((*(part - 1 for part in parts), 0)) @ scaling((*parts, 1))
        forward.draw(view, corner @ projection, behind.viewpoint_m, out, clear=False)

    def _seen(self, camera: Camera, lens: ThinLens) -> tuple[Matrix, Matrix]:
        """View and projection of the picture with its border."""
        width, height = self.whole
        wider = height / self.size[1]
        fov_rad = 2 * math.atan(wider * math.tan(lens.vertical_fov_rad / 2))
        if camera.height_m is not None:
            camera = dataclasses.replace(camera, height_m=camera.height_m * wider)
        return camera.view(), camera.projection(fov_rad, width / height)

    def _behind(self, camera: Camera, lens: ThinLens) -> Camera | None:
        """The camera with its near plane where the front ends; None where nothing lies behind.

        None too where the plane in focus lies askew: a near plane does not.
        """
        if any(lens.focus_slope) or camera.depth_mapping.coc_coefficients(lens)[1] == 0:
            return None
        q = self._q(camera, lens, -FRONT_PX)
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
        if any(lens.focus_slope) or camera.depth_mapping.coc_coefficients(lens)[1] == 0:
            return 0.0, 1.0
        ends = [self._window_depth(camera, lens, coc_px) for coc_px in (-1.5, 1.5)]
        return min(ends), max(ends)

    def _window_depth(self, camera: Camera, lens: ThinLens, coc_px: float) -> float:
        """Window depth, 0 … 1, of what has this signed CoC."""
        mapping = camera.depth_mapping
        q = self._q(camera, lens, coc_px)
        return min(max((q - mapping.x) / mapping.y, 0.0), 1.0)

    def _q(self, camera: Camera, lens: ThinLens, coc_px: float) -> float:
        """The q of DepthMapping of what has this signed CoC; its CoC must depend on depth."""
        constant, slope = camera.depth_mapping.coc_coefficients(lens)
        return (coc_px / self.size[1] - constant) / slope

    def release(self) -> None:
        """Free the targets."""
        for part in (self.target, self.without_front, self.front):
            if part is not None:
                part.release()
