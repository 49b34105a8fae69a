"""Where light goes: each effect's orientation, proved with point lights and turned pictures."""

import math

import numpy as np
import pytest
from banks import disc
from effects import L, apply, arc_bank, axis, even, kernel_bank, psnr
from images import bilinear

from realtime.bank import Axis
from realtime.effects import Directional, FieldBokeh, LensField, Radial, Rotational
from realtime.effects.stack import Applied

pytestmark = pytest.mark.gl

WIDTH, HEIGHT = 97, 71
MIDDLE = (0.31, 0.62)  # of the picture
ANGLE = 40.0
BENDS = (0.0, math.radians(ANGLE) / 2, 1.2)
TAPS = 33


def points(*places: tuple[int, int]) -> np.ndarray:
    """Black but for a light at each (column, row)."""
    picture = np.zeros((HEIGHT, WIDTH, 4), "f4")
    for column, row in places:
        picture[row, column] = 1
    return picture


def from_middle() -> np.ndarray:
    """Of each pixel, x + iy px, +y down."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return x + 0.5 - MIDDLE[0] * WIDTH + 1j * (y + 0.5 - MIDDLE[1] * HEIGHT)


def smooth_picture() -> np.ndarray:
    """Waves of 13 px and more along several ways, from 0 to 1."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [np.sin(x / 2.3 + y / 5), np.cos(x / 7 - y / 3.1), np.sin(y / 4 + 1), x / WIDTH]
    return (0.5 + 0.25 * np.stack(waves, -1)).clip(0, 1).astype("f4")


def mean_moved(picture: np.ndarray, moves: list[complex]) -> np.ndarray:
    """The picture turned and zoomed about the middle, read by complex factors, on average."""
    out = from_middle()
    x0, y0 = MIDDLE[0] * WIDTH - 0.5, MIDDLE[1] * HEIGHT - 0.5
    places = [out * move for move in moves]
    read = [bilinear(picture.astype("f8"), y0 + p.imag, x0 + p.real) for p in places]
    return np.mean(read, axis=0)


@pytest.fixture
def spread(ctx):
    """A picture through one effect with one bank."""
    return lambda picture, effect, bank: apply(ctx, picture, Applied(effect, (bank,)))


REACHED = math.sqrt(2)  # px: a bilinear read finds a light from less than that
LIGHTS = [(75, 20), (12, 15), (40, 64), (30, 5)]  # right and up, left and up, down, far up


@pytest.mark.parametrize("light", LIGHTS)
def test_rotational_smears_a_light_along_its_circle(spread, light):
    """By half of the angle to either side, nowhere more than a pixel off the circle."""
    bank = arc_bank(60.0, BENDS, taps=97)
    got = spread(points(light), Rotational(MIDDLE, ANGLE), bank)[..., 0]
    out = from_middle()
    start = out[light[1], light[0]]
    lit = got > 1e-6
    off = np.abs(np.abs(out) - abs(start))
    assert off[lit].max() < REACHED
    assert got[off < 1].sum() > 0.98 * got.sum()
    turned = np.degrees(np.angle(out[lit] / start))
    pixel = np.degrees(1.5 / abs(start))
    assert turned.max() == pytest.approx(ANGLE / 2, abs=pixel)
    assert turned.min() == pytest.approx(-ANGLE / 2, abs=pixel)
    mean = (got * np.angle(out / start)).sum() / got.sum()
    assert np.degrees(mean) == pytest.approx(0, abs=pixel / 3)
    assert got.sum() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize(("largest_px", "angle"), [(12.0, ANGLE), (200.0, 170.0)])
def test_beyond_the_bank_an_arc_is_cut_and_stays_on_its_circle(spread, largest_px, angle):
    """With its radius or its bend held alone it would bend too much, or too little."""
    light = (75, 20)
    bank = arc_bank(largest_px, BENDS, taps=97)
    got = spread(points(light), Rotational(MIDDLE, angle), bank)[..., 0]
    out = from_middle()
    start = out[light[1], light[0]]
    lit = got > 1e-6
    assert np.abs(np.abs(out[lit]) - abs(start)).max() < REACHED
    half = min(BENDS[-1], largest_px / abs(start))
    inside = half if angle < 90 else 0.9 * half  # the rest is off the picture
    assert np.abs(np.angle(out[lit] / start)).max() == pytest.approx(inside, rel=0.12)


def test_rotational_is_the_average_of_turned_pictures(spread):
    picture = smooth_picture()
    got = spread(picture, Rotational(MIDDLE, ANGLE), arc_bank(60.0, BENDS, TAPS))
    want = mean_moved(picture, list(np.exp(0.5j * np.radians(ANGLE) * even(TAPS))))
    assert psnr(got, want) > 60
    straight = spread(picture, Rotational(MIDDLE, ANGLE), arc_bank(60.0, None, TAPS))
    assert 20 < psnr(straight, want) < 45  # streaks stand in for arcs, and it shows


def test_radial_is_the_average_of_zoomed_pictures(spread):
    picture = smooth_picture()
    amount = 0.3
    got = spread(picture, Radial(MIDDLE, amount), arc_bank(60.0, None, TAPS))
    want = mean_moved(picture, list(1 + amount / 2 * even(TAPS)))
    assert psnr(got, want) > 60


