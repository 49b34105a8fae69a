"""The sparse cascade at half the size, or a quarter, where a kernel is large enough for it.

    picture, place --down--> half size --cascade, place of half the spread--+
        |                        |                                          up --> out
        |                        +--> tiles: which size is needed where     |
        +--cascade, in tiles with small radii alone ------------------------+

The same taps over a quarter of the pixels. And the fewer px a kernel's radius has the better so
many taps fill it: from a radius of about 24 px on half size comes nearer to the dense kernel, in a
fraction of the time. Below, what is lost is the sharpness of the kernel's rim.

Down again what was brought down already, half size is a quarter of the size: the pass that blurs at
half size may be one of these itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import moderngl

from realtime.bank import Bank
from realtime.blur.kernel_pass import KernelPass
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, clamp, color_target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.methods.half_places import CELLS, half_places, no_half
from realtime.methods.half_tiles import HalfTiles
from realtime.methods.joined import Joined
from realtime.methods.method import AnyBank, Method
from realtime.passes.cascade import CascadePass
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil

# How much of the far reads is taken off on the way down: with this it adds no variance. Against
# dense, r 8 … 16, that is 1.0 … 1.7 dB better than nothing taken off; 0.5 would be another 0.6 …
# 1.7 dB better, but leaves dark rims round bright lights, and with r 6 is worse at night.
SHARPEN = 0.25
DOWN_PX2 = 3 / 4 - 3 * SHARPEN  # variance per axis; see shaders/methods/sparse_half_down.frag
UP_PX2 = 3 / 4  # bilinear, at 1/4 of the way between texels of 2 px
ADDED_PX2 = DOWN_PX2 + UP_PX2


@dataclass(frozen=True)
class HalfTargets:
    """What is drawn on the way, for one size and format.

    color, place, needs: on the way down. blurred: at half size. full: blurred at full size. joined:
    draws into the first three.
    """

    color: Target
    place: Target
    needs: Target
    scratch: tuple[Target, Target]
    blurred: Target
    full: Target
    joined: Joined
    tiles: HalfTiles

    @property
    def down(self) -> moderngl.Framebuffer:
        """Draws colour, place and needs at once."""
        return self.joined.over((self.color, self.place, self.needs))

    def release(self) -> None:
        """Free the targets."""
        self.joined.release()
        targets = (self.color, self.place, self.needs, *self.scratch, self.blurred, self.full)
        for part in (*targets, self.tiles):
            part.release()


def make_targets(ctx: moderngl.Context, size: tuple[int, int], dtype: str) -> HalfTargets:
    """Make those for pictures of (width, height) px; dtype as of `color_target`."""
    half = tuple(-(-side // 2) for side in size)
    color, first, second, blurred = (color_target(ctx, half, dtype=dtype) for _ in range(4))
    return HalfTargets(
        color=color,
        place=color_target(ctx, half, 1, "f4"),
        needs=color_target(ctx, half, 2, "f1"),
        scratch=(first, second),
        blurred=blurred,
        full=color_target(ctx, size, dtype=dtype),
        joined=Joined(ctx),
        tiles=HalfTiles(ctx, size),
    )


class SparseHalfPass:
    """u_color + u_place (knots, per pixel) + the bank -> one target, over half-size targets.

    at_half: makes what blurs at half size; without it, the bank's cascade.
    """

    name = "sparse-half"

    def __init__(
        self,
        ctx: moderngl.Context,
        bank: BankTextures,
        tiled: bool = False,
        at_half: Callable[..., KernelPass] | None = None,
    ) -> None:
        self.ctx = ctx
        self.copies_sharp = bank.identity_first
        defines = {"IDENTITY_FIRST": 1} if self.copies_sharp else {}
        numbers = {"CELLS": CELLS, "SHARPEN": SHARPEN}
        self._table: moderngl.Texture | None = None
        self._set_places(bank)
        self.down = Fullscreen(ctx, "methods/sparse_half_down.frag", defines | numbers)
        self.up = (Tiled if tiled else Fullscreen)(ctx, "methods/sparse_half_up.frag", defines)
        self.at_full = CascadePass(ctx, bank, tiled=True)
        self.at_half = self.at_full if at_half is None else at_half(ctx, bank, tiled=True)
        self._targets: HalfTargets | None = None
        self._targets_of: tuple | None = None

    def _set_places(self, bank: BankTextures) -> None:
        self.places = half_places(bank.bank, ADDED_PX2)
        table = self.places.table
        if self._table is not None:
            self._table.release()
        self._table = self.ctx.texture((len(table), 1), 1, table.tobytes(), dtype="f4")
        clamp(self._table, moderngl.LINEAR)

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank of the same shape."""
        self._set_places(bank)
        self.at_full.rebind(bank)
        if self.at_half is not self.at_full:
            self.at_half.rebind(bank)

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

        `veil` and `cat_eye` are left out: a kernel's share at half size does not know of them. What
        is in between is drawn where places ask for it, whatever `tiles` are.
        """
        own = self._targets_for(color)
        mixed = {"u_mixed": self.places.mixed}
        textures = {"u_color": color, "u_place": place, "u_coarse_place": self._table}
        self.down.draw(own.down, textures, **mixed)
        at_full, at_half = own.tiles.draw(own.needs.color, self.places.reaches_px, frame)
        self.at_full.draw(color, place, scratch, own.full, frame, tiles=at_full)
        self.at_half.draw(
            own.color.color, own.place.color, own.scratch, own.blurred, frame, tiles=at_half
        )
        empty_between(tiles, out.framebuffer)
        sizes = {"u_full": own.full.color, "u_half": own.blurred.color, "u_place": place}
        sharp = {"u_color": color} if self.copies_sharp else {}
        area = {} if tiles is None else {"tiles": tiles}
        self.up.draw(out.framebuffer, sizes | sharp, **mixed, **area)

    def _targets_for(self, color: moderngl.Texture) -> HalfTargets:
        """Targets for such pictures; the same ones while size and format stay."""
        wanted = (color.size, color.dtype)
        if self._targets is None or self._targets_of != wanted:
            self._forget()
            self._targets = make_targets(self.ctx, *wanted)
            self._targets_of = wanted
        return self._targets

    def _forget(self) -> None:
        if self._targets is not None:
            self._targets.release()
        self._targets = self._targets_of = None

    def release(self) -> None:
        """Free the programs and the targets; the bank's textures belong to the caller."""
        self._forget()
        passes = {id(part): part for part in (self.at_full, self.at_half)}.values()
        for part in (self._table, self.down, self.up, *passes):
            part.release()


class SparseQuarterPass(SparseHalfPass):
    """The same, and half size comes from half of that where a kernel is large enough there too."""

    name = "sparse-quarter"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, tiled: bool = False) -> None:
        super().__init__(ctx, bank, tiled, at_half=SparseHalfPass)


def _cannot(bank: AnyBank) -> str | None:
    return no_half(bank, ADDED_PX2)


SPARSE_HALF = Method(
    name="sparse-half",
    kind=SparseHalfPass,
    about="cascades of the bank, at half size from a radius of 4 to 6 px on",
    source="this project",
    reads=(Bank,),
    cannot=_cannot,
)
SPARSE_QUARTER = Method(
    name="sparse-quarter",
    kind=SparseQuarterPass,
    about="cascades of the bank, at half size and from 8 to 12 px on a quarter",
    source="this project",
    reads=(Bank,),
    cannot=_cannot,
)
