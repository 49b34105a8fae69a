"""Mouse and keys: what on screen moves where, and what the camera never does."""

import itertools
import math

import numpy as np
import pytest

from realtime.math3d import transformed
from realtime.scene.camera import Camera
from realtime.view.controls import CLICK_PX, STEEPEST_RAD, Drag, FreeCamera

EYE, TARGET = (1.0, 2.0, 5.0), (0.5, 0.7, -1.0)
Z_UP = Camera((5.0, -4.0, 2.0), (0.0, 1.0, 0.5), up=(0.0, 0.0, 1.0))
CAMERAS = [Camera(EYE, TARGET), Z_UP, Camera((0, 5, 0.1), (0, 0, 0)), Camera((3, -1, 0), (0, 1, 0))]


def on_screen(camera: Camera, point) -> np.ndarray:
    """(x, y) in -1..1, x to the right and y up."""
    matrix = camera.projection(1.0, 1.5) @ camera.view()
    return transformed(matrix, np.array([point], float))[0, :2]


def nearer(camera: Camera, share: float = 0.1) -> np.ndarray:
    """A point on the view axis in front of the target, as if on the model's near side."""
    eye, target = np.array(camera.eye_m), np.array(camera.target_m)
    return target + share * (eye - target)


def elevation(camera: Camera) -> float:
    """Angle of the eye above the target's level, rad."""
    line = np.subtract(camera.eye_m, camera.target_m)
    return math.asin(line @ np.array(camera.up) / np.linalg.norm(line))


@pytest.mark.parametrize("camera", CAMERAS[:2], ids=["y up", "z up"])
@pytest.mark.parametrize(("dx", "dy"), [(0.05, 0.0), (-0.05, 0.0), (0.0, 0.05), (0.0, -0.05)])
def test_the_model_follows_a_drag(camera, dx, dy):
    """Drag right: the near side moves right, so the eye goes left. Drag down: it moves down."""
    turned = FreeCamera(camera).orbit(dx, dy).camera
    across, up = on_screen(turned, nearer(camera))
    along, aside = (across, up) if dx else (up, across)
    assert along * (dx or -dy) > 0 and abs(along) > 20 * abs(aside)


@pytest.mark.parametrize("camera", CAMERAS)
def test_orbiting_keeps_distance_and_target(camera):
    turned = FreeCamera(camera)
    for dx, dy in itertools.product((-0.7, 0.4), (0.3, -0.2)):
        turned = turned.orbit(dx, dy)
        assert turned.camera.target_m == pytest.approx(camera.target_m)
        assert turned.camera.target_distance_m == pytest.approx(camera.target_distance_m)
    assert turned.camera.far_m == camera.far_m and turned.camera.up == camera.up


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_drag_and_its_reverse_cancel(camera):
    there = FreeCamera(camera).orbit(0.31, 0.0).orbit(-0.31, 0.0).camera
    np.testing.assert_allclose(there.eye_m, camera.eye_m, atol=1e-9)


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("way", [1, -1])
def test_it_never_tips_over(camera, way):
    """A camera that looks straight along its up vector would be refused, and would roll."""
    turned = FreeCamera(camera)
    for _ in range(40):
        turned = turned.orbit(0.13, way * 0.21)
        assert abs(elevation(turned.camera)) <= STEEPEST_RAD + 1e-6
        assert turned.camera.true_up @ np.array(camera.up) > 0
    assert elevation(turned.camera) == pytest.approx(way * STEEPEST_RAD, abs=1e-5)


def test_the_wheel_moves_towards_the_target_never_through_it():
    camera = FreeCamera(CAMERAS[0])
    closer = camera.dolly(1).camera
    assert closer.target_distance_m == pytest.approx(0.9 * CAMERAS[0].target_distance_m)
    np.testing.assert_allclose(closer.forward, CAMERAS[0].forward, atol=1e-9)
    nearest = camera.dolly(1000).dolly(50).camera
    assert nearest.target_distance_m == pytest.approx(2 * CAMERAS[0].near_m)
    np.testing.assert_allclose(nearest.forward, CAMERAS[0].forward, atol=1e-6)
    back = camera.dolly(3).dolly(-3).camera
    np.testing.assert_allclose(back.eye_m, EYE)


@pytest.mark.parametrize("camera", CAMERAS[:2], ids=["y up", "z up"])
@pytest.mark.parametrize(
    ("way", "axis", "sign"),
    [((1, 0, 0), 0, -1), ((-1, 0, 0), 0, 1), ((0, 1, 0), 1, -1), ((0, -1, 0), 1, 1)],
    ids=["right", "left", "up", "down"],
)
def test_flying_moves_what_is_seen_the_other_way(camera, way, axis, sign):
    flown = FreeCamera(camera).fly(*way, seconds=0.2).camera
    moved = on_screen(flown, camera.target_m)
    assert sign * moved[axis] > 0.01
    np.testing.assert_allclose(flown.forward, camera.forward, atol=1e-9)


def test_flying_forward_takes_the_target_along():
    """As fast as the target is far, so that a model of any size is crossed in the same time."""
    camera = CAMERAS[0]
    flown = FreeCamera(camera).fly(0, 0, 1, seconds=0.5).camera
    step = np.subtract(flown.eye_m, camera.eye_m)
    np.testing.assert_allclose(step, 0.3 * camera.target_distance_m * camera.forward)
    np.testing.assert_allclose(np.subtract(flown.target_m, camera.target_m), step)


def test_a_press_that_hardly_moves_is_a_click():
    drag = Drag()
    drag.press((100, 50))
    assert drag.move((100 + CLICK_PX - 1, 50)) is None
    assert drag.release() is True


def test_a_drag_is_no_click_and_gives_every_step():
    drag = Drag()
    assert drag.move((7, 7)) is None  # the button is up
    drag.press((100, 50))
    assert drag.move((101, 51)) is None
    assert drag.move((110, 45)) == (10, -5)  # all since the press, nothing is lost
    assert drag.move((111, 47)) == (1, 2)
    assert drag.move((100, 50)) == (-11, 3)  # back at the start, still a drag
    assert drag.release() is False
    assert drag.move((300, 300)) is None and drag.release() is False
