"""`diskblur apply` on pictures: what it writes, what it says, and how it refuses."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from banks import disc_bank, lopsided_bank, lopsided_lowrank
from images import lopsided_image
from PIL import Image

from realtime.bank import write_any, write_bank
from realtime.cli import main
from realtime.pictures import Photograph, decode_srgb, read_photograph, write_photograph

pytestmark = pytest.mark.gl
SIZE = (83, 61)  # lopsided
ICC = bytes(range(256))
EFFECT = ("--effect", "uniform:radius=0.05")
STILL = ("--effect", "uniform:radius=0")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "photo_depth_of_field.py"


@pytest.fixture(autouse=True)
def folder(ctx, tmp_path, monkeypatch):
    """A folder with banks and pictures, and the working directory."""
    monkeypatch.setattr("realtime.cli.apply.headless_context", lambda: ctx)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    write_bank(tmp_path / "two.safetensors", lopsided_bank(angles=(0.0, 1.0)))
    write_bank(tmp_path / "disc.safetensors", disc_bank())
    write_any(tmp_path / "low.safetensors", lopsided_lowrank())
    image = (lopsided_image(SIZE[1], SIZE[0], 4) * 255).astype("u1")
    image[..., 3] |= 128
    Image.fromarray(image[..., :3]).save(tmp_path / "rgb.png", icc_profile=ICC)
    Image.fromarray(image).save(tmp_path / "rgba.png")
    Image.fromarray(image[..., 0]).save(tmp_path / "grey.png", icc_profile=ICC)
    np.save(tmp_path / "map.npy", lopsided_image(SIZE[1], SIZE[0], 1)[..., 0] * 6)
    np.save(tmp_path / "disparity.npy", lopsided_image(SIZE[1], SIZE[0], 1)[..., 0] + 1)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def apply(*words, bank="bank.safetensors"):
    banks = () if bank is None else ("--bank", bank)
    return main(["apply", *words, *banks])


def refusal(capsys, *words, bank="bank.safetensors"):
    """The one line a command leaves when it refuses: exit code 2, no traceback."""
    capsys.readouterr()
    assert apply(*words, bank=bank) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.startswith("diskblur apply: ")
    assert error.count("\n") == 1 and "Traceback" not in error
    assert "expected" in error and error.rstrip()[-1] != "."
    return error.removeprefix("diskblur apply: ").rstrip()


# What it writes


@pytest.mark.parametrize("out", ["o.png", "o.jpg", "o.JPEG", "o.exr", "o.npy"])
def test_every_format_holds_the_same_picture(capsys, out):
    assert apply("rgb.png", *EFFECT, "--out", out) == 0
    assert capsys.readouterr() == (f"wrote {out}\n", "")
    assert apply("rgb.png", *EFFECT, "--out", "want.png") == 0
    want, got = read_photograph("want.png").pixels, read_photograph(out)
    assert got.pixels.shape == (SIZE[1], SIZE[0], 3)
    if got.is_float:
        assert np.abs(got.pixels - decode_srgb(want / 255)).max() < 0.006
    elif out == "o.png":
        assert np.array_equal(got.pixels, want)
    else:
        Image.fromarray(want).save("want.jpg", quality=95, subsampling=0)
        assert np.array_equal(got.pixels, np.asarray(Image.open("want.jpg")))
    assert np.abs(read_photograph("rgb.png").pixels.astype(int) - want).mean() > 10


def test_profile_alpha_and_depth_go_through():
    for name in ("rgb.png", "rgba.png", "grey.png"):
        assert apply(name, *STILL, "--out", "o.png") == 0
        before, after = read_photograph(name), read_photograph("o.png")
        assert np.array_equal(before.pixels, after.pixels), name
        assert before.icc == after.icc
    deep = (lopsided_image(SIZE[1], SIZE[0], 3) * 65535).astype("u2")
    write_photograph("deep.png", Photograph(deep, icc=ICC))
    assert apply("deep.png", *STILL, "--out", "o.png") == 0
    after = read_photograph("o.png")
    assert after.icc == ICC and np.array_equal(after.pixels, deep)


def test_a_picture_may_be_written_over_itself():
    before = read_photograph("rgb.png").pixels
    assert apply("rgb.png", *EFFECT, "--out", "rgb.png") == 0
    assert not np.array_equal(read_photograph("rgb.png").pixels, before)


def test_opaque_alpha_is_no_alpha():
    image = np.full((9, 7, 4), 255, "u1")
    Image.fromarray(image).save("opaque.png")
    assert apply("opaque.png", *STILL, "--out", "o.jpg") == 0


def test_linear_pictures_stay_linear():
    assert apply("rgb.png", *EFFECT, "--linear", "--out", "o.png") == 0
    assert apply("rgb.png", *EFFECT, "--linear", "--out", "o.exr") == 0
    png, light = read_photograph("o.png").pixels / 255, read_photograph("o.exr").pixels
    assert np.abs(png - light).max() < 0.006
    assert apply("rgb.png", *EFFECT, "--out", "other.png") == 0
    assert np.abs(read_photograph("other.png").pixels / 255 - png).mean() > 0.02


def test_exr_to_png_is_encoded_and_cut_off_at_white(capsys):
    light = np.full((9, 7, 3), 0.5, "f4")
    light[2, 3] = (4.0, 2.0, 0.1)
    write_photograph("in.exr", Photograph(light, True))
    assert apply("in.exr", *STILL, "--out", "o.png") == 0
    assert "o.png: 2 values brighter than white, cut off" in capsys.readouterr().err
    pixels = read_photograph("o.png").pixels
    assert pixels.dtype == np.uint16 and pixels[0, 0, 0] == round(0.7353569831 * 65535)
    assert pixels[2, 3, 0] == 65535


def test_broken_light_is_mended_and_said(capsys):
    light = np.ones((9, 7, 3), "f4")
    light[2, 3, 1] = np.nan
    np.save("in.npy", light)
    assert apply("in.npy", *EFFECT, "--out", "o.npy") == 0
    assert "in.npy: 1 values NaN or beyond 65504, mended" in capsys.readouterr().err
    assert np.isfinite(np.load("o.npy")).all()


def test_effects_go_in_the_order_given():
    first, second = ("--effect", "tilt-shift:radius=0.09"), ("--effect", "radial")
    assert apply("rgb.png", *first, *second, "--out", "a.png") == 0
    assert apply("rgb.png", *second, *first, "--out", "b.png") == 0
    assert apply("rgb.png", *first, "--out", "step.exr") == 0
    assert apply("step.exr", *second, "--out", "c.png", "--precision", "half") == 0
    a, b, c = (read_photograph(f"{n}.png").pixels.astype(float) for n in "abc")
    assert np.abs(a - c / 257).mean() < 0.6 < np.abs(a - b).mean()


def test_three_banks_are_red_green_and_blue():
    files = ("disc.safetensors", "bank.safetensors", "disc.safetensors")
    write_bank("disc.safetensors", lopsided_bank(seed=5))
    three = [word for file in files for word in ("--bank", file)]
    assert apply("rgb.png", *EFFECT, *three, "--out", "o.exr", bank=None) == 0
    assert apply("rgb.png", *EFFECT, "--out", "green.exr") == 0
    assert apply("rgb.png", *EFFECT, "--out", "red.exr", bank="disc.safetensors") == 0
    got, green, red = (read_photograph(f"{n}.exr").pixels for n in ("o", "green", "red"))
    assert np.array_equal(got[..., 1], green[..., 1]) and np.array_equal(got[..., 0], red[..., 0])
    assert not np.array_equal(red, green)
    own = f"{EFFECT[1]},bank={'+'.join(files)}"
    assert apply("rgb.png", "--effect", own, "--out", "own.exr", bank=None) == 0
    assert np.array_equal(read_photograph("own.exr").pixels, got)


def test_grey_gets_colours_where_banks_differ():
    write_bank("disc.safetensors", lopsided_bank(seed=5))
    three = [w for f in ("bank", "disc", "bank") for w in ("--bank", f"{f}.safetensors")]
    assert apply("grey.png", *EFFECT, *three, "--out", "o.png", bank=None) == 0
    photo = read_photograph("o.png")
    assert photo.pixels.shape[2] == 3 and photo.icc is None, "a grey profile is none of colours"


def test_dense_is_what_sparse_imitates():
    for blur in ("sparse", "dense"):
        words = (*EFFECT, "--blur", blur, "--precision", "float", "--tile", "128")
        assert apply("rgb.png", *words, "--out", f"{blur}.exr", bank="disc.safetensors") == 0
    sparse, dense = (read_photograph(f"{n}.exr").pixels for n in ("sparse", "dense"))
    assert np.abs(sparse - dense).mean() < 0.02
    assert np.abs(dense - decode_srgb(read_photograph("rgb.png").pixels / 255)).mean() > 0.1


def test_a_map_says_what_it_did(capsys):
    values = np.load("map.npy")[:40, :50]
    values[3, 4] = 99
    np.save("small.npy", values)
    assert apply("rgb.png", "--map", "small.npy", "--out", "o.png") == 0
    error = capsys.readouterr().err
    assert "small.npy: 50 × 40 px, resampled to the picture's 83 × 61" in error
    assert "small.npy: 1 of 2000 px outside the bank's radius 0 … 6 px" in error
    assert error.count("\n") == 2
    assert apply("rgb.png", "--map", "map.npy", "--map-scale", "0", "--out", "o.png") == 0
    assert np.array_equal(read_photograph("o.png").pixels, read_photograph("rgb.png").pixels)


def test_depth_and_its_options_change_the_picture(capsys):
    pictures = []
    for words in (
        (),
        ("--focus", "0.1,0.9"),
        ("--focus-distance", "1.2"),
        ("--coc-radius", "0.1"),
        ("--depth-kind", "depth"),
        ("--blur", "dense"),
    ):
        done = apply(
            "rgb.png", "--depth", "disparity.npy", *words, "--out", "o.png", bank="disc.safetensors"
        )
        assert done == 0
        pictures.append(read_photograph("o.png").pixels.astype(int))
    for index, picture in enumerate(pictures[1:]):
        assert np.abs(picture - pictures[0]).max() > 3, index
    with_alpha = ("rgba.png", "--depth", "disparity.npy", "--out", "o.png")
    assert apply(*with_alpha, bank="low.safetensors") == 0, "low rank does too"
    after, before = read_photograph("o.png").pixels, read_photograph("rgba.png").pixels
    assert np.array_equal(after[..., 3], before[..., 3])


def test_what_lies_beyond_the_bank_is_said(capsys):
    """Radius 0 … 0.2 of 61 px; the bank ends at 6 px."""
    assert apply("rgb.png", "--effect", "tilt-shift:radius=0.2", "--out", "o.png") == 0
    line = capsys.readouterr().err
    assert line.startswith(
        "diskblur apply: tilt-shift: 0 … 12.2 px of radius, the bank has 0 … 6: "
    )
    assert line.endswith(
        "% of the picture is held at its ends. A bank of --max-radius 13 has it all\n"
    )
    assert line.count("\n") == 1
    share = int(line.partition("about ")[2].partition("%")[0]) / 100
    beyond = np.abs(np.arange(61) + 0.5 - 30.5) / 61 > 0.06 + 0.4 * 6 / 12.2
    assert share == pytest.approx(beyond.mean(), abs=0.03)
    assert apply("rgb.png", "--effect", "tilt-shift:radius=0.09", "--out", "o.png") == 0
    assert apply("rgb.png", "--effect", "uniform:radius=0.2", "--out", "o.png") == 0
    assert "uniform: 12.2 px of radius, the bank has 0 … 6: about 100%" in capsys.readouterr().err
    depth = ("--depth", "disparity.npy", "--coc-radius", "0.5")
    assert apply("rgb.png", *depth, "--out", "o.png", bank="disc.safetensors") == 0
    assert capsys.readouterr().err == (
        "diskblur apply: --coc-radius: 30.5 px here, the bank has 20, held there\n"
    )


# How it refuses


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("rgb.png", "--out", "o.png"), "where to blur: nothing, one of --effect, --map, --depth"),
        (
            ("rgb.png", *EFFECT, "--map", "map.npy", "--out", "o.png"),
            "where to blur: --effect beside --map, one of",
        ),
        (
            ("rgb.png", *EFFECT, "--focus", "0,0", "--out", "o.png"),
            "--focus: given with --effect, --depth expected. Leave it out",
        ),
        (
            ("rgb.png", "--depth", "disparity.npy", "--map-scale", "2", "--out", "o.png"),
            "--map-scale: given with --depth, --map expected. Leave it out",
        ),
        (
            (
                *("rgb.png", "--depth", "disparity.npy", "--focus", "0,0"),
                *("--focus-distance", "2", "--out", "o.png"),
            ),
            "--focus: given beside --focus-distance, one of them expected",
        ),
        (("rgb.png", *EFFECT, "--out", "o.gif"), "o.gif: a picture called .gif, one of .png, .jpg"),
        (("rgb.png", *EFFECT, "--out", "o.mp4"), "o.mp4: a picture called .mp4, one of .png, .jpg"),
        (("rgb.tif", *EFFECT, "--out", "o.png"), "rgb.tif: a file called .tif, one of .png"),
        (("none.png", *EFFECT, "--out", "o.png"), "none.png: cannot be read (No such file"),
        (("rgba.png", *EFFECT, "--out", "o.jpg"), "o.jpg: a JPEG for a picture with alpha"),
        (("rgb.png", *EFFECT, "--tile", "0", "--out", "o.png"), "--tile: '0', a whole number"),
        (("rgb.png", *EFFECT, "--tile", "50", "--out", "o.png"), "--tile: 50 px, 64 px or more"),
        (
            ("rgb.png", "--effect", "uniform:radius=0..1", "--out", "o.png"),
            "--effect: 'uniform:radius=0..1' moves, one that stays expected for a picture",
        ),
        (("rgb.png", "--effect", "swirl", "--out", "o.png"), "--effect: no effect 'swirl', one of"),
        (
            ("rgb.png", "--map", "map.npy", "--map-scale", "x", "--out", "o.png"),
            "--map-scale: 'x', a number expected",
        ),
        (
            ("rgb.png", "--map", "rgb.png", "--out", "o.png"),
            "rgb.png: 3 channels that differ, grey expected for a bank of radius",
        ),
        (
            ("rgb.png", "--depth", "disparity.npy", "--focus", "0.5", "--out", "o.png"),
            "--focus: '0.5', two fractions of the picture expected",
        ),
        (
            ("rgb.png", "--depth", "disparity.npy", "--coc-radius", "wide", "--out", "o.png"),
            "--coc-radius: 'wide', a number expected",
        ),
        (
            ("rgb.png", "--depth", "disparity.npy", "--coc-radius", "-1", "--out", "o.png"),
            "--coc-radius: -1, a number from 0 up expected",
        ),
        (
            ("rgb.png", *EFFECT, "--bank", "two.safetensors", "--out", "o.png"),
            "--bank: given 2 times, once or three times (red, green, blue) expected",
        ),
    ],
)
def test_bad_words_are_refused_in_one_line(folder, capsys, words, text):
    (folder / words[-1]).write_bytes(b"old")
    assert refusal(capsys, *words).startswith(text)
    assert (folder / words[-1]).read_bytes() == b"old"


@pytest.mark.parametrize(
    ("words", "bank", "text"),
    [
        (EFFECT, None, "--bank: none given, a bank file expected. Bake one"),
        (("--depth", "disparity.npy"), None, "--bank: none given, a bank file expected"),
        (("--map", "map.npy"), None, "--bank: none given, a bank file expected"),
        (
            ("--effect", "tilt-shift"),
            "two.safetensors",
            "tilt-shift: a bank of radius × angle, one",
        ),
        (("--depth", "disparity.npy"), "two.safetensors", "bank: axes radius, angle, one axis cal"),
    ],
)
def test_banks_that_do_not_suit(capsys, words, bank, text):
    assert refusal(capsys, "rgb.png", *words, "--out", "o.png", bank=bank).startswith(text)


def test_a_map_with_nan_names_the_place_and_keeps_the_old_file(folder, capsys):
    values = np.load("map.npy")
    values[40, 7] = np.nan
    np.save("map.npy", values)
    (folder / "o.png").write_bytes(b"old")
    told = refusal(capsys, "rgb.png", "--map", "map.npy", "--out", "o.png")
    assert told.startswith("map.npy: NaN or infinity in row 40, column 7, finite numbers expected.")
    assert (folder / "o.png").read_bytes() == b"old"


def test_cmyk_is_refused_by_name(capsys):
    Image.new("CMYK", (9, 7)).save("cmyk.jpg")
    told = refusal(capsys, "cmyk.jpg", *EFFECT, "--out", "o.png")
    assert told.startswith("cmyk.jpg: colour type CMYK, grey or RGB")


def test_a_cut_picture_is_refused_and_the_old_file_stays(folder, capsys):
    data = (folder / "rgb.png").read_bytes()
    (folder / "cut.png").write_bytes(data[: len(data) // 2])
    (folder / "o.png").write_bytes(b"old")
    told = refusal(capsys, "cut.png", *EFFECT, "--out", "o.png")
    assert told.startswith("cut.png: damaged or cut short (")
    assert (folder / "o.png").read_bytes() == b"old"


SMALL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from realtime.cli import main
sys.exit(main(["apply", "rgb.png", "--bank", "bank.safetensors", "--effect", "uniform:radius=0",
               "--out", sys.argv[1]]))
"""


