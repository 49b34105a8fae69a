"""Point-spread functions of a real lens, from rays traced through its prescription.

`fitter/data/NAME.safetensors` (made by `script/make_lens`) holds, for field heights and colours, a
web of rays that covers what of the front is open there: where each meets the picture plane, and how
steeply. Move the plane, and the web's corners move along their rays; the light of each mesh stays
its share of the open front and is spread evenly over where the mesh has come to lie. So vignetting,
coma, astigmatism, spherical aberration and both colour errors come from the glass itself. It is
geometry: the lens's diffraction disc (3 µm at f/2) is a seventh of a pixel at 1080 rows.

    radius   of the unaberrated circle of confusion: px of |defocus| / (2 f-number)
    field    height of the light's picture: 0 the picture's middle, 1 its corner (21.6 mm)
    +x       outwards: drawn for a light whose picture lies to the right of the middle
    centre   the middle of the green light at that field and defocus, for all three colours, so
             that lateral colour shows and green does not move

The light is distant and the lens focused nearer (CoC > 0). `front` gives the other side of focus,
turned by 180° because a renderer turns the kernels of what lies in front. A radius below 1 px draws
the PSF of 1 px, shrunk: a bank begins with the kernel that changes nothing.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from fitter.errors import FitError
from fitter.targets.coverage import triangles_light
from fitter.targets.curves import turned
from fitter.targets.names import known
from fitter.targets.source import delta, normalised

Float64 = NDArray[np.float64]

DATA = Path(__file__).resolve().parent.parent / "data"
LENSES = {"double-gauss": DATA / "double-gauss.safetensors"}
CHANNELS = ("r", "g", "b")
WHOLE_PX = 1.0  # radius below which the PSF only shrinks
CARRY_PX = 8.0  # radius at which two fields' PSFs are compared


@dataclass(frozen=True)
class LensPsf:
    """The PSF of a lens at one field height, in one colour.

    lens: out of `LENSES`; field: 0 … 1; channel: "r", "g" or "b"; front: of the focus plane;
    height_px: rows of the picture, which the frame's 24 mm fill; rotation: degrees clockwise, 0
    for a light to the right of the middle. Raises FitError out of range.
    """

    lens: str = "double-gauss"
    field: float = 0.0
    channel: str = "g"
    front: bool = False
    height_px: int = 1080
    rotation: float = 0.0

    def __post_init__(self) -> None:
        known("--lens", self.lens, LENSES)
        known("--channel", self.channel, CHANNELS)
        if not 0 <= self.field <= 1:
            raise FitError(
                f"--field: {self.field:g}, 0 (the picture's middle) to 1 (its corner) expected. "
                f"Give another --field"
            )
        if not self.height_px >= 1:
            raise FitError(
                f"height_px: {self.height_px}, at least 1 row expected. Give the picture's height"
            )

    def reach_px(self, radius_px: float) -> float:
        """Return the farthest coordinate of a ray; 0 at radius 0."""
        return float(np.abs(self._points(radius_px)).max()) if radius_px > 0 else 0.0

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the light that falls on each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        corners = self._points(radius_px)[_web(self.lens).triangles]
        _, light = _rays(self.lens, self.field, self.channel)
        return normalised(triangles_light(corners, light, half_px).clip(min=0))

    def describe(self) -> dict[str, Any]:
        """Return the parameters, and where the lens's numbers are from."""
        web = _web(self.lens)
        return {"shape": "lens", **asdict(self), "source": web.about["source"]}

    def spread(self, radius_px: float) -> Float64:
        """Return the standard deviations (along x, along y) in px of the rays' light."""
        corners = self._points(radius_px)[_web(self.lens).triangles]
        _, light = _rays(self.lens, self.field, self.channel)
        middle = corners.mean(axis=1)
        mean = np.average(middle, axis=0, weights=light)
        return np.sqrt(np.average((middle - mean) ** 2, axis=0, weights=light))

    def _points(self, radius_px: float) -> Float64:
        """Return the web's corners [V, 2] in px of the picture, +x outwards."""
        web = _web(self.lens)
        pitch_mm = web.frame_mm[1] / self.height_px
        defocus_mm = 2 * web.f_number * pitch_mm * max(radius_px, WHOLE_PX)
        if self.front:
            defocus_mm = -defocus_mm
        points = self._at(self.channel, defocus_mm) - self._middle(defocus_mm)
        points *= min(radius_px / WHOLE_PX, 1) / pitch_mm
        return turned(-points if self.front else points, self.rotation)

    def _at(self, channel: str, defocus_mm: float) -> Float64:
        rays, _ = _rays(self.lens, self.field, channel)
        return rays[:, :2] + defocus_mm * rays[:, 2:]

    def _middle(self, defocus_mm: float) -> Float64:
        """Return the centroid of the green light, in mm."""
        _, light = _rays(self.lens, self.field, "g")
        corners = self._at("g", defocus_mm)[_web(self.lens).triangles]
        return np.average(corners.mean(axis=1), axis=0, weights=light)


