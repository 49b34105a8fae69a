"""Pictures and videos out of the viewer, and what `diskblur render --settings` makes of them."""

import contextlib
import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE
from view_parts import PANELS_SIZE, SIZE, STEP_S, STILL, app_of, display_picture, play

from realtime.bank import write_bank
from realtime.cli import main
from realtime.effects import TiltShift
from realtime.errors import UsageError
from realtime.gl.source import files_read
from realtime.pictures import VideoWriter, exr
from realtime.pictures.video_file import VideoReader
from realtime.view import launch
from realtime.view.app import App
from realtime.view.gui.widgets import PLACES
from realtime.view.headless import HeadlessSurface
from realtime.view.library import Library
from realtime.view.recording import Recording
from realtime.view.script import ACTIONS
from realtime.view.session import Session
from realtime.view.state import CameraState, EffectState, LensState, RecordState, ViewState

pytestmark = pytest.mark.gl


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "small.toml").write_text(SCENE_FILE)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def tests_context(ctx, monkeypatch) -> None:
    """Commands draw in the tests' context; a new one would stay current after they are done."""
    from realtime.cli import settings_render

    monkeypatch.setattr(settings_render, "headless_context", lambda: ctx)
    monkeypatch.setattr(
        launch, "HeadlessSurface", lambda size, scale: HeadlessSurface(size, scale, ctx)
    )


@contextlib.contextmanager
def viewer(ctx, folder, state: ViewState, size=SIZE):
    """A viewer of files, as a user has it, in the state's own resolution."""
    surface = HeadlessSurface(size, 1.0, ctx)
    session = Session(ctx, state, Library())
    session.output.folder = folder
    app = App(surface, session)
    try:
        yield app
    finally:
        app.release()
        session.release()
        surface.release()


FILES = ViewState(scene="small.toml", bank="bank.safetensors", left="sparse", views=3, panels=())


def texts(app) -> list[str]:
    return [message.text for message in app.session.messages.shown()]


def frames_of(path: Path) -> list[np.ndarray]:
    with VideoReader(path) as video:
        return [part.display for part in video.parts()]


# --- Pictures -------------------------------------------------------------------------------------


def test_a_picture_is_what_is_seen_with_and_without_panels(ctx, tmp_path):
    with app_of(ctx) as app:
        app.session.output.folder = tmp_path
        play(app, {"do": "key", "key": "f12"}, {"do": "wait"})
        shown = app.picture().astype(int)
        plain = display_picture(tmp_path / "lopsided-picture-001.png")
        assert np.array_equal(plain[60:600, 340:], shown[60:600, 340:]), "beside status, messages"
        assert np.abs(plain[20:-20, 20:300] - shown[20:-20, 20:300]).mean() > 5
        wish = RecordState(interface=True)
        app.session.set(app.session.state.replace(record=wish))
        app.session.messages._all.clear()  # a message would be in the picture
        play(app, {"do": "wait"}, {"do": "key", "key": "f12"})
        panels = display_picture(tmp_path / "lopsided-picture-002.png")
        assert np.array_equal(panels[:, 20:300], shown[:, 20:300])
        assert texts(app)[-1] == f"{tmp_path / 'lopsided-picture-002.png'}: written"


@pytest.mark.parametrize("split", [False, True])
def test_exr_is_the_linear_light_of_both_sides(ctx, folder, split):
    state = FILES.replace(paused=True, split=split, right="none", split_at=0.4)
    with viewer(ctx, folder, state) as app:
        play(app, {"do": "key", "key": "shift+f12"}, {"do": "wait"})
        light = exr.read(folder / "small-picture-001.exr")
        sides = [
            t.framebuffer.read(components=3, dtype="f4")
            for t in (app.session.left, app.session.right)
        ]
        left, right = (np.frombuffer(s, "f4").reshape(64, 96, 3)[::-1] for s in sides)
    bar = round(0.4 * 96)
    assert light.max() > 1.0, "HDR comes through"
    assert np.array_equal(light[:, :bar], left[:, :bar])
    assert np.array_equal(light[:, bar:], (right if split else left)[:, bar:])


