"""The viewer in a real window, under Xvfb: a display that no one looks at."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE as SCENE

from realtime.bank import write_bank

pytestmark = pytest.mark.gl

ROOT = Path(__file__).parents[2]
VIEW = [sys.executable, "-m", "realtime.cli", "view", "small.toml", "--size", "96x64"]


@pytest.fixture(scope="module")
def display():
    """A free display of our own; its server says which number it took."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("no Xvfb on this machine, needed for windows: apt install xvfb")
    read, write = os.pipe()
    command = [server, "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch) -> None:
    """Nobody's are read or written."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "small.toml").write_text(SCENE)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    return tmp_path


def environment(display: str | None) -> dict[str, str]:
    variables = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    variables |= {"LIBGL_ALWAYS_SOFTWARE": "1"} | ({"DISPLAY": display} if display else {})
    return variables | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}


def run(command: list[str], folder: Path, display: str | None) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(display),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_view_draws_and_ends(display, folder):
    done = run([*VIEW, "--bank", "bank.safetensors", "--frames", "5"], folder, display)
    assert done.returncode == 0 and done.stderr == ""
    welcome, status = done.stdout.splitlines()
    assert welcome == "H lists all keys"
    assert status.startswith("diskblur  small  sparse  ") and status.endswith(
        "f/0.25  focus 2.00 m"
    )


def test_an_artistic_lens_shows_its_blur_in_the_title(display, folder):
    done = run([*VIEW, "--frames", "2", "--coc-radius", "0.031"], folder, display)
    assert done.returncode == 0 and "CoC 3.10%  focus 2.00 m" in done.stdout


def test_without_a_bank_it_opens_sharp(display, folder):
    done = run([*VIEW, "--frames", "2"], folder, display)
    assert done.returncode == 0 and "diskblur  small  none  " in done.stdout


def test_without_a_display_it_names_the_way_out(folder):
    done = run([*VIEW, "--frames", "2"], folder, None)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert done.stderr.startswith("diskblur view: window: no display (")
    assert done.stderr.endswith("Use --headless-shot or diskblur render, which need none\n")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--size", "0x3"], "--size: '0x3', width and height in px above 0 expected"),
        (["--frames", "0"], "--frames: '0', a whole number from 1 to"),
        (["--bank", "gone.safetensors"], "gone.safetensors: cannot be read"),
    ],
)
def test_bad_values_open_no_window(folder, words, text):
    done = run([*VIEW, *words], folder, None)
    assert done.returncode == 2 and done.stderr.startswith(f"diskblur view: {text}")


def test_a_window_beyond_opengl_is_refused(display, folder):
    done = run([*VIEW[:-1], "300000x40", "--frames", "2"], folder, display)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.startswith("diskblur view: ") and "expected" in done.stderr


@pytest.fixture(scope="module")
def session(display, tmp_path_factory):
    """What window_session.py noted, and the window's last picture."""
    picture = tmp_path_factory.mktemp("window") / "window.npy"
    done = run([sys.executable, "-m", "window_session", str(picture)], picture.parent, display)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]) | {"picture": np.load(picture)}


def test_the_window_shows_the_scene_upright(session):
    """The bright ball high on the left, the red box low on the right."""
    assert session["drawn"]["size"] == [96, 64]
    quarters = {name: np.array(mean) for name, mean in session["drawn"]["mean"].items()}
    light = {name: mean.sum() for name, mean in quarters.items()}
    assert max(light, key=light.get) == "top left"
    reddest = max(quarters, key=lambda name: quarters[name][0] - quarters[name][2])
    assert reddest == "bottom right"
    assert session["picture"].shape == (64, 96, 3) and session["picture"].max() > 240


def test_keys_choose_the_blur_and_the_aperture(session):
    assert session["blurs"] == ["sparse", "dense", "lens", "none", "sparse", "dense"]
    first, closed, opened, widest = session["f_numbers"]
    assert first == 0.25 and widest == pytest.approx(0.25 / 16)
    assert closed == pytest.approx(0.25 * 2 ** (1 / 6)) and opened == pytest.approx(0.25)
    assert session["paused"] == [False, True] and session["stood"]


def test_a_click_focuses(session):
    """On the box, on the sky; the right button does nothing; F is as the scene has it."""
    box, sky, right_button, scene = session["focus_m"]
    assert box == pytest.approx(1.25, abs=0.12)
    assert sky == right_button == float("inf") and scene == 2.0
    assert session["pulls"] == [True, True]  # 0.05 s after a click the focus is on its way


def test_the_focus_follows_what_the_scene_says_as_long_as_it_is_in_front(session):
    assert session["followed_m"] == pytest.approx([1.5, 1.5, 2.0])


def test_drags_and_the_wheel_move_the_camera(session):
    assert session["after_drag"][0] < -0.3  # the eye goes left
    assert session["after_wheel"] == pytest.approx(2.0 * 0.81)
    assert session["back"] == [0.0, 0.0, 0.0] and session["focus_after_drag_m"] == 2.0


def test_the_picture_follows_the_windows_size(session):
    assert session["sizes"] == [[[130, 50]] * 3, [[96, 64]] * 3]
    assert session["errors"] == ["GL_NO_ERROR"]


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="no xdotool: apt install xdotool")
def test_real_keys_reach_the_viewer(display, folder):
    """'4' and Escape as a keyboard sends them, and the title that a person sees."""
    process = subprocess.Popen(
        [*VIEW, "--bank", "bank.safetensors"],
        cwd=folder,
        env=environment(display),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        window = found_window("^diskblur  small  sparse", display)
        for words in (["windowfocus", window], ["key", "4"]):
            xdotool(words, display)
        assert found_window("^diskblur  small  none", display) == window
        xdotool(["key", "Escape"], display)
        out, error = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0 and error == ""
    assert out.splitlines()[-1].startswith("diskblur  small  none  ")


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="no xdotool: apt install xdotool")
def test_a_real_mouse_drags_the_bar(display, folder):
    """The bar over the picture, and keys that follow, as a person sends them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "window_driven"],
        cwd=folder,
        env=environment(display),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        window = found_window("^diskblur  lopsided  sparse . none", display)
        for words in (
            ["mousemove", "--window", window, "450", "300"],
            ["mousedown", "1"],
            ["mousemove", "--window", window, "500", "310"],
            ["mousemove", "--window", window, "540", "310"],
            ["mouseup", "1"],
            ["windowfocus", window],
            ["key", "equal"],
            ["key", "Escape"],
        ):
            xdotool(words, display)
            time.sleep(0.5)  # a frame hears of each by itself, as a hand is slower than this
        out, error = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0 and error == ""
    assert json.loads(out) == pytest.approx({"split_at": 0.9, "stops": 1 / 3}, abs=1e-4)


def xdotool(words: list[str], display: str) -> str:
    done = subprocess.run(
        ["xdotool", *words],
        env=os.environ | {"DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.stdout.strip()


def found_window(title: str, display: str, within_s: float = 60) -> str:
    """Wait for a window by its title; it is renamed twice a second."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if window := xdotool(["search", "--name", title], display):
            return window
        time.sleep(0.1)
    raise AssertionError(f"no window called {title}")
