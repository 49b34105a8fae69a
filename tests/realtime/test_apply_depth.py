"""Depth of field of photographs: what depth maps say, what their holes become, and the lens."""

import numpy as np
import pytest
from banks import disc_bank
from images import lopsided_image
from PIL import Image

from realtime.errors import PictureError, UsageError
from realtime.photo import lens_blur
from realtime.photo.depth import Nearness, read_nearness
from realtime.photo.holes import filled
from realtime.photo.light import Decoder, Encoder
from realtime.pictures import Photograph, encode_srgb, read_photograph, write_photograph

SIZE = (60, 40)  # lopsided
FAR, NEAR = 10.0, 50.0


def grey(size=SIZE):
    return np.full((size[1], size[0], 3), 0.5, "f4")


def read(tmp_path, values, kind="disparity", display=None, size=SIZE):
    np.save(tmp_path / "d.npy", values)
    return read_nearness(tmp_path / "d.npy", kind, size, grey() if display is None else display)


# Holes


def two_planes():
    """Far on the left, near on the right, with a band between them that nothing is known of."""
    disparity = np.full((40, 60), FAR, "f4")
    disparity[:, 30:] = NEAR
    known = np.ones((40, 60), bool)
    known[:, 22:30] = False
    return disparity, known


def test_a_hole_beside_a_silhouette_is_background():
    disparity, known = two_planes()
    result = filled(np.where(known, disparity, 0), known, grey())
    assert np.allclose(result, disparity, atol=1e-4)
    mirrored = filled(np.where(known, disparity, 0)[:, ::-1], known[:, ::-1], grey())
    assert np.allclose(mirrored, disparity[:, ::-1], atol=1e-4)


def test_unless_its_colours_are_those_of_the_foreground():
    """The near thing is red and reaches 3 px into the hole."""
    disparity, known = two_planes()
    display = grey()
    display[:, 27:] = (0.8, 0.1, 0.1)
    result = filled(np.where(known, disparity, 0), known, display)
    assert np.allclose(result[:, 22:27], FAR, atol=1e-4)
    assert np.allclose(result[:, 27:30], NEAR, atol=1e-4)


def test_the_far_end_of_a_wide_hole_is_asked_too():
    """A red thing reaches 5 px into a hole of 30: the blue wall is too far for the window."""
    disparity = np.full((40, 80), FAR, "f4")
    disparity[:, 55:] = NEAR
    known = np.ones(disparity.shape, bool)
    known[:, 25:55] = False
    display = np.full((40, 80, 3), (0.2, 0.3, 0.8), "f4")
    display[:, 50:] = (0.8, 0.1, 0.1)
    for flip in (1, -1):
        result = filled(
            np.where(known, disparity, 0)[:, ::flip], known[:, ::flip], display[:, ::flip]
        )[:, ::flip]
        assert np.allclose(result[:, 50:55], NEAR, atol=1e-4)
        assert np.allclose(result[:, 25:50], FAR, atol=1e-4)


def test_a_hole_within_one_surface_is_joined():
    """A floor that comes nearer to the right, with a gap: a line goes through it."""
    floor = np.broadcast_to(np.linspace(FAR, NEAR, 400, dtype="f4"), (40, 400))
    known = np.ones(floor.shape, bool)
    known[5:30, 100:106] = False
    result = filled(np.where(known, floor, 0), known, grey((400, 40)))
    assert np.abs(result - floor).max() < 0.02 * (NEAR - FAR)


def test_rows_and_corners_that_know_nothing_take_what_is_around():
    disparity, known = two_planes()
    known[:3], known[-2:], known[:, :4] = False, False, False
    result = filled(np.where(known, disparity, 0), known, grey())
    assert np.allclose(result, disparity, atol=1e-4)
    known[:] = False
    known[17, 44] = True
    assert np.allclose(filled(np.where(known, disparity, 0), known, grey()), NEAR, atol=1e-4)


def test_what_is_known_stays():
    rng = np.random.default_rng(3)
    disparity = rng.uniform(FAR, NEAR, (40, 60)).astype("f4")
    known = rng.random((40, 60)) > 0.4
    result = filled(np.where(known, disparity, 0), known, lopsided_image(40, 60, 3))
    assert np.array_equal(result[known], disparity[known])
    assert result.min() >= disparity[known].min() and result.max() <= disparity[known].max()


# Files


@pytest.mark.parametrize("hole", [np.inf, np.nan, 0.0, -1.0])
def test_holes_of_a_disparity(tmp_path, hole):
    disparity, known = two_planes()
    nearness = read(tmp_path, np.where(known, disparity, hole).astype("f4"))
    assert np.allclose(nearness.values, (disparity - FAR) / (NEAR - FAR), atol=1e-5)
    hint = "; if 0 is far away: --zero far" if hole == 0 else ""
    told = f"{tmp_path}/d.npy: 320 of 2400 px have no disparity, filled from around{hint}"
    assert nearness.notes == (told,)


