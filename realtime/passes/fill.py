"""Push-pull: fill what slices in front hide, in colour and CoC, with what lies around it."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.passes.layer import Layer

MEAN_OF_KNOWN = 4.0  # a coarser texel counts as known where one in four below it is
ALL_KNOWN = 1e6  # the coarsest level must be known whole, however little of the picture is


class FillPass:
    """A picture -> the same at half its size, without what is in front, and without holes.

    size: of the picture. Owns a pyramid down to 1 × 1: with a coarser end, empty regions would
    bleed black.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], dtype: str = "f2") -> None:
        self.start = Fullscreen(ctx, "fill_start.frag")
        self.down = Fullscreen(ctx, "pull.frag")
        self.up = Fullscreen(ctx, "push.frag")
        self.end = Fullscreen(ctx, "push.frag", {"END": 1})
        first = _halvings(size)[0]
        sizes = _halvings(first)
        self.size = first
        self.first = Layer(ctx, first, dtype, components=2)
        self.known = [Layer(ctx, size, dtype, components=2) for size in sizes]
        self.filled = [Layer(ctx, size, dtype, components=2) for size in sizes[:-1]]

    def draw(self, picture: Layer, cuts: moderngl.Texture, nearer: int, out: Layer) -> None:
        """Leave out front slice `nearer` and nearer ones; `out` is of this pass's `size`."""
        textures = picture.inputs() | {"u_cuts": cuts}
        self.start.draw(self.first.framebuffer, textures, u_nearer=nearer)
        self.fill(self.first, out)

    def fill(self, layer: Layer, out: Layer) -> None:
        """Fill what `layer` does not know into `out`, both of this pass's `size`.

        layer: CoC · alpha in px and how well known it is, 0 … 1, in its second texture. out: its
        CoC is no longer multiplied.
        """
        finer = layer
        for level in self.known:
            self._pull(finer, level, ALL_KNOWN if level is self.known[-1] else MEAN_OF_KNOWN)
            finer = level
        coarser = self.known[-1]
        for known, filled in zip(reversed(self.known[:-1]), reversed(self.filled), strict=True):
            self._push(self.up, known, coarser, filled)
            coarser = filled
        self._push(self.end, layer, coarser, out)

    def _pull(self, finer: Layer, out: Layer, saturate: float) -> None:
        self.down.draw(out.framebuffer, finer.inputs("finer"), u_saturate=saturate)

    def _push(self, pass_: Fullscreen, finer: Layer, coarser: Layer, out: Layer) -> None:
        pass_.draw(out.framebuffer, finer.inputs("finer") | coarser.inputs("coarser"))

    def release(self) -> None:
        """Free the programs and the pyramid."""
        for part in (
            self.start,
            self.down,
            self.up,
            self.end,
            self.first,
            *self.known,
            *self.filled,
        ):
            part.release()


def _halvings(size: tuple[int, int]) -> list[tuple[int, int]]:
    """Sizes below `size`, each half of the last rounded up, down to (1, 1)."""
    sizes = []
    while not sizes or size != (1, 1):
        size = ((size[0] + 1) // 2, (size[1] + 1) // 2)
        sizes.append(size)
    return sizes
