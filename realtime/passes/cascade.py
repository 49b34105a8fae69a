"""The sparse blur: a cascade of layers, each a few bilinear reads a pixel, taps from the bank."""

from typing import Any

import moderngl
import numpy as np

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles
from realtime.passes.frame import UPRIGHT, Frame, cat_eye_matrix, uv_frame
from realtime.passes.veil import Veil


class CascadePass:
    """u_color + u_place (knots, per pixel) + the bank -> one target, over two scratch targets.

    tiled: draws are over tiles. With a veil the layers are applied in reverse (which is the same
    blur where the radius is even): the first has the aperture's shape, and only the last to be
    applied knows which pixel its light arrives at. So with a cat's eye.
    """

    name = "sparse"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures, tiled: bool = False) -> None:
        self.bank = bank
        self.over = Tiled if tiled else Fullscreen
        self.ctx = ctx
        self.defines = bank.defines | ({"IDENTITY_FIRST": 1} if bank.identity_first else {})
        self.layers = [self._layer(taps) for taps in bank.bank.layers]
        self._partly_shut: dict[tuple[bool, bool], Fullscreen] = {}

    def _layer(self, taps: int, **defines: int) -> Fullscreen:
        return self.over(self.ctx, "cascade.frag", self.defines | {"TAPS": taps, **defines})

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
        """Blur `color` into `out`; all textures have one size.

        place: R or RG, the pixel's place on the bank's axes in knots. frame: from bank offsets to
        the picture's, see passes/frame.py; upright, a point light comes out as the target is.
        cat_eye: see ThinLens.cat_eye_frame. scale: px of the picture a texel, which veils are in.
        `scratch` takes what is between the layers; `out` may not be one of them.
        """
        area = {} if tiles is None else {"tiles": tiles}
        numbers = {"u_frame": uv_frame(frame, color.size)}
        steps = list(zip(self.layers, self.bank.layers, strict=True))
        is_partly_shut = veil is not None or cat_eye is not None
        if is_partly_shut:
            steps.reverse()
            steps[-1] = (self._shape_layer(veil, cat_eye), steps[-1][1])
        for index, (layer, taps) in enumerate(steps):
            is_last = index == len(steps) - 1
            to = out if is_last else scratch[index % 2]
            textures = {"u_color": color, "u_place": place, "u_taps": taps}
            if is_last and is_partly_shut:
                textures |= {} if veil is None else veil.textures
                numbers |= self._apertures(veil, cat_eye, scale, color.size)
            layer.draw(to.framebuffer, textures, **numbers, **area)
            color = to.color

    def _shape_layer(self, veil: Veil | None, cat_eye: Frame | None) -> Fullscreen:
        """The layer of the aperture's shape that knows what of it is shut, made when first used."""
        key = (veil is not None, cat_eye is not None)
        if key not in self._partly_shut:
            names = [name for name, used in zip(("VEIL", "CAT_EYE"), key, strict=True) if used]
            self._partly_shut[key] = self._layer(
                self.bank.bank.layers[0], **dict.fromkeys(names, 1)
            )
        return self._partly_shut[key]

    def _apertures(
        self, veil: Veil | None, cat_eye: Frame | None, scale: int, size: tuple[int, int]
    ) -> dict[str, Any]:
        """The uniforms of inc/veil.glsl, inc/cat_eye.glsl and inc/radius.glsl."""
        radii = np.asarray(self.bank.bank.axes[0].knots, "f4") * scale
        numbers = {"u_radius": radii.tobytes()} | ({} if veil is None else veil.uniforms)
        if cat_eye is not None:
            numbers |= {"u_cat_eye": cat_eye_matrix(cat_eye, size), "u_scale": float(scale)}
        return numbers

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        for layer in (*self.layers, *self._partly_shut.values()):
            layer.release()
