"""Render a moving scene through a bank, compare it with the lens truth, and time every pass.

Writes demo.png (no blur, sparse, lens truth, labelled) and demo.mp4 into the folder --out, and
prints a table. `script/demo` runs this after setting everything up.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from tqdm import tqdm

from realtime.cli import options
from realtime.cli.compare import Frame, Score, render_frame, score, score_table
from realtime.cli.render import make_renderer
from realtime.cli.table import format_table
from realtime.gl.timing import QueryTimer, WallTimer, make_timer
from realtime.pictures import VideoWriter, labelled_row, write_display
from realtime.renderer import Renderer

FPS = 24
BLUR_SECTIONS = ("blur behind", "blur front")
Timed = WallTimer | QueryTimer


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
    timer = make_timer(renderer.ctx)
    frame_ms = _render_video(renderer, timer, frames, out / "demo.mp4")
    timer.settle()
    sections = per_frame(timer, frames)
    middle_s = frames // 2 / FPS
    pictures = {}
    for blur in tqdm(("none", "sparse", "lens"), desc="comparing", disable=None):
        pictures[blur] = render_frame(renderer, middle_s, blur)
    scores = [score(blur, pictures[blur], pictures["lens"]) for blur in ("none", "sparse")]
    _write_sheet(out / "demo.png", pictures, scores)
    dense_ms = _dense_ms(renderer, middle_s)
    _report(renderer, timer.kind, sections | {"whole frame": np.array(frame_ms)}, scores, dense_ms)
    print(f"\nwrote {out / 'demo.png'} and {out / 'demo.mp4'}")
    renderer.release()


def _render_video(renderer: Renderer, timer: Timed, frames: int, path: Path) -> list[float]:
    """Return wall-clock ms of each frame; reading back and encoding are outside the clock."""
    renderer.render(0.0, "sparse")  # compiles and allocates
    for _ in range(timer.dropped):
        renderer.render(0.0, "sparse", timer=timer)
    frame_ms = []
    with VideoWriter(path, renderer.size, FPS) as video:
        for frame in tqdm(range(frames), desc="rendering", unit="frame", disable=None):
            renderer.ctx.finish()
            start = time.perf_counter()
            renderer.render(frame / FPS, "sparse", timer=timer)
            renderer.ctx.finish()
            frame_ms.append((time.perf_counter() - start) * 1e3)
            video.add(renderer.read_display())
    return frame_ms


def _dense_ms(renderer: Renderer, time_s: float) -> float:
    """Time of the dense blur in the same slices, one sample: on a CPU a frame takes seconds."""
    timer = make_timer(renderer.ctx)
    for _ in range(1 + timer.dropped):
        renderer.render(time_s, "dense", timer=timer)
    timer.settle()
    return _blur_ms(per_frame(timer, frames=1))


def per_frame(timer: Timed, frames: int) -> dict[str, np.ndarray]:
    """Return of each section what every frame spent in it, ms: some run once a slice.

    frames: the last ones of those that were timed, all of which ran a section equally often.
    """
    return {name: _frame_sums(ms, frames, timer.dropped) for name, ms in timer.ms.items()}


def _frame_sums(ms: list[float], frames: int, dropped: int) -> np.ndarray:
    """Of the frames drawn for `dropped`, which come first, single samples are missing."""
    uses = -(-len(ms) // (frames + dropped))
    return np.array(ms[len(ms) - uses * frames :]).reshape(frames, uses).sum(axis=1)


def _blur_ms(sections: dict[str, np.ndarray]) -> float:
    return float(np.median(sum(sections[name] for name in BLUR_SECTIONS)))


def _report(
    renderer: Renderer,
    kind: str,
    sections: dict[str, np.ndarray],
    scores: list[Score],
    dense_ms: float,
) -> None:
    """sections: of every frame, ms, and "whole frame"; kind: of the timer."""
    rows = [(name, *_median_and_p95(ms)) for name, ms in sections.items()]
    frame_ms = sections["whole frame"]
    width, height = renderer.size
    print(
        f"\n{renderer.scene.name}, {width} × {height}, {len(frame_ms)} frames, "
        f"{renderer.bank.taps} taps {list(renderer.bank.layers)}, "
        f"on {renderer.ctx.info['GL_RENDERER']}\ntimes: {kind}\n"
    )
    print(format_table(("pass", "median ms", "p95 ms"), rows))
    print(f"\nframes per second   {1e3 / np.median(frame_ms):.1f}")
    sparse_ms = _blur_ms(sections)
    print(f"blur, dense/sparse  {dense_ms:.0f} / {sparse_ms:.1f} ms = {dense_ms / sparse_ms:.1f}×")
    print(f"\nagainst the lens truth ({renderer.views} views):")
    print(score_table(scores))


def _median_and_p95(ms: np.ndarray) -> tuple[str, str]:
    return f"{np.median(ms):.2f}", f"{np.percentile(ms, 95):.2f}"


def _write_sheet(path: Path, pictures: dict[str, Frame], scores: list[Score]) -> None:
    labels = [
        "no blur",
        f"sparse, {scores[1].psnr_db:.1f} dB",
        "lens truth",
    ]
    write_display(path, labelled_row([p.display for p in pictures.values()], labels))
