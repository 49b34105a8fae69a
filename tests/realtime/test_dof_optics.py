"""The aperture through pixels: what the foreground leaves of it, the rim of the lens, its frame.

light behind . .                 Ray by ray, as a thin lens has it: through the point a of the
                 ` .  | a        aperture (in radii, +y down) a pixel p sees p - c·a of what is
       p ---- focus ` |          behind, if p + f·a of the foreground lets the ray pass (c, f:
                 . '  | lens     CoC radii of both). The sum over all a is the picture.
foreground   . '
"""

import dataclasses
import math

import numpy as np
import pytest
from banks import disc_bank, sunflower
from dof import FOCUS_M, GLYPH, SIZE, blur, glyph_bank, lens_with_coc, point_bank, point_light
from images import bilinear

from realtime.blur.settings import DepthOfFieldSettings
from realtime.scene.lens import Lens

pytestmark = pytest.mark.gl

ROWS, COLUMNS = 83, 112
BEHIND_PX, FRONT_PX = 14.0, 10.0
FAR_M = 8.0
Y, X = np.mgrid[0:ROWS, 0:COLUMNS]
LENS = lens_with_coc(BEHIND_PX, FAR_M, ROWS)
_SCALE, _OFFSET = LENS.coc_coefficients[1] * ROWS, LENS.coc_coefficients[0] * ROWS
NEAR_M = _SCALE / (_OFFSET + FRONT_PX)
LIGHT = (47, 39)  # row, column: not in the middle of anything

KERNELS = {  # bank, kernel
    "points": (point_bank(sunflower(160), BEHIND_PX), None),
    "cascade": (disc_bank(BEHIND_PX), None),
    "dense": (disc_bank(BEHIND_PX), "dense"),
}


# Foregrounds: whether one is at (x, y), counted from the light; its edge passes some px from it.
def slanted(x, y):
    return 0.8 * x + 0.6 * y > 7


def steep(x, y):
    return -0.28 * x + 0.96 * y > 4


def corner(x, y):
    return (0.96 * x - 0.28 * y > 5) & (0.28 * x + 0.96 * y > -6)


FOREGROUNDS = {f.__name__: f for f in (slanted, steep, corner)}


def traced(behind: np.ndarray, is_front, front_light, points: np.ndarray) -> np.ndarray:
    """What the aperture's points [N, 2] see, averaged: [H, W, 3]."""
    total = np.zeros(behind.shape)
    for ax, ay in points:
        seen = bilinear(behind, Y - BEHIND_PX * ay, X - BEHIND_PX * ax)
        x, y = X + FRONT_PX * ax - LIGHT[1], Y + FRONT_PX * ay - LIGHT[0]
        total += np.where(is_front(x, y)[..., None], front_light, seen)
    return total / len(points)


def lamp() -> np.ndarray:
    """A small soft light, in the dark."""
    away = (Y - LIGHT[0]) ** 2 + (X - LIGHT[1]) ** 2
    return (400 * np.exp(-away / (2 * 1.5**2)))[..., None] * np.array((1.0, 0.6, 0.3))


def wall() -> np.ndarray:
    """A bright wall with nothing even about it, and the lamp."""
    waves = 3 + 2 * np.sin(0.19 * X + 0.07 * Y) + np.cos(0.05 * X - 0.23 * Y)
    return waves[..., None] * np.array((0.5, 1.0, 1.3)) + lamp()


def rendered(ctx, behind, is_front, kernel, settings, front_light=0.0) -> np.ndarray:
    """The pinhole's picture of both, and what the foreground hides, through the lens."""
    covered = is_front(X - LIGHT[1], Y - LIGHT[0])
    image = np.where(covered[..., None], front_light, behind).astype("f4")
    distance = np.where(covered, NEAR_M, FAR_M)
    hidden = behind.astype("f4"), np.full(behind.shape[:2], FAR_M)
    return blur(ctx, image, distance, LENS, *kernel, settings, hidden=hidden)[..., :3]


def off(got: np.ndarray, want: np.ndarray) -> float:
    """Error against what is there, root mean square."""
    return float(np.sqrt(((got - want) ** 2).sum() / (want**2).sum()))


SETTINGS = {
    "2": DepthOfFieldSettings(2, 1, precision="float"),
    "8": DepthOfFieldSettings(8, 1),
    "5, half size": DepthOfFieldSettings(5, 2),
}


SCENES = {  # what is behind, and the light of what is in front
    "lamp": (lamp(), 0.0),
    "wall": (wall(), np.array((0.3, 0.1, 0.05))),
}
# Error that is allowed: of the lamp, and of the wall, where most is not near any edge. A cascade is
# an approximation: the disc of 36 taps alone is off by 0.2.
LIMITS = [
    *((name, "points", "2", 0.07, 0.035) for name in FOREGROUNDS),
    *((name, "points", "8", 0.08, 0.055) for name in FOREGROUNDS),
    *((name, "points", "5, half size", 0.15, 0.075) for name in FOREGROUNDS),
    ("slanted", "cascade", "2", 0.24, 0.115),
    ("slanted", "cascade", "5, half size", 0.25, 0.13),
    ("steep", "dense", "2", 0.06, 0.03),
]


