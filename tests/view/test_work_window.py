"""What outlives a window: settings, however it ends, and where it was. Under Xvfb."""

import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from contextlib import contextmanager
from pathlib import Path

import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE

from realtime.bank import write_bank
from realtime.view.settings import read_settings

pytestmark = [
    pytest.mark.gl,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None, reason="no Xvfb on this machine: apt install xvfb"
    ),
]

ROOT = Path(__file__).parents[2]
VIEW = [sys.executable, "-m", "realtime.cli", "view"]
WORDS = ["small.toml", "--bank", "bank.safetensors", "--size", "160x120"]


@contextmanager
def x_server():
    """A display of our own; gives its name and its process."""
    read, write = os.pipe()
    screen = ["-screen", "0", "640x480x24", "-nolisten", "tcp"]
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), *screen], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    try:
        yield f":{number}", process
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def display():
    with x_server() as (name, _):
        yield name


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "small.toml").write_text(SCENE_FILE)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    return tmp_path


def environment(display: str, folder: Path) -> dict[str, str]:
    variables = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
    return variables | {
        "DISPLAY": display,
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHONPATH": str(ROOT),
    }


def run(words: list[str], folder: Path, display: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*VIEW, *words],
        cwd=folder,
        env=environment(display, folder),
        capture_output=True,
        text=True,
        timeout=120,
    )


@contextmanager
def running(words: list[str], folder: Path, display: str):
    """A viewer whose settings have been saved once: so it draws."""
    process = subprocess.Popen(
        [*VIEW, *words],
        cwd=folder,
        env=environment(display, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(state_file(folder).exists)
        yield process
    finally:
        process.kill()
        process.communicate()


def state_file(folder: Path) -> Path:
    return folder / "config" / "diskblur" / "view.toml"


def wait_for(happened, within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_it_opens_as_it_was_left(display, folder):
    """Scene, bank and settings, from another folder; and the window's size."""
    assert run([*WORDS, "--f-number", "0.5", "--frames", "3"], folder, display).returncode == 0
    state = read_settings(state_file(folder))
    assert state.scene == str(folder / "small.toml") and state.lens.f_number == 0.5
    window = tomllib.loads((folder / "config" / "diskblur" / "window.toml").read_text())
    assert window["size"] == [160, 120] and len(window["place"]) == 2
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "config").symlink_to(folder / "config")
    done = run(["--frames", "3"], elsewhere, display)
    assert done.returncode == 0 and done.stderr == ""
    assert "diskblur  small  sparse" in done.stdout and "f/0.5" in done.stdout
    assert read_settings(state_file(folder)).size == (160, 120)


def test_a_new_scene_leaves_the_last_session_beside_it(display, folder):
    assert run([*WORDS, "--f-number", "0.5", "--frames", "3"], folder, display).returncode == 0
    assert run([*WORDS, "--frames", "3"], folder, display).returncode == 0
    assert read_settings(state_file(folder)).lens.f_number is None
    assert read_settings(state_file(folder).with_name("view-before.toml")).lens.f_number == 0.5


def test_broken_settings_are_put_aside_and_it_opens(display, folder):
    file = state_file(folder)
    file.parent.mkdir(parents=True)
    file.write_text("left = [")
    done = run(["--frames", "3", "--size", "96x64"], folder, display)
    assert done.returncode == 0 and "diskblur  string lights  none" in done.stdout
    assert (file.parent / "view-broken.toml").read_text() == "left = ["


def test_without_a_window_nothing_is_kept(display, folder):
    done = run([*WORDS, "--headless", "--frames", "2"], folder, display)
    assert done.returncode == 0 and not (folder / "config").exists()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_session_that_ends_ends_it_in_order(display, folder, name):
    with running([*WORDS, "--f-number", "0.5"], folder, display) as process:
        process.send_signal(getattr(signal, name))
        out, error = process.communicate(timeout=30)
        assert process.returncode == 0 and error == "" and "f/0.5" in out
    assert read_settings(state_file(folder)).lens.f_number == 0.5


def test_a_kill_loses_two_seconds_at_most(display, folder):
    with running([*WORDS, "--f-number", "0.5"], folder, display) as process:
        process.kill()
    assert read_settings(state_file(folder)).lens.f_number == 0.5


def test_a_display_that_vanishes_is_said_and_settings_are_kept(folder):
    """The X server is killed: Xlib would end the process without a word."""
    with x_server() as (name, server):
        with running([*WORDS, "--f-number", "0.5"], folder, name) as process:
            state_file(folder).unlink()
            (folder / "config" / "diskblur" / "window.toml").unlink()
            server.kill()
            out, error = process.communicate(timeout=30)
            assert process.returncode == 2, error
    kept = state_file(folder)
    assert error == (
        f"diskblur view: display: gone, a running one expected. Settings are kept in {kept}; "
        f"start again\n"
    )
    assert "Traceback" not in out and read_settings(kept).lens.f_number == 0.5


def test_a_folder_for_settings_that_cannot_be_written_is_said(display, folder):
    (folder / "config").write_text("a file")
    done = run([*WORDS, "--frames", "3"], folder, display)
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert "settings not written" in done.stdout
