"""A bank on the GPU: one texture array a layer, array layer = tap, x = axes[0], y = axes[1]."""

import moderngl
import numpy as np

from realtime.bank import Bank
from realtime.errors import GraphicsError
from realtime.gl.targets import DTYPES, clamp


class BankTextures:
    """The taps of a bank as textures, and its targets where dense kernels are asked for.

    precision: "half" (8 bytes a tap and knot) or "float" (16): half moves a tap at 32 px by at most
    1/64 px. Raises GraphicsError for a layer of more taps than a texture array holds.
    """

    def __init__(self, ctx: moderngl.Context, bank: Bank, precision: str = "half") -> None:
        self.ctx = ctx
        self.bank = bank
        self.layers = [
            _layer_texture(ctx, offsets, weights, DTYPES[precision])
            for offsets, weights in zip(bank.offsets, bank.weights, strict=True)
        ]
        self._targets: moderngl.TextureArray | None = None

    @property
    def defines(self) -> dict[str, int]:
        """The bank's numbers for its shaders, except TAPS, which is one a layer."""
        rows, columns = self.bank.grid
        return {"KNOTS_X": columns, "KNOTS_Y": rows}

    @property
    def identity_first(self) -> bool:
        """Whether the first knot of axes[0] leaves the picture as it is."""
        return all(not np.any(offsets[:, :, 0]) for offsets in self.bank.offsets)

    @property
    def knots(self) -> bytes:
        """axes[0] as float32."""
        return np.asarray(self.bank.axes[0].knots, "f4").tobytes()

    def targets(self) -> moderngl.TextureArray:
        """Return the dense PSFs: layer = knot of axes[0], +y as in GL, rimmed by zeros.

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


def _layer_texture(
    ctx: moderngl.Context, offsets: np.ndarray, weights: np.ndarray, dtype: str
) -> moderngl.TextureArray:
    """From offsets [N, A1, A0, 2] and weights [N, A1, A0] to RGBA texels (dx, dy, weight, 0)."""
    taps, rows, columns = weights.shape
    limit = ctx.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]
    if taps > limit:
        raise GraphicsError(
            f"bank: a layer of {taps} taps, at most {limit} expected (this OpenGL's limit). "
            f"Bake it with fewer taps a layer"
        )
    texels = np.concatenate([offsets, weights[..., None], np.zeros_like(weights)[..., None]], -1)
    data = texels.astype(dtype).tobytes()
    texture = ctx.texture_array((columns, rows, taps), 4, data, dtype=dtype)
    clamp(texture, moderngl.LINEAR)
    return texture


def _targets_texture(ctx: moderngl.Context, bank: Bank) -> moderngl.TextureArray:
    if bank.targets is None or bank.grid[0] != 1:
        there = "no targets" if bank.targets is None else "two axes"
        raise GraphicsError(
            f"bank: {there}, targets along one axis expected for dense blur. "
            f"Bake a bank that keeps its targets, or use --blur sparse"
        )
    rimmed = np.pad(bank.targets[0, :, ::-1], ((0, 0), (1, 1), (1, 1)))
    knots, size, _ = rimmed.shape
    texture = ctx.texture_array((size, size, knots), 1, rimmed.astype("f4").tobytes(), dtype="f4")
    clamp(texture, moderngl.LINEAR)
    return texture