@pytest.mark.parametrize("out", ["o.png", "o.jpg", "o.exr"])
def test_a_full_disk_is_told_and_the_old_file_stays(folder, out):
    (folder / out).write_bytes(b"old")
    command = [sys.executable, "-c", SMALL_DISK, out]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2 and run.stderr.count("\n") == 1
    assert run.stderr.startswith(f"diskblur apply: {out}: not written (")
    assert (folder / out).read_bytes() == b"old"


def test_the_motorcycle_example_writes_both_pictures(folder):
    command = [sys.executable, EXAMPLE, "disc.safetensors", "--out", "pictures"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "27226 of 370500 px have no disparity, filled from around" in run.stderr
    photo, near, far = (
        read_photograph(folder / "pictures" / f"{name}.png").pixels.astype(float)
        for name in ("motorcycle", "near", "far")
    )
    lamp, box = (slice(140, 170), slice(525, 552)), (slice(40, 90), slice(535, 580))
    for place, sharp, soft in ((lamp, near, far), (box, far, near)):
        kept, lost, was = (np.abs(np.diff(p[place], axis=1)).mean() for p in (sharp, soft, photo))
        assert kept > 0.85 * was and lost < 0.6 * was


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_tiny_and_thin_pictures(size):
    image = np.full((size[1], size[0], 3), 100, "u1")
    Image.fromarray(image).save("thin.png")
    np.save("thin.npy", np.full(size[::-1], 3.0, "f4"))
    for way in (EFFECT, ("--map", "thin.npy"), ("--depth", "thin.npy")):
        assert apply("thin.png", *way, "--out", "o.png", bank="disc.safetensors") == 0
        assert np.abs(read_photograph("o.png").pixels.astype(int) - image).max() <= 1
