"""Photographs in tiles: the same as whole, to the bit; and what a blur of light is."""

import numpy as np
import pytest
from banks import cascade_blur, lopsided_bank
from images import lopsided_image

from realtime.bank import Bank
from realtime.effects import Radial, Rotational, TiltShift, Uniform
from realtime.effects.animation import Moving
from realtime.errors import GraphicsError, UsageError
from realtime.photo.blur import PhotoBlur
from realtime.photo.dither import AMPLITUDE, noise
from realtime.photo.light import Decoder, Encoder
from realtime.photo.tiles import PIXELS, Plan, Tile, plan
from realtime.pictures import Photograph, decode_srgb, encode_srgb

pytestmark = pytest.mark.gl
SIZE = (317, 203)  # lopsided, and no tile's multiple


def still(effect):
    return Moving(effect, effect)


def blurred(ctx, photo, effects, bank, tile_px=None, precision="half", kernel="sparse", dtype=None):
    """As `diskblur apply` makes it, and of how many tiles; tile_px: a number, or a tile's size."""
    asked = [(still(effect), bank if isinstance(bank, tuple) else (bank,)) for effect in effects]
    blur = PhotoBlur(
        ctx, asked, photo.size, kernel, precision, tile_px if isinstance(tile_px, int) else None
    )
    if isinstance(tile_px, tuple):
        blur.tiles.release()
        blur.plan = Plan(photo.size, tile_px, blur.plan.margin_px)
        blur.tiles = type(blur.tiles)(ctx, blur.stack, blur.plan, precision)
    dtype = dtype or photo.pixels.dtype.type
    encoder = Encoder(dtype, photo.pixels.shape[2], photo.is_linear)
    pixels = blur.run(Decoder(photo, blur.number_type), encoder)
    count = len(blur.plan)
    blur.release()
    return pixels, count


def floats(size=SIZE, channels=3):
    return Photograph(lopsided_image(size[1], size[0], channels), is_linear=True)


def bytes_(size=SIZE, channels=3, dtype=np.uint8):
    image = lopsided_image(size[1], size[0], channels)
    return Photograph((image * np.iinfo(dtype).max).astype(dtype))


# Cutting


@pytest.mark.parametrize("whole", [(1, 1), (64, 65), (317, 203), (1000, 77)])
@pytest.mark.parametrize("side", [(64, 64), (128, 64), (1024, 1024)])
def test_tiles_give_every_pixel_once_and_hold_what_it_reads(whole, side):
    margin = 11
    given = np.zeros(whole[::-1], int)
    tiles = list(Plan(whole, side, margin))
    for tile in tiles:
        given[tile.top : tile.bottom, tile.left : tile.right] += 1
        for axis, (first, last) in enumerate(((tile.left, tile.right), (tile.top, tile.bottom))):
            begin, end = tile.origin[axis], tile.origin[axis] + side[axis]
            read = (tile.read[axis], tile.read[axis + 2])
            assert read == (max(first - margin, 0), min(last + margin, whole[axis]))
            assert begin <= read[0] and read[1] <= end
    assert (given == 1).all()
    assert len(tiles) == len(Plan(whole, side, margin))
    areas = ((t.read[2] - t.read[0]) * (t.read[3] - t.read[1]) for t in tiles)
    assert sum(areas) == Plan(whole, side, margin).drawn_px


def test_the_plan_draws_few_pixels_in_small_tiles():
    cut = plan((11585, 8632), reach_px=40)
    assert cut.drawn_px < 1.2 * 11585 * 8632 and cut.side[0] * cut.side[1] <= PIXELS


def test_a_long_reach_gets_larger_tiles():
    assert min(plan((11585, 8632), reach_px=400).side) >= 4 * 400


def test_a_tile_that_the_reach_does_not_fit_into():
    with pytest.raises(UsageError, match=r"--tile: 64 px, 128 px or more expected, as the blur re"):
        plan((500, 400), reach_px=20, most_px=64)
    assert plan((500, 400), reach_px=20, most_px=128).side == (128, 128)


# Tiled is untiled


