"""The command: what it writes and prints, and every refusal by its words, with exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fitter.cli import main
from realtime.bank import Axis, Bank, read_bank, write_bank

ROOT = Path(__file__).resolve().parents[2]
QUICK = ["--taps", "5,2", "--seeds", "2", "--threads", "1"]


def bake(out, *arguments):
    return main(["bake", *map(str, arguments), *QUICK, "--out", str(out)])


@pytest.fixture(scope="module")
def baked(tmp_path_factory):
    """A pentagon's bank of 4 knots, once for the tests that only look at it."""
    path = tmp_path_factory.mktemp("bank") / "pentagon.safetensors"
    shape = ("--shape", "polygon", "--sides", 5, "--rotation", 10, "--curvature", 0.2)
    assert bake(path, *shape, "--max-radius", 5, "--knots", 4) == 0
    return path


def test_bake_writes_a_bank_with_its_parameters(baked):
    bank = read_bank(baked)
    assert bank.layers == (5, 2)
    assert (bank.axes[0].name, bank.axes[0].unit) == ("radius", "px")
    assert bank.axes[0].knots[::3] == (0.0, 5.0)
    assert bank.target["shape"] == "polygon"
    assert (bank.target["sides"], bank.target["rotation"], bank.target["curvature"]) == (5, 10, 0.2)
    assert bank.targets.shape == (1, 4, 11, 11)
    assert len(bank.quality["midpoints"]["psnr_db"]) == 3


def test_an_iris_may_be_said_in_blades(baked, tmp_path):
    shape = ("--shape", "polygon", "--blades", 5, "--rotate", 10, "--curvature", 0.2)
    assert bake(tmp_path / "iris", *shape, "--max-radius", 5, "--knots", 4) == 0
    assert (tmp_path / "iris").read_bytes() == baked.read_bytes()


