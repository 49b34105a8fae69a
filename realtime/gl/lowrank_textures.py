"""A low-rank bank on the GPU: a texture array for two pairs of vectors, array layer = element."""

from collections.abc import Hashable

import moderngl
import numpy as np

from realtime.bank import LowRankBank
from realtime.errors import GraphicsError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import DTYPES, clamp


class LowRankTextures(BankTextures):
    """The vectors of a low-rank bank as textures; knots, defines and targets as of other banks.

    `layers` has one texture array for two pairs: texels (row, row, column, column), the second of
    each 0 where the rank is odd. precision: "half" or "float". Raises GraphicsError for vectors of
    more elements than a texture array holds.
    """

    def __init__(self, ctx: moderngl.Context, bank: LowRankBank, precision: str = "half") -> None:
        self.ctx = ctx
        self.bank = bank
        _check_length(ctx, bank)
        self.layers = [
            _pairs_texture(ctx, bank.rows[at : at + 2], bank.columns[at : at + 2], precision)
            for at in range(0, bank.rank, 2)
        ]
        self._targets = None

    @property
    def defines(self) -> dict[str, int]:
        """The bank's numbers for its shaders."""
        return super().defines | {"HALF": self.bank.rows.shape[-1] // 2}

    @property
    def shape(self) -> Hashable:
        """What programs are made for; see BankTextures."""
        return self.bank.rank, tuple(sorted(self.defines.items()))

    @property
    def reach(self) -> bytes:
        """How far each knot of axes[0] reaches, px, as float32; the farthest along axes[1]."""
        return self.bank.reaches_px.max(axis=0).astype("f4").tobytes()


def _check_length(ctx: moderngl.Context, bank: LowRankBank) -> None:
    limit, length = ctx.info["GL_MAX_ARRAY_TEXTURE_LAYERS"], bank.rows.shape[-1]
    if length > limit:
        raise GraphicsError(
            f"bank: vectors of {length} elements, at most {limit} expected (this OpenGL's limit). "
            f"Bake it with a smaller radius"
        )


def _pairs_texture(
    ctx: moderngl.Context, rows: np.ndarray, columns: np.ndarray, precision: str
) -> moderngl.TextureArray:
    """From rows and columns [1 or 2, A1, A0, M] to RGBA texels."""
    texels = np.zeros((*rows.shape[1:], 4))
    texels[..., : len(rows)] = np.moveaxis(rows, 0, -1)
    texels[..., 2 : 2 + len(columns)] = np.moveaxis(columns, 0, -1)
    down, across, length, _ = texels.shape
    data = np.ascontiguousarray(np.moveaxis(texels, 2, 0)).astype(DTYPES[precision]).tobytes()
    texture = ctx.texture_array((across, down, length), 4, data, dtype=DTYPES[precision])
    clamp(texture, moderngl.LINEAR)
    return texture
