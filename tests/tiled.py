"""Draws over some tiles of a target."""

import moderngl
import numpy as np

from realtime.blur.picture import read_target, write_target
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import clamp, color_target
from realtime.gl.tiled import Tiles

TILE = 8


def blur_lower_left(ctx, kind, bank, image, place, tiles: int) -> np.ndarray:
    """[H, W, 4] drawn over tiles × tiles in the lower left, into targets full of light."""
    height, width = image.shape[:2]
    count = (-(-width // TILE), -(-height // TILE))
    wanted = np.zeros((count[1], count[0]), "u1")
    wanted[:tiles, :tiles] = 255  # +y up
    classes = ctx.texture(count, 1, wanted.tobytes(), alignment=1)
    clamp(classes, moderngl.NEAREST)
    over = Tiles(classes, count, TILE, 0, (0.5, 1.0))
    textures = BankTextures(ctx, bank, "float")
    kernel = kind(ctx, textures, tiled=True)
    color, first, second, out = (color_target(ctx, (width, height), dtype="f4") for _ in range(4))
    where = color_target(ctx, (width, height), 1, "f4")
    write_target(color, image, "f4")
    write_target(where, place[..., None], "f4")
    for target in (first, second, out):
        target.framebuffer.clear(9.0, 9.0, 9.0, 9.0)
    kernel.draw(color.color, where.color, (first, second), out, tiles=over)
    drawn = read_target(out)
    for part in (kernel, textures, classes, color, first, second, out, where):
        part.release()
    return drawn
