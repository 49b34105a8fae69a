"""The ground of the scene miniature_city: one picture from above, and the mesh that carries it."""

import numpy as np
import trimesh
from PIL import Image, ImageDraw, ImageFilter
from trimesh.visual.texture import TextureVisuals

from assets.city import BLOCK_M, DEPTH_M
from assets.noise import cloud
from assets.pictures import color
from assets.shapes import material

WEST_M, NORTH_M = -170.0, -180.0  # the picture's left and upper edge: x, z
WIDE_M, DEEP_M = 300.0, 252.0
PX_PER_M = 6
SIZE_PX = int(WIDE_M * PX_PER_M), int(DEEP_M * PX_PER_M)
FINE = 2  # drawn so much larger, then averaged

PITCH_M = 60.0  # from street to street
ROAD_M, PAVED_M = 5.0, 8.0  # from the middle of a street to its kerb, and to the houses
RIVER_M = (-112.0, -76.0)
BLOCKS = [  # middles (x, z) of the blocks of houses
    *((30, z) for z in (-150, -90, -30, 30)),
    *((90, z) for z in (-150, -30, 30)),
    *((-30, z) for z in (-150, -90)),
    *((-142, z) for z in (-150, -90, 30)),
]
PARK, PLAZA, OFFICES, CHURCHYARD = (-30, 30), (-30, -30), (90, -90), (-142, -30)

ASPHALT, PAVING, KERB, PAINT = "#66666b", "#b8ad9d", "#d8d0c2", "#efece4"
GRASS, PATH, COURT, TRACK = "#7d9f4c", "#d3c19c", "#8fa062", "#8a8178"


def ground() -> Image.Image:
    """Streets, crossings, park and squares, darker along the houses; north is up, 6 px a metre."""
    picture = Image.new("RGB", tuple(side * FINE for side in SIZE_PX), PAVING)
    draw = ImageDraw.Draw(picture)
    _blocks(draw)
    _streets(draw)
    _park(draw)
    _squares(draw)
    picture = picture.resize(SIZE_PX, Image.Resampling.BOX)
    soft = 0.025 * cloud(SIZE_PX[0], 61, 2.8, 12)[: SIZE_PX[1]]  # patches; JPEG would pay for grain
    values = np.asarray(picture, float) / 255 * (1 + soft[..., None])
    return color(values * _nearness()[..., None])


def ground_mesh() -> trimesh.Scene:
    """Both banks and the bridge between them, at y = 0; the picture lies on it as on the plan."""
    look = material("plan", {}, metallicFactor=0.0, roughnessFactor=0.95)
    east, south = WEST_M + WIDE_M, NORTH_M + DEEP_M
    parts = [
        (WEST_M, RIVER_M[0], NORTH_M, south),
        (RIVER_M[1], east, NORTH_M, south),
        (*RIVER_M, -PAVED_M, PAVED_M),
    ]
    points, uv, triangles = [], [], []
    for number, (x0, x1, z0, z1) in enumerate(parts):
        for x, z in ((x0, z1), (x1, z1), (x1, z0), (x0, z0)):
            points.append((x, 0.0, z))
            uv.append(((x - WEST_M) / WIDE_M, 1 - (z - NORTH_M) / DEEP_M))
        triangles += [np.array(corner) + 4 * number for corner in ((0, 1, 2), (0, 2, 3))]
    mesh = trimesh.Trimesh(
        points, triangles, vertex_normals=[(0, 1, 0)] * len(points), process=False
    )
    mesh.visual = TextureVisuals(uv=np.array(uv), material=look)
    return trimesh.Scene({"ground": mesh})


def _px(*places: float) -> list[float]:
    """x0, z0, x1, z1, ... m, to px of the large picture, corners sorted by who calls."""
    origin = (WEST_M, NORTH_M)
    return [(m - origin[k % 2]) * PX_PER_M * FINE for k, m in enumerate(places)]


def _area(draw: ImageDraw.ImageDraw, x0, z0, x1, z1, fill: str) -> None:
    a, b, c, d = _px(min(x0, x1), min(z0, z1), max(x0, x1), max(z0, z1))
    draw.rectangle((a, b, c - 1, d - 1), fill=fill)


def _disc(draw: ImageDraw.ImageDraw, x, z, radius_x, radius_z, fill: str) -> None:
    draw.ellipse(_px(x - radius_x, z - radius_z, x + radius_x, z + radius_z), fill=fill)


def _blocks(draw: ImageDraw.ImageDraw) -> None:
    """Courts: grass with a path."""
    half = BLOCK_M / 2 - DEPTH_M
    for x, z in BLOCKS:
        _area(draw, x - half, z - half, x + half, z + half, COURT)
        _area(draw, x - half, z - 0.8, x + half, z + 0.8, PATH)


