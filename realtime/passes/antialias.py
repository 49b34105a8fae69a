"""Anti-aliasing after the fact, where surfaces end."""

from collections import deque
from typing import Any

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, color_target, release_framebuffer
from realtime.gl.tiled import Tiled, Tiles

# Edges are followed this far; a step of a longer one is taken for level, 1/16 of a pixel off.
REACH_PX = 8
# Pictures beside each other that are drawn in turns.
KEPT = 2
OPEN, SHUT = (True,) * 4, (False,) * 4  # color masks
EDGES, ANTIALIAS, TEXEL = "edges.frag", "antialias.frag", "texel.frag"


class AntialiasPass:
    """A picture drawn with one sample a pixel -> the same with smooth edges, in place.

    Pixels at edges are marked in a depth buffer; the rest fail the depth test of what follows, and
    so are neither shaded nor copied, on a GPU as on a CPU. Owns the buffer and a picture of its
    size, which holds the edges until they are put back.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        self.ctx = ctx
        self.smoothed: Target = color_target(ctx, size, depth=True)
        names = (EDGES, ANTIALIAS, TEXEL)
        self.whole = {name: Fullscreen(ctx, name, vertex="near.vert") for name in names}
        self.tiled = {name: Tiled(ctx, name) for name in names}
        self._back: deque[tuple[moderngl.Texture, moderngl.Framebuffer]] = deque()

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
        where = {} if tiles is None else {"tiles": tiles, "corner": corner}
        numbers = {"u_sharp_depth": sharp_depth, "u_corner": corner}
        aside.color_mask = SHUT
        aside.use()  # after the mask, which counts from then on
        aside.clear(depth=1.0)
        self._cover(EDGES, aside, {"u_depth": depth}, where, "<", **numbers)
        aside.color_mask = OPEN
        aside.use()
        self._cover(ANTIALIAS, aside, {"u_color": color}, where, "==", u_reach_px=REACH_PX)
        self._cover(TEXEL, back, {"u_color": self.smoothed.color}, where, "==")
        self.ctx.disable(moderngl.DEPTH_TEST)
        self.ctx.depth_func = "<="

    def _cover(
        self,
        name: str,
        out: moderngl.Framebuffer,
        textures: dict[str, moderngl.Texture],
        where: dict[str, Any],
        depth_func: str,
        **uniforms: Any,
    ) -> None:
        self.ctx.depth_func = depth_func
        pass_ = self.tiled[name] if where else self.whole[name]
        pass_.draw(out, textures, depth_test=True, **where, **uniforms)

    def _into(self, color: moderngl.Texture) -> moderngl.Framebuffer:
        """A framebuffer that draws into `color` behind the marks; kept for the latest ones.

        It keeps its texture alive, and OpenGL may give the name of one that went to another.
        """
        for texture, framebuffer in self._back:
            if texture is color:
                return framebuffer
        if len(self._back) == KEPT:
            release_framebuffer(self._back.popleft()[1])
        framebuffer = self.ctx.framebuffer([color], self.smoothed.depth)
        self._back.append((color, framebuffer))
        return framebuffer

    def release(self) -> None:
        """Free the memory."""
        for _, framebuffer in self._back:
            release_framebuffer(framebuffer)
        for part in (*self.whole.values(), *self.tiled.values(), self.smoothed):
            part.release()
