"""What the GPU knows about one pixel, in one small row of texels."""

from typing import Any

import moderngl
import numpy as np

from realtime.blur.depth_of_field import Decided
from realtime.blur.settings import MOST_SLICES
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.passes.effect_map import EffectMapPass
from realtime.view.inspect.late import LateRead

CUTS = 4  # the texel of the first cut, see shaders/probe.frag
TEXELS = CUTS + MOST_SLICES + 1


class Probe:
    """Gathers a pixel's numbers and reads them back late. Once a frame: `step`, perhaps `draw`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.shader = Fullscreen(ctx, "probe.frag", {"CUTS": CUTS})
        self.target = color_target(ctx, (TEXELS, 1), 4, "f4")
        self.nothing = color_target(ctx, (1, 1), 4, "f4")
        self.nothing.framebuffer.clear()
        self.late = LateRead(ctx, self.target, 4)

    def draw(
        self,
        pixel: tuple[int, int],
        color: moderngl.Texture,
        depth: moderngl.Texture,
        border_px: int,
        decided: Decided | None,
        effect: EffectMapPass | None,
        what: Any,
    ) -> None:
        """Gather the numbers of a pixel, counted from the lower left. what: comes back with them.

        depth: with a border of this width. decided, effect: None where there is none.
        """
        nothing = self.nothing.color
        textures = {
            "u_color": color,
            "u_depth": depth,
            "u_coc": decided.coc if decided else nothing,
            "u_cuts": (decided and decided.cuts) or nothing,
            "u_place": effect.place if effect else nothing,
            "u_frames": (effect and effect.frames) or nothing,
        }
        self.shader.draw(
            self.target.framebuffer,
            textures,
            u_pixel=pixel,
            u_corner=border_px,
            u_scale=decided.scale if decided else 1,
            u_is_sliced=bool(decided and decided.cuts),
        )
        self.late.drawn(what)

    def step(self) -> tuple[Any, np.ndarray] | None:
        """Go on to the next frame; return (what, [TEXELS, 4]) where something has come."""
        found = self.late.step()
        return None if found is None else (found[0], found[1][0])

    def release(self) -> None:
        """Free everything."""
        self.late.release()
        for part in (self.shader, self.target, self.nothing):
            part.release()
