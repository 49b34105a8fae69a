"""The camera, and its way through time.

A lens-accumulated picture needs the scene from every point of the aperture. `Camera.shifted` moves
the eye within the lens and shears the frustum so that the plane in focus stays where it was:

      eye + dx *-._
                   `-._
      eye ------------- x    same pixel from both: the plane at the focus distance
                   _.-' `-._
                         points behind it move towards +dx on screen, points before it to -dx

Without perspective there is no eye to move: the parallel rays tilt together about that plane.
"""

import math
from dataclasses import dataclass

import numpy as np

from realtime import math3d
from realtime.errors import SceneError
from realtime.scene.depth_mapping import DepthMapping

Vec3 = tuple[float, float, float]

_PARALLEL = 1e-6  # sine of the angle below which `up` says nothing about the roll
_FAR_M = 1e5  # from which rays of an orthographic camera are parallel to 1e-4 over 10 m


@dataclass(frozen=True)
class Camera:
    """An eye and what it looks at, m; `near_m` and `far_m` are where depth is 0 and 1.

    height_m: None for perspective, whose field of view is the lens's; else the camera is
    orthographic and its picture this high. Raises SceneError for a camera that sees nothing.
    """

    eye_m: Vec3
    target_m: Vec3
    up: Vec3 = (0.0, 1.0, 0.0)
    near_m: float = 0.1
    far_m: float = 200.0
    height_m: float | None = None

    def __post_init__(self) -> None:
        for name in ("eye_m", "target_m", "up"):
            value = math3d.vector(getattr(self, name))
            if value.shape != (3,) or not np.isfinite(value).all():
                _refuse(name, getattr(self, name), "3 finite numbers")
        if not (math.isfinite(self.far_m) and 0 < self.near_m < self.far_m):  # NaN fails too
            found = f"{self.near_m:g}, {self.far_m:g}"
            _refuse("near_m, far_m", found, "0 < near_m < far_m, finite")
        if self.height_m is not None and not 0 < self.height_m < math.inf:
            _refuse("height_m", self.height_m, "a finite number above 0")
        line = math3d.vector(self.target_m) - math3d.vector(self.eye_m)
        if not np.linalg.norm(line) > 0:
            _refuse("target_m", self.target_m, "another place than the eye's")
        if np.linalg.norm(np.cross(math3d.normalized(line), self._up)) < _PARALLEL:
            _refuse("up", self.up, "a direction that is not the view axis'")

    @property
    def _up(self) -> np.ndarray:
        """`up` at length 1, or zeros."""
        up = math3d.vector(self.up)
        return up / max(np.linalg.norm(up), 1e-30)

    @property
    def forward(self) -> np.ndarray:
        """View axis, [3], length 1."""
        return math3d.normalized(math3d.vector(self.target_m) - math3d.vector(self.eye_m))

    @property
    def right(self) -> np.ndarray:
        """Screen's +x in the world, [3], length 1."""
        return math3d.normalized(np.cross(self.forward, self._up))

    @property
    def true_up(self) -> np.ndarray:
        """Screen's upward direction in the world, [3], length 1."""
        return np.cross(self.right, self.forward)

    @property
    def target_distance_m(self) -> float:
        """From the eye to the target, along the view axis."""
        return math.dist(self.eye_m, self.target_m)

    def distance_to_m(self, point_m: Vec3) -> float:
        """From the eye to a point, along the view axis; below 0 behind the camera."""
        return float((math3d.vector(point_m) - math3d.vector(self.eye_m)) @ self.forward)

    @property
    def depth_mapping(self) -> DepthMapping:
        """What the depth of this camera's pictures means."""
        if self.height_m is None:
            return DepthMapping.perspective(self.near_m, self.far_m)
        return DepthMapping.orthographic(self.near_m, self.far_m)

    @property
    def depth_to_inverse(self) -> tuple[float, float]:
        """(x, y) of 1/distance [1/m] = x + y · window depth, along the view axis; perspective."""
        mapping = self.depth_mapping
        assert not mapping.is_linear, "an orthographic camera's depth is linear: see depth_mapping"
        return mapping.x, mapping.y

    @property
    def viewpoint_m(self) -> np.ndarray:
        """Where the rays of all pixels come together, [3]; far behind where they are parallel."""
        return self.shifted_eye_m(0.0, 0.0, math.inf, 1.0)

    def view(self) -> math3d.Matrix:
        """World to camera."""
        return math3d.look_at(self.eye_m, self.target_m, self.up)

    def projection(self, fov_y_rad: float, aspect: float) -> math3d.Matrix:
        """Camera to clip; `aspect` is width / height. An orthographic one has no field of view."""
        if self.height_m is not None:
            return self._box(aspect)
        return self._frustum(fov_y_rad, aspect, 0.0, 0.0)

    def shifted(
        self,
        dx_m: float,
        dy_m: float,
        focus_distance_m: float,
        fov_y_rad: float,
        aspect: float,
        focus_slope: tuple[float, float] = (0.0, 0.0),
    ) -> tuple[math3d.Matrix, math3d.Matrix]:
        """View and projection from `dx_m` to the right and `dy_m` up in the plane of the lens.

        The plane at `focus_distance_m` stays on its pixels, or with a slope one askew (see
        `ThinLens.focus_slope`; perspective only); at infinity the camera only moves. An
        orthographic camera's points move on screen by `DepthMapping.coc_coefficients` of the lens
        that has this field of view: dx_m = its `aperture_radius_m` is one CoC radius.
        """
        if self.height_m is not None:
            slopes = self._tilt(dx_m, dy_m, focus_distance_m, fov_y_rad)
            return self.view(), self._box(aspect) @ _sheared(*slopes, focus_distance_m)
        offset = (-dx_m, -dy_m, 0)  # the world moves the other way
        view = math3d.translation(offset) @ self.view()
        slope_x, slope_y = dx_m / focus_distance_m, dy_m / focus_distance_m  # 0 at infinity
        projection = self._frustum(fov_y_rad, aspect, slope_x, slope_y)
        askew = [-part / focus_distance_m for part in focus_slope]
        return view, projection @ _skewed((dx_m, dy_m), askew)

    def shifted_eye_m(
        self, dx_m: float, dy_m: float, focus_distance_m: float, fov_y_rad: float
    ) -> np.ndarray:
        """Where the rays of `shifted` come together in the world, [3]; or far behind."""
        eye = math3d.vector(self.eye_m)
        if self.height_m is None:
            return eye + dx_m * self.right + dy_m * self.true_up
        slope_x, slope_y = self._tilt(dx_m, dy_m, focus_distance_m, fov_y_rad)
        return eye - _FAR_M * (self.forward - slope_x * self.right - slope_y * self.true_up)

    def _frustum(
        self, fov_y_rad: float, aspect: float, slope_x: float, slope_y: float
    ) -> math3d.Matrix:
        """The slopes move the window on the near plane against the eye, m per m of distance."""
        near = self.near_m
        half_y = near * math.tan(fov_y_rad / 2)
        half_x = half_y * aspect
        x, y = -near * slope_x, -near * slope_y
        return math3d.frustum(x - half_x, x + half_x, y - half_y, y + half_y, near, self.far_m)

    def _box(self, aspect: float) -> math3d.Matrix:
        y = self.height_m / 2
        x = y * aspect
        return math3d.orthographic(-x, x, -y, y, self.near_m, self.far_m)

    def _tilt(
        self, dx_m: float, dy_m: float, focus_distance_m: float, fov_y_rad: float
    ) -> tuple[float, float]:
        """How far points move aside per m of distance, in m, without perspective.

        With perspective a point moves by dx / (2 tan(fov / 2)) · (1/s - 1/d) of the height; its
        slope at d = s is what all distances get.
        """
        per_m = self.height_m / (2 * math.tan(fov_y_rad / 2)) / focus_distance_m**2
        return dx_m * per_m, dy_m * per_m


