"""Models of the scene carousel. What turns lies round its own axis: z, of the carousel itself y."""

from itertools import pairwise

import numpy as np
import trimesh

from assets.painted import EVERY, Painted, lump, pole, turned_about_y

CREAM, RED, TEAL, GOLD, NAVY = "#efe2c4", "#b8322c", "#2f8f8c", "#dba436", "#27345f"
ROSE, IRON, TIMBER = "#d9707c", "#3b3a40", "#6b4a32"


def big_wheel(spokes: int = 12) -> trimesh.Scene:
    """A wheel of 2.4 m radius that faces +z: vanes between spokes, a cabin at every other one."""
    wheel = Painted()
    step = 2 * np.pi / spokes
    _ring(wheel, 2.28, 2.40, 0.05, CREAM, around=36)
    _ring(wheel, 1.02, 1.12, 0.05, CREAM, around=28)
    for number in range(spokes):
        angle = number * step
        _spoke(wheel, angle, 0.25, 2.30, 0.035, CREAM)
        if number % 2 == 0:
            _vane(
                wheel,
                angle + 0.16 * step,
                angle + 0.84 * step,
                1.25,
                2.15,
                (RED, GOLD)[number // 2 % 2],
            )
        else:
            _vane(wheel, angle + 0.1 * step, angle + 0.9 * step, 0.45, 0.95, TEAL)
            _cabin(wheel, angle, 2.62, (TEAL, ROSE, GOLD)[number // 2 % 3])
    _hub(wheel, 0.34, 0.16, NAVY)
    return wheel.scene()


def spinner(blades: int = 8) -> trimesh.Scene:
    """A wheel of 1.5 m radius that faces +z: broad sails between an inner and an outer ring."""
    wheel = Painted()
    step = 2 * np.pi / blades
    _ring(wheel, 1.40, 1.50, 0.05, NAVY, around=36)
    for number in range(blades):
        angle = number * step
        _vane(wheel, angle, angle + 0.62 * step, 0.30, 1.36, (CREAM, RED, CREAM, TEAL)[number % 4])
        _spoke(wheel, angle, 0.15, 1.42, 0.028, NAVY)
    _hub(wheel, 0.30, 0.14, GOLD)
    return wheel.scene()


def pinwheel() -> trimesh.Scene:
    """A toy of 0.45 m radius that faces +z: six folded sails, each of its own colour."""
    toy = Painted()
    colors = (RED, GOLD, TEAL, CREAM, ROSE, NAVY)
    for number, color in enumerate(colors):
        turn = trimesh.transformations.rotation_matrix(number * np.pi / 3, (0, 0, 1))
        sail = Painted()
        sail.both([(0, 0, 0.01), (0.36, -0.05, 0.01), (0.45, 0.10, 0.05)], color)
        sail.both([(0, 0, 0.01), (0.45, 0.10, 0.05), (0.16, 0.21, 0.06)], color)
        toy.add(sail, turn)
    _hub(toy, 0.05, 0.08, CREAM, around=12)
    return toy.scene()


def merry_go_round(sectors: int = 16) -> trimesh.Scene:
    """What turns of a carousel of 2.6 m radius, its floor at y = 0: roof, poles, seats, drum."""
    ride = Painted()
    step = 2 * np.pi / sectors
    for number in range(sectors):
        a, b = number * step, (number + 1) * step
        stripe = (CREAM, RED)[number % 2]
        _slope(ride, (a, b), (2.75, 2.55), (0.0, 3.75), stripe)
        ride.both(_band(a, b, 2.75, 2.25, 2.55), (GOLD, TEAL)[number % 2], CREAM)
        ride.face(_band(a, b, 0.75, 0.0, 2.75), (NAVY, GOLD)[number % 2])
        ride.face(_band(a, b, 2.60, -0.22, 0.0), (RED, CREAM)[number % 2])
        ride.face([_at(r, t, 0.0) for r, t in ((0.7, b), (0.7, a), (2.6, a), (2.6, b))], TIMBER)
    for number in range(8):
        angle = (number + 0.5) * np.pi / 4
        x, _, z = _at(2.1, angle, 0)
        pole(ride, (x, 0, z), (x, 2.7, z), 0.035, GOLD)
        color = (RED, TEAL, CREAM, ROSE)[number % 4]
        ride.add(_seat(color), turned_about_y(np.degrees(angle) + 90, (x, 0.25 * (number % 2), z)))
    return ride.scene()


def wheel_stand() -> trimesh.Scene:
    """What the big wheel hangs on: two legs behind it and two before, 3 m up, y = 0 the ground."""
    stand = Painted()
    for z in (-0.42, 0.42):
        for x in (-1.25, 1.25):
            pole(stand, (x, 0, 1.6 * z), (0.05 * x, 3.1, z), 0.075, IRON)
        pole(stand, (-0.66, 1.5, 1.3 * z), (0.66, 1.5, 1.3 * z), 0.05, IRON)
    pole(stand, (0, 3.0, -0.5), (0, 3.0, 0.5), 0.12, IRON, around=14)
    _disc(stand, (0, 3.0, 0.5), 0.12, GOLD)
    return stand.scene()


def stall(width: float = 2.6, stripes: int = 8) -> trimesh.Scene:
    """A booth that opens to +z: counter, back wall with shelves of prizes, striped awning."""
    booth, half, depth = Painted(), width / 2, 1.5
    booth.box((-half, 0, 0.35), (half, 0.95, 0.5), TEAL, top=CREAM)
    for number in range(5):
        x = -half + width * (number + 0.5) / 5
        booth.box((x - 0.17, 0.15, 0.5), (x + 0.17, 0.8, 0.52), (GOLD, CREAM)[number % 2], "front")
    booth.box((-half, 0, -depth), (half, 2.35, -depth + 0.06), "#5b3b4f")
    for x in (-half, half - 0.06):
        booth.box((x, 0, -depth), (x + 0.06, 2.35, 0.4), "#5b3b4f")
    dice = np.random.default_rng(6)
    for shelf in (1.15, 1.65):
        booth.box((-half, shelf - 0.06, -depth), (half, shelf, -depth + 0.4), TIMBER, "top front")
        for number in range(6):
            x, size = -half + width * (number + 0.5) / 6, dice.uniform(0.12, 0.19)
            color = (RED, GOLD, TEAL, ROSE, CREAM)[dice.integers(5)]
            booth.smooth(*lump(number, (size,) * 3, (x, shelf + size, -depth + 0.22), 0.0), color)
    for number in range(stripes):
        a, b = (-half - 0.1 + (width + 0.2) * (number + k) / stripes for k in (0, 1))
        color = (CREAM, RED)[number % 2]
        booth.both([(a, 2.05, 0.95), (b, 2.05, 0.95), (b, 2.75, -depth), (a, 2.75, -depth)], color)
        booth.both([(a, 1.85, 0.95), (b, 1.85, 0.95), (b, 2.05, 0.95), (a, 2.05, 0.95)], color)
    return booth.scene()


def bunting(span: float = 11.0, sag: float = 0.9, flags: int = 22) -> trimesh.Scene:
    """A cable along x that sags from y = 0, and pennants between the places of as many bulbs."""
    line, colors = Painted(), (RED, CREAM, TEAL, GOLD)
    t = np.linspace(0, 1, flags + 1)
    points = np.stack((span * (t - 0.5), -4 * sag * t * (1 - t), 0 * t), 1)
    for a, b in pairwise(points):
        pole(line, a, b, 0.014, IRON, around=5)
    for number, at in enumerate(points[1:-1]):
        side, tip = np.array((0.13, 0.0, 0.0)), np.array((0.0, -0.32, 0.03))
        line.both([at - side, at + tip, at + side], colors[number % 4])
    return line.scene()


def lamp_post() -> trimesh.Scene:
    """An iron post of 3.2 m with two arms; globes go on at (+-0.42, 3.0, 0)."""
    lamp = Painted()
    lamp.box((-0.16, 0, -0.16), (0.16, 0.3, 0.16), IRON)
    pole(lamp, (0, 0.3, 0), (0, 3.2, 0), 0.065, IRON, around=12)
    lamp.smooth(*lump(1, (0.1, 0.1, 0.1), (0, 3.22, 0), 0.0), GOLD)
    for x in (-0.42, 0.42):
        pole(lamp, (0, 2.65, 0), (x, 2.85, 0), 0.035, IRON)
        lamp.box((x - 0.07, 2.78, -0.07), (x + 0.07, 2.88, 0.07), IRON, EVERY)
    return lamp.scene()


def tree(seed: int = 3) -> trimesh.Scene:
    """A round tree, 6 m high, darker below; a copy's colour is that of its leaves."""
    plant, dice = Painted(), np.random.default_rng(seed)
    pole(plant, (0, 0, 0), (0.05, 3.0, 0), 0.16, "#6e5c50", around=6)
    plant.smooth(*lump(seed, (1.75, 1.25, 1.75), (0, 3.1, 0)), "#9a9a9a")
    plant.smooth(*lump(seed + 1, (1.55, 1.35, 1.5), (0.2, 4.2, 0.1)), "#d0d0d0")
    shift = dice.uniform(-0.2, 0.2, 2)
    plant.smooth(*lump(seed + 2, (0.95, 0.9, 0.95), (shift[0], 5.2, shift[1])), "#f2f2f2")
    return plant.scene()


def _ring(painted: Painted, inner: float, outer: float, depth: float, color: str, around: int):
    """A flat ring about z: four bands, each from an edge (radius, z) to the next one inwards."""
    z, angle = depth / 2, np.linspace(0, 2 * np.pi, around + 1)
    edges = [(outer, z), (outer, -z), (inner, -z), (inner, z), (outer, z)]
    k = 2 * np.arange(around)
    triangles = np.concatenate((np.stack((k, k + 1, k + 3), 1), np.stack((k, k + 3, k + 2), 1)))
    for (r0, z0), (r1, z1) in pairwise(edges):
        points = [_on(r, a, at) for a in angle for r, at in ((r0, z0), (r1, z1))]
        outward, along = (z0 - z1) / depth, (r1 - r0) / (outer - inner)
        normals = [_on(outward, a, along) for a in angle for _ in range(2)]
        painted.smooth(points, normals, triangles, color)


def _spoke(painted: Painted, angle, inner, outer, half_width, color: str) -> None:
    """A flat bar: sides of less than a pixel would flicker, and be lit anew as they turn."""
    bar = Painted()
    low, high = (inner, -half_width, -0.015), (outer, half_width, 0.015)
    bar.box(low, high, color, "top bottom front back")
    painted.add(bar, trimesh.transformations.rotation_matrix(angle, (0, 0, 1)))


def _vane(painted: Painted, a: float, b: float, inner: float, outer: float, color: str) -> None:
    """A sheet between two angles and two radii, its arcs in three parts."""
    angle = np.linspace(a, b, 4)
    for one, two in pairwise(angle):
        corners = [_on(inner, one, 0), _on(outer, one, 0), _on(outer, two, 0), _on(inner, two, 0)]
        painted.both(corners, color)


def _cabin(painted: Painted, angle: float, radius: float, color: str) -> None:
    """A box on the outside of the rim; it does not swing, but turns with the wheel."""
    cabin = Painted()
    cabin.box((radius - 0.24, -0.26, -0.24), (radius + 0.22, 0.26, 0.24), color, EVERY)
    cabin.box((radius - 0.02, -0.19, 0.24), (radius + 0.15, 0.19, 0.25), CREAM, EVERY)
    painted.add(cabin, trimesh.transformations.rotation_matrix(angle, (0, 0, 1)))


def _hub(painted: Painted, radius: float, depth: float, color: str, around: int = 20) -> None:
    pole(painted, (0, 0, -depth / 2), (0, 0, depth / 2), radius, color, around)
    _disc(painted, (0, 0, depth / 2), radius, color, around)
    back = Painted()
    _disc(back, (0, 0, depth / 2), radius, color, around)
    painted.add(back, turned_about_y(180))


def _disc(painted: Painted, at, radius: float, color: str, around: int = 14) -> None:
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    painted.face([np.array(at) + _on(radius, a, 0) for a in angle], color)


def _seat(color: str) -> Painted:
    """A little horse without detail, 1.1 m long; it heads along +z, to which a turn is added."""
    horse = Painted()
    horse.box((-0.17, 0.75, -0.45), (0.17, 1.15, 0.40), color, EVERY)
    horse.box((-0.11, 1.10, 0.22), (0.11, 1.55, 0.45), color)
    horse.box((-0.10, 1.38, 0.40), (0.10, 1.58, 0.70), color, "left right top bottom front")
    horse.box((-0.19, 1.02, -0.16), (0.19, 1.20, 0.14), GOLD)
    for x in (-0.14, 0.05):
        for z in (-0.44, 0.28):
            horse.box((x, 0.38, z), (x + 0.09, 0.76, z + 0.12), color, "left right back front")
    horse.box((-0.05, 0.62, -0.58), (0.05, 1.08, -0.45), CREAM, "left right back top")
    return horse


def _slope(painted: Painted, angles, low, high, color: str) -> None:
    """A sector of a cone from (radius, y) up to (0, y), smooth round the axis; two-sided."""
    (radius, y0), (_, y1) = low, high
    a, b = angles
    points = [_at(radius, a, y0), _at(radius, b, y0), _at(0.0, a, y1)]
    lift = radius / np.hypot(radius, y1 - y0)
    flat = (y1 - y0) / np.hypot(radius, y1 - y0)
    normals = [_at(flat, angle, lift) for angle in (a, b, (a + b) / 2)]
    painted.smooth(points, normals, [(0, 1, 2)], color)
    painted.face(points[::-1], color)


def _band(a: float, b: float, radius: float, y0: float, y1: float) -> list[np.ndarray]:
    """A part of a cylinder about y, seen from outside."""
    return [_at(radius, a, y0), _at(radius, b, y0), _at(radius, b, y1), _at(radius, a, y1)]


def _on(radius: float, angle: float, z: float) -> np.ndarray:
    """Round z, counter-clockwise from +x."""
    return np.array((radius * np.cos(angle), radius * np.sin(angle), z))


def _at(radius: float, angle: float, y: float) -> np.ndarray:
    """Round y, counter-clockwise seen from above, from +z."""
    return np.array((radius * np.sin(angle), y, radius * np.cos(angle)))
