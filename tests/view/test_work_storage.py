"""Settings between sessions: kept whole, never lost, restored as far as they can be."""

import errno
import os
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE

from realtime.bank import write_bank
from realtime.effects import TiltShift
from realtime.errors import UsageError
from realtime.view import storage
from realtime.view.library import Library
from realtime.view.messages import Messages
from realtime.view.restore import usable
from realtime.view.settings import is_settings, read_settings
from realtime.view.state import (
    Bookmark,
    CameraState,
    EffectState,
    LensState,
    RecordState,
    ViewState,
)
from realtime.view.storage import Autosave, Store, WindowPlace, config_folder, write_settings

CAMERA = CameraState((1.0, 2.0, 3.0), (0.0, 0.5, -1.0))
RICH = ViewState(
    scene="tabletop",
    lens=LensState(f_number=2.0),
    camera=CAMERA,
    effects=(EffectState(TiltShift(angle=3.0), banks=("a.safetensors",)),),
    size=(640, 360),
    bookmarks=(Bookmark("Cup", "tabletop", CAMERA),),
    record=RecordState(fps=30, fixed_step=False, interface=True),
)


def test_the_folder_is_that_of_xdg(tmp_path):
    assert config_folder({"XDG_CONFIG_HOME": str(tmp_path)}) == tmp_path / "diskblur"
    home = Path.home() / ".config" / "diskblur"
    assert config_folder({}) == config_folder({"XDG_CONFIG_HOME": "relative"}) == home


def test_a_state_comes_back(tmp_path):
    store = Store(tmp_path / "new")
    assert store.last_state() is None and store.window() is None
    store.save(RICH, WindowPlace((640, 360), (-5, 12)))
    assert store.last_state() == RICH
    assert store.window() == WindowPlace((640, 360), (-5, 12))
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["view.toml", "window.toml"]


def test_files_are_found_from_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_bank(tmp_path / "b.safetensors", lopsided_bank())
    (tmp_path / "s.toml").write_text(SCENE_FILE)
    marks = (Bookmark("One", "s.toml", CAMERA),)
    effects = (EffectState(TiltShift(), banks=("b.safetensors",)),)
    state = ViewState(scene="s.toml", bank="b.safetensors", bookmarks=marks, effects=effects)
    write_settings(tmp_path / "f.toml", state)
    got, scene = read_settings(tmp_path / "f.toml"), str(tmp_path / "s.toml")
    assert got.scene == got.bookmarks[0].scene == scene
    assert got.bank == got.effects[0].banks[0] == str(tmp_path / "b.safetensors")
    write_settings(tmp_path / "g.toml", state.replace(scene="tabletop", bank="a drawing"))
    got = read_settings(tmp_path / "g.toml")
    assert got.scene == "tabletop" and got.bank is None


def test_settings_and_scenes_are_told_apart(tmp_path):
    write_settings(tmp_path / "settings.toml", ViewState())
    (tmp_path / "scene.toml").write_text(SCENE_FILE)
    (tmp_path / "broken.toml").write_text("scene = ")
    files = ("settings.toml", "scene.toml", "broken.toml", "gone.toml", "settings.txt")
    assert [is_settings(tmp_path / name) for name in files] == [True, *[False] * 4]


@pytest.mark.parametrize("text", ["left = ", 'scene = "x"\nleft = 3', "\x00"])
def test_a_broken_file_is_put_aside_and_named(tmp_path, text):
    store = Store(tmp_path)
    for name in ("view-broken.toml", "view-broken-2.toml"):
        store.state_file.write_text(text)
        assert store.last_state() is None
        assert (tmp_path / name).read_text() == text and not store.state_file.exists()
        note = store.notes.pop()
        assert note.startswith(f"{store.state_file}: ") and f"kept as {tmp_path / name}; " in note


@pytest.mark.parametrize(
    "text", ["", "size = 3", "size = [1, 2]\nplace = [1]", "size = [0, 9]\nplace = [1, 2]", "["]
)
def test_a_broken_window_file_is_nothing(tmp_path, text):
    (tmp_path / "window.toml").write_text(text)
    assert Store(tmp_path).window() is None


