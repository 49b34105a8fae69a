import struct
import subprocess
import sys
import zlib
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest
from PIL import Image

from realtime import pictures
from realtime.errors import PictureError
from realtime.pictures import (
    VideoWriter,
    decode_srgb,
    display_bytes,
    encode_srgb,
    exr,
    labelled_grid,
    labelled_row,
    read_picture,
    write_picture,
)
from realtime.pictures import sheet as sheet_module

HEIGHT, WIDTH = 5, 8  # lopsided


def hdr(height=HEIGHT, width=WIDTH):
    """Linear light, 0 … 500, different in every value."""
    values = np.random.default_rng(1).random((height, width, 3)).astype(np.float32)
    return values * np.float32(500)


def display(height=HEIGHT, width=WIDTH):
    return np.random.default_rng(2).integers(0, 256, (height, width, 3), dtype=np.uint8)


# The sRGB curve


def test_srgb_at_the_points_of_its_standard():
    assert encode_srgb(0) == 0
    assert encode_srgb(1) == pytest.approx(1, abs=1e-6)
    assert encode_srgb(0.001) == pytest.approx(0.01292, rel=1e-5), "straight near black"
    assert encode_srgb(0.18) == pytest.approx(0.46135612950044164, rel=1e-5)
    assert decode_srgb(0.5) == pytest.approx(0.21404114048223255, rel=1e-5)
    assert encode_srgb(np.float32(7)) == pytest.approx(1, abs=1e-6)
    assert encode_srgb(-1) == 0


def test_srgb_bytes_come_back():
    levels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(display_bytes(decode_srgb(levels / 255)), levels)


def test_srgb_rises_without_a_step_where_its_pieces_meet():
    x = np.linspace(0.0031, 0.00316, 200, dtype=np.float32)
    steps = np.diff(encode_srgb(x).astype(np.float64))
    assert (steps > 0).all()
    assert steps.max() < 3 * np.median(steps)


def test_display_bytes_round_to_nearest_and_nan_is_black():
    half_way = decode_srgb(np.array([10.4, 10.6, np.nan]) / 255)
    assert display_bytes(half_way).tolist() == [10, 11, 0]


# Writing


@pytest.mark.parametrize("suffix", [".exr", ".npy", ".EXR", ".NPY"])
def test_hdr_formats_keep_every_bit_and_the_row_order(tmp_path, suffix):
    linear = hdr()
    linear[0, 1] = (np.inf, -2.5, np.nan)  # no format may mend or clip
    path = tmp_path / f"p{suffix}"
    write_picture(path, linear, display())
    got = read_picture(path)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, linear)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_png_holds_the_display_picture_upright(tmp_path):
    path, shown = tmp_path / "deep" / "p.png", display()
    write_picture(path, hdr(), shown)
    with Image.open(path) as image:
        assert image.size == (WIDTH, HEIGHT)
        np.testing.assert_array_equal(np.asarray(image), shown)
    np.testing.assert_array_equal(display_bytes(read_picture(path)), shown)


def test_exr_is_what_other_programs_expect(tmp_path):
    """Channels R, G, B of 32-bit float; the first row is the top one."""
    linear = hdr()
    write_picture(tmp_path / "p.exr", linear, display())
    with OpenEXR.File(str(tmp_path / "p.exr"), separate_channels=True) as file:
        assert set(file.channels()) == {"R", "G", "B"}
        for index, name in enumerate("RGB"):
            assert file.channels()[name].pixels.dtype == np.float32
            np.testing.assert_array_equal(file.channels()[name].pixels, linear[..., index])


def test_one_pixel_and_views_are_written(tmp_path):
    linear, shown = hdr(6, 10)[::-2, ::3], display(6, 10)[::-2, ::3]
    for suffix in (".png", ".exr", ".npy"):
        write_picture(tmp_path / f"view{suffix}", linear, shown)
        write_picture(tmp_path / f"one{suffix}", linear[:1, :1], shown[:1, :1])
        assert read_picture(tmp_path / f"one{suffix}").shape == (1, 1, 3)
    np.testing.assert_array_equal(read_picture(tmp_path / "view.exr"), linear)
    np.testing.assert_array_equal(read_picture(tmp_path / "view.npy"), linear)
    np.testing.assert_array_equal(display_bytes(read_picture(tmp_path / "view.png")), shown)