def _skewed(aside_m: tuple[float, float], slope: list[float]) -> math3d.Matrix:
    """Move points aside by aside_m · (slope · place before the eye moved), for a plane askew.

    The frustum has moved the image of z by aside / s · z; of the plane askew 1 / z is no longer
    1 / s, but 1 / s + slope · (x, y) / z.
    """
    matrix = np.eye(4, dtype=np.float32)
    for row, move in enumerate(aside_m):
        matrix[row, 0] += move * slope[0]
        matrix[row, 1] += move * slope[1]
        matrix[row, 3] += move * (slope[0] * aside_m[0] + slope[1] * aside_m[1])
    return matrix


def _sheared(slope_x: float, slope_y: float, still_m: float) -> math3d.Matrix:
    """Move what is `d` away by slope · (d - still_m); nothing where the slopes are 0."""
    matrix = np.eye(4, dtype=np.float32)
    for row, slope in enumerate((slope_x, slope_y)):
        if slope:
            matrix[row, 2:] = -slope, -slope * still_m  # d = -z
    return matrix


@dataclass(frozen=True)
class Key:
    """Where the camera is at one time; `focus_m` is None where the path leaves focus alone."""

    time_s: float
    eye_m: Vec3
    target_m: Vec3
    focus_m: float | None = None


