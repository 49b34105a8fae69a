"""Any picture as a kernel: read, checked, and scaled to a radius by exact areas."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fitter.errors import FitError
from fitter.targets.source import Float64, delta, normalised

EXPECTED = "a PNG, JPEG or NPY picture of the kernel expected"
LUMINANCE = (0.2126, 0.7152, 0.0722)  # Rec. 709, of linear light
LARGEST_PX = 16384  # a side; the running sums of a larger one would take more than 2 GB


class Picture:
    """A kernel given as a picture; the middle of the picture is the kernel's centre.

    light: [H, W], linear, not negative. At radius r the longer side spans 2 r px; a pixel of the
    kernel is the average of what it covers, so nothing aliases and even sizes need no rounding.
    name: for messages and the bank's metadata. Raises FitError where there is no kernel in it.
    """

    def __init__(self, light: Float64, name: str) -> None:
        self.light = check_kernel(light, name)
        self.name = name
        height, width = self.light.shape
        self.native_radius_px = max(height, width) / 2
        self._sums = np.zeros((height + 1, width + 1))  # light above and left of each corner
        np.cumsum(self.light, axis=0, out=self._sums[1:, 1:])
        np.cumsum(self._sums[1:, 1:], axis=1, out=self._sums[1:, 1:])

    def reach_px(self, radius_px: float) -> float:
        """Return the radius: half the longer side."""
        return radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the light that falls on each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        edges = np.arange(2 * half_px + 2) - half_px - 0.5
        height, width = self.light.shape
        scale = self.native_radius_px / radius_px
        rows, columns = edges * scale + height / 2, edges * scale + width / 2
        sums = _between(_between(self._sums, rows).T, columns).T
        return normalised(np.diff(np.diff(sums, axis=0), axis=1).clip(min=0))

    def describe(self) -> dict[str, Any]:
        """Return the file's name and size."""
        height, width = self.light.shape
        return {"shape": "picture", "name": self.name, "width": width, "height": height}


def read_picture(path: str | os.PathLike) -> Picture:
    """Read a kernel: alpha where it says anything, else luminance in linear light.

    An NPY array is taken as linear light: [H, W], or [H, W, C] with C = 3 (luminance) or 4 (alpha).
    Raises FitError, naming the file.
    """
    path = Path(path)
    try:
        pixels = _read_npy(path) if path.suffix.lower() == ".npy" else _read_image(path)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        there = "nothing, 0 bytes" if _is_empty(path) else f"cannot be read ({_reason(error)})"
        raise FitError(f"{path}: {there}, {EXPECTED}. Give another --image") from None
    return Picture(check_kernel(_one_channel(pixels, str(path)), str(path)), path.name)


def check_kernel(light: Float64, name: str) -> Float64:
    """Return `light` [H, W] as float64; raise FitError unless it is finite, ≥ 0 and not all 0."""
    if light.ndim != 2 or 0 in light.shape:
        shape = " × ".join(map(str, light.shape)) or "a single number"
        raise FitError(
            f"{name}: values of shape {shape}, rows × columns of at least one pixel expected. "
            f"Give another --image"
        )
    _check_side(light.shape, name)
    light = light.astype(np.float64)
    if not np.isfinite(light).all():
        row, column = np.argwhere(~np.isfinite(light))[0]
        raise FitError(
            f"{name}: {light[row, column]} at row {row}, column {column}, finite values expected. "
            f"Clean the kernel"
        )
    if light.min() < 0:
        row, column = np.unravel_index(light.argmin(), light.shape)
        raise FitError(
            f"{name}: {light[row, column]:g} at row {row}, column {column}, no negative values "
            f"expected. Clip the kernel at 0"
        )
    if not light.any():
        raise FitError(
            f"{name}: all {light.size} pixels are 0, some light expected. "
            f"Draw the kernel bright on black, or opaque on transparent"
        )
    return light / light.max()  # keeps the running sums in range


def _between(sums: Float64, where: Float64) -> Float64:
    """Read running sums [N + 1, K] between their rows: linear, since pixels are flat."""
    where = where.clip(0, len(sums) - 1)
    below = np.minimum(where.astype(int), len(sums) - 2)
    part = (where - below)[:, None]
    return (1 - part) * sums[below] + part * sums[below + 1]


def _read_npy(path: Path) -> Float64:
    array = np.load(path, allow_pickle=False)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise ValueError("an array of numbers is needed")
    _check_side(array.shape[:2], str(path))
    return array.astype(np.float64)


def _read_image(path: Path) -> Float64:
    """Return [H, W]: alpha where it varies, else luminance in linear light."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path) as image:
            _check_side(image.size, str(path))
            if image.mode.startswith("I"):
                return _linear(np.asarray(image, dtype=np.float64) / 65535)
            if image.mode == "F":
                return np.asarray(image, dtype=np.float64)
            pixels = np.asarray(image.convert("RGBA"))
    if np.ptp(pixels[..., 3]):
        return pixels[..., 3] / 255
    light = _linear(np.arange(256) / 255)  # channel by channel: large pictures stay in memory
    return sum(part * light[pixels[..., at]] for at, part in enumerate(LUMINANCE))


def _one_channel(pixels: Float64, name: str) -> Float64:
    """Choose alpha where it varies, else luminance, of an array [H, W] or [H, W, C]."""
    if pixels.ndim != 3:
        return pixels
    channels = pixels.shape[2]
    if channels not in (1, 3, 4):
        raise FitError(f"{name}: {channels} channels, 1, 3 or 4 expected. Give another --image")
    if channels == 4 and pixels[..., 3].size and np.ptp(pixels[..., 3]) > 0:
        return pixels[..., 3]
    return pixels[..., 0] if channels == 1 else pixels[..., :3] @ np.array(LUMINANCE)


def _linear(encoded: Float64) -> Float64:
    """Decode sRGB (IEC 61966-2-1), 0 … 1."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _check_side(size: tuple[int, ...], name: str) -> None:
    if max(size, default=0) > LARGEST_PX:
        raise FitError(
            f"{name}: {' × '.join(map(str, size))} px, at most {LARGEST_PX} a side expected. "
            f"Scale the kernel down"
        )


def _is_empty(path: Path) -> bool:
    return path.is_file() and path.stat().st_size == 0


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error).splitlines()[0]
