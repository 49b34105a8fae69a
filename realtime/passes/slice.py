"""Cut one slice from the picture, and find where its pixels are on the bank's axis."""

from dataclasses import dataclass

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.places import Places
from realtime.gl.tiled import Tiled
from realtime.passes.layer import Layer
from realtime.passes.spread import BLOCK, SpreadPass
from realtime.passes.tiles import TOUCHED, TOUCHED_OPEN, TOUCHED_VEILED, TilesPass

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
        defines = {"BLOCK": BLOCK}
        self.ctx = ctx
        self.places = Places(ctx, bank.bank.axes[0].knots)
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
        tiles: TilesPass,
    ) -> None:
        """hidden: what lies under what is in front of this slice; it covers `covered` texels.

        out: two attachments, colour and place [knots]. Where nothing is in front, what that would
        hide is not read.
        """
        textures = picture.inputs() | {"u_cuts": cuts} | spread.of(what.slot)
        textures |= self.places.textures
        numbers = {
            "u_index": what.index,
            "u_side": what.side,
            "u_is_last": what.is_last,
            "u_second": what.slot % 2,
            "u_scale": self.scale,
            **self.places.uniforms,
        }
        whole = TOUCHED if hidden is None else TOUCHED_OPEN
        self.whole.draw(out, textures, tiles=tiles.of(what.slot, whole), **numbers)
        if hidden is not None:
            self.hiding.draw(
                out,
                textures | hidden.inputs("hidden", "_0"),
                tiles=tiles.of(what.slot, TOUCHED_VEILED),
                u_nearer=0 if what.side == BEHIND else what.index + 1,
                u_size=covered,
                **numbers,
            )

    def set_bank(self, bank: BankTextures) -> None:
        """Find places on another bank's axis."""
        self.places.release()
        self.places = Places(self.ctx, bank.bank.axes[0].knots)

    def release(self) -> None:
        """Free the programs."""
        self.whole.release()
        self.hiding.release()
        self.places.release()
