"""A body's depth carried on past its silhouette: push-pull, as the fill does with colour.

What is smeared past a silhouette moves as the body does there, so there must be a depth to say how.
"""

from dataclasses import dataclass

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scissor import Rect, scissored
from realtime.gl.targets import color_target

RIM = 2  # texels round a rectangle that the next finer level reads


@dataclass(frozen=True)
class BodyDepth:
    """The inputs of shaders/inc/body_depth.glsl.

    depth: window depth of one part of the scene, 1 where it is not. to_whole: factor and bias from
    that to the window depth of the whole scene's camera. nearby: of half the size, the latter; None
    where the first is known everywhere.
    """

    depth: moderngl.Texture
    to_whole: tuple[float, float] = (1.0, 0.0)
    nearby: moderngl.Texture | None = None

    @property
    def textures(self) -> dict[str, moderngl.Texture]:
        """The samplers."""
        return {"u_depth": self.depth, "u_nearby": self.nearby}

    @property
    def uniforms(self) -> dict[str, tuple[float, float]]:
        """The numbers."""
        return {"u_to_whole": self.to_whole}


class NearbyDepthPass:
    """Window depth of a part of the scene -> depth everywhere round it. Owns two pyramids.

    size: of the picture.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        self.start = Fullscreen(ctx, "depth_pull.frag", {"START": 1})
        self.down = Fullscreen(ctx, "depth_pull.frag", {"START": 0})
        self.up = Fullscreen(ctx, "depth_push.frag")
        sizes = []
        while not sizes or sizes[-1] != (1, 1):
            size = ((size[0] + 1) // 2, (size[1] + 1) // 2)
            sizes.append(size)
        self.known = [color_target(ctx, size, 1, "f4") for size in sizes]
        self.filled = [color_target(ctx, size, 1, "f4") for size in sizes[:-1]]

    def draw(self, depth: moderngl.Texture, to_whole: tuple[float, float], rect: Rect) -> BodyDepth:
        """Return the depth of a part of the scene, which lies in `rect`; right within it."""
        for level, target in enumerate(self.known):
            target.framebuffer.clear(-1.0)
            source = depth if level == 0 else self.known[level - 1].color
            numbers = {"u_to_whole": to_whole} if level == 0 else {}
            with scissored(_halved(rect, level + 1), target.framebuffer):
                pass_ = self.start if level == 0 else self.down
                pass_.draw(target.framebuffer, {"u_finer": source}, **numbers)
        coarser = self.known[-1]
        for level in reversed(range(len(self.filled))):
            target = self.filled[level]
            textures = {"u_finer": self.known[level].color, "u_coarser": coarser.color}
            with scissored(_halved(rect, level + 1), target.framebuffer):
                self.up.draw(target.framebuffer, textures)
            coarser = target
        return BodyDepth(depth, to_whole, coarser.color)

    def release(self) -> None:
        """Free the programs and the pyramids."""
        for part in (self.start, self.down, self.up, *self.known, *self.filled):
            part.release()


def _halved(rect: Rect, times: int) -> Rect:
    """What covers a rectangle at half the size, so many times, with a rim."""
    low = [max((part >> times) - RIM, 0) for part in rect[:2]]
    high = [-(-(at + side) >> times) + RIM for at, side in zip(rect[:2], rect[2:], strict=True)]
    return (low[0], low[1], high[0] - low[0], high[1] - low[1])
