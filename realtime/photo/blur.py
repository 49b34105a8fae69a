"""What tiles go through: effects, or a parameter map."""

from collections.abc import Sequence

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.effects import Effect, UserMap
from realtime.effects.animation import Moving
from realtime.effects.stack import Applied, EffectStack
from realtime.photo.light import Decoder, Encoder
from realtime.photo.maps import MapTexture, ParameterMap
from realtime.photo.picture import Progress, TiledBlur
from realtime.photo.reach import reach_px
from realtime.photo.tiles import Size, Tile, plan

Banks = tuple[Bank, ...]  # one, or three for red, green and blue


class PhotoBlur:
    """Effects over pictures of one size, in the order in which they are given.

    asked: effects, moving or not, each with its banks. kernel: "sparse" or "dense"; precision:
    "half" or "float"; tile_px: the largest side of a tile, chosen unless given. Owns everything it
    makes. Raises UserError for parts that do not fit together.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        asked: Sequence[tuple[Moving, Banks]],
        size: Size,
        kernel: str,
        precision: str,
        tile_px: int | None = None,
    ) -> None:
        applied = [Applied(moving.start, banks) for moving, banks in asked]
        self.asked = [moving for moving, _ in asked]
        self.effects: list[Effect] = [one.effect for one in applied]
        self.plan = plan(size, reach_px(applied, kernel), tile_px)
        self.stack = EffectStack(ctx, applied, precision, kernel, parts=True)
        self.tiles = TiledBlur(ctx, self.stack, self.plan, precision)

    @property
    def number_type(self) -> type:
        """Of the light that `run` takes: float16 or float32."""
        return self.tiles.number_type

    def move_to(self, part: float) -> None:
        """Set what moves to `part`, 0 … 1, of its way."""
        self.effects = [moving.between(part) for moving in self.asked]

    def effects_of(self, tile: Tile) -> Sequence[Effect]:
        """Return the effects for a tile."""
        return self.effects

    def run(
        self, decoder: Decoder, encoder: Encoder, progress: Progress = lambda tiles: tiles
    ) -> np.ndarray:
        """Return the picture blurred, [H, W, C] of the encoder's type."""
        return self.tiles.run(decoder, encoder, self.effects_of, progress)

    def release(self) -> None:
        """Free everything made here."""
        self.tiles.release()
        self.stack.release()


class MapBlur(PhotoBlur):
    """A parameter map over pictures of one size; all else as `PhotoBlur`."""

    def __init__(
        self,
        ctx: moderngl.Context,
        map_: ParameterMap,
        banks: Banks,
        kernel: str,
        precision: str,
        tile_px: int | None = None,
    ) -> None:
        blank = ctx.texture((1, 1), map_.components, dtype="f4")
        still = Moving(UserMap(blank), UserMap(blank))
        super().__init__(ctx, [(still, banks)], map_.size, kernel, precision, tile_px)
        blank.release()
        self.texture = MapTexture(ctx, map_, self.plan.side)

    def move_to(self, part: float) -> None:
        """Do nothing: a map is still."""

    def effects_of(self, tile: Tile) -> Sequence[Effect]:
        """Return the map's part for a tile."""
        return [self.texture.effect(tile)]

    def release(self) -> None:
        """Free everything made here."""
        super().release()
        self.texture.release()
