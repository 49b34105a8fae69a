"""H.264 in .mp4 through PyAV (extra `video`), for any player: 4:2:0, BT.709, index in front."""

import contextlib
import math
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realtime.bank import replacing
from realtime.errors import PictureError
from realtime.pictures.check import check_picture

SUFFIX = ".mp4"
# x264's constant rate factor: 18 is about where eyes stop seeing a difference from the original.
QUALITY_CRF = "18"
# Some builds of x264 weigh blocks by what follows (mbtree) a little differently from run to run.
REPRODUCIBLE = {"x264-params": "mbtree=0"}
BT709 = 1  # FFmpeg's number for its primaries, its transfer curve and its matrix alike
LIMITED_RANGE = 1  # FFmpeg's number for 16 … 235, which players expect of H.264
CLOCK = 60_000  # finest step of a frame rate: holds 24000/1001 and 1/60 exactly


class VideoWriter:
    """Write frames to an .mp4; the file appears, whole, when the `with` block ends well.

        with VideoWriter("orbit.mp4", (960, 540), fps=24) as video:
            video.add(display)  # [540, 960, 3] uint8 sRGB, row 0 on top

    At an exception inside the block, a kill or a full disk the old file stays and the new one is
    dropped: half a film is not the film that was asked for. H.264 at 4:2:0 needs even sides, so an
    odd side is made even by repeating the last row or column: `size` is what the file has.

    Raises PictureError for a name, size or rate that cannot be, where PyAV is missing, and where
    the file cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike,
        size: tuple[int, int],
        fps: float,
        clock: Fraction | None = None,
        audio: Any = None,
        pixel_aspect: Fraction = Fraction(1),
        is_reproducible: bool = False,
    ) -> None:
        """size: (width, height) of the frames in px; fps: frames per second.

        clock: unit of the times that are given with frames, s; 1 / fps unless given. audio: a
        PyAV stream of another file, whose packets will be copied. pixel_aspect: width of a pixel
        over its height. is_reproducible: the same frames give the same bytes, in a larger file.
        """
        self.path = Path(path)
        check_video(self.path, size, fps)
        self.frame_size = (size[0], size[1])
        self.size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        self.frames = 0
        self.copies_audio = False
        self._rate = Fraction(fps).limit_denominator(CLOCK)
        self._clock, self._audio, self._pixel_aspect = clock, audio, pixel_aspect
        self._options = {"crf": QUALITY_CRF} | (REPRODUCIBLE if is_reproducible else {})
        self._av = import_av(self.path)
        self._recording = self._record()
        self._container: Any = None
        self._stream: Any = None

    def __enter__(self) -> "VideoWriter":
        with self._naming_errors():
            self._recording.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._recording.__exit__(kind, error, trace)  # raises it again: the old file stays
            return
        with self._naming_errors():
            self._recording.__exit__(None, None, None)

    def add(self, display: NDArray[np.uint8], pts: int | None = None) -> None:
        """Append a frame, [H, W, 3] uint8 sRGB of the size given at the start.

        pts: its time, in units of `clock`, later than that of the one before; the next whole one
        unless given.
        """
        name = f"{self.path}: frame {self.frames}"
        check_picture(name, display, np.uint8)
        there, wanted = display.shape[1::-1], self.frame_size
        if there != wanted:
            raise PictureError(
                f"{name}: {there[0]} × {there[1]} px, {wanted[0]} × {wanted[1]} px expected. "
                f"Keep one size in a video"
            )
        with self._naming_errors():
            frame = self._frame(display)
            frame.pts = self.frames if pts is None else pts
            self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def copy(self, packet: Any) -> None:
        """Append a packet of `audio` as it is; nothing where `copies_audio` is not."""
        if self.copies_audio:
            with self._naming_errors():
                packet.stream = self._sound
                self._container.mux(packet)

    @contextlib.contextmanager
    def _record(self) -> Iterator[None]:
        with replacing(self.path) as temporary:
            options = {"movflags": "+faststart"}  # a browser can play it while it loads
            self._container = self._av.open(str(temporary), "w", format="mp4", options=options)
            try:
                self._stream = self._add_stream()
                self._add_sound()
                yield
                if not self.frames:
                    raise PictureError(f"{self.path}: no frames, 1 or more expected. Add --frames")
                self._container.mux(self._stream.encode(None))  # what the encoder held back
            except BaseException:
                with contextlib.suppress(OSError, self._av.error.FFmpegError):
                    self._container.close()  # a full disk would complain again, of the same thing
                raise
            self._container.close()

    def _add_stream(self) -> Any:
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height = self.size
        stream.pix_fmt = "yuv420p"
        stream.options = dict(self._options)
        context = stream.codec_context
        if self._clock is not None:
            context.time_base = self._clock
        context.sample_aspect_ratio = self._pixel_aspect
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED_RANGE
        return stream

    def _add_sound(self) -> None:
        """`copies_audio` says whether the sound is of a kind that an .mp4 holds."""
        if self._audio is None or self._audio.codec_context.name not in self._audio_codecs():
            return
        self._sound = self._container.add_stream_from_template(self._audio)
        self.copies_audio = True

    def _audio_codecs(self) -> set[str]:
        return self._container.supported_codecs

    def _frame(self, display: NDArray[np.uint8]) -> Any:
        right, below = (even - side for even, side in zip(self.size, self.frame_size, strict=True))
        if right or below:
            display = np.pad(display, ((0, below), (0, right), (0, 0)), mode="edge")
        rgb = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(display), format="rgb24")
        colour = self._av.video.reformatter
        return rgb.reformat(
            format="yuv420p",
            dst_colorspace=colour.Colorspace.ITU709,
            dst_color_range=colour.ColorRange.MPEG,
        )

    @contextlib.contextmanager
    def _naming_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, self._av.error.FFmpegError) as error:
            raise PictureError(
                f"{self.path}: not written ({error.strerror or error}), a writable place with "
                f"room expected. Choose another --out; an old file there is untouched"
            ) from None


def check_video(path: str | os.PathLike, size: tuple[int, int], fps: float) -> None:
    """Raise PictureError for a name, size in px or frame rate that no video can have.

    Commands call it first, so that a mistyped name costs no rendering.
    """
    if Path(path).suffix.lower() != SUFFIX:
        raise PictureError(
            f"{path}: a video called {Path(path).suffix or 'without a suffix'}, {SUFFIX} "
            f"expected. Choose another --out"
        )
    if min(size) < 1:
        raise PictureError(f"{path}: {size[0]} × {size[1]} px, at least 1 × 1 expected. Set --size")
    if not (math.isfinite(fps) and Fraction(fps).limit_denominator(CLOCK) > 0):
        raise PictureError(f"{path}: {fps:g} frames per second, more than 0 expected. Set --fps")


def import_av(path: Path) -> ModuleType:
    """Return PyAV; raise PictureError, naming the file that asks for it, where it is missing."""
    try:
        import av
        import av.video.reformatter
    except ImportError as error:
        raise PictureError(
            f"{path}: a video, but PyAV does not import ({error}); the extra 'video' brings it. "
            f"Install it: pip install 'diskblur[video]'"
        ) from None
    return av
