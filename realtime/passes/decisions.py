"""What depth of field decided about a picture, as a picture: for people, not for the frame loop."""

from typing import Any

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.passes.cuts import CutsPass
from realtime.passes.layer import Layer
from realtime.passes.tiles import BLURRED, TILE, VEILED, WITH_SHARP, TilesPass

VIEWS = ("coc", "slices", "tiles")


class DecisionsPass:
    """CoC, cuts and classes of tiles -> a picture in false colours, linear light 0 … 1.

    What the colours mean: shaders/decisions.frag.
    """

    def __init__(self, ctx: moderngl.Context, slices: tuple[int, int]) -> None:
        self.ctx = ctx
        behind, front = slices
        self.defines = {"BEHINDS": behind, "FRONTS": front, "SLICES": behind + front}
        self._passes: dict[str, Fullscreen] = {}

    def draw(
        self,
        view: str,
        picture: Layer,
        cuts: CutsPass,
        tiles: TilesPass,
        largest_px: float,
        scale: int,
        out: moderngl.Framebuffer,
        corner: tuple[int, int],
    ) -> None:
        """view: one of VIEWS. largest_px: the CoC radius shown brightest. scale: px a texel.

        corner: px of the picture that is out's lower left one.
        """
        textures: dict[str, Any] = {"u_coc": picture.coc.color}
        numbers: dict[str, Any] = {"u_covered": tuple(side * scale for side in picture.size)}
        if view == "coc":
            numbers["u_largest_px"] = largest_px
        elif view == "slices":
            textures["u_cuts"] = cuts.texture
        else:
            textures = {"u_classes": tiles.classes.color}
            numbers["u_covered"] = tuple(count * TILE for count in tiles.count)
            numbers |= {"u_blurred": BLURRED, "u_veiled": VEILED, "u_with_sharp": WITH_SHARP}
        self._pass(view).draw(out, textures, u_corner=corner, **numbers)

    def _pass(self, view: str) -> Fullscreen:
        """Made when first looked at."""
        if view not in self._passes:
            defines = self.defines | {"VIEW": VIEWS.index(view)}
            self._passes[view] = Fullscreen(self.ctx, "decisions.frag", defines)
        return self._passes[view]

    def release(self) -> None:
        """Free the programs."""
        for pass_ in self._passes.values():
            pass_.release()
