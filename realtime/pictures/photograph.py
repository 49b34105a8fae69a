"""A photograph as its file has it: numbers, channels, colour profile. No light is decoded here."""

from dataclasses import dataclass

import numpy as np

from realtime.errors import PictureError

MOST_PIXELS = 400_000_000  # of a photograph: beyond it a header is more likely damaged than true
CHANNELS = (1, 2, 3, 4)  # grey, grey + alpha, colour, colour + alpha
INTEGERS = (np.uint8, np.uint16)
FLOATS = (np.float16, np.float32)


@dataclass(frozen=True, eq=False)
class Photograph:
    """Pixels [H, W, C] and what else of the file goes into another one.

    pixels: row 0 on top; uint8 or uint16 from 0 to the type's largest, or float16 or float32 of
    linear light. C: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha; colour is multiplied by
    alpha in floats, as EXR has it, and is not in integers, as PNG has it. is_linear: whether
    integers are linear light, not sRGB. icc: the embedded colour profile, as it was. exif: date,
    place, camera and the like, without the orientation, as the picture is upright.
    """

    pixels: np.ndarray
    is_linear: bool = False
    icc: bytes | None = None
    exif: bytes | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in px."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return self.pixels.shape[2] in (2, 4)

    @property
    def is_grey(self) -> bool:
        """Whether there is one channel beside alpha."""
        return self.pixels.shape[2] < 3

    @property
    def is_float(self) -> bool:
        """Whether the numbers are linear light without an upper limit."""
        return self.pixels.dtype.kind == "f"


def check_pixels(path: object, width: int, height: int) -> None:
    """Raise PictureError for more pixels than a photograph has."""
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"{path}: {width} × {height} px, at most {MOST_PIXELS // 10**6} million pixels "
            f"expected. Scale it down, or cut it in pieces"
        )
