"""Push-pull: fill a premultiplied picture's holes with what lies around them."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, color_target


class FillPass:
    """A premultiplied RGBA picture with holes (alpha < 1) -> the same, filled.

    Owns a pyramid down to 1 × 1: with a coarser end, empty regions would bleed black.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], dtype: str = "f2") -> None:
        self.down = Fullscreen(ctx, "pull.frag")
        self.up = Fullscreen(ctx, "push.frag")
        sizes = _halvings(size)
        self.known = [color_target(ctx, s, dtype=dtype) for s in sizes]
        self.filled = [color_target(ctx, s, dtype=dtype) for s in sizes[:-1]]

    def draw(self, color: moderngl.Texture, out: Target) -> None:
        """Fill `color` into `out`, both of the size given at the start."""
        finer = color
        for level, target in enumerate(self.known):
            last = level == len(self.known) - 1
            # The coarsest level must be known whole, however little of the picture is.
            saturate = 1e6 if last else 4.0
            self.down.draw(target.framebuffer, {"u_finer": finer}, u_saturate=saturate)
            finer = target.color
        coarser = finer
        for known, filled in zip(reversed(self.known[:-1]), reversed(self.filled), strict=True):
            self._push(known.color, coarser, filled)
            coarser = filled.color
        self._push(color, coarser, out)

    def _push(self, finer: moderngl.Texture, coarser: moderngl.Texture, out: Target) -> None:
        self.up.draw(out.framebuffer, {"u_finer": finer, "u_coarser": coarser})

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
