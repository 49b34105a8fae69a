"""Pictures that hold numbers, not colours: parameter maps and depths, as they are stored."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.errors import PictureError
from realtime.pictures import npy, read_photograph
from realtime.pictures.files import check_readable

NUMBERS = (np.uint8, np.uint16, np.float16, np.float32, np.float64)


def read_numbers(path: str | Path) -> NDArray:
    """Return [H, W, C] of the file's own type: no curve, no alpha, C 1 … 3.

    From .png, .jpg and .exr grey (colour whose channels are equal is grey) or colour; from .npy an
    array [H, W] or [H, W, C]. Raises PictureError, naming the file.
    """
    path = Path(path)
    if check_readable(path) == ".npy":
        return _read_npy(path)
    photo = read_photograph(path)
    numbers = photo.pixels[..., :-1] if photo.has_alpha else photo.pixels
    is_grey = all(
        np.array_equal(numbers[..., 0], numbers[..., c]) for c in (1, 2)[: numbers.shape[2] - 1]
    )
    return numbers[..., :1] if is_grey else numbers


def _read_npy(path: Path) -> NDArray:
    array = npy.read_array(path, "numbers [height, width]")
    fits = array.ndim == 3 and array.shape[2] in (1, 2) and array.size
    if not fits or array.dtype.newbyteorder("=") not in NUMBERS:
        raise PictureError(
            f"{path}: shape {list(array.shape)} of {array.dtype}, [height, width] or [height, "
            f"width, 2] of floats, uint8 or uint16 expected. Convert it first"
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def first_broken(numbers: NDArray) -> tuple[int, int] | None:
    """Return (row, column) of the first NaN or infinity in reading order; None without any."""
    if numbers.dtype.kind != "f":
        return None
    for row, line in enumerate(numbers):  # row by row: a mask of all would be as large again
        broken = ~np.isfinite(line).all(axis=-1)
        if broken.any():
            return row, int(broken.argmax())
    return None


def resampled(numbers: NDArray, size: tuple[int, int], rows: slice, columns: slice) -> NDArray:
    """Return a part of [H, W, C] as it is when scaled bilinearly to (width, height) px.

    rows, columns: the part, of the scaled array. Pixel centres are at .5; ends hold. A value hangs
    on its place alone, not on the part.
    """
    if size == numbers.shape[1::-1]:
        return numbers[rows, columns].astype(np.float32)
    low, high, part = _between(size[1], numbers.shape[0], rows)
    lines = _mixed(numbers[low], numbers[high], part[:, None, None])
    low, high, part = _between(size[0], numbers.shape[1], columns)
    return _mixed(lines[:, low], lines[:, high], part[None, :, None])


def _mixed(low: NDArray, high: NDArray, part: NDArray) -> NDArray[np.float32]:
    low = low.astype(np.float32)
    return low + (high.astype(np.float32) - low) * part


def _between(length: int, there: int, wanted: slice) -> tuple[NDArray, NDArray, NDArray]:
    """Return (below, above, part of the way) of each place along an axis of `there` numbers."""
    places = (np.arange(*wanted.indices(length)) + 0.5) * there / length - 0.5
    places = np.clip(places, 0, there - 1)
    low = places.astype(int)
    return low, np.minimum(low + 1, there - 1), (places - low).astype(np.float32)
