"""The true picture of a thin lens: the scene from many points of the aperture, averaged in HDR.

Views are not jittered within a pixel. What is in focus then has the very edges of the picture
before blurring (multisampled both), so that a comparison with a blur measures blur, not
anti-aliasing; what is out of focus is sampled finely anyway, as parallax moves it by parts of a
pixel.
"""

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.blur.aperture import aperture_points
from realtime.errors import BankError
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scene_target import SceneTarget
from realtime.gl.targets import color_target
from realtime.passes.forward import ForwardPass
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens

DEFAULT_VIEWS = 512


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
    ) -> None:
        """Average `views` views into `out`; `target` is drawn over with each of them."""
        aspect = target.size[0] / target.size[1]
        focus = lens.focus_distance_m, lens.vertical_fov_rad
        points, shares = self._aperture_points(views)
        self.sum.framebuffer.clear()
        offsets_m = _offsets_m(lens, points)
        for point, share, (dx_m, dy_m) in zip(points, shares, offsets_m, strict=True):
            view, projection = camera.shifted(dx_m, dy_m, *focus, aspect)
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
