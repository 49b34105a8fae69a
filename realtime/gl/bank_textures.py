"""A bank on the GPU: a texture array for each layer, x = axes[0], y = axes[1], or its numbers."""

from collections.abc import Hashable
from dataclasses import dataclass

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.errors import GraphicsError
from realtime.gl.bends import Bends, find_bends, is_straight
from realtime.gl.orbits import Orbits, find_orbits
from realtime.gl.records import Records, pack
from realtime.gl.targets import DTYPES, clamp


@dataclass(frozen=True)
class LayerTextures:
    """The taps of one layer; see shaders/inc/bank.glsl."""

    taps: int
    orbits: Orbits
    records: Records
    texture: moderngl.TextureArray

    @property
    def inputs(self) -> dict[str, moderngl.TextureArray]:
        """The texture as a sampler."""
        return {"u_taps": self.texture}

    @property
    def defines(self) -> dict[str, int | str]:
        """The layer's numbers for its shaders, and how its texels are read."""
        return {
            "TAPS": self.taps,
            "EQUAL": int(self.records.is_equal),
            "RECORDS": self.records.calls,
        } | self.orbits.defines

    def release(self) -> None:
        """Free the texture."""
        self.texture.release()


@dataclass(frozen=True)
class LayerNumbers:
    """The taps of one layer in the source of its shaders; see shaders/inc/bends.glsl."""

    bends: Bends

    @property
    def inputs(self) -> dict[str, moderngl.TextureArray]:
        """No texture."""
        return {}

    @property
    def defines(self) -> dict[str, int | str]:
        """All of the layer."""
        return self.bends.defines | self.bends.orbits.defines

    def release(self) -> None:
        """Nothing is held."""


Layer = LayerTextures | LayerNumbers


class BankTextures:
    """The taps of a bank as textures, and its targets where dense kernels are asked for.

    Of a bank of straight lines, layers that bend at few places are no textures but numbers in
    programs, and its shape is its own.

    precision: "half" (8 bytes a texel and knot) or "float" (16): half moves a tap at 32 px by at
    most 1/64 px. Raises GraphicsError for a layer of more texels than texture arrays hold.
    """

    def __init__(self, ctx: moderngl.Context, bank: Bank, precision: str = "half") -> None:
        self.ctx = ctx
        self.bank = bank
        self.layers = [
            _layer(ctx, bank, find_orbits(offsets, weights), DTYPES[precision])
            for offsets, weights in zip(bank.offsets, bank.weights, strict=True)
        ]
        self._targets: moderngl.TextureArray | None = None

    @property
    def defines(self) -> dict[str, int]:
        """The bank's numbers for its shaders, except those of its layers."""
        rows, columns = self.bank.grid
        return {"KNOTS_X": columns, "KNOTS_Y": rows}

    @property
    def shape(self) -> Hashable:
        """What programs are made for: banks of one shape can take each other's place in them."""
        layers = tuple(tuple(sorted(layer.defines.items())) for layer in self.layers)
        return layers, tuple(sorted(self.defines.items())), self.identity_first

    @property
    def identity_first(self) -> bool:
        """Whether the first knot of axes[0] leaves the picture as it is."""
        return all(not np.any(offsets[:, :, 0]) for offsets in self.bank.offsets)

    @property
    def knots(self) -> bytes:
        """axes[0] as float32."""
        return np.asarray(self.bank.axes[0].knots, "f4").tobytes()

    def targets(self) -> moderngl.TextureArray:
        """Return the dense PSFs: layer = knot, axes[0] first, +y as in GL, rimmed by zeros.

        Made at the first call. Raises GraphicsError where the bank has none.
        """
        if self._targets is None:
            self._targets = _targets_texture(self.ctx, self.bank)
        return self._targets

    def release(self) -> None:
        """Free the textures."""
        for texture in (*self.layers, self._targets):
            if texture is not None:
                texture.release()


def _layer(ctx: moderngl.Context, bank: Bank, orbits: Orbits, dtype: str) -> Layer:
    bends = find_bends(orbits, bank.axes[0].knots) if is_straight(bank) else None
    if bends is not None:
        return LayerNumbers(bends)
    return _layer_textures(ctx, orbits, dtype)


def _layer_textures(ctx: moderngl.Context, orbits: Orbits, dtype: str) -> LayerTextures:
    records = pack(orbits)
    taps, layers = orbits.taps, len(records.texels)
    limit = ctx.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]
    if layers > limit:
        raise GraphicsError(
            f"bank: a layer of {taps} taps, which takes {layers} texels, at most {limit} expected "
            f"(this OpenGL's limit). Bake it with fewer taps a layer"
        )
    texture = _texture_array(ctx, records.texels, dtype)
    return LayerTextures(taps, orbits, records, texture)


def _texture_array(ctx: moderngl.Context, texels: np.ndarray, dtype: str) -> moderngl.TextureArray:
    """[T, A1, A0, 4] -> an array layer for each of T."""
    layers, rows, columns, _ = texels.shape
    data = np.ascontiguousarray(texels).astype(dtype).tobytes()
    texture = ctx.texture_array((columns, rows, layers), 4, data, dtype=dtype)
    clamp(texture, moderngl.LINEAR)
    return texture


def _targets_texture(ctx: moderngl.Context, bank: Bank) -> moderngl.TextureArray:
    if bank.targets is None:
        raise GraphicsError(
            "bank: no targets, targets expected for dense blur. "
            "Bake a bank that keeps its targets, or use --blur sparse"
        )
    side = bank.targets.shape[-1]
    targets = bank.targets.reshape(-1, side, side)  # [A1 · A0, M, M]
    rimmed = np.pad(targets[:, ::-1], ((0, 0), (1, 1), (1, 1)))
    knots, size, _ = rimmed.shape
    texture = ctx.texture_array((size, size, knots), 1, rimmed.astype("f4").tobytes(), dtype="f4")
    clamp(texture, moderngl.LINEAR)
    return texture
