"""Hexagons by three lines: against ideal hexagons, and against the sums written out."""

from dataclasses import replace

import numpy as np
import pytest
from banks import lopsided_bank
from gl_probe import Objects
from images import assert_images_close, bilinear, lopsided_image
from impulses import counted, middle, point_light, relative_error
from tiled import TILE, blur_lower_left

from realtime.bank import Axis
from realtime.blur.picture import blur_picture, read_target, write_target
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import color_target
from realtime.methods.hexagonal import HEXAGONAL, HexagonalPass
from realtime.passes.frame import TURNED, UPRIGHT

RADII = (0.0, 2.0, 5.0, 20.0)
SIZE = (31, 43)  # rows, columns
SQUEEZED = (1.2, 0.3, -0.1, 0.7)
QUARTER = (0.0, -1.0, 1.0, 0.0)  # x to y: clockwise on screen


def hexagons(rotation=10.0, radii=RADII, **changes):
    target = {"shape": "polygon", "sides": 6, "rotation": rotation, "curvature": 0.0}
    return replace(lopsided_bank(radii=radii), target=target | changes)


def blur(ctx, image, radius, rotation=10.0, precision="float", frame=UPRIGHT):
    """By the radius of each pixel, or one for all."""
    place = np.broadcast_to(np.interp(radius, RADII, range(len(RADII))), image.shape[:2])
    bank = hexagons(rotation)
    return blur_picture(ctx, HEXAGONAL.kind, bank, image, place, precision, frame)


def corner(turn_deg: float, frame=UPRIGHT) -> np.ndarray:
    """(x, y), +y down, of a corner turned clockwise from the top, radius 1."""
    turn = np.radians(turn_deg)
    return np.reshape(frame, (2, 2)) @ (np.sin(turn), -np.cos(turn))


def ideal(radius, rotation=10.0, frame=UPRIGHT, half=30) -> np.ndarray:
    """[M, M], sum 1: what lies inside all six sides."""
    back = np.linalg.inv(np.reshape(frame, (2, 2)))

    def inside(x, y):
        at = np.tensordot(back, np.stack((x, y)), 1)
        sides = [corner(rotation + 30 + 60 * side) for side in range(6)]
        return np.all([np.tensordot(n, at, 1) <= radius * np.sqrt(3) / 2 for n in sides], axis=0)

    return counted(inside, half)


def along(image, radius, end) -> np.ndarray:
    """[H, W, C]: each pixel's mean over the middles of steps from it to minus radius · end."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype("f8")
    steps = np.maximum(np.ceil(radius * np.abs(end).max() - 1e-6), 1)
    out = np.zeros(image.shape)
    for index in range(int(steps.max())):
        part = (index + 0.5) / steps * radius
        read = bilinear(image, y - part * end[1], x - part * end[0])
        out += np.where(index < steps, 1 / steps, 0)[..., None] * read
    return out


def in_two_passes(image, radius, rotation=10.0, frame=UPRIGHT) -> np.ndarray:
    ends = [corner(rotation + turn, frame) for turn in (0, 120, 240)]
    one = along(image, radius, ends[0])
    both = one + along(image, radius, ends[1])
    return (along(one, radius, ends[1]) + along(both, radius, ends[2])) / 3


# The kernel

# Relative Frobenius error, as measured, rounded up; a hexagon mirrored is off by 0.21 and more
CEILINGS = {3.0: 0.19, 6.0: 0.12, 11.0: 0.115, 20.0: 0.105}


@pytest.mark.gl
@pytest.mark.parametrize("frame", [UPRIGHT, TURNED, QUARTER, SQUEEZED])
@pytest.mark.parametrize("rotation", [0.0, 10.0, 40.0])
@pytest.mark.parametrize("radius", CEILINGS)
def test_a_point_light_comes_out_as_the_hexagon(ctx, radius, rotation, frame):
    got = blur(ctx, point_light(61, 61, (30, 30)), radius, rotation, frame=frame)[..., 0]
    want = ideal(radius, rotation, frame)
    slack = 1.3 if frame == SQUEEZED else 1.0  # its rim is longer, and the rim is what is soft
    assert relative_error(got, want) <= slack * CEILINGS[radius]
    assert got.sum() == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(middle(got), 0, atol=0.01)
    if rotation == 10.0 and radius >= 6:
        assert relative_error(got[:, ::-1], want) > 1.5 * CEILINGS[radius]


@pytest.mark.gl
@pytest.mark.parametrize("rotation", [0.0, 10.0, 25.0])
def test_no_seam_is_seen_where_rhombi_meet(ctx, rotation):
    """Bands along the sides that rhombi share have the hexagon's light; so has the middle."""
    got = blur(ctx, point_light(61, 61, (30, 30)), 20.0, rotation)[..., 0]
    level = ideal(20.0, rotation)[30, 30]
    across = np.linspace(-1.5, 1.5, 13)[:, None]
    for turn in (0, 120, 240):
        along_side, normal = corner(rotation + turn), corner(rotation + turn + 90)
        at = across * normal[:, None, None] + np.linspace(2, 16, 57) * along_side[:, None, None]
        light = bilinear(got[..., None], 30 + at[1], 30 + at[0])
        assert light.mean() == pytest.approx(level, rel=0.02)
    assert got[28:33, 28:33].mean() == pytest.approx(level, rel=0.02)


