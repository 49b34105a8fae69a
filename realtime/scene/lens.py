"""A thin lens: how large the circle of confusion (CoC) of a depth is.

    object d     s       lens        sensor
       *.........x........|............|.   a point at the focus distance s meets in a point;
                          |            | |  a point at another distance d spreads into a disc,
                                            the CoC. Its radius is signed: + behind s, - in front.

Everything is a fraction of the picture's height, so a picture looks the same at any resolution.
"""

import dataclasses
import math
from dataclasses import dataclass

from realtime.errors import LensError


@dataclass(frozen=True)
class Lens:
    """Focal length and sensor height in mm, focus distance in m along the view axis (may be inf).

    The field of view is that of the focal length and stays while focusing (no breathing).
    Raises LensError for a lens that cannot exist.
    """

    focal_length_mm: float = 50.0
    f_number: float = 2.8
    focus_distance_m: float = 5.0
    sensor_height_mm: float = 24.0

    def __post_init__(self) -> None:
        for name in ("focal_length_mm", "f_number", "sensor_height_mm"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                _refuse(name, value, "a finite number above 0")
        nearest_m = self.focal_length_mm * 1e-3
        if not self.focus_distance_m > nearest_m:  # NaN fails too; inf is valid
            _refuse(
                "focus_distance_m",
                self.focus_distance_m,
                f"more than the focal length {nearest_m:g} m",
            )

    def focused_at(self, distance_m: float) -> "Lens":
        """Return this lens, focused elsewhere."""
        return dataclasses.replace(self, focus_distance_m=distance_m)

    @property
    def vertical_fov_rad(self) -> float:
        """Angle between the picture's upper and lower edge."""
        return 2 * math.atan(self.sensor_height_mm / (2 * self.focal_length_mm))

    @property
    def coc_coefficients(self) -> tuple[float, float]:
        """(a, b) of the CoC radius as a fraction of picture height: `a - b / d`, d in m.

        From the thin lens, c = f²/(N (s - f)) · (d - s)/d on the sensor is the diameter; for focus
        at infinity c = -f²/(N d).
        """
        f = self.focal_length_mm * 1e-3
        height = self.sensor_height_mm * 1e-3
        s = self.focus_distance_m
        if math.isinf(s):
            return 0.0, f * f / (2 * height * self.f_number)
        a = f * f / (2 * height * self.f_number * (s - f))
        return a, a * s

    def coc_radius(self, distance_m: float) -> float:
        """CoC radius of a point, signed, as a fraction of picture height. Sky is at inf."""
        a, b = self.coc_coefficients
        return a - b / distance_m

    @property
    def aperture_radius_m(self) -> float:
        """Radius of the aperture that gives these CoCs under this field of view.

        A viewpoint moved by R shifts a point by R·f/height·(1/s - 1/d) of the picture's height
        against the focus plane, so R = b·height/f.
        """
        return self.coc_coefficients[1] * self.sensor_height_mm / self.focal_length_mm


def _refuse(name: str, value: float, expected: str) -> None:
    raise LensError(
        f"lens {name}: {value:g}, {expected} expected. Change it in the scene or by its flag"
    )
