"""Pictures painted by hand, and the same through depth of field."""

from collections.abc import Iterator
from contextlib import contextmanager

import moderngl
import numpy as np

from realtime.bank import Axis, Bank
from realtime.blur.depth_of_field import DepthOfField, Hidden, LensView
from realtime.blur.picture import read_target
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.targets import Target, color_target
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

SIZE = (45, 61)  # rows, columns
FOCUS_M = 2.0
MAPPING = DepthMapping.perspective(0.1, 100.0)
SHARPEST = DepthOfFieldSettings(slices=2, scale=1, precision="float")
GLYPH = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]], "f4")  # an F


def lens_with_coc(radius_px: float, distance_m: float, rows: int = SIZE[0], **parts) -> Lens:
    """A lens focused at FOCUS_M whose CoC at a distance is `radius_px` of a picture of `rows`."""
    wide = Lens(f_number=1.0, focus_distance_m=FOCUS_M)
    f_number = abs(wide.coc_radius(distance_m) * rows / radius_px)
    return Lens(f_number=f_number, focus_distance_m=FOCUS_M, **parts)


def depth_of(distance_m: np.ndarray, mapping: DepthMapping = MAPPING) -> np.ndarray:
    """Window depth of distances, the inverse of what the mapping says; the sky's at inf."""
    distance_m = np.asarray(distance_m, "f8")
    q = distance_m if mapping.is_linear else 1 / distance_m
    return np.where(np.isinf(distance_m), mapping.sky, (q - mapping.x) / mapping.y)


def glyph_bank(radius: float = 6.0) -> Bank:
    """Radius 0: a point. Largest radius: the F, its strokes `radius / 3` px apart."""
    rows, columns = np.nonzero(GLYPH)
    psf = np.stack([columns - 1, rows - 2], axis=-1) * (radius / 3)
    return point_bank(psf / radius, radius)


def point_bank(aperture: np.ndarray, radius: float) -> Bank:
    """One layer whose taps are points of the aperture [N, 2] in radii (+y down), alike."""
    offsets = np.zeros((len(aperture), 1, 2, 2), "f4")
    offsets[:, 0, 1] = -np.asarray(aperture) * radius  # a pixel reads from where its light comes
    weights = np.full((len(aperture), 1, 2), 1 / len(aperture), "f4")
    return Bank((Axis("radius", "px", (0.0, radius)),), (offsets,), (weights,))


def point_light(row: int, column: int, light: float, size=SIZE) -> np.ndarray:
    """[H, W, 3], black but for one pixel."""
    image = np.zeros((*size, 3), "f4")
    image[row, column] = light
    return image


def texture_of(ctx, array: np.ndarray, dtype: str = "f4") -> moderngl.Texture:
    """[H, W] or [H, W, components], row 0 on top, as a texture of that format."""
    array = array.reshape(*array.shape[:2], -1)
    data = np.ascontiguousarray(array[::-1]).astype(dtype).tobytes()
    return ctx.texture(array.shape[1::-1], array.shape[2], data, dtype=dtype)


class Painting:
    """Colour [H, W, 3 or 4] and window depth [H, W] as float32 textures, and where it is drawn."""

    def __init__(self, ctx, image: np.ndarray, depth: np.ndarray) -> None:
        if image.shape[2] == 3:
            image = np.concatenate([image, np.ones_like(image[..., :1])], axis=-1)
        self.color, self.depth = texture_of(ctx, image), texture_of(ctx, depth)
        self.out = color_target(ctx, self.color.size, dtype="f4")

    def through(
        self, dof: DepthOfField, view: LensView, out: Target | None = None, **inputs
    ) -> np.ndarray:
        """[H, W, 4]. inputs: `hidden`, or another texture in the place of `color` or `depth`."""
        out = out or self.out
        textures = {"color": self.color, "depth": self.depth} | inputs
        dof.render(view=view, out=out.framebuffer, **textures)
        return read_target(out)

    def hidden(self, mapping: DepthMapping = MAPPING) -> Hidden:
        """This painting as what another one hides."""
        return Hidden(self.color, self.depth, mapping)

    def release(self) -> None:
        for part in (self.color, self.depth, self.out):
            part.release()


@contextmanager
def released(*parts) -> Iterator[None]:
    """Release them at the end, whatever happens."""
    try:
        yield
    finally:
        for part in parts:
            part.release()


def blur(
    ctx,
    image,
    distance_m,
    lens,
    bank,
    kernel=None,
    settings=SHARPEST,
    depth=None,
    mapping=MAPPING,
    hidden=None,
) -> np.ndarray:
    """[H, W, 3 or 4] linear, [H, W] m -> [H, W, 4] through the lens; all in float32.

    depth: window depth, instead of distances. hidden: (image, distances) behind the front.
    """
    dof = DepthOfField(ctx, bank, settings, kernel)
    painting = Painting(ctx, image, depth_of(distance_m, mapping) if depth is None else depth)
    with released(dof, painting):
        view = LensView(lens, mapping)
        if hidden is None:
            return painting.through(dof, view)
        behind = Painting(ctx, hidden[0], depth_of(hidden[1], mapping))
        with released(behind):
            return painting.through(dof, view, hidden=behind.hidden(mapping))
