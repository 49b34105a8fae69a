"""Anti-aliasing after the fact, where surfaces end."""

import moderngl

from realtime.gl.program import bind_textures, build_program, set_uniforms
from realtime.gl.targets import Target, color_target, release_framebuffer
from realtime.gl.tiled import Tiled, Tiles

# Edges are followed this far; a step of a longer one is taken for level, 1/16 of a pixel off.
REACH_PX = 8
OPEN, SHUT = (True,) * 4, (False,) * 4  # color masks


class AntialiasPass:
    """A picture drawn with one sample a pixel -> the same with smooth edges, in place.

    Pixels at edges are marked in a depth buffer; the rest fail the depth test of what follows, and
    so are neither shaded nor copied, on a GPU as on a CPU. Owns the buffer and a picture of its
    size, which holds the edges until they are put back.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        self.ctx = ctx
        self.smoothed: Target = color_target(ctx, size, depth=True)
        self.programs = {
            name: build_program(ctx, f"{name}.frag", vertex="near.vert")
            for name in ("edges", "antialias", "texel")
        }
        self.edges_of_tiles = Tiled(ctx, "edges.frag")
        set_uniforms(self.programs["antialias"], {"u_reach_px": REACH_PX})
        self.triangles = {name: ctx.vertex_array(p, []) for name, p in self.programs.items()}
        self._back: dict[int, moderngl.Framebuffer] = {}  # by the texture it draws into

    def draw(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        sharp_depth: tuple[float, float] = (0.0, 1.0),
        corner: tuple[int, int] = (0, 0),
        tiles: Tiles | None = None,
    ) -> None:
        """Smooth `color`, exposed linear light, of the pass's size. depth: window depth.

        Edges are those of surfaces: what a texture paints stays. sharp_depth: smooth only edges of
        surfaces between these window depths; what a lens has blurred has none. corner: px of
        `depth` that is the lower left one of `color`. tiles: of `depth`; only they have edges.
        """
        aside, back = self.smoothed.framebuffer, self._into(color)
        aside.color_mask = SHUT
        aside.use()  # after the mask, which counts from then on
        self.ctx.viewport = (0, 0, *aside.size)
        aside.clear(depth=1.0)
        self.ctx.enable_only(moderngl.DEPTH_TEST)
        self.ctx.depth_func = "<"
        numbers = {"u_sharp_depth": sharp_depth, "u_corner": corner}
        if tiles is None:
            set_uniforms(self.programs["edges"], numbers)
            self._cover("edges", {"u_depth": depth})
        else:
            self.edges_of_tiles.draw(
                aside, {"u_depth": depth}, tiles=tiles, corner=corner, depth_test=True, **numbers
            )
        aside.color_mask = OPEN
        aside.use()
        self.ctx.depth_func = "=="
        self._cover("antialias", {"u_color": color})
        back.use()
        self._cover("texel", {"u_color": self.smoothed.color})
        self.ctx.disable(moderngl.DEPTH_TEST)
        self.ctx.depth_func = "<="

    def _cover(self, name: str, textures: dict[str, moderngl.Texture]) -> None:
        bind_textures(self.programs[name], textures)
        self.triangles[name].render(moderngl.TRIANGLES, vertices=3)

    def _into(self, color: moderngl.Texture) -> moderngl.Framebuffer:
        """A framebuffer that draws into `color` behind the marks; one is kept for each color."""
        if color.glo not in self._back:
            self._back[color.glo] = self.ctx.framebuffer([color], self.smoothed.depth)
        return self._back[color.glo]

    def release(self) -> None:
        """Free the memory."""
        for framebuffer in self._back.values():
            release_framebuffer(framebuffer)
        programs = (*self.programs.values(), self.edges_of_tiles)
        for part in (*self.triangles.values(), *programs, self.smoothed):
            part.release()
