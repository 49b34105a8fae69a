"""Models of the scene tabletop."""

import numpy as np
import trimesh

from assets.night import leaf_card
from assets.noise import cloud
from assets.shapes import block, edged, material, sheet, smooth_line, tube, turned
from assets.surfaces import apple_skin, book_cover, gingham, glaze, leaf, peel

CREAM, INDIGO, UMBER = "#ece4d3", "#274a78", "#5b4636"


def cup() -> trimesh.Scene:
    """A stoneware cup on its saucer, full of coffee; 82 mm high, handle towards +x."""
    glazed = material("glaze", glaze(CREAM, INDIGO, UMBER))
    plain = material("saucer glaze", glaze(INDIGO, CREAM, UMBER))
    coffee = material(
        "coffee",
        {},
        baseColorFactor=(0.035, 0.014, 0.006, 1),
        metallicFactor=0.0,
        roughnessFactor=0.06,
    )
    outside = [(0.024, 0.012), (0.026, 0.013), (0.037, 0.028), (0.042, 0.055), (0.0435, 0.084)]
    rim = [(0.0435, 0.084), (0.042, 0.0858), (0.0405, 0.084), (0.039, 0.055), (0.034, 0.028)]
    saucer = [
        (0.0, 0.0),
        (0.045, 0.0),
        (0.048, 0.004),
        (0.078, 0.014),
        (0.082, 0.018),
        (0.079, 0.0185),
        (0.048, 0.0095),
        (0.0, 0.009),
    ]
    angle = np.linspace(-0.42 * np.pi, 0.42 * np.pi, 24)
    handle = np.stack((0.036 + 0.027 * np.cos(angle), 0.049 + 0.025 * np.sin(angle), 0 * angle), 1)
    surface = turned([(0.0, 0.0), (0.0398, 0.0)][::-1], coffee, rows=2)
    surface.apply_translation((0, 0.072, 0))
    return trimesh.Scene(
        {
            "outside": turned(outside, glazed),
            "rim": turned(rim, glazed, tile=(1, 0.2)),
            "coffee": surface,
            "handle": tube(handle, 0.0046, glazed, around=12, tile=(0.2, 0.4)),
            "saucer": turned(saucer, plain),
        }
    )


def fruit_bowl() -> trimesh.Scene:
    """A bowl, 0.26 m wide, with oranges, apples and a lemon."""
    bowl = material("bowl glaze", glaze("#6f8f86", CREAM, "#2c3a38"))
    shape = [
        (0.0, 0.004),
        (0.045, 0.0),
        (0.05, 0.004),
        (0.09, 0.03),
        (0.122, 0.07),
        (0.13, 0.1),
        (0.127, 0.103),
        (0.122, 0.1),
        (0.114, 0.072),
        (0.085, 0.036),
        (0.0, 0.018),
    ]
    skins = {
        "orange": material("orange", peel("#f09a2e", "#d36a12")),
        "apple": material("apple", apple_skin()),
        "lemon": material("lemon", peel("#f2d84e", "#d3ad22")),
    }
    stalk = material(
        "stalk", {}, baseColorFactor=(0.08, 0.05, 0.03, 1), metallicFactor=0.0, roughnessFactor=0.8
    )
    scene = trimesh.Scene({"bowl": turned(shape, bowl, rows=32)})
    places = [
        ("orange", (0.048, 0.078, 0.03), 10),
        ("apple", (-0.045, 0.078, 0.036), 40),
        ("orange", (-0.022, 0.080, -0.052), 80),
        ("apple", (0.052, 0.086, -0.05), 140),
        ("lemon", (0.002, 0.128, 0.002), 25),
    ]
    shared = {}
    for number, (kind, at, turn) in enumerate(places):
        pose = trimesh.transformations.euler_matrix(
            0.25 * np.cos(number), np.radians(turn), 1.2 if kind == "lemon" else 0.2
        )
        pose[:3, 3] = at
        if kind not in shared:
            shared[kind] = _fruit(kind, skins[kind])
        scene.add_geometry(shared[kind], f"{kind} {number}", f"{kind} {number}", transform=pose)
        if kind == "apple":
            line = smooth_line(np.array([(0, 0.02, 0), (0.002, 0.034, 0), (0.007, 0.046, 0)]), 8)
            scene.add_geometry(
                tube(line, 0.0015, stalk, 6), f"stalk {number}", f"stalk {number}", transform=pose
            )
    return scene


