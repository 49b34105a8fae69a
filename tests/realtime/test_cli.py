"""The `diskblur` command: what it writes, and how it refuses. Windows: test_window.py."""

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE as SCENE

from realtime.bank import Axis, Bank, write_bank
from realtime.cli import main, options
from realtime.gl import fullscreen
from realtime.passes import forward
from realtime.pictures import read_picture
from realtime.scene.lens import ArtisticLens, Lens


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with a scene and a bank, and the working directory."""
    (tmp_path / "small.toml").write_text(SCENE)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def tests_context(ctx, monkeypatch) -> None:
    """Commands draw in the tests' context; a new one would stay current after they are done."""
    monkeypatch.setattr("realtime.cli.render.headless_context", lambda: ctx)


def run(*words: str, blur=("--blur", "none"), size="33x24") -> int:
    return main(["render", "small.toml", "--size", size, *blur, *words])


def refusal(capsys, *words: str) -> str:
    """The one line a command leaves when it refuses: exit code 2, no traceback."""
    capsys.readouterr()
    assert main(list(words)) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.startswith(f"diskblur {words[0]}: ")
    assert error.count("\n") == 1 and "Traceback" not in error
    assert ", " in error and ("expected" in error or "needed" in error)
    return error.removeprefix(f"diskblur {words[0]}: ").rstrip()


@pytest.mark.gl
@pytest.mark.parametrize("blur", ["sparse", "dense", "lens", "none"])
def test_render_writes_what_the_suffix_says(folder, capsys, blur):
    """.exr and .npy hold the same linear HDR light; .png is that, tone-mapped."""
    quality = ["--bank", "bank.safetensors", "--views", "5", "--time", "0.25"]
    for name in ("a.png", "a.exr", "a.npy"):
        assert run(*quality, "--out", name, blur=("--blur", blur)) == 0
        assert capsys.readouterr().out == f"wrote {name}\n"
    linear = np.load("a.npy")
    assert linear.shape == (24, 33, 3) and linear.dtype == np.float32
    np.testing.assert_array_equal(read_picture("a.exr"), linear)
    assert linear.max() > 1 and np.argwhere(linear.sum(-1) > 3).mean(axis=0)[0] < 12
    shown = read_picture("a.png")
    assert shown.shape == linear.shape and shown.max() <= 1
    dark = linear.max(axis=-1) < 0.7
    assert np.corrcoef(shown[dark].ravel(), linear[dark].ravel())[0, 1] > 0.95


@pytest.mark.gl
def test_the_lens_is_changed_by_flags(folder):
    pictures = {}
    for name, flags in {
        "scene": (),
        "stopped": ("--f-number", "16"),
        "far": ("--focus-distance", "inf"),
        "tele": ("--focal-length", "90"),
    }.items():
        assert (
            run(
                "--bank",
                "bank.safetensors",
                *flags,
                "--out",
                f"{name}.npy",
                blur=("--blur", "sparse"),
            )
            == 0
        )
        pictures[name] = np.load(f"{name}.npy")
    for name in ("stopped", "far", "tele"):
        assert np.abs(pictures[name] - pictures["scene"]).max() > 0.5
    assert pictures["stopped"].max() > pictures["scene"].max()


LENS_FLAGS = {
    "--coc-radius": "0.05",
    "--squeeze": "0.5",
    "--aperture-rotation": "40",
    "--cat-eye": "1",
    "--focus-on": "lamp",
}


@pytest.mark.gl
def test_every_flag_of_the_lens_changes_its_picture(folder):
    truth = ("--bank", "bank.safetensors", "--views", "32")
    pictures = []
    for number, flags in enumerate([(), *LENS_FLAGS.items()]):
        assert run(*truth, *flags, "--out", f"{number}.npy", blur=("--blur", "lens")) == 0
        pictures.append(np.load(f"{number}.npy"))
    for number, changed in enumerate(pictures[1:]):
        for other in pictures[: number + 1]:
            assert np.abs(changed - other).max() > 0.1
    assert pictures[-1].max() > 8.5 > 1.3 * pictures[0].max()  # the lamp, of 9, is in focus


