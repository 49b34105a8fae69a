"""Reading and writing a picture: the suffix chooses the format."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.bank import replacing
from realtime.errors import PictureError
from realtime.pictures import exr, npy, png
from realtime.pictures.check import check_picture

READERS: dict[str, Callable[[Path], NDArray[np.float32]]] = {
    ".png": png.read,
    ".jpg": png.read,
    ".jpeg": png.read,
    ".exr": exr.read,
    ".npy": npy.read,
}
WRITERS_LINEAR: dict[str, Callable[[Path, NDArray[np.float32]], None]] = {
    ".exr": exr.write,
    ".npy": npy.write,
}
READABLE = tuple(READERS)
WRITABLE = (".png", *WRITERS_LINEAR)


def write_picture(
    path: str | os.PathLike, linear: NDArray[np.float32], display: NDArray[np.uint8]
) -> None:
    """Write `display` to a .png, or `linear` to an .exr or .npy as it is, HDR and all.

    linear: [H, W, 3] float32 linear light; display: [H, W, 3] uint8 sRGB; row 0 on top in both.
    A kill or a full disk leaves the old file. Raises PictureError where nothing could be written.
    """
    path = Path(path)
    suffix = check_writable(path)
    check_picture("linear picture", linear, np.float32)
    if suffix == ".png":
        write_display(path, display)
    else:
        write_safely(path, lambda temporary: WRITERS_LINEAR[suffix](temporary, linear))


def write_display(path: str | os.PathLike, display: NDArray[np.uint8]) -> None:
    """Write a display picture, such as a labelled sheet, to a .png; see `write_picture`."""
    path = Path(path)
    check_writable(path, (".png",))
    check_picture("display picture", display, np.uint8)
    write_safely(path, lambda temporary: png.write(temporary, display))


def write_safely(path: Path, write: Callable[[Path], None]) -> None:
    """Write by `write`, which gets a temporary path; see `replacing`. Raises PictureError."""
    try:
        with replacing(path) as temporary:
            write(temporary)
    except OSError as error:
        raise PictureError(
            f"{path}: not written ({error.strerror or error}), a writable place with room "
            f"expected. Choose another --out; an old file there is untouched"
        ) from None


def check_writable(path: str | os.PathLike, suffixes: tuple[str, ...] = WRITABLE) -> str:
    """Return the suffix, in lower case, of a picture that can be written, or raise PictureError.

    Commands call it first, so that a mistyped name costs no rendering.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in suffixes:
        raise PictureError(
            f"{path}: a picture called {suffix or 'without a suffix'}, one of "
            f"{', '.join(suffixes)} expected. Choose another --out"
        )
    return suffix


def read_picture(path: str | os.PathLike) -> NDArray[np.float32]:
    """Read a picture as [H, W, 3] float32 linear light, row 0 on top.

    PNG and JPEG are decoded from sRGB, EXR and NPY are taken as linear. Grey is repeated in three
    channels; alpha is left out and colour stays as it is stored, not multiplied by it. NaN and
    infinity in EXR and NPY come through. Raises PictureError, naming the file.
    """
    path = Path(path)
    return READERS[check_readable(path)](path)


def check_readable(path: Path) -> str:
    """Return the suffix, in lower case, of a file that is there, or raise PictureError."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise PictureError(
            f"{path}: a picture called {path.suffix or 'without a suffix'}, one of "
            f"{', '.join(READABLE)} expected. Convert it first"
        )
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise PictureError(
            f"{path}: cannot be read ({error.strerror or error}), a picture expected. "
            f"Check the path"
        ) from None
    return suffix
