"""Banks of arcs written down by hand, and scenes that turn: for tests of motion blur."""

import math

import numpy as np

from realtime.bank import Axis, Bank
from realtime.math3d import placement
from realtime.scene import Scene
from realtime.scene.camera import CameraPath, Key
from realtime.scene.lens import Lens
from realtime.scene.model import Material, Object, Sky
from realtime.scene.primitives import primitive
from realtime.scene.spin import Spin

RADII = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
BENDS = tuple(np.linspace(0, 1.2, 13).tolist())
BLACK = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0))
LENS = Lens(30)
CAMERA = CameraPath((Key(0.0, (0, 0, 5), (0, 0, 0)),), near_m=0.5, far_m=40.0)


def arc(radius_px: float, bend_rad: float, times) -> np.ndarray:
    """Points of a path at -1 … 1, [N, 2] px, +y down: along +x at 0, curving towards +y."""
    t = np.asarray(times, np.float64)
    if bend_rad == 0:
        return np.stack((radius_px * t, 0 * t), -1)
    angle = bend_rad * t
    return radius_px / bend_rad * np.stack((np.sin(angle), 1 - np.cos(angle)), -1)


def arc_bank(taps: int = 24, radii=RADII, bends=BENDS) -> Bank:
    """One layer of points spread evenly in time; a pixel reads at the PSF's offsets negated."""
    times = (np.arange(taps) + 0.5) / taps * 2 - 1
    offsets = np.stack([[-arc(r, b, times) for r in radii] for b in bends])  # A1 A0 N 2
    axes = (Axis("radius", "px", radii), Axis("bend", "rad", bends))
    weights = np.full((taps, len(bends), len(radii)), 1 / taps, "f4")
    return Bank(axes, (np.moveaxis(offsets, 2, 0).astype("f4"),), (weights,))


def streak_bank(taps: int = 24, radii=RADII) -> Bank:
    """The same of straight paths, along one axis."""
    bank = arc_bank(taps, radii, (0.0, 1.0))
    return Bank(bank.axes[:1], (bank.offsets[0][:, :1],), (bank.weights[0][:, :1],))


def thing(shape, glow, at, size, spin=None, turn=(0, 0, 0)) -> Object:
    """Something that shines and casts no shadow; size: one number or three."""
    look = Material((0, 0, 0), emissive=glow, roughness=1.0)
    size = (size,) * 3 if isinstance(size, float) else size
    return Object(primitive(shape), look, placement(at, turn, size), False, spin=spin)


def scene_of(*objects, camera=CAMERA, sky=BLACK) -> Scene:
    """Things before a sky, seen from z = 5."""
    return Scene("turning", camera, LENS, objects, sky=sky)


def pixel_m(height_px: int) -> float:
    """One pixel at z = 0, m."""
    return 2 * 5 * math.tan(LENS.vertical_fov_rad / 2) / height_px


def wheel_scene(turns_per_second: float = 2.0) -> Scene:
    """A wheel of uneven spokes with a lamp on its rim; striped wall behind, a post in front."""
    hub = (0.3, -0.1, 0.0)
    spin = Spin((0, 0, 1), turns_per_second, hub)
    spokes = [
        thing("box", glow, hub, (1.5 - 0.2 * k, 0.16, 0.1), spin, (0, 0, 65.0 * k))
        for k, glow in enumerate(((1.0, 0.2, 0.1), (0.2, 0.7, 0.1), (0.1, 0.2, 0.9)))
    ]
    lamp = thing("bulb", (30.0, 20.0, 10.0), (hub[0] + 0.85, hub[1] + 0.2, 0.1), 0.09, spin)
    stripes = [
        thing("box", (0.5, 0.45, 0.4), (x, 0, -2.0), (0.2, 4.0, 0.1)) for x in (-2, -0.6, 1.1)
    ]
    post = thing("box", (0.05, 0.3, 0.3), (0.65, 0.0, 0.6), (0.4, 4.0, 0.1))
    sky = Sky((0.1, 0.2, 0.5), (0.3, 0.3, 0.4), (0.1, 0.1, 0.1))
    return scene_of(*spokes, lamp, *stripes, post, sky=sky)
