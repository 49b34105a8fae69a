"""Dual filtering: down a pyramid by 5 reads a texel and up again by 8, each pixel as far as its σ.

    picture --5--> 1/2 --5--> 1/4 --5--> 1/8       variance per axis, in texels²:
       |            |          |          |        down 3/4 of the finer level's
      out <---8--- mix <--8-- mix <--8----+        up 25/48 of the coarser level's

A picture that turns round at level l has gone down through 3/4 · 4^k px², k = 0 … l - 1, and up
through 25/48 · 4^k px², k = 1 … l: together 17/18 · (4^l - 1), so σ is 1.7, 3.8, 7.7, 15.5, 31.1
px. Between two levels a pixel takes a share of each; see shaders/methods/dual_kawase_up.frag. Below
1.7 px that is a sharp point with a halo.

A texel of a coarser level has the mean variance of four of its pixels.
"""

from dataclasses import dataclass

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, color_target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.methods.method import Method
from realtime.methods.round_kernel import check_round
from realtime.methods.spread import (
    one_radius,
    spread_defines,
    spread_programs,
    spread_px,
    spread_uniform,
)
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil

# Down, (1, 3, 3, 1) / 8: (1.5² + 3 · 0.5²) / 4. Up: the reads have 1/3, and being bilinear, at 1/4
# or 3/4 of the way between two texels all of them, 1/4 · 3/4.
DOWN_PX2 = 3 / 4
UP_PX2 = 1 / 3 + 3 / 16


def level_variance_px2(level: int) -> float:
    """Variance per axis [px²] of a picture that goes down to `level` and up again."""
    return sum((DOWN_PX2 + 4 * UP_PX2) * 4**finer for finer in range(level))


def levels_for(sigma_px: float) -> int:
    """Return how many levels below the picture a blur of up to this σ needs, at least 1."""
    level = 1
    while level_variance_px2(level) < sigma_px**2:
        level += 1
    return level


@dataclass(frozen=True)
class Pyramid:
    """Targets, half the size each, rounded up, for pictures of one size.

    down: levels 1 … L; up: levels 1 … L - 1.
    """

    down: tuple[Target, ...]
    up: tuple[Target, ...]

    def release(self) -> None:
        """Free the targets."""
        for target in (*self.down, *self.up):
            target.release()


def make_pyramid(ctx: moderngl.Context, size: tuple[int, int], dtype: str, levels: int) -> Pyramid:
    """Make one for pictures of (width, height) px; dtype as of `color_target`."""
    sizes = [tuple(-(-side // 2**level) for side in size) for level in range(1, levels + 1)]
    down = tuple(color_target(ctx, size, dtype=dtype) for size in sizes)
    return Pyramid(down, tuple(color_target(ctx, size, dtype=dtype) for size in sizes[:-1]))


class DualKawasePass:
    """u_color + u_place (knots, per pixel) + σ of the knots -> one target, over its own pyramid."""

    name = "dual-kawase"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, tiled: bool = False) -> None:
        self.ctx = ctx
        defines = spread_defines(bank)
        self.down = Fullscreen(ctx, "methods/dual_kawase_down.frag")
        self.up = Fullscreen(ctx, "methods/dual_kawase_up.frag", defines)
        self.last = Tiled(ctx, "methods/dual_kawase_up.frag", defines) if tiled else self.up
        self._pyramid: Pyramid | None = None
        self._pyramid_of: tuple | None = None
        self.rebind(bank)

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank with as many knots."""
        self.sigma = spread_uniform(bank)
        self.levels = levels_for(float(spread_px(bank.bank).max()))

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
        """Blur `color` into `out`; the same call as CascadePass.draw, `scratch` stays unused.

        A frame may turn: raises UsageError for another. Passes do not know which tap brings what,
        so `veil` and `cat_eye` are left out. All of the pyramid is drawn, whatever `tiles` are.
        """
        check_round(frame, self.name)
        pyramid = self._pyramid_for(color)
        finer = color
        for target in pyramid.down:
            self.down.draw(target.framebuffer, {"u_finer": finer})
            finer = target.color
        coarser = pyramid.down[-1].color
        for level in range(self.levels - 1, 0, -1):
            textures = self._textures(pyramid.down[level - 1].color, coarser, place)
            to = pyramid.up[level - 1]
            self.up.draw(to.framebuffer, textures, **self._numbers(level))
            coarser = to.color
        empty_between(tiles, out.framebuffer)
        textures = self._textures(color, coarser, place)
        area = {} if tiles is None else {"tiles": tiles}
        self.last.draw(out.framebuffer, textures, **self._numbers(0), **area)

    @staticmethod
    def _textures(
        own: moderngl.Texture, coarser: moderngl.Texture, place: moderngl.Texture
    ) -> dict[str, moderngl.Texture]:
        return {"u_own": own, "u_coarser": coarser, "u_place": place}

    def _numbers(self, level: int) -> dict[str, object]:
        """Uniforms of the pass that comes up to `level`."""
        variances = (level_variance_px2(level), level_variance_px2(level + 1))
        return {"u_sigma": self.sigma, "u_block": 2**level, "u_variances": variances}

    def _pyramid_for(self, color: moderngl.Texture) -> Pyramid:
        """The pyramid for such pictures; the same one while they and the levels stay."""
        wanted = (color.size, color.dtype, self.levels)
        if self._pyramid is None or self._pyramid_of != wanted:
            self._forget()
            self._pyramid = make_pyramid(self.ctx, *wanted)
            self._pyramid_of = wanted
        return self._pyramid

    def _forget(self) -> None:
        if self._pyramid is not None:
            self._pyramid.release()
        self._pyramid = self._pyramid_of = None

    def release(self) -> None:
        """Free the programs and the pyramid; the bank's textures belong to the caller."""
        self._forget()
        for part in {id(part): part for part in (self.down, self.up, self.last)}.values():
            part.release()


DUAL_KAWASE = Method(
    name="dual-kawase",
    kind=DualKawasePass,
    about="down and up a pyramid, of the kernel's spread; whatever the shape, near a Gaussian",
    source="M. Bjørge 2015, Bandwidth-Efficient Rendering, SIGGRAPH, Moving Mobile Graphics",
    cannot=one_radius,
    programs=spread_programs,
)
