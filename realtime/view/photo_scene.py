"""A photograph as something to look at: flat, far away, through a lens that blurs all of it alike.

So the lens's blur, effects, the bar, exposure and all that hangs on them are as for a scene; what
needs depth or motion is not there.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.bank import Bank, LowRankBank
from realtime.photo.light import Decoder
from realtime.pictures import READABLE, read_photograph
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import ArtisticLens
from realtime.scene.model import Scene

PICTURES = READABLE
MOST_SIDE_PX = 4096  # of what is kept: no window is larger, and half floats take 8 bytes a pixel
RADIUS = 0.01  # of the uniform blur at first, of the picture's height
_STILL = CameraPath((Key(0.0, (0.0, 0.0, 0.0), (0.0, 0.0, -1.0)),))


@dataclass(frozen=True, eq=False)
class PhotoScene(Scene):
    """light: [H, W, 4] float16, linear, multiplied by alpha, row 0 on top.

    whole_size: (width, height) of the file, px; `light` may be smaller by a whole number.
    """

    light: NDArray[np.float16] | None = None
    whole_size: tuple[int, int] = (1, 1)


def is_photo(name: str) -> bool:
    """Whether a file's name is that of a picture."""
    return Path(name).suffix.lower() in PICTURES


def load_photo(name: str) -> PhotoScene:
    """Read a picture as a scene. Raises PictureError."""
    photo = read_photograph(name)
    decoder = Decoder(photo, np.float16)
    width, height = photo.size
    by = math.ceil(max(width, height) / MOST_SIDE_PX)
    light = decoder.light(slice(None), slice(None)) if by == 1 else _smaller(decoder, by)
    return PhotoScene(
        name=Path(name).stem,
        camera=_STILL,
        lens=ArtisticLens(radius=RADIUS, focus_distance_m=1.0, reference_m=1.0),
        objects=(),
        light=light,
        whole_size=photo.size,
    )


def _smaller(decoder: Decoder, by: int) -> NDArray[np.float16]:
    """Means of `by` × `by` pixels, a row of them at a time; what is left over at the end is cut."""
    width, height = decoder.photo.size
    columns = slice(0, width // by * by)
    rows = [
        decoder.light(slice(y, y + by), columns)
        .astype(np.float32)
        .reshape(by, -1, by, 4)
        .mean(axis=(0, 2))
        for y in range(0, height // by * by, by)
    ]
    return np.stack(rows).astype(np.float16)


def blurs_of_photo(bank: Bank | LowRankBank | None) -> tuple[str, ...]:
    """Return the methods for a photograph, best first: its uniform blur takes a radius."""
    if not isinstance(bank, Bank) or bank.axes[0].name != "radius":
        return ("none",)
    return ("sparse", *(("dense",) if bank.targets is not None else ()), "none")