@dataclass(frozen=True)
class LensFields:
    """The PSFs of a lens over field height, for a bank of radius × field.

    lens, channel, front, height_px: as `LensPsf` has them.
    """

    lens: str = "double-gauss"
    channel: str = "g"
    front: bool = False
    height_px: int = 1080
    axis = ("field", "of the half diagonal")

    def __post_init__(self) -> None:
        self.at(0.0)  # checks the names

    def at(self, value: float) -> LensPsf:
        """Return the PSF at a field height, 0 … 1."""
        return LensPsf(self.lens, value, self.channel, self.front, self.height_px)

    def carry(self, offsets: Float64, start: float, end: float, radius_px: float) -> Float64:
        """Return offsets as much narrower or wider, along x and y, as the other field's PSF is."""
        return offsets * (self.at(end).spread(CARRY_PX) / self.at(start).spread(CARRY_PX))

    def describe(self) -> dict[str, Any]:
        """Return what all fields share."""
        described = self.at(0.0).describe()
        del described["field"]
        return described


@dataclass(frozen=True)
class _Web:
    """A lens's rays.

    rays: [fields, channels, V, 4] x, y, dx/dz, dy/dz, in mm, where dx/dz is per mm towards the
    front of the light; light: [fields, channels, T], sum 1; triangles: [T, 3] of the V corners.
    """

    rays: Float64
    light: Float64
    triangles: NDArray[np.int64]
    fields: Float64
    f_number: float
    frame_mm: tuple[float, float]
    about: dict[str, str]


@lru_cache(maxsize=4)
def _web(lens: str) -> _Web:
    """Read a lens and unfold the half of its rays that is kept: the other mirrors it in y."""
    with safe_open(LENSES[lens], framework="numpy") as file:
        about = file.metadata()
        half, edges, heights = (
            file.get_tensor(name).astype(np.float64) for name in ("rays", "edges_mm", "heights_mm")
        )
    mirrored = half[:, :, -2:0:-1] * (1, -1, 1, -1)
    rays = np.concatenate((half, mirrored), axis=2)
    angles, rings = rays.shape[2:4]
    triangles = _triangles(angles, rings)
    edges = np.concatenate((edges, edges[:, :, -2:0:-1]), axis=2)
    turn = np.arange(angles) * (2 * np.pi / angles)
    way = np.stack((np.cos(turn), np.sin(turn)), axis=1)
    front = edges[..., None, None] * np.linspace(0, 1, rings)[:, None] * way[:, None]
    light = _areas(front.reshape(*front.shape[:2], -1, 2)[:, :, triangles])
    frame = tuple(float(side) for side in about["frame_mm"].split())
    return _Web(
        rays.reshape(*rays.shape[:2], -1, 4),
        light / light.sum(axis=-1, keepdims=True),
        triangles,
        heights / heights[-1],
        float(about["f_number"]),
        frame,
        about,
    )


@lru_cache(maxsize=64)
def _rays(lens: str, field: float, channel: str) -> tuple[Float64, Float64]:
    """Return (rays [V, 4], light [T]) at a field height, between the traced ones."""
    web, number = _web(lens), CHANNELS.index(channel)
    below = min(int(np.searchsorted(web.fields, field, side="right")) - 1, len(web.fields) - 2)
    part = (field - web.fields[below]) / (web.fields[below + 1] - web.fields[below])
    return tuple(
        (1 - part) * values[below, number] + part * values[below + 1, number]
        for values in (web.rays, web.light)
    )


def _triangles(angles: int, rings: int) -> NDArray[np.int64]:
    """Return the corners of a polar web's triangles; those at the middle are one, not two.

    The first half of the angles is cut along one diagonal, the mirrored half along the other.
    """
    angle, ring = np.meshgrid(np.arange(angles), np.arange(rings - 1), indexing="ij")
    here, beside = angle * rings + ring, (angle + 1) % angles * rings + ring
    here[angles // 2 :], beside[angles // 2 :] = beside[angles // 2 :], here[angles // 2 :].copy()
    outer = np.stack((here, here + 1, beside + 1), axis=-1).reshape(-1, 3)
    inner = np.stack((here, beside + 1, beside), axis=-1)[:, 1:].reshape(-1, 3)
    return np.concatenate((outer, inner))


def _areas(corners: Float64) -> Float64:
    """Return the areas of triangles [..., 3, 2]."""
    a, b = corners[..., 1, :] - corners[..., 0, :], corners[..., 2, :] - corners[..., 0, :]
    return np.abs(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]) / 2
