"""One draw over the tiles of a target that have something to do, chosen on the GPU."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.gl import draws
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.program import Number, Texture

VERTEX = "tiles.vert"


@dataclass(frozen=True)
class Tiles:
    """Which tiles of which slice: those whose class in `classes` is `wanted` (least, most).

    classes: R8, one texel a tile, slices above each other. count: tiles (across, up). size: of one,
    in px of the target that is drawn into.
    """

    classes: moderngl.Texture
    count: tuple[int, int]
    size: int
    index: int
    wanted: tuple[float, float]


def empty_between(tiles: Tiles | None, out: moderngl.Framebuffer) -> None:
    """Where `out` is drawn over tiles, nothing may lie between them; None: over all of it.

    Called just before drawing, which makes both one pass for the driver.
    """
    if tiles is not None:
        out.clear()


class Tiled(Fullscreen):
    """A fragment shader over some tiles of a target: `shaders/tiles.vert` + `fragment`.

    OpenGL 3.3 has no compute shaders and no indirect draws with counts from the GPU, but a point
    that is thrown out costs one vertex and no pixel.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        fragment: str,
        defines: Mapping[str, Number] | None = None,
    ) -> None:
        super().__init__(ctx, fragment, defines, vertex=VERTEX)

    def draw(
        self,
        out: moderngl.Framebuffer,
        textures: Mapping[str, Texture] | None = None,
        add: bool = False,
        depth_test: bool = False,
        tiles: Tiles | None = None,
        corner: tuple[int, int] = (0, 0),
        **uniforms: Any,
    ) -> None:
        """Write the pixels of `tiles`; all else as `Fullscreen.draw`.

        corner: px of the grid of tiles that is out's lower left one. Tiles are at depth 0.
        """
        if draws.observer is not None:
            options = {"add": add, "depth_test": depth_test, "tiles": tiles, "corner": corner}
            draws.tell(draws.Draw(self, out, textures or {}, uniforms, options))
        across, up = tiles.count
        self._prepare(
            out,
            {**(textures or {}), "u_classes": tiles.classes},
            add,
            (across * tiles.size, up * tiles.size),
            {
                **uniforms,
                "u_tiles": tiles.count,
                "u_tile_px": float(tiles.size),
                "u_slice": tiles.index,
                "u_wanted": tiles.wanted,
            },
            depth_test,
        )
        self.ctx.viewport = (-corner[0], -corner[1], across * tiles.size, up * tiles.size)
        self.ctx.enable(moderngl.PROGRAM_POINT_SIZE)
        self.triangle.render(moderngl.POINTS, vertices=across * up)
        self.ctx.disable(moderngl.PROGRAM_POINT_SIZE)