@pytest.mark.parametrize(("foreground", "kernel", "settings", "lamp_off", "wall_off"), LIMITS)
def test_light_behind_is_cut_by_the_foreground(
    ctx, foreground, kernel, settings, lamp_off, wall_off
):
    """By its sharp edge, on its side; without the veil there is a soft grey edge instead."""
    is_front, settings = FOREGROUNDS[foreground], SETTINGS[settings]
    points = sunflower(160 if kernel == "points" else 250)
    unveiled = dataclasses.replace(settings, veil=False)
    for (behind, front_light), limit in zip(SCENES.values(), (lamp_off, wall_off), strict=True):
        want = traced(behind, is_front, front_light, points)
        got, without = (
            rendered(ctx, behind, is_front, KERNELS[kernel], parts, front_light)
            for parts in (settings, unveiled)
        )
        assert off(got, want) < limit
        assert off(without, want) > 1.15 * limit, "it would not show if the veil were missing"


@pytest.mark.parametrize("slices", ["2", "8"])
def test_the_cut_is_as_sharp_and_where_the_ray_meets_the_edge(ctx, slices):
    """Of a disc around the light, which is BEHIND / (BEHIND + FRONT) of the way to the edge."""
    got = rendered(ctx, lamp(), slanted, KERNELS["points"], SETTINGS[slices])[..., 0]
    x, y = X - LIGHT[1], Y - LIGHT[0]
    past = 0.8 * x + 0.6 * y - 7 * BEHIND_PX / (BEHIND_PX + FRONT_PX)  # px, along its normal
    inside = np.hypot(x, y) < BEHIND_PX - 3
    lit = got[inside & (past < -3)].mean()
    before, after = (
        got[inside & (lo < past) & (past < hi)].mean() for lo, hi in ((-4, -2), (2, 4))
    )
    assert before > 0.8 * lit and after < 0.1 * lit


# Cat's eye


def seen_through_the_rim(light, coc_px, lens: Lens, points: np.ndarray) -> np.ndarray:
    """[H, W, 3] at one CoC, each pixel divided by what the two circles leave of the aperture."""
    half_diagonal = math.hypot(ROWS, COLUMNS) / 2
    place = np.stack((X - (COLUMNS - 1) / 2, Y - (ROWS - 1) / 2), -1) / half_diagonal
    turn = math.radians(lens.rotation_deg)  # counter-clockwise as seen, with +y down
    right, down = (math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))
    middle = -lens.cat_eye * np.stack((place @ right, place @ down), -1)
    total, open_ = np.zeros(light.shape), np.zeros((ROWS, COLUMNS))
    for ax, ay in points:
        passes = np.hypot(ax - middle[..., 0], ay - middle[..., 1]) <= 1
        dx, dy = (lens.squeeze * ax * right[i] + ay * down[i] for i in (0, 1))
        total += passes[..., None] * bilinear(light, Y - coc_px * dy, X - coc_px * dx)
        open_ += passes
    return total / np.maximum(open_, 1)[..., None]


def lamp_at(row: int, column: int) -> np.ndarray:
    return np.roll(lamp(), (row - LIGHT[0], column - LIGHT[1]), (0, 1)).astype("f4")


def distance_of(coc_px: float) -> np.ndarray:
    return np.full((ROWS, COLUMNS), _SCALE / (_OFFSET - coc_px))


def moved_outwards(picture: np.ndarray, row: int, column: int) -> float:
    """How far the middle of a light's disc has gone from its place, away from the picture's, px."""
    y, x = row - (ROWS - 1) / 2, column - (COLUMNS - 1) / 2
    along = ((Y - row) * y + (X - column) * x) / max(math.hypot(y, x), 1)
    return float((picture[..., 0] * along).sum() / picture[..., 0].sum())


PLACES = {"upper right": (19, 91), "lower left": (66, 23), "left": (39, 20), "middle": (41, 55)}
FRAMES = {"round": {}, "anamorphic": {"squeeze": 0.6, "rotation_deg": 35.0}}
RIM_LIMITS = {"points": 0.11, "cascade": 0.26, "dense": 0.08}  # a tap's share of the rim is soft


RIMS = [
    *((place, "points", frame) for place in PLACES for frame in FRAMES),
    *((place, "cascade", "round") for place in ("upper right", "lower left", "middle")),
    *((place, "dense", "anamorphic") for place in ("lower left", "left")),
]


