"""The sparse blur: a cascade of layers, each a few bilinear reads a pixel, taps from the bank."""

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target


class CascadePass:
    """u_color + u_place (knots, per pixel) + the bank -> one target, over two scratch targets."""

    name = "sparse"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures) -> None:
        self.bank = bank
        defines = bank.defines | ({"IDENTITY_FIRST": 1} if bank.identity_first else {})
        self.layers = [
            Fullscreen(ctx, "cascade.frag", defines | {"TAPS": taps}) for taps in bank.bank.layers
        ]

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        turn: float = 1.0,
    ) -> None:
        """Blur `color` into `out`; all textures have one size.

        place: R or RG, the pixel's place on the bank's axes in knots. turn: 1 makes a point light
        come out as the target, upright; -1 turns it by 180° (in front of the focus plane).
        `scratch` takes what is between the layers; `out` may not be one of them.
        """
        step = (turn / color.width, -turn / color.height)
        last = len(self.layers) - 1
        for index, (layer, taps) in enumerate(zip(self.layers, self.bank.layers, strict=True)):
            to = out if index == last else scratch[index % 2]
            textures = {"u_color": color, "u_place": place, "u_taps": taps}
            layer.draw(to.framebuffer, textures, u_step=step)
            color = to.color

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        for layer in self.layers:
            layer.release()
