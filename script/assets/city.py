"""Models of the scene miniature_city, of their real sizes. x east, z south; fronts face +z."""

from dataclasses import dataclass

import numpy as np
import trimesh

from assets.painted import EVERY, Painted, lump, pole, turned_about_y

BLOCK_M = 44.0  # a side of a block of houses
DEPTH_M = 11.0  # of a house
STOREY_M = 3.2

WALLS = ("#e8d9b8", "#d4a878", "#c4806e", "#b9c6cf", "#e0c884", "#a3604f", "#f0e6d8", "#c4d0b0")
TILES = ("#ab6550", "#9a5846", "#b5765e", "#84503f")
SLATE = ("#59636f", "#6b7077", "#4d5560")
GLASS, FRAME, GRAVEL, CHIMNEY, COPPER = "#41525f", "#f4efe4", "#a9a59b", "#8d5a48", "#6fa48e"
AWNINGS = ("#b8322c", "#2f7f8c", "#dba436", "#3f7a4a", "#f0e6d8")


@dataclass(frozen=True)
class House:
    """What one house is like."""

    width: float
    storeys: int
    wall: str
    roof: str  # gable, front, flat, mansard or hip
    cover: str  # colour of the roof
    awning: str | None = None
    corner: bool = False  # whether its left side faces a street too

    @property
    def height(self) -> float:
        """Of the eaves."""
        return self.storeys * STOREY_M + 0.8


def block_a() -> trimesh.Scene:
    """Houses round a court: tiles, most of three storeys."""
    return _block(seed=2, lowest=2, highest=4, flat=0.1)


def block_b() -> trimesh.Scene:
    """Houses round a court: taller, slate and flat roofs among them."""
    return _block(seed=14, lowest=3, highest=5, flat=0.35)


def block_c() -> trimesh.Scene:
    """Houses round a court: low ones."""
    return _block(seed=33, lowest=2, highest=3, flat=0.15)


def hall() -> trimesh.Scene:
    """A town hall of 34 m with a clock tower, steps before it."""
    place, wall, trim = Painted(), "#e9cfa0", "#f6eedd"
    body = House(34.0, 3, wall, "gable", TILES[1])
    place.add(_house(body, np.random.default_rng(1)), turned_about_y(0, (-17, 0, -2)))
    place.add(
        _house(House(11.0, 4, trim, "front", TILES[1]), np.random.default_rng(2)),
        turned_about_y(0, (-5.5, 0, 0)),
    )
    for step in range(3):
        place.box((-6 - step, 0, 0), (6 + step, 0.75 - 0.25 * step, 1.5 + step), "#cfc8ba")
    tower = Painted()
    tower.box((-3.6, 0, -3.6), (3.6, 27, 3.6), wall, "left right back front")
    tower.box((-4.1, 26.2, -4.1), (4.1, 27.2, 4.1), trim, EVERY)
    for turn in range(4):
        side = Painted()
        _panes(side, -2.6, 2.6, (14.0, 17.0), 2, 3.65)
        angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        for radius, z, color in ((1.9, 3.66, "#2f3a4a"), (1.6, 3.74, "#fbf7ea")):
            ring = [(radius * np.cos(a), 23 + radius * np.sin(a), z) for a in angle]
            side.face(ring, color)
        side.box((-0.14, 22.9, 3.6), (0.14, 24.3, 3.82), "#2f3a4a", "left right top bottom front")
        side.box((-0.1, 22.86, 3.6), (1.0, 23.14, 3.82), "#2f3a4a", "left right top bottom front")
        tower.add(side, turned_about_y(90 * turn))
    _pyramid(tower, 4.1, 27.2, 36.0, COPPER)
    place.add(tower, turned_about_y(0, (0, 0, -8)))
    return place.scene()