@pytest.mark.parametrize("light", LIGHTS)
def test_radial_smears_a_light_along_its_ray(spread, light):
    amount = 0.2
    got = spread(points(light), Radial(MIDDLE, amount), arc_bank(60.0, None, 97))[..., 0]
    out = from_middle()
    start = out[light[1], light[0]]
    ray = out[got > 1e-6] / (start / abs(start))
    # A pixel at z reads z (1 ± amount / 2).
    assert np.abs(ray.imag).max() < REACHED / (1 - amount / 2)
    assert ray.real.max() == pytest.approx(abs(start) / (1 - amount / 2), abs=1.7)
    assert ray.real.min() == pytest.approx(abs(start) / (1 + amount / 2), abs=1.5)


def test_radial_and_rotational_leave_what_they_spare(spread):
    """Inside `inner`, and outside `outer`, to the bit."""
    picture = smooth_picture()
    far = abs(from_middle()) / HEIGHT
    zoomed = spread(picture, Radial(MIDDLE, 0.3, inner=0.3), arc_bank(60.0, None, TAPS))
    turned = spread(
        picture, Rotational(MIDDLE, ANGLE, outer=0.4, feather=0.1), arc_bank(60.0, BENDS, TAPS)
    )
    np.testing.assert_array_equal(zoomed[far < 0.299], picture[far < 0.299])
    np.testing.assert_array_equal(turned[far > 0.451], picture[far > 0.451])
    assert np.abs(zoomed - picture)[far > 0.5].max() > 0.1
    assert np.abs(turned - picture)[far < 0.3].max() > 0.1


@pytest.mark.parametrize("angle", [0, 30, 90, -60])
def test_directional_smears_clockwise_from_the_right(spread, angle):
    """As long as `length` says, along `angle`; bands of 30° cannot be taken for their mirror."""
    effect = Directional(angle=angle, length=24 / HEIGHT)
    got = spread(points((48, 35)), effect, arc_bank(60.0, None, 97))[..., 0]
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    along = (x - 48 + 1j * (y - 35)) * np.exp(-1j * np.radians(angle))
    lit = got > 1e-5
    assert np.abs(along.imag[lit]).max() < REACHED
    assert along.real[lit].max() == pytest.approx(12, abs=1.2)
    assert along.real[lit].min() == pytest.approx(-12, abs=1.2)


GLYPH = np.kron(L, np.ones((3, 3), "f4")) / 9
PLACES = {  # (column, row) of a light -> quarter turns clockwise of a kernel whose +x is outwards
    "right": ((88, 35), 0),
    "below": ((48, 63), 1),
    "left": ((8, 35), 2),
    "above": ((48, 7), 3),
}


def one_of(picture: np.ndarray, light: tuple[int, int]) -> int:
    """Which of a glyph's eight poses lies there: 0 … 3 quarters clockwise, 4 … 7 mirrored first."""
    column, row = light
    reach = len(GLYPH) // 2 + 1
    seen = picture[row - reach : row + reach + 1, column - reach : column + reach + 1, 0]
    poses = [np.rot90(g, -k) for g in (GLYPH, GLYPH[:, ::-1]) for k in range(4)]
    scores = [(seen * np.pad(pose, 1)).sum() / np.linalg.norm(seen) for pose in poses]
    best = int(np.argmax(scores))
    assert scores[best] / np.linalg.norm(GLYPH) > 0.93
    return best


@pytest.mark.parametrize("kernel", ["sparse", "dense"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("effect", [LensField(0.05), FieldBokeh(swirl=0, sharp=0, falloff=0)])
def test_a_kernels_right_points_outwards_over_the_field(ctx, effect, place, kernel):
    """Upright on the right, turned elsewhere, never mirrored; by cascade and by targets alike."""
    light, quarters = PLACES[place]
    second = effect.axes[0][1]
    bank = kernel_bank(GLYPH, axis("radius", 1.0), axis(second, 0.0, 1.0))
    got = apply(ctx, points(light), Applied(effect, (bank,)), kernel=kernel)
    assert one_of(got, light) == quarters


@pytest.mark.parametrize("place", PLACES)
def test_swirls_squeeze_bokeh_towards_the_middle(ctx, place):
    """With a bank of radius alone kernels stay upright, and are narrow along the way outwards."""
    light, quarters = PLACES[place]
    effect = FieldBokeh(radius=5 / HEIGHT, swirl=0.9, cat_eye=0, sharp=0, falloff=0)
    bank = kernel_bank(disc(5.0, 5.0), Axis("radius", "px", (5.0,)))
    got = apply(ctx, points(light), Applied(effect, (bank,)))[..., 0]
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    sizes = [
        np.sqrt((got * (at - at0) ** 2).sum() / got.sum())
        for at, at0 in ((x, light[0]), (y, light[1]))
    ]
    outwards, across = sizes if quarters % 2 == 0 else sizes[::-1]
    field = math.hypot(light[0] - 48, light[1] - 35) / math.hypot(WIDTH / 2, HEIGHT / 2)
    assert across == pytest.approx(2.55, abs=0.3)
    assert outwards / across == pytest.approx(1 - 0.9 * field**2, abs=0.1)


def test_an_asymmetric_kernel_of_radius_alone_stays_upright(ctx):
    """Swirls squeeze, they do not turn: an L is an L on all sides."""
    effect = FieldBokeh(radius=0.05, swirl=0.05, cat_eye=0, sharp=0, falloff=0)
    bank = kernel_bank(GLYPH, axis("radius", 1.0))
    for light, _ in PLACES.values():
        assert one_of(apply(ctx, points(light), Applied(effect, (bank,))), light) == 0
