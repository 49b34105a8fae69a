"""A cascade whose taps stand in its shaders' source: the same at every pixel, no bank to read."""

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target


class ConstantCascade:
    """The bank's cascade at one radius [px], as programs of its own."""

    def __init__(self, ctx: moderngl.Context, bank: Bank, radius_px: float) -> None:
        self.layers = [
            Fullscreen(ctx, "constants.frag", {"LAYER": _layer(offsets, weights)})
            for offsets, weights in bank.cascade(radius_px)
        ]

    def draw(self, color: moderngl.Texture, scratch: tuple[Target, Target], out: Target) -> None:
        """Blur all of `color` into `out`; all have one size."""
        *first, last = self.layers
        for index, layer in enumerate(first):
            to = scratch[index % 2]
            layer.draw(to.framebuffer, {"u_color": color})
            color = to.color
        last.draw(out.framebuffer, {"u_color": color})

    def release(self) -> None:
        """Free the programs."""
        for layer in self.layers:
            layer.release()


def _layer(offsets: np.ndarray, weights: np.ndarray) -> str:
    """Offsets [N, 2] px (+y down) and weights [N] as GLSL, +y up."""
    return " ".join(
        f"TAP({dx:.6f}, {-dy:.6f}, {weight:.8f})"
        for (dx, dy), weight in zip(offsets, weights, strict=True)
    )
