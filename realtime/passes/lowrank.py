"""The low-rank blur: passes along rows, then along columns, two pairs of vectors at a time."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.targets import Target, release_framebuffer


class LowRankPass:
    """u_color + u_place (knots, per pixel) + the vectors -> one target, over two scratch targets.

    A read of the picture serves two pairs, and a read of the vectors too: half the fetches of one
    pair after another, with no target of its own.
    """

    name = "lowrank"

    def __init__(self, ctx: moderngl.Context, bank: LowRankTextures) -> None:
        self.bank = bank
        self.rows = Fullscreen(ctx, "lowrank_rows.frag", bank.defines)
        self.columns = Fullscreen(ctx, "lowrank_columns.frag", bank.defines)
        self.ctx = ctx

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        turn: float = 1.0,
    ) -> None:
        """Blur `color` into `out`; the same call as CascadePass.draw."""
        between = self.ctx.framebuffer([target.color for target in scratch])
        first, second = (target.color for target in scratch)
        numbers = {"u_reach": self.bank.reach, "u_turn": int(turn)}
        for index, vectors in enumerate(self.bank.layers):
            textures = {"u_place": place, "u_vectors": vectors}
            self.rows.draw(between, textures | {"u_color": color}, **numbers)
            self.columns.draw(
                out.framebuffer,
                textures | {"u_first": first, "u_second": second},
                add=index > 0,
                **numbers,
            )
        release_framebuffer(between)

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        self.rows.release()
        self.columns.release()
