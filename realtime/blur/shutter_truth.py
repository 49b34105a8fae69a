"""The true picture of things in motion: the scene at many times of the opening, averaged in HDR."""

from collections.abc import Callable

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scene_target import SceneTarget
from realtime.gl.targets import color_target
from realtime.passes.forward import ForwardPass
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.shutter import Shutter

# On `carousel` at 960 × 540 twice as many move no result by more than 0.01 dB, at 360° neither.
DEFAULT_EXPOSURES = 64


class ShutterTruth:
    """Accumulates pictures of a pinhole camera, evenly spread over the opening of the shutter.

    Independent of velocities, banks and layers: it only lets time go on. It is what motion blur is
    measured against, and converges as exposures are added. Owns one float32 target.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        self.add = Fullscreen(ctx, "accumulate.frag")
        self.average = Fullscreen(ctx, "average.frag")
        self.sum = color_target(ctx, size, dtype="f4")

    def draw(
        self,
        forward: ForwardPass,
        target: SceneTarget,
        camera_at: Callable[[float], Camera],
        lens: ThinLens,
        shutter: Shutter,
        time_s: float,
        exposures: int,
        out: moderngl.Framebuffer,
    ) -> None:
        """Average `exposures` pictures round `time_s` into `out`; `target` is drawn over with each.

        camera_at: the camera at a time. lens: its field of view. The scene is left as it is at
        `time_s`.
        """
        aspect = target.size[0] / target.size[1]
        self.sum.framebuffer.clear()
        for now_s in shutter.times(time_s, exposures):
            forward.pose(float(now_s))
            camera = camera_at(float(now_s))
            projection = camera.projection(lens.vertical_fov_rad, aspect)
            forward.draw(camera.view(), projection, camera.viewpoint_m, target.framebuffer)
            target.resolve()
            self.add.draw(
                self.sum.framebuffer,
                {"u_color": target.color},
                add=True,
                u_share=1 / exposures,
                u_point=(0.0, 0.0),  # a pinhole: nothing of it is hidden
                u_cat_eye=(0.0, 0.0, 0.0, 0.0),
            )
        forward.pose(time_s)
        self.average.draw(out, {"u_sum": self.sum.color})

    def release(self) -> None:
        """Free the programs and the sum."""
        for part in (self.add, self.average, self.sum):
            part.release()
