"""A photograph through effects, tile by tile."""

from collections.abc import Callable, Iterable, Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from realtime.effects.effect import Effect
from realtime.effects.stack import EffectStack
from realtime.gl.parts import Window
from realtime.gl.scissor import Rect
from realtime.gl.targets import DTYPES, Target, color_target
from realtime.photo.light import Decoder, Encoder
from realtime.photo.tiles import Plan, Tile

Progress = Callable[[Iterable[Tile]], Iterable[Tile]]  # such as tqdm
EffectsOf = Callable[[Tile], Sequence[Effect] | None]  # the stack's own for None


class TiledBlur:
    """Effects over pictures of one size, in tiles that come out as if there were none.

    stack: made for parts, and of `precision`. Owns two textures of a tile's size, not the stack.
    """

    def __init__(
        self, ctx: moderngl.Context, stack: EffectStack, plan: Plan, precision: str
    ) -> None:
        self.stack, self.plan = stack, plan
        self.dtype = DTYPES[precision]
        self._color: Target = color_target(ctx, plan.side, dtype=self.dtype)
        self._color.framebuffer.clear()  # what lies past a picture must not be NaN
        self._out: Target = color_target(ctx, plan.side, dtype=self.dtype)

    @property
    def number_type(self) -> type:
        """Of the light in textures."""
        return np.dtype(self.dtype).type

    def run(
        self,
        decoder: Decoder,
        encoder: Encoder,
        effects_of: EffectsOf = lambda tile: None,
        progress: Progress = lambda tiles: tiles,
    ) -> np.ndarray:
        """Return the blurred picture as pixels [H, W, C] of the encoder's type.

        effects_of: the stack's effects with other settings, for a tile.
        """
        width, height = self.plan.whole
        pixels = np.empty((height, width, encoder.channels), encoder.dtype)
        for tile in progress(self.plan):
            self._upload(decoder, tile)
            window = Window(tile.origin, self.plan.whole, self._drawn(tile))
            self.stack.render(self._color.color, self._out.framebuffer, window, effects_of(tile))
            part = pixels[tile.top : tile.bottom, tile.left : tile.right]
            part[:] = encoder.pixels(self._read(tile), (tile.left, tile.top))
        return pixels

    def _drawn(self, tile: Tile) -> Rect:
        """What of the tile's textures is needed."""
        (x, y), height = tile.origin, self.plan.side[1]
        left, top, right, bottom = tile.read
        return (left - x, height - (bottom - y), right - left, bottom - top)

    def _upload(self, decoder: Decoder, tile: Tile) -> None:
        """Put what of the picture is read into the tile's texture, whose bottom row is first."""
        left, top, right, bottom = tile.read
        light = decoder.light(slice(top, bottom), slice(left, right))
        self._color.color.write(np.ascontiguousarray(light[::-1]), viewport=self._drawn(tile))

    def _read(self, tile: Tile) -> NDArray[np.floating]:
        """Return what is kept of the tile, [h, w, 4]. Waits for the renderer."""
        (x, y), height = tile.origin, self.plan.side[1]
        columns, rows = tile.right - tile.left, tile.bottom - tile.top
        viewport = (tile.left - x, height - (tile.bottom - y), columns, rows)
        data = self._out.framebuffer.read(
            viewport=viewport, components=4, dtype=self.dtype, alignment=1
        )
        return np.frombuffer(data, self.dtype).reshape(rows, columns, 4)[::-1]

    def release(self) -> None:
        """Free the textures."""
        self._color.release()
        self._out.release()
