"""Text as light."""

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FILLS = 0.9  # of the canvas, by the text's longer side
DRAWN_AT = 200.0  # letter height, px, before the text is scaled to the canvas
PAD = 4  # px around it, for what letters overhang


def text_light(text: str, side: int) -> NDArray[np.float32]:
    """Return one line of text as large as the canvas allows, in its middle: [side, side], 0 … 1.

    Blank where the text is. Letters are Pillow's own.
    """
    blank = np.zeros((side, side), "f4")
    left, top, right, bottom = _font().getbbox(text) if text.strip() else (0, 0, 0, 0)
    if right <= left or bottom <= top:
        return blank
    size = (int(right - left) + 2 * PAD, int(bottom - top) + 2 * PAD)
    drawn = Image.new("L", size)
    ImageDraw.Draw(drawn).text((PAD - left, PAD - top), text, fill=255, font=_font())
    drawn = drawn.crop(drawn.getbbox() or (0, 0, *size))
    return placed(np.asarray(drawn, "f4") / 255, side, FILLS)


def placed(light: NDArray[np.float32], side: int, fills: float) -> NDArray[np.float32]:
    """Return a picture [H, W] scaled into the middle of a canvas; fills: by its longer side."""
    height, width = light.shape
    scale = fills * side / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    # A box averages what a pixel covers when made smaller; larger, bilinear has no steps.
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    scaled = np.asarray(Image.fromarray(np.ascontiguousarray(light, "f4")).resize(size, how))
    canvas = np.zeros((side, side), "f4")
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = scaled
    return canvas


@functools.cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(DRAWN_AT)
