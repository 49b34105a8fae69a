"""The low-rank blur: passes along rows, then along columns, two pairs of vectors at a time."""

import moderngl

from realtime.errors import UsageError
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.targets import Target, release_framebuffer
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.passes.frame import TURNED, UPRIGHT, Frame
from realtime.passes.veil import Veil


class LowRankPass:
    """u_color + u_place (knots, per pixel) + the vectors -> one target, over two scratch targets.

    A read of the picture serves two pairs, and a read of the vectors too: half the fetches of one
    pair after another, with no target of its own.
    """

    name = "lowrank"

    def __init__(self, ctx: moderngl.Context, bank: LowRankTextures, tiled: bool = False) -> None:
        over = Tiled if tiled else Fullscreen
        self.bank = bank
        self.rows = over(ctx, "lowrank_rows.frag", bank.defines)
        self.columns = over(ctx, "lowrank_columns.frag", bank.defines)
        self.ctx = ctx
        self._between: moderngl.Framebuffer | None = None
        self._between_of: tuple[Target, Target] | None = None

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

        Passes along rows and columns can be turned by 180° and no other way: raises UsageError for
        another frame. They do not know which tap brings what, so `veil` and `cat_eye` are left out.
        """
        turn = _turn(frame)
        area = {} if tiles is None else {"tiles": tiles}
        between = self._both(scratch)
        first, second = (target.color for target in scratch)
        numbers = {"u_reach": self.bank.reach, "u_turn": turn, **area}
        empty_between(tiles, out.framebuffer)
        for index, vectors in enumerate(self.bank.layers):
            textures = {"u_place": place, "u_vectors": vectors}
            empty_between(tiles, between)
            self.rows.draw(between, textures | {"u_color": color}, **numbers)
            self.columns.draw(
                out.framebuffer,
                textures | {"u_first": first, "u_second": second},
                add=index > 0,
                **numbers,
            )

    def rebind(self, bank: LowRankTextures) -> None:
        """Blur by another bank of the same shape."""
        self.bank = bank

    def _both(self, scratch: tuple[Target, Target]) -> moderngl.Framebuffer:
        """Return a framebuffer that draws into both; the same one while they are the same."""
        if self._between is None or self._between_of != scratch:
            self._forget()
            self._between = self.ctx.framebuffer([target.color for target in scratch])
            self._between_of = scratch
        return self._between

    def _forget(self) -> None:
        if self._between is not None:
            release_framebuffer(self._between)
        self._between = self._between_of = None

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        self._forget()
        self.rows.release()
        self.columns.release()


def _turn(frame: Frame) -> int:
    """1 for an upright frame, -1 for one turned by 180°."""
    for turn, known in ((1, UPRIGHT), (-1, TURNED)):
        if all(abs(a - b) < 1e-6 for a, b in zip(frame, known, strict=True)):
            return turn
    raise UsageError(
        "--blur lowrank: an aperture that is squeezed or rotated, one as the bank has it expected. "
        "Use --blur sparse, or bake a bank of the squeezed or rotated shape"
    )