@pytest.mark.parametrize(("name", "kind"), [("p.tif", ".tif"), ("p", "without a suffix")])
def test_an_unknown_suffix_says_which_are_known(tmp_path, name, kind):
    with pytest.raises(PictureError, match=rf"{name}: a picture called {kind}, one of .png, .exr"):
        write_picture(tmp_path / name, hdr(), display())
    (tmp_path / name).write_bytes(b"II*")
    with pytest.raises(PictureError, match=r"one of .png, .jpg, .jpeg, .exr, .npy expected"):
        read_picture(tmp_path / name)


def test_wrong_arrays_are_refused_before_the_file_is_touched(tmp_path):
    path = tmp_path / "p.png"
    path.write_bytes(b"old")
    with pytest.raises(PictureError, match=r"display picture: shape \[5, 8, 3\] of float32"):
        write_picture(path, hdr(), hdr())
    with pytest.raises(PictureError, match=r"linear picture: shape \[5, 8, 4\] of float32"):
        write_picture(path, np.zeros((5, 8, 4), np.float32), display())
    with pytest.raises(PictureError, match=r"linear picture: shape \[0, 8, 3\]"):
        write_picture(path, hdr()[:0], display())
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("suffix", [".png", ".exr", ".npy"])
def test_a_folder_in_the_way_is_told(tmp_path, suffix):
    (tmp_path / f"p{suffix}").mkdir()
    with pytest.raises(PictureError, match=rf"p{suffix}: not written \(Is a directory\), .* --out"):
        write_picture(tmp_path / f"p{suffix}", hdr(), display())
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(PictureError, match=r"not written \((Not a directory|File exists)\)"):
        write_picture(tmp_path / "file" / f"p{suffix}", hdr(), display())


# A process that may write no more than 4 kB a file stands for a full disk.
SMALL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
import numpy as np
from realtime.errors import PictureError
from realtime.pictures import VideoWriter, write_picture
noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
try:
    if sys.argv[1].endswith(".mp4"):
        with VideoWriter(sys.argv[1], (120, 90), 24) as video:
            for _ in range(60):
                video.add(noise)
    else:
        write_picture(sys.argv[1], noise.astype(np.float32), noise)
except PictureError as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["p.png", "p.exr", "p.npy", "p.mp4"])
def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"old")
    command = [sys.executable, "-W", "error", "-c", SMALL_DISK, str(path)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.stderr == ""
    assert run.stdout.startswith(f"{path}: not written (")
    assert run.stdout.endswith("Choose another --out; an old file there is untouched\n")
    assert run.stdout.count("\n") == 1
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_an_exr_that_did_not_reach_the_disk_is_noticed():
    """The library swallows what close() says; /dev/full refuses every byte."""
    with pytest.raises(OSError, match=r"incomplete: is the disk full\?"):
        exr.write(Path("/dev/full"), hdr())


# Reading


@pytest.mark.parametrize(
    ("mode", "pixel", "want"),
    [
        ("L", 100, (100, 100, 100)),
        ("LA", (100, 7), (100, 100, 100)),
        ("RGB", (10, 20, 30), (10, 20, 30)),
        ("RGBA", (10, 20, 30, 128), (10, 20, 30)),
        ("1", 1, (255, 255, 255)),
    ],
)
def test_png_modes(tmp_path, mode, pixel, want):
    image = Image.new(mode, (WIDTH, HEIGHT))
    image.putpixel((6, 1), pixel)
    image.save(tmp_path / "p.png")
    got = read_picture(tmp_path / "p.png")
    assert got.shape == (HEIGHT, WIDTH, 3)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got[1, 6], decode_srgb(np.array(want) / 255), rtol=1e-5)


def test_png_palette_with_transparency(tmp_path):
    image = Image.new("P", (WIDTH, HEIGHT))
    image.putpalette([0, 0, 0, 200, 100, 50])
    image.putpixel((6, 1), 1)
    image.save(tmp_path / "p.png", transparency=bytes([0, 90]))
    got = read_picture(tmp_path / "p.png")
    np.testing.assert_array_equal(display_bytes(got[1, 6]), [200, 100, 50])


