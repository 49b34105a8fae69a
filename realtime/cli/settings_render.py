"""`diskblur render --settings`: what the viewer showed, drawn by the same code."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from realtime.cli import options
from realtime.errors import UsageError
from realtime.gl.context import headless_context
from realtime.gl.targets import Target, color_target
from realtime.pictures import VideoWriter, write_picture

if TYPE_CHECKING:
    from realtime.view.session import Session

SETTLED = 8  # frames, after which slices are where they stay


def render_settings(arguments: argparse.Namespace, settings: Path, out: Path) -> None:
    """Write the picture or the video that the settings show. Raises UserError."""
    from realtime.cli.view import chosen
    from realtime.view.session import Session
    from realtime.view.settings import read_settings

    state = chosen(read_settings(settings), arguments)
    if arguments.time is not None:
        state = state.replace(time_s=options.number("--time", arguments.time))
    size = _size(arguments, state.size)
    fps = options.whole_number("--fps", arguments.fps) if arguments.fps else state.record.fps
    frames = arguments.frames and options.whole_number("--frames", arguments.frames)
    session = Session(headless_context(), state.replace(paused=False))
    try:
        with _screen(session, size) as target:
            if out.suffix.lower() == ".mp4":
                frames = frames or max(1, round(session.scene.duration_s * fps))
                _write_video(session, target, out, fps, frames)
            else:
                _write_picture(session, target, out)
    finally:
        session.release()


def _size(arguments: argparse.Namespace, saved: tuple[int, int] | None) -> tuple[int, int]:
    """What was asked for, or the window's when the settings were saved."""
    if arguments.size is not None or saved is None:
        return options.size_of(arguments)
    return saved


def _write_picture(session: "Session", target: Target, out: Path) -> None:
    for _ in range(SETTLED):
        display = _drawn(session, target)
    write_picture(out, session.read_linear(), display)


def _write_video(session: "Session", target: Target, out: Path, fps: int, frames: int) -> None:
    """From the settings' time on, as a fixed-step recording of the viewer."""
    with VideoWriter(out, target.size, fps, is_reproducible=True) as video:
        for frame in tqdm(range(frames), unit="frame", disable=None):
            session.advance(1 / fps if frame else 0.0)
            video.add(_drawn(session, target))


@contextmanager
def _screen(session: "Session", size: tuple[int, int]) -> Iterator[Target]:
    target = color_target(session.ctx, size, dtype="f1")
    try:
        yield target
    finally:
        target.release()


def _drawn(session: "Session", target: Target) -> np.ndarray:
    """[H, W, 3] uint8. Raises UsageError where a viewer would say that it cannot draw this."""
    session.draw(target.framebuffer, target.size)
    for message in session.messages.shown():
        if message.kind == "error":
            raise UsageError(message.text)
    width, height = target.size
    data = target.framebuffer.read(components=3, alignment=1)
    return np.frombuffer(data, "u1").reshape(height, width, 3)[::-1].copy()
