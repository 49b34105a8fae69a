"""OpenEXR: float or half, linear light, row 0 on top."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from realtime.errors import PictureError

NAMES = {1: ("Y",), 2: ("Y", "A"), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}


def write(path: Path, linear: NDArray[np.floating]) -> None:
    """Write [H, W, C] float32 or float16, ZIP-compressed without loss. Raises OSError.

    C: 1 Y, 2 Y and A, 3 R, G, B, 4 R, G, B, A; multiplied by alpha.
    """
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    pixels = np.ascontiguousarray(linear)
    names = NAMES[pixels.shape[2]]
    planes = {n: np.ascontiguousarray(pixels[..., i]) for i, n in enumerate(names)}
    try:
        with _silence(), OpenEXR.File(header, planes) as file:
            file.write(str(path))
    except RuntimeError as error:
        raise OSError(str(error)) from None
    # A full disk goes unreported by the library, so what was written is read again.
    if not np.array_equal(_read_back(path), pixels, equal_nan=True):
        raise OSError("the file came out incomplete: is the disk full?")


def read(path: Path) -> NDArray[np.float32]:
    """Return [H, W, 3] linear light from the channels R, G, B or Y of half, float or whole number.

    Only the first part counts; a layer's channels (`name.R`) do not.
    """
    pixels = read_pixels(path)
    colour = pixels[..., :1] if pixels.shape[2] < 3 else pixels[..., :3]
    return np.ascontiguousarray(np.broadcast_to(colour, (*colour.shape[:2], 3)), np.float32)


def read_pixels(path: Path) -> NDArray[np.floating]:
    """Return [H, W, C] as stored: float16 where all channels are half, otherwise float32.

    C: 1 Y, 2 Y and A, 3 R, G, B, 4 R, G, B, A. Otherwise as `read`.
    """
    channels = _channels(path)
    names = ["R", "G", "B"] if "Y" not in channels else ["Y"]
    if not all(name in channels for name in names):
        raise PictureError(
            f"{path}: channels {', '.join(sorted(channels)) or 'none'}, R, G, B or Y expected. "
            f"Save it again with those names"
        )
    names += ["A"] if "A" in channels else []
    dtype = np.float16 if all(channels[n].dtype == np.float16 for n in names) else np.float32
    planes = [np.asarray(channels[name], dtype) for name in names]
    if len({plane.shape for plane in planes}) > 1:
        raise PictureError(
            f"{path}: channels of different sizes, the same for R, G, B expected. "
            f"Save it again without subsampling"
        )
    return np.stack(planes, axis=-1)


def _channels(path: Path) -> dict[str, np.ndarray]:
    try:
        with _silence(), OpenEXR.File(str(path), separate_channels=True) as file:
            return {name: channel.pixels for name, channel in file.channels().items()}
    except Exception as error:  # RuntimeError, ValueError, by where it is damaged
        raise PictureError(
            f"{path}: not a whole EXR picture ({error}), an EXR file expected. Save it again"
        ) from None


def _read_back(path: Path) -> NDArray[np.floating] | None:
    try:
        return read_pixels(path)
    except PictureError:
        return None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Send what the C library prints about a damaged file nowhere: we raise our own sentence."""
    saved = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        with open(os.devnull, "w") as null, contextlib.redirect_stdout(null):
            yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)
