"""Discs by complex Gaussians: against ideal discs, and against the sums written out."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from banks import dense_blur, lopsided_bank
from gl_probe import Objects
from images import assert_images_close, lopsided_image
from impulses import BACKGROUND, counted, middle, point_light, relative_error
from tiled import TILE, blur_lower_left

from realtime.bank import Axis
from realtime.blur.picture import blur_picture, read_target, write_target
from realtime.errors import UsageError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.source import expand
from realtime.gl.targets import color_target
from realtime.methods.circular import CIRCULAR_1, CIRCULAR_2, CIRCULAR_3, CircularPass
from realtime.methods.circular_kernels import ONE, THREE, TWO
from realtime.passes.frame import TURNED, UPRIGHT

KERNELS = {1: ONE, 2: TWO, 3: THREE}
METHODS = {1: CIRCULAR_1, 2: CIRCULAR_2, 3: CIRCULAR_3}
COUNTS = sorted(METHODS)
RADII = (0.0, 2.0, 5.0, 20.0)
SIZE = (31, 43)  # rows, columns


def disc_bank(radii=RADII):
    return replace(lopsided_bank(radii=radii), target={"shape": "disk"})


def place_of(radius, radii=RADII):
    return np.interp(radius, radii, range(len(radii)))


def blur(ctx, count, image, radius, precision="float", **options):
    """By the radius of each pixel, or one for all."""
    place = np.broadcast_to(place_of(radius), image.shape[:2])
    kind = METHODS[count].kind
    return blur_picture(ctx, kind, disc_bank(), image, place, precision, **options)


def weights(kernel, radius: float) -> np.ndarray:
    """[components, 2 n + 1] complex: what falls on each texel of a component, by its definition."""
    if radius == 0:
        return np.ones((len(kernel.components), 1), complex)
    taps, samples = max(math.ceil(radius * kernel.reach - 0.5), 0), 200
    edges = ((np.arange(2 * taps + 2) - taps - 0.5) / radius).clip(-kernel.reach, kernel.reach)
    width = np.diff(edges)
    at = edges[:-1, None] + width[:, None] * (np.arange(samples) + 0.5) / samples
    a, b, _, _ = np.array(kernel.components).T[..., None, None]
    return np.exp((-a + 1j * b) * at**2).mean(axis=-1) * width


def dense_kernel(kernel, radius: float) -> np.ndarray:
    """[M, M], sum 1: the formula's 2-D sum."""
    along = weights(kernel, radius)
    _, _, real, imaginary = np.array(kernel.components).T
    whole = np.einsum("c,cy,cx->yx", real - 1j * imaginary, along, along).real
    return whole / whole.sum()


def in_two_passes(image, radius, kernel) -> np.ndarray:
    """[H, W, C]: pixel by pixel, rows by their pixels' own radii [H, W], then columns."""
    height, width = image.shape[:2]
    _, _, real, imaginary = np.array(kernel.components).T
    rows = np.zeros((len(real), *image.shape), complex)
    out = np.zeros(image.shape)
    for y, x in np.ndindex(height, width):
        along = weights(kernel, radius[y, x])
        reach = along.shape[1] // 2
        light = image[y, np.arange(x - reach, x + reach + 1).clip(0, width - 1)]
        rows[:, y, x] = along @ light / along.sum(axis=1)[:, None]
    for y, x in np.ndindex(height, width):
        along = weights(kernel, radius[y, x])
        reach = along.shape[1] // 2
        share = (real - 1j * imaginary) * along.sum(axis=1)
        light = rows[:, np.arange(y - reach, y + reach + 1).clip(0, height - 1), x]
        found = np.einsum("c,ct,ctk->k", share, along, light).real
        out[y, x] = found / (share * along.sum(axis=1)).sum().real
    return out


# The kernel

# Relative Frobenius error against the ideal disc, as measured, rounded up: radius 4 and 20 px
CEILINGS = {1: (0.155, 0.262), 2: (0.047, 0.148), 3: (0.020, 0.097)}


@pytest.mark.gl
@pytest.mark.parametrize(("index", "radius"), [(0, 4.0), (1, 20.0)])
def test_more_components_are_nearer_to_a_disc(ctx, index, radius):
    half = 27  # what is beyond the border would be clamped
    ideal = counted(lambda x, y: x**2 + y**2 <= radius**2, half)
    image = point_light(2 * half + 1, 2 * half + 1, (half, half), BACKGROUND)
    errors = []
    for count in COUNTS:
        got = blur(ctx, count, image, radius)[..., 0].astype("f8") - BACKGROUND
        assert got.sum() == pytest.approx(1, abs=1e-3)
        np.testing.assert_allclose(middle(got), 0, atol=1e-3)
        errors.append(relative_error(got, ideal))
        assert errors[-1] <= CEILINGS[count][index]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.gl
