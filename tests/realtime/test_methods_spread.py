"""The spread of a bank, and what all methods that take only that from it have in common."""

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from gl_probe import Objects
from images import assert_images_close, lopsided_image
from spots import SIGMAS, moments, place_of, point, spot_bank

from realtime.bank import Axis, Bank
from realtime.blur.picture import blur_picture, read_target, write_target
from realtime.errors import UsageError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.targets import clamp, color_target
from realtime.gl.tiled import Tiles
from realtime.methods.dual_kawase import DUAL_KAWASE
from realtime.methods.gaussian import GAUSSIAN
from realtime.methods.kawase import KAWASE
from realtime.methods.round_kernel import axis_stretch, check_round
from realtime.methods.spread import one_radius, spread_px
from realtime.passes.cascade import CascadePass
from realtime.passes.frame import TURNED, UPRIGHT

ALL = [GAUSSIAN, KAWASE, DUAL_KAWASE]
every_method = pytest.mark.parametrize("method", ALL, ids=lambda method: method.name)


def spread_of(picture: np.ndarray) -> float:
    """√ of the mean variance of both axes."""
    return np.sqrt(np.square(moments(picture, 0, 0)[3:]).mean())


# The spread


def test_the_spread_of_known_kernels():
    np.testing.assert_allclose(spread_px(spot_bank()), SIGMAS, rtol=1e-6)


def test_a_bilinear_read_between_pixels_spreads_by_itself():
    """At (0.25, 0.5): 0.25 · 0.75 px² along x and 0.25 px² along y."""
    bank = Bank(
        (Axis("radius", "px", (1.0,)),),
        (np.full((1, 1, 1, 2), (0.25, -2.5), "f4"),),
        (np.ones((1, 1, 1), "f4"),),
    )
    assert spread_px(bank)[0] ** 2 == pytest.approx((0.1875 + 0.25) / 2)


@pytest.mark.gl
@pytest.mark.parametrize("knot", range(4))
def test_the_spread_of_a_cascade_is_that_of_the_light_it_spreads(ctx, knot):
    bank = lopsided_bank((5, 3, 2))
    got = blur_picture(ctx, CascadePass, bank, point(61, 63, 30, 31), np.full((61, 63), knot))
    assert spread_px(bank)[knot] == pytest.approx(spread_of(got), abs=1e-4)


@pytest.mark.parametrize("rank", [1, 3])
def test_the_spread_of_low_rank_vectors_is_that_of_their_kernel(rank):
    """Or 0 where negative lobes make it negative, as they do of one pair here."""
    bank = lopsided_lowrank(rank, seed=3)
    got = spread_px(bank)
    assert got.shape == (4,) and got[0] == 0 and (got > 0).sum() >= 2
    for radius, sigma in zip(bank.axes[0].knots, got, strict=True):
        kernel = bank.kernel(radius)
        y, x = np.mgrid[: len(kernel), : len(kernel)]
        mean = [(kernel * at).sum() / kernel.sum() for at in (x, y)]
        square = (x - mean[0]) ** 2 + (y - mean[1]) ** 2
        variance = (kernel * square).sum() / kernel.sum() / 2
        assert sigma**2 == pytest.approx(max(variance, 0), abs=1e-5)


def test_only_one_axis_called_radius_will_do():
    assert one_radius(spot_bank()) is None
    other = Bank(
        (Axis("angle", "rad", (0.0, 8.0, 48.0)),), spot_bank().offsets, spot_bank().weights
    )
    for bank in (lopsided_bank(angles=(0.0, 1.0)), other):
        assert one_radius(bank) == "one axis, called radius, expected"
        assert all(method.cannot(bank) == one_radius(bank) for method in ALL)


# Frames

TURN = (0.6, 0.8, -0.8, 0.6)


def test_turning_a_round_kernel_does_nothing():
    for frame in (UPRIGHT, TURNED, TURN):
        assert axis_stretch(frame, "x") == pytest.approx((1, 1))
        check_round(frame, "x")


def test_a_squeeze_along_the_axes_is_told():
    assert axis_stretch((0.5, 0, 0, 1), "x") == (0.5, 1)
    assert axis_stretch((0, 1, -0.75, 0), "x") == (1, 0.75)  # squeezed along rows, then turned


