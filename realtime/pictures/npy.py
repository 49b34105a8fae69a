"""NPY: the array as it is, linear light, row 0 on top."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.errors import PictureError


def write(path: Path, linear: NDArray[np.floating]) -> None:
    """Write [H, W, C] floats. Raises OSError."""
    with path.open("wb") as file:  # given a name, numpy would add a suffix to one in capitals
        np.save(file, np.ascontiguousarray(linear))


def read(path: Path) -> NDArray[np.float32]:
    """Return [H, W, 3] linear light from [H, W], [H, W, 1], [H, W, 3] or [H, W, 4] floats."""
    array = read_pixels(path)
    colour = array[..., :3] if array.shape[2] > 1 else np.repeat(array, 3, axis=2)
    return np.ascontiguousarray(colour, np.float32)


def read_pixels(path: Path) -> NDArray[np.floating]:
    """Return [H, W, C], C 1, 3 or 4, float16 where it is that, otherwise float32."""
    array = read_array(path, "a picture [height, width, 3]")
    if array.dtype.kind != "f" or array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise PictureError(
            f"{path}: shape {list(array.shape)} of {array.dtype}, [height, width, 3] floats of "
            f"linear light expected. Convert it first"
        )
    if not array.size:
        raise PictureError(
            f"{path}: an empty array {list(array.shape)}, pixels expected. Save it again"
        )
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinity
        return array.astype(np.float16 if array.dtype == np.float16 else np.float32, copy=False)


def read_array(path: Path, expected: str) -> NDArray:
    """Return the array as it is, [H, W] as [H, W, 1]. expected: for the message.

    Raises PictureError where there is no whole array.
    """
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise PictureError(
            f"{path}: not a whole NumPy array ({error}), {expected} expected. "
            f"Save it again with numpy.save"
        ) from None
    return array[..., None] if array.ndim == 2 else array
