"""The sparse blur: a cascade of layers, each a few bilinear reads a pixel, taps from the bank."""

from dataclasses import replace
from typing import Any

import moderngl
import numpy as np

from realtime.gl.bank_textures import BankTextures, LayerTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.passes.frame import UPRIGHT, Frame, cat_eye_matrix, uv_frame
from realtime.passes.tiles import OPEN, VEILED
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
        self.layers = [self._layer(taps) for taps in bank.layers]
        self._partly_shut: dict[tuple[bool, bool], Fullscreen] = {}

    def _layer(self, taps: LayerTextures, *names: str) -> Fullscreen:
        defines = self.defines | taps.defines | dict.fromkeys(names, 1)
        return self.over(self.ctx, "cascade.frag", defines)

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
        textures = {"u_place": place}
        numbers = {"u_frame": uv_frame(frame, color.size)}
        order = list(zip(self.layers, self.bank.layers, strict=True))
        if veil is not None or cat_eye is not None:
            order.reverse()
        for index, (layer, taps) in enumerate(order[:-1]):
            to = scratch[index % 2]
            empty_between(tiles, to.framebuffer)
            layer.draw(
                to.framebuffer, textures | taps.inputs | {"u_color": color}, **numbers, **area
            )
            color = to.color
        layer, taps = order[-1]
        textures |= taps.inputs | {"u_color": color}
        empty_between(tiles, out.framebuffer)
        if veil is None and cat_eye is None:
            layer.draw(out.framebuffer, textures, **numbers, **area)
        else:
            self._draw_partly_shut(textures, numbers, out, tiles, veil, cat_eye, scale)

    def _draw_partly_shut(
        self,
        textures: dict[str, moderngl.Texture],
        numbers: dict[str, Any],
        out: Target,
        tiles: Tiles | None,
        veil: Veil | None,
        cat_eye: Frame | None,
        scale: int,
    ) -> None:
        """The layer of the aperture's shape; where no foreground is near, as without a veil."""
        parts = [(veil, tiles)]
        if veil is not None and tiles is not None:
            parts = [(part, replace(tiles, wanted=w)) for part, w in ((None, OPEN), (veil, VEILED))]
        for part, where in parts:
            self._shape_layer(part, cat_eye).draw(
                out.framebuffer,
                textures | ({} if part is None else part.textures),
                **numbers,
                **self._apertures(part, cat_eye, scale, out.size),
                **({} if where is None else {"tiles": where}),
            )

    def _shape_layer(self, veil: Veil | None, cat_eye: Frame | None) -> Fullscreen:
        """The layer of the aperture's shape that knows what of it is shut, made when first used."""
        key = (veil is not None, cat_eye is not None)
        if not any(key):
            return self.layers[0]
        if key not in self._partly_shut:
            names = [name for name, used in zip(("VEIL", "CAT_EYE"), key, strict=True) if used]
            self._partly_shut[key] = self._layer(self.bank.layers[0], *names)
        return self._partly_shut[key]

    def _apertures(
        self, veil: Veil | None, cat_eye: Frame | None, scale: int, size: tuple[int, int]
    ) -> dict[str, Any]:
        """The uniforms of inc/veil.glsl, inc/cat_eye.glsl and inc/radius.glsl."""
        if veil is None and cat_eye is None:
            return {}
        radii = np.asarray(self.bank.bank.axes[0].knots, "f4") * scale
        numbers = {"u_radius": radii.tobytes()} | ({} if veil is None else veil.uniforms)
        if cat_eye is not None:
            numbers |= {"u_cat_eye": cat_eye_matrix(cat_eye, size), "u_scale": float(scale)}
        return numbers

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        for layer in (*self.layers, *self._partly_shut.values()):
            layer.release()