def test_a_slanted_squeeze_is_refused():
    with pytest.raises(UsageError) as caught:
        axis_stretch((0.6 * 0.5, 0.8, -0.8 * 0.5, 0.6), "gaussian")
    assert str(caught.value) == (
        "--blur gaussian: an aperture that is squeezed and rotated, one that is squeezed along "
        "rows or columns expected. Use --blur sparse, or leave the lens upright"
    )


@pytest.mark.parametrize("frame", [(0.5, 0, 0, 1), (1, 0, 0, 0.9), (1, 0.2, 0, 1), (2, 0, 0, 2)])
def test_what_must_stay_round_is_refused_when_squeezed(frame):
    with pytest.raises(UsageError) as caught:
        check_round(frame, "dual-kawase")
    assert str(caught.value) == (
        "--blur dual-kawase: an aperture that is squeezed, a round one expected. "
        "Use --blur sparse, or --blur gaussian for one squeezed along rows or columns"
    )


# Every method of a spread

MEAN_PX = {"gaussian": 0.02, "kawase": 0.02, "dual-kawase": 0.1}
SIGMA = {"gaussian": 0.02, "kawase": 2e-3, "dual-kawase": 2e-3}  # relative; gaussian ends at 3 σ


@pytest.mark.gl
@every_method
@pytest.mark.parametrize("sigma", [0.25, 0.6, 1.0, 1.7, 2.5, 4.0, 7.0, 12.0, 19.0, 32.0])
@pytest.mark.parametrize("at", [(220, 240), (227, 233)])
def test_a_point_of_light_is_spread_as_asked(ctx, method, sigma, at):
    size = (461, 487)
    place = np.full(size, place_of(sigma))
    got = blur_picture(ctx, method.kind, spot_bank(), point(*size, *at), place)
    total, x, y, *both = moments(got, *at)
    assert total == pytest.approx(1, abs=2e-4)
    np.testing.assert_allclose((x, y), 0, atol=MEAN_PX[method.name])
    np.testing.assert_allclose(both, sigma, rtol=SIGMA[method.name])
    assert got.min() >= 0


@pytest.mark.gl
@every_method
def test_where_nothing_is_asked_for_nothing_changes(ctx, method):
    size, step = (37, 53), 30
    image, place = lopsided_image(*size), np.full(size, place_of(9.0))
    place[:, :step] = 0
    got = blur_picture(ctx, method.kind, spot_bank(), image, place)
    np.testing.assert_array_equal(got[:, :step], image[:, :step])
    assert np.abs(got[:, step:] - image[:, step:]).max() > 0.1


@pytest.mark.gl
@every_method
@pytest.mark.parametrize("is_down", [False, True])
def test_two_halves_are_each_as_if_alone(ctx, method, is_down):
    """Away from the seam, as far as kernels reach."""
    size, reach = (83, 401), 110
    image = lopsided_image(*size)
    places = [np.full(size, place_of(sigma)) for sigma in (3.0, 10.0)]
    both = np.where(np.arange(size[1]) < 200, *places)
    if is_down:
        image, *places, both = (np.swapaxes(part, 0, 1) for part in (image, *places, both))
    mixed, left, right = (
        blur_picture(ctx, method.kind, spot_bank(), image, place) for place in (both, *places)
    )
    if is_down:
        mixed, left, right = (np.swapaxes(part, 0, 1) for part in (mixed, left, right))
    near, far = slice(0, 200 - reach), slice(200 + reach, None)
    assert_images_close(mixed[:, near], left[:, near], atol=1e-5, name=f"{method.name}_left")
    assert_images_close(mixed[:, far], right[:, far], atol=1e-5, name=f"{method.name}_right")
    assert np.abs(left - right)[:, near].max() > 0.02


@pytest.mark.gl
@every_method
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (31, 7), (64, 128)])
def test_flat_stays_flat_at_any_size(ctx, method, size):
    flat = np.full((*size, 4), 3.25, "f4")
    place = np.linspace(0, 2, size[0] * size[1]).reshape(size)
    got = blur_picture(ctx, method.kind, spot_bank(), flat, place)
    np.testing.assert_allclose(got, flat, rtol=1e-5)