def _fruit(kind: str, look) -> trimesh.Trimesh:
    shapes = {
        "orange": [
            (0, -0.037),
            (0.02, -0.034),
            (0.037, -0.012),
            (0.038, 0.008),
            (0.024, 0.032),
            (0, 0.036),
        ],
        "apple": [
            (0, -0.028),
            (0.012, -0.035),
            (0.03, -0.025),
            (0.04, 0.004),
            (0.034, 0.027),
            (0.017, 0.035),
            (0.005, 0.028),
            (0, 0.022),
        ],
        "lemon": [
            (0, -0.045),
            (0.008, -0.042),
            (0.02, -0.028),
            (0.03, 0),
            (0.02, 0.028),
            (0.008, 0.042),
            (0, 0.047),
        ],
    }
    return turned(shapes[kind], look, around=28, rows=18)


def apple() -> trimesh.Scene:
    """One apple, standing on y = 0."""
    mesh = _fruit("apple", material("apple", apple_skin()))
    mesh.apply_translation((0, 0.035, 0))
    return trimesh.Scene({"apple": mesh})


def books() -> trimesh.Scene:
    """Three books, one on the other, 0.1 m high; spines towards +z."""
    paper = material(
        "paper", {}, baseColorFactor=(0.72, 0.66, 0.52, 1), metallicFactor=0.0, roughnessFactor=0.9
    )
    scene, height = trimesh.Scene(), 0.0
    for number, (cloth, size, turn) in enumerate(
        (
            ("#7a2626", (0.235, 0.036, 0.165), 4),
            ("#25493c", (0.215, 0.030, 0.150), -7),
            ("#c18a2d", (0.190, 0.026, 0.135), 10),
        )
    ):
        look = material(f"cloth {number}", book_cover(cloth, "#e6c36a", 90 + number))
        width, thick, depth = size
        parts = {
            "lower": (block((width, 0.003, depth), look), (0, 0.0015, 0)),
            "upper": (block((width, 0.003, depth), look), (0, thick - 0.0015, 0)),
            "spine": (_spine(width, thick, look), (0, thick / 2, depth / 2)),
            "pages": (
                block((width - 0.008, thick - 0.006, depth - 0.006), paper),
                (0, thick / 2, -0.001),
            ),
        }
        stack = trimesh.transformations.euler_matrix(0, np.radians(turn), 0)
        stack[1, 3] = height
        for name, (mesh, at) in parts.items():
            mesh.apply_translation(at)
            scene.add_geometry(mesh, f"{name} {number}", f"{name} {number}", transform=stack)
        height += thick
    return scene


def _spine(width: float, thick: float, look) -> trimesh.Trimesh:
    angle = np.linspace(-np.pi / 2, np.pi / 2, 9)
    columns = np.linspace(-width / 2, width / 2, 5)
    y, z = np.sin(angle) * thick / 2, np.cos(angle) * 0.007
    points = np.stack(
        (
            np.broadcast_to(columns, (9, 5)),
            np.broadcast_to(y[:, None], (9, 5)),
            np.broadcast_to(z[:, None], (9, 5)),
        ),
        -1,
    )
    return sheet(points, look)


def vase() -> trimesh.Scene:
    """A jug with leafy stems, 0.5 m high."""
    glazed = material("jug glaze", glaze("#d9cdb8", "#a4563a", "#6a5140"))
    shape = [
        (0.0, 0.0),
        (0.045, 0.0),
        (0.05, 0.006),
        (0.066, 0.06),
        (0.055, 0.125),
        (0.034, 0.165),
        (0.036, 0.19),
        (0.041, 0.2),
        (0.039, 0.202),
        (0.032, 0.185),
        (0.03, 0.16),
    ]
    green = material(
        "stem leaf", leaf("#9db86a", "#3d5c2a"), alphaMode="MASK", alphaCutoff=0.5, doubleSided=True
    )
    wood = material(
        "stem", {}, baseColorFactor=(0.09, 0.1, 0.04, 1), metallicFactor=0.0, roughnessFactor=0.7
    )
    dice = np.random.default_rng(12)
    stems, cards = [], []
    for number in range(7):
        lean, way = dice.uniform(0.1, 0.5), 2 * np.pi * (number + dice.uniform(0, 0.6)) / 7
        flat = np.array((np.cos(way), 0, np.sin(way)))
        line = smooth_line(
            np.array(
                [
                    (0, 0.1, 0),
                    0.02 * flat + (0, 0.2, 0),
                    0.3 * lean * flat + (0, 0.34, 0),
                    0.55 * lean * flat + (0, 0.40 + 0.12 * dice.uniform(), 0),
                ]
            ),
            24,
        )
        stems.append(tube(line, np.linspace(0.0022, 0.001, len(line)), wood, 6))
        for t in np.linspace(0.42, 1.0, 9):
            pose = trimesh.transformations.euler_matrix(
                dice.uniform(-1.2, 1.2), dice.uniform(0, 6.3), dice.uniform(-1.1, 1.1)
            )
            pose[:3, 3] = line[int(t * (len(line) - 1))]
            cards.append(leaf_card(0.055 * dice.uniform(0.7, 1.2), green).apply_transform(pose))
    return trimesh.Scene(
        {
            "jug": turned(shape, glazed, rows=32),
            "stems": trimesh.util.concatenate(stems),
            "leaves": trimesh.util.concatenate(cards),
        }
    )


