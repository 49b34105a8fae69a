"""Depth of field as web engines have it: a near and a far field, gathered apart at half size.

    color, depth -> half -+-> far: 64 taps in a pixel's own CoC -----------+-> fill -> composite
                          +-> tiles -> dilate -> near: 64 taps in theirs --+

After what PlayCanvas (CameraFrame's DOF), Babylon.js and Unity's post-processing stack v2 ("Bokeh
depth of field") share, written afresh from how they are described: signed CoC at half size, two
fields, weights by each sample's CoC so that nothing in focus bleeds, a small blur that fills the
gaps between taps, then sharp, far and near over each other. Two fields, and a front that is spread
by its samples' areas before what is around it, are described in J. Jimenez, Next Generation Post
Processing in Call of Duty: Advanced Warfare, 2014.

Ours, where those differ or say nothing: taps are sunflowers, on whole texels, all of one weight;
2 × 2 pixels become the light of their nearest side, unweighted by brightness, so that highlights
keep their energy; radii are the lens's less what half size blurs by itself; the near field looks as
far as discs of the tiles around could reach, and a near sample is spread over the area of its own
disc; behind a pixel in front is the mean of what is not in front within its own CoC (+2.3 dB on
`daylight`, against showing it as a whole), and nothing more is done about what the front hides.
"""

import math

import moderngl
import numpy as np

from realtime.blur.lens_view import Hidden, LensView, coc_uniforms
from realtime.blur.stack import middle_of
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.state import state_kept
from realtime.gl.targets import clamp, color_target, release_framebuffer
from realtime.gl.timing import NO_TIMER, Timer
from realtime.methods.post import PostMethod

TAPS, FILL_TAPS = 64, 16
FILL = 1 / math.sqrt(TAPS)  # radius of the area that a tap stands for, of the radius of all
GATHER = math.sqrt(1 - FILL**2)  # variances add up: with the fill a disc is as wide as asked
TILE = 8  # texels of half size
LEAST_RADIUS = 1 / math.sqrt(math.pi)  # of a disc that is a texel [texels]
Size = tuple[int, int]


def sunflower(count: int) -> np.ndarray:
    """Return [count, 2] float32 in the unit disc, each for the same share of its area."""
    nth = np.arange(count)
    radius, turn = np.sqrt((nth + 0.5) / count), nth * math.pi * (3 - math.sqrt(5))
    return (radius[:, None] * np.stack((np.cos(turn), np.sin(turn)), -1)).astype("f4")


