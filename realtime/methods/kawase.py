"""Kawase's filter: four reads a pass at the corners of a square that grows from pass to pass.

    pass   0        1           2             offsets ±(i + 1/2) px: each read is the mean of four
                 x      x    x         x      texels, and each pass closes the gaps between the
          x  x                                copies that the next one makes
          x  x                                variance per axis: i² + i + 1/2 px²
                 x      x    x         x

Variances of passes add up, so n passes have n³/3 + n/6 px². A bank's largest σ says how many
there are, see `shares_for`. All pixels go through all of them, each with its own σ: every pass has
the same share of the variance as with Kawase's offsets, at offsets that are nearer or a little
farther. That is exact, the bilinear reads' own variance included; see shaders/methods/kawase.frag.
"""

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.methods.method import Method
from realtime.methods.round_kernel import axis_stretch
from realtime.methods.spread import (
    one_radius,
    spread_defines,
    spread_programs,
    spread_px,
    spread_uniform,
)
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil

# With these the kernel of the largest σ is within 0.1 of the Gaussian (Frobenius, relative), from 1
# to 32 px. Of few passes the last has most of the variance, and a point light comes out as a box
# with a lattice in it (5 passes: 0.24 at σ 8 px, 0.55 at 16).
LEAST_PASSES = 8
STRETCH = 1.5  # how much larger than Kawase's the offsets may be


def pass_variance_px2(index: int) -> float:
    """Variance per axis of pass `index`, counted from 0, at Kawase's own offset."""
    return index**2 + index + 0.5


def shares_for(sigma_px: float) -> list[float]:
    """Return each pass's share of the variance, first to last, for blurs of up to this σ."""
    variances = [pass_variance_px2(index) for index in range(LEAST_PASSES)]
    while STRETCH**2 * sum(variances) < sigma_px**2:
        variances.append(pass_variance_px2(len(variances)))
    whole = sum(variances)
    return [variance / whole for variance in variances]


class KawasePass:
    """u_color + u_place (knots, per pixel) + σ of the knots -> one target, over both scratches."""

    name = "kawase"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, tiled: bool = False) -> None:
        over = Tiled if tiled else Fullscreen
        self.corners = over(ctx, "methods/kawase.frag", spread_defines(bank))
        self.rebind(bank)

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank with as many knots."""
        self.sigma = spread_uniform(bank)
        self.largest_px = float(spread_px(bank.bank).max())

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
        shares = shares_for(self.largest_px * max(stretch))
        for index, share in enumerate(shares):
            to = out if index == len(shares) - 1 else scratch[index % 2]
            empty_between(tiles, to.framebuffer)
            self.corners.draw(
                to.framebuffer,
                {"u_color": color, "u_place": place},
                u_sigma=self.sigma,
                u_share=share,
                u_stretch=stretch,
                **area,
            )
            color = to.color

    def release(self) -> None:
        """Free the program; the bank's textures belong to the caller."""
        self.corners.release()


KAWASE = Method(
    name="kawase",
    kind=KawasePass,
    about="Kawase's passes of four reads, of the kernel's spread; whatever the shape, near a "
    "Gaussian",
    source="M. Kawase 2003, Frame Buffer Postprocessing Effects in DOUBLE-S.T.E.A.L, GDC",
    cannot=one_radius,
    programs=spread_programs,
)
