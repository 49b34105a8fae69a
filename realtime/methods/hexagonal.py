r"""Hexagons in two passes: blurs along three lines, joined into three rhombi.

              d0                  first pass      A = d0(picture)      B = A + d1(picture)
            .'|'.                 second pass     (d1(A) + d2(B)) / 3
          .'  |  '.
         |    |    |              that is d1 d0 + d2 d0 + d2 d1: each rhombus has two of the lines
         |  .' '.  |              as sides and a third of the light. d(P): P blurred evenly along
         |.'     '.|              a line from the middle to one corner
        d2 '.   .' d1
             '.'

L. McIntosh, B. E. Riecke, S. DiPaola 2012, Efficiently simulating the bokeh of polygonal apertures
in a post-process depth of field shader; J. White, C. Barré-Brisebois 2011, More performance! Five
rendering ideas from Battlefield 3 and Need For Speed: The Run, SIGGRAPH, whose four lines in two
passes these are.

Lines are read at the middles of equal steps, none at an end, so no rhombus reads on a side that it
shares with another: there is no seam to see. Reads are bilinear, which softens the rim by about a
pixel and makes hexagons of a radius below 2 px too wide. A rhombus of two slanted lines shows their
bilinear steps as a fine lattice, in which a lone light is uneven by some 7 % (rms); steps of half
the length do not mend it.

Each pixel has its own radius, but the second pass reads what was blurred with the radii of *other*
pixels: only where radii are the same all over is this the hexagon exactly.
"""

import math

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.methods.joined import Joined
from realtime.methods.method import AnyBank, Method
from realtime.methods.spread import one_radius, spread_defines, spread_programs
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil

SIDES = 6


class HexagonalPass:
    """u_color + u_place (knots, per pixel) -> one target, over two scratch targets."""

    name = "hexagonal"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, tiled: bool = False) -> None:
        over = Tiled if tiled else Fullscreen
        self.first = over(ctx, "methods/hexagonal_first.frag", spread_defines(bank))
        self.second = over(ctx, "methods/hexagonal_second.frag", spread_defines(bank))
        self.joined = Joined(ctx)
        self.rebind(bank)

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank with as many knots, turned as that one is."""
        self.radius = bank.knots
        self.corners = corners(bank.bank.target.get("rotation", 0.0))

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        frame: Frame = UPRIGHT,
        tiles: Tiles | None = None,
        veil: Veil | None = None,
        cat_eye: Frame | None = None,
        scale: int = 1,
    ) -> None:
        """Blur `color` into `out`; the same call as CascadePass.draw.

        Any frame will do. Passes do not know which tap brings what, so `veil` and `cat_eye` are
        left out.
        """
        area = {} if tiles is None else {"tiles": tiles}
        lines = [lines_px(corner, frame) for corner in self.corners]
        between = self.joined.over(scratch)
        empty_between(tiles, between)
        self.first.draw(
            between,
            {"u_color": color, "u_place": place},
            u_radius=self.radius,
            u_lines=(*lines[0], *lines[1]),
            **area,
        )
        empty_between(tiles, out.framebuffer)
        self.second.draw(
            out.framebuffer,
            {"u_one": scratch[0].color, "u_both": scratch[1].color, "u_place": place},
            u_radius=self.radius,
            u_lines=(*lines[1], *lines[2]),
            **area,
        )

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        for part in (self.joined, self.first, self.second):
            part.release()


def corners(rotation_deg: float) -> list[tuple[float, float]]:
    """Return every second corner of the hexagon of radius 1, (x, y), +y down, clockwise on screen.

    rotation_deg: clockwise from one corner on top, as the fitter draws polygons.
    """
    angles = [math.radians(rotation_deg - 90 + turn) for turn in (0, 120, 240)]
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


def lines_px(corner: tuple[float, float], frame: Frame) -> tuple[float, float]:
    """Return where a pixel reads for a corner, at radius 1 px: (x, y) px, +y up as in GL.

    A pixel reads from where its light comes, opposite to where a point's light goes.
    """
    x, y = corner
    xx, xy, yx, yy = frame
    return -(xx * x + xy * y), yx * x + yy * y


def straight_hexagons(bank: AnyBank) -> str | None:
    """Of a method that can do regular hexagons of any radius, and nothing else: Method.cannot."""
    shape = bank.target
    is_hexagon = shape.get("shape") == "polygon" and shape.get("sides") == SIDES
    if not is_hexagon or shape.get("curvature", 0) != 0:
        return "a bank of hexagons with straight sides expected"
    return one_radius(bank)


HEXAGONAL = Method(
    name="hexagonal",
    kind=HexagonalPass,
    about="hexagons by blurs along three lines, joined into three rhombi",
    source="L. McIntosh, B. E. Riecke, S. DiPaola 2012, Efficiently simulating the bokeh of "
    "polygonal apertures in a post-process depth of field shader; J. White, C. Barré-Brisebois "
    "2011, More performance!, SIGGRAPH",
    cannot=straight_hexagons,
    programs=spread_programs,
)
