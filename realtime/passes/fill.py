"""Push-pull: fill a picture's holes, in colour and CoC, with what lies around them."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, color_target, release_framebuffer

MEAN_OF_KNOWN = 4.0  # a coarser texel counts as known where one in four below it is
ALL_KNOWN = 1e6  # the coarsest level must be known whole, however little of the picture is


class Layer:
    """Premultiplied colour and CoC · alpha of one size, drawn into together."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], dtype: str) -> None:
        self.color: Target = color_target(ctx, size, dtype=dtype)
        self.coc: Target = color_target(ctx, size, components=1, dtype=dtype)
        self.framebuffer = ctx.framebuffer([self.color.color, self.coc.color])

    def inputs(self, name: str) -> dict[str, moderngl.Texture]:
        """Its textures under the names of a shader's samplers."""
        return {f"u_{name}": self.color.color, f"u_{name}_coc": self.coc.color}

    def release(self) -> None:
        """Free the memory."""
        release_framebuffer(self.framebuffer)
        self.color.release()
        self.coc.release()


class FillPass:
    """A layer with holes (alpha < 1) -> the same, filled.

    Owns a pyramid down to 1 × 1: with a coarser end, empty regions would bleed black.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], dtype: str = "f2") -> None:
        self.down = Fullscreen(ctx, "pull.frag")
        self.up = Fullscreen(ctx, "push.frag")
        sizes = _halvings(size)
        self.known = [Layer(ctx, size, dtype) for size in sizes]
        self.filled = [Layer(ctx, size, dtype) for size in sizes[:-1]]

    def draw(self, layer: Layer, out: Layer) -> None:
        """Fill `layer` into `out`, both of the size given at the start."""
        self._pull(layer)
        coarser = self.known[-1]
        for known, filled in zip(reversed(self.known[:-1]), reversed(self.filled), strict=True):
            self._push(known, coarser, filled)
            coarser = filled
        self._push(layer, coarser, out)

    def _pull(self, finer: Layer) -> None:
        for level in self.known:
            saturate = ALL_KNOWN if level is self.known[-1] else MEAN_OF_KNOWN
            self.down.draw(level.framebuffer, finer.inputs("finer"), u_saturate=saturate)
            finer = level

    def _push(self, finer: Layer, coarser: Layer, out: Layer) -> None:
        self.up.draw(out.framebuffer, finer.inputs("finer") | coarser.inputs("coarser"))

    def release(self) -> None:
        """Free the programs and the pyramid."""
        for part in (self.down, self.up, *self.known, *self.filled):
            part.release()


def _halvings(size: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes below `size`, each half of the last rounded up, down to (1, 1)."""
    sizes = []
    while not sizes or size != (1, 1):
        size = ((size[0] + 1) // 2, (size[1] + 1) // 2)
        sizes.append(size)
    return sizes
