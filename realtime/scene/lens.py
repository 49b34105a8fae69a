"""Thin lenses: how large the circle of confusion (CoC) of a depth is, and what shape it has.

    object d     s       lens        sensor
       *.........x........|............|.   a point at the focus distance s meets in a point;
                          |            | |  a point at another distance d spreads into a disc,
                                            the CoC. Its radius is signed: + behind s, - in front.

Everything is a fraction of the picture's height, so a picture looks the same at any resolution.
`Lens` is given as a photographer gives it, `ArtisticLens` by the blur that is wanted.
"""

import dataclasses
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NoReturn

from realtime.errors import LensError

MOST_TILT_DEG = 89.0  # at 90 the plane in focus would hold the view axis
Frame = tuple[float, float, float, float]  # 2 × 2, row-major: (xx, xy, yx, yy)


@dataclass(frozen=True, kw_only=True)
class ThinLens(ABC):
    """What every lens has: limits of the CoC, and what becomes of the aperture's shape.

    max_front, max_behind: largest CoC radius, as a fraction of picture height; the lens truth knows
    no such limit. squeeze: width of the blur over its height, as an anamorphic lens has it (0.5 for
    "2×"): the height is that of a round lens of this vertical field of view, the width is not.
    rotation_deg: the aperture, squeezed, turned counter-clockwise as seen in the picture. cat_eye:
    0 none … 1 strong vignetting, see `cat_eye_frame`. tilt_deg, tilt_direction_deg: of the plane in
    focus, see `focus_slope`.

    Raises LensError for a lens that cannot exist.
    """

    max_front: float = math.inf
    max_behind: float = math.inf
    squeeze: float = 1.0
    rotation_deg: float = 0.0
    cat_eye: float = 0.0
    tilt_deg: float = 0.0
    tilt_direction_deg: float = 90.0

    def __post_init__(self) -> None:
        for name in ("max_front", "max_behind"):
            if not getattr(self, name) >= 0:  # NaN fails too; inf is valid
                _refuse(name, getattr(self, name), "a number from 0 up, or inf")
        _check_positive(self, "squeeze")
        if not math.isfinite(self.rotation_deg):
            _refuse("rotation_deg", self.rotation_deg, "a finite number of degrees")
        if not 0 <= self.cat_eye <= 1:
            _refuse("cat_eye", self.cat_eye, "a number from 0 to 1")
        if not abs(self.tilt_deg) <= MOST_TILT_DEG:
            expected = f"degrees from -{MOST_TILT_DEG:g} to {MOST_TILT_DEG:g}"
            _refuse("tilt_deg", self.tilt_deg, expected)
        if not math.isfinite(self.tilt_direction_deg):
            _refuse("tilt_direction_deg", self.tilt_direction_deg, "a finite number of degrees")

    def focused_at(self, distance_m: float) -> "ThinLens":
        """Return this lens, focused elsewhere."""
        return dataclasses.replace(self, focus_distance_m=distance_m)

    @abstractmethod
    def opened(self, factor: float) -> "ThinLens":
        """Return this lens with an aperture `factor` times as wide."""

    @property
    @abstractmethod
    def vertical_fov_rad(self) -> float:
        """Angle between the picture's upper and lower edge."""

    @property
    @abstractmethod
    def coc_coefficients(self) -> tuple[float, float]:
        """(a, b) of the CoC radius as a fraction of picture height: `a - b / d`, d in m.

        b = a · focus distance, and a = 0 for focus at infinity. No limits; for a camera with
        perspective: see `DepthMapping.coc_coefficients` for any camera.
        """

    def coc_radius(self, distance_m: float) -> float:
        """CoC radius of a point, signed, as a fraction of picture height. Sky is at inf."""
        a, b = self.coc_coefficients
        return min(max(a - b / distance_m, -self.max_front), self.max_behind)

    @property
    def aperture_radius_m(self) -> float:
        """Radius of the aperture that gives these CoCs under this field of view.

        A viewpoint moved by R shifts a point by R / (2 tan(fov / 2)) · (1/s - 1/d) of the picture's
        height against the focus plane, so R = b · 2 tan(fov / 2).
        """
        return self.coc_coefficients[1] * 2 * math.tan(self.vertical_fov_rad / 2)

    @property
    def aperture_frame(self) -> Frame:
        """Bank offsets (px, +x right, +y down) to offsets in the picture: rotation · squeeze."""
        cos, sin = self._turn
        return (cos * self.squeeze, sin, -sin * self.squeeze, cos)

    @property
    def focus_slope(self) -> tuple[float, float]:
        """How the plane in focus lies askew: s / z = 1 - slope · (x, y) / z at its points.

        x, y, z: right, up and along the view axis from the lens, m; s: the focus distance, where
        the plane meets the axis. `tilt_deg` is its angle to the sensor, which leans away to where
        `tilt_direction_deg` points, counter-clockwise from the right: at 90 its upper part is
        farther. A view camera gets such a plane by tilting the lens (Scheimpflug); blur is that of
        an upright lens, 1/z taking the place of 1/s.
        """
        slope, way = math.tan(math.radians(self.tilt_deg)), math.radians(self.tilt_direction_deg)
        return slope * math.cos(way), slope * math.sin(way)

    @property
    def cat_eye_frame(self) -> Frame:
        """Place in the picture to the middle of the second circle, which clips the aperture.

        Place: from the picture's middle, in half diagonals, +x right, +y down. The circle's middle:
        in the bank's axes (before `aperture_frame`), in radii of the aperture, so cat_eye · |place|
        from its middle, at most 1. Its radius is 1, the aperture's; open is what lies in both. It
        is the rim at the front of the lens and moves against the place: behind the focus plane the
        blur is cut on the side that points outwards, in front of it on the other.
        """
        cos, sin = self._turn
        return tuple(-self.cat_eye * part for part in (cos, -sin, sin, cos))

    @property
    def _turn(self) -> tuple[float, float]:
        """Cosine and sine; +y is down, so counter-clockwise is [[cos, sin], [-sin, cos]]."""
        angle = math.radians(self.rotation_deg)
        return math.cos(angle), math.sin(angle)


