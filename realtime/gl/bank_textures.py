"""A bank on the GPU: texture arrays for each layer, x = axes[0], y = axes[1]."""

from collections.abc import Hashable
from dataclasses import dataclass

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.errors import GraphicsError
from realtime.gl.targets import DTYPES, clamp

EQUAL = 1e-6  # weights that differ less from 1 / taps are one weight: float32's own error


@dataclass(frozen=True)
class LayerTextures:
    """The taps of one layer; see shaders/inc/bank.glsl. weights: None where all are equal."""

    taps: int
    offsets: moderngl.TextureArray
    weights: moderngl.TextureArray | None

    @property
    def inputs(self) -> dict[str, moderngl.TextureArray]:
        """The textures as samplers."""
        weights = {} if self.weights is None else {"u_weights": self.weights}
        return {"u_offsets": self.offsets} | weights

    @property
    def defines(self) -> dict[str, int]:
        """The layer's numbers for its shaders."""
        return {"TAPS": self.taps, "EQUAL": int(self.weights is None)}

    def release(self) -> None:
        """Free the textures."""
        for texture in self.inputs.values():
            texture.release()


class BankTextures:
    """The taps of a bank as textures, and its targets where dense kernels are asked for.

    precision: "half" (6 bytes a tap and knot) or "float" (12): half moves a tap at 32 px by at most
    1/64 px. Raises GraphicsError for a layer of more taps than texture arrays hold.
    """

    def __init__(self, ctx: moderngl.Context, bank: Bank, precision: str = "half") -> None:
        self.ctx = ctx
        self.bank = bank
        self.layers = [
            _layer_textures(ctx, offsets, weights, DTYPES[precision])
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


def _layer_textures(
    ctx: moderngl.Context, offsets: np.ndarray, weights: np.ndarray, dtype: str
) -> LayerTextures:
    """From offsets [N, A1, A0, 2], two a texel, and weights [N, A1, A0], four a texel."""
    taps = len(weights)
    limit = 2 * ctx.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]
    if taps > limit:
        raise GraphicsError(
            f"bank: a layer of {taps} taps, at most {limit} expected (this OpenGL's limit). "
            f"Bake it with fewer taps a layer"
        )
    is_equal = np.abs(weights - 1 / taps).max() <= EQUAL
    return LayerTextures(
        taps,
        _packed(ctx, offsets, 2, dtype),
        None if is_equal else _packed(ctx, weights[..., None], 4, dtype),
    )


def _packed(
    ctx: moderngl.Context, values: np.ndarray, together: int, dtype: str
) -> moderngl.TextureArray:
    """[N, A1, A0, C] -> RGBA texels that hold `together` of N each, zeros after the last."""
    padded = np.pad(values, ((0, -len(values) % together), (0, 0), (0, 0), (0, 0)))
    count, rows, columns, _ = padded.shape
    layers = count // together
    grouped = padded.reshape(layers, together, rows, columns, -1)
    texels = np.moveaxis(grouped, 1, 3).reshape(layers, rows, columns, 4)
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
