"""Which boxes a camera sees, against points of them that are projected one by one."""

import numpy as np
import pytest

from realtime.math3d import placement, transformed
from realtime.scene.camera import Camera
from realtime.scene.overlap import overlapping, view_corners

CAMERA = Camera((1.0, 2.0, 3.0), (-2.0, 1.0, -1.0))
REACH, NEAR_M, FAR_M = (0.8, 0.45), 0.5, 6.0
CUBE = np.indices((2, 2, 2)).reshape(3, 8).T - 0.5


def seen(points):
    """Whether points [N, 3] lie within the view."""
    rays = points - np.array(CAMERA.eye_m)
    far = rays @ CAMERA.forward
    across, up = rays @ CAMERA.right, rays @ CAMERA.true_up
    inside = (np.abs(across) <= REACH[0] * far) & (np.abs(up) <= REACH[1] * far)
    return inside & (far >= NEAR_M) & (far <= FAR_M)


def test_the_views_corners_are_in_order_and_on_its_edge():
    corners = view_corners(CAMERA, REACH, NEAR_M, FAR_M)
    rays = corners - np.array(CAMERA.eye_m)
    far = rays @ CAMERA.forward
    np.testing.assert_allclose(far, [NEAR_M] * 4 + [FAR_M] * 4)
    np.testing.assert_allclose(rays @ CAMERA.true_up / far, [-0.45, -0.45, 0.45, 0.45] * 2)
    np.testing.assert_allclose(rays @ CAMERA.right / far, [-0.8, 0.8] * 4)


def test_boxes_are_found_by_what_of_them_is_seen():
    """Never is a box missed of which a point is seen; few others are taken."""
    dice = np.random.default_rng(4)
    inner = dice.uniform(-0.5, 0.5, (4000, 3))
    view = view_corners(CAMERA, REACH, NEAR_M, FAR_M)
    boxes, want = [], []
    for _ in range(300):
        size = dice.uniform(0.05, 3, 3) * (dice.uniform(size=3) > 0.15)  # flat ones too
        world = placement(dice.uniform(-6, 6, 3), dice.uniform(0, 360, 3), size)
        boxes.append(transformed(world, CUBE))
        want.append(seen(transformed(world, inner)).any())
    got, want = overlapping(np.stack(boxes), view), np.array(want)
    assert 30 < want.sum() < 200
    assert not (want & ~got).any()
    assert (got & ~want).sum() < 20


@pytest.mark.parametrize(("height_m", "want"), [(-1.2, True), (-3.5, False)])
def test_a_ground_below_the_picture_is_not_seen(height_m, want):
    """Its box is wide, and holds the eye in plan."""
    ground = transformed(placement((0, height_m, 0), scale=(99, 0, 99)), CUBE)
    level = Camera((0.0, 0.0, 5.0), (0.0, 0.0, 0.0))
    view = view_corners(level, REACH, NEAR_M, FAR_M)
    assert overlapping(ground[None], view).tolist() == [want]


def test_no_boxes_are_no_answers():
    view = view_corners(CAMERA, REACH, NEAR_M, FAR_M)
    assert overlapping(np.empty((0, 8, 3)), view).shape == (0,)
