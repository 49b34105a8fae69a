"""Push-pull: fill what slices in front hide, in colour and CoC, with what lies around it."""

from dataclasses import dataclass, field
from typing import Any

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.program import FULLSCREEN
from realtime.passes.layer import Layer

MEAN_OF_KNOWN = 4.0  # a coarser texel counts as known where one in four below it is
ALL_KNOWN = 1e6  # the coarsest level must be known whole, however little of the picture is


@dataclass(frozen=True)
class Gate:
    """The inputs of shaders/fill.vert; without any, there is none, and all is drawn."""

    textures: dict[str, moderngl.Texture] = field(default_factory=dict)
    uniforms: dict[str, Any] = field(default_factory=dict)


OPEN = Gate()


class FillPass:
    """A picture -> the same at half its size, without what is in front, and without holes.

    size: of the picture. gated: nothing is drawn for a slice that is empty. Owns a pyramid down to
    1 × 1: with a coarser end, empty regions would bleed black.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        dtype: str = "f2",
        gated: bool = False,
    ) -> None:
        vertex = "fill.vert" if gated else FULLSCREEN
        self.start = Fullscreen(ctx, "fill_start.frag", vertex="fill.vert")
        self.down = Fullscreen(ctx, "pull.frag", vertex=vertex)
        self.up = Fullscreen(ctx, "push.frag", vertex=vertex)
        self.end = Fullscreen(ctx, "push.frag", {"END": 1}, vertex=vertex)
        first = _halvings(size)[0]
        sizes = _halvings(first)
        self.size = first
        self.first = Layer(ctx, first, dtype, components=2)
        self.known = [Layer(ctx, size, dtype, components=2) for size in sizes]
        self.filled = [Layer(ctx, size, dtype, components=2) for size in sizes[:-1]]

    def draw(
        self,
        picture: Layer,
        cuts: moderngl.Texture,
        nearer: int,
        largest_px: float,
        out: Layer,
    ) -> None:
        """Leave out front slice `nearer` and nearer ones; `out` is of this pass's `size`.

        largest_px: a slice that begins beyond it is empty, and what is in `out` then means nothing.
        """
        gate = Gate({"u_cuts": cuts}, {"u_nearer": nearer, "u_largest_px": largest_px})
        self.start.draw(self.first.framebuffer, picture.inputs() | gate.textures, **gate.uniforms)
        self.fill(self.first, out, gate)

    def fill(self, layer: Layer, out: Layer, gate: Gate = OPEN) -> None:
        """Fill what `layer` does not know into `out`, both of this pass's `size`.

        layer: CoC · alpha in px and how well known it is, 0 … 1, in its second texture. out: its
        CoC is no longer multiplied. gate: of a pass that is gated.
        """
        finer = layer
        for level in self.known:
            saturate = ALL_KNOWN if level is self.known[-1] else MEAN_OF_KNOWN
            self._step(self.down, finer.inputs("finer"), level, gate, u_saturate=saturate)
            finer = level
        coarser = self.known[-1]
        for known, filled in zip(reversed(self.known[:-1]), reversed(self.filled), strict=True):
            self._push(self.up, known, coarser, filled, gate)
            coarser = filled
        self._push(self.end, layer, coarser, out, gate)

    def _push(
        self, pass_: Fullscreen, finer: Layer, coarser: Layer, out: Layer, gate: Gate
    ) -> None:
        self._step(pass_, finer.inputs("finer") | coarser.inputs("coarser"), out, gate)

    def _step(
        self,
        pass_: Fullscreen,
        textures: dict[str, moderngl.Texture],
        out: Layer,
        gate: Gate,
        **uniforms: float,
    ) -> None:
        pass_.draw(out.framebuffer, textures | gate.textures, **uniforms, **gate.uniforms)

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
