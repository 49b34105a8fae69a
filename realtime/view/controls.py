"""What mouse and keys do to the camera: orbit, dolly, fly. No window needed."""

import math
from dataclasses import dataclass, replace

import numpy as np

from realtime.math3d import normalized
from realtime.scene.camera import Camera

ORBIT_RAD_PER_HEIGHT = 2.5  # a drag over the window's height
DOLLY_PER_STEP = 0.9  # distance to the target after one step of the wheel
FLY_PER_S = 0.6  # of the distance to the target
STEEPEST_RAD = math.radians(89)  # beyond, the camera would tip over
CLICK_PX = 4  # a press that moves less than this is a click


@dataclass(frozen=True)
class FreeCamera:
    """A camera in the user's hands; every move gives a new one. Turns about its `up`."""

    camera: Camera

    def orbit(self, dx: float, dy: float) -> "FreeCamera":
        """Turn around the target. dx, dy: of a drag in window heights, + right and + down."""
        line = self._eye - self._target
        distance = float(np.linalg.norm(line))
        up = self._up
        height = math.asin(float(np.clip(line @ up / distance, -1, 1))) + dy * ORBIT_RAD_PER_HEIGHT
        height = float(np.clip(height, -STEEPEST_RAD, STEEPEST_RAD))
        level = normalized(line - (line @ up) * up)
        turn = -dx * ORBIT_RAD_PER_HEIGHT
        level = math.cos(turn) * level + math.sin(turn) * np.cross(up, level)
        way = math.cos(height) * level + math.sin(height) * up
        return self._moved(self._target + distance * way, self._target)

    def dolly(self, steps: float) -> "FreeCamera":
        """Move towards the target, never through it. steps: of the wheel, + closer."""
        line = self._eye - self._target
        nearest_m = 2 * self.camera.near_m
        distance = max(float(np.linalg.norm(line)) * DOLLY_PER_STEP**steps, nearest_m)
        return self._moved(self._target + line * (distance / np.linalg.norm(line)), self._target)

    def fly(self, right: float, up: float, forward: float, seconds: float) -> "FreeCamera":
        """Move eye and target together; each direction is -1, 0 or 1."""
        camera = self.camera
        way = right * camera.right + up * self._up + forward * camera.forward
        move = way * (FLY_PER_S * seconds * camera.target_distance_m)
        return self._moved(self._eye + move, self._target + move)

    @property
    def _up(self) -> np.ndarray:
        return normalized(self.camera.up)

    @property
    def _eye(self) -> np.ndarray:
        return np.asarray(self.camera.eye_m, dtype=float)

    @property
    def _target(self) -> np.ndarray:
        return np.asarray(self.camera.target_m, dtype=float)

    def _moved(self, eye: np.ndarray, target: np.ndarray) -> "FreeCamera":
        return FreeCamera(
            replace(self.camera, eye_m=tuple(eye.tolist()), target_m=tuple(target.tolist()))
        )


@dataclass
class Drag:
    """Tells a click from a drag. Positions in px."""

    start: tuple[float, float] | None = None
    last: tuple[float, float] = (0.0, 0.0)
    moved: bool = False

    def press(self, at: tuple[float, float]) -> None:
        """The button goes down."""
        self.start, self.last, self.moved = at, at, False

    def move(self, at: tuple[float, float]) -> tuple[float, float] | None:
        """Return how far it was dragged since the last move, or None while it may be a click."""
        if self.start is None:
            return None
        self.moved = self.moved or math.dist(at, self.start) > CLICK_PX
        if not self.moved:
            return None
        dx, dy = at[0] - self.last[0], at[1] - self.last[1]
        self.last = at
        return dx, dy

    def release(self) -> bool:
        """The button goes up; return whether it was a click."""
        clicked = self.start is not None and not self.moved
        self.start = None
        return clicked