def test_zero_may_be_far_instead_of_a_hole(tmp_path):
    """Sky between two trees: as a hole it would be a tree."""
    disparity = np.full(SIZE[::-1], NEAR, "f4")
    disparity[:, 20:40] = 0
    disparity[3, 3] = np.nan
    as_hole = read(tmp_path, disparity)
    assert np.ptp(as_hole.values) < 1e-5
    assert as_hole.notes[0].endswith(
        "801 of 2400 px have no disparity, filled from around; if 0 is far away: --zero far"
    )
    np.save(tmp_path / "d.npy", disparity)
    far = read_nearness(tmp_path / "d.npy", "disparity", SIZE, grey(), "far")
    assert (far.values[:, 20:40] == 0).all() and np.allclose(far.values[:, :20], 1, atol=1e-4)
    assert far.notes[0].endswith("1 of 2400 px have no disparity, filled from around")


def test_a_depth_is_a_distance_and_its_infinity_the_sky(tmp_path):
    depth = np.full(SIZE[::-1], 4.0, "f4")
    depth[:, 20:] = 2.0
    depth[0, 0] = np.inf
    nearness = read(tmp_path, depth, "depth")
    assert nearness.values[0, 0] == 0 and nearness.values[5, 5] == pytest.approx(0.5)
    assert nearness.values[5, 40] == 1 and nearness.notes == ()
    assert nearness.of_distance(4.0) == pytest.approx(0.5)
    assert nearness.of_distance(np.inf) == 0


def test_pictures_are_taken_by_their_own_numbers(tmp_path):
    stored = np.full(SIZE[::-1], 3000, np.uint16)
    stored[:, 30:] = 1000
    Image.fromarray(stored).save(tmp_path / "d.png")
    nearness = read_nearness(tmp_path / "d.png", "depth", SIZE, grey())
    assert nearness.of_distance(3000) == pytest.approx(0, abs=1e-6)
    assert nearness.of_distance(1000) == pytest.approx(1)
    write_photograph(tmp_path / "d.exr", Photograph(stored[..., None].astype("f4")))
    same = read_nearness(tmp_path / "d.exr", "depth", SIZE, grey())
    assert np.array_equal(same.values, nearness.values)


def test_another_size_is_resampled_and_said(tmp_path):
    nearness = read(tmp_path, lopsided_image(20, 31, 1)[..., 0] + 1)
    assert nearness.values.shape == SIZE[::-1]
    assert nearness.notes == (f"{tmp_path}/d.npy: 31 × 20 px, resampled to the picture's 60 × 40",)


def test_files_that_are_no_depth(tmp_path):
    with pytest.raises(PictureError, match=r"d\.npy: no number above 0 in it, a disparity for"):
        read(tmp_path, np.zeros(SIZE[::-1], "f4"))
    with pytest.raises(PictureError, match=r"d\.npy: 2 channels that differ, one of depth exp"):
        read(tmp_path, lopsided_image(40, 60, 2), "depth")


# Focus


def split():
    """Nearness 0.2 on the left, 0.8 on the right, with a speck of noise."""
    values = np.full((400, 600), 0.2, "f4")
    values[:, 300:] = 0.8
    values[100, 100] = 1.0
    return Nearness(values, far=FAR, near=NEAR, kind="disparity")


def test_focus_on_a_place_is_the_median_around_it():
    assert split().at((100.5 / 600, 100.5 / 400)) == pytest.approx(0.2)
    assert split().at((1, 1)) == pytest.approx(0.8)
    assert split().at((0, 1)) == pytest.approx(0.2)


@pytest.mark.parametrize("place", [(1.2, 0.5), (0.5, -0.1), (float("nan"), 0)])
def test_focus_outside_the_picture(place):
    with pytest.raises(UsageError, match=r"--focus: .*, fractions of the picture from 0 to 1 exp"):
        split().at(place)


@pytest.mark.parametrize("distance", [9.0, 51.0, float("nan")])
def test_focus_on_a_distance_that_nothing_has(distance):
    with pytest.raises(
        UsageError, match=r"--focus-distance: .*, 10 to 50 expected, as the disparity has"
    ):
        split().of_distance(distance)
    assert split().of_distance(20) == pytest.approx(0.25)


# The lens


@pytest.mark.parametrize("focus", [0.0, 0.3, 1.0])
def test_the_largest_circle_is_what_was_asked_for(focus):
    view = lens_blur.lens_view(split(), focus, coc_radius=0.03)
    constant, slope = view.depth.coc_coefficients(view.lens)
    nearness = np.array([0.0, focus, 1.0])
    coc = constant + slope * (view.depth.x + view.depth.y * (0.5 + 0.5 * nearness))
    assert coc[1] == pytest.approx(0, abs=1e-9)
    assert np.abs(coc).max() == pytest.approx(0.03)
    assert coc[0] >= 0 >= coc[2], "far is behind, near in front"
    assert coc[0] - coc[2] == pytest.approx(0.03 / max(focus, 1 - focus))