def test_the_session_before_is_kept(tmp_path):
    store = Store(tmp_path)
    store.keep_last()
    store.save(RICH)
    store.keep_last()
    assert read_settings(store.before_file) == RICH and not store.state_file.exists()


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.save(RICH)
    before = store.state_file.read_bytes()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UsageError, match=r"view\.toml: settings not written \(No space left"):
        store.save(ViewState())
    assert store.state_file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["view.toml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="settings not written"):
        Store(tmp_path).save(RICH)
    tmp_path.chmod(0o700)


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "diskblur").write_text("")
    with pytest.raises(UsageError, match="settings not written"):
        Store(tmp_path / "diskblur").save(RICH)


def test_settings_are_called_toml(tmp_path):
    with pytest.raises(UsageError, match=r"settings called \.json, \.toml expected"):
        write_settings(tmp_path / "a.json", RICH)


def test_a_kill_while_writing_leaves_a_whole_file(tmp_path):
    """The old one or the new one, whenever it comes."""
    program = (
        "import sys; from pathlib import Path\n"
        "from realtime.view.storage import Store; from realtime.view.state import ViewState\n"
        "store, n = Store(Path(sys.argv[1])), 0\n"
        "while True:\n"
        "    n += 1; store.save(ViewState(time_s=float(n))); print(n, flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(20):
            process.stdout.readline()
        process.kill()
    state = Store(tmp_path).last_state()
    assert state is not None and state.time_s >= 20


# --- Saving by itself -----------------------------------------------------------------------------


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def autosave(store, get):
    clock, messages = Clock(), Messages()
    return Autosave(store, get, lambda: None, messages, clock), clock, messages


def test_what_changed_is_saved_a_little_later(tmp_path):
    store, now = Store(tmp_path), [ViewState()]
    saver, clock, _ = autosave(store, lambda: now[0])
    saver.tick()
    assert not store.state_file.exists()
    clock.now += storage.AUTOSAVE_S
    saver.tick()
    assert store.last_state() == ViewState()
    written = store.state_file.stat().st_mtime_ns
    now[0], clock.now = ViewState(time_s=9.0), clock.now + 9
    time.sleep(0.01)
    saver.tick()
    assert store.state_file.stat().st_mtime_ns == written, "time alone is not worth it"
    now[0], clock.now = ViewState(quality="fast"), clock.now + 9
    saver.tick()
    assert store.last_state().quality == "fast"


def test_a_failure_is_a_message_and_tried_again(tmp_path):
    (tmp_path / "x").write_text("")
    store = Store(tmp_path / "x")
    saver, clock, messages = autosave(store, ViewState)
    clock.now += 9
    saver.tick()
    (message,) = messages.shown()
    assert message.kind == "error" and "settings not written" in message.text
    (tmp_path / "x").unlink()
    clock.now += 9
    saver.tick()
    assert not store.state_file.exists()
    clock.now += storage.RETRY_S
    saver.tick()
    assert store.last_state() == ViewState()


# --- Restoring ------------------------------------------------------------------------------------


def test_what_is_gone_is_named_and_left_out():
    notes: list[str] = []
    lost = RICH.replace(scene="gone.toml", bank="gone.safetensors")
    got = usable(lost, Library(), notes)
    assert got.scene == ViewState().scene and got.camera is None and got.lens == LensState()
    assert got.bank is None and not got.effects[0].on
    assert got.bookmarks == RICH.bookmarks and got.effects[0].start == RICH.effects[0].start
    names = [note.split(":")[0] for note in notes]
    assert names == [
        "gone.toml",
        "gone.safetensors",
        "a.safetensors",
    ]
    whole = replace(RICH, effects=())
    assert usable(whole, Library(), notes) == whole


def test_a_lens_that_the_scene_cannot_have_any_more_is_left_out():
    notes: list[str] = []
    lens = LensState(focus_on="nothing of that name")
    got = usable(ViewState(scene="tabletop", lens=lens), Library(), notes)
    assert got == ViewState() and "nothing of that name" in notes[0]


def test_the_files_are_toml_for_people(tmp_path):
    store = Store(tmp_path)
    store.save(RICH, WindowPlace((640, 360), (1, 2)))
    values = tomllib.loads(store.state_file.read_text())
    assert values["bookmarks"][0]["name"] == "Cup" and values["record"]["fps"] == 30