def test_flags_say_what_the_lens_is(folder):
    parser = argparse.ArgumentParser()
    options.add_scene(parser)
    words = [word for pair in LENS_FLAGS.items() for word in pair]
    words += ["--max-coc-front", "0.1", "--max-coc-behind", "inf", "--focal-length", "35"]
    scene = options.scene_of(parser.parse_args(["small.toml", *words]))
    fov_deg = math.degrees(Lens(35.0).vertical_fov_rad)
    shape = {"squeeze": 0.5, "rotation_deg": 40, "cat_eye": 1, "max_front": 0.1}
    assert scene.lens == ArtisticLens(0.05, 2.0, fov_deg, **shape)
    assert scene.lens_at(0.0).focus_distance_m == pytest.approx(6.0)


@pytest.mark.gl
def test_render_writes_a_video(folder):
    av = pytest.importorskip("av")
    assert run("--frames", "3", "--fps", "12", "--out", "a.mp4") == 0
    with av.open("a.mp4") as video:
        frames = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
        assert video.streams.video[0].average_rate == 12
    assert len(frames) == 3 and frames[0].shape == (24, 34, 3)  # even sides
    assert np.abs(frames[2].astype(int) - frames[0]).max() > 20  # the camera moves
    assert run("--fps", "12", "--out", "whole.mp4") == 0
    with av.open("whole.mp4") as video:
        assert sum(1 for _ in video.decode(video=0)) == 6  # 0.5 s


@pytest.mark.gl
@pytest.mark.parametrize("size", ["1x1", "7x3", "3×7"])
def test_tiny_sizes(folder, size):
    assert run("--bank", "bank.safetensors", "--out", "a.npy", size=size, blur=()) == 0
    width, height = (int(side) for side in size.replace("×", "x").split("x"))
    assert np.load("a.npy").shape == (height, width, 3)


