"""Depth of field: one slice behind the focus plane, one in front, and what is sharp between them.

    color, depth -> split -+- rest, with holes -> fill -+- sharp --------------+
                           |                            +- behind -> blur -----+-> composite
                           +- front -------------------------------> blur turned+
                           +- CoC of behind and front, spread -> both blurs' parameter maps

What the front hides is filled before blurring, so that the blur does not drag the front's absence
inwards. A point in front of the focus plane shows the aperture turned by 180°: its rays have not
crossed yet.
"""

from typing import Protocol

import moderngl

from realtime.errors import BankError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import DTYPES, Target, color_target, release_framebuffer
from realtime.gl.timing import NO_TIMER, Timer
from realtime.passes.behind import BehindPass
from realtime.passes.composite import CompositePass
from realtime.passes.fill import FillPass, Layer
from realtime.passes.split import SplitPass
from realtime.passes.spread import SpreadPass, map_target
from realtime.scene.lens import Lens


class KernelPass(Protocol):
    """What blurs one slice: CascadePass, DensePass or LowRankPass."""

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
        dtype = DTYPES[precision]
        self.split = SplitPass(ctx)
        self.fill = FillPass(ctx, size, dtype)
        self.cut_behind = BehindPass(ctx)
        self.spread = SpreadPass(ctx, size, bank, self.max_coc_px)
        self.composite = CompositePass(ctx)
        self.rest, self.filled, self.front = (Layer(ctx, size, dtype) for _ in range(3))
        self.behind, self.coc, self.scratch = (
            color_target(ctx, size, dtype=dtype) for _ in range(3)
        )
        self.maps = (map_target(ctx, size), map_target(ctx, size))
        self.split_buffer = _together(
            ctx, self.rest.color, self.rest.coc, self.front.color, self.front.coc
        )
        self.behind_buffer = _together(ctx, self.behind, self.coc)
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
        with timer.section("split"):
            self.split.draw(
                color, depth, depth_to_inverse, coc_px, self.max_coc_px, self.split_buffer
            )
        with timer.section("fill"):
            self.fill.draw(self.rest, self.filled)
        with timer.section("spread"):
            self.cut_behind.draw(self.filled, self.front, self.behind_buffer)
            self.spread.draw(self.coc.color, self.map_buffer)
        self._blur(kernel, out, timer)

    def _blur(self, kernel: KernelPass, out: moderngl.Framebuffer, timer: Timer) -> None:
        """Targets whose content is used up serve as scratch, and take the blurred slices."""
        places = [target.color for target in self.maps]
        scratch = (self.scratch, self.coc)
        with timer.section("blur behind"):
            kernel.draw(self.behind.color, places[0], scratch, self.rest.color)
        with timer.section("blur front"):
            kernel.draw(self.front.color.color, places[1], scratch, self.behind, turn=-1.0)
        with timer.section("composite"):
            self.composite.draw(self.rest.color.color, self.filled, self.behind.color, out)

    def release(self) -> None:
        """Free everything made here; bank and kernels belong to the caller."""
        for framebuffer in (self.split_buffer, self.behind_buffer, self.map_buffer):
            release_framebuffer(framebuffer)
        for part in (self.split, self.fill, self.cut_behind, self.spread, self.composite):
            part.release()
        targets = (self.behind, self.coc, self.scratch, *self.maps)
        for part in (*targets, self.rest, self.filled, self.front):
            part.release()


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
