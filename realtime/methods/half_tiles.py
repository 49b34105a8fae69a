"""Which tiles need full size, half size or both: found on the GPU."""

import math

import moderngl
import numpy as np

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.gl.tiled import Tiles
from realtime.passes.frame import Frame

TILE = 16  # px of the full size
_TEXELS_UP = 1.0  # at half size; how far from its place the way up reads
_FULL, _HALF = (0.2, 0.6), (0.4, 0.8)  # classes, see shaders/methods/sparse_half_classes.frag


class HalfTiles:
    """Needs of texels at half size -> those of tiles, and a class a tile; for one size."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        """size: (width, height) of the full size, px."""
        self.needs = Fullscreen(ctx, "methods/sparse_half_needs.frag", {"SIDE": TILE // 2})
        self.classify = Fullscreen(ctx, "methods/sparse_half_classes.frag")
        self.count = tuple(-(-side // TILE) for side in size)
        self.found = color_target(ctx, self.count, 2, "f1")
        self.classes = color_target(ctx, self.count, 1, "f1")

    def draw(
        self, needs: moderngl.Texture, reaches_px: tuple[float, float], frame: Frame
    ) -> tuple[Tiles, Tiles]:
        """Return the tiles to draw at full size, and at half size.

        needs: as of sparse_half_down.frag. reaches_px: see HalfPlaces; before the frame.
        """
        self.needs.draw(self.found.framebuffer, {"u_needs": needs})
        self.classify.draw(
            self.classes.framebuffer,
            {"u_needs": self.found.color},
            u_margins=_margins(reaches_px, frame),
        )
        full, half = (
            Tiles(self.classes.color, self.count, size, 0, wanted)
            for size, wanted in ((TILE, _FULL), (TILE // 2, _HALF))
        )
        return full, half

    def release(self) -> None:
        """Free the programs and the targets."""
        for part in (self.needs, self.classify, self.found, self.classes):
            part.release()


def _margins(reaches_px: tuple[float, float], frame: Frame) -> tuple[int, int]:
    """How many tiles away something may still be read. A bilinear read is a pixel wide."""
    stretch = float(np.linalg.norm(np.reshape(frame, (2, 2)), 2))
    full_px, half_px = (reach_px * stretch for reach_px in reaches_px)
    return math.ceil((full_px + 1) / TILE), math.ceil((half_px + 2 + 2 * _TEXELS_UP) / TILE)