def church() -> trimesh.Scene:
    """A church 30 m long along x, its spire at -x."""
    place, stone = Painted(), "#d8cdb8"
    nave = House(22.0, 3, stone, "gable", SLATE[0])
    place.box((-11, 0, -5.5), (11, nave.height, 5.5), stone, "left right back front")
    _gable(place, nave, shift=(-11.0, 5.5))
    for turn in (0, 180):
        side = Painted()
        _panes(side, -9.5, 9.5, (2.5, 8.0), 6, 5.56, frame="#b9ac94")
        place.add(side, turned_about_y(turn))
    tower = Painted()
    tower.box((-3.2, 0, -3.2), (3.2, 20, 3.2), stone, "left right back front")
    for turn in range(4):
        side = Painted()
        _panes(side, -1.6, 1.6, (14.5, 18.5), 2, 3.25, frame="#b9ac94")
        tower.add(side, turned_about_y(90 * turn))
    _pyramid(tower, 3.6, 20.0, 38.0, SLATE[0])
    place.add(tower, turned_about_y(0, (-14, 0, 0)))
    return place.scene()


def office(storeys: int = 11) -> trimesh.Scene:
    """A slab of 20 x 14 m with bands of windows, machines on its roof."""
    place, height = Painted(), storeys * 3.4 + 1.2
    place.box((-10, 0, -7), (10, height, 7), "#dcd8cf", "left right back front")
    for storey in range(storeys):
        y = 1.3 + 3.4 * storey
        for turn, half, out in (
            (0, 9.4, 7.08),
            (180, 9.4, 7.08),
            (90, 6.4, 10.08),
            (270, 6.4, 10.08),
        ):
            side = Painted()
            side.face(
                [(-half, y, out), (half, y, out), (half, y + 1.9, out), (-half, y + 1.9, out)],
                "#5d7f93",
            )
            for x in (-half / 3, half / 3):
                side.face(
                    [
                        (x - 0.15, y, out + 0.06),
                        (x + 0.15, y, out + 0.06),
                        (x + 0.15, y + 1.9, out + 0.06),
                        (x - 0.15, y + 1.9, out + 0.06),
                    ],
                    "#c4c0b6",
                )
            place.add(side, turned_about_y(turn))
    _flat_roof(place, (-10, 10), (-7, 7), height, "#dcd8cf")
    place.box((-6, height, -4), (0, height + 2.6, 2), "#b4b0a6")
    for x in (3, 6):
        place.box((x, height, -3), (x + 2, height + 1.4, 0), "#8b9094")
    return place.scene()


def bridge(length: float = 40.0, half: float = 8.0) -> trimesh.Scene:
    """A stone bridge along x: sides, parapets, piers; its road is part of the ground, at y = 0."""
    place, stone = Painted(), "#c9bda6"
    for z in (-half, half - 0.5):
        place.box((-length / 2, -0.9, z), (length / 2, 0.9, z + 0.5), stone, EVERY)
    for x in (-length / 6, length / 6):
        place.box((x - 1.6, -4.5, -half), (x + 1.6, -0.1, half), stone, "left right back front")
        for z in (-half, half):
            place.box((x - 1.0, -4.5, z - 1.0), (x + 1.0, 1.4, z + 1.0), stone)
    return place.scene()


def quay(length: float = 172.0) -> trimesh.Scene:
    """A wall along z that faces +x, its top at y = 0, with a low parapet."""
    wall = Painted()
    half = length / 2
    wall.face([(0, -4.5, half), (0, -4.5, -half), (0, 0, -half), (0, 0, half)], "#a89b86")
    wall.box((-0.5, -0.6, -half), (0.15, 0.7, half), "#c9bda6", EVERY)
    return wall.scene()


def car() -> trimesh.Scene:
    """A car 4.3 m long along x; a copy's colour is that of its body."""
    auto, white, dark = Painted(), "#ffffff", "#1d1f22"
    auto.box((-2.15, 0.35, -0.9), (2.15, 0.95, 0.9), white)
    low = [(-1.75, -0.82), (1.05, -0.82), (1.05, 0.82), (-1.75, 0.82)]
    high = [(-1.25, -0.68), (0.45, -0.68), (0.45, 0.68), (-1.25, 0.68)]
    for k in range(4):
        (x0, z0), (x1, z1), (x2, z2), (x3, z3) = low[k - 1], low[k], high[k], high[k - 1]
        auto.face([(x0, 0.95, z0), (x3, 1.48, z3), (x2, 1.48, z2), (x1, 0.95, z1)], "#39444d")
    auto.face([(x, 1.48, z) for x, z in high[::-1]], white)
    for x in (-1.75, 0.95):
        auto.box((x, 0.0, -0.93), (x + 0.75, 0.62, 0.93), dark, "left right back front")
    return auto.scene()


