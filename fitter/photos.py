"""Photographs to measure with: those that scikit-image ships, so nothing is downloaded.

Values are as displayed (sRGB encoded, 0 … 1), the colour space in which the PSNR of filtered
photographs is usually given.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

PHOTOS = ("camera", "astronaut", "coffee", "chelsea")


@cache
def photo(name: str) -> NDArray[np.float64]:
    """Return a photograph [C, H, W], C = 1 or 3; H and W differ in all but the first two."""
    from skimage import data  # here: slow to import, and part of the extra `fit`

    pixels = np.asarray(getattr(data, name)(), dtype=np.float64) / 255
    return np.atleast_3d(pixels).transpose(2, 0, 1).copy()