@pytest.mark.parametrize("precision", ["half", "float"])
@pytest.mark.parametrize("kernel", ["sparse", "dense"])
@pytest.mark.parametrize(
    "effects",
    [
        [Rotational(middle=(0.3, 0.6), angle=3)],
        [TiltShift(angle=20), Radial()],
        [Uniform(radius=0.02)],
    ],
    ids=lambda effects: effects[0].name,
)
def test_tiles_do_not_show_to_the_bit(ctx, effects, kernel, precision):
    photo, bank = floats(), lopsided_bank()
    results = [
        blurred(ctx, photo, effects, bank, tile, precision, kernel)
        for tile in ((512, 256), (128, 128), (256, 128), 128)
    ]
    assert results[0][1] == 1 and min(count for _, count in results[1:]) > 1
    for pixels, _ in results[1:]:
        assert np.array_equal(pixels, results[0][0])
    assert np.abs(results[0][0] - photo.pixels).max() > 0.1, "it is blurred at all"


def test_nor_in_8_bits_with_dither_alpha_and_three_banks(ctx):
    banks = tuple(lopsided_bank(seed=seed) for seed in range(3))
    photo = bytes_(channels=4)
    whole, one = blurred(ctx, photo, [TiltShift()], banks, (512, 256))
    tiled, many = blurred(ctx, photo, [TiltShift()], banks, 64)
    assert (one, many > 6) == (1, True)
    assert np.array_equal(whole, tiled)


def test_a_blur_is_that_of_the_bank_up_to_the_border(ctx):
    """Against the cascade in numpy, tap by tap; reads are placed to 1/256 px."""
    photo, bank = floats((61, 43)), lopsided_bank()
    radius_px = 4.2
    got, _ = blurred(ctx, photo, [Uniform(radius=radius_px / 43)], bank, 64, "float")
    reversed_ = Bank(bank.axes, bank.offsets[::-1], bank.weights[::-1])  # the shape comes last
    want = cascade_blur(photo.pixels.astype("f8"), reversed_, radius_px)
    assert np.abs(got - want).max() < 2e-3