def bus() -> trimesh.Scene:
    """A bus 11 m long along x; a copy's colour is that of its body."""
    return _coach(11.0, 2.5, 3.1, "#ffffff", "#f2f2f2").scene()


def tram() -> trimesh.Scene:
    """A tram of three cars along x, 29 m in all."""
    train = Painted()
    for x in (-9.8, 0.0, 9.8):
        train.add(_coach(9.3, 2.4, 3.3, "#b8322c", "#f0e6d0"), turned_about_y(0, (x, 0, 0)))
    for x in (-4.9, 4.9):
        train.box((x - 0.3, 0.6, -1.0), (x + 0.3, 2.9, 1.0), "#2c2c30")
    train.box((-0.9, 3.3, -0.7), (0.9, 3.8, 0.7), "#77777a")
    return train.scene()


def boat() -> trimesh.Scene:
    """A river boat 18 m long along z, its water line at y = 0."""
    ship = Painted()
    side = [(-2.2, -9), (2.2, -9), (2.2, 5), (0.0, 9.5), (-2.2, 5)]
    for (x0, z0), (x1, z1) in zip(side, side[1:] + side[:1], strict=True):
        ship.face([(x0, -0.5, z0), (x0, 1.3, z0), (x1, 1.3, z1), (x1, -0.5, z1)], "#27486b")
    ship.face([(x, 1.3, z) for x, z in side[::-1]], "#c9a878")
    ship.box((-1.6, 1.3, -7.5), (1.6, 3.4, 2.5), "#f4efe4")
    for x0, side_x in ((1.66, 1), (-1.66, -1)):
        for z in np.arange(-7.0, 2.0, 1.6):
            pane = [(x0, 2.1, z + 1.1), (x0, 2.1, z), (x0, 2.9, z), (x0, 2.9, z + 1.1)]
            ship.face(pane[::side_x], GLASS)
    ship.box((-1.0, 3.4, -1.0), (1.0, 4.8, 1.5), "#b8322c", top="#f4efe4")
    return ship.scene()


def person() -> trimesh.Scene:
    """Someone, 1.75 m high; a copy's colour is that of the clothes."""
    body = Painted()
    for low, high, y0, y1, color in (
        (0.17, 0.15, 0.0, 0.85, "#4a4a55"),
        (0.19, 0.27, 0.85, 1.45, "#ffffff"),
    ):
        for k in range(5):
            a, b = 2 * np.pi * k / 5, 2 * np.pi * (k + 1) / 5
            ring = [(low, a, y0), (low, b, y0), (high, b, y1), (high, a, y1)]
            body.face([(r * np.sin(t), y, r * np.cos(t)) for r, t, y in ring], color)
    body.box((-0.24, 1.4, -0.17), (0.24, 1.47, 0.17), "#ffffff", "top")
    body.box((-0.13, 1.45, -0.13), (0.13, 1.75, 0.13), "#d8b49a", top="#5a4030")
    return body.scene()


def street_tree(seed: int = 12) -> trimesh.Scene:
    """A tree 6.5 m high in few triangles; a copy's colour is that of its leaves."""
    plant = Painted()
    pole(plant, (0, 0, 0), (0, 2.6, 0), 0.2, "#6e5c50", around=5)
    plant.smooth(*lump(seed, (1.9, 2.2, 1.9), (0, 4.3, 0), rough=0.2), "#e8e8e8")
    return plant.scene()


