"""Depth of field as web pages have it: one pass of 41 taps in the CoC of the pixel they are for.

After the bokeh pass of three.js (examples/jsm/postprocessing/BokehPass.js, which goes back to a
shader of Martins Upitis): every pixel is the mean of 41 reads within a radius that its own depth
decides, and of nothing else. Light spreads with the CoC of the pixel it reaches, so what is in
focus bleeds into what is not, silhouettes in front stay sharp, and lights are no discs where CoCs
differ.

Ours: the CoC is the lens's, where theirs is a factor times the difference in depth; the taps are a
sunflower, each of the same share of the disc, where theirs stand on rings. What is broken in a
picture (NaN, Inf) spreads, as it does there.
"""

import moderngl

from realtime.blur.lens_view import Hidden, LensView, coc_uniforms
from realtime.blur.stack import middle_of
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.state import state_kept
from realtime.gl.timing import NO_TIMER, Timer
from realtime.methods.post import PostMethod

SHADER = "methods/gather41.frag"


class Gather41:
    """Colour and depth -> `out`; see PostProcess for what is common to such methods.

    largest_px: CoC radius at which larger ones are held.
    """

    name = "gather41"

    def __init__(self, ctx: moderngl.Context, largest_px: float) -> None:
        self.ctx, self.largest_px = ctx, largest_px
        self.gather = Fullscreen(ctx, SHADER)

    def resize(self, size: tuple[int, int]) -> None:
        """Do nothing: one pass needs no textures of its own."""

    def render(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        view: LensView,
        out: moderngl.Framebuffer,
        hidden: Hidden | None = None,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw `color` as the lens sees it into `out`; alpha is blurred with the light."""
        with state_kept(self.ctx, out), timer.section("blur"):
            self.gather.draw(
                out,
                {"u_source": color, "u_depth": depth},
                u_corner=middle_of(color.size, out.size),
                **_radius_only(coc_uniforms(view, view.depth, color.size, self.largest_px)),
            )

    def release(self) -> None:
        """Free the program."""
        self.gather.release()


def _radius_only(coc: dict) -> dict:
    """Without the uniform that holds fireflies: here light is read as it is."""
    return {name: value for name, value in coc.items() if name != "u_brightest"}


GATHER41 = PostMethod(
    name="gather41",
    make=Gather41,
    about="one pass of 41 taps in each pixel's own CoC",
    source="three.js, BokehPass: examples/jsm/postprocessing/BokehPass.js",
)