def through_lens(ctx, photo, nearness, focus, coc_radius, precision="half"):
    bank = disc_bank(20)
    decoder = Decoder(photo, np.float16 if precision == "half" else np.float32)
    encoder = Encoder(photo.pixels.dtype.type, photo.pixels.shape[2], photo.is_linear)
    view = lens_blur.lens_view(nearness, focus, coc_radius)
    return lens_blur.render(ctx, bank, None, precision, decoder, encoder, nearness, view)


def wall_and_post():
    """A far wall with a lamp, 0; a near post in the middle, 1."""
    values = np.zeros((160, 240), "f4")
    values[:, 100:140] = 1.0
    pixels = np.full((160, 240, 3), 0.02, "f4")
    pixels[:, 100:140] = np.random.default_rng(0).random((160, 40, 3))
    pixels[80, 50] = 40.0
    return Photograph(pixels, True), Nearness(values, FAR, NEAR, "disparity")


@pytest.mark.gl
def test_a_far_lamp_is_a_disc_of_the_radius_asked_for(ctx):
    photo, nearness = wall_and_post()
    got = through_lens(ctx, photo, nearness, focus=1.0, coc_radius=0.075, precision="float")
    light = got[50:111, 20:81, 0] - 0.02
    y, x = np.mgrid[-30:31, -30:31]
    variance = (light * (x**2 + y**2)).sum() / light.sum()
    assert np.sqrt(2 * variance) == pytest.approx(0.075 * 160, rel=0.05)
    assert light.sum() == pytest.approx(40, rel=0.02)
    assert np.abs(got[:, 104:136] - photo.pixels[:, 104:136]).max() < 1e-3, "the post is sharp"


@pytest.mark.gl
def test_focused_far_the_wall_is_sharp_and_the_post_not(ctx):
    photo, nearness = wall_and_post()
    got = through_lens(ctx, photo, nearness, focus=0.0, coc_radius=0.05, precision="float")
    assert np.abs(got[:, :80] - photo.pixels[:, :80]).max() < 1e-3
    assert got[40:120, 110:130].std() < 0.3 * photo.pixels[40:120, 110:130].std()


@pytest.mark.gl
def test_alpha_stays_and_colour_beneath_it_too(ctx):
    photo, nearness = wall_and_post()
    colour = (encode_srgb(photo.pixels) * 255).astype("u1")
    alpha = (lopsided_image(160, 240, 1) * 200 + 50).astype("u1")
    opaque = through_lens(ctx, Photograph(colour), nearness, 1.0, 0.05)
    pixels = through_lens(ctx, Photograph(np.concatenate([colour, alpha], 2)), nearness, 1.0, 0.05)
    assert np.array_equal(pixels[..., 3:], alpha)
    assert np.abs(pixels[..., :3].astype(int) - opaque).max() <= 2


@pytest.mark.gl
def test_one_distance_everywhere_is_in_focus(ctx):
    photo, _ = wall_and_post()
    flat = Nearness(np.zeros((160, 240), "f4"), FAR, FAR, "disparity")
    got = through_lens(ctx, photo, flat, flat.of_distance(FAR), 0.05, "float")
    assert np.abs(got - photo.pixels).max() < 1e-3


@pytest.mark.gl
def test_pictures_too_large_for_the_memory_are_refused(ctx, monkeypatch):
    with pytest.raises(PictureError, match=r"p\.png: 9000 × 8000 px, at most 50 million pixels"):
        lens_blur.check_size(ctx, "p.png", (9000, 8000))
    with pytest.raises(PictureError, match=r"p\.png: 100000 × 9 px, at most \d+ px a side exp"):
        lens_blur.check_size(ctx, "p.png", (100_000, 9))
    monkeypatch.setattr(lens_blur, "_memory_bytes", lambda: 4e9)
    with pytest.raises(
        PictureError, match=r"p\.png: 7000 × 6000 px need about 8\.4 GB with --depth, .* has 4\.0"
    ):
        lens_blur.check_size(ctx, "p.png", (7000, 6000))
    lens_blur.check_size(ctx, "p.png", (4000, 3000))


# A photograph with a true disparity


@pytest.mark.gl
def test_the_motorcycle(ctx, tmp_path):
    data = pytest.importorskip("skimage.data")
    left, _, disparity = data.stereo_motorcycle()
    Image.fromarray(left).save(tmp_path / "p.png")
    np.save(tmp_path / "d.npy", disparity)
    photo = read_photograph(tmp_path / "p.png")
    nearness = read_nearness(
        tmp_path / "d.npy", "disparity", photo.size, left.astype("f4") / np.float32(255)
    )
    assert "27226 of 370500 px have no disparity" in nearness.notes[0]
    got = through_lens(ctx, photo, nearness, nearness.at((0.727, 0.31)), 0.02)
    wall, lamp = (slice(0, 90), slice(180, 300)), (slice(140, 170), slice(525, 552))
    sharpness = [
        np.abs(np.diff(p[place].astype(float), axis=1)).mean()
        for place in (wall, lamp)
        for p in (got, left)
    ]
    assert sharpness[0] < 0.5 * sharpness[1], "the wall is blurred"
    assert sharpness[2] > 0.9 * sharpness[3], "the headlamp is not"
