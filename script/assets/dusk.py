"""Models of the scene window: few triangles, since a renderer on the CPU draws all of them."""

import numpy as np
import trimesh

from assets.shapes import edged, material, sheet, smooth_line, tube, turned
from assets.surfaces import leaf


def sprig(seed: int = 21, leaves: int = 22) -> trimesh.Scene:
    """A twig, 0.30 m along +x, that droops; pointed leaves on alternate sides."""
    dice, green = np.random.default_rng(seed), _green()
    line = smooth_line(np.array([(0, 0, 0), (0.1, 0.012, 0), (0.21, 0, 0), (0.3, -0.045, 0)]), 14)
    cards = []
    for number, t in enumerate(np.linspace(0.1, 1.0, leaves)):
        turn = trimesh.transformations.euler_matrix(
            dice.uniform(-0.6, 0.6), dice.uniform(-0.6, 0.6), _side(number) * dice.uniform(0.6, 1.2)
        )
        turn[:3, 3] = line[round(t * (len(line) - 1))]
        length = 0.05 * dice.uniform(0.8, 1.25) * (1.2 - 0.5 * t)
        cards.append(_leaf(length, green).apply_transform(turn))
    twig = tube(line, np.linspace(0.0028, 0.0008, len(line)), _bark(), 5)
    return trimesh.Scene({"twig": twig, "leaves": trimesh.util.concatenate(cards)})


def pot(seed: int = 8, stems: int = 6) -> trimesh.Scene:
    """A clay pot, 90 mm high, with a young plant; 0.25 m in all."""
    clay = material(
        "clay", {}, baseColorFactor=(0.42, 0.16, 0.08, 1), metallicFactor=0.0, roughnessFactor=0.8
    )
    earth = material(
        "earth", {}, baseColorFactor=(0.03, 0.02, 0.015, 1), metallicFactor=0.0, roughnessFactor=1.0
    )
    outside = [(0.030, 0.0), (0.042, 0.068), (0.048, 0.068), (0.049, 0.09), (0.043, 0.09)]
    soil = edged([(0.044, 0.082), (0.0, 0.084)], earth, around=16)
    dice, green = np.random.default_rng(seed), _green()
    lines, cards = [], []
    for number in range(stems):
        way = 2 * np.pi * (number + dice.uniform(0, 0.5)) / stems
        flat = np.array((np.cos(way), 0, np.sin(way)))
        top = dice.uniform(0.17, 0.25)
        path = np.array([(0, 0.08, 0), 0.015 * flat + (0, 0.13, 0), 0.055 * flat + (0, top, 0)])
        line = smooth_line(path, 8)
        lines.append(tube(line, np.linspace(0.0018, 0.0008, len(line)), _bark(), 5))
        for place, t in enumerate(np.linspace(0.35, 1.0, 6)):
            turn = trimesh.transformations.euler_matrix(
                dice.uniform(-0.5, 0.9), -way + np.pi * (place % 2), dice.uniform(-1.1, -0.5)
            )
            turn[:3, 3] = line[round(t * (len(line) - 1))]
            cards.append(_leaf(0.048 * dice.uniform(0.8, 1.2), green).apply_transform(turn))
    return trimesh.Scene(
        {
            "pot": edged(outside, clay, around=28),
            "earth": soil,
            "stems": trimesh.util.concatenate(lines),
            "leaves": trimesh.util.concatenate(cards),
        }
    )


def wires() -> trimesh.Scene:
    """Three thin wires that sag, 0.8 m along x, with a knot of two of them."""
    metal = material(
        "wire", {}, baseColorFactor=(0.05, 0.045, 0.04, 1), metallicFactor=0.6, roughnessFactor=0.4
    )
    ends = ((0.03, -0.05, 0.035), (0.05, -0.10, 0.02), (-0.02, 0.06, 0.045))  # left, right, sag
    parts = {}
    for number, (left, right, sag) in enumerate(ends):
        t = np.linspace(0, 1, 25)
        height = left + (right - left) * t - 4 * sag * t * (1 - t)
        line = np.stack((0.8 * (t - 0.5), height, 0.012 * number + 0 * t), -1)
        parts[f"wire {number}"] = tube(line, 0.0016, metal, around=5)
    return trimesh.Scene(parts)


def urn() -> trimesh.Scene:
    """A stone urn on its foot, 0.34 m high."""
    shape = [
        (0.0, 0.0),
        (0.075, 0.0),
        (0.075, 0.025),
        (0.03, 0.05),
        (0.03, 0.075),
        (0.09, 0.13),
        (0.115, 0.21),
        (0.10, 0.275),
        (0.13, 0.325),
        (0.125, 0.34),
        (0.10, 0.33),
        (0.0, 0.30),
    ]
    return trimesh.Scene({"urn": turned(shape, _stone(), around=24, rows=24)})


def baluster() -> trimesh.Scene:
    """One of a balustrade's, 0.5 m high, square above and below."""
    shape = [
        (0.05, 0.0),
        (0.05, 0.04),
        (0.03, 0.07),
        (0.06, 0.17),
        (0.03, 0.32),
        (0.028, 0.43),
        (0.05, 0.46),
        (0.05, 0.5),
    ]
    return trimesh.Scene({"baluster": turned(shape, _stone(), around=8, rows=8)})


def _leaf(length: float, look) -> trimesh.Trimesh:
    """A leaf along +y in eight triangles, folded along its rib and bent at the tip."""
    v, u = np.mgrid[0:3, 0:3]
    x, y = (u / 2 - 0.5) * 0.8 * length, v / 2 * length
    z = 0.3 * np.abs(x) - 0.25 * y * y / length
    return sheet(np.stack((x, y, z), -1), look)


def _side(number: int) -> int:
    return 1 if number % 2 else -1


def _green():
    """Colour and opacity alone: each further picture is a fetch at every pixel of every leaf."""
    picture = {"base_color": leaf("#8aa35a", "#2c4a20")["base_color"]}
    return material(
        "leaf",
        picture,
        alphaMode="MASK",
        alphaCutoff=0.5,
        doubleSided=True,
        metallicFactor=0.0,
        roughnessFactor=0.5,
    )


def _bark():
    return material(
        "bark", {}, baseColorFactor=(0.06, 0.045, 0.03, 1), metallicFactor=0.0, roughnessFactor=0.8
    )


def _stone():
    return material(
        "stone", {}, baseColorFactor=(0.45, 0.42, 0.39, 1), metallicFactor=0.0, roughnessFactor=0.8
    )