@dataclass(frozen=True)
class Lens(ThinLens):
    """Focal length and sensor height in mm, focus distance in m along the view axis (may be inf).

    The field of view is that of the focal length and stays while focusing (no breathing).
    """

    focal_length_mm: float = 50.0
    f_number: float = 2.8
    focus_distance_m: float = 5.0
    sensor_height_mm: float = 24.0

    def __post_init__(self) -> None:
        for name in ("focal_length_mm", "f_number", "sensor_height_mm"):
            _check_positive(self, name)
        nearest_m = self.focal_length_mm * 1e-3
        if not self.focus_distance_m > nearest_m:  # NaN fails too; inf is valid
            expected = f"more than the focal length {nearest_m:g} m"
            _refuse("focus_distance_m", self.focus_distance_m, expected)
        super().__post_init__()

    def opened(self, factor: float) -> "Lens":
        """Return this lens with an aperture `factor` times as wide: a smaller f-number."""
        return dataclasses.replace(self, f_number=self.f_number / factor)

    @property
    def vertical_fov_rad(self) -> float:
        """Angle between the picture's upper and lower edge."""
        return 2 * math.atan(self.sensor_height_mm / (2 * self.focal_length_mm))

    @property
    def coc_coefficients(self) -> tuple[float, float]:
        """From the thin lens, c = f²/(N (s - f)) · (d - s)/d on the sensor is the diameter.

        For focus at infinity c = -f²/(N d).
        """
        f = self.focal_length_mm * 1e-3
        height = self.sensor_height_mm * 1e-3
        s = self.focus_distance_m
        if math.isinf(s):
            return 0.0, f * f / (2 * height * self.f_number)
        a = f * f / (2 * height * self.f_number * (s - f))
        return a, a * s


@dataclass(frozen=True)
class ArtisticLens(ThinLens):
    """A lens given by its blur: `radius` is the CoC radius of infinity, of picture height.

    It keeps that blur wherever it is focused, so its aperture opens as the focus goes away; but no
    further than at `reference_m`, since nothing lies behind infinity. Focused there, `radius` is
    that of what stands at the reference (and lies in front). A reference nearer than any focus
    gives an aperture that never changes. fov_deg: vertical.
    """

    radius: float = 0.02
    focus_distance_m: float = 5.0
    fov_deg: float = 27.0
    reference_m: float = 5.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.radius) and self.radius >= 0):
            _refuse("radius", self.radius, "a finite number from 0 up")
        if not self.focus_distance_m > 0:  # NaN fails too; inf is valid
            _refuse("focus_distance_m", self.focus_distance_m, "more than 0 m, before the camera")
        if not 0 < self.fov_deg < 180:
            _refuse("fov_deg", self.fov_deg, "degrees above 0 and below 180")
        _check_positive(self, "reference_m")
        super().__post_init__()

    def opened(self, factor: float) -> "ArtisticLens":
        """Return this lens with all its blur `factor` times as large."""
        return dataclasses.replace(self, radius=self.radius * factor)

    @property
    def vertical_fov_rad(self) -> float:
        """Angle between the picture's upper and lower edge."""
        return math.radians(self.fov_deg)

    @property
    def coc_coefficients(self) -> tuple[float, float]:
        """As far as the reference a is `radius`; beyond it b stays."""
        b = self.radius * min(self.focus_distance_m, self.reference_m)
        return b / self.focus_distance_m, b


def changed(lens: ThinLens, **changes: float | None) -> ThinLens:
    """Return the lens with other values of its fields; None leaves a field as it is.

    A `radius` given to a `Lens` makes it an `ArtisticLens` of its field of view. Raises LensError,
    also for a field that this kind of lens has not.
    """
    changes = {name: value for name, value in changes.items() if value is not None}
    if "radius" in changes and isinstance(lens, Lens):
        view = {n: changes.pop(n) for n in ("focal_length_mm", "sensor_height_mm") if n in changes}
        lens = _artistic(dataclasses.replace(lens, **view))
    known = [field.name for field in dataclasses.fields(lens)]
    for name, value in changes.items():
        if name not in known:
            kind = "an artistic" if isinstance(lens, ArtisticLens) else "a physical"
            raise LensError(
                f"lens {name}: {value:g} given for {kind} lens, one of {', '.join(sorted(known))} "
                f"expected. Leave it out"
            )
    return dataclasses.replace(lens, **changes)


def _artistic(lens: Lens) -> ArtisticLens:
    """The same view, focus and aperture's shape; its blur is still to be given."""
    same = {field.name: getattr(lens, field.name) for field in dataclasses.fields(ThinLens)}
    fov_deg = math.degrees(lens.vertical_fov_rad)
    return ArtisticLens(focus_distance_m=lens.focus_distance_m, fov_deg=fov_deg, **same)


def _check_positive(lens: ThinLens, name: str) -> None:
    value = getattr(lens, name)
    if not (math.isfinite(value) and value > 0):
        _refuse(name, value, "a finite number above 0")


def _refuse(name: str, value: float, expected: str) -> NoReturn:
    raise LensError(
        f"lens {name}: {value:g}, {expected} expected. Change it in the scene or by its flag"
    )
