"""Reading and writing photographs with all that belongs to them; the suffix chooses the format.

    photo = read_photograph("in.jpg")                  # upright, 8 bits, its profile beside it
    write_photograph("out.png", photo)

Unlike `read_picture`, which gives light, this gives the file's own numbers: 8 bits stay 8 bits, so
that 100 million pixels are 300 MB and not 1.2 GB, and what is not touched can come out unchanged.
"""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from realtime.errors import PictureError
from realtime.pictures import deep_png, exr, npy, pillow
from realtime.pictures.files import READABLE, check_readable, check_writable, write_safely
from realtime.pictures.photograph import FLOATS, INTEGERS, Photograph, check_pixels

JPEG = (".jpg", ".jpeg")
MOST_JPEG_PX = 65500  # libjpeg's limit
SUFFIXES = READABLE  # every format that is read can be written


def read_photograph(path: str | os.PathLike, is_linear: bool = False) -> Photograph:
    """Read .png, .jpg, .exr or .npy as it is stored, upright by its EXIF orientation.

    is_linear: integers are linear light (EXR and NPY always are). A palette becomes colours, 1 to 4
    bits become 8. Raises PictureError, naming the file: damaged, of more than MOST_PIXELS, or of a
    colour type that is not read, such as CMYK.
    """
    path = Path(path)
    suffix = check_readable(path)
    if suffix in (".exr", ".npy"):
        pixels = exr.read_pixels(path) if suffix == ".exr" else npy.read_pixels(path)
        check_pixels(path, pixels.shape[1], pixels.shape[0])
        return Photograph(pixels, is_linear=True)
    return dataclasses.replace(pillow.read(path), is_linear=is_linear)


def check_goes_in(path: str | os.PathLike, size: tuple[int, int], has_alpha: bool) -> None:
    """Raise PictureError where a photograph of (width, height) px cannot be written by this suffix.

    Commands call it first, so that a wrong name costs no blurring.
    """
    suffix = check_writable(path, SUFFIXES)
    if suffix not in JPEG:
        return
    if max(size) > MOST_JPEG_PX:
        raise PictureError(
            f"{path}: {size[0]} × {size[1]} px in a JPEG, at most {MOST_JPEG_PX} px a side "
            f"expected. Choose another --out, such as .png"
        )
    if has_alpha:
        raise PictureError(
            f"{path}: a JPEG for a picture with alpha, which JPEG has not; one of .png, .exr, "
            f".npy expected. Choose another --out"
        )


def number_type(path: str | os.PathLike, source: np.dtype) -> type:
    """Return the type of the pixels that a file of this suffix takes for a source of another.

    PNG has 8 bits for 8, and 16 for everything finer; JPEG always 8; EXR and NPY floats, half ones
    only for half ones.
    """
    suffix = Path(path).suffix.lower()
    if suffix in JPEG:
        return np.uint8
    if suffix == ".png":
        return np.uint8 if source == np.uint8 else np.uint16
    return np.float16 if source == np.float16 else np.float32


def write_photograph(path: str | os.PathLike, photo: Photograph) -> None:
    """Write a photograph whose numbers suit the suffix, see `number_type`.

    PNG and JPEG (quality 95, 4:4:4) keep the colour profile and EXIF. A kill or a full disk leaves
    the old file. Raises PictureError where nothing could be written.
    """
    path = Path(path)
    check_goes_in(path, photo.size, photo.has_alpha)
    write = _writer(path, photo)
    write_safely(path, lambda temporary: write(temporary, photo))


def _writer(path: Path, photo: Photograph) -> Callable[[Path, Photograph], None]:
    suffix, dtype = path.suffix.lower(), photo.pixels.dtype
    expected = FLOATS if suffix in (".exr", ".npy") else INTEGERS
    if dtype not in expected or (dtype == np.uint16 and suffix != ".png"):
        raise PictureError(
            f"{path}: pixels of {dtype}, of {number_type(path, dtype).__name__} expected. "
            f"Convert them first"
        )
    if suffix == ".exr":
        return lambda to, photo: exr.write(to, photo.pixels)
    if suffix == ".npy":
        return lambda to, photo: npy.write(to, photo.pixels)
    if dtype == np.uint16:
        return lambda to, photo: deep_png.write(to, photo.pixels, photo.icc, photo.exif)
    kind = "PNG" if suffix == ".png" else "JPEG"
    return lambda to, photo: pillow.write(to, kind, photo)
