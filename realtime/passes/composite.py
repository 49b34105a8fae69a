"""The picture: slices in front over what is sharp over slices behind."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.gl.tiled import Tiled
from realtime.passes.layer import Layer
from realtime.passes.slice import BEHIND as BEHIND_SIDE
from realtime.passes.tiles import ALL, BEHIND, SHARP, TilesPass

# What each class of tiles is made of: sharp light alone is copied.
PARTS = {SHARP: (0, 0, 0), BEHIND: (1, 0, 0), ALL: (1, 1, 1)}  # behind, front, hidden


@dataclass(frozen=True)
class Merged:
    """Blurred slices by side, and how many px of the picture (width, height) they cover."""

    sides: dict[int, moderngl.Texture]
    covered_px: tuple[int, int]


class CompositePass:
    """The scene's picture, its depth, and the merged slices of both sides -> one HDR picture."""

    def __init__(self, ctx: moderngl.Context, slices: tuple[int, int], hidden: int) -> None:
        behind, front = (min(count, 1) for count in slices)
        self.passes = {}
        for wanted, (with_behind, with_front, with_hidden) in PARTS.items():
            parts = {
                "BEHINDS": with_behind * behind,
                "FRONTS": with_front * front,
                "HIDDEN": with_hidden * min(hidden, 1),
            }
            self.passes[wanted] = Tiled(ctx, "composite.frag", parts)

    def draw(
        self,
        source: dict[str, moderngl.Texture],
        coc: dict[str, Any],
        cuts: moderngl.Texture,
        merged: Merged,
        hidden: Layer | None,
        hidden_px: tuple[int, int],
        tiles: TilesPass,
        out: moderngl.Framebuffer,
        size: tuple[int, int],
    ) -> None:
        """source, coc: textures and uniforms of shaders/inc/coc.glsl.

        hidden: what lies under the front, over `hidden_px` of the picture. size: of `out`, px.

        Alpha of the picture is kept.
        """
        textures = source | {"u_cuts": cuts}
        for side, texture in merged.sides.items():
            textures["u_behind" if side == BEHIND_SIDE else "u_front"] = texture
        if hidden is not None:
            textures |= hidden.inputs("hidden", "_0")
        numbers = coc | {"u_covered": merged.covered_px, "u_size": hidden_px}
        for wanted, pass_ in self.passes.items():
            # What a tile is not made of its program does not read.
            used = {name: value for name, value in textures.items() if name in pass_.program}
            known = {name: value for name, value in numbers.items() if name in pass_.program}
            pass_.draw(out, used, size=size, tiles=tiles.of_picture(wanted), **known)

    def release(self) -> None:
        """Free the programs."""
        for pass_ in self.passes.values():
            pass_.release()