def parasol() -> trimesh.Scene:
    """A square parasol of 3 m on its pole."""
    shade = Painted()
    pole(shade, (0, 0, 0), (0, 2.4, 0), 0.09, "#8a7a66", around=5)
    _pyramid(shade, 1.5, 2.3, 3.0, "#ffffff")
    return shade.scene()


def _block(seed: int, lowest: int, highest: int, flat: float) -> trimesh.Scene:
    """Four rows round a court, the first house of each at a corner."""
    dice, block = np.random.default_rng(seed), Painted()
    for side in range(4):
        row, x = Painted(), -BLOCK_M / 2
        for place, width in enumerate(_widths(dice)):
            house = _some_house(dice, width, (lowest, highest), flat, corner=place == 0)
            row.add(_house(house, dice), turned_about_y(0, (x, 0, BLOCK_M / 2)))
            x += width
        block.add(row, turned_about_y(90 * side))
    for _ in range(3):  # sheds in the court
        x, z = dice.uniform(-6, 3, 2)
        block.box((x, 0, z), (x + 4, 2.6, z + 3), "#b9ac94", top=TILES[dice.integers(4)])
    return block.scene()


def _widths(dice) -> list[float]:
    """Fronts of one row, the corner's first; another row's corner takes the rest of the side."""
    cuts = np.array([1.0, dice.uniform(0.8, 1.25), dice.uniform(0.8, 1.25)][: dice.integers(2, 4)])
    return [DEPTH_M, *(cuts / cuts.sum() * (BLOCK_M - 2 * DEPTH_M))]


def _some_house(dice, width: float, storeys: tuple[int, int], flat: float, corner: bool) -> House:
    roof = (
        "flat"
        if dice.uniform() < flat
        else ("gable", "mansard", "gable", "front")[dice.integers(4)]
    )
    if corner:
        roof = "flat" if dice.uniform() < flat else ("hip", "mansard")[dice.integers(2)]
    cover = (
        SLATE[dice.integers(3)]
        if roof == "mansard" or dice.uniform() < 0.2
        else TILES[dice.integers(4)]
    )
    count = int(dice.integers(storeys[0], storeys[1] + 1))
    awning = AWNINGS[dice.integers(5)] if dice.uniform() < 0.6 else None
    return House(width, count, WALLS[dice.integers(8)], roof, cover, awning, corner)


def _house(house: House, dice) -> Painted:
    """From x = 0 to its width, its front at z = 0, its back at -DEPTH_M."""
    made, width, height = Painted(), house.width, house.height
    made.box((0, 0, -DEPTH_M), (width, height, 0), house.wall, "left right back front")
    count = max(2, round(width / 2.6))
    for storey in range(house.storeys):
        y = 0.9 + STOREY_M * storey
        if storey == 0 and house.awning:
            _shop(made, width, house.awning)
        else:
            _panes(made, 0.5, width - 0.5, (y, y + 1.75), count, 0.05)
        back = Painted()
        _panes(back, 0.5 - width, -0.5, (y, y + 1.6), count - 1, DEPTH_M + 0.05, frame=None)
        made.add(back, turned_about_y(180))
        if house.corner:
            side = Painted()
            _panes(side, -DEPTH_M + 0.5, -0.5, (y, y + 1.75), 4, 0.05)
            made.add(side, turned_about_y(-90))
    ROOFS[house.roof](made, house)
    if house.roof != "flat":
        for _ in range(dice.integers(1, 3)):
            x = dice.uniform(0.15, 0.85) * width
            z = -DEPTH_M * dice.uniform(0.35, 0.65)
            made.box(
                (x - 0.45, height, z - 0.4),
                (x + 0.45, height + 5.4, z + 0.4),
                CHIMNEY,
                top="#3c3835",
            )
    else:
        x, z = dice.uniform(1, width - 4), dice.uniform(-9, -4)
        made.box((x, height, z), (x + 2.6, height + 2.2, z + 2.4), "#bdb7aa")
        x, z = dice.uniform(1, width - 3), dice.uniform(-10, -3)
        made.box((x, height, z), (x + 1.4, height + 0.9, z + 1.4), "#8b9094")
    return made