def test_png_16_bit_grey(tmp_path):
    levels = np.random.default_rng(5).integers(0, 65536, (HEIGHT, WIDTH)).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "p.png")
    want = decode_srgb(levels / 65535)
    for channel in range(3):
        np.testing.assert_allclose(read_picture(tmp_path / "p.png")[..., channel], want, rtol=1e-4)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def deep_png(levels: np.ndarray, interlaced=0, filters=(0, 1, 2, 3, 4)) -> bytes:
    """Write [H, W, C] uint16 as a PNG, row y with filter filters[y % 5], by their definitions."""
    height, width, channels = levels.shape
    step, rows = 2 * channels, levels.astype(">u2").reshape(height, -1).view(np.uint8).astype(int)
    above, out = np.zeros_like(rows[0]), b""
    for y, row in enumerate(rows):
        left = np.concatenate((np.zeros(step, int), row[:-step]))
        corner = np.concatenate((np.zeros(step, int), above[:-step]))
        guess = left + above - corner
        near = np.abs([guess - left, guess - above, guess - corner]).argmin(axis=0)
        paeth = np.choose(near, [left, above, corner])
        kind = filters[y % len(filters)]
        predicted = [0, left, above, (left + above) // 2, paeth][kind] if kind < 5 else 0
        out += bytes([kind]) + ((row - predicted) % 256).astype(np.uint8).tobytes()
        above = row
    colour = {2: 4, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, interlaced)
    packed = zlib.compress(out)
    half = len(packed) // 2
    body = chunk(b"tEXt", b"a\0b") + chunk(b"IDAT", packed[:half]) + chunk(b"IDAT", packed[half:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_png_16_bit_colour_keeps_its_bits_through_every_filter(tmp_path, channels):
    levels = np.random.default_rng(6).integers(0, 65536, (11, 7, channels)).astype(np.uint16)
    data = deep_png(levels)
    (tmp_path / "p.png").write_bytes(data)
    with Image.open(tmp_path / "p.png") as image:  # an independent reader, of 8 bits
        eight_bits = np.asarray(image)
    assert eight_bits.shape[:2] == (11, 7)
    if channels > 2:
        assert np.abs(eight_bits - levels / 257).max() < 1
    want = levels[..., :3] if channels > 2 else levels[..., [0, 0, 0]]
    got = encode_srgb(read_picture(tmp_path / "p.png")) * 65535
    assert np.abs(got - want).max() < 0.5


def test_png_16_bit_colour_that_is_damaged(tmp_path):
    levels = np.random.default_rng(6).integers(0, 65536, (11, 7, 3)).astype(np.uint16)
    data = deep_png(levels)
    flipped = bytearray(data)
    flipped[80] ^= 1
    for bad, why in (
        (data[:200], "is cut or damaged"),
        (bytes(flipped), "is cut or damaged"),
        (deep_png(levels, interlaced=1), "interlacing"),
        (deep_png(levels, filters=(0, 7)), "row filter 7, 0 to 4 expected"),
        (data[:33] + chunk(b"IDAT", b"no zlib"), "do not unpack"),
        (data[:33] + chunk(b"IDAT", zlib.compress(b"\0" * 9)), "9 bytes of pixels, 473 expected"),
    ):
        (tmp_path / "p.png").write_bytes(bad)
        with pytest.raises(PictureError, match=rf"p.png: damaged or cut short \(.*{why}"):
            read_picture(tmp_path / "p.png")


def test_jpeg_is_read_upright(tmp_path):
    shown = np.zeros((32, 48, 3), np.uint8)
    shown[:16, 24:] = (200, 60, 40)
    Image.fromarray(shown).save(tmp_path / "p.jpg", quality=95, subsampling=0)
    got = display_bytes(read_picture(tmp_path / "p.jpg")).astype(int)
    assert np.abs(got - shown).mean() < 4
    Image.fromarray(shown).convert("L").save(tmp_path / "grey.jpeg")
    assert read_picture(tmp_path / "grey.jpeg").shape == (32, 48, 3)


def test_exr_of_half_float_with_alpha_and_of_grey(tmp_path):
    linear, path = hdr(), tmp_path / "p.exr"
    planes = {name: linear[..., i].astype(np.float16) for i, name in enumerate("RGB")}
    save_exr(path, planes | {"A": linear[..., 0].copy()})
    np.testing.assert_allclose(read_picture(path), linear, rtol=1e-3)
    save_exr(path, {"Y": linear[..., 1].copy()})
    np.testing.assert_array_equal(read_picture(path), linear[..., [1, 1, 1]])


def save_exr(path: Path, channels: dict) -> None:
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, channels) as file:
        file.write(str(path))


def test_exr_without_colour_names_its_channels(tmp_path):
    save_exr(tmp_path / "p.exr", {"Z": hdr()[..., 0].copy(), "R": hdr()[..., 1].copy()})
    with pytest.raises(PictureError, match=r"p.exr: channels R, Z, R, G, B or Y expected"):
        read_picture(tmp_path / "p.exr")


@pytest.mark.parametrize(
    ("shape", "channel"), [((5, 8), 0), ((5, 8, 1), 0), ((5, 8, 4), 2), ((5, 8, 3), 2)]
)
def test_npy_shapes(tmp_path, shape, channel):
    array = np.random.default_rng(4).random(shape)  # float64
    np.save(tmp_path / "p.npy", array)
    got = read_picture(tmp_path / "p.npy")
    assert (got.shape, got.dtype) == ((5, 8, 3), np.float32)
    want = array.reshape(5, 8, -1)[..., channel].astype(np.float32)
    np.testing.assert_array_equal(got[..., 2], want)


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.zeros((5, 8, 3), np.uint8), r"shape \[5, 8, 3\] of uint8, .* floats"),
        (np.zeros((5, 8, 2)), r"shape \[5, 8, 2\] of float64"),
        (np.zeros(5), r"shape \[5\]"),
        (np.zeros((0, 8, 3)), r"an empty array \[0, 8, 3\]"),
        (np.zeros((5, 8, 3), complex), r"shape .* of complex128"),
        (np.array([[{}]], object), "not a whole NumPy array .*allow_pickle"),
    ],
)
def test_npy_of_something_else(tmp_path, array, why):
    np.save(tmp_path / "p.npy", array, allow_pickle=True)
    with pytest.raises(PictureError, match=f"p.npy: {why}"):
        read_picture(tmp_path / "p.npy")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".exr", ".npy"])
