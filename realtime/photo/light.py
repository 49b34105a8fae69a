"""A file's numbers to linear light and back.

Within, a pixel is RGBA of linear light multiplied by its alpha, as blur needs it: else the colour
of what is transparent would bleed. Alpha is blurred with what it covers.
"""

import numpy as np
from numpy.typing import NDArray

from realtime.photo.dither import noise
from realtime.pictures.photograph import Photograph
from realtime.pictures.srgb import decode_srgb, encode_srgb

HALF_MAX = 65504.0


class Decoder:
    """A photograph's pixels as light. dtype: float16 or float32, of the result.

    mended: how many values were NaN, infinite or beyond the type so far: NaN is black, and what is
    too bright is held at the largest half float.
    """

    def __init__(self, photo: Photograph, dtype: type) -> None:
        self.photo, self.dtype = photo, dtype
        self.mended = 0
        if not photo.is_float:
            levels = np.arange(np.iinfo(photo.pixels.dtype).max + 1, dtype=np.float32)
            self.linear = levels / levels[-1]
            self.curve = self.linear if photo.is_linear else decode_srgb(self.linear)

    def light(self, rows: slice, columns: slice) -> NDArray[np.floating]:
        """Return [h, w, 4] of a part of the picture."""
        pixels = self.photo.pixels[rows, columns]
        channels = pixels.shape[2]
        light = np.ones((*pixels.shape[:2], 4), self.dtype)
        colour = pixels[..., : channels - self.photo.has_alpha]
        if self.photo.is_float:
            light[..., :3] = self._mend(colour)
            if self.photo.has_alpha:
                light[..., 3] = np.clip(self._mend(pixels[..., -1]), 0, 1)
            return light
        if not self.photo.has_alpha:
            light[..., :3] = self.curve.astype(self.dtype)[colour]
            return light
        alpha = self.linear[pixels[..., -1:]]
        light[..., :3] = self.curve[colour] * alpha
        light[..., 3:] = alpha
        return light

    def _mend(self, values: np.ndarray) -> np.ndarray:
        sound = np.abs(values) <= HALF_MAX  # NaN fails too
        broken = values.size - int(np.count_nonzero(sound))
        if not broken:
            return values
        self.mended += broken
        held = np.clip(values, -HALF_MAX, HALF_MAX)
        return np.where(np.isnan(values), values.dtype.type(0), held)


class Encoder:
    """Light as pixels [H, W, C] of a file. dtype: theirs; channels: 1 … 4, as in Photograph.

    is_linear: integers are linear light, not sRGB. dithered: with noise, where 8 bits. clipped: how
    many values of colour were brighter than an integer can say, so far.
    """

    def __init__(self, dtype: type, channels: int, is_linear: bool, dithered: bool = True) -> None:
        self.dtype, self.channels, self.is_linear = dtype, channels, is_linear
        self.dithered = dithered and dtype == np.uint8
        self.clipped = 0
        self.has_alpha = channels in (2, 4)
        self.is_float = np.dtype(dtype).kind == "f"
        self.largest = 1.0 if self.is_float else float(np.iinfo(dtype).max)
        self._table: NDArray[np.float32] | None = None

    def pixels(self, light: NDArray[np.floating], origin: tuple[int, int]) -> np.ndarray:
        """Return [h, w, C] of light [h, w, 4]; origin: its (x, y) in the whole picture."""
        colours = 1 if self.channels < 3 else 3
        colour, alpha = light[..., :colours], light[..., 3:]
        if self.is_float:
            shown = np.concatenate([colour, alpha], -1) if self.has_alpha else colour
            return np.clip(shown, -HALF_MAX, HALF_MAX).astype(self.dtype)
        if self.has_alpha:
            colour = colour.astype(np.float32) / np.maximum(alpha, 1e-6, dtype=np.float32)
        self.clipped += int(np.count_nonzero(colour > 1.0 + 0.5 / self.largest))
        steps = self._encoded(colour)
        if self.has_alpha:
            part = np.clip(alpha.astype(np.float32), 0, 1) * np.float32(self.largest)
            steps = np.concatenate([steps, part], -1)
        if self.dithered:
            steps = steps + noise(origin, light.shape[1::-1], self.channels)
        return np.clip(np.rint(steps, out=steps), 0, self.largest).astype(self.dtype)

    def _encoded(self, colour: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return the file's numbers, not yet whole ones."""
        if colour.dtype != np.float16:
            return self._curve(colour)
        if self._table is None:  # there are only 65536 half floats
            halves = np.arange(65536, dtype=np.uint16).view(np.float16)
            self._table = self._curve(np.nan_to_num(halves.astype(np.float32), posinf=1.0))
        return self._table[np.ascontiguousarray(colour).view(np.uint16)]

    def _curve(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        curved = np.clip(light, 0, 1) if self.is_linear else encode_srgb(light)
        return curved * np.float32(self.largest)