def test_names_that_are_taken_are_left_alone(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        for _ in range(2):
            play(app, {"do": "key", "key": "f12"}, {"do": "key", "key": "ctrl+s"})
    names = sorted(p.name for p in folder.glob("small-*"))
    kinds = ("picture-001.png", "picture-002.png", "settings-001.toml", "settings-002.toml")
    assert names == [f"small-{kind}" for kind in kinds]


def test_a_picture_that_cannot_be_written_is_a_message(ctx, folder):
    (folder / "file").write_text("")
    with viewer(ctx, folder / "file", FILES) as app:
        play(app, {"do": "key", "key": "f12"}, {"do": "key", "key": "ctrl+s"}, {"do": "wait"})
        (picture, settings) = app.session.messages.shown()
    assert picture.kind == settings.kind == "error" and "--out" not in picture.text
    assert "settings not written" in settings.text


# --- Videos ---------------------------------------------------------------------------------------


def record(app, file="a.mp4", **words) -> None:
    play(app, {"do": "record", "file": file, **words})


def test_fixed_steps_give_the_same_file_whatever_happened_before(ctx, folder):
    """Byte for byte; with a focus on its way and slices that had seen other pictures before."""
    with viewer(ctx, folder, FILES) as app:
        record(app, "a.mp4")
        play(app, {"do": "scroll", "at": (50.0, 30.0), "steps": 9.0}, {"do": "wait", "frames_": 3})
        app.session.focus_at((40.0, 40.0))
        play(app, {"do": "wait"}, {"do": "key", "key": "f"}, {"do": "key", "key": "r"})
        record(app, "b.mp4")
    assert (folder / "a.mp4").read_bytes() == (folder / "b.mp4").read_bytes()
    frames = frames_of(folder / "a.mp4")
    assert len(frames) == 12, "the whole path, 0.5 s at 24 frames a second"
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 1


def test_the_encoder_gives_the_same_bytes_whatever_lay_in_memory(folder):
    """x264 with its default settings does not: its file changes with what was freed before."""
    y, x = np.mgrid[0:176, 0:320]
    frames = [
        np.stack(((x + 5 * i) % 256, (2 * y + i) % 256, (x * y // 50 + i) % 256), -1).astype("u1")
        for i in range(12)
    ]
    files = set()
    for seed in range(6):
        sizes = np.random.default_rng(seed).integers(10**4, 10**6, 20)
        junk = [np.full(size, 37 * seed, np.uint8) for size in sizes]
        del junk
        recording = Recording(folder / "a.mp4", (320, 176), 24)
        for frame in frames:
            recording.add(frame)
        recording.finish()
        files.add((folder / "a.mp4").read_bytes())
    assert len(files) == 1


def test_a_slow_frame_is_one_step_all_the_same(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        seen = []
        app.after_frame.append(lambda: seen.append(app.session.state.time_s))
        app.session.output.record(folder / "a.mp4", 4)
        for elapsed_s in (3.0, 0.001, 0.7, 2.0):
            app.frame(elapsed_s)
        assert seen[:3] == pytest.approx([0, 1 / 24, 2 / 24])
        assert seen[3] == pytest.approx(0.0), "and time is given back"
        assert not app.session.output.is_recording
    assert len(frames_of(folder / "a.mp4")) == 4


def test_time_and_pause_are_given_back(ctx, folder):
    with viewer(ctx, folder, FILES.replace(time_s=0.2, paused=True)) as app:
        record(app)
        state = app.session.state
        assert (state.time_s, state.paused) == (0.2, True) and state.record == RecordState()


def test_a_live_video_has_the_clocks_times(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        wish = RecordState(fps=10, fixed_step=False)
        app.session.set(app.session.state.replace(record=wish))
        app.session.output.record(folder / "a.mp4")
        for elapsed_s in (0.1, 0.1, 0.02, 0.02, 0.5):
            app.frame(elapsed_s)
        app.session.output.stop(app.session)
        assert app.session.state.time_s == pytest.approx(0.74)
    with VideoReader(folder / "a.mp4") as video:
        times = [float(part.pts * video.clock) for part in video.parts()]
    assert times == pytest.approx([0.0, 0.1, 0.64], abs=2e-3)


def test_a_picture_that_a_script_saves_is_no_frame_of_a_video(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        app.session.output.record(folder / "a.mp4")
        play(app, {"do": "wait"}, {"do": "save", "file": "a.png"}, {"do": "wait"})
        assert app.session.output.recording.written == 3


def test_with_panels_they_are_in_the_video(ctx, tmp_path):
    with app_of(ctx) as app:
        app.session.output.folder = tmp_path
        record(app, "a.mp4", frames_=2, interface=True)
        record(app, "b.mp4", frames_=2)
        shown = app.picture().astype(int)
    panels, plain = (frames_of(tmp_path / name)[-1].astype(int) for name in ("a.mp4", "b.mp4"))
    assert np.abs(panels - shown)[40:-40, 20:300].mean() < 8
    assert np.abs(plain - shown)[40:-40, 20:300].mean() > 12


def test_a_window_that_changes_its_size_ends_the_video_and_keeps_it(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        app.session.output.record(folder / "a.mp4", 9)
        app.frame(STEP_S)
        app.surface.resize((80, 60))
        app.frame(STEP_S)
        assert not app.session.output.is_recording
        assert texts(app)[-2:] == [
            "The window changed its size: the video ends here",
            f"{folder / 'a.mp4'}: 1 frames written",
        ]
    assert len(frames_of(folder / "a.mp4")) == 1


def test_a_disk_that_fills_up_drops_the_video_and_the_viewer_goes_on(ctx, folder, monkeypatch):
    (folder / "a.mp4").write_bytes(b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with viewer(ctx, folder, FILES.replace(time_s=0.3)) as app:
        app.session.output.record(folder / "a.mp4", 9)
        app.frame(STEP_S)
        monkeypatch.setattr(VideoWriter, "_frame", full)
        app.frame(STEP_S)
        assert not app.session.output.is_recording and app.session.state.time_s == 0.3
        assert "a.mp4: not written (No space left on device)" in texts(app)[-1]
        app.frame(STEP_S)
    assert (folder / "a.mp4").read_bytes() == b"old"
    assert [p.name for p in folder.glob(".*")] == [], "nothing is left behind"


def test_a_place_that_cannot_be_written_is_a_message(ctx, folder):
    (folder / "file").write_text("")
    with viewer(ctx, folder, FILES) as app:
        app.session.output.record(folder / "file" / "a.mp4")
        app.frame(STEP_S)
        assert not app.session.output.is_recording and "not written" in texts(app)[-1]


def test_closing_the_viewer_keeps_the_video(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        app.session.output.record(folder / "a.mp4")
        for _ in range(3):
            app.frame(STEP_S)
    assert len(frames_of(folder / "a.mp4")) == 3


def test_what_is_recorded_in_the_last_words_is_kept(ctx, folder):
    recording = Recording(folder / "a.mp4", SIZE, 24)
    recording.add(np.zeros((64, 96, 3), np.uint8))
    with viewer(ctx, folder, FILES) as app:
        app.session.output.recording = recording
        app.session.output.end()
    assert len(frames_of(folder / "a.mp4")) == 1


# --- The panel ------------------------------------------------------------------------------------


def test_the_panel_records_and_stops(ctx, tmp_path):
    state = STILL.replace(panels=("work",), record=RecordState(whole_path=False))
    with app_of(ctx, state, PANELS_SIZE) as app:
        app.session.output.folder = tmp_path
        play(app, {"do": "click", "widget": "work/Video/Record"}, {"do": "wait", "frames_": 3})
        assert app.session.output.recording.written >= 3 and "work/Video/Record" not in PLACES
        play(app, {"do": "click", "widget": "work/Video/Stop"}, {"do": "wait"})
        assert not app.session.output.is_recording and "work/Video/Record" in PLACES
        play(app, {"do": "click", "widget": "work/Picture/PNG"}, {"do": "wait"})
        play(app, {"do": "click", "widget": "work/Picture/EXR"}, {"do": "wait"})
        play(app, {"do": "click", "widget": "work/Settings/Save under a new name"})
    names = [p.name.removeprefix("lopsided-") for p in sorted(tmp_path.iterdir())]
    assert names == ["picture-001.exr", "picture-001.png", "settings-001.toml", "video-001.mp4"]


def test_the_panel_sets_what_recording_takes(ctx, tmp_path):
    with app_of(ctx, STILL.replace(panels=("work",)), PANELS_SIZE) as app:
        app.session.output.folder = tmp_path
        for widget in ("Video/Fixed step", "Picture/With panels"):
            play(app, {"do": "click", "widget": f"work/{widget}"})
        wish = app.session.state.record
        assert not wish.fixed_step and wish.interface
        play(app, {"do": "drag", "widget": "work/Video/Frames/s", "start": 0.5, "end": 0.9})
        assert app.session.state.record.fps > 60
        play(app, {"do": "key", "key": "f9"}, {"do": "wait"})
        assert app.session.output.is_recording
        play(app, {"do": "key", "key": "f9"}, {"do": "wait"})
        assert not app.session.output.is_recording


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"do": "save", "file": "a.jpg"}, "save: file: 'a.jpg', a name that ends in .png, .exr"),
        ({"do": "save", "file": "x/a.png"}, "save: file: 'x/a.png', a name"),
        ({"do": "record", "file": "a.avi"}, "record: file: 'a.avi', the name of a .mp4 file"),
        ({"do": "record", "fixed_step": False}, "record: frames: none, a number for what has no"),
        ({"do": "record", "frames_": -1}, "record: frames: -1, 1 to 100000 expected"),
        ({"do": "record", "fps": 0}, "view record.fps: 0, a number from 1 to 240 expected"),
    ],
)
def test_actions_refuse(words, message):
    with pytest.raises(UsageError, match="^" + message.replace(".", r"\.")):
        ACTIONS[words["do"]](**{k: v for k, v in words.items() if k != "do"})


# --- diskblur render --settings -------------------------------------------------------------------

LOOKS = {
    "lens": FILES.replace(lens=LensState(f_number=0.5, cat_eye=0.4), time_s=0.25),
    "split": FILES.replace(split=True, right="none", split_at=0.3, quality="fast"),
    "truth": FILES.replace(left="lens", exposure_stops=0.7),
    "effects": FILES.replace(effects=(EffectState(TiltShift(radius=0.04, sharp=0.0)),)),
    "camera": FILES.replace(camera=CameraState((0.2, 0.1, 0.3), (0.0, 0.0, -2.0))),
    "coarse": FILES.replace(render_scale=0.5),
    "circles": FILES.replace(show="coc"),
    "dense": FILES.replace(left="dense", samples=2, quality="high"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_settings_render_what_the_viewer_showed_to_the_bit(ctx, folder, look):
    """Reached by hand, from another state, as a user does; then saved."""
    with viewer(ctx, folder, FILES) as app:
        play(app, {"do": "wait", "frames_": 2})
        app.session.edit(LOOKS[look].replace(paused=True), look)
        play(app, {"do": "wait", "frames_": 60})
        play(app, *({"do": "save", "file": f"seen{end}"} for end in (".png", ".exr", ".toml")))
    for suffix in (".png", ".exr"):
        assert main(["render", "--settings", "seen.toml", "--out", f"got{suffix}"]) == 0
    assert np.array_equal(display_picture(folder / "got.png"), display_picture(folder / "seen.png"))
    assert np.array_equal(exr.read(folder / "got.exr"), exr.read(folder / "seen.exr"))


def test_the_viewer_opens_settings(ctx, folder):
    """As an option, and dropped; both show what was saved."""
    with viewer(ctx, folder, LOOKS["lens"].replace(paused=True)) as app:
        play(app, {"do": "wait", "frames_": 9}, {"do": "save", "file": "seen.png"})
        play(app, {"do": "save", "file": "seen.toml"})
    shot = ["view", "--settings", "seen.toml", "--headless-shot", "got.png"]
    assert main(shot) == 0
    seen = display_picture(folder / "seen.png")
    assert np.array_equal(display_picture(folder / "got.png"), seen), "its size too"
    with viewer(ctx, folder, FILES) as app:
        play(app, {"do": "drop", "files": (str(folder / "seen.toml"),)})
        play(app, {"do": "wait", "frames_": 60}, {"do": "save", "file": "dropped.png"})
        assert texts(app)[0] == "seen.toml opened"
        app.session.undo()
        assert app.session.state.lens == LensState()
    assert np.array_equal(display_picture(folder / "dropped.png"), seen)


def test_a_video_of_settings_is_the_fixed_step_recording(ctx, folder):
    with viewer(ctx, folder, FILES) as app:
        play(app, {"do": "save", "file": "a.toml"})
        record(app, "seen.mp4")
    assert main(["render", "--settings", "a.toml", "--time", "0", "--out", "got.mp4"]) == 0
    got, seen = frames_of(folder / "got.mp4"), frames_of(folder / "seen.mp4")
    assert len(got) == len(seen) == 12
    assert max(np.abs(a.astype(int) - b).max() for a, b in zip(got, seen, strict=True)) <= 1


def test_other_scenes_and_banks_take_the_place_of_the_files(ctx, folder):
    (folder / "other.toml").write_text(SCENE_FILE.replace("0.9, 0.1, 0.1", "0.1, 0.9, 0.1"))
    with viewer(ctx, folder, FILES.replace(left="none")) as app:
        play(app, {"do": "save", "file": "a.toml"})
    render = ["render", "--settings", "a.toml", "--out"]
    assert main([*render, "red.png"]) == 0 and main([*render, "green.png", "other.toml"]) == 0
    red, green = (display_picture(folder / f"{name}.png") for name in ("red", "green"))
    assert (red[..., 0] - red[..., 1]).max() > 40 and (green[..., 1] - green[..., 0]).max() > 40


@pytest.mark.parametrize("command", ["render", "view"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--settings", "a.toml", "--quality", "fast"], "--quality: given beside --settings"),
        (["--settings", "a.toml", "--f-number", "2"], "--f-number: given beside --settings"),
        (["--settings", "a.toml", "--effect", "uniform"], "--effect: given beside --settings"),
        (["--settings", "gone.toml"], "gone.toml: not readable"),
        (["--settings", "odd.toml"], "odd.toml: lefd: no such setting"),
        (["--settings", "lost.toml"], "gone.glb: no such scene"),
    ],
)
def test_what_is_refused(ctx, folder, capsys, command, words, message):
    (folder / "a.toml").write_text('scene = "small.toml"\n')
    (folder / "odd.toml").write_text('scene = "small.toml"\nlefd = "none"\n')
    (folder / "lost.toml").write_text('scene = "gone.glb"\n')
    end = ["--out", "x.png"] if command == "render" else ["--headless-shot", "x.png"]
    assert main([command, *words, *end]) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.count("\n") == 1 and "expected" in error
    assert error.startswith(f"diskblur {command}: {message}")
    assert not (folder / "x.png").exists()


def test_render_needs_a_scene_or_settings(capsys, folder):
    assert main(["render", "--out", "x.png"]) == 2
    expected = "diskblur render: SCENE: none given, a scene expected. Give one, or --settings\n"
    assert capsys.readouterr().err == expected


def test_settings_that_cannot_be_drawn_are_refused(ctx, folder, capsys):
    """What the viewer would say in its window, and then show something else."""
    bank = lopsided_bank()
    write_bank(folder / "bare.safetensors", replace(bank, targets=None))
    effect = '[[effects]]\nname = "uniform"\nbanks = ["bare.safetensors"]\n'
    (folder / "a.toml").write_text(
        'scene = "p.png"\nbank = "bank.safetensors"\nleft = "dense"\n' + effect
    )
    from realtime.pictures import write_display

    write_display(folder / "p.png", np.full((20, 30, 3), 99, np.uint8))
    assert main(["render", "--settings", "a.toml", "--out", "x.png"]) == 2
    assert "targets expected" in capsys.readouterr().err and not (folder / "x.png").exists()


def test_the_shaders_that_were_read_are_known(ctx, folder):
    assert {"present.frag", "inc/hdr.glsl", "gui.frag"} <= files_read()
