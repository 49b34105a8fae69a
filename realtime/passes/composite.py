"""Lay blurred slices and what is sharp over each other."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.gl.tiled import Tiled
from realtime.passes.cuts import SHARP_PX
from realtime.passes.layer import Layer
from realtime.passes.slice import BEHIND as BEHIND_SIDE
from realtime.passes.tiles import ALL, ALL_BLURRED, BEHIND, BEHIND_BLURRED, SHARP, TilesPass

# What each class of tiles is made of. Sharp light alone is copied; where nothing is sharp the
# picture itself is not read.
PARTS = {
    SHARP: {"SHARP": 1},
    BEHIND_BLURRED: {"BEHINDS": 1},
    BEHIND: {"SHARP": 1, "BEHINDS": 1},
    ALL_BLURRED: {"BEHINDS": 1, "FRONTS": 1},
    ALL: {"SHARP": 1, "BEHINDS": 1, "FRONTS": 1, "HIDDEN": 1},
}
NONE = dict.fromkeys(("SHARP", "BEHINDS", "FRONTS", "HIDDEN"), 0)


@dataclass(frozen=True)
class Merged:
    """Blurred slices by side, and how many px of the picture (width, height) they cover."""

    sides: dict[int, moderngl.Texture]
    covered_px: tuple[int, int]


class CompositePass:
    """The scene's picture, its depth, and the merged slices of both sides -> one HDR picture."""

    def __init__(
        self, ctx: moderngl.Context, slices: tuple[int, int], hidden: int, scale: int
    ) -> None:
        behind, front = slices
        there = {"SHARP": 1, "BEHINDS": behind, "FRONTS": front, "HIDDEN": hidden}
        self.passes = {}
        for wanted, parts in PARTS.items():
            used = {name: min(count, there[name]) for name, count in parts.items()}
            defines = NONE | used | {"SHARP_PX": SHARP_PX[scale]}
            self.passes[wanted] = Tiled(ctx, "composite.frag", defines)

    def draw(
        self,
        source: dict[str, moderngl.Texture],
        coc: dict[str, Any],
        merged: Merged,
        hidden: Layer | None,
        hidden_px: tuple[int, int],
        tiles: TilesPass,
        out: moderngl.Framebuffer,
        corner: tuple[int, int],
    ) -> None:
        """source, coc: textures and uniforms of shaders/inc/coc.glsl.

        hidden: what lies under the front, over `hidden_px` of the picture. corner: px of the
        picture that is out's lower left one. Alpha of the picture is kept.
        """
        textures = dict(source)
        for side, texture in merged.sides.items():
            textures["u_behind" if side == BEHIND_SIDE else "u_front"] = texture
        if hidden is not None:
            textures |= hidden.inputs("hidden", "_0")
        numbers = coc | {
            "u_covered": merged.covered_px,
            "u_size": hidden_px,
            "u_corner": corner,
        }
        for wanted, pass_ in self.passes.items():
            # What a tile is not made of its program does not read.
            there = pass_.inputs.members
            used = {name: value for name, value in textures.items() if name in there}
            known = {name: value for name, value in numbers.items() if name in there}
            where = tiles.of_picture(wanted)
            pass_.draw(out, used, tiles=where, corner=corner, **known)

    def release(self) -> None:
        """Free the programs."""
        for pass_ in self.passes.values():
            pass_.release()