# Light


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize(("dtype", "precision"), [(np.uint8, "half"), (np.uint16, "float")])
def test_what_is_not_blurred_comes_out_as_it_came_in(ctx, dtype, precision, channels):
    """All levels, and dither on top: radius 0 touches nothing."""
    largest = np.iinfo(dtype).max
    levels = np.linspace(0, largest, 64 * 40).astype(dtype).reshape(40, 64, 1)
    pixels = np.concatenate([np.roll(levels, 7 * c, axis=1) for c in range(channels)], axis=2)
    if channels in (2, 4):
        pixels[..., -1] = np.maximum(pixels[..., -1], largest // 255)
    got, _ = blurred(ctx, Photograph(pixels), [Uniform(radius=0)], lopsided_bank(), 64, precision)
    assert np.array_equal(got, pixels)


@pytest.mark.parametrize("is_linear", [False, True])
def test_light_is_mixed_not_its_code(ctx, is_linear):
    """Black and white stripes of a pixel, blurred: half the light is sRGB 188, not 128."""
    stripes = np.zeros((50, 200, 3), np.uint8)
    stripes[:, ::2] = 255
    photo = Photograph(stripes, is_linear)
    got, _ = blurred(ctx, photo, [Uniform(radius=6 / 50)], lopsided_bank((16, 16)))
    middle = got[10:40, 20:-20].mean()
    assert middle == pytest.approx(127.5 if is_linear else 187.5, abs=2)


def test_colour_of_what_is_transparent_does_not_bleed(ctx):
    """Red beside transparent green: nothing turns green, and alpha gets the same soft edge."""
    pixels = np.zeros((40, 60, 4), np.uint8)
    pixels[:, :30] = (255, 0, 0, 255)
    pixels[:, 30:] = (0, 255, 0, 0)
    got, _ = blurred(ctx, Photograph(pixels), [Uniform(radius=0.1)], lopsided_bank())
    assert (got[..., 1] <= 1).all(), "no green"
    assert (got[..., 0][got[..., 3] > 3] >= 254).all(), "red stays red where it fades"
    edge = got[20, 20:40, 3].astype(int)
    assert edge[0] == 255 and edge[-1] == 0 and len(set(edge)) > 4


def test_exr_like_floats_keep_what_is_brighter_than_white(ctx):
    pixels = np.zeros((41, 57, 3), np.float32)
    pixels[20, 30] = 5000.0
    got, _ = blurred(
        ctx, Photograph(pixels, True), [Uniform(radius=0.1)], lopsided_bank(), precision="float"
    )
    assert got.sum() == pytest.approx(3 * 5000, rel=1e-2) and got.max() < 5000


def test_grey_to_colour_where_banks_differ(ctx):
    banks = tuple(lopsided_bank(seed=seed) for seed in range(3))
    photo = bytes_(channels=1)
    blur = PhotoBlur(ctx, [(still(Uniform()), banks)], photo.size, "sparse", "half")
    got = blur.run(Decoder(photo, np.float16), Encoder(np.uint8, 3, False))
    blur.release()
    assert got.shape == (SIZE[1], SIZE[0], 3)
    assert np.abs(got[..., 0].astype(int) - got[..., 2]).max() > 3


def test_broken_and_too_bright_numbers_are_mended_and_counted():
    pixels = np.ones((3, 4, 3), np.float32)
    pixels[1, 2] = (np.nan, np.inf, 1e9)
    decoder = Decoder(Photograph(pixels, True), np.float32)
    light = decoder.light(slice(None), slice(None))
    assert light[1, 2].tolist() == [0, 65504, 65504, 1]
    assert decoder.mended == 3


def test_brighter_than_white_is_counted_where_it_is_cut_off():
    light = np.full((2, 3, 4), 0.5, np.float32)
    light[0, 1, :3] = (1.5, 1.0, 2.0)
    encoder = Encoder(np.uint16, 3, is_linear=False)
    assert encoder.pixels(light, (0, 0))[0, 1].tolist() == [65535] * 3
    assert encoder.clipped == 2


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_table_of_half_floats_is_the_curve(dtype):
    light = np.linspace(0, 1, 4096).reshape(32, 128)[..., None].repeat(4, -1).astype(dtype)
    got = Encoder(np.uint16, 3, is_linear=False).pixels(light, (0, 0))
    assert np.array_equal(got, np.rint(encode_srgb(light[..., :3]) * 65535))
    assert np.array_equal(
        Encoder(np.uint16, 3, is_linear=True).pixels(light, (0, 0)),
        np.rint(light[..., :3].astype("f4") * 65535),
    )


# Dither


def test_dither_keeps_the_mean_of_what_lies_between_two_steps():
    light = np.full((128, 128, 4), decode_srgb(100.3 / 255), np.float32)
    got = Encoder(np.uint8, 3, is_linear=False).pixels(light, (0, 0))
    assert set(np.unique(got)) == {100, 101}
    assert got.mean() == pytest.approx(100.3, abs=0.05)
    plain = Encoder(np.uint8, 3, is_linear=False, dithered=False).pixels(light, (0, 0))
    assert (plain == 100).all()


def test_noise_is_even_small_and_hangs_on_the_place_alone():
    whole = noise((0, 0), (90, 70), 3)
    assert np.array_equal(noise((31, 17), (20, 10), 3), whole[17:27, 31:51])
    assert np.abs(whole).max() <= AMPLITUDE and abs(whole.mean()) < 0.01
    assert np.histogram(whole, 8, (-AMPLITUDE, AMPLITUDE))[0].std() < 0.05 * whole.size / 8
    brightness = whole @ (0.2126, 0.7152, 0.0722)
    assert brightness.std() < 0.7 * whole[..., 0].std(), "channels differ"


def test_dense_needs_targets(ctx):
    bank = lopsided_bank()
    bare = Bank(bank.axes, bank.offsets, bank.weights)
    with pytest.raises(GraphicsError, match=r"bank: no targets, targets expected for dense blur"):
        PhotoBlur(ctx, [(still(Uniform()), (bare,))], (9, 9), "dense", "half")


def test_a_tile_is_what_the_map_is_told():
    assert next(iter(Plan((5, 3), (64, 64), 2))) == Tile((0, 0), 0, 0, 5, 3, (0, 0, 5, 3))
