"""Spatially varying blurs, and the exact pictures they are compared with.

Each pixel has its own kernel. The maps take few values (not those of knots), so that each value's
exact kernel can be drawn once; the methods get the same maps.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fitter.photos import photo
from fitter.targets import Source, half_size_px
from fitter.targets.family import Family, Turning
from fitter.targets.motion import Streak
from fitter.targets.shapes import Disk, Star

Float64 = NDArray[np.float64]

PHOTOS, SMALL_PHOTOS = ("astronaut", "coffee", "chelsea"), ("coffee",)
SMALL = (128, 176)  # px, height and width of the piece that a quick run takes
RADII, ANGLES = 48, 90  # values that two-parameter maps take
CHUNK_VALUES = 1 << 24  # windows gathered at once


@dataclass(frozen=True)
class Scene:
    """A picture's blur.

    source: at radius 0 … radius_px; family: of the second parameter, None for one parameter only;
    words: for the report.
    """

    source: Source
    family: Turning | None
    radius_px: float
    words: str

    def maps(self, height: int, width: int) -> tuple[Float64, ...]:
        """Return one map [H, W] a parameter: radius in px, and the angle in rad."""
        y, x = np.mgrid[0:height, 0:width].astype(np.float64)
        y, x = y - (height - 1) / 2, x - (width - 1) / 2
        if self.family is None:
            return (np.abs(y) / ((height - 1) / 2) * self.radius_px,)
        away = np.hypot(x, y) / np.hypot((height - 1) / 2, (width - 1) / 2)
        period = self.family.period_rad()
        angle = np.arctan2(y, x) % period
        return self._stepped(away, self.radius_px, RADII), self._stepped(
            angle / period, period, ANGLES
        )

    def _stepped(self, part: Float64, whole: float, steps: int) -> Float64:
        """Round 0 … 1 to the middles of steps, times `whole`."""
        return (np.floor(part * steps).clip(0, steps - 1) + 0.5) / steps * whole


RADIUS_PX = 16.0
SCENES = {
    "tilt-shift": Scene(Disk(), None, RADIUS_PX, "a disc, sharp in the middle row"),
    "rotational-bokeh": Scene(
        Star(4), Turning(Star(4)), RADIUS_PX, "a four-pointed star that turns about the centre"
    ),
    "radial-motion": Scene(
        Streak(), Turning(Streak()), RADIUS_PX, "streaks away from the centre, ± the radius"
    ),
}


def pictures(small: bool) -> dict[str, Float64]:
    """Return the photographs [C, H, W] that are blurred."""
    if not small:
        return {name: photo(name) for name in PHOTOS}
    found = {}
    for name in SMALL_PHOTOS:
        height, width = photo(name).shape[1:]
        top, left = (height - SMALL[0]) // 2, (width - SMALL[1]) // 2
        found[name] = photo(name)[:, top : top + SMALL[0], left : left + SMALL[1]]
    return found


@lru_cache(maxsize=9)
def truth(scene: str, name: str, small: bool) -> Float64:
    """Return a photograph [C, H, W], each pixel filtered with its own exact kernel."""
    image = pictures(small)[name]
    return exact(image, SCENES[scene], *SCENES[scene].maps(*image.shape[1:]))


def exact(image: Float64, scene: Scene, *maps: Float64) -> Float64:
    """Filter an image [C, H, W], clamped at the border; a kernel is drawn once a value."""
    family: Family | None = scene.family
    places = np.stack([m.ravel() for m in maps])
    values, of = np.unique(places, axis=1, return_inverse=True)
    order = np.argsort(of.ravel(), kind="stable")
    starts = np.searchsorted(of.ravel()[order], np.arange(values.shape[1] + 1))
    margin = half_size_px(scene.source, scene.radius_px) + 2
    padded = np.pad(image, ((0, 0), (margin, margin), (margin, margin)), mode="edge")
    out = np.empty_like(image)
    for number, place in enumerate(values.T):
        source = scene.source if family is None else family.at(place[1])
        pixels = np.unravel_index(order[starts[number] : starts[number + 1]], image.shape[1:])
        half = half_size_px(source, place[0])
        _filter_at(padded, margin, source.draw(place[0], half), pixels, out)
    return out


def _filter_at(
    padded: Float64, margin: int, kernel: Float64, pixels: tuple[NDArray, NDArray], out: Float64
) -> None:
    """Write out(p) = sum_q kernel(q) in(p - q) at pixels (rows, columns)."""
    back, size = kernel[::-1, ::-1].ravel(), len(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape, axis=(1, 2))
    first = margin - size // 2
    at_once = max(1, CHUNK_VALUES // (len(padded) * kernel.size))
    for start in range(0, len(pixels[0]), at_once):
        rows, columns = (part[start : start + at_once] for part in pixels)
        seen = windows[:, rows + first, columns + first].reshape(len(padded), len(rows), -1)
        out[:, rows, columns] = seen @ back
