"""Videos through `diskblur apply`: times, sound, turned frames, and what ends early."""

import os
import resource
import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
from banks import lopsided_bank
from PIL import Image

from realtime.bank import write_bank
from realtime.cli import main
from realtime.errors import PictureError
from realtime.pictures.video_file import VideoReader, _tagged_s

pytestmark = pytest.mark.gl
WIDTH, HEIGHT, FRAMES = 96, 54, 20  # lopsided
GRAIN = 15  # steps of 8 bits: so that frames have bytes, which can be cut off
UNIFORM = ("--effect", "uniform:radius=0")


@pytest.fixture(autouse=True)
def folder(ctx, tmp_path, monkeypatch):
    """A folder with a bank, and the working directory; commands draw in the tests' context."""
    monkeypatch.setattr("realtime.cli.apply.headless_context", lambda: ctx)
    write_bank(tmp_path / "bank.safetensors", lopsided_bank())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def card(index, width=WIDTH, height=HEIGHT, grain=0):
    """Four different quarters and a bar that moves, so that turns and order show."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (200, 40, 40)
    picture[: height // 2, width // 2 :] = (40, 200, 40)
    picture[height // 2 :, : width // 2] = (40, 40, 200)
    picture[height // 2 :, width // 2 :] = (220, 220, 220)
    noise = np.random.default_rng(index).integers(-grain, grain + 1, picture.shape)
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    picture[:, 4 * index : 4 * index + 4] = 0
    return picture


def film(
    name,
    frames=FRAMES,
    times=None,
    sound=None,
    turn=0,
    size=(WIDTH, HEIGHT),
    codec="libx264",
    grain=0,
):
    """Write a test video. times: of frames, in ms."""
    rng = np.random.default_rng(0)
    with av.open(name, "w") as container:
        video = container.add_stream(codec, rate=25)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.options = {"crf": "10"}
        if turn:
            video.set_display_rotation(turn)
        if times is not None:
            video.codec_context.time_base = Fraction(1, 1000)
        audio = sound and container.add_stream(sound, rate=16000, layout="mono")
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(card(index, *size, grain), format="rgb24")
            frame.pts = index if times is None else times[index]
            container.mux(video.encode(frame))
            if audio:
                noise = rng.integers(-3000, 3000, (1, 640)).astype("i2")
                samples = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
                samples.sample_rate, samples.pts = 16000, 640 * index
                container.mux(audio.encode(samples))
        for stream in filter(None, (video, audio)):
            container.mux(stream.encode(None))
    return name


def decoded(name):
    with av.open(name) as container:
        return [
            (float(frame.time), frame.to_ndarray(format="rgb24"))
            for frame in container.decode(video=0)
        ]


def sound_of(name):
    with av.open(name) as container:
        return [(p.pts * p.time_base, bytes(p)) for p in container.demux(audio=0) if p.size]


def apply(*words, bank="bank.safetensors"):
    return main(["apply", *words, "--bank", bank])


def refusal(capsys, *words):
    """The lines a command leaves when it refuses: exit code 2, no traceback."""
    capsys.readouterr()
    assert apply(*words) == 2
    out, error = capsys.readouterr()
    assert out == "" and "Traceback" not in error
    return error.splitlines()[-1].removeprefix("diskblur apply: ")


def test_frames_times_and_sound_are_those_of_the_input(capsys):
    film("in.mp4", sound="aac")
    assert apply("in.mp4", *UNIFORM, "--out", "out.mp4") == 0
    assert capsys.readouterr().out == "wrote out.mp4\n"
    before, after = decoded("in.mp4"), decoded("out.mp4")
    assert len(after) == FRAMES
    assert [time for time, _ in after] == [time for time, _ in before]
    assert np.abs(np.stack([a[1] for a in after]).astype(int) - [b[1] for b in before]).mean() < 3
    assert sound_of("out.mp4") == sound_of("in.mp4") != []


def test_a_blurred_frame_is_a_blurred_picture():
    """The first frame, blurred as a video and as a picture."""
    film("in.mp4")
    blur = ("--effect", "uniform:radius=0.11")
    assert apply("in.mp4", *blur, "--out", "out.mp4") == 0
    with VideoReader("in.mp4") as video:
        first = next(iter(video.parts())).display
    Image.fromarray(np.ascontiguousarray(first)).save("first.png")
    assert apply("first.png", *blur, "--out", "want.png") == 0
    want = np.asarray(Image.open("want.png")).astype(int)
    assert np.abs(decoded("out.mp4")[0][1] - want).mean() < 3
    assert np.abs(first - want).mean() > 6, "it is blurred at all"


def test_a_frame_rate_that_varies_is_kept():
    times = np.cumsum([0, 40, 20, 100, 33, 7, 60, 40, 200, 15]).tolist()
    film("in.mkv", frames=10, times=times)
    assert apply("in.mkv", *UNIFORM, "--out", "out.mp4") == 0
    assert [time for time, _ in decoded("out.mp4")] == pytest.approx([t / 1000 for t in times])


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_turned_frames_come_out_upright(turn):
    film("in.mp4", turn=turn)
    assert apply("in.mp4", *UNIFORM, "--out", "out.mp4") == 0
    want = np.rot90(decoded("in.mp4")[3][1], turn // 90)
    got = decoded("out.mp4")[3][1]
    assert got.shape == want.shape and np.abs(got.astype(int) - want).mean() < 4
    with av.open("out.mp4") as container:
        assert next(container.decode(video=0)).rotation == 0


def test_odd_sides_grow_by_a_copy_of_the_border():
    film("in.avi", size=(97, 55), codec="ffv1")
    assert apply("in.avi", *UNIFORM, "--out", "out.mp4") == 0
    got = decoded("out.mp4")[0][1].astype(int)
    assert got.shape == (56, 98, 3)
    assert np.abs(got[:, 97] - got[:, 96]).mean() < 6


def test_settings_move_from_the_first_frame_to_the_last():
    film("in.mp4", frames=11)
    assert apply("in.mp4", "--effect", "uniform:radius=0..0.11", "--out", "out.mp4") == 0
    sharp = [np.abs(np.diff(frame.astype(int), axis=1)).max() for _, frame in decoded("out.mp4")]
    assert sharp[0] > 120 and sharp[-1] < 0.6 * sharp[0]
    assert sharp[5] > sharp[-1]


def test_sound_that_an_mp4_does_not_hold_is_left_out_and_said(capsys):
    film("in.avi", sound="pcm_mulaw")
    assert apply("in.avi", *UNIFORM, "--out", "out.mp4") == 0
    error = capsys.readouterr().err
    assert "in.avi: sound (pcm_mulaw) that an .mp4 does not hold, left out" in error
    with av.open("out.mp4") as container:
        assert not container.streams.audio and container.streams.video[0].frames == FRAMES


def test_a_map_is_for_every_frame():
    film("in.mp4")
    radii = np.zeros((HEIGHT, WIDTH), "f4")
    radii[:, WIDTH // 2 :] = 6
    np.save("map.npy", radii)
    assert apply("in.mp4", "--map", "map.npy", "--out", "out.mp4") == 0
    (_, before), (_, after) = decoded("in.mp4")[-1], decoded("out.mp4")[-1]
    change = np.abs(before.astype(int) - after).mean(axis=(0, 2))
    assert change[: WIDTH // 2 - 10].mean() < 0.3 * change[WIDTH // 2 :].mean()


# What is wrong


def cut(name, part):
    """A film whose index stands in front, as of the web, cut short."""
    film("whole.mp4", frames=60, grain=GRAIN)
    assert apply("whole.mp4", *UNIFORM, "--out", "indexed.mp4") == 0
    with open("indexed.mp4", "rb") as file:
        data = file.read()
    with open(name, "wb") as file:
        file.write(data[: int(part * len(data))])


def test_a_video_that_ends_early_is_kept_as_far_as_it_goes(capsys):
    cut("cut.mp4", 0.6)
    told = refusal(capsys, "cut.mp4", *UNIFORM, "--out", "out.mp4")
    frames = decoded("out.mp4")
    assert 10 < len(frames) < 55
    assert told.startswith(f"cut.mp4: ends after {len(frames)} frames, 60 expected, a whole video")
    assert "out.mp4 has the frames so far" in told
    assert np.abs(frames[5][1].astype(int) - card(5, grain=GRAIN)).mean() < 12, "playable"


@pytest.mark.parametrize("sound", [None, "aac"])
def test_matroska_that_ends_early_is_told_by_the_length_in_its_tags(capsys, sound):
    film("whole.mkv", frames=60, grain=GRAIN, sound=sound)
    assert apply("whole.mkv", *UNIFORM, "--out", "out.mp4") == 0, "a whole one is not told of"
    with open("whole.mkv", "rb") as file:
        data = file.read()
    with open("cut.mkv", "wb") as file:
        file.write(data[: int(0.6 * len(data))])
    capsys.readouterr()
    told = refusal(capsys, "cut.mkv", *UNIFORM, "--out", "out.mp4")
    frames = decoded("out.mp4")
    assert 10 < len(frames) < 55
    assert told.startswith(f"cut.mkv: ends after {len(frames)} frames, 60 expected, a whole video")


@pytest.mark.parametrize("text", ["", "soon", "1:2", "1:2:3:4", "1:2:nan", "1:2:1/0"])
def test_a_length_in_tags_that_is_none_is_passed_over(text):
    assert _tagged_s(text) is None
    assert _tagged_s("01:02:03.250000000") == 3723.25


def test_a_video_damaged_within_is_kept_as_far_as_it_goes(capsys, monkeypatch):
    film("in.mp4")
    real, calls = av.Packet.decode, []

    class Damaged:
        """Stands for FFmpeg's refusal of a packet, which no bytes bring about for certain."""

        def __init__(self, packet):
            self.packet = packet

        def __getattr__(self, name):
            return getattr(self.packet, name)

        def decode(self):
            calls.append(1)
            if len(calls) > 12:
                raise av.error.InvalidDataError(1, "Invalid data found when processing input")
            return real(self.packet)

    def parts(self):
        demux = self._container.demux

        class Container:
            def demux(self, streams):
                return map(Damaged, demux(streams))

            def close(self):
                pass

        self._container = Container()
        return whole(self)

    whole = VideoReader.parts
    monkeypatch.setattr(VideoReader, "parts", parts)
    told = refusal(capsys, "in.mp4", *UNIFORM, "--out", "out.mp4")
    count = len(decoded("out.mp4"))
    assert told.startswith(
        f"in.mp4: damaged (Invalid data found when processing input) after {count}"
    )