@pytest.mark.parametrize("radius", [0.4, 0.75, 1.0, 1.5])
def test_small_radii_blur_as_they_should(ctx, radius):
    """What lies between texels counts too: single samples are off by 0.2 ... 1.7 here."""
    ideal = counted(lambda x, y: x**2 + y**2 <= radius**2, 5, samples=200)
    for count, ceiling in zip(COUNTS, (0.072, 0.028, 0.015), strict=True):
        got = blur(ctx, count, point_light(11, 11, (5, 5), BACKGROUND), radius)[..., 0]
        assert relative_error(got - BACKGROUND, ideal) <= ceiling


@pytest.mark.gl
@pytest.mark.parametrize("count", COUNTS)
def test_an_isolated_light_has_no_negative_light_beside_it(ctx, count):
    """Where there is nothing to take from, negative lobes are held at 0; they are 1 ... 3 %."""
    point = point_light(49, 49, (24, 24))
    got = blur(ctx, count, point, 20.0)
    kernel = np.pad(dense_kernel(KERNELS[count], 20.0), 24)
    kernel = kernel[tuple(slice(s // 2 - 24, s // 2 + 25) for s in kernel.shape)]
    assert kernel.min() < -1e-6
    assert_images_close(got[..., 3], kernel.clip(0), atol=1e-6, name=f"circular_{count}_light")
    assert 1.005 < got[..., 0].sum() < 1.03


@pytest.mark.gl
@pytest.mark.parametrize("radius", [0.6, 3.3, 7.0])
@pytest.mark.parametrize("count", COUNTS)
def test_it_is_the_formula_also_at_the_borders(ctx, count, radius):
    image, kernel = lopsided_image(*SIZE), dense_kernel(KERNELS[count], radius)
    got = blur(ctx, count, image, radius)
    want = dense_blur(image, kernel.clip(0)) - dense_blur(image, (-kernel).clip(0))
    assert_images_close(got, want, atol=2e-5, name=f"circular_{count}_{radius}")


@pytest.mark.gl
@pytest.mark.parametrize("count", COUNTS)
def test_each_pixel_has_its_own_radius(ctx, count):
    """From 0 to 6 px, slanted, with a step in it."""
    image = lopsided_image(*SIZE)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    radius = 5.0 * (0.7 * y / SIZE[0] + 0.3 * x / SIZE[1]) + (x > 25)
    radius[:6, :5] = 0
    got = blur(ctx, count, image, radius)
    want = in_two_passes(image, radius, KERNELS[count]).clip(0)
    assert_images_close(got, want, atol=5e-5, name=f"circular_{count}_varying")
    np.testing.assert_allclose(blur(ctx, count, 0 * image + 3.25, radius), 3.25, rtol=1e-5)


@pytest.mark.gl
@pytest.mark.parametrize("count", COUNTS)
def test_radius_0_leaves_the_picture_as_it_is(ctx, count):
    image = lopsided_image(*SIZE)
    assert_images_close(blur(ctx, count, image, 0.0), image, atol=1e-6, name="circular_sharp")


@pytest.mark.gl
@pytest.mark.parametrize("count", COUNTS)
def test_half_precision_stays_near(ctx, count):
    image = lopsided_image(*SIZE)
    got = blur(ctx, count, image, 5.0, "half")
    assert_images_close(got, blur(ctx, count, image, 5.0), atol=5e-3, name="circular_half")


@pytest.mark.gl
@pytest.mark.parametrize("count", COUNTS)
def test_over_tiles_it_is_the_same_and_nothing_elsewhere(ctx, count):
    image = lopsided_image(*SIZE)
    image[:14] = image[:, 17:] = 0  # farther from the tiles' edges than a radius
    place = np.full(SIZE, 2.0)
    got = blur_lower_left(ctx, METHODS[count].kind, disc_bank(), image, place, tiles=3)
    want = blur(ctx, count, image, 5.0)
    want[:, 3 * TILE :] = want[: SIZE[0] - 3 * TILE] = 0
    assert_images_close(got, want, atol=1e-6, name="circular_tiled")


def test_tables_end_at_one_half_and_shares_at_one():
    for kernel in KERNELS.values():
        np.testing.assert_allclose(kernel.table()[:, 0], 0, atol=1e-12)
        np.testing.assert_allclose(kernel.table()[:, -1], [[0.5, 0]] * len(kernel.components))
        assert kernel.shares()[:, 0].sum() == pytest.approx(1)


def test_its_fetches_are_what_the_shaders_say():
    """In the loops: two of the picture and one weight; two real, two imaginary and one weight."""
    defines = {"KNOTS_X": 3, "COMPONENTS": 3, "REACH": 1.1}
    for name, fetches in (("rows", 2), ("columns", 4)):
        text = expand(f"methods/circular_{name}.frag", defines).text
        loop = re.split(r"for \(int [xy] = 1", text)[1].partition("}\n    }")[0]
        assert len(re.findall(r"\btexelFetch\(", loop.partition("inner = outer")[0])) == fetches
        assert loop.count("light_up_to(") == 1


# Frames and banks


@pytest.mark.gl
@pytest.mark.parametrize("frame", [TURNED, (0.0, 1.0, -1.0, 0.0), (0.8, -0.6, 0.6, 0.8)])
def test_turning_a_disc_does_nothing(ctx, frame):
    image = lopsided_image(*SIZE)
    got = blur(ctx, 2, image, 5.0, frame=frame)
    np.testing.assert_array_equal(got, blur(ctx, 2, image, 5.0, frame=UPRIGHT))


@pytest.mark.gl
@pytest.mark.parametrize("frame", [(0.75, 0.0, 0.0, 1.0), (1.0, 0.3, 0.0, 1.0)])
@pytest.mark.parametrize("count", COUNTS)
def test_a_squeezed_aperture_is_refused(ctx, count, frame):
    with pytest.raises(UsageError) as caught:
        blur(ctx, count, lopsided_image(*SIZE), 5.0, frame=frame)
    assert str(caught.value) == (
        f"--blur circular{count}: an aperture that is squeezed, a disc expected. Use --blur sparse"
    )


@pytest.mark.parametrize("count", COUNTS)
def test_banks_of_other_shapes_and_axes_are_refused(count):
    cannot, bank = METHODS[count].cannot, disc_bank()
    assert METHODS[count].name == f"circular{count}"
    assert cannot(bank) is None
    assert cannot(replace(bank, target={"shape": "heart"})) == "a bank of discs expected"
    assert cannot(replace(bank, target={})) == "a bank of discs expected"
    two = replace(lopsided_bank(angles=(0.0, 1.0)), target=bank.target)
    other = replace(bank, axes=(Axis("length", "px", RADII),))
    assert cannot(two) == cannot(other) == "one axis, called radius, expected"


@pytest.mark.gl
def test_another_bank_brings_its_radii_and_all_is_released(ctx):
    """Nothing is made while it draws, and another size replaces what there was."""
    image = lopsided_image(*SIZE)
    before = Objects()
    banks = [
        BankTextures(ctx, disc_bank(radii), "float") for radii in (RADII, (0.0, 1.0, 3.0, 4.0))
    ]
    kernel = CircularPass(ctx, banks[0], kernel=THREE)
    color, first, second, out = (color_target(ctx, SIZE[::-1], dtype="f4") for _ in range(4))
    place = color_target(ctx, SIZE[::-1], 1, "f4")
    write_target(color, image, "f4")
    write_target(place, np.full((*SIZE, 1), 2.0), "f4")
    kernel.draw(color.color, place.color, (first, second), out)
    assert kernel.name == "circular3"
    counts = before.count()
    for bank, radius in ((banks[1], 3.0), (banks[0], 5.0)):
        kernel.rebind(bank)
        kernel.draw(color.color, place.color, (first, second), out)
        want = blur(ctx, 3, image, radius)
        assert_images_close(read_target(out), want, atol=1e-6, name="circular_rebound")
    assert before.count() == counts
    small = [color_target(ctx, (9, 7), dtype="f4") for _ in range(3)]
    kernel.draw(color.color, place.color, (small[0], small[1]), small[2])
    for part in small:
        part.release()
    kernel.draw(color.color, place.color, (first, second), out)
    assert before.count() == counts
    for part in (kernel, *banks, color, first, second, out, place):
        part.release()
    assert before.alive() == {}
    assert ctx.error == "GL_NO_ERROR"