def spoon() -> trimesh.Scene:
    """A silver spoon, 0.15 m along +x, bowl at the far end."""
    silver = material(
        "silver",
        {},
        baseColorFactor=(0.93, 0.9, 0.86, 1),
        metallicFactor=1.0,
        roughnessFactor=0.22,
        doubleSided=True,
    )
    t = np.linspace(0, 1, 48)[:, None]
    s = np.linspace(1, -1, 13)[None]
    bowl = np.clip((t - 0.66) / 0.34, 0, 1)
    half = np.where(
        t < 0.66,
        0.0032 + 0.004 * (1 - t / 0.66) ** 3,
        0.0032 + 0.0165 * np.sin(np.pi * bowl**0.9) ** 0.75,
    ) * np.sqrt(1.0001 - t**40)
    dip = -0.009 * np.sin(np.pi * bowl) * (1 - s * s)
    arch = 0.012 * np.sin(np.pi * np.clip(t / 0.8, 0, 1)) + 0.004 + 0.004 * (1 - s * s) * (t < 0.66)
    points = np.stack((0.15 * t + 0 * s, arch + dip + 0.006 * bowl, half * s), -1)
    return trimesh.Scene({"spoon": sheet(points[:, ::-1], silver)})


def tablecloth() -> trimesh.Scene:
    """Gingham, 2.0 x 1.6 m at y = 0, with soft creases and a hem that hangs 0.25 m at the back."""
    cloth = material("gingham", gingham(), doubleSided=True)
    columns, rows = 49, 41
    x = np.linspace(-1.0, 1.0, columns)[None]
    run = np.linspace(0.8, -1.05, rows)[:, None]  # along the cloth, front to back
    crease = 0.0014 * cloud(128, 77, 2.0)[:rows, :columns]
    z = np.maximum(run, -0.8)
    y = np.minimum(run + 0.8, 0.0) + crease
    points = np.stack((x + 0 * run, y, z + 0 * x), -1)
    return trimesh.Scene({"cloth": sheet(points, cloth, tile=(8.0, 7.4))})


def lemon_half() -> trimesh.Scene:
    """A lemon cut in two, the cut towards +y, standing on y = 0."""
    skin = material("lemon skin", peel("#f2d84e", "#d3ad22"))
    flesh = material(
        "lemon flesh",
        {},
        baseColorFactor=(0.85, 0.72, 0.22, 1),
        metallicFactor=0.0,
        roughnessFactor=0.25,
    )
    pith = material(
        "pith", {}, baseColorFactor=(0.85, 0.82, 0.65, 1), metallicFactor=0.0, roughnessFactor=0.6
    )
    shape = [(0, 0.0), (0.008, 0.002), (0.02, 0.014), (0.029, 0.042)]
    parts = {
        "skin": turned(shape, skin),
        "pith": edged([(0.029, 0.042), (0.026, 0.0425), (0.0, 0.0425)], pith),
    }
    for number in range(9):
        way = np.linspace(0.06, 0.64, 6) + 2 * np.pi * number / 9
        outer = np.stack((0.0245 * np.cos(way), 0 * way + 0.0428, -0.0245 * np.sin(way)), -1)
        inner = np.broadcast_to(
            (0.004 * np.cos(way.mean()), 0.0428, -0.004 * np.sin(way.mean())), outer.shape
        )
        parts[f"segment {number}"] = sheet(np.stack((outer, inner)), flesh)
    return trimesh.Scene(parts)
