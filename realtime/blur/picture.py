"""Blur a picture that is an array: for offline use, tests, benchmarks. Waits for the renderer."""

import moderngl
import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.gl.bank_textures import BankTextures
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.targets import DTYPES, Target, color_target
from realtime.passes.cascade import CascadePass
from realtime.passes.dense import DensePass
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.lowrank import LowRankPass


def blur_picture(
    ctx: moderngl.Context,
    kernel_class: type[CascadePass] | type[DensePass] | type[LowRankPass],
    bank: Bank | LowRankBank,
    picture: np.ndarray,
    place: np.ndarray,
    precision: str = "float",
    frame: Frame = UPRIGHT,
) -> np.ndarray:
    """Blur [H, W, 4] linear light, row 0 on top, into another [H, W, 4] float32.

    place: [H, W] or [H, W, 2], where each pixel is on the bank's axes, in knots. precision: of
    targets and bank textures, "half" or "float". frame: see passes/frame.py.
    """
    height, width = picture.shape[:2]
    place = place.reshape(height, width, -1)
    kind = LowRankTextures if isinstance(bank, LowRankBank) else BankTextures
    textures = kind(ctx, bank, precision)
    kernel = kernel_class(ctx, textures)
    color, first, second, out = (
        color_target(ctx, (width, height), dtype=DTYPES[precision]) for _ in range(4)
    )
    where = color_target(ctx, (width, height), place.shape[2], "f4")
    write_target(color, picture, DTYPES[precision])
    write_target(where, place, "f4")
    kernel.draw(color.color, where.color, (first, second), out, frame)
    blurred = read_target(out)
    for part in (kernel, textures, color, first, second, out, where):
        part.release()
    return blurred


def write_target(target: Target, picture: np.ndarray, dtype: str) -> None:
    """Put [H, W, components], row 0 on top, into a target; GL has the bottom row first."""
    target.color.write(np.ascontiguousarray(picture[::-1]).astype(dtype).tobytes())


def read_target(target: Target) -> np.ndarray:
    """Return a target as [H, W, components] float32, row 0 on top."""
    width, height = target.size
    components = target.color.components
    data = target.framebuffer.read(components=components, dtype="f4", alignment=1)
    return np.frombuffer(data, "f4").reshape(height, width, components)[::-1].copy()
