"""Cut one slice from the picture, and find where its pixels are on the bank's axis."""

from dataclasses import dataclass

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.tiled import Tiled, Tiles
from realtime.passes.layer import Layer
from realtime.passes.spread import BLOCK, SpreadPass

BEHIND, FRONT = 0, 1


@dataclass(frozen=True)
class Slice:
    """Number `index` of its side (BEHIND, FRONT), counted outwards; `slot`: of all slices."""

    side: int
    index: int
    slot: int
    is_last: bool


class SlicePass:
    """The picture, what it hides and the spread -> a slice's colour and parameter map."""

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, scale: int) -> None:
        defines = {"KNOTS_X": bank.defines["KNOTS_X"], "BLOCK": BLOCK}
        self.intervals = bank.intervals
        self.scale = float(scale)
        self.whole = Tiled(ctx, "slice.frag", defines | {"HIDDEN": 0})
        self.hiding = Tiled(ctx, "slice.frag", defines | {"HIDDEN": 1})

    def draw(
        self,
        picture: Layer,
        cuts: moderngl.Texture,
        spread: SpreadPass,
        what: Slice,
        hidden: Layer | None,
        covered: tuple[int, int],
        out: moderngl.Framebuffer,
        tiles: Tiles,
    ) -> None:
        """hidden: what lies under what is in front of this slice; it covers `covered` texels.

        out: two attachments, colour and place [knots].
        """
        textures = picture.inputs() | {"u_cuts": cuts} | spread.of(what.slot)
        numbers = {
            "u_index": what.index,
            "u_side": what.side,
            "u_is_last": what.is_last,
            "u_second": what.slot % 2,
            "u_scale": self.scale,
            "u_intervals": self.intervals,
        }
        if hidden is None:
            self.whole.draw(out, textures, tiles=tiles, **numbers)
            return
        nearer = 0 if what.side == BEHIND else what.index + 1
        self.hiding.draw(
            out,
            textures | hidden.inputs("hidden", "_0"),
            tiles=tiles,
            u_nearer=nearer,
            u_size=covered,
            **numbers,
        )

    def release(self) -> None:
        """Free the programs."""
        self.whole.release()
        self.hiding.release()
