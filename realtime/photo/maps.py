"""A user's parameter map: where on the bank's axes every pixel is."""

from pathlib import Path

import moderngl
import numpy as np
from numpy.typing import NDArray

from realtime.bank import Axis
from realtime.effects import UserMap
from realtime.errors import PictureError
from realtime.gl.targets import clamp
from realtime.photo.numbers import first_broken, read_numbers, resampled
from realtime.photo.tiles import Size, Tile


class ParameterMap:
    """A map in a file, for pictures of one size and the axes of a bank.

    Of pictures white (1.0) is the last knot, black 0; arrays of floats are in the axis's own unit.
    scale: what 1.0 is instead, on the first axis. A second axis takes the second component (of a
    colour picture green); without one its first knot. Values outside the axes are held there.

    notes: what a user should know, a line each. Raises PictureError for a map that cannot be one,
    naming the first NaN or infinity by row and column.
    """

    def __init__(
        self, path: str | Path, axes: tuple[Axis, ...], size: Size, scale: float | None = None
    ) -> None:
        self.size = size
        numbers = read_numbers(path)
        if (broken := first_broken(numbers)) is not None:
            raise PictureError(
                f"{path}: NaN or infinity in row {broken[0]}, column {broken[1]}, finite numbers "
                f"expected. Mend the map there"
            )
        self.numbers = _for_axes(path, numbers, axes)
        self.gains, self.biases = _units(path, numbers.dtype, axes, scale)
        self.notes = self._notes(path, axes)

    @property
    def components(self) -> int:
        """How many axes the map speaks of."""
        return self.numbers.shape[2]

    def values(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Return [h, w, components] of a part of the picture, in the axes' units."""
        part = resampled(self.numbers, self.size, rows, columns)
        return part * np.float32(self.gains[: self.components])

    def _notes(self, path: str | Path, axes: tuple[Axis, ...]) -> list[str]:
        height, width, _ = self.numbers.shape
        notes = []
        if (width, height) != self.size:
            notes.append(
                f"{path}: {width} × {height} px, resampled to the picture's "
                f"{self.size[0]} × {self.size[1]}"
            )
        for index in range(self.components):
            values = self.numbers[..., index] * np.float32(self.gains[index])
            low, high = axes[index].knots[0], axes[index].knots[-1]
            unit = f" {axes[index].unit}" if axes[index].unit else ""
            slack = 1e-6 * max(abs(low), abs(high))  # of rounding a product
            outside = int(np.count_nonzero((values < low - slack) | (values > high + slack)))
            if outside:
                least, most = values.min() + 0.0, values.max() + 0.0  # 0, not -0
                notes.append(
                    f"{path}: {outside} of {values.size} px outside the bank's {axes[index].name} "
                    f"{low:g} … {high:g}{unit} (the map has {least:g} … {most:g}), held at "
                    f"its ends"
                )
        return notes


class MapTexture:
    """A parameter map on the GPU, a tile at a time: it has the tile's texture's size."""

    def __init__(self, ctx: moderngl.Context, map_: ParameterMap, side: Size) -> None:
        self.map, self.side = map_, side
        data = bytes(4 * map_.components * side[0] * side[1])
        self.texture = ctx.texture(side, map_.components, data, dtype="f4")
        clamp(self.texture, moderngl.LINEAR)

    def effect(self, tile: Tile) -> UserMap:
        """Load what a tile's pixels need and return it as an effect."""
        (x, y), (width, height) = tile.origin, self.side
        left, top, right, bottom = tile.read
        values = self.map.values(slice(top, bottom), slice(left, right))
        viewport = (left - x, height - (bottom - y), right - left, bottom - top)
        self.texture.write(np.ascontiguousarray(values[::-1]), viewport=viewport)
        part = (float(width), float(height))
        origin = (float(x), float(y))
        return UserMap(self.texture, bias=self.map.biases, origin=origin, part=part)

    def release(self) -> None:
        """Free the texture."""
        self.texture.release()


def _for_axes(path: str | Path, numbers: NDArray, axes: tuple[Axis, ...]) -> NDArray:
    """Return [H, W, axes or fewer]; raise PictureError for a map of more."""
    if numbers.shape[2] == 3 and len(axes) == 2:
        return numbers[..., :2]
    if numbers.shape[2] > len(axes):
        names = ", ".join(axis.name for axis in axes)
        raise PictureError(
            f"{path}: {numbers.shape[2]} channels that differ, grey expected for a bank of "
            f"{names}. Save the map as grey"
        )
    return numbers


def _units(
    path: str | Path, dtype: np.dtype, axes: tuple[Axis, ...], scale: float | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return gains and biases from stored numbers to the axes' units."""
    is_array = Path(path).suffix.lower() == ".npy" and dtype.kind == "f"
    largest = float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0
    lasts = [1.0 if is_array else axis.knots[-1] for axis in axes]
    if scale is not None:
        lasts[0] = scale
    gains = [last / largest for last in lasts] + [0.0]
    first = axes[1].knots[0] if len(axes) > 1 else 0.0
    return (gains[0], gains[1]), (0.0, first)
