"""PNG and JPEG as they are stored, through Pillow; PNG with 16 bits through `deep_png`."""

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from realtime.errors import PictureError
from realtime.pictures import deep_png
from realtime.pictures.damage import naming_damage
from realtime.pictures.photograph import Photograph, check_pixels

ROWS = 256  # that are copied out of Pillow at once: whole, a picture would be there three times
MODES = {  # Pillow's mode -> (mode to read it in, or None; type)
    "1": ("L", np.uint8),
    "L": ("L", np.uint8),
    "LA": ("LA", np.uint8),
    "RGB": ("RGB", np.uint8),
    "RGBA": ("RGBA", np.uint8),
    "P": (None, np.uint8),
    "I;16": ("I;16", np.uint16),
    "I;16B": ("I;16B", np.uint16),
    "I": ("I", np.uint16),  # how older Pillows call 16-bit grey
}
UPRIGHT = {  # EXIF orientation -> (transposed, mirrored up-down, mirrored left-right), in turn
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}
ORIENTATION = 0x0112  # EXIF's tag
TURNED = 5  # from this orientation on sides are swapped
SIDES = (0xA002, 0xA003)  # EXIF's tags of the stored picture's width and height
EXIF_IFD = 0x8769  # where those are
MOST_EXIF = 65533  # bytes that a JPEG can hold; of a PNG it may be more, with little worth keeping
JPEG_QUALITY = 95  # Pillow's own advice for the best that is not wasteful
PNG_COMPRESSION = 6  # zlib's usual; 9 takes three times as long for 2 % less


def read(path: Path) -> Photograph:
    """Read a photograph, its pixels [H, W, C] uint8 or uint16, upright.

    C: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. Raises PictureError.
    """
    with naming_damage(path), _opened(path) as image:
        check_pixels(path, *image.size)
        icc = image.info.get("icc_profile") or None
        is_deep = deep_png.is_deep_colour(path)
        pixels = deep_png.read_pixels(path) if is_deep else _pixels(path, image)
        orientation, exif = _exif(image, is_deep)
        return Photograph(_upright(pixels, orientation), icc=icc, exif=exif)


def write(path: Path, kind: str, photo: Photograph) -> None:
    """Write uint8 as "PNG" or "JPEG". Raises OSError."""
    pixels = photo.pixels
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    options = (
        {"quality": JPEG_QUALITY, "subsampling": 0}
        if kind == "JPEG"
        else {"compress_level": PNG_COMPRESSION}
    )
    with path.open("wb") as file:
        exif = photo.exif or b""
        if len(exif) > MOST_EXIF:
            exif = b""
        image.save(_Sink(file), format=kind, icc_profile=photo.icc, exif=exif, **options)


class _Sink:
    """A file without a number: to a number Pillow writes unaware of what a full disk left out."""

    def __init__(self, file: BinaryIO) -> None:
        self.write, self.flush = file.write, file.flush


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a PNG or JPEG of any size: the limit is ours, see `check_pixels`."""
    limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged EXIF, and the like
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                yield image
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _exif(image: Image.Image, is_deep: bool) -> tuple[int, bytes | None]:
    """Return the orientation, 1 … 8, and the rest of what EXIF says."""
    if is_deep and "exif" not in image.info:  # Pillow would look for it behind the pixels
        return 1, None
    try:
        exif = image.getexif()
        orientation = exif.pop(ORIENTATION, 1)
        if orientation >= TURNED and EXIF_IFD in exif:  # asked for, one that is not there is made
            for side in SIDES:
                exif.get_ifd(EXIF_IFD).pop(side, None)
        return orientation, exif.tobytes() if len(exif) else None
    except Exception:  # damaged EXIF fails in many ways, and the picture is fine without
        return 1, None


def _pixels(path: Path, image: Image.Image) -> np.ndarray:
    """Copy rows out of Pillow, a strip at a time."""
    mode, dtype = MODES.get(image.mode, ("", np.uint8))
    if mode == "":
        raise PictureError(
            f"{path}: colour type {image.mode}, grey or RGB, with or without alpha, expected. "
            f"Convert it to RGB first"
        )
    if "transparency" in image.info:
        mode = "LA" if mode == "L" else "RGBA"
    mode = mode or "RGB"
    image.load()
    bands = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}.get(mode, 1)
    pixels = np.empty((image.height, image.width, bands), dtype)
    for top in range(0, image.height, ROWS):
        strip = image.crop((0, top, image.width, min(top + ROWS, image.height)))
        strip = strip if strip.mode == mode else _converted(strip, mode, image)
        pixels[top : top + ROWS] = np.asarray(strip).reshape(strip.height, strip.width, bands)
    return pixels


def _converted(strip: Image.Image, mode: str, image: Image.Image) -> Image.Image:
    if "transparency" in image.info:
        strip.info["transparency"] = image.info["transparency"]
    return strip.convert(mode)


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn by EXIF's orientation: a view, not a copy."""
    transposed, up_down, left_right = UPRIGHT.get(orientation, (False, False, False))
    if transposed:
        pixels = pixels.swapaxes(0, 1)
    if up_down:
        pixels = pixels[::-1]
    return pixels[:, ::-1] if left_right else pixels