@pytest.mark.gl
@pytest.mark.parametrize("frame", [UPRIGHT, TURNED, SQUEEZED])
def test_it_is_the_three_lines_each_pixel_with_its_own_radius(ctx, frame):
    """From 0 to 6 px, slanted, with a step in it; borders are held."""
    image = lopsided_image(*SIZE)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    radius = 5.0 * (0.7 * y / SIZE[0] + 0.3 * x / SIZE[1]) + (x > 25)
    radius[:6, :5] = 0
    got = blur(ctx, image, radius, frame=frame)
    want = in_two_passes(image, radius, frame=frame)
    assert_images_close(got, want, atol=2e-3, name="hexagonal_varying")
    flat = np.full((*SIZE, 4), 3.25, "f4")
    np.testing.assert_allclose(blur(ctx, flat, radius, frame=frame), flat, rtol=1e-5)


@pytest.mark.gl
def test_two_radii_in_one_picture_make_two_hexagons(ctx):
    image = point_light(61, 110, (30, 25)) + point_light(61, 110, (30, 80))
    radius = np.where(np.arange(110) < 50, 8.0, 20.0)[None].repeat(61, axis=0)
    got = blur(ctx, image, radius)[..., 0]
    for column, of in ((25, 8.0), (80, 20.0)):
        half = int(of) + 4
        part = got[30 - half : 30 + half + 1, column - half : column + half + 1]
        assert relative_error(part, ideal(of, half=half)) < 0.12


@pytest.mark.gl
def test_radius_0_leaves_the_picture_as_it_is(ctx):
    image = lopsided_image(*SIZE)
    assert_images_close(blur(ctx, image, 0.0), image, atol=1e-6, name="hexagonal_sharp")


@pytest.mark.gl
def test_half_precision_stays_near(ctx):
    image = lopsided_image(*SIZE)
    got = blur(ctx, image, 5.0, precision="half")
    assert_images_close(got, blur(ctx, image, 5.0), atol=3e-3, name="hexagonal_half")


@pytest.mark.gl
def test_over_tiles_it_is_the_same_and_nothing_elsewhere(ctx):
    image = lopsided_image(*SIZE)
    image[:14] = image[:, 17:] = 0  # farther from the tiles' edges than a radius
    place = np.full(SIZE, 2.0)
    got = blur_lower_left(ctx, HEXAGONAL.kind, hexagons(), image, place, tiles=3)
    want = blur(ctx, image, 5.0)
    want[:, 3 * TILE :] = want[: SIZE[0] - 3 * TILE] = 0
    assert_images_close(got, want, atol=1e-6, name="hexagonal_tiled")


# Banks


def test_banks_of_other_shapes_and_axes_are_refused():
    cannot, bank = HEXAGONAL.cannot, hexagons()
    assert HEXAGONAL.name == HexagonalPass.name == "hexagonal"
    assert cannot(bank) is None
    others = [{"sides": 5}, {"curvature": 0.2}, {"shape": "disk"}]
    for other in [hexagons(**changes) for changes in others] + [replace(bank, target={})]:
        assert cannot(other) == "a bank of hexagons with straight sides expected"
    two = replace(lopsided_bank(angles=(0.0, 1.0)), target=bank.target)
    length = replace(bank, axes=(Axis("length", "px", RADII),))
    assert cannot(two) == cannot(length) == "one axis, called radius, expected"


@pytest.mark.gl
def test_another_bank_brings_its_rotation_and_radii_and_all_is_released(ctx):
    image = lopsided_image(*SIZE)
    before = Objects()
    other = hexagons(40.0, (0.0, 1.0, 3.0, 4.0))
    banks = [BankTextures(ctx, bank, "float") for bank in (hexagons(), other)]
    kernel = HexagonalPass(ctx, banks[0])
    color, first, second, out = (color_target(ctx, SIZE[::-1], dtype="f4") for _ in range(4))
    place = color_target(ctx, SIZE[::-1], 1, "f4")
    write_target(color, image, "f4")
    write_target(place, np.full((*SIZE, 1), 2.0), "f4")
    kernel.draw(color.color, place.color, (first, second), out)
    counts = before.count()
    for bank, radius, rotation in ((banks[1], 3.0, 40.0), (banks[0], 5.0, 10.0)):
        kernel.rebind(bank)
        kernel.draw(color.color, place.color, (first, second), out)
        want = blur(ctx, image, radius, rotation)
        assert_images_close(read_target(out), want, atol=1e-6, name="hexagonal_rebound")
    assert before.count() == counts
    kernel.draw(color.color, place.color, (second, first), out)  # another framebuffer for the old
    assert_images_close(read_target(out), want, atol=1e-6, name="hexagonal_other_scratch")
    assert before.count() == counts
    for part in (kernel, *banks, color, first, second, out, place):
        part.release()
    assert before.alive() == {}
    assert ctx.error == "GL_NO_ERROR"