@pytest.mark.parametrize("data", [b"", b"no video at all" * 99])
def test_what_is_no_video(capsys, data):
    with open("in.mp4", "wb") as file:
        file.write(data)
    assert "in.mp4: cannot be read (" in refusal(capsys, "in.mp4", *UNIFORM, "--out", "out.mp4")
    assert not os.path.exists("out.mp4")


def test_a_video_that_is_not_there_and_one_without_pictures(capsys):
    told = refusal(capsys, "none.mp4", *UNIFORM, "--out", "out.mp4")
    assert told.startswith("none.mp4: cannot be read (No such file")
    with av.open("in.mp4", "w") as container:
        audio = container.add_stream("aac", rate=16000, layout="mono")
        noise = np.zeros((1, 4096), "f4")
        samples = av.AudioFrame.from_ndarray(noise, format="fltp", layout="mono")
        samples.sample_rate = 16000
        container.mux(audio.encode(samples))
        container.mux(audio.encode(None))
    told = refusal(capsys, "in.mp4", *UNIFORM, "--out", "out.mp4")
    assert told.startswith("in.mp4: no pictures in it, a video expected.")


def test_hdr_video_is_refused_by_name():
    with av.open("in.mp4", "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.color_trc = 16
        container.mux(video.encode(av.VideoFrame.from_ndarray(card(0), format="rgb24")))
        container.mux(video.encode(None))
    with pytest.raises(PictureError, match=r"in\.mp4: HDR video \(PQ\), one of sRGB or BT\.709"):
        VideoReader("in.mp4")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--depth", "d.npy", "--out", "o.mp4"), "--depth: given for a video, a picture expected"),
        ((*UNIFORM, "--linear", "--out", "o.mp4"), "--linear: given for a video, a picture expec"),
        ((*UNIFORM, "--out", "o.png"), "o.png: a video called .png, one of .mp4 expected"),
    ],
)
def test_options_that_videos_have_not(capsys, words, text):
    film("in.mp4", frames=2)
    assert refusal(capsys, "in.mp4", *words).startswith(text)


# A process that may write no more than 4 kB a file stands for a full disk.
SMALL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from realtime.cli import main
sys.exit(main(["apply", "in.mp4", "--bank", "bank.safetensors", "--effect", "uniform:radius=0",
               "--out", "out.mp4"]))
"""


def test_a_full_disk_is_told_and_the_old_file_stays(folder):
    film("in.mp4", frames=60, grain=GRAIN)
    (folder / "out.mp4").write_bytes(b"old")
    before = sorted(path.name for path in folder.iterdir())
    run = subprocess.run([sys.executable, "-c", SMALL_DISK], capture_output=True, text=True)
    assert run.returncode == 2 and "Traceback" not in run.stderr
    assert "diskblur apply: out.mp4: not written (" in run.stderr
    assert (folder / "out.mp4").read_bytes() == b"old"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_memory_does_not_grow_with_length():
    film("in.mp4", frames=10)
    assert apply("in.mp4", *UNIFORM, "--out", "out.mp4") == 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    film("long.mp4", frames=300)
    assert apply("long.mp4", *UNIFORM, "--out", "out.mp4") == 0
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 60, "300 frames as floats would be 75 MB, as textures more"
