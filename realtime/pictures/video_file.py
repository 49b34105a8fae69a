"""Reading videos through PyAV (extra `video`): upright sRGB frames, one at a time, and the sound.

    with VideoReader("in.mp4") as video:
        for part in video.parts():       # in the file's order
            ...                          # a VideoFrame, or a packet of sound to hand on

A video that is damaged or cut short gives what there is; `ended_early` then says so.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realtime.errors import PictureError
from realtime.pictures.photograph import check_pixels
from realtime.pictures.video import import_av

SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts")
HDR_CURVES = {16: "PQ", 18: "HLG"}  # FFmpeg's numbers of transfer curves that are not sRGB's kin
UNKNOWN_COLOURS = (0, 2)  # FFmpeg's numbers for RGB and for "not said"
HD_LINES = 600  # players take untagged video of fewer lines for BT.601, of more for BT.709
LENGTH_TAG = "DURATION"  # what Matroska and WebM have in place of a stream's length
SHORT_FRAMES = 2  # less than what the index promises, before a video counts as cut short


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """display: [H, W, 3] uint8 sRGB, row 0 on top, upright. pts: its time, in `clock` units."""

    display: NDArray[np.uint8]
    pts: int


class VideoReader:
    """Open a video; `size` (width, height) and all else is of upright frames.

    fps: mean frames a second; clock: s, unit of times. frames: about how many; None if not known.
    audio: its first stream of sound, None without one. ended_early: why there were fewer frames
    than promised; None if not, known when `parts` is through. Raises PictureError for what is no
    video, has no pictures, or is HDR.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = Path(path)
        self._av = import_av(self.path)
        self.ended_early: str | None = None
        try:
            self._container = self._av.open(str(self.path))
        except (OSError, self._av.error.FFmpegError) as error:
            raise PictureError(
                f"{self.path}: cannot be read ({error.strerror or error}), a video expected. "
                f"Check the path, or save it again"
            ) from None
        try:
            self._start()
        except BaseException:
            self._container.close()
            raise

    def _start(self) -> None:
        container = self._container
        if not container.streams.video:
            raise PictureError(f"{self.path}: no pictures in it, a video expected. Check the path")
        self._stream = container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self.audio = container.streams.audio[0] if container.streams.audio else None
        self.fps = Fraction(self._stream.average_rate or self._stream.guessed_rate or 25)
        self.clock = Fraction(self._stream.time_base)
        self.frames = self._stream.frames or self._frames_by_length() or None
        self._check_curve(self._stream.codec_context.color_trc)
        self.turn = self._first_turn()
        width, height = self._stream.width, self._stream.height
        check_pixels(self.path, width, height)
        self.size = (height, width) if self.turn % 2 else (width, height)
        aspect = Fraction(self._stream.sample_aspect_ratio or 1)
        self.pixel_aspect = 1 / aspect if self.turn % 2 else aspect

    def _frames_by_length(self) -> int:
        length = self._length_ticks()
        if length is not None:
            return round(length * self.clock * self.fps)
        if self._container.duration is None:
            return 0
        return round(self._container.duration / self._av.time_base * self.fps)

    def _check_curve(self, curve: int) -> None:
        if curve in HDR_CURVES:
            raise PictureError(
                f"{self.path}: HDR video ({HDR_CURVES[curve]}), one of sRGB or BT.709 expected. "
                f"Convert it first"
            )

    def _first_turn(self) -> int:
        """Quarter turns counter-clockwise that make frames upright; they are told by frames."""
        try:
            frame = next(self._container.decode(self._stream))
        except (StopIteration, self._av.error.FFmpegError):
            raise PictureError(
                f"{self.path}: not one frame in it that can be read, a video expected. "
                f"Save it again"
            ) from None
        self._container.seek(0, backward=True)
        return round(frame.rotation / 90) % 4

    def part_of(self, ticks: int) -> float:
        """Return how far into the video, 0 … 1, a time is; ticks: of `clock`, from its start.

        1 is the last frame. 0 always where its length is not known.
        """
        last = (self.frames or 1) / self.fps - 1 / self.fps
        return float(min(max(ticks * self.clock / last, 0), 1)) if last > 0 else 0.0

    def __enter__(self) -> "VideoReader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._container.close()

    def parts(self) -> Iterator[Any]:
        """Yield every VideoFrame and every packet of `audio`, in the file's order."""
        streams = [self._stream] + ([] if self.audio is None else [self.audio])
        count, last = 0, None
        packets = self._container.demux(streams)
        try:
            for packet in packets:
                if self.audio is not None and packet.stream.index == self.audio.index:
                    if packet.dts is not None:  # the last one, empty, only flushes decoders
                        yield packet
                    continue
                for frame in packet.decode():
                    pts = _after(last, frame.pts, count, self)
                    yield VideoFrame(self._upright(frame), pts)
                    count, last = count + 1, pts
        except self._av.error.FFmpegError as error:
            self.ended_early = f"damaged ({error.strerror or error}) after {count} frames"
            return
        self._check_length(count, last)

    def _check_length(self, count: int, last: int | None) -> None:
        """Compare what came with what the file's index says there is."""
        length = self._length_ticks()
        if length is None or last is None:
            return
        start = self._stream.start_time or 0
        missing = (start + length - last) * self.clock * self.fps - 1
        if missing >= SHORT_FRAMES and count < self.frames:
            self.ended_early = f"ends after {count} frames, {self.frames} expected"

    def _length_ticks(self) -> int | None:
        """Return how long the pictures last by the index, in `clock`; None if it does not say."""
        if self._stream.duration is not None:
            return self._stream.duration
        seconds = _tagged_s(self._stream.metadata.get(LENGTH_TAG, ""))
        return None if seconds is None else int(seconds / self.clock)

    def _upright(self, frame: Any) -> NDArray[np.uint8]:
        colour = self._av.video.reformatter.Colorspace
        standard = frame.colorspace
        if standard in UNKNOWN_COLOURS:
            standard = colour.ITU709 if frame.height >= HD_LINES else colour.ITU601
        display = frame.to_ndarray(format="rgb24", src_colorspace=standard)
        return np.rot90(display, self.turn)


def _tagged_s(text: str) -> Fraction | None:
    """Return the seconds of 00:01:02.030000000; None for anything else."""
    try:
        hours, minutes, seconds = map(Fraction, text.split(":"))
    except (ValueError, ZeroDivisionError):
        return None
    return (hours * 60 + minutes) * 60 + seconds


def _after(last: int | None, pts: int | None, count: int, video: VideoReader) -> int:
    """Return a frame's time; where it has none, or one that does not go on, a frame later."""
    if pts is not None and (last is None or pts > last):
        return pts
    step = max(round(1 / (video.fps * video.clock)), 1)
    return last + step if last is not None else count * step
