"""What every slice has to do in every tile, decided on the GPU."""

import math

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.gl.tiled import Tiles
from realtime.passes.spread import BLOCK, SpreadPass

TILE = 32  # px of the picture: 16 texels at half size, 32 at full
# (least, most) class of a slice: something falls there; and it is seen; and of what is behind,
# where nothing is in front nearby, or something is
TOUCHED, BLURRED = (0.2, 1.0), (0.5, 1.0)
OPEN, VEILED = (0.5, 0.8), (0.8, 1.0)
# ... of the picture: only what is sharp; nothing sharp but slices behind, and both; and the same
# with slices in front
SHARP, BEHIND_BLURRED, BEHIND, ALL_BLURRED, ALL = (
    (middle - 0.1, middle + 0.1) for middle in (0.0, 0.25, 0.5, 0.75, 1.0)
)


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

    def draw(self, spread: SpreadPass, cuts: moderngl.Texture) -> None:
        """Find the classes."""
        self.cover.draw(self.found.framebuffer, spread.covers() | {"u_cuts": cuts})
        textures = {"u_tiles": self.found.color, "u_cuts": cuts}
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