def test_damaged_files_are_told_by_name_and_nothing_else_is_printed(tmp_path, suffix, capfd):
    whole, bad = tmp_path / f"whole{suffix}", tmp_path / f"bad{suffix}"
    if suffix == ".jpg":
        Image.fromarray(display(64, 80)).save(whole)
    else:
        write_picture(whole, hdr(64, 80), display(64, 80))
    data = whole.read_bytes()
    for content in (b"", b"no picture at all", data[:7], data[:300], data[: len(data) * 2 // 3]):
        bad.write_bytes(content)
        with pytest.raises(
            PictureError, match=rf"bad{suffix}: .* expected\. Save it again"
        ) as told:
            read_picture(bad)
        assert "\n" not in str(told.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", [".png", ".exr", ".npy"])
def test_a_picture_that_is_not_there(tmp_path, suffix):
    with pytest.raises(PictureError, match=r"none\.\w+: cannot be read \(No such file .*path"):
        read_picture(tmp_path / f"none{suffix}")
    with pytest.raises(PictureError, match=r"cannot be read \(Is a directory\)"):
        read_picture(folder_called(tmp_path / f"folder{suffix}"))


def folder_called(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_picture_beyond_reason_is_not_unpacked(tmp_path):
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 99))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")
    (tmp_path / "p.png").write_bytes(data)
    with pytest.raises(PictureError, match=r"p.png: a picture of more than \d+ million pixels"):
        read_picture(tmp_path / "p.png")


# Video


def frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def card(width: int, height: int) -> np.ndarray:
    """Four different quarters, so that a flip or a swapped channel shows."""
    picture = np.empty((height, width, 3), np.uint8)
    top, left = height // 2, width // 3
    picture[:top, :left], picture[:top, left:] = (200, 30, 60), (20, 200, 90)
    picture[top:, :left], picture[top:, left:] = (40, 60, 220), (230, 230, 230)
    return picture


def test_video_is_upright_in_order_and_tagged(tmp_path):
    path, picture = tmp_path / "out" / "v.mp4", card(96, 54)
    with VideoWriter(path, (96, 54), 24) as video:
        for index in range(7):
            video.add((picture * (index / 6)).astype(np.uint8))
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        tags = stream.codec_context
        assert (stream.codec.name, tags.pix_fmt) == ("h264", "yuv420p")
        assert (stream.average_rate, stream.frames) == (24, 7)
        assert (tags.colorspace, tags.color_primaries, tags.color_trc) == (1, 1, 1)
        assert tags.color_range == 1
        decoded = [
            frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
            for frame in container.decode(video=0)
        ]
    for row, column in ((10, 10), (10, 80), (45, 10), (45, 80)):
        assert np.abs(decoded[6][row, column].astype(int) - picture[row, column]).max() <= 6
    brightness = [frame.mean() for frame in decoded]
    assert brightness == sorted(brightness)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index comes first: faststart"


@pytest.mark.parametrize("size", [(97, 55), (33, 20), (20, 33), (1, 1)])
def test_odd_sides_grow_by_a_copy_of_the_border(tmp_path, size):
    path = tmp_path / "v.mp4"
    picture = np.full((size[1], size[0], 3), 90, np.uint8)
    with VideoWriter(path, size, 25) as video:
        even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        assert video.size == even
        video.add(picture)
    (frame,) = frames_of(path)
    assert frame.shape == (even[1], even[0], 3)
    assert np.abs(frame.astype(int) - 90).max() <= 3, "no black line at the border"


def test_fractional_rates_are_exact(tmp_path):
    with VideoWriter(tmp_path / "v.mp4", (32, 18), 30000 / 1001) as video:
        video.add(card(32, 18))
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert container.streams.video[0].average_rate * 1001 == 30000


def test_video_quality_is_good(tmp_path):
    y, x = np.mgrid[0:90, 0:160]
    soft = np.stack((128 + 100 * np.sin(x / 17), 128 + 90 * np.cos(y / 13), x + y / 2), -1)
    picture = soft.clip(0, 255).astype(np.uint8)
    with VideoWriter(tmp_path / "v.mp4", (160, 90), 24) as video:
        for _ in range(5):
            video.add(picture)
    with av.open(str(tmp_path / "v.mp4")) as container:
        frame = next(container.decode(video=0))
        got = frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    error = np.mean((got.astype(float) - picture) ** 2)
    assert 10 * np.log10(255**2 / error) > 38


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, OSError])
def test_an_error_midway_keeps_the_old_video_and_its_own_kind(tmp_path, kind):
    path = tmp_path / "v.mp4"
    path.write_bytes(b"old")
    with pytest.raises(kind, match="mine"), VideoWriter(path, (32, 18), 24) as video:
        video.add(card(32, 18))
        raise kind("mine")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["v.mp4"]


