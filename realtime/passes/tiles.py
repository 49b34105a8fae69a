"""What every slice has to do in every tile, decided on the GPU."""

import math

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.gl.tiled import Tiles
from realtime.passes.spread import BLOCK, SpreadPass

TILE = 32  # px of the picture: 16 texels at half size, 32 at full
# (least, most) class of a slice: something falls there; and it is seen
TOUCHED, BLURRED = (0.1, 0.9), (0.3, 0.7)
# ... and, with nothing in front of it nearby, or with something
TOUCHED_OPEN, TOUCHED_VEILED = (0.1, 0.5), (0.5, 0.9)
OPEN, VEILED = (0.3, 0.5), (0.5, 0.7)
# ... of the picture: only what is sharp; that before slices behind; and slices in front too; the
# last two without what is sharp
SHARP, BEHIND, ALL, ALL_BLURRED, BEHIND_BLURRED = (
    (middle - 0.1, middle + 0.1) for middle in (0.0, 0.25, 0.5, 0.75, 1.0)
)
WITH_SHARP, WITH_FRONT = (0.0, 0.6), (0.4, 0.8)


class TilesPass:
    """The spread and the covers of all slices -> a class a slice and tile."""

    def __init__(
        self, ctx: moderngl.Context, spread: SpreadPass, slices: tuple[int, int], scale: int
    ) -> None:
        behind, front = slices
        self.scale = scale
        self.slices = behind + front
        per_tile = TILE // BLOCK
        self.count = tuple(math.ceil(side / per_tile) for side in spread.size)
        defines = {"BEHINDS": behind, "FRONTS": front, "SLICES": behind + front, "TILE": TILE}
        self.cover = Fullscreen(
            ctx, "tile_cover.frag", defines | {"BLOCKS": per_tile, "BLOCK": BLOCK}
        )
        self.classify = Fullscreen(ctx, "tile_classes.frag", defines)
        across, up = self.count
        self.found = color_target(ctx, (across, up * (behind + front + 1)), 2, "f1")
        self.classes = color_target(ctx, (across, up * (behind + front + 1)), 1, "f1")

    def draw(self, spread: SpreadPass) -> None:
        """Find the classes."""
        self.cover.draw(self.found.framebuffer, spread.covers() | spread.reaches())
        textures = {"u_tiles": self.found.color} | spread.reaches()
        self.classify.draw(self.classes.framebuffer, textures)

    def of(self, slot: int, wanted: tuple[float, float]) -> Tiles:
        """Return the tiles of a slice whose class is `wanted`, in texels of the slices."""
        return Tiles(self.classes.color, self.count, TILE // self.scale, slot, wanted)

    def of_picture(self, wanted: tuple[float, float]) -> Tiles:
        """Return the tiles of the picture whose class is `wanted`, in its own px."""
        return Tiles(self.classes.color, self.count, TILE, self.slices, wanted)

    def release(self) -> None:
        """Free the programs and the targets."""
        for part in (self.cover, self.classify, self.found, self.classes):
            part.release()
