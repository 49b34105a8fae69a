"""Where slices begin, from a histogram of the CoC that never leaves the GPU."""

from collections.abc import Sequence

import moderngl
import numpy as np

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target

BINS = 32  # a side
STEP_PX = 16  # of the picture, between samples of the histogram
SIDES = 2
LEAST_RAMP_PX, RAMP = 1.0, 0.07  # as in shaders/cuts.frag

# Radius at which something is half sharp and half in its first slice, by scale: half size cannot
# tell discs of less than 2 px apart, and a bright edge shows half a pixel at full size.
SHARP_PX = {1: 0.7, 2: 1.0}


class CutsPass:
    """CoC -> a texture of cuts: row 0 behind, row 1 in front; see shaders/inc/slices.glsl.

    size: of the picture; scale: px of it a texel of the CoC. slices: how many there are behind and
    in front; used: of them, None for all, or all but one, which stays empty on the side that needs
    it less. Owns the cuts of two frames.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: tuple[int, int],
        scale: int,
        slices: tuple[int, int],
        used: int | None = None,
    ) -> None:
        self.slices = slices
        self.spare = 0.0 if used is None else float(sum(slices) - used)
        self.sharp_px = SHARP_PX[scale]
        defines = {"BINS": BINS, "SHARP_PX": self.sharp_px}
        self.histogram = Fullscreen(ctx, "histogram.frag", defines | {"STEP": STEP_PX // scale})
        self.cuts = Fullscreen(ctx, "cuts.frag", defines)
        rows = max(1, -(-size[1] // STEP_PX))
        self.counts = color_target(ctx, (SIDES * BINS, rows), 1, "f4")
        self.columns = max(slices) + 1
        self.now, self.last = (color_target(ctx, (self.columns, SIDES), 2, "f4") for _ in range(2))
        self.forget()

    @property
    def texture(self) -> moderngl.Texture:
        """The present cuts."""
        return self.now.color

    def forget(self) -> None:
        """Take the next picture's cuts at once: after a cut in the film, or at the start."""
        self.is_first = True

    def draw(self, coc: moderngl.Texture, largest_px: float, rate: float) -> None:
        """Go `rate` (0 … 1) of the way from the last cuts to those of this picture."""
        self.histogram.draw(self.counts.framebuffer, {"u_coc": coc}, u_largest_px=largest_px)
        self.now, self.last = self.last, self.now
        self.cuts.draw(
            self.now.framebuffer,
            {"u_histogram": self.counts.color, "u_last": self.last.color},
            u_largest_px=largest_px,
            u_slices=self.slices,
            u_spare=self.spare,
            u_rate=1.0 if self.is_first else rate,
        )
        self.is_first = False

    def fix(self, behind_px: Sequence[float], front_px: Sequence[float], largest_px: float) -> None:
        """Set the cuts: where the second slice of a side and each farther one begins, px."""
        cuts = np.full((SIDES, self.columns, 2), (largest_px, LEAST_RAMP_PX), "f4")
        for side, begins in enumerate((behind_px, front_px)):
            begin = np.array((self.sharp_px, *begins, largest_px))
            cuts[side, : len(begin), 0] = begin
            cuts[side, : len(begin), 1] = np.maximum(LEAST_RAMP_PX, RAMP * begin)
        cuts[:, 0] = self.sharp_px, self.sharp_px
        self.now.color.write(cuts.tobytes())

    def read_px(self) -> tuple[list[float], list[float]]:
        """Return where slices begin, behind and in front, and the largest CoC. Waits."""
        cuts = np.frombuffer(self.now.color.read(), "f4").reshape(SIDES, self.columns, 2)[..., 0]
        behind, front = (cuts[side, : n + 1].tolist() for side, n in enumerate(self.slices))
        return behind, front

    def release(self) -> None:
        """Free the programs and the targets."""
        for part in (self.histogram, self.cuts, self.counts, self.now, self.last):
            part.release()
