"""Small scenes made in code: quick to render, with no symmetry."""

import numpy as np

from realtime.math3d import placement
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Material, Object, PointLight, Scene, Sky
from realtime.scene.primitives import primitive

# CoCs of about 3 px at a height of 48 px, on both sides of the focus plane.
LENS = Lens(50.0, 0.25, 2.0, 24.0)
SCENE_FILE = """
name = "small"
[lens]
focal_length_mm = 50
f_number = 0.25
focus_distance_m = 2.0
[[camera.key]]
time_s = 0.0
position_m = [0.0, 0.0, 0.0]
target_m = [0.0, 0.0, -2.0]
[[camera.key]]
time_s = 0.5
position_m = [0.4, 0.0, 0.0]
target_m = [0.0, 0.0, -2.0]
[[object]]
name = "lamp"
primitive = "bulb"
position_m = [-1.0, 0.9, -6.0]
scale = 0.3
emissive = [9.0, 8.0, 7.0]
[[object]]
name = "box"
primitive = "box"
position_m = [0.3, -0.2, -1.4]
scale = 0.2
base_color = [0.9, 0.1, 0.1]
"""


def lopsided_scene(lens: Lens = LENS) -> Scene:
    """A bright ball high on the left far behind, a red box low on the right in front.

    The camera moves to the right over 2 s; the middle of the focus plane holds a grey cone.
    """
    bright = Material((0, 0, 0), emissive=(30.0, 25.0, 20.0))
    red, grey = Material((0.8, 0.05, 0.02)), Material((0.5, 0.5, 0.5))
    objects = (
        Object(primitive("sphere"), bright, placement((-1.3, 1.0, -6.0), scale=[0.25] * 3)),
        Object(primitive("box"), red, placement((0.3, -0.2, -1.3), (0, 30, 0), [0.2] * 3)),
        Object(primitive("cone"), grey, placement((0.0, 0.0, -2.0), scale=[0.4] * 3)),
    )
    keys = (Key(0.0, (0, 0, 0), (0, 0, -2)), Key(2.0, (0.3, 0, 0), (0, 0, -2)))
    light = PointLight((0.5, 1.0, -0.5), (2.0, 2.0, 2.0))
    sky = Sky((0.1, 0.2, 0.4), (0.3, 0.3, 0.3), (0.05, 0.04, 0.03))
    path = CameraPath(keys, far_m=50.0)
    return Scene("lopsided", path, lens, objects, points=(light,), sky=sky)


def brightest(picture: np.ndarray) -> tuple[int, int]:
    """(row, column) of the brightest pixel of [H, W, 3]."""
    row, column = np.unravel_index(picture.sum(axis=-1).argmax(), picture.shape[:2])
    return int(row), int(column)
