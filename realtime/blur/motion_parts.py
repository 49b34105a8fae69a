"""What a picture of things in motion is made of, each part drawn and blurred by itself.

    far ─────────────────────────────────────────────────────────────> near
    what is still │ big wheel │ carousel, far half │ near half │ what is still, near │ toy

Bodies are parts, in halves where they hide themselves. Where the camera moves so fast that near
things are blurred far more than what is behind them, what is still is cut by distance as well.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realtime.math3d import Matrix
from realtime.scene.body import Body
from realtime.scene.camera import Camera
from realtime.scene.overlap import overlapping, view_corners
from realtime.scene.spin import Spin

Rect = tuple[int, int, int, int]  # left, bottom, width, height in px of the target

MARGIN_PX = 6  # round what a body covers: soft edges of bulbs, and reads of a kernel that is no arc
# What is still is cut where the camera's own way on screen is this long to each side. Shorter ways
# differ by less than that, and a part more costs a picture of blur.
CUT_PX = 2.0
NEXT_CUT = 4.0  # a second cut is so many times nearer
MOST_CUTS = 2
# What is behind a cut begins this much before it: a ground goes on under the blurred edge of what
# is before the cut, where nothing would be else.
OVERLAP = 0.8


@dataclass(frozen=True)
class Part:
    """A body, or half of one, or what is still from here to there.

    spin: None for what is still. camera: what sees this part of it and no more. to_whole: factor
    and bias from the window depth of this camera to that of the whole picture's. rect: where it can
    be on screen. distance_m: parts farther off are behind it.
    """

    spin: Spin | None
    camera: Camera
    to_whole: tuple[float, float]
    rect: Rect
    distance_m: float


@dataclass(frozen=True)
class Shot:
    """The camera in the middle of an opening, and all that it does meanwhile.

    view_projections: at the opening, the middle and the closing. travel_px: how far the eye goes,
    times how many px a metre is at 1 m. size: of the picture, px. reach: half of its width and
    height where the distance is 1.
    """

    camera: Camera
    view_projections: Sequence[Matrix]
    travel_px: float
    size: tuple[int, int]
    reach: tuple[float, float]


@dataclass(frozen=True)
class Plan:
    """What a picture is made of: what `behind` sees of all that is still, then parts, far first."""

    behind: Camera
    parts: list[Part]


def plan_of(bodies: Sequence[Body], still_boxes_m: np.ndarray, shot: Shot) -> Plan:
    """Take a picture apart.

    still_boxes_m: corners of what is still, [N, 8, 3]. It is cut where the camera goes far and
    something is near, before all bodies; never for an orthographic camera, to which nothing is.
    """
    parts, nearest_m = [], math.inf
    for body in bodies:
        rect = _rect(body.rims_m, shot)
        if rect is not None:
            parts += [_part(body.spin, seen, rect, far, shot) for seen, far in _halves(body, shot)]
            far_m = (body.rims_m - np.array(shot.camera.eye_m)) @ shot.camera.forward
            nearest_m = min(nearest_m, float(far_m.min()))
    parts.sort(key=lambda part: -part.distance_m)
    behind, near = _still_parts(still_boxes_m, nearest_m, shot)
    return Plan(behind, [*parts, *near])


def _still_parts(boxes_m: np.ndarray, nearest_m: float, shot: Shot) -> tuple[Camera, list[Part]]:
    """The camera of what is still in the distance, and the parts before that and all bodies."""
    camera, parts = shot.camera, []
    behind = camera
    for cut_m in _cuts_m(shot, nearest_m):
        rect = _rect_of_near(boxes_m, cut_m, shot)
        if rect is None:
            break
        if parts:
            begins = dataclasses.replace(parts[-1].camera, near_m=OVERLAP * cut_m)
            parts[-1] = _part(None, begins, parts[-1].rect, parts[-1].distance_m, shot)
        else:
            behind = dataclasses.replace(camera, near_m=OVERLAP * cut_m)
        before = dataclasses.replace(camera, far_m=cut_m)
        parts.append(_part(None, before, rect, OVERLAP * cut_m, shot))
    return behind, parts


def _cuts_m(shot: Shot, nearest_m: float) -> list[float]:
    """Distances at which what is still may be cut, far ones first, none beyond `nearest_m`."""
    camera = shot.camera
    if camera.height_m is not None:
        return []
    first_m = min(shot.travel_px / 2 / CUT_PX, nearest_m)
    cuts_m = [first_m / NEXT_CUT**at for at in range(MOST_CUTS)]
    return [cut_m for cut_m in cuts_m if 2 * camera.near_m < cut_m < camera.far_m]


def _rect_of_near(boxes_m: np.ndarray, cut_m: float, shot: Shot) -> Rect | None:
    """Where on screen boxes are of which a part is nearer than the cut; None where none is."""
    seen_m = view_corners(shot.camera, shot.reach, shot.camera.near_m, cut_m)
    near = overlapping(boxes_m, seen_m)
    return _rect(boxes_m[near].reshape(-1, 3), shot) if near.any() else None


def _part(spin: Spin | None, seen: Camera, rect: Rect, distance_m: float, shot: Shot) -> Part:
    return Part(spin, seen, to_whole(seen, shot.camera), rect, distance_m)


def _halves(body: Body, shot: Shot) -> list[tuple[Camera, float]]:
    """The camera and the distance of a body; where it hides itself of its far and its near half."""
    camera = shot.camera
    cut_m = camera.distance_to_m(tuple(body.middle_m))
    if not camera.near_m < cut_m < camera.far_m or not body.hides_itself(camera.viewpoint_m):
        return [(camera, cut_m)]
    far = dataclasses.replace(camera, near_m=cut_m)
    near = dataclasses.replace(camera, far_m=cut_m)
    return [(far, cut_m + body.radius_m / 2), (near, cut_m - body.radius_m / 2)]


def to_whole(seen: Camera, whole: Camera) -> tuple[float, float]:
    """Return factor and bias between the window depths of two cameras that differ in near and far.

    Both depths are linear in the q of DepthMapping, so in one another.
    """
    part, of_all = seen.depth_mapping, whole.depth_mapping
    return part.y / of_all.y, (part.x - of_all.x) / of_all.y


def _rect(points_m: np.ndarray, shot: Shot) -> Rect | None:
    """Round what these points' hull can cover; None where that is off screen."""
    points = np.column_stack((points_m, np.ones(len(points_m))))
    clip = np.concatenate(
        [points @ np.asarray(matrix, np.float64).T for matrix in shot.view_projections]
    )
    if clip[:, 3].max() <= 0:
        return None  # behind the eye
    if clip[:, 3].min() <= 1e-3:
        return (0, 0, *shot.size)  # some of it is beside the eye
    places = (clip[:, :2] / clip[:, 3:] + 1) / 2 * shot.size
    low = [max(math.floor(part) - MARGIN_PX, 0) for part in places.min(axis=0)]
    high = [
        min(math.ceil(part) + MARGIN_PX, side)
        for part, side in zip(places.max(axis=0), shot.size, strict=True)
    ]
    if low[0] >= high[0] or low[1] >= high[1]:
        return None
    return (low[0], low[1], high[0] - low[0], high[1] - low[1])
