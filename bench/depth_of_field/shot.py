"""A scene drawn once: what every setting of depth of field then blurs."""

import moderngl

from realtime.blur.depth_of_field import DepthOfField
from realtime.blur.views import SceneViews
from realtime.cli.compare import Frame
from realtime.gl.targets import color_target
from realtime.gl.timing import NO_TIMER
from realtime.renderer import Renderer


class Shot:
    """A renderer's scene at one time, with border, samples and hidden layer of its quality.

    Without anti-aliasing after the fact. Owns its targets; the renderer belongs to the caller.
    """

    def __init__(self, renderer: Renderer, time_s: float) -> None:
        scene, quality, size = renderer.scene, renderer.quality, renderer.size
        self.renderer = renderer
        self.camera = scene.camera.at(time_s)
        self.lens = scene.lens_at(time_s, self.camera)
        border_px = round(quality.border * size[1])
        self.views = SceneViews(renderer.ctx, size, border_px, quality.samples, quality.hidden)
        self.views.draw(renderer.forward, self.camera, self.lens, True, NO_TIMER)
        self.out = color_target(renderer.ctx, self.views.whole)

    @property
    def color(self) -> moderngl.Texture:
        """What was drawn, with the border: exposed linear light, RGBA16F."""
        return self.views.target.color

    @property
    def depth(self) -> moderngl.Texture:
        """Its window depth."""
        return self.views.target.depth

    def blur(self, dof: DepthOfField) -> None:
        """Depth of field alone, into `out`."""
        dof.render(
            self.color,
            self.depth,
            self.views.lens_view(self.camera, self.lens),
            self.out.framebuffer,
            self.views.hidden(self.camera, self.lens),
        )

    def blurred(self, dof: DepthOfField) -> Frame:
        """Blur, and read back what lies within the border."""
        self.blur(dof)
        renderer, corner = self.renderer, (self.views.border_px, self.views.border_px)
        renderer.copy.draw(renderer.hdr.framebuffer, {"u_color": self.out.color}, u_corner=corner)
        return Frame(renderer.read_linear(), renderer.read_display())

    def release(self) -> None:
        """Free the targets."""
        self.views.release()
        self.out.release()
