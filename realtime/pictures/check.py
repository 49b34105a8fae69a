"""What every writer checks before it touches a file."""

import numpy as np

from realtime.errors import PictureError


def check_picture(name: str, picture: np.ndarray, dtype: type) -> None:
    """Raise PictureError unless `picture` is [H, W, 3] of `dtype` with at least one pixel."""
    shape_fits = picture.ndim == 3 and picture.shape[2] == 3 and picture.size
    if not shape_fits or picture.dtype != dtype:
        raise PictureError(
            f"{name}: shape {list(picture.shape)} of {picture.dtype}, "
            f"[height, width, 3] of {np.dtype(dtype)} expected. Convert it first"
        )
