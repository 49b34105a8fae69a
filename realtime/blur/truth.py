"""The true picture of a thin lens: the scene from many points of the aperture, averaged in HDR.

Views need no jitter within a pixel: what is out of focus is sampled finely by parallax. What is in
focus keeps the very edges of the picture before blurring, so that a comparison with a blur of that
picture measures blur, not anti-aliasing. With jitter those edges and textures are supersampled too.
"""

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.blur.aperture import aperture_points
from realtime.errors import BankError
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scene_target import SceneTarget
from realtime.gl.targets import color_target
from realtime.math3d import translation
from realtime.passes.forward import ForwardPass
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens

DEFAULT_VIEWS = 512

# Reciprocals of the plastic number and its square: the additive sequence over the unit square with
# the lowest known discrepancy of its kind (M. Roberts, "The unreasonable effectiveness of
# quasirandom sequences", 2018).
_STEP = np.array([0.7548776662466927, 0.5698402909980532])


class LensTruth:
    """Accumulates views from the aperture, which has the shape of the bank's widest target.

    Independent of cascades, slices and CoC: it only moves the camera. It is what depth of field is
    measured against, and converges as views are added. Squeeze, rotation and cat's eye are those of
    the lens; its limits of the CoC are not, as no camera can move so. Owns one float32 target.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], bank: Bank) -> None:
        self.shape, self.radius_px = _aperture(bank)
        self.add = Fullscreen(ctx, "accumulate.frag")
        self.average = Fullscreen(ctx, "average.frag")
        self.sum = color_target(ctx, size, dtype="f4")
        self._points = np.empty((0, 2)), np.empty(0)

    def draw(
        self,
        forward: ForwardPass,
        target: SceneTarget,
        camera: Camera,
        lens: ThinLens,
        views: int,
        out: moderngl.Framebuffer,
        jitter_px: float = 0.0,
    ) -> None:
        """Average `views` views into `out`; `target` is drawn over with each of them.

        jitter_px: side of the square that the views of a pixel are spread over.
        """
        aspect = target.size[0] / target.size[1]
        focus = lens.focus_distance_m, lens.vertical_fov_rad
        points, shares = self._aperture_points(views)
        self.sum.framebuffer.clear()
        offsets_m = _offsets_m(lens, points)
        aside = _jitter(views) * (2 * jitter_px / np.array(target.size))  # in clip space
        for point, share, (dx_m, dy_m), move in zip(points, shares, offsets_m, aside, strict=True):
            view, projection = camera.shifted(dx_m, dy_m, *focus, aspect, lens.focus_slope)
            projection = translation((*move, 0)) @ projection
            eye_m = camera.shifted_eye_m(dx_m, dy_m, *focus)
            forward.draw(view, projection, eye_m, target.framebuffer)
            target.resolve()
            self.add.draw(
                self.sum.framebuffer,
                {"u_color": target.color},
                add=True,
                u_share=share,
                u_point=tuple(point),
                u_cat_eye=lens.cat_eye_frame,
            )
        self.average.draw(out, {"u_sum": self.sum.color})

    def _aperture_points(self, views: int) -> tuple[np.ndarray, np.ndarray]:
        """Where on the aperture each view is taken from, and the light that comes through there.

        [views, 2] in radii, +x right, +y down; [views], sum 1.
        """
        if len(self._points[1]) != views:
            points, shares = aperture_points(self.shape, views)
            self._points = points / self.radius_px, shares
        return self._points

    def release(self) -> None:
        """Free the programs and the sum."""
        for part in (self.add, self.average, self.sum):
            part.release()


def _jitter(views: int) -> np.ndarray:
    """Places within a pixel, [views, 2], -0.5 … 0.5; even, and not in step with the aperture's."""
    return (0.5 + np.arange(1, views + 1)[:, None] * _STEP) % 1.0 - 0.5


def _offsets_m(lens: ThinLens, points: np.ndarray) -> np.ndarray:
    """Aperture points [N, 2] in radii -> where the eye goes, [N, 2] (right, up) in m.

    A point behind the focus plane moves on screen as the eye does, so an aperture point at (x, y)
    of the PSF lights (x, y) of the blur: upright. In front it moves the other way.
    """
    frame = np.reshape(lens.aperture_frame, (2, 2))
    return points @ frame.T * (1, -1) * lens.aperture_radius_m


def _aperture(bank: Bank) -> tuple[np.ndarray, float]:
    """The widest PSF of a bank [M, M], and the radius it is drawn at, px."""
    radius_px = bank.axes[bank.axis("radius")].knots[-1]
    if bank.targets is None or radius_px <= 0 or len(bank.axes) != 1:
        raise BankError(
            "bank: no targets along one axis of radius, the aperture's picture expected for the "
            "lens truth. Bake a bank that keeps its targets"
        )
    return bank.targets[0, -1], radius_px
