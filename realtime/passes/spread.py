"""Carry each slice's CoC past its silhouette, and turn it into places on the bank's axis."""

import math

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, color_target

SHRINK = 4  # the window is averaged at a quarter of the size: radii vary slowly


class SpreadPass:
    """The slices' CoC and masks -> one parameter map a slice, in knots of the bank's radius axis.

    Owns two small targets, float32: at the rim of a wide window one pixel of a slice is less than
    half floats can tell from nothing. max_coc_px: the window reaches this far, so that wherever the
    light of a slice can land there is a radius for it.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        bank: BankTextures,
        max_coc_px: float,
    ) -> None:
        self.down = Fullscreen(ctx, "spread_down.frag", {"SHRINK": SHRINK})
        self.blur = Fullscreen(ctx, "spread_blur.frag")
        self.place = Fullscreen(
            ctx, "place.frag", {"KNOTS_X": bank.defines["KNOTS_X"], "SHRINK": SHRINK}
        )
        self.knots = bank.knots
        self.reach = max(1, math.ceil(max_coc_px / SHRINK))
        small = (math.ceil(size[0] / SHRINK), math.ceil(size[1] / SHRINK))
        self.small = (color_target(ctx, small, dtype="f4"), color_target(ctx, small, dtype="f4"))

    def draw(self, coc: moderngl.Texture, out: moderngl.Framebuffer) -> None:
        """coc: |CoC|·mask and mask of behind and front. out: two attachments, one map a slice."""
        first, second = self.small
        self.down.draw(first.framebuffer, {"u_coc": coc})
        for source, target, direction in ((first, second, (1, 0)), (second, first, (0, 1))):
            self.blur.draw(
                target.framebuffer,
                {"u_coc": source.color},
                u_direction=direction,
                u_reach=self.reach,
            )
        self.place.draw(out, {"u_coc": coc, "u_spread": first.color}, u_knots=self.knots)

    def release(self) -> None:
        """Free the programs and the small targets."""
        for part in (self.down, self.blur, self.place, *self.small):
            part.release()


def map_target(ctx: moderngl.Context, size: tuple[int, int]) -> Target:
    """A parameter map: one float32 a pixel, since half a float would quantise the radius."""
    return color_target(ctx, size, components=1, dtype="f4")
