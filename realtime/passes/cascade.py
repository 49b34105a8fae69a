"""The sparse blur: a cascade of layers, each a few bilinear reads a pixel, taps from the bank."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import moderngl
import numpy as np

from realtime.gl.bank_textures import BankTextures, Layer
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.parts import Window, part_uniforms
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.passes.frame import UPRIGHT, Frame, cat_eye_matrix, uv_frame
from realtime.passes.tiles import OPEN, VEILED
from realtime.passes.veil import Veil


class CascadePass:
    """u_color + u_place (knots, per pixel) + the bank -> one target, over two scratch targets.

    tiled: draws are over tiles. With a veil the layers are applied in reverse (which is the same
    blur where the radius is even): the first has the aperture's shape, and only the last to be
    applied knows which pixel its light arrives at. So with a cat's eye, and where `shape_last` asks
    for it, which is nearer to every pixel's own kernel where those change quickly. framed: pixels
    have frames of their own. parts: textures hold a part of a picture, see gl/parts.py; without
    veil and cat's eye.
    """

    name = "sparse"

    def __init__(
        self,
        ctx: moderngl.Context,
        bank: BankTextures,
        tiled: bool = False,
        framed: bool = False,
        shape_last: bool = False,
        parts: bool = False,
    ) -> None:
        self.parts = parts
        self.bank, self.framed, self.shape_last = bank, framed, shape_last
        self.over = Tiled if tiled else Fullscreen
        self.ctx = ctx
        self.defines = bank.defines | ({"IDENTITY_FIRST": 1} if bank.identity_first else {})
        if framed:
            self.defines["FRAMED"] = 1
        if parts:
            self.defines["PART"] = 1
        self.layers = [self._layer(taps) for taps in bank.layers]
        self._partly_shut: dict[tuple[bool, bool], Fullscreen] = {}

    def _layer(self, taps: Layer, *names: str) -> Fullscreen:
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
        frames: moderngl.Texture | None = None,
        window: Window | None = None,
    ) -> None:
        """Blur `color` into `out`; all textures have one size.

        place: R or RG, the pixel's place on the bank's axes in knots. frame: from bank offsets to
        the picture's, see passes/frame.py; upright, a point light comes out as the target is.
        frames: each pixel's own in place of it, as inc/effect.glsl has them; where `framed`.
        cat_eye: see ThinLens.cat_eye_frame. scale: px of the picture a texel, which veils are in.
        window: which part of a picture it is; where `parts`.
        `scratch` takes what is between the layers; `out` may not be one of them.
        """
        steps = self.steps(
            color, place, scratch, out, frame, tiles, veil, cat_eye, scale, frames, window
        )
        for _ in steps:
            pass

    def steps(
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
        frames: moderngl.Texture | None = None,
        window: Window | None = None,
    ) -> Iterator[None]:
        """`draw`, and a stop after each program: a driver takes long over one's first use."""
        area = {} if tiles is None else {"tiles": tiles}
        textures = {"u_place": place} | ({"u_frames": frames} if self.framed else {})
        over = (1, 1) if self.parts else color.size
        numbers = {"u_frame": uv_frame(frame, over)}
        if self.framed:
            numbers = {"u_to_uv": (1 / over[0], -1 / over[1])}
        if self.parts:
            numbers |= part_uniforms(window, color.size)
        order = list(zip(self.layers, self.bank.layers, strict=True))
        if self.shape_last or veil is not None or cat_eye is not None:
            order.reverse()
        for index, (layer, taps) in enumerate(order[:-1]):
            to = scratch[index % 2]
            empty_between(tiles, to.framebuffer)
            layer.draw(
                to.framebuffer, textures | taps.inputs | {"u_color": color}, **numbers, **area
            )
            color = to.color
            yield
        layer, taps = order[-1]
        textures |= taps.inputs | {"u_color": color}
        empty_between(tiles, out.framebuffer)
        if veil is None and cat_eye is None:
            layer.draw(out.framebuffer, textures, **numbers, **area)
        else:
            yield from self._partly_shut_steps(textures, numbers, out, tiles, veil, cat_eye, scale)

    def _partly_shut_steps(
        self,
        textures: dict[str, moderngl.Texture],
        numbers: dict[str, Any],
        out: Target,
        tiles: Tiles | None,
        veil: Veil | None,
        cat_eye: Frame | None,
        scale: int,
    ) -> Iterator[None]:
        """Draw the aperture's layer; where no foreground is near, as without a veil."""
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
            yield

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

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank of the same shape."""
        self.bank = bank

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        for layer in (*self.layers, *self._partly_shut.values()):
            layer.release()