def test_video_frames_must_fit(tmp_path):
    path = tmp_path / "v.mp4"
    with VideoWriter(path, (32, 18), 24) as video:
        video.add(card(32, 18))
        with pytest.raises(PictureError, match="frame 1: 18 × 32 px, 32 × 18 px expected"):
            video.add(card(18, 32))
        with pytest.raises(PictureError, match=r"frame 1: shape \[18, 32, 3\] of float32"):
            video.add(card(32, 18).astype(np.float32))
        video.add(card(32, 18))
    assert len(frames_of(path)) == 2


def test_a_video_without_frames_is_not_written(tmp_path):
    with (
        pytest.raises(PictureError, match=r"v.mp4: no frames, 1 or more expected"),
        VideoWriter(tmp_path / "v.mp4", (32, 18), 24),
    ):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "size", "fps", "why"),
    [
        ("v.avi", (32, 18), 24, "a video called .avi, .mp4 expected"),
        ("v", (32, 18), 24, "a video called without a suffix"),
        ("v.mp4", (0, 18), 24, "0 × 18 px, at least 1 × 1 expected"),
        ("v.mp4", (32, 18), 0, "0 frames per second, more than 0"),
        ("v.mp4", (32, 18), -1, "-1 frames per second"),
        ("v.mp4", (32, 18), float("nan"), "nan frames per second"),
        ("v.mp4", (32, 18), float("inf"), "inf frames per second"),
    ],
)
def test_videos_that_cannot_be(tmp_path, name, size, fps, why):
    with pytest.raises(PictureError, match=f"{name}: {why}"):
        VideoWriter(tmp_path / name, size, fps)
    assert not list(tmp_path.iterdir())


def test_a_video_where_a_folder_stands(tmp_path):
    (tmp_path / "v.mp4").mkdir()
    with (
        pytest.raises(PictureError, match=r"v.mp4: not written \(Is a directory\)"),
        VideoWriter(tmp_path / "v.mp4", (32, 18), 24) as video,
    ):
        video.add(card(32, 18))
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(PictureError, match=r"v.mp4: not written \(Not a directory|File exists\)"),
        VideoWriter(tmp_path / "file" / "v.mp4", (32, 18), 24),
    ):
        pytest.fail("must not begin")


def test_without_pyav_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(PictureError, match=r"pip install 'diskblur\[video\]'"):
        VideoWriter(tmp_path / "v.mp4", (32, 18), 24)


def test_importing_pictures_imports_no_pyav():
    code = "import sys, realtime.pictures; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# Sheets