@pytest.mark.parametrize("coc_px", [BEHIND_PX, -BEHIND_PX], ids=["behind", "front"])
@pytest.mark.parametrize(("place", "kernel", "frame"), RIMS)
def test_the_rim_cuts_outwards_behind_and_inwards_in_front(ctx, place, coc_px, kernel, frame):
    is_middle, place, frame = place == "middle", PLACES[place], FRAMES[frame]
    lens = dataclasses.replace(LENS, cat_eye=0.8, **frame)
    light, points = lamp_at(*place), sunflower(160)
    want = seen_through_the_rim(light, coc_px, lens, points)
    distance, settings = distance_of(coc_px), SETTINGS["2"]
    got = blur(ctx, light, distance, lens, *KERNELS[kernel], settings)[..., :3]
    assert off(got, want) < RIM_LIMITS[kernel]
    moved = moved_outwards(got, *place)
    if is_middle:
        assert abs(moved) < 0.1
    else:
        assert np.sign(moved) == -np.sign(coc_px) and abs(moved) > 1
        assert moved == pytest.approx(moved_outwards(want, *place), rel=0.3)
        plain = dataclasses.replace(lens, cat_eye=0.0)
        untouched = blur(ctx, light, distance, plain, *KERNELS[kernel], settings)[..., :3]
        assert abs(moved_outwards(untouched, *place)) < 0.1


def test_the_rim_does_not_darken_the_corners(ctx):
    """What is left of the aperture counts for the whole: a flat picture stays flat."""
    lens = dataclasses.replace(LENS, cat_eye=1.0)
    flat = np.full((ROWS, COLUMNS, 3), (0.5, 2.0, 7.0), "f4")
    for name, kernel in KERNELS.items():
        for coc_px in (BEHIND_PX, -BEHIND_PX):
            got = blur(ctx, flat, distance_of(coc_px), lens, *kernel, SETTINGS["2"])[..., :3]
            np.testing.assert_allclose(got, flat, rtol=1e-3, err_msg=name)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_rim_does_not_make_what_is_in_front_transparent(ctx, kernel):
    """A bright post in a corner, before a black wall in focus: within itself it hides the wall."""
    lens, post = dataclasses.replace(LENS, cat_eye=1.0), (X > 60) & (Y < 50)
    image = np.where(post, 3.0, 0.0)[..., None] * np.ones(3, "f4")
    distance = np.where(post, NEAR_M, FOCUS_M)
    got = blur(ctx, image.astype("f4"), distance, lens, *KERNELS[kernel], SETTINGS["2"])
    within = (X > 60 + FRONT_PX + 3) & (Y < 50 - FRONT_PX - 3)
    np.testing.assert_allclose(got[within][:, :3], 3.0, rtol=1e-3)


# The frame


@pytest.mark.parametrize(
    ("settings", "kernel"), [("2", "cascade"), ("2", "dense"), ("5, half size", "cascade")]
)
@pytest.mark.parametrize("coc_px", [BEHIND_PX, -BEHIND_PX], ids=["behind", "front"])
@pytest.mark.parametrize(("squeeze", "rotation_deg"), [(0.5, 0), (0.5, 30), (0.7, -65), (1.6, 20)])
def test_a_disc_is_squeezed_and_turned(ctx, squeeze, rotation_deg, coc_px, settings, kernel):
    """By its second moments: axes of `squeeze` · radius and the radius, the first one turned."""
    lens = dataclasses.replace(LENS, squeeze=squeeze, rotation_deg=rotation_deg)
    light, settings = lamp_at(*PLACES["middle"]), SETTINGS[settings]
    picture = blur(ctx, light, distance_of(coc_px), lens, *KERNELS[kernel], settings)
    got = picture[..., 0].astype("f8")
    x, y = X - PLACES["middle"][1], PLACES["middle"][0] - Y  # +y up, as angles are seen
    middle = [(got * part).sum() / got.sum() for part in (x, y)]
    x, y = x - middle[0], y - middle[1]
    moments = np.array([[(got * a * b).sum() / got.sum() for a in (x, y)] for b in (x, y)])
    radii, axes = np.linalg.eigh(4 * (moments - 1.5**2 * np.eye(2)))  # 4: a disc's is r² / 4
    first = 0 if squeeze < 1 else 1
    found, want = np.sqrt(radii[[first, 1 - first]]), (squeeze * BEHIND_PX, BEHIND_PX)
    # Half size blurs by itself; the radius is reduced by that, the squeezed one by less.
    np.testing.assert_allclose(found, want, rtol=0.12 if settings.scale == 2 else 0.03)
    angle_deg = math.degrees(math.atan2(*axes[::-1, first]))
    assert (angle_deg - rotation_deg + 90) % 180 - 90 == pytest.approx(0, abs=2)


@pytest.mark.parametrize(("distance_m", "turned"), [(8.0, 0), (0.9, 2)])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_are_counter_clockwise_to_the_pixel(ctx, distance_m, turned, quarters):
    """An F, which is neither its mirror image nor itself turned; in front on its head besides."""
    lens = lens_with_coc(6.0, distance_m, rotation_deg=90.0 * quarters)
    got = blur(ctx, point_light(20, 33, GLYPH.sum()), np.full(SIZE, distance_m), lens, glyph_bank())
    glyph = np.rot90(GLYPH, quarters + turned)
    rows, columns = glyph.shape
    want = np.zeros(SIZE)
    want[21 - rows : 20 + rows : 2, 34 - columns : 33 + columns : 2] = glyph
    np.testing.assert_allclose(got[..., 0], want, atol=2e-3)
