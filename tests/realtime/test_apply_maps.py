"""Parameter maps of users: units, sizes, and what is wrong with them."""

import numpy as np
import pytest
from banks import lopsided_bank
from images import lopsided_image
from PIL import Image

from realtime.bank import Axis
from realtime.effects import Uniform
from realtime.effects.animation import Moving
from realtime.errors import PictureError
from realtime.photo.blur import MapBlur, PhotoBlur
from realtime.photo.light import Decoder, Encoder
from realtime.photo.maps import ParameterMap
from realtime.photo.numbers import read_numbers, resampled
from realtime.pictures import Photograph, write_photograph

SIZE = (53, 37)  # lopsided
RADIUS = (Axis("radius", "px", (0.0, 1.0, 2.5, 6.0)),)
FIELD = (*RADIUS, Axis("field", "", (0.25, 0.5, 1.0)))
ALL = slice(None)


def written(path, array):
    if path.suffix == ".npy":
        np.save(path, array)
    elif path.suffix == ".exr":
        write_photograph(path, Photograph(array.astype("f4").reshape(*array.shape[:2], -1)))
    else:
        Image.fromarray(array).save(path)
    return path


def ramp(largest, dtype, size=SIZE):
    return (lopsided_image(size[1], size[0], 1)[..., 0] * largest).astype(dtype)


# Units


