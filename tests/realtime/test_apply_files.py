"""Photographs in files: what is read is what is stored, and what is written is what others read."""

import dataclasses
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest
from PIL import Image, ImageOps, JpegImagePlugin

from realtime.errors import PictureError
from realtime.pictures import (
    Photograph,
    check_goes_in,
    number_type,
    read_photograph,
    write_photograph,
)
from realtime.pictures import photograph as photograph_module

HEIGHT, WIDTH = 37, 53  # lopsided
ICC = bytes(range(256)) * 3  # Pillow hands a profile on as it is


def pixels(channels=3, dtype=np.uint8, seed=3):
    """Random walks, so that filters and JPEG have something to predict; no symmetry."""
    rng = np.random.default_rng(seed)
    largest = np.iinfo(dtype).max
    steps = rng.integers(-largest // 20, largest // 20 + 1, (HEIGHT, WIDTH, channels))
    walk = np.cumsum(steps, axis=1) + np.linspace(0, largest, HEIGHT)[:, None, None]
    return np.clip(walk, 0, largest).astype(dtype)


def squeezed(array):
    return array[..., 0] if array.shape[2] == 1 else array


# Reading


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_png_is_read_as_it_is_stored(tmp_path, channels):
    want = pixels(channels)
    Image.fromarray(squeezed(want)).save(tmp_path / "p.png", icc_profile=ICC)
    photo = read_photograph(tmp_path / "p.png")
    assert photo.pixels.dtype == np.uint8 and np.array_equal(photo.pixels, want)
    assert photo.icc == ICC and not photo.is_linear
    assert (photo.has_alpha, photo.is_grey) == (channels in (2, 4), channels < 3)
    assert photo.size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_every_exif_orientation_is_read_upright(tmp_path, suffix, orientation):
    path = tmp_path / f"p.{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels()).save(path, exif=exif, quality=95)
    with Image.open(path) as image:
        want = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(read_photograph(path).pixels, want)


def test_orientation_is_not_written_again(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels()).save(tmp_path / "p.jpg", exif=exif)
    photo = read_photograph(tmp_path / "p.jpg")
    write_photograph(tmp_path / "q.jpg", photo)
    with Image.open(tmp_path / "q.jpg") as image:
        assert image.size == (HEIGHT, WIDTH) and image.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("name", ["q.jpg", "q.png", "deep.png"])
def test_the_rest_of_exif_goes_on(tmp_path, name):
    """Make and date stay; orientation, and sides that it has swapped, do not."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    exif.get_ifd(0x8769).update({0x9003: "2026:11:25 12:00:00", 0xA002: WIDTH, 0xA003: HEIGHT})
    exif.get_ifd(0x8825)[1] = "N"
    Image.fromarray(pixels()).save(tmp_path / "p.jpg", exif=exif)
    photo = read_photograph(tmp_path / "p.jpg")
    if name == "deep.png":
        photo = dataclasses.replace(photo, pixels=photo.pixels * np.uint16(257))
    write_photograph(tmp_path / name, photo)
    with Image.open(tmp_path / name) as image:
        assert image.size == (HEIGHT, WIDTH)
        got = image.getexif()
        assert dict(got.get_ifd(0x8769)) == {0x9003: "2026:11:25 12:00:00"}
        assert dict(got.get_ifd(0x8825)) == {1: "N"}
        assert got[0x010F] == "Maker" and 0x0112 not in got
    assert read_photograph(tmp_path / name).pixels.shape[:2] == (WIDTH, HEIGHT)


def test_turning_makes_no_exif_that_was_not_there(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 8, "Maker"
    Image.fromarray(pixels()).save(tmp_path / "p.jpg", exif=exif)
    write_photograph(tmp_path / "out.jpg", read_photograph(tmp_path / "p.jpg"))
    with Image.open(tmp_path / "out.jpg") as image:
        assert dict(image.getexif()) == {0x010F: "Maker"}


def test_damaged_exif_does_no_harm(tmp_path):
    Image.fromarray(pixels()).save(tmp_path / "p.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_photograph(tmp_path / "p.jpg").pixels.shape == (HEIGHT, WIDTH, 3)


def test_palettes_become_colours_and_keep_what_is_transparent(tmp_path):
    colours = Image.fromarray(pixels()).quantize(16)
    colours.save(tmp_path / "p.png")
    assert np.array_equal(
        read_photograph(tmp_path / "p.png").pixels, np.asarray(colours.convert("RGB"))
    )
    colours.save(tmp_path / "q.png", transparency=bytes([0, 99] + [255] * 14))
    with Image.open(tmp_path / "q.png") as image:
        want = np.asarray(image.convert("RGBA"))
    assert np.array_equal(read_photograph(tmp_path / "q.png").pixels, want)
    assert set(np.unique(want[..., 3])) >= {0, 99, 255}


def test_one_transparent_grey_gives_alpha(tmp_path):
    grey = Image.fromarray(pixels(1)[..., 0])
    grey.save(tmp_path / "p.png", transparency=int(pixels(1)[0, 0, 0]))
    photo = read_photograph(tmp_path / "p.png")
    assert np.array_equal(photo.pixels[..., 0], pixels(1)[..., 0])
    assert np.array_equal(photo.pixels[..., 1] == 0, pixels(1)[..., 0] == pixels(1)[0, 0, 0])


def test_tall_pictures_are_copied_whole(tmp_path):
    """Rows leave Pillow in strips."""
    tall = np.random.default_rng(1).integers(0, 256, (600, 7, 3), dtype=np.uint8)
    Image.fromarray(tall).save(tmp_path / "p.png")
    assert np.array_equal(read_photograph(tmp_path / "p.png").pixels, tall)


@pytest.mark.parametrize("mode", ["CMYK"])
def test_colour_types_that_are_not_read_are_named(tmp_path, mode):
    Image.new(mode, (5, 4)).save(tmp_path / "p.jpg")
    with pytest.raises(
        PictureError, match=r"p\.jpg: colour type CMYK, grey or RGB, .* expected\. Convert it"
    ):
        read_photograph(tmp_path / "p.jpg")


def test_a_hundred_megapixels_are_no_bomb_but_there_is_a_limit(tmp_path, monkeypatch):
    """Pillow refuses from 179 million pixels on; a header is enough to see who refuses."""
    head = struct.pack(">IIBBBBB", 30_000, 10_000, 8, 2, 0, 0, 0)
    body = b"IHDR" + head
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data += struct.pack(">I", 99) + b"IDAT"
    (tmp_path / "p.png").write_bytes(data)
    with pytest.raises(PictureError, match=r"p\.png: damaged or cut short"):
        read_photograph(tmp_path / "p.png")
    monkeypatch.setattr(photograph_module, "MOST_PIXELS", 299_999_999)
    with pytest.raises(PictureError, match=r"30000 × 10000 px, at most 299 million pixels"):
        read_photograph(tmp_path / "p.png")
    assert Image.MAX_IMAGE_PIXELS is not None, "Pillow's own limit is as it was"


@pytest.mark.parametrize("name", ["p.tif", "p"])
def test_unknown_suffixes(tmp_path, name):
    with pytest.raises(PictureError, match=r"a picture called .*, one of \.png.* expected"):
        read_photograph(tmp_path / name)
    with pytest.raises(PictureError, match=r"Choose another --out"):
        check_goes_in(tmp_path / name, (9, 7), has_alpha=False)


@pytest.mark.parametrize("suffix", ["png", "jpg", "exr", "npy"])
def test_damaged_files_are_named(tmp_path, suffix, capfd):
    whole = tmp_path / f"whole.{suffix}"
    dtype = np.float32 if suffix in ("exr", "npy") else np.uint8
    write_photograph(whole, Photograph(pixels().astype(dtype)))
    for part in (0, 7, 300, 0.6):
        data = whole.read_bytes()
        (tmp_path / f"bad.{suffix}").write_bytes(
            data[: int(part * len(data)) if part < 1 else part]
        )
        with pytest.raises(PictureError, match=rf"bad\.{suffix}: .* expected\. Save it again"):
            read_photograph(tmp_path / f"bad.{suffix}")
    assert capfd.readouterr() == ("", "")


# 16 bits


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_16_bit_png_keeps_every_bit_here_and_elsewhere(tmp_path, channels):
    want = pixels(channels, np.uint16)
    write_photograph(tmp_path / "p.png", Photograph(want, icc=ICC))
    photo = read_photograph(tmp_path / "p.png")
    assert photo.pixels.dtype == np.uint16 and np.array_equal(photo.pixels, want)
    assert photo.icc == ICC
    with av.open(str(tmp_path / "p.png")) as container:  # FFmpeg, which shares no line with us
        frame = next(container.decode(video=0))
    names = {1: "gray16be", 2: "ya16be", 3: "rgb48be", 4: "rgba64be"}
    assert frame.format.name == names[channels]
    if channels != 2:
        assert np.array_equal(frame.to_ndarray().reshape(want.shape), want)


def test_16_bit_rows_of_more_than_one_block(tmp_path):
    tall = np.random.default_rng(5).integers(0, 65536, (700, 3, 3), dtype=np.uint16)
    write_photograph(tmp_path / "p.png", Photograph(tall))
    assert np.array_equal(read_photograph(tmp_path / "p.png").pixels, tall)


# Writing


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_8_bit_png_comes_back(tmp_path, channels):
    write_photograph(tmp_path / "p.png", Photograph(pixels(channels), icc=ICC))
    with Image.open(tmp_path / "p.png") as image:
        assert np.array_equal(np.asarray(image), squeezed(pixels(channels)))
        assert image.info["icc_profile"] == ICC


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_is_fine_and_full_in_colour(tmp_path, channels):
    write_photograph(tmp_path / "p.jpg", Photograph(pixels(channels), icc=ICC))
    same = io.BytesIO()
    Image.fromarray(squeezed(pixels(channels))).save(same, "JPEG", quality=95)
    with Image.open(tmp_path / "p.jpg") as image, Image.open(same) as other:
        assert image.quantization == other.quantization
        assert channels == 1 or JpegImagePlugin.get_sampling(image) == 0, "4:4:4"
        assert image.info["icc_profile"] == ICC


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_exr_keeps_half_and_float_and_alpha(tmp_path, dtype, channels):
    want = (pixels(channels) / 25).astype(dtype)
    write_photograph(tmp_path / "p.exr", Photograph(want))
    photo = read_photograph(tmp_path / "p.exr")
    assert photo.pixels.dtype == dtype and np.array_equal(photo.pixels, want)
    with OpenEXR.File(str(tmp_path / "p.exr"), separate_channels=True) as file:
        assert set(file.channels()) == set(("Y", "YA", "RGB", "RGBA")[channels - 1])


def test_jpeg_takes_no_alpha(tmp_path):
    with pytest.raises(PictureError, match=r"a JPEG for a picture with alpha, which JPEG has not"):
        check_goes_in(tmp_path / "p.jpg", (9, 7), has_alpha=True)


def test_jpeg_has_a_largest_side(tmp_path):
    with pytest.raises(PictureError, match=r"p\.jpg: 70000 × 2 px in a JPEG, at most 65500 px a"):
        write_photograph(tmp_path / "p.jpg", Photograph(np.zeros((2, 70000, 3), np.uint8)))


@pytest.mark.parametrize(
    ("name", "source", "want"),
    [
        ("p.png", np.uint8, np.uint8),
        ("p.png", np.uint16, np.uint16),
        ("p.png", np.float16, np.uint16),
        ("p.jpg", np.uint16, np.uint8),
        ("p.exr", np.uint8, np.float32),
        ("p.exr", np.float16, np.float16),
        ("p.npy", np.float32, np.float32),
    ],
)
def test_the_suffix_chooses_the_numbers(name, source, want):
    assert number_type(name, np.dtype(source)) is want


def test_numbers_that_do_not_suit_the_suffix(tmp_path):
    with pytest.raises(PictureError, match=r"p\.jpg: pixels of uint16, of uint8 expected"):
        write_photograph(tmp_path / "p.jpg", Photograph(pixels(dtype=np.uint16)))


SMALL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
import numpy as np
from realtime.errors import PictureError
from realtime.pictures import Photograph, write_photograph
noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3))
try:
    write_photograph(sys.argv[1], Photograph(noise.astype(sys.argv[2])))
except PictureError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("name", "dtype"),
    [("p.png", "u1"), ("p.png", "u2"), ("p.jpg", "u1"), ("p.exr", "f2"), ("p.npy", "f4")],
)
def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path, name, dtype):
    path = tmp_path / name
    path.write_bytes(b"old")
    command = [sys.executable, "-W", "error", "-c", SMALL_DISK, str(path), dtype]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.stderr == ""
    assert run.stdout.startswith(f"{path}: not written (")
    assert run.stdout.endswith("Choose another --out; an old file there is untouched\n")
    assert path.read_bytes() == b"old"
    assert [p.name for p in Path(tmp_path).iterdir()] == [name]
