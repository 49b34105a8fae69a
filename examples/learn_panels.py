"""Labelled rows of pictures for the examples' figures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Float64 = NDArray[np.float64]
Panel = tuple[str, Float64]  # label, [H, W] or [H, W, 3] as displayed, 0 … 1

GAP, LABEL, MARGIN = 8, 30, 16  # px
BACKGROUND, TEXT = (17, 18, 22), (236, 236, 240)
ABOVE, BELOW = np.array([1, 0.6, 0.25]), np.array([0.3, 0.63, 1])
# Dark to bright, evenly in lightness: near to far, sharp to blurred.
RAMP = np.array([[8, 8, 20], [66, 22, 104], [168, 50, 98], [240, 116, 56], [252, 238, 160]]) / 255


def grey(values: Float64, peak: float) -> Float64:
    """Return light encoded for display."""
    return (values / peak).clip(0, 1) ** (1 / 2.2)


def signed(error: Float64, peak: float) -> Float64:
    """Return [H, W, 3]: orange above 0, blue below, full at `peak`."""
    strength = (np.abs(error) / peak).clip(0, 1)[..., None] ** (1 / 2.2)
    return np.where(error[..., None] > 0, ABOVE, BELOW) * strength


def ramp(values: Float64, peak: float) -> Float64:
    """Return [H, W, 3]: 0 dark … `peak` bright."""
    at = np.linspace(0, peak, len(RAMP))
    return np.stack([np.interp(values, at, RAMP[:, c]) for c in range(3)], axis=-1)


def save_rows(path: Path, rows: Sequence[Sequence[Panel]], height: int) -> None:
    """Write rows of panels, each `height` px high; small pictures keep their pixels visible."""
    strips = [_row(row, height) for row in rows]
    width = max(s.width for s in strips) + 2 * MARGIN
    sheet = Image.new("RGB", (width, sum(s.height for s in strips) + 2 * MARGIN), BACKGROUND)
    top = MARGIN
    for strip in strips:
        sheet.paste(strip, (MARGIN, top))
        top += strip.height
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, optimize=True)


def _row(panels: Sequence[Panel], height: int) -> Image.Image:
    tiles = [_tile(values, height) for _, values in panels]
    width = sum(t.width for t in tiles) + GAP * (len(tiles) - 1)
    strip = Image.new("RGB", (width, LABEL + height + GAP), BACKGROUND)
    draw, left = ImageDraw.Draw(strip), 0
    for (label, _), tile in zip(panels, tiles, strict=True):
        draw.text((left, LABEL - 9), label, fill=TEXT, font=ImageFont.load_default(14), anchor="ls")
        strip.paste(tile, (left, LABEL))
        left += tile.width + GAP
    return strip


def _tile(values: Float64, height: int) -> Image.Image:
    pixels = (np.clip(values, 0, 1) * 255).round().astype(np.uint8)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    method = Image.Resampling.NEAREST if len(pixels) < height / 2 else Image.Resampling.LANCZOS
    width = round(pixels.shape[1] * height / len(pixels))
    return Image.fromarray(pixels).resize((width, height), method)
