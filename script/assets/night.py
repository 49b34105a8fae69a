"""Models of the scene string_lights."""

import numpy as np
import trimesh

from assets.shapes import block, edged, material, sheet, smooth_line, tube, turned
from assets.surfaces import ember_glow, leaf, pierced, planks

IRON = {"baseColorFactor": (0.10, 0.09, 0.085, 1.0), "metallicFactor": 1.0, "roughnessFactor": 0.45}


def lantern() -> trimesh.Scene:
    """A pierced iron lantern, 0.36 m with its ring, standing on y = 0; it glows inside."""
    iron = material("iron", {}, **IRON)
    screen = material(
        "pierced iron", pierced(), alphaMode="MASK", alphaCutoff=0.5, doubleSided=True
    )
    glow = material(
        "glow",
        {"emissive": ember_glow()},
        emissiveFactor=(1, 1, 1),
        baseColorFactor=(0.05, 0.03, 0.02, 1),
        metallicFactor=0.0,
        roughnessFactor=0.9,
    )
    bulged = [(0.082, 0.03), (0.094, 0.10), (0.094, 0.16), (0.078, 0.215)]
    inner = [(0.9 * radius, height) for radius, height in bulged]
    foot = [(0.0, 0.0), (0.088, 0.0), (0.092, 0.006), (0.092, 0.014), (0.075, 0.02), (0.083, 0.032)]
    roof = [
        (0.088, 0.212),
        (0.1, 0.214),
        (0.1, 0.222),
        (0.07, 0.245),
        (0.028, 0.262),
        (0.022, 0.282),
        (0.012, 0.29),
        (0.0, 0.29),
    ]
    parts = {
        "foot": edged(foot, iron),
        "screen": turned(bulged, screen, rows=20),
        "glow": turned(inner, glow, rows=20),
        "roof": edged(roof, iron),
        "ring": _ring(0.032, 0.0038, iron, (0, 0.318, 0)),
    }
    for number in range(6):
        angle = 2 * np.pi * number / 6
        rib = np.array(
            [(1.015 * r * np.cos(angle), y, 1.015 * r * np.sin(angle)) for r, y in bulged]
        )
        parts[f"rib {number}"] = tube(smooth_line(rib, 12), 0.003, iron, around=8)
    return trimesh.Scene(parts)


def branch(seed: int = 4, leaves: int = 34) -> trimesh.Scene:
    """A drooping twig, 0.6 m along +x, with leaves on alternate sides."""
    bark = material(
        "bark", {}, baseColorFactor=(0.06, 0.045, 0.03, 1), metallicFactor=0.0, roughnessFactor=0.8
    )
    green = material(
        "leaf", leaf("#7d9a4a", "#28401c"), alphaMode="MASK", alphaCutoff=0.5, doubleSided=True
    )
    dice = np.random.default_rng(seed)
    corners = np.array([(0, 0, 0), (0.2, 0.03, 0.02), (0.42, -0.02, -0.01), (0.6, -0.12, 0.03)])
    line = smooth_line(corners, 40)
    cards = []
    for number, t in enumerate(np.linspace(0.06, 1.0, leaves)):
        at = line[int(t * (len(line) - 1))]
        turn = trimesh.transformations.euler_matrix(
            dice.uniform(-0.7, 0.7),
            dice.uniform(-0.5, 0.5),
            (-1) ** number * dice.uniform(0.7, 1.3) - np.pi / 2 * 0.6,
        )
        card = leaf_card(0.05 * dice.uniform(0.8, 1.3) * (1.15 - 0.4 * t), green)
        card.apply_transform(trimesh.transformations.translation_matrix(at) @ turn)
        cards.append(card)
    merged = trimesh.util.concatenate(cards)
    return trimesh.Scene(
        {"twig": tube(line, np.linspace(0.006, 0.0015, len(line)), bark, 8), "leaves": merged}
    )


def leaf_card(length: float, look) -> trimesh.Trimesh:
    """A leaf along +y, folded along its rib and bent at the tip."""
    rows, columns = 5, 5
    v, u = np.mgrid[0:rows, 0:columns]
    x, y = (u / (columns - 1) - 0.5) * length, v / (rows - 1) * length
    z = 0.35 * np.abs(x) - 0.25 * y * y / length
    return sheet(np.stack((x, y, z), -1), look)


def table() -> trimesh.Scene:
    """A plank table top, 2.4 x 0.62 m and 45 mm thick, upper side at y = 0, worn front edge."""
    wood = material("planks", planks())
    top = _slab(2.4, 0.62, 0.045, wood)
    return trimesh.Scene({"top": top})


def _slab(width: float, depth: float, thick: float, look) -> trimesh.Trimesh:
    """A board with a rounded front and back edge: one sheet, bent over."""
    bend = thick / 2
    angle = np.linspace(0, np.pi, 9)
    front = np.stack((depth / 2 + bend * np.sin(angle), -bend - bend * np.cos(angle)), 1)
    back = np.stack((-depth / 2 - bend * np.sin(angle), -bend + bend * np.cos(angle)), 1)
    line = np.concatenate((front, back))
    columns = np.linspace(-width / 2, width / 2, 9)
    points = np.stack(
        (
            np.broadcast_to(columns, (len(line), 9)),
            np.broadcast_to(line[:, 1:], (len(line), 9)),
            np.broadcast_to(line[:, :1], (len(line), 9)),
        ),
        -1,
    )
    mesh = sheet(points, look)
    run = np.concatenate(([0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    mesh.visual.uv[:, 1] = np.repeat(run / 0.62, 9)
    mesh.visual.uv[:, 0] *= width / 0.8
    return mesh


def _ring(radius: float, wire: float, look, at) -> trimesh.Trimesh:
    angle = np.linspace(0, 2 * np.pi, 33)
    path = np.stack((radius * np.cos(angle), radius * np.sin(angle), 0 * angle), 1) + np.array(at)
    return tube(path, wire, look, around=8)


def post() -> trimesh.Scene:
    """A weathered square post, 0.09 m wide and 2.6 m high, standing on y = 0."""
    wood = material("post", planks(seed=8, light="#5a4a3c", dark="#1c1512", boards=2))
    mesh = block((0.09, 2.6, 0.09), wood)
    mesh.apply_translation((0, 1.3, 0))
    mesh.visual.uv = mesh.visual.uv[:, ::-1] * (6.0, 1.0)
    return trimesh.Scene({"post": mesh})