def test_a_row_holds_the_pictures_unchanged_with_words_above(tmp_path):
    shown = [display(60, 90), display(60, 50), display(40, 70)]
    sheet = labelled_row(shown, ["no blur", "sparse", "truth"], "50 mm, f/1.4 × 2")
    assert sheet.dtype == np.uint8
    places = [where(sheet, picture) for picture in shown]
    assert len({y for y, _ in places}) == 1, "on one top edge"
    (y, first), (_, second), (_, third) = places
    assert first < first + 90 < second < second + 50 < third
    assert second - (first + 90) == third - (second + 50) == first, "even margins"
    assert third + 70 + first == sheet.shape[1]
    ground = np.array(sheet_module.GROUND)
    for x, picture in zip((first, second, third), shown, strict=True):
        above = sheet[:y, x : x + picture.shape[1]]
        assert (above != ground).any(), "each has its words"
    below = sheet[y + 60 :]
    assert (below != ground).any(), "the footer"
    plain = labelled_row(shown, ["no blur", "sparse", "truth"])
    assert plain.shape[0] < sheet.shape[0]
    assert (plain[y + 60 :] == ground).all()


def where(sheet: np.ndarray, picture: np.ndarray) -> tuple[int, int]:
    """Return (row, column) of the one place where the sheet shows the picture."""
    height, width = picture.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (height, width, 3))[:, :, 0]
    corners = (windows[..., 0, 0, :] == picture[0, 0]).all(-1)
    hits = [(y, x) for y, x in np.argwhere(corners) if (windows[y, x] == picture).all()]
    assert len(hits) == 1
    return int(hits[0][0]), int(hits[0][1])


def test_a_grid_reads_like_a_page():
    shown = [np.full((30, 40 + i, 3), 10 * i + 60, np.uint8) for i in range(5)]
    sheet = labelled_grid(shown, list("abcde"), columns=3)
    places = [where(sheet, picture) for picture in shown]
    assert places[0][0] == places[1][0] == places[2][0] < places[3][0] == places[4][0]
    assert places[0][1] == places[3][1]
    assert places[1][1] == places[4][1]


def test_long_labels_are_cut_and_stay_over_their_own_picture():
    dark = np.zeros((40, 60, 3), np.uint8)
    sheet = labelled_row([dark, dark], ["a label much wider than its picture", ""])
    ground = np.array(sheet_module.GROUND)
    y, _ = np.argwhere((sheet == 0).all(-1))[0]
    inked = np.flatnonzero((sheet[:y] != ground).any((0, 2)))
    margin = np.argwhere((sheet == 0).all(-1))[0][1]
    assert inked.min() >= margin - 1
    assert inked.max() < margin + 60
    assert inked.max() > margin + 40, "cut, not dropped"


@pytest.mark.parametrize(("height", "band_px"), [(40, 34), (540, 70), (2000, 104)])
def test_letters_follow_the_height_within_what_can_be_read(height, band_px):
    """13 px at least, 1/20 of the picture, 40 px at most; the band holds a margin and a line."""
    picture = np.full((height, 30, 3), 255, np.uint8)
    y, _ = where(labelled_row([picture], ["a"]), picture)
    assert y == band_px


def test_words_that_the_font_lacks_are_spelled_out():
    dark = np.zeros((40, 300, 3), np.uint8)
    assert np.array_equal(
        labelled_row([dark], ["9×5 −3 → ²"]), labelled_row([dark], ["9x5 -3 -> 2"])
    )


def test_one_tiny_picture_makes_a_sheet():
    sheet = labelled_row([np.zeros((1, 1, 3), np.uint8)], ["one"], "a footer")
    assert sheet.ndim == 3


def test_sheets_that_cannot_be():
    dark = np.zeros((4, 6, 3), np.uint8)
    with pytest.raises(PictureError, match="sheet: 2 pictures and 1 labels, the same number"):
        labelled_row([dark, dark], ["a"])
    with pytest.raises(PictureError, match="sheet: 0 pictures and 0 labels"):
        labelled_row([], [])
    with pytest.raises(PictureError, match="sheet: 3 columns, 1 to 2 expected"):
        labelled_grid([dark, dark], ["a", "b"], columns=3)
    with pytest.raises(PictureError, match=r"sheet: picture 1: shape \[4, 6, 3\] of float32"):
        labelled_row([dark, dark.astype(np.float32)], ["a", "b"])


def test_the_map_names_only_what_exists():
    assert all(hasattr(pictures, name) for name in pictures.__all__)
