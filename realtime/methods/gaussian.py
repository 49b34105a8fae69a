"""The Gaussian: two passes, along rows and along columns; each pixel its own σ.

Only where σ is the same all over is this the Gaussian exactly: a pixel's columns are blurred
along the rows by the σ of *their* pixels. What everybody does, and what it costs is measured, not
mended. The kernel ends at 3 σ, which takes 1.3 % off σ.
"""

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.methods.method import Method
from realtime.methods.round_kernel import axis_stretch
from realtime.methods.spread import one_radius, spread_defines, spread_programs, spread_uniform
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil


class GaussianPass:
    """u_color + u_place (knots, per pixel) + σ of the knots -> one target, over one scratch."""

    name = "gaussian"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, tiled: bool = False) -> None:
        over = Tiled if tiled else Fullscreen
        self.along = over(ctx, "methods/gaussian.frag", spread_defines(bank))
        self.rebind(bank)

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank with as many knots."""
        self.sigma = spread_uniform(bank)

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        frame: Frame = UPRIGHT,
        tiles: Tiles | None = None,
        veil: Veil | None = None,
        cat_eye: Frame | None = None,
        scale: int = 1,
    ) -> None:
        """Blur `color` into `out`; the same call as CascadePass.draw.

        A frame may turn, and squeeze along rows or columns: raises UsageError for another. Passes
        do not know which tap brings what, so `veil` and `cat_eye` are left out.
        """
        stretch = axis_stretch(frame, self.name)
        area = {} if tiles is None else {"tiles": tiles}
        steps = zip((color, scratch[0].color), (scratch[0], out), (0, 1), strict=True)
        for source, to, axis in steps:
            empty_between(tiles, to.framebuffer)
            self.along.draw(
                to.framebuffer,
                {"u_color": source, "u_place": place},
                u_sigma=self.sigma,
                u_axis=(1.0 - axis, float(axis)),
                u_stretch=stretch[axis],
                **area,
            )

    def release(self) -> None:
        """Free the program; the bank's textures belong to the caller."""
        self.along.release()


GAUSSIAN = Method(
    name="gaussian",
    kind=GaussianPass,
    about="a separable Gaussian of the kernel's spread; whatever the shape, it is not shown",
    source="the definition; paired taps: D. Rákos 2010, Efficient Gaussian blur with linear "
    "sampling; weights: K. Turkowski 2007, GPU Gems 3, chapter 40",
    cannot=one_radius,
    programs=spread_programs,
)