@dataclass(frozen=True)
class CameraPath:
    """Keys over time joined by cubic Hermite curves: through every key, without a jolt at any.

    A key's velocity is the slope between its two neighbours in time (Catmull-Rom for keys that are
    not evenly spaced). An open path starts and ends at rest, and holds before and after. A loop
    repeats: its last key must be at `duration_s` and equal the first.
    """

    keys: tuple[Key, ...]
    loop: bool = False
    up: Vec3 = (0.0, 1.0, 0.0)
    near_m: float = 0.1
    far_m: float = 200.0
    height_m: float | None = None  # of an orthographic camera's picture

    @property
    def duration_s(self) -> float:
        """Time of the last key; 0 for a camera that stands still."""
        return self.keys[-1].time_s

    def at(self, time_s: float) -> Camera:
        """Return the camera at a time. Raises SceneError where the path makes it see nothing."""
        pose = self._curve(np.array([(*key.eye_m, *key.target_m) for key in self.keys]), time_s)
        eye, target = pose[:3].tolist(), pose[3:].tolist()
        return Camera(tuple(eye), tuple(target), self.up, self.near_m, self.far_m, self.height_m)

    def focus_at(self, time_s: float) -> float | None:
        """Focus distance that the path asks for, m; None where it asks for none."""
        if any(key.focus_m is None for key in self.keys):
            return None
        return float(self._curve(np.array([(key.focus_m,) for key in self.keys]), time_s)[0])

    def _curve(self, values: np.ndarray, time_s: float) -> np.ndarray:
        """values: [keys, n] -> [n]."""
        times = np.array([key.time_s for key in self.keys])
        if len(times) == 1:
            return values[0]
        now = time_s % self.duration_s if self.loop else min(max(time_s, times[0]), times[-1])
        at = int(np.clip(np.searchsorted(times, now, side="right") - 1, 0, len(times) - 2))
        span = times[at + 1] - times[at]
        t = (now - times[at]) / span
        slopes = self._slopes(times, values)
        from_key = (1 + 2 * t) * (1 - t) ** 2 * values[at] + t * (1 - t) ** 2 * span * slopes[at]
        to_key = t * t * (3 - 2 * t) * values[at + 1] + t * t * (t - 1) * span * slopes[at + 1]
        return from_key + to_key

    def _slopes(self, times: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Velocity at every key, [keys, n]: 0 at the ends of an open path."""
        slopes = np.zeros_like(values)
        slopes[1:-1] = (values[2:] - values[:-2]) / (times[2:] - times[:-2])[:, None]
        if self.loop:
            around = times[1] - times[0] + times[-1] - times[-2]
            slopes[0] = slopes[-1] = (values[1] - values[-2]) / around
        return slopes


def _refuse(name: str, value: object, expected: str) -> None:
    raise SceneError(f"camera {name}: {value}, {expected} expected. Change it in the scene")
