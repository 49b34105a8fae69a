"""A scene round a bare glTF file: camera, lens and light that suit whatever is in it."""

import dataclasses
import math
from pathlib import Path

import numpy as np

from realtime.math3d import normalized, scaling, transformed
from realtime.scene.camera import CameraPath, Key
from realtime.scene.gltf import load_gltf
from realtime.scene.lens import Lens
from realtime.scene.model import Object, Scene, Sky, Sun

FOCAL_LENGTH_MM = 85.0  # a portrait lens: little distortion, much blur
BLUR_AT_INFINITY = 0.03  # CoC radius of the far background, of picture height
ELEVATION_DEG = 18.0  # of the camera above the model's middle
FILL = 0.8  # of picture height, by the sphere round the model
SMALLEST_M = 0.1  # radius of a model; those smaller are enlarged to it
ORBIT_S = 24.0
ORBIT_KEYS = 24  # enough that the curve through them is a circle to 0.01 %


def frame_gltf(path: Path) -> Scene:
    """Orbit the model once in `ORBIT_S`, in focus at its middle. Raises SceneError."""
    objects = _enlarged(load_gltf(path))
    centre, radius = bounding_sphere(objects)
    lens = Lens(FOCAL_LENGTH_MM)
    distance = radius / (FILL * math.tan(lens.vertical_fov_rad / 2))
    return Scene(
        name=path.stem,
        camera=_orbit(centre, radius, distance),
        lens=_lens(distance),
        objects=objects,
        sun=Sun(tuple(normalized((-0.5, -1.0, -0.6))), (3.0, 2.8, 2.5)),
        sky=Sky(),
        focus_on_target=True,
    )


def _enlarged(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    """Make a tiny model as large as `SMALLEST_M`: no lens focuses nearer than its focal length."""
    _, radius = bounding_sphere(objects)
    if radius >= SMALLEST_M:
        return objects
    grown = scaling((SMALLEST_M / max(radius, 1e-12),) * 3)
    return tuple(dataclasses.replace(item, world=grown @ item.world) for item in objects)


def _lens(distance: float) -> Lens:
    """The f-number that gives `BLUR_AT_INFINITY`, whatever unit the model was built in."""
    wide_open = Lens(FOCAL_LENGTH_MM, 1.0, distance)
    return Lens(FOCAL_LENGTH_MM, wide_open.coc_radius(math.inf) / BLUR_AT_INFINITY, distance)


def _orbit(centre: np.ndarray, radius: float, distance: float) -> CameraPath:
    tilt = math.radians(ELEVATION_DEG)
    keys = []
    for turn in np.linspace(0, 2 * math.pi, ORBIT_KEYS + 1) + math.pi / 6:
        way = (math.sin(turn) * math.cos(tilt), math.sin(tilt), math.cos(turn) * math.cos(tilt))
        eye = tuple((centre + distance * np.array(way)).tolist())
        time_s = ORBIT_S * len(keys) / ORBIT_KEYS
        keys.append(Key(time_s, eye, tuple(centre.tolist())))
    far = distance + 2 * radius
    return CameraPath(tuple(keys), loop=True, near_m=far / 1000, far_m=far)


def bounding_sphere(objects: tuple[Object, ...]) -> tuple[np.ndarray, float]:
    """Centre [3] and radius of a sphere round the objects' boxes."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for item in objects:
        corners = transformed(item.world, _corners(item.mesh.bounds))
        low, high = np.minimum(low, corners.min(axis=0)), np.maximum(high, corners.max(axis=0))
    return (low + high) / 2, float(np.linalg.norm(high - low) / 2)


def _corners(bounds: np.ndarray) -> np.ndarray:
    """[2, 3] -> the 8 corners of the box."""
    return np.array([[bounds[(k >> axis) & 1][axis] for axis in range(3)] for k in range(8)])