@pytest.mark.gl
def test_compare_scores_every_method(folder, capsys):
    words = ["compare", "small.toml", "--bank", "bank.safetensors", "--size", "33x24"]
    assert main([*words, "--views", "7", "--time", "0.1", "--json", "--sheet", "s.png"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["scene"] == "small" and facts["size"] == [33, 24] and facts["views"] == 7
    assert facts["taps"] == [5, 3] and facts["time_s"] == 0.1 and facts["renderer"]
    scores = {score["blur"]: score for score in facts["scores"]}
    assert list(scores) == ["none", "sparse", "dense"]
    assert all(5 < score["psnr_db"] < 80 for score in scores.values())
    assert all(0 < score["flip"] < 1 for score in scores.values())
    sheet = read_picture("s.png")
    assert sheet.shape[0] > 24 and sheet.shape[1] >= 4 * 33  # three methods and the truth

    assert main([*words, "--views", "2", "--blur", "none"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "small, 33 × 24, against 2 views of the lens"
    assert lines[1].split() == ["blur", "PSNR", "dB", "FLIP"] and lines[3].startswith("none")


@pytest.mark.gl
def test_demo_writes_a_sheet_a_video_and_a_table(folder, capsys):
    pytest.importorskip("av")
    words = ["demo", "--scene", "small.toml", "--bank", "bank.safetensors", "--size", "33x24"]
    assert main([*words, "--views", "3", "--frames", "3", "--out", "new/out"]) == 0
    report = capsys.readouterr().out
    for word in ("small, 33 × 24, 3 frames, 8 taps [5, 3]", "blur behind", "whole frame", "p95"):
        assert word in report
    for word in ("frames per second", "dense/sparse", "against the lens truth (3 views)", "FLIP"):
        assert word in report
    assert read_picture("new/out/demo.png").shape[1] >= 3 * 33
    assert Path("new/out/demo.mp4").stat().st_size > 500


RENDER = ("render", "small.toml", "--blur", "none", "--out", "a.png")
COMPARE = ("compare", "small.toml", "--bank", "bank.safetensors")
DEMO = ("demo", "--scene", "small.toml", "--bank", "bank.safetensors")
REFUSED = [
    ((*RENDER, "--size", "0x5"), "--size: '0x5', width and height in px above 0 expected"),
    ((*RENDER, "--size", "5"), "--size: '5', width and height in px above 0 expected"),
    ((*RENDER, "--size=-5x5"), "--size: '-5x5', width and height"),
    ((*RENDER, "--size", "9" * 5000 + "x5"), "--size: '999"),
    ((*RENDER, "--frames", "3"), "--frames: given for a.png, a video (.mp4) expected"),
    (("render", "small.toml", "--out", "a.gif"), "a.gif: a picture called .gif, one of .png, .exr"),
    (("render", "small.toml", "--out", "a"), "a: a picture called without a suffix, one of .png"),
    (("render", "small.toml", "--out", ""), ".: a picture called without a suffix"),
    ((*RENDER, "--time", "nan"), "--time: 'nan', a number expected"),
    ((*RENDER, "--time", "inf"), "--time: 'inf', a number expected"),
    ((*RENDER, "--time", "soon"), "--time: 'soon', a number expected"),
    ((*RENDER, "--f-number", "0"), "lens f_number: 0, a finite number above 0 expected"),
    ((*RENDER, "--f-number", "-2"), "lens f_number: -2, a finite number above 0 expected"),
    ((*RENDER, "--f-number", "wide"), "--f-number: 'wide', a number expected"),
    ((*RENDER, "--focus-distance", "0"), "lens focus_distance_m: 0, more than the focal length"),
    ((*RENDER, "--focus-distance", "nan"), "--focus-distance: 'nan', a number expected"),
    ((*RENDER, "--focal-length", "0"), "lens focal_length_mm: 0, a finite number above 0"),
    ((*RENDER, "--focus-on", "bax"), "--focus-on: 'bax', the name of an object expected. Did you"),
    (
        (*RENDER, "--focus-on", "box", "--focal-length", "1700"),
        "small.toml: at 0.00 s: lens focus_distance_m: 1.4, more than the focal length 1.7 m",
    ),
    ((*RENDER, "--focus-on", "lamp", "--focus-distance", "2"), "--focus-on: 'lamp' beside --focus"),
    ((*RENDER, "--coc-radius", "0.1", "--f-number", "2"), "--coc-radius: '0.1' beside --f-number"),
    ((*RENDER, "--coc-radius", "-0.1"), "lens radius: -0.1, a finite number from 0 up expected"),
    ((*RENDER, "--squeeze", "0"), "lens squeeze: 0, a finite number above 0 expected"),
    ((*RENDER, "--squeeze", "flat"), "--squeeze: 'flat', a number expected. Change --squeeze"),
    ((*RENDER, "--aperture-rotation", "inf"), "lens rotation_deg: inf, a finite number of degrees"),
    ((*RENDER, "--cat-eye", "1.5"), "lens cat_eye: 1.5, a number from 0 to 1 expected"),
    ((*RENDER, "--max-coc-front", "-1"), "lens max_front: -1, a number from 0 up, or inf expected"),
    ((*RENDER, "--max-coc-behind", "nan"), "--max-coc-behind: 'nan', a number expected"),
    ((*RENDER, "--samples", "0"), "--samples: '0', a whole number from 1 to 1000000 expected"),
    ((*RENDER, "--views", "9" * 14), "--views: '99999999999999', a whole number from 1 to"),
    ((*RENDER[:-1], "a.mp4", "--frames", "-3"), "--frames: '-3', a whole number from 1 to"),
    ((*RENDER[:-1], "a.mp4", "--frames", "0"), "--frames: '0', a whole number from 1 to"),
    ((*RENDER[:-1], "a.mp4", "--fps", "0"), "--fps: '0', a whole number from 1 to"),
    ((*RENDER[:-1], "a.mp4", "--fps", "24.5"), "--fps: '24.5', a whole number from 1 to"),
    (("render", "gone.toml", "--out", "a.png"), "gone.toml: no such scene, a .toml, .glb or .gltf"),
    ((*RENDER, "--bank", "gone.safetensors"), "gone.safetensors: cannot be read (No such file"),
    ((*RENDER, "--bank", ""), ".: cannot be read ("),
    ((*RENDER, "--bank", "picture.safetensors"), "picture.safetensors: a PNG picture, a bank"),
    ((*RENDER, "--bank", "half.safetensors"), "half.safetensors: damaged or cut short ("),
    (("render", "small.toml", "--out", "a.png"), "--bank: none given, a bank file expected for"),
    ((*RENDER[:-1], "folder.png"), "folder.png: a folder, a file to write expected"),
    ((*RENDER[:-1], "small.toml/a.png"), "small.toml/a.png: "),
    ((*COMPARE, "--blur", "sparse,magic"), "--blur: 'magic', one or more of sparse,dense,none"),
    ((*COMPARE, "--blur", "lens"), "--blur: 'lens', one or more of sparse,dense,none,gather"),
    (
        (*COMPARE, "--quality", "best"),
        "--quality: 'best', one of fast, default, high expected. Change --quality",
    ),
    ((*COMPARE, "--blur", ","), "--blur: nothing, one or more of sparse,dense,none,gather"),
    ((*COMPARE, "--sheet", "s.jpg"), "s.jpg: a picture called .jpg, one of .png expected"),
    ((*COMPARE, "--sheet", "folder.png"), "folder.png: a folder, a file to write expected"),
    ((*COMPARE, "--time", "x"), "--time: 'x', a number expected"),
    (("compare", "small.toml"), "--bank: none given, a bank file expected for this blur"),
    ((*DEMO, "--frames", "0"), "--frames: '0', a whole number from 1 to 1000000 expected"),
    ((*DEMO, "--out", "small.toml/new"), "small.toml/new: "),
    (("demo", "--scene", "small.toml"), "--bank: none given, a bank file expected for this blur"),
]


@pytest.mark.parametrize(("words", "text"), REFUSED, ids=[text[:44] for _, text in REFUSED])
def test_bad_values_are_refused_before_anything_is_drawn(folder, capsys, monkeypatch, words, text):
    def draw(*_args, **_options):
        raise AssertionError("drawn before the options were checked")

    monkeypatch.setattr(forward.ForwardPass, "draw", draw)
    monkeypatch.setattr(fullscreen.Fullscreen, "draw", draw)
    bank = (folder / "bank.safetensors").read_bytes()
    (folder / "half.safetensors").write_bytes(bank[: len(bank) // 2])
    (folder / "picture.safetensors").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 60)
    (folder / "folder.png").mkdir()
    for name in ("a.png", "a.mp4"):
        (folder / name).write_text("old")
    assert refusal(capsys, *words).startswith(text)
    assert (folder / "a.png").read_text() == (folder / "a.mp4").read_text() == "old"


@pytest.mark.gl
def test_a_size_beyond_opengl(folder, capsys):
    message = refusal(capsys, *RENDER, "--size", "8x1000000")
    assert message.startswith("size: 8 × 1000000 px, 1 to ")
    assert message.endswith("(this OpenGL's limit). Choose another --size")


@pytest.mark.gl
@pytest.mark.parametrize("blur", ["sparse", "dense", "lens"])
def test_a_bank_that_the_method_cannot_use_is_refused(folder, capsys, blur):
    bank = lopsided_bank()
    angle = Axis("angle", "rad", bank.axes[0].knots)
    write_bank("angle.safetensors", Bank((angle,), bank.offsets, bank.weights))
    (folder / "a.png").write_text("old")
    words = ["render", "small.toml", "--blur", blur, "--size", "8x6", "--out", "a.png"]
    assert "bank: " in refusal(capsys, *words, "--bank", "angle.safetensors")
    assert (folder / "a.png").read_text() == "old"


@pytest.mark.gl
def test_an_old_file_stays_where_the_new_one_cannot_be_written(folder, capsys, monkeypatch):
    (folder / "a.png").write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    message = refusal(capsys, *RENDER, "--size", "8x6")
    assert message.startswith("a.png: not written (No space left on device)")
    assert (folder / "a.png").read_text() == "old"
    assert sorted(p.name for p in folder.iterdir()) == ["a.png", "bank.safetensors", "small.toml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_leave_to_write(folder, capsys):
    (folder / "locked").mkdir(mode=0o500)
    message = refusal(capsys, *RENDER[:-1], "locked/a.png")
    assert "cannot be written, a writable folder expected" in message


def test_without_a_driver_it_says_what_to_install(folder):
    """A process of its own, in which libglvnd finds no vendor."""
    found = subprocess.run(
        [sys.executable, "-m", "realtime.cli", *RENDER],
        env={
            **os.environ,
            "__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert found.returncode == 2 and found.stdout == ""
    assert "Traceback" not in found.stderr
    assert found.stderr.startswith("diskblur render: OpenGL: no context over EGL (")
    assert "apt install libegl1 libgl1 libgl1-mesa-dri" in found.stderr
    assert not (folder / "a.png").exists()


@pytest.mark.parametrize(
    "words", [[], ["paint"], ["render"], ["render", "x", "--out", "a.png", "--blur", "magic"]]
)
def test_words_that_are_no_command(capsys, words):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: diskblur" in capsys.readouterr().err


def test_interrupting_leaves_one_line(folder, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("realtime.cli.options.scene_of", interrupt)
    assert main(list(RENDER)) == 130
    assert capsys.readouterr().err == "diskblur render: interrupted\n"


def test_help_and_version(capsys):
    for words, text in ((["--version"], "diskblur "), (["view", "--help"], "Open a window")):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 0 and text in capsys.readouterr().out
