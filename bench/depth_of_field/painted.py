"""One light in hand-painted textures: its light and the radius of its disc, measured on pixels.

The radius is that of a disc of the same second moment: mean distance² from its middle is r² / 2.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench.depth_of_field.studio import Studio
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.picture import read_target, write_target
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.targets import color_target
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

MAPPING = DepthMapping.perspective(0.1, 100.0)
FOCUS_M, FAR_M = 2.0, 8.0
LIGHT = 500.0


@dataclass(frozen=True)
class Spot:
    """A square light of `side_px` (even) at `light_m`, before nothing lit at `around_m`.

    size: of the picture (width, height). The lens is focused at FOCUS_M; far_radius: its CoC radius
    at FAR_M, as a fraction of the height.
    """

    size: tuple[int, int]
    side_px: int
    light_m: float
    around_m: float
    far_radius: float

    @property
    def lens(self) -> Lens:
        """The lens of that CoC."""
        wide = Lens(f_number=1.0, focus_distance_m=FOCUS_M)
        return Lens(f_number=wide.coc_radius(FAR_M) / self.far_radius, focus_distance_m=FOCUS_M)

    @property
    def radius_px(self) -> float:
        """What the lens makes of the light."""
        return abs(self.lens.coc_radius(self.light_m)) * self.size[1]

    def painted(self) -> tuple[np.ndarray, np.ndarray]:
        """Return colour [H, W, 4] and window depth [H, W, 1]; the light begins at even pixels."""
        width, height = self.size
        top, left = (side // 4 * 2 - self.side_px // 4 * 2 for side in (height, width))
        light = np.s_[top : top + self.side_px, left : left + self.side_px]
        color, distance_m = (
            np.zeros((height, width, 4), "f4"),
            np.full((height, width), self.around_m),
        )
        color[light], distance_m[light] = LIGHT, self.light_m
        depth = np.where(np.isinf(distance_m), 1.0, (1 / distance_m - MAPPING.x) / MAPPING.y)
        return color, depth[..., None]


@dataclass(frozen=True)
class Disc:
    """What became of a light: its share of the energy, and the radius of its disc."""

    energy: float
    radius_px: float


def disc_of(picture: np.ndarray, energy: float, side_px: int) -> Disc:
    """Measure a picture [H, W] of one light; side_px: of the square it was, which is taken off."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    weight = picture.astype(np.float64) / picture.sum(dtype=np.float64)
    middle = [(weight * axis).sum() for axis in (y, x)]
    spread = (weight * ((y - middle[0]) ** 2 + (x - middle[1]) ** 2)).sum()
    own = (side_px**2 - 1) / 6  # of a square of single pixels, both axes
    return Disc(float(picture.sum() / energy), float(np.sqrt(max(2 * (spread - own), 0.0))))


def measure(studio: Studio, spot: Spot, settings: DepthOfFieldSettings) -> dict[str, Any]:
    """Blur the spot and measure its disc; also what the lens has it as."""
    dof = DepthOfField(studio.ctx, studio.textures(), settings)
    targets = [color_target(studio.ctx, spot.size, n, "f4") for n in (4, 1, 4)]
    color, depth, out = targets
    for target, picture in zip((color, depth), spot.painted(), strict=True):
        write_target(target, picture, "f4")
    dof.render(color.color, depth.color, LensView(spot.lens, MAPPING), out.framebuffer)
    disc = disc_of(read_target(out)[..., 0], LIGHT * spot.side_px**2, spot.side_px)
    for part in (dof, *targets):
        part.release()
    return {**asdict(disc), "lens_px": spot.radius_px}


def names(settings: Sequence[DepthOfFieldSettings]) -> list[str]:
    """Say what each setting is."""
    sizes = {1: "full size", 2: "half size"}
    return [f"{s.slices} slices, {sizes[s.scale]}" for s in settings]
