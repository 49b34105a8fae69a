"""Folders of killed viewers are removed; those of others are left alone."""

import os
import signal
import subprocess
import sys

import pytest

from realtime.view import refit_folder
from realtime.view.refit_folder import PREFIX, passing_folder, remove_stale

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is removed there")

MAKE = """
import sys, tempfile, time
tempfile.tempdir = sys.argv[1]
from realtime.view.refit_folder import passing_folder
kept = passing_folder()
open(kept.name + "/drawing-1.npy", "w").close()
print(kept.name, flush=True)
time.sleep(60)
"""


def test_what_a_killed_viewer_left_goes_at_the_next_start(tmp_path):
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        path = tmp_path / process.stdout.readline().strip()
        assert path.parent == tmp_path and str(process.pid) in path.name
        assert remove_stale(tmp_path) == [] and path.is_dir(), "its process runs"
        process.send_signal(signal.SIGKILL)
    assert path.is_dir()
    assert remove_stale(tmp_path) == [path] and not path.exists()


def ended_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_is_not_ours_stays(tmp_path, monkeypatch):
    pid = ended_pid()
    precious = tmp_path / "precious"
    precious.mkdir()
    kept = [precious]
    for name in (f"{PREFIX}abc", f"{PREFIX}{pid}", f"other-{pid}-abc", f"{PREFIX}{os.getpid()}-a"):
        kept.append(tmp_path / name)
        kept[-1].mkdir()
    (tmp_path / f"{PREFIX}{pid}-file").write_text("no folder")
    (tmp_path / f"{PREFIX}{pid}-link").symlink_to(precious, target_is_directory=True)
    assert remove_stale(tmp_path) == [] and all(path.is_dir() for path in kept)
    (tmp_path / f"{PREFIX}{pid}-theirs").mkdir()
    monkeypatch.setattr(refit_folder.os, "getuid", lambda: os.geteuid() + 1)
    assert remove_stale(tmp_path) == []
    assert remove_stale(tmp_path / "gone") == []


def test_the_folder_bears_the_processs_number():
    with passing_folder() as name:
        assert f"{PREFIX}{os.getpid()}-" in name