def _streets(draw: ImageDraw.ImageDraw) -> None:
    """Those along z first, then those along x over them, crossings last."""
    along_z, along_x = [-60.0, 0.0, 60.0, 120.0], [-120.0, -60.0, 0.0, 60.0]
    far = 400.0
    streets = [(x, True) for x in along_z] + [(z, False) for z in along_x]
    for middle, is_z in streets:
        _strip(draw, is_z, middle, (-far, far), ROAD_M + 0.3, KERB)
    for middle, is_z in streets:
        _strip(draw, is_z, middle, (-far, far), ROAD_M, ASPHALT)
    for z in (-1.75, 1.75):  # tram
        _strip(draw, False, z, (-far, far), 1.15, TRACK)
        for rail in (-0.72, 0.72):
            _strip(draw, False, z + rail, (-far, far), 0.13, "#4a4642")
    for middle, is_z in streets:
        if (middle, is_z) != (0.0, False):
            for at in np.arange(-200, 200, 6.0):
                if abs((at + 30) % PITCH_M - 30) > 14:
                    _strip(draw, is_z, middle, (at, at + 3.0), 0.16, PAINT)
    for x in along_z:
        for z in along_x:
            _crossing(draw, x, z)


def _strip(draw, is_z: bool, middle: float, ends, half: float, fill: str) -> None:
    """A band along z, or along x."""
    (a, b), low, high = ends, middle - half, middle + half
    _area(draw, *((low, a, high, b) if is_z else (a, low, b, high)), fill)


def _crossing(draw: ImageDraw.ImageDraw, x: float, z: float) -> None:
    """Zebra stripes and stop lines before all four ends."""
    for side in (-1, 1):
        for at in np.arange(-ROAD_M + 0.6, ROAD_M - 0.4, 1.1):
            _area(draw, x + at, z + side * 6.2, x + at + 0.55, z + side * 9.4, PAINT)
            _area(draw, x + side * 6.2, z + at, x + side * 9.4, z + at + 0.55, PAINT)
        _area(draw, x, z + side * 10.6, x - side * -ROAD_M, z + side * 11.1, PAINT)
        _area(draw, x + side * 10.6, z, x + side * 11.1, z - side * ROAD_M, PAINT)


def _park(draw: ImageDraw.ImageDraw) -> None:
    """A lawn with paths to its corners and round a pond."""
    x, z = PARK
    half = BLOCK_M / 2
    _area(draw, x - half, z - half, x + half, z + half, GRASS)
    width = int(2.4 * PX_PER_M * FINE)
    for dx, dz in ((1, 1), (1, -1)):
        ends = _px(x - dx * half, z - dz * half, x + dx * half, z + dz * half)
        draw.line(ends, fill=PATH, width=width)
    _disc(draw, x, z, 13.0, 10.5, PATH)
    _disc(draw, x, z, 10.6, 8.1, "#8fae58")
    for dx, dz, tint in (
        (-14, 0, "#c9506a"),
        (14, 0, "#dba436"),
        (0, -15, "#e0d7f0"),
        (0, 15, "#c9506a"),
    ):
        _disc(draw, x + dx, z + dz, 2.6, 2.0, "#55753a")
        _disc(draw, x + dx, z + dz, 2.1, 1.5, tint)


def _squares(draw: ImageDraw.ImageDraw) -> None:
    """Flags of two tones before the town hall; lawns by the offices and round the church."""
    x, z = PLAZA
    half = BLOCK_M / 2
    _area(draw, x - half, z - half, x + half, z + half, "#cdbfa6")
    for i in range(11):
        for j in range(11):
            if (i + j) % 2:
                a, b = x - half + 4 * i, z - half + 4 * j
                _area(draw, a, b, a + 4, b + 4, "#bfae92")
    _disc(draw, x, z + 12, 6.4, 6.4, "#a8967a")
    x, z = OFFICES
    _area(draw, x - half, z - half, x + half, z + half, "#b9b5ac")
    _area(draw, x - half, z + 4, x + half, z + half, GRASS)
    for at in range(8):
        _area(draw, x - 20 + 5 * at, z - 20, x - 19.7 + 5 * at, z - 14, PAINT)
    x, z = CHURCHYARD
    _area(draw, x - half, z - half, x + half, z + half, GRASS)
    _area(draw, x - half, z - 9.5, x + half, z + 5.5, PATH)


def _nearness() -> np.ndarray:
    """A factor for the light from the sky, [H, W]: less of it close to walls."""
    mask = Image.new("L", SIZE_PX, 0)
    draw = ImageDraw.Draw(mask)
    half = BLOCK_M / 2
    for x, z in BLOCKS:
        corners = _px(x - half, z - half, x + half, z + half)
        draw.rectangle([at / FINE for at in corners], fill=255)
        inner = half - DEPTH_M
        corners = _px(x - inner, z - inner, x + inner, z + inner)
        draw.rectangle([at / FINE for at in corners], fill=70)
    soft = mask.filter(ImageFilter.GaussianBlur(2.4 * PX_PER_M))
    return 1 - 0.5 * np.asarray(soft, float) / 255
