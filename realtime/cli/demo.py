"""Render a moving scene through a bank, compare it with the lens truth, and time every pass.

Writes demo.png (no blur, sparse, lens truth, labelled) and demo.mp4 into the folder --out, and
prints a table. `script/demo` runs this after setting everything up.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from realtime.cli import options
from realtime.cli.compare import Frame, Score, render_frame, score, score_table
from realtime.cli.render import make_renderer
from realtime.pictures import VideoWriter, labelled_row, write_display
from realtime.profiling import Profiler, Recording, summarize
from realtime.renderer import Renderer
from realtime.text_table import format_table

FPS = 24
BLUR_SECTIONS = ("blur behind", "blur front")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    command.add_argument("--scene", metavar="SCENE", default="string_lights", help="(%(default)s)")
    options.add_lens(command)
    options.add_picture(command)
    options.add_effects(command)
    command.add_argument("--frames", metavar="N", default="48", help="of the video (48)")
    command.add_argument("--out", metavar="DIR", default="out", help="folder (%(default)s)")


def run(arguments: argparse.Namespace) -> None:
    """Render the frames, then the middle one by every method, and report."""
    frames = options.whole_number("--frames", arguments.frames)
    out = options.out_folder(arguments.out)
    renderer = make_renderer(arguments)
    recording = _render_video(renderer, frames, out / "demo.mp4")
    middle_s = frames // 2 / FPS
    pictures = {}
    for blur in tqdm(("none", "sparse", "lens"), desc="comparing", disable=None):
        pictures[blur] = render_frame(renderer, middle_s, blur)
    scores = [score(blur, pictures[blur], pictures["lens"]) for blur in ("none", "sparse")]
    _write_sheet(out / "demo.png", pictures, scores)
    dense_ms = _dense_ms(renderer, middle_s)
    _report(renderer, recording, scores, dense_ms)
    print(f"\nwrote {out / 'demo.png'} and {out / 'demo.mp4'}")
    renderer.release()


def _render_video(renderer: Renderer, frames: int, path: Path) -> Recording:
    """Write the video; reading back and encoding are outside the clock."""
    renderer.render(0.0, "sparse")  # compiles and allocates
    with Profiler(renderer.ctx) as profiler, VideoWriter(path, renderer.size, FPS) as video:
        _profile(renderer, profiler, 0.0, "sparse")  # with queries the first is dropped
        profiler.clear()
        for frame in tqdm(range(frames), desc="rendering", unit="frame", disable=None):
            _profile(renderer, profiler, frame / FPS, "sparse")
            video.add(renderer.read_display())
        return profiler.recording


def _profile(renderer: Renderer, profiler: Profiler, time_s: float, blur: str) -> None:
    with profiler.frame():
        renderer.render(time_s, blur, timer=profiler)
        profiler.wait()


def _dense_ms(renderer: Renderer, time_s: float) -> float:
    """Time of the dense blur in the same slices, one sample: on a CPU a frame takes seconds."""
    with Profiler(renderer.ctx) as profiler:
        _profile(renderer, profiler, time_s, "none")  # with queries the first is dropped
        profiler.clear()
        _profile(renderer, profiler, time_s, "dense")
        return _blur_ms(profiler.recording)


def _blur_ms(recording: Recording) -> float:
    """Median of what a frame spends in the blur of all its slices."""
    return float(np.median(sum(recording.elapsed_ms(name) for name in BLUR_SECTIONS)))


def _report(renderer: Renderer, recording: Recording, scores: list[Score], dense_ms: float) -> None:
    """dense_ms: of the dense blur of a frame."""
    times = {name: recording.elapsed_ms(name) for name in recording.names}
    frame_ms = times["whole frame"] = recording.frame_ms
    rows = [(name, *_median_and_p95(ms)) for name, ms in times.items()]
    width, height = renderer.size
    print(
        f"\n{renderer.scene.name}, {width} × {height}, {len(frame_ms)} frames, "
        f"{renderer.bank.taps} taps {list(renderer.bank.layers)}, "
        f"on {renderer.ctx.info['GL_RENDERER']}\ntimes: {recording.kind}\n"
    )
    print(format_table(("pass", "median ms", "p95 ms"), rows))
    print(f"\nframes per second   {1e3 / np.median(frame_ms):.1f}")
    sparse_ms = _blur_ms(recording)
    print(f"blur, dense/sparse  {dense_ms:.0f} / {sparse_ms:.1f} ms = {dense_ms / sparse_ms:.1f}×")
    print(f"\nagainst the lens truth ({renderer.views} views):")
    print(score_table(scores))


def _median_and_p95(ms: np.ndarray) -> tuple[str, str]:
    summary = summarize(ms)
    return f"{summary.median:.2f}", f"{summary.p95:.2f}"


def _write_sheet(path: Path, pictures: dict[str, Frame], scores: list[Score]) -> None:
    labels = [
        "no blur",
        f"sparse, {scores[1].psnr_db:.1f} dB",
        "lens truth",
    ]
    write_display(path, labelled_row([p.display for p in pictures.values()], labels))