def _panes(
    painted: Painted, x0, x1, heights, count: int, z: float, frame: str | None = FRAME
) -> None:
    """A row of windows in the plane z, each before its frame."""
    y0, y1 = heights
    step = (x1 - x0) / count
    for number in range(count):
        x, half = x0 + step * (number + 0.5), min(0.62, 0.34 * step)
        if frame:
            edge = 0.16
            painted.face(
                _rectangle(x - half - edge, x + half + edge, y0 - edge, y1 + edge, z), frame
            )
        painted.face(_rectangle(x - half, x + half, y0, y1, z + (0.06 if frame else 0)), GLASS)


def _shop(painted: Painted, width: float, color: str) -> None:
    """A wide window with an awning over it."""
    painted.face(_rectangle(0.6, width - 0.6, 0.4, 2.6, 0.06), "#33404a")
    low, high = 2.5, 3.3
    a, b = 0.4, width - 0.4
    painted.face([(a, low, 1.5), (b, low, 1.5), (b, high, 0.05), (a, high, 0.05)], color)
    painted.face(
        [(a, low - 0.3, 1.5), (b, low - 0.3, 1.5), (b, low, 1.5), (a, low, 1.5)], "#f4efe4"
    )


def _gable(painted: Painted, house: House, shift=(0.0, 0.0)) -> None:
    """A ridge along the street."""
    (dx, dz), eave, rise = shift, 0.5, 0.40 * DEPTH_M
    x0, x1, y, ridge = dx, dx + house.width, house.height, house.height + rise
    low = y - eave * rise / (DEPTH_M / 2)
    mid = dz - DEPTH_M / 2
    front, back = dz + eave, dz - DEPTH_M - eave
    painted.face(
        [(x0, low, front), (x1, low, front), (x1, ridge, mid), (x0, ridge, mid)], house.cover
    )
    painted.face(
        [(x1, low, back), (x0, low, back), (x0, ridge, mid), (x1, ridge, mid)], house.cover
    )
    painted.face([(x0, y, dz - DEPTH_M), (x0, y, dz), (x0, ridge, mid)], house.wall)
    painted.face([(x1, y, dz), (x1, y, dz - DEPTH_M), (x1, ridge, mid)], house.wall)
    if house.width > 8.5 and house.width < 20:
        for x in (dx + 0.3 * house.width, dx + 0.7 * house.width):
            _dormer(painted, x, y + 0.5, dz - 1.0, house)


def _dormer(painted: Painted, x: float, y: float, z: float, house: House) -> None:
    painted.box((x - 0.9, y, z - 3.0), (x + 0.9, y + 1.9, z), house.wall, "left right front")
    painted.face(_rectangle(x - 0.55, x + 0.55, y + 0.35, y + 1.55, z + 0.05), GLASS)
    top = [(x - 1.1, y + 1.8, z + 0.3), (x + 1.1, y + 1.8, z + 0.3)]
    painted.face([*top, (x + 1.1, y + 2.3, z - 4), (x - 1.1, y + 2.3, z - 4)], house.cover)


def _front(painted: Painted, house: House) -> None:
    """A ridge away from the street: its gable is part of the front."""
    w, y = house.width, house.height
    ridge = y + 0.5 * w
    for x0, x1 in ((0, w / 2), (w / 2, w)):
        y0, y1 = (y, ridge) if x0 == 0 else (ridge, y)
        painted.face(
            [(x0, y0, 0.3), (x1, y1, 0.3), (x1, y1, -DEPTH_M - 0.3), (x0, y0, -DEPTH_M - 0.3)],
            house.cover,
        )
    painted.face([(0, y, 0), (w, y, 0), (w / 2, ridge, 0)], house.wall)
    painted.face([(w, y, -DEPTH_M), (0, y, -DEPTH_M), (w / 2, ridge, -DEPTH_M)], house.wall)
    _panes(painted, w / 2 - 1.0, w / 2 + 1.0, (y + 0.4, y + 2.0), 1, 0.05)


def _flat(painted: Painted, house: House) -> None:
    _flat_roof(painted, (0, house.width), (-DEPTH_M, 0), house.height, house.wall)


