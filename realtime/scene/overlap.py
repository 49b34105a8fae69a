"""Whether boxes lie within what a camera sees, told from their corners."""

import numpy as np

from realtime.scene.camera import Camera


def view_corners(
    camera: Camera, reach: tuple[float, float], near_m: float, far_m: float
) -> np.ndarray:
    """Return the corners of what a perspective camera sees between two distances, [8, 3].

    reach: half of the picture's width and height where the distance is 1. In the order of
    `np.indices((2, 2, 2))`: far after near, up after down, right after left.
    """
    far, up, right = np.indices((2, 2, 2)).reshape(3, 8, 1)
    distance_m = np.where(far, far_m, near_m)
    aside = (2 * right - 1) * reach[0] * camera.right + (2 * up - 1) * reach[1] * camera.true_up
    return np.array(camera.eye_m) + distance_m * (camera.forward + aside)


def overlapping(boxes_m: np.ndarray, view_m: np.ndarray) -> np.ndarray:
    """Return which boxes reach into a view, [N] bool; some that only pass an edge of it as well.

    boxes_m: [N, 8, 3], view_m: [8, 3], both in the order of `np.indices((2, 2, 2))`. What a plane
    through one of their faces parts does not overlap.
    """
    of_boxes = _normals(boxes_m)  # N 6 3; opposite faces of a box say the same, and cost little
    of_view = np.broadcast_to(_normals(view_m[None]), of_boxes.shape)
    normals = np.concatenate((of_boxes, of_view), axis=1)
    boxes = np.einsum("nkd,ncd->nkc", normals, boxes_m)
    view = np.einsum("nkd,cd->nkc", normals, view_m)
    # A hair of room, so that rounding parts nothing.
    room = 1e-9 * (1 + np.abs(view).max(axis=2))
    apart = boxes.min(axis=2) > view.max(axis=2) + room
    apart |= view.min(axis=2) > boxes.max(axis=2) + room
    return ~apart.any(axis=1)


def _normals(corners: np.ndarray) -> np.ndarray:
    """[N, 8, 3] -> [N, 6, 3], one a face, of any length; 0 where a face is a line."""
    faces = ((0, 1, 2), (4, 5, 6), (0, 1, 4), (2, 3, 6), (0, 2, 4), (1, 3, 5))
    first, second, third = (corners[:, [face[k] for face in faces]] for k in range(3))
    return np.cross(second - first, third - first)