@pytest.mark.gl
@every_method
def test_the_brightest_lights_of_half_floats_stay_numbers(ctx, method):
    size = (41, 67)
    image = np.where(lopsided_image(*size) > 0.7, 65504.0, 0.0).astype("f4")
    place = np.linspace(0, 2, size[0] * size[1]).reshape(size)
    got = blur_picture(ctx, method.kind, spot_bank(), image, place, "half")
    assert np.isfinite(got).all() and got.min() >= 0 and got.max() <= 65504


@pytest.mark.gl
@every_method
def test_turned_it_is_the_same(ctx, method):
    image, place = lopsided_image(29, 41), np.full((29, 41), place_of(2.0))
    upright, *others = (
        blur_picture(ctx, method.kind, spot_bank(), image, place, frame=frame)
        for frame in (UPRIGHT, TURNED, TURN)
    )
    for other in others:
        np.testing.assert_allclose(other, upright, atol=1e-5)


class Drawing:
    """A pass, and all that it draws from and into."""

    def __init__(self, ctx, method, textures, size=(64, 96), tiled=False):
        self.size = size
        self.pass_ = method.make(ctx, textures, tiled=tiled)
        self.color, *self.scratch, self.out = (
            color_target(ctx, size[::-1], dtype="f4") for _ in range(4)
        )
        self.place = color_target(ctx, size[::-1], 1, "f4")
        write_target(self.color, lopsided_image(*size), "f4")
        write_target(self.place, np.full((*size, 1), 1.5), "f4")

    def draw(self, **options) -> np.ndarray:
        """Blur, and return what came out."""
        self.pass_.draw(
            self.color.color, self.place.color, tuple(self.scratch), self.out, **options
        )
        return read_target(self.out)

    def release(self):
        for part in (self.pass_, self.color, *self.scratch, self.out, self.place):
            part.release()


@pytest.mark.gl
@every_method
def test_another_bank_of_either_kind_takes_its_place(ctx, method):
    """What programs hang on is the number of knots."""
    first = BankTextures(ctx, spot_bank((0, 2, 4, 8)))
    others = [
        BankTextures(ctx, spot_bank((0, 8, 16, 40))),
        LowRankTextures(ctx, lopsided_lowrank(rank=2)),
    ]
    drawing = Drawing(ctx, method, first)
    before = drawing.draw()
    for other in others:
        assert method.programs(other) == method.programs(first)
        drawing.pass_.rebind(other)
        fresh = Drawing(ctx, method, other)
        got = drawing.draw()
        np.testing.assert_array_equal(got, fresh.draw())
        assert np.abs(got - before).max() > 0.05
        fresh.release()
    few = BankTextures(ctx, spot_bank())
    assert method.programs(few) != method.programs(first)
    for part in (drawing, first, few, *others):
        part.release()


@pytest.mark.gl
@every_method
def test_over_tiles_it_is_the_same_and_empty_between(ctx, method):
    """All tiles: the same picture. Some: nothing between them, and the same a kernel inside."""
    textures = BankTextures(ctx, spot_bank((0, 1, 2)))
    size, tile = (96, 160), 32
    whole = Drawing(ctx, method, textures, size)
    part = Drawing(ctx, method, textures, size, tiled=True)
    classes = np.full((3, 5), 255, "u1")
    texture = ctx.texture((5, 3), 1, dtype="f1")
    clamp(texture, ctx.NEAREST)
    tiles = Tiles(texture, (5, 3), tile, 0, (1.0, 1.0))
    texture.write(classes.tobytes())
    np.testing.assert_allclose(part.draw(tiles=tiles), whole.draw(), atol=1e-6)
    classes[:, :2] = 0
    texture.write(classes.tobytes())
    got = part.draw(tiles=tiles)
    assert not got[:, : 2 * tile].any()
    inside = np.s_[:, 2 * tile + 16 :]
    np.testing.assert_allclose(got[inside], whole.draw()[inside], atol=1e-6)
    for made in (whole, part, textures, texture):
        made.release()


@pytest.mark.gl
@every_method
def test_nothing_is_made_while_drawing_and_all_is_released(ctx, method):
    objects = Objects()
    textures = BankTextures(ctx, spot_bank())
    drawing = Drawing(ctx, method, textures)
    drawing.draw()
    made = objects.count()
    for _ in range(3):
        drawing.draw()
    assert objects.count() == made
    drawing.release()
    textures.release()
    assert objects.alive() == {}
    assert ctx.error == "GL_NO_ERROR"