def _flat_roof(painted: Painted, across, along, y: float, wall: str) -> None:
    """Gravel behind a parapet, 0.35 m thick and 0.8 m high."""
    (x0, x1), (z0, z1), t, top = across, along, 0.35, y + 0.8
    painted.face([(x0, y, z1), (x1, y, z1), (x1, y, z0), (x0, y, z0)], GRAVEL)
    for low, high in (
        ((x0, z1 - t), (x1, z1)),
        ((x0, z0), (x1, z0 + t)),
        ((x0, z0 + t), (x0 + t, z1 - t)),
        ((x1 - t, z0 + t), (x1, z1 - t)),
    ):
        painted.box((low[0], y, low[1]), (high[0], top, high[1]), wall, top=FRAME)


def _mansard(painted: Painted, house: House) -> None:
    """A steep storey under a nearly flat top, with windows in it."""
    w, y, inset, rise = house.width, house.height, 1.2, 2.9
    low = [(0, 0), (w, 0), (w, -DEPTH_M), (0, -DEPTH_M)]
    high = [
        (inset, -inset),
        (w - inset, -inset),
        (w - inset, inset - DEPTH_M),
        (inset, inset - DEPTH_M),
    ]
    for k in range(4):
        (x0, z0), (x1, z1), (x2, z2), (x3, z3) = low[k - 1], low[k], high[k], high[k - 1]
        painted.face(
            [(x0, y, z0), (x1, y, z1), (x2, y + rise, z2), (x3, y + rise, z3)], house.cover
        )
    painted.face([(x, y + rise, z) for x, z in high], "#8f8d88")
    painted.box(
        (-0.15, y - 0.3, -DEPTH_M - 0.15),
        (w + 0.15, y + 0.1, 0.25),
        FRAME,
        "left right top back front",
    )
    count = max(1, round(w / 3.4))
    for number in range(count):
        x = inset + (w - 2 * inset) * (number + 0.5) / count
        painted.box(
            (x - 0.75, y + 0.3, -1.6), (x + 0.75, y + 2.3, -0.1), FRAME, "left right top front"
        )
        painted.face(_rectangle(x - 0.5, x + 0.5, y + 0.6, y + 2.0, -0.04), GLASS)


def _hip(painted: Painted, house: House) -> None:
    roof = Painted()
    _pyramid(roof, house.width / 2 + 0.4, house.height - 0.1, house.height + 5.0, house.cover)
    painted.add(roof, turned_about_y(0, (house.width / 2, 0, -DEPTH_M / 2)))


def _pyramid(painted: Painted, half: float, low: float, high: float, color: str) -> None:
    corners = [(-half, low, half), (half, low, half), (half, low, -half), (-half, low, -half)]
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        painted.face([a, b, (0, high, 0)], color)


def _coach(length: float, width: float, height: float, body: str, roof: str) -> Painted:
    """A vehicle like a box, with a band of windows all round."""
    coach, x, z = Painted(), length / 2, width / 2
    coach.box((-x, 0.35, -z), (x, height, z), body, top=roof)
    for turn, half, out in ((0, x, z), (180, x, z), (90, z, x), (270, z, x)):
        side = Painted()
        count = max(1, round(half / 0.9))
        step = 2 * (half - 0.2) / count
        for number in range(count):
            a = -half + 0.2 + step * number
            side.face(_rectangle(a + 0.12, a + step - 0.12, 1.5, 2.6, out + 0.05), GLASS)
        coach.add(side, turned_about_y(turn))
    for at in (-0.62 * x, 0.62 * x):
        coach.box(
            (at - 0.7, 0, -z + 0.1), (at + 0.7, 0.5, z - 0.1), "#1d1f22", "left right back front"
        )
    return coach


def _rectangle(x0: float, x1: float, y0: float, y1: float, z: float):
    """Faces +z."""
    return [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)]


ROOFS = {"gable": _gable, "front": _front, "flat": _flat, "mansard": _mansard, "hip": _hip}
