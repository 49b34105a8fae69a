"""A kill or an error while writing leaves the old file or the new one, never half of one."""

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from banks import lopsided_bank

from realtime.bank import read_bank, replacing

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from banks import lopsided_bank
from realtime.bank import write_bank
banks = [lopsided_bank((300, 7), seed=seed) for seed in (1, 2)]
print("ready", flush=True)
while True:
    for bank in banks:
        write_bank(sys.argv[1], bank)
"""
KILLS = 15


def start_writer(path: Path) -> subprocess.Popen:
    command = [sys.executable, "-c", WRITER, str(path), str(Path(__file__).parent)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_bank_is_whole_whenever_its_writer_is_killed(tmp_path):
    """And while it writes. A killed writer leaves at most its own temporary file behind, hidden
    and beside the bank; nobody else's."""
    path = tmp_path / "b.safetensors"
    known = [lopsided_bank((300, 7), seed=seed).offsets[0] for seed in (1, 2)]
    delays, seen = random.Random(0), set()
    for kill in range(KILLS):
        with start_writer(path) as writer:
            try:
                assert writer.stdout.readline() == "ready\n"
                until = time.monotonic() + delays.uniform(0.01, 0.06)
                while time.monotonic() < until or not path.exists():
                    if path.exists():
                        seen.add(which(path, known))
            finally:
                writer.send_signal(signal.SIGKILL)
        seen.add(which(path, known))
        left = [name for name in os.listdir(tmp_path) if name != path.name]
        assert len(left) <= kill + 1
        assert all(name.startswith(".b.") for name in left)
    assert seen == {0, 1}, "both banks were met, so files were replaced while we looked"


def which(path: Path, known: list[np.ndarray]) -> int:
    """Read the bank, which must work, and tell which one it is."""
    offsets = read_bank(path).offsets[0]
    (match,) = [i for i, array in enumerate(known) if np.array_equal(offsets, array)]
    return match


def test_an_error_inside_the_block_keeps_the_old_file(tmp_path):
    path = tmp_path / "f.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="mine"), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError("mine")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["f.txt"]


def test_the_old_file_stands_until_the_block_ends(tmp_path):
    path = tmp_path / "deep" / "er" / "f.txt"
    with replacing(path) as temporary:
        temporary.write_text("one")
        assert not path.exists()
    with replacing(str(path)) as temporary:
        temporary.write_text("two")
        assert path.read_text() == "one"
        assert temporary.parent == path.parent, "a rename is atomic only within a file system"
        assert temporary.suffix == ".txt", "encoders choose the format by it"
    assert path.read_text() == "two"
    assert os.listdir(path.parent) == ["f.txt"]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_of_any_other(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        with replacing(tmp_path / "f.txt") as temporary:
            temporary.write_text("new")
        assert stat.S_IMODE((tmp_path / "f.txt").stat().st_mode) == mode
        assert os.umask(mask) == mask, "and the mask stays as it was"
    finally:
        os.umask(before)


def test_a_link_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "target").write_text("untouched")
    (tmp_path / "link").symlink_to("target")
    with replacing(tmp_path / "link") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "target").read_text() == "untouched"
    assert (tmp_path / "link").read_text() == "new"


def test_two_writers_at_once_each_write_a_whole_file(tmp_path):
    path = tmp_path / "f.txt"
    with replacing(path) as first, replacing(path) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first", "the one that ended last"
    assert os.listdir(tmp_path) == ["f.txt"]
