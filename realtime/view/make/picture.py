"""A picture as light: alpha where it says anything, else luminance, as the fitter reads them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.errors import PictureError
from realtime.pictures import READABLE, Photograph, decode_srgb, read_photograph
from realtime.view.make.letters import placed

LUMINANCE = np.array((0.2126, 0.7152, 0.0722), "f4")  # Rec. 709, of linear light


def is_picture(path: str) -> bool:
    """Whether a file's name says that it is one."""
    return Path(path).suffix.lower() in READABLE


def picture_light(path: str, side: int) -> NDArray[np.float32]:
    """Return a picture as large as the canvas allows: [side, side], 0 … 1, its brightest at 1.

    Raises PictureError for a file that is none, and for one without light.
    """
    light = light_of(read_photograph(path))
    if not np.isfinite(light).all() or light.min() < 0 or light.max() <= 0:
        raise PictureError(
            f"{path}: no light or values that are none, a shape bright on black, or opaque on "
            f"transparent, expected. Drop another picture"
        )
    return placed(light / light.max(), side, 1.0)


def light_of(photo: Photograph) -> NDArray[np.float32]:
    """Return alpha where it varies, else luminance in linear light: [H, W]."""
    pixels = photo.pixels
    numbers = pixels.astype("f4") if photo.is_float else _shares(pixels)
    if photo.has_alpha and np.ptp(pixels[..., -1]):
        return numbers[..., -1]
    colors = numbers[..., : 1 if photo.is_grey else 3]
    light = colors if photo.is_float or photo.is_linear else decode_srgb(colors)
    return light[..., 0] if photo.is_grey else light @ LUMINANCE


def _shares(pixels: np.ndarray) -> NDArray[np.float32]:
    return pixels.astype("f4") / np.iinfo(pixels.dtype).max
