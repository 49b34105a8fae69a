"""Depth of field in two slices: one behind the focus plane, one in front.

    color, depth -> slices --- behind: fill its holes -> blur ---------+
                      |                                                +-> composite -> picture
                      +------- front: its alpha spreads -> blur turned +
                      |
                      +------- CoC, spread past the silhouettes -> parameter maps of both blurs

What the front hides is filled in behind before blurring, so that the blur does not drag the front's
absence inwards. A point in front of the focus plane shows the aperture turned by 180°: its rays
have not crossed yet.
"""

from typing import Protocol

import moderngl

from realtime.errors import BankError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import Target, color_target, release_framebuffer
from realtime.gl.timing import NO_TIMER, Timer
from realtime.passes.composite import CompositePass
from realtime.passes.fill import FillPass
from realtime.passes.slices import SlicesPass
from realtime.passes.spread import SpreadPass, map_target
from realtime.scene.lens import Lens


class KernelPass(Protocol):
    """What blurs one slice: CascadePass or DensePass."""

    name: str

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        turn: float = 1.0,
    ) -> None:
        """Blur `color` into `out` by the parameter map `place`."""

    def release(self) -> None:
        """Free the programs."""


class LayeredBlur:
    """Depth of field of one picture size and one bank; allocates everything when made.

    The bank needs one axis, called radius, in px. Raises BankError for another. CoCs larger than
    its last knot are held there.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        bank: BankTextures,
        precision: str = "half",
    ) -> None:
        self.size = size
        self.max_coc_px = _largest_radius_px(bank)
        dtype = {"half": "f2", "float": "f4"}[precision]
        self.slices = SlicesPass(ctx)
        self.fill = FillPass(ctx, size, dtype)
        self.spread = SpreadPass(ctx, size, bank, self.max_coc_px, dtype)
        self.composite = CompositePass(ctx)
        self.behind, self.front, self.coc, self.first, self.second = (
            color_target(ctx, size, dtype=dtype) for _ in range(5)
        )
        self.maps = (map_target(ctx, size), map_target(ctx, size))
        self.slice_buffer = _together(ctx, self.behind, self.front, self.coc)
        self.map_buffer = _together(ctx, *self.maps)

    def draw(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        depth_to_inverse: tuple[float, float],
        lens: Lens,
        kernel: KernelPass,
        out: moderngl.Framebuffer,
        timer: Timer = NO_TIMER,
    ) -> None:
        """color: exposed linear light; depth: window depth, sky 1; both of this blur's size.

        depth_to_inverse: (x, y) of 1/distance [1/m] = x + y · depth, see Camera.
        """
        height = self.size[1]
        coc_px = tuple(c * height for c in lens.coc_coefficients)
        with timer.section("slices"):
            self.slices.draw(
                color, depth, depth_to_inverse, coc_px, self.max_coc_px, self.slice_buffer
            )
        with timer.section("spread"):
            self.spread.draw(self.coc.color, self.map_buffer)
        with timer.section("fill"):
            self.fill.draw(self.behind.color, self.first)
        self._blur(kernel, out, timer)

    def _blur(self, kernel: KernelPass, out: moderngl.Framebuffer, timer: Timer) -> None:
        """The slices' own targets are free once filled and read, so they serve as scratch."""
        places = [target.color for target in self.maps]
        with timer.section("blur behind"):
            kernel.draw(self.first.color, places[0], (self.second, self.coc), self.behind)
        with timer.section("blur front"):
            kernel.draw(self.front.color, places[1], (self.second, self.coc), self.first, turn=-1.0)
        with timer.section("composite"):
            self.composite.draw(self.behind.color, self.first.color, out)

    def release(self) -> None:
        """Free everything made here; bank and kernels belong to the caller."""
        release_framebuffer(self.slice_buffer)
        release_framebuffer(self.map_buffer)
        for part in (self.slices, self.fill, self.spread, self.composite, *self.maps):
            part.release()
        for target in (self.behind, self.front, self.coc, self.first, self.second):
            target.release()


def _together(ctx: moderngl.Context, *targets: Target) -> moderngl.Framebuffer:
    """One framebuffer that draws into several targets at once."""
    return ctx.framebuffer([target.color for target in targets])


def _largest_radius_px(bank: BankTextures) -> float:
    axes = bank.bank.axes
    if len(axes) != 1 or axes[0].name != "radius":
        raise BankError(
            f"bank: axes {', '.join(axis.name for axis in axes)}, one axis called radius expected "
            f"for depth of field. Bake one: diskblur-fit bake --shape disk --max-radius 32 --out F"
        )
    return axes[0].knots[-1]
