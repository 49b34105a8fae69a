"""Depth of field of a photograph, from its nearness: what DepthOfField does for scenes.

The whole picture at once: what the front hides is filled from all around, which tiles cannot see.
"""

import math
import os

import moderngl
import numpy as np
from numpy.typing import NDArray

from realtime.bank import Bank, LowRankBank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import PictureError, UsageError
from realtime.gl.targets import DTYPES, clamp, color_target
from realtime.photo.depth import Nearness
from realtime.photo.light import Decoder, Encoder
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import ArtisticLens

SLICES = 8
MOST_PIXELS = 50_000_000
BYTES = 200  # a pixel, of memory at the peak, with 8 slices at full size in half floats (measured)
# Depth in the texture is 0.5 … 1 and 1/distance twice that, 1 … 2 in a unit of its own: 0 would be
# the sky. What is in focus has a finite distance, wherever that is.
MAPPING = DepthMapping(0.0, 2.0, sky=0.0)


def lens_view(nearness: Nearness, focus: float, coc_radius: float) -> LensView:
    """Return the lens that is focused at a nearness, 0 … 1.

    coc_radius: of the largest circle of confusion in the picture, as a fraction of its height.
    Raises UsageError below 0.
    """
    if not coc_radius >= 0:
        raise UsageError(
            f"--coc-radius: {coc_radius:g}, a number from 0 up expected. Change --coc-radius"
        )
    farthest = max(focus, 1 - focus)  # from the focus to what is blurred most
    span = 1.0 if nearness.near > nearness.far else 0.0
    slope = coc_radius * span / farthest
    in_focus = 1 + focus
    lens = ArtisticLens(
        radius=slope * in_focus, focus_distance_m=1 / in_focus, reference_m=1 / in_focus
    )
    return LensView(lens, MAPPING)


def check_size(ctx: moderngl.Context, path: object, size: tuple[int, int]) -> None:
    """Raise PictureError for a picture that is too large to be held as a whole."""
    pixels = size[0] * size[1]
    if pixels > MOST_PIXELS:
        raise PictureError(
            f"{path}: {size[0]} × {size[1]} px, at most {MOST_PIXELS // 10**6} million pixels "
            f"expected with --depth. Scale it down"
        )
    limit = min(ctx.info["GL_MAX_TEXTURE_SIZE"], *ctx.info["GL_MAX_VIEWPORT_DIMS"])
    if max(size) > limit:
        raise PictureError(
            f"{path}: {size[0]} × {size[1]} px, at most {limit} px a side expected with --depth "
            f"(this OpenGL's limit). Scale it down"
        )
    needed, there = pixels * BYTES, _memory_bytes()
    if needed > there:
        raise PictureError(
            f"{path}: {size[0]} × {size[1]} px need about {needed / 1e9:.1f} GB with --depth, "
            f"fewer expected, as this machine has {there / 1e9:.1f} GB. Scale it down"
        )


def _memory_bytes() -> float:
    """Return this machine's memory; infinity where it does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):  # not every system has them
        return math.inf


def render(
    ctx: moderngl.Context,
    bank: Bank | LowRankBank,
    kernel: str | None,
    precision: str,
    decoder: Decoder,
    encoder: Encoder,
    nearness: Nearness,
    view: LensView,
) -> np.ndarray:
    """Return the picture through the lens as pixels [H, W, C] of the encoder's type.

    Alpha stays as it was. Of 8 slices at full size: nobody waits for a photograph.
    """
    settings = DepthOfFieldSettings(slices=SLICES, scale=1, precision=precision, fill="focus")
    dof = DepthOfField(ctx, bank, settings, kernel)
    light, alpha = _straight(decoder.light(slice(None), slice(None)))
    blurred = _drawn(ctx, dof, DTYPES[precision], light, nearness, view)
    dof.release()
    blurred[..., :3] *= alpha
    blurred[..., 3:] = alpha
    return encoder.pixels(blurred, (0, 0))


def _straight(light: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Split into colour that is not multiplied by alpha, opaque [H, W, 4], and alpha [H, W, 1]."""
    alpha = light[..., 3:].copy()
    light[..., :3] /= np.maximum(alpha, light.dtype.type(1e-4))
    light[..., 3] = 1
    return light, alpha


def _drawn(
    ctx: moderngl.Context,
    dof: DepthOfField,
    dtype: str,
    light: NDArray[np.floating],
    nearness: Nearness,
    view: LensView,
) -> NDArray[np.floating]:
    size = light.shape[1::-1]
    out = color_target(ctx, size, dtype=dtype)
    color = ctx.texture(size, 4, np.ascontiguousarray(light[::-1]), dtype=dtype)
    depth = ctx.texture(
        size, 1, np.ascontiguousarray(0.5 + 0.5 * nearness.values[::-1]), dtype="f4"
    )
    clamp(color, moderngl.LINEAR)
    clamp(depth, moderngl.NEAREST)
    dof.render(color, depth, view, out.framebuffer)
    data = out.framebuffer.read(components=4, dtype=dtype, alignment=1)
    for part in (color, depth, out):
        part.release()
    return np.frombuffer(data, dtype).reshape(light.shape)[::-1].copy()