class NearFar:
    """Colour and depth -> `out`; see PostProcess for what is common to such methods.

    largest_px: CoC radius at which larger ones are held.
    """

    name = "near-far"

    def __init__(self, ctx: moderngl.Context, largest_px: float) -> None:
        self.ctx, self.largest_px = ctx, largest_px
        self.size: Size | None = None
        self._targets: _Targets | None = None
        self._make_passes()

    def _make_passes(self) -> None:
        ctx = self.ctx
        tile = {"TILE": TILE}
        near = tile | {"LEAST_RADIUS": LEAST_RADIUS}
        around = {"AROUND": tiles_around(self.largest_px)}
        self.half = Fullscreen(ctx, "methods/near_far_half.frag")
        self.tiles = Fullscreen(ctx, "methods/near_far_tiles.frag", tile)
        self.dilate = Fullscreen(ctx, "methods/near_far_dilate.frag", near | around)
        self.far = Fullscreen(ctx, "methods/near_far_far.frag", {"TAPS": TAPS})
        self.near = Fullscreen(ctx, "methods/near_far_near.frag", near | {"TAPS": TAPS})
        self.fill = Fullscreen(ctx, "methods/near_far_fill.frag", tile | {"TAPS": FILL_TAPS})
        self.composite = Fullscreen(ctx, "methods/near_far_composite.frag")
        self._gather = {"u_taps": sunflower(TAPS).tobytes(), "u_radius_share": GATHER}
        self._fill = {"u_taps": sunflower(FILL_TAPS).tobytes(), "u_radius_share": FILL}

    def resize(self, size: Size) -> None:
        """Allocate for pictures of (width, height) px. Raises GraphicsError as OpenGL refuses."""
        if size == self.size:
            return
        self._release_sized()
        self._targets = _Targets(self.ctx, size)
        self.size = size

    def render(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        view: LensView,
        out: moderngl.Framebuffer,
        hidden: Hidden | None = None,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw `color` as the lens sees it into `out`; alpha comes out as it is."""
        self.resize(color.size)
        source = {"u_source": color, "u_depth": depth}
        coc = coc_uniforms(view, view.depth, color.size, self.largest_px)
        with state_kept(self.ctx, out):
            self._prepare(source, coc, timer)
            self._blur(timer)
            with timer.section("composite"):
                self._composite(source, coc, out)

    def _prepare(self, source: dict[str, moderngl.Texture], coc: dict, timer: Timer) -> None:
        made = self._targets
        with timer.section("half"):
            self.half.draw(made.half.framebuffer, source, **coc)
        with timer.section("tiles"):
            self.tiles.draw(made.tiles.framebuffer, {"u_half": made.half.color})
            self.dilate.draw(made.reach.framebuffer, {"u_tiles": made.tiles.color})

    def _blur(self, timer: Timer) -> None:
        made = self._targets
        half, reach = {"u_half": made.half.color}, {"u_reach": made.reach.color}
        with timer.section("far"):
            self.far.draw(made.far.framebuffer, half, **self._gather)
        with timer.section("near"):
            self.near.draw(made.near.framebuffer, half | reach, **self._gather)
        with timer.section("fill"):
            gathered = {"u_far": made.far.color, "u_near": made.near.color}
            self.fill.draw(made.filled, half | reach | gathered, **self._fill)

    def _composite(
        self, source: dict[str, moderngl.Texture], coc: dict, out: moderngl.Framebuffer
    ) -> None:
        made = self._targets
        self.composite.draw(
            out,
            source | {"u_far": made.filled_far.color, "u_near": made.filled_near.color},
            u_covered=tuple(2 * side for side in made.half.size),
            u_corner=middle_of(self.size, out.size),
            **coc,
        )

    def _release_sized(self) -> None:
        if self._targets is not None:
            self._targets.release()
        self._targets = self.size = None

    def release(self) -> None:
        """Free everything made here."""
        self._release_sized()
        passes = (self.half, self.tiles, self.dilate, self.far, self.near, self.fill)
        for part in (*passes, self.composite):
            part.release()


class _Targets:
    """What is drawn into on the way, for pictures of one size: RGBA16F at half of it."""

    def __init__(self, ctx: moderngl.Context, size: Size) -> None:
        work = tuple(-(-side // 2) for side in size)
        tiled = tuple(-(-side // TILE) for side in work)
        self.half, self.far, self.near, self.filled_far, self.filled_near = (
            color_target(ctx, work) for _ in range(5)
        )
        clamp(self.half.color, moderngl.NEAREST)  # mixed, a CoC would be that of neither side
        self.tiles, self.reach = (color_target(ctx, tiled, 1) for _ in range(2))
        self.filled = ctx.framebuffer([self.filled_far.color, self.filled_near.color])

    def release(self) -> None:
        release_framebuffer(self.filled)
        for target in (self.half, self.far, self.near, self.filled_far, self.filled_near):
            target.release()
        self.tiles.release()
        self.reach.release()


def tiles_around(largest_px: float) -> int:
    """How many tiles away a disc may lie that reaches; see near_far_dilate.frag for the slack."""
    return math.floor((largest_px / 2 + 1) / TILE + 1.5)


NEAR_FAR = PostMethod(
    name="near-far",
    make=NearFar,
    about="a near and a far field at half size, 64 + 16 taps each",
    source="web engines: PlayCanvas, Babylon.js, Unity's post-processing stack v2",
)