def test_same_seed_same_bytes(tmp_path):
    for name in ("a", "b"):
        assert bake(tmp_path / name, "--shape", "star", "--radius", 4, "--seed", 7) == 0
    assert bake(tmp_path / "c", "--shape", "star", "--radius", 4, "--seed", 8) == 0
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_bake_says_what_it_made_unless_quiet(tmp_path, capsys):
    out = tmp_path / "k.safetensors"
    assert bake(out, "--shape", "disk", "--radius", 3) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{out}: 7 taps (5,2), 1 kernel, photographs at worst: knots ")
    assert said.err == "", "no progress bar where nobody watches"
    assert bake(out, "--shape", "disk", "--radius", 3, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_a_picture_is_baked_at_its_own_size(tmp_path):
    light = np.zeros((12, 8), np.uint8)
    light[1:4, 2:7] = 255
    Image.fromarray(light).save(tmp_path / "k.png")
    assert bake(tmp_path / "k", "--image", tmp_path / "k.png", "--knots", 1) == 0
    bank = read_bank(tmp_path / "k")
    assert bank.axes[0].knots == (6.0,)
    assert bank.target["name"] == "k.png"
    rows = bank.targets[0, 0].sum(axis=1)
    assert rows[:6].sum() == pytest.approx(1), "the light lies in the upper half"


def test_a_large_picture_is_scaled_down_and_says_so(tmp_path, capsys):
    light = np.zeros((300, 100))
    light[:, 20:50] = 1
    np.save(tmp_path / "k.npy", light)
    assert bake(tmp_path / "k", "--image", tmp_path / "k.npy") == 0
    assert "k.npy: 300 px wide, scaled down to radius 32 px" in capsys.readouterr().err
    assert read_bank(tmp_path / "k").axes[0].knots == (32.0,)


def test_sigma_is_half_a_radius(tmp_path):
    assert bake(tmp_path / "k", "--shape", "gaussian", "--sigma", 2) == 0
    bank = read_bank(tmp_path / "k")
    assert bank.axes[0].knots == (4.0,)
    along = np.arange(bank.targets.shape[-1]) - bank.targets.shape[-1] // 2
    variance = (bank.targets[0, 0].sum(axis=0) * along**2).sum()
    assert variance == pytest.approx(4 + 1 / 12, rel=0.01)  # a pixel adds its own 1 / 12


DISK = ("--shape", "disk", "--radius", "4")
REFUSED = [
    ((), "--shape and --image: neither given, one of them expected"),
    (("--shape", "disk", "--image", "k.png"), "--shape and --image: both given"),
    (("--shape", "disk"), "--radius: none given, px above 0 expected"),
    (("--shape", "disk", "--radius", "0"), "--radius: 0, px above 0 expected"),
    (("--shape", "disk", "--max-radius", "-3"), "--max-radius: -3, px above 0 expected"),
    (("--shape", "disk", "--radius", "nan"), "--radius: nan, px above 0 expected"),
    (("--shape", "disk", "--max-radius", "inf"), "--max-radius: inf, px above 0 expected"),
    ((*DISK, "--max-radius", "4"), "--radius and --max-radius: both given"),
    ((*DISK, "--knots", "3"), "--radius with --knots 3: one kernel with a whole axis"),
    ((*DISK, "--knots", "0"), "--knots: 0, 1 to 256 expected"),
    ((*DISK, "--taps", "8,0,4"), "--taps: '8,0,4', 1 to 8 layers of at least 1 tap"),
    ((*DISK, "--taps", ""), "--taps: '', 1 to 8 layers of at least 1 tap"),
    ((*DISK, "--taps", "999"), "--taps: '999', 1 to 8 layers"),
    ((*DISK, "--taps", "a,b"), "--taps: 'a,b', 1 to 8 layers"),
    ((*DISK, "--seeds", "0"), "--seeds: 0, 1 to 256 expected"),
    ((*DISK, "--seed", "-1"), "--seed: -1, 0 or more expected"),
    ((*DISK, "--threads", "0"), "--threads: 0, 1 to 256 expected"),
    ((*DISK, "--sides", "5"), "--sides: given with disk, only polygon take it"),
    ((*DISK, "--sigma", "2"), "--radius and --sigma: both given"),
    (("--shape", "disk", "--sigma", "2"), "--sigma: given without --shape gaussian"),
    (("--shape", "polygon", "--radius", "4", "--sides", "2"), "--sides: 2, a number 3 to 4096"),
    (("--shape", "ring", "--radius", "4", "--inner", "1"), "--inner: 1, a number between 0 and 1"),
    (("--shape", "star", "--radius", "4", "--rotation", "nan"), "--rotation: nan, a number of deg"),
    (("--shape", "coma", "--radius", "4", "--waves", "9"), "--waves: 9, a number -4 to 4 exp"),
    (("--shape", "disk", "--radius", "4", "--waves", "1"), "--waves: given with disk, only coma"),
    (("--shape", "shake", "--radius", "4", "--track", "-1"), "--track: -1, a number 0 to 4.29"),
    (("--shape", "disk", "--radius", "4", "--rotation", "1"), "--rotation: given with disk, only"),
    (("--lens", "double-gauss", "--radius", "4", "--channel", "y"), "--channel: 'y' is unknown"),
    (("--lens", "double-gauss", "--radius", "4", "--field", "1.5"), "--field: 1.5, 0 (the picture"),
    (("--lens", "double-gauss", "--shape", "disk"), "--lens and --shape: both given"),
    (("--lens", "double-gauss", "--waves", "1"), "--lens and --waves: both given"),
    (("--shape", "disk", "--radius", "4", "--field", "1"), "--field: given without --lens"),
    (("--shape", "disk", "--radius", "4", "--front"), "--front: given without --lens"),
    (("--shape", "disk", "--radius", "4", "--fields", "3"), "--fields: given without --lens"),
    (("--lens", "double-gauss", "--radius", "4", "--fields", "1"), "--fields: 1, 2 to 64 exp"),
    (("--shape", "disk", "--radius", "1e6"), "radius 1e+06 px with 36 taps: needs about"),
    (("--image", "missing.png"), "missing.png: cannot be read (No such file or directory)"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[w[:30] for _, w in REFUSED])
def test_bad_values_are_refused_in_one_line(tmp_path, capsys, arguments, words):
    out = tmp_path / "old.safetensors"
    out.write_text("old")
    assert main(["bake", *arguments, "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("diskblur-fit: " + words)
    assert said.count("\n") == 1
    assert out.read_text() == "old", "a refusal loses nothing"


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path, capsys):
    for option, name, nearest in (
        ("--shape", "disc", "Did you mean disk?"),
        ("--shape", "amperstand", "Did you mean ampersand?"),
        ("--shape", "zzz", "Choose out of disk, ring"),
        ("--lens", "duoble-gauss", "Did you mean double-gauss?"),
    ):
        assert bake(tmp_path / "x", option, name, "--radius", "4") == 2
        said = capsys.readouterr().err
        assert said.startswith(f"diskblur-fit: {option}: {name!r} is unknown, one of ")
        assert nearest in said
        assert said.count("\n") == 1


def test_a_folder_as_out_is_refused_before_the_fit(tmp_path, capsys):
    assert bake(tmp_path, "--shape", "disk", "--radius", 3) == 2
    assert f"{tmp_path}: a folder, a file to write expected" in capsys.readouterr().err
    (tmp_path / "file").touch()
    assert bake(tmp_path / "file" / "k", "--shape", "disk", "--radius", 3) == 2
    assert "file is a file, a folder expected" in capsys.readouterr().err


def test_inspect_prints_axes_taps_and_errors(baked, capsys):
    assert main(["inspect", str(baked)]) == 0
    said = capsys.readouterr().out
    assert "target   polygon, sides 5, rotation 10.0, curvature 0.2" in said
    assert "layers   5,2 = 7 taps" in said
    assert "axis     radius 0 … 5 px, 4 knots" in said
    rows = said[said.index("knot ") :].splitlines()
    assert rows[0].split() == ["knot", "PSNR", "dB", "midpoint", "Frobenius", "reach", "px"]
    assert rows[1].split() == ["radius", "0", "px", "120.0", "120.0", "0.0000", "0.0"]
    assert len(rows) == 5
    assert len({len(row) for row in rows}) == 1, "columns line up"


def test_inspect_draws_target_fit_and_error_at_every_knot(baked, tmp_path, capsys):
    sheet = tmp_path / "sheet.png"
    assert main(["inspect", str(baked), "--sheet", str(sheet)]) == 0
    assert f"{sheet}: contact sheet" in capsys.readouterr().out
    with Image.open(sheet) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    grey = (np.ptp(pixels, axis=2) == 0) & (pixels[..., 0] > 250)
    colour = np.ptp(pixels, axis=2) > 60
    assert grey.sum() > 4 * 400, "targets and fits are white"
    assert colour.sum() > 400, "errors are coloured"


def test_inspect_shows_banks_made_elsewhere(tmp_path, capsys):
    """Two axes, no targets, no quality: dashes in their place, no failure."""
    offsets = np.random.default_rng(0).uniform(-2, 2, (3, 2, 4, 2)).astype("f4")
    axes = (Axis("radius", "px", (0, 1, 2, 3)), Axis("angle", "rad", (0, 1)))
    write_bank(tmp_path / "b", Bank(axes, (offsets,), (np.full((3, 2, 4), 1 / 3, "f4"),)))
    assert main(["inspect", str(tmp_path / "b"), "--sheet", str(tmp_path / "s.png")]) == 0
    said = capsys.readouterr().out
    assert "radius 3 px, angle 1 rad" in said
    assert "–" in said
    with Image.open(tmp_path / "s.png") as sheet:
        assert sheet.size[0] > 600


def test_inspect_refuses_what_is_no_bank_and_where_it_cannot_draw(baked, tmp_path, capsys):
    (tmp_path / "k.png").write_bytes(b"\x89PNG\r\n\x1a\n--")
    assert main(["inspect", str(tmp_path / "k.png")]) == 2
    assert "a PNG picture, a bank (.safetensors) expected" in capsys.readouterr().err
    assert main(["inspect", str(baked), "--sheet", str(tmp_path / "s.unknown")]) == 2
    assert "a name that ends in .png expected" in capsys.readouterr().err


WITHOUT_TORCH = """
import sys
from importlib.abc import MetaPathFinder
class Blocker(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
sys.meta_path.insert(0, Blocker())
from fitter.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_torch_it_says_what_to_install(baked, tmp_path):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_TORCH, *map(str, arguments)],
            capture_output=True, text=True, cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    done = run("bake", "--shape", "disk", "--radius", "4", "--out", "x")
    assert done.returncode == 2
    assert done.stderr == (
        "diskblur-fit: torch not installed, the fitter's extra expected. "
        "Install it: pip install 'diskblur[fit]'\n"
    )
    assert run("inspect", baked).returncode == 0, "the table needs no torch"
    assert "pip install 'diskblur[fit]'" in run("inspect", baked, "--sheet", "s.png").stderr


def test_python_m_fitter_is_the_command(baked):
    done = subprocess.run(
        [sys.executable, "-m", "fitter", "inspect", str(baked)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0
    assert "7 taps" in done.stdout
