"""`diskblur view` without a window: what it writes, and how it refuses. Windows: test_window.py."""

import subprocess
import sys

import numpy as np
import pytest
from banks import lopsided_bank, lopsided_lowrank
from scenes3d import SCENE_FILE
from view_parts import display_picture

from realtime.bank import write_bank, write_lowrank
from realtime.cli import main
from realtime.view import launch
from realtime.view.headless import HeadlessSurface

pytestmark = pytest.mark.gl


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "small.toml").write_text(SCENE_FILE)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    write_lowrank(tmp_path / "low.safetensors", lopsided_lowrank())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def tests_context(ctx, monkeypatch) -> None:
    """Commands draw in the tests' context; a new one would stay current after they are done."""
    monkeypatch.setattr(
        launch, "HeadlessSurface", lambda size, scale: HeadlessSurface(size, scale, ctx)
    )


def view(*words: str) -> int:
    return main(["view", "small.toml", "--size", "96x64", *words])


def test_a_shot_shows_what_the_window_would(folder, capsys):
    picture = ["small.toml", "--size", "96x64", "--bank", "bank.safetensors"]
    assert main(["view", *picture, "--headless-shot", "a.png", "--frames", "1"]) == 0
    assert main(["render", *picture, "--out", "b.png", "--time", str(1 / 24)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "wrote a.png" and out[1].startswith("diskblur  small  sparse  24 frames/s")
    assert np.array_equal(display_picture(folder / "a.png"), display_picture(folder / "b.png"))


def test_a_low_rank_bank_opens_with_what_it_is_for(folder, capsys):
    words = ["--bank", "low.safetensors", "--headless", "--frames", "2"]
    assert view(*words, "--split", "none") == 0
    assert capsys.readouterr().out.startswith("diskblur  small  lowrank | none")


def test_a_shot_has_the_interface(folder):
    shot = ["view", "small.toml", "--headless-shot"]
    assert main([*shot, "a.png", "--size", "640x400"]) == 0
    assert main([*shot, "b.png", "--size", "1280x800", "--scale", "2"]) == 0
    small, large = (display_picture(folder / name) for name in ("a.png", "b.png"))
    assert np.abs(large[::2, ::2][20:380, 30:290] - small[20:380, 30:290]).mean() < 6


def test_two_methods_and_effects(folder, capsys):
    words = ("--bank", "bank.safetensors", "--blur", "dense", "--split", "none")
    effect = ("--effect", "tilt-shift:angle=0..20,radius=0.05")
    assert view(*words, *effect, "--headless-shot", "a.png") == 0
    assert "dense | none" in capsys.readouterr().out


def test_the_lens_is_that_of_the_options(folder, capsys):
    assert view("--f-number", "5.6", "--focus-on", "box", "--headless-shot", "a.png") == 0
    assert "f/5.6  focus 1.39 m" in capsys.readouterr().out


def test_a_script_is_played(folder):
    (folder / "user.toml").write_text(
        '[[action]]\ndo = "key"\nkey = "space"\n[[action]]\ndo = "shot"\nfile = "one.png"\n'
    )
    assert view("--headless", "--script", "user.toml", "--shot-dir", "shots") == 0
    assert display_picture(folder / "shots" / "one.png").shape == (64, 96, 3)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--blur", "sparse"], "--bank: none given, a bank file expected for this blur"),
        (["--split", "lens"], "--bank: none given, a bank file expected for this blur"),
        (
            ["--bank", "low.safetensors", "--blur", "sparse"],
            "--bank: low rank, cascades expected for --blur sparse",
        ),
        (["--scale", "9"], "--scale: 9, 0.5 to 4 expected. Change --scale"),
        (["--headless-shot", "a.jpg"], "a.jpg: "),
        (["--script", "gone.toml"], "gone.toml: not readable"),
        (["--effect", "uniform:radius=0.1"], "effect uniform: no bank, a bank file expected"),
        (["--samples", "0"], "--samples: '0', a whole number from 1"),
        (["--focus-distance", "0.001"], "small.toml: lens focus_distance_m: 0.001"),
        (["--quality", "best"], "--quality: 'best', one of fast, default, high expected"),
    ],
)
def test_what_is_refused(folder, capsys, words, message):
    words = words if "--headless-shot" in words else [*words, "--headless"]
    assert view(*words) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.count("\n") == 1 and "Traceback" not in error
    assert message.removeprefix("small.toml: ") in error and "expected" in error
    assert error.startswith("diskblur view: ")


def test_without_dear_imgui_it_names_what_to_install(folder):
    """In a process of its own: it takes what is imported away."""
    program = (
        "import sys; sys.modules['imgui_bundle'] = None\n"
        "from realtime.cli import main\n"
        "sys.exit(main(['view', 'small.toml', '--headless']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stderr == (
        "diskblur view: imgui_bundle: not installed, Dear ImGui expected for the viewer's "
        "interface. Install it: pip install 'diskblur[view]'\n"
    )


def test_other_commands_do_not_wait_for_the_interface():
    program = (
        "import sys, realtime.cli; print('imgui_bundle' in sys.modules, 'glfw' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False False\n"