@pytest.mark.parametrize(
    ("name", "dtype", "largest"),
    [
        ("m.png", np.uint8, 255),
        ("m.png", np.uint16, 65535),
        ("m.exr", np.float32, 1),
        ("m.npy", np.uint8, 255),
    ],
)
def test_white_of_a_picture_is_the_last_knot_without_a_curve(tmp_path, name, dtype, largest):
    stored = ramp(largest, dtype)
    path = written(tmp_path / name, stored)
    want = stored.astype("f4") / largest
    values = ParameterMap(path, RADIUS, SIZE).values(ALL, ALL)[..., 0]
    assert np.allclose(values, 6 * want, atol=1e-5)
    scaled = ParameterMap(path, RADIUS, SIZE, scale=4.5).values(ALL, ALL)[..., 0]
    assert np.allclose(scaled, 4.5 * want, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_of_an_array_are_in_the_axis_unit(tmp_path, dtype):
    path = written(tmp_path / "m.npy", ramp(5, dtype))
    assert np.allclose(
        ParameterMap(path, RADIUS, SIZE).values(ALL, ALL)[..., 0], ramp(5, dtype), atol=1e-3
    )
    halved = ParameterMap(path, RADIUS, SIZE, scale=0.5).values(ALL, ALL)[..., 0]
    assert np.allclose(halved, 0.5 * ramp(5, dtype), atol=1e-3)


def test_grey_that_is_saved_as_colour_is_grey(tmp_path):
    path = written(tmp_path / "m.png", np.repeat(ramp(255, np.uint8)[..., None], 3, axis=2))
    assert ParameterMap(path, RADIUS, SIZE).components == 1


def test_a_second_axis_is_the_second_component(tmp_path):
    two = np.stack([ramp(5, "f4"), ramp(1, "f4")[::-1]], -1)
    map_ = ParameterMap(written(tmp_path / "m.npy", two), FIELD, SIZE)
    assert np.array_equal(map_.values(ALL, ALL), two)
    colours = (lopsided_image(*SIZE[::-1], 3) * 255).astype("u1")
    map_ = ParameterMap(written(tmp_path / "m.png", colours), FIELD, SIZE)
    assert np.allclose(map_.values(ALL, ALL), colours[..., :2] / 255 * (6, 1), atol=1e-5)
    map_ = ParameterMap(written(tmp_path / "n.npy", ramp(5, "f4")), FIELD, SIZE)
    assert map_.components == 1 and map_.biases == (0.0, 0.25), "its first knot"


# Size


def test_another_size_is_resampled_and_said(tmp_path):
    small = ramp(5, "f4", (13, 9))
    map_ = ParameterMap(written(tmp_path / "m.npy", small), RADIUS, SIZE)
    want = np.asarray(Image.fromarray(small).resize(SIZE, Image.Resampling.BILINEAR))
    assert np.allclose(map_.values(ALL, ALL)[..., 0], want, atol=1e-4)
    assert map_.notes == [f"{tmp_path}/m.npy: 13 × 9 px, resampled to the picture's 53 × 37"]


def test_parts_of_a_resampled_map_are_parts_of_the_whole():
    numbers = lopsided_image(9, 13, 2)
    whole = resampled(numbers, SIZE, ALL, ALL)
    part = resampled(numbers, SIZE, slice(11, 64), slice(20, 31))
    assert np.array_equal(part, whole[11:, 20:31])


# What is wrong


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_nan_is_named_with_its_first_place(tmp_path, broken):
    values = ramp(5, "f4")
    values[7, 11] = values[7, 30] = values[20, 3] = broken
    path = written(tmp_path / "m.npy", values)
    with pytest.raises(
        PictureError, match=r"m\.npy: NaN or infinity in row 7, column 11, finite numbers expected"
    ):
        ParameterMap(path, RADIUS, SIZE)


def test_values_outside_the_axes_are_counted_once_each_axis(tmp_path):
    values = np.stack([ramp(5, "f4"), np.full(SIZE[::-1], 0.5, "f4")], -1)
    values[:3, :4, 0], values[5, 5, 0], values[0, :7, 1] = 7.5, -1, 0.2
    map_ = ParameterMap(written(tmp_path / "m.npy", values), FIELD, SIZE)
    assert [line.partition("m.npy: ")[2] for line in map_.notes] == [
        "13 of 1961 px outside the bank's radius 0 … 6 px (the map has -1 … 7.5), held at its ends",
        "7 of 1961 px outside the bank's field 0.25 … 1 (the map has 0.2 … 0.5), held at its ends",
    ]


def test_a_map_of_the_wrong_sign_ends_at_0_not_at_minus_0(tmp_path):
    values = np.full(SIZE[::-1], -5, "f4")
    values[3, 7] = -0.0
    (line,) = ParameterMap(written(tmp_path / "m.npy", values), RADIUS, SIZE).notes
    assert "1960 of 1961 px outside" in line
    assert "(the map has -5 … 0)" in line


def test_the_last_knot_itself_is_not_outside(tmp_path):
    axes = (Axis("radius", "px", (0.0, 0.1)),)  # 0.1 is not a float32
    path = written(tmp_path / "m.png", np.full(SIZE[::-1], 255, "u1"))
    assert ParameterMap(path, axes, SIZE).notes == []


def test_colours_are_no_map_for_one_axis(tmp_path):
    path = written(tmp_path / "m.png", (lopsided_image(9, 7, 3) * 255).astype("u1"))
    with pytest.raises(
        PictureError, match=r"m\.png: 3 channels that differ, grey expected for a b"
    ):
        ParameterMap(path, RADIUS, SIZE)


@pytest.mark.parametrize(
    "array", [np.zeros((3, 4, 5), "f4"), np.zeros((3, 4), "i8"), np.zeros((0, 4), "f4")]
)
def test_arrays_that_are_no_numbers_of_pixels(tmp_path, array):
    np.save(tmp_path / "m.npy", array)
    with pytest.raises(PictureError, match=r"m\.npy: shape \[.*\] of \w+, \[height, width\] or"):
        read_numbers(tmp_path / "m.npy")


def test_an_array_that_is_cut_short(tmp_path):
    path = written(tmp_path / "m.npy", ramp(5, "f4"))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(PictureError, match=r"m\.npy: not a whole NumPy array .* Save it again"):
        read_numbers(path)


# Blur


def run(blur, photo):
    pixels = blur.run(Decoder(photo, blur.number_type), Encoder(np.float32, 3, is_linear=True))
    blur.release()
    return pixels


@pytest.mark.gl
def test_every_pixel_has_the_radius_of_the_map(ctx, tmp_path):
    """Four rectangles of one radius each: within each, what one radius everywhere gives."""
    size = (160, 120)
    radii = np.zeros(size[::-1], "f4")
    quarters = {(0, 0): 0.0, (0, 1): 1.7, (1, 0): 6.0, (1, 1): 3.3}
    for (down, right), radius in quarters.items():
        radii[down * 60 : down * 60 + 60, right * 80 : right * 80 + 80] = radius
    photo, bank = Photograph(lopsided_image(120, 160, 3), True), lopsided_bank((5, 3))
    map_ = ParameterMap(written(tmp_path / "m.npy", radii), bank.axes, size)
    got = run(MapBlur(ctx, map_, (bank,), "sparse", "float", 64), photo)
    for (down, right), radius in quarters.items():
        effect = Uniform(radius=radius / 120)
        asked = [(Moving(effect, effect), (bank,))]
        want = run(PhotoBlur(ctx, asked, size, "sparse", "float"), photo)
        # The last layer reads what neighbours blurred by their own radius: stay away from those.
        inner = (slice(down * 60 + 12, down * 60 + 48), slice(right * 80 + 12, right * 80 + 68))
        assert np.abs(got[inner] - want[inner]).max() < 1e-4, radius


@pytest.mark.gl
@pytest.mark.parametrize("components", [1, 2])
def test_tiles_of_a_map_do_not_show_to_the_bit(ctx, tmp_path, components):
    """Noise, of another size than the picture's, so that resampling has something to do."""
    rng = np.random.default_rng(4)
    noise = rng.uniform(0, 6, (90, 111, components)).astype("f4")
    bank = lopsided_bank(angles=(0.0, 1.0, 6.0) if components == 2 else None)
    map_ = ParameterMap(written(tmp_path / "m.npy", noise), bank.axes, (317, 203))
    photo = Photograph(lopsided_image(203, 317, 3), True)
    results = [
        run(MapBlur(ctx, map_, (bank,), "sparse", "half", tile), photo) for tile in (512, 128, 64)
    ]
    assert np.array_equal(results[0], results[1]) and np.array_equal(results[0], results[2])
    assert np.abs(results[0] - photo.pixels).max() > 0.1


@pytest.mark.gl
def test_three_banks_have_each_its_own_knots(ctx, tmp_path):
    """Places are counted in knots, and those of lens banks differ by colour."""
    map_ = ParameterMap(written(tmp_path / "m.npy", ramp(5, "f4")), RADIUS, SIZE)
    photo = Photograph(lopsided_image(SIZE[1], SIZE[0], 3), True)
    banks = (lopsided_bank(), lopsided_bank(radii=(0.0, 3.0, 9.0)), lopsided_bank(seed=4))
    got = run(MapBlur(ctx, map_, banks, "sparse", "half"), photo)
    for channel, bank in enumerate(banks):
        alone = run(MapBlur(ctx, map_, (bank,), "sparse", "half"), photo)
        assert np.array_equal(got[..., channel], alone[..., channel])
