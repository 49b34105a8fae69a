"""PNG and JPEG through Pillow: sRGB bytes out, linear light in."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from realtime.errors import PictureError
from realtime.pictures import deep_png
from realtime.pictures.damage import naming_damage
from realtime.pictures.srgb import decode_srgb

DEEP_GREY = ("I;16", "I;16B", "I;16L", "I;16N", "I")  # Pillow's modes for 16-bit grey
COMPRESSION = 6  # zlib's usual; 9 takes three times as long for 2 % less


def write(path: Path, display: NDArray[np.uint8]) -> None:
    """Write [H, W, 3] sRGB bytes. Raises OSError."""
    Image.fromarray(display).save(path, format="PNG", compress_level=COMPRESSION)


def read(path: Path) -> NDArray[np.float32]:
    """Return [H, W, 3] linear light from 1 … 16 bits, grey, palette or colour."""
    return decode_srgb(_signal(path))


def _signal(path: Path) -> NDArray[np.float32]:
    """Return [H, W, 3] sRGB 0 … 1."""
    try:
        with naming_damage(path), warnings.catch_warnings():
            if deep_png.is_deep_colour(path):
                return deep_png.read(path)
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                return _channels(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        limit = Image.MAX_IMAGE_PIXELS // 10**6
        raise PictureError(
            f"{path}: a picture of more than {limit} million pixels, fewer expected. Scale it down"
        ) from None


def _channels(image: Image.Image) -> NDArray[np.float32]:
    if image.mode in DEEP_GREY:
        grey = np.asarray(image, np.float32) / 65535
        return np.repeat(grey[..., None], 3, axis=2)
    # Through RGBA: straight to RGB, Pillow warns about palettes with transparency.
    return np.asarray(image.convert("RGBA"), np.float32)[..., :3] / 255
