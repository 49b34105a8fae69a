"""Carry each slice's CoC past its silhouette."""

import math
from collections.abc import Sequence

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target, release_framebuffer
from realtime.passes.layer import Layer

BLOCK = 8  # px of the picture a texel of the spread: radii vary slowly


class SpreadPass:
    """The picture and what it hides -> of every slice its radius nearby, and what it covers.

    size: of the picture; scale: px of it a texel; slices: how many behind and in front. Owns small
    float32 targets: at the rim of a wide window one pixel of a slice is less than half floats can
    tell from nothing.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        scale: int,
        slices: tuple[int, int],
        hidden: int,
    ) -> None:
        behind, front = slices
        self.pairs = (behind + front + 1) // 2
        defines = {
            "PAIRS": self.pairs,
            "BLOCK": BLOCK,
            "TEXELS": BLOCK // scale,
            "BEHINDS": behind,
            "FRONTS": front,
            "SLICES": behind + front,
        }
        # Locations of outputs have to be literals in GLSL 3.30.
        locations = {f"COVER_{index}": self.pairs + index for index in range(3)}
        self.start = Fullscreen(ctx, "spread_start.frag", defines | locations | {"HIDDEN": hidden})
        self.spread = Fullscreen(ctx, "spread.frag", defines)
        self.find_rows = Fullscreen(ctx, "reach_rows.frag", {"SLICES": behind + front})
        self.find_reach = Fullscreen(ctx, "reach.frag")
        self.size = (math.ceil(size[0] / BLOCK), math.ceil(size[1] / BLOCK))
        self.first, self.second = (self._targets(ctx, self.pairs, "f4") for _ in range(2))
        # Four slots a target: the slices, what is sharp, what is so somewhere in a texel.
        self.cover = self._targets(ctx, (behind + front + 5) // 4, "f2")
        self.rows, self.reach = (
            color_target(ctx, (behind + front, rows), 1, "f4") for rows in (self.size[1], 1)
        )
        self.buffers = (
            ctx.framebuffer([t.color for t in (*self.first, *self.cover)]),
            ctx.framebuffer([t.color for t in self.second]),
            ctx.framebuffer([t.color for t in self.first]),
        )

    def _targets(self, ctx: moderngl.Context, count: int, dtype: str) -> list:
        return [color_target(ctx, self.size, dtype=dtype) for _ in range(count)]

    def draw(
        self,
        picture: Layer,
        cuts: moderngl.Texture,
        hidden: Sequence[Layer],
        covered: tuple[int, int],
    ) -> None:
        """hidden: what lies under the front slices. covered: texels of the picture they cover."""
        textures = picture.inputs() | {"u_cuts": cuts}
        for index, layer in enumerate(hidden):
            textures |= layer.inputs("hidden", f"_{index}")
        sizes = {"u_size": covered} if hidden else {}
        start, across, upwards = self.buffers
        self.start.draw(start, textures, **sizes)
        self.find_rows.draw(self.rows.framebuffer, self.covers())
        self.find_reach.draw(self.reach.framebuffer, {"u_rows": self.rows.color})
        self.spread.draw(across, self._inputs(self.first), u_direction=(1, 0))
        self.spread.draw(upwards, self._inputs(self.second), u_direction=(0, 1))

    def _inputs(self, pairs: list) -> dict[str, moderngl.Texture]:
        named = {f"u_pair_{index}": pair.color for index, pair in enumerate(pairs)}
        return named | self.reaches()

    def reaches(self) -> dict[str, moderngl.Texture]:
        """The largest radius of every slice, as a sampler."""
        return {"u_reach": self.reach.color}

    def inputs(self, first: int = 0) -> dict[str, moderngl.Texture]:
        """The spread's textures as samplers, from pair `first` on."""
        return {f"u_pair_{i}": pair.color for i, pair in enumerate(self.first) if i >= first}

    def covers(self) -> dict[str, moderngl.Texture]:
        """The covers' textures as samplers."""
        return {f"u_cover_{i}": cover.color for i, cover in enumerate(self.cover)}

    def of(self, slot: int) -> dict[str, moderngl.Texture]:
        """The texture in which a slice is, as a sampler; the slice is number slot % 2 of it."""
        return {"u_spread": self.first[slot // 2].color}

    def release(self) -> None:
        """Free the programs and the targets."""
        for framebuffer in self.buffers:
            release_framebuffer(framebuffer)
        passes = (self.start, self.spread, self.find_rows, self.find_reach)
        reach = (self.rows, self.reach)
        for part in (*passes, *reach, *self.first, *self.second, *self.cover):
            part.release()
