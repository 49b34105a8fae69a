"""One video of what is seen.

fixed step   each frame is 1 / fps of the scene's time, however long it took: nothing is
dropped, and the same settings give the same file
live         the scene's time is the clock's; frames carry theirs, at most fps of them a second
"""

import contextlib
from fractions import Fraction
from pathlib import Path

import numpy as np

from realtime.errors import UserError
from realtime.pictures import VideoWriter

CLOCK = Fraction(1, 1000)  # s, of live frames' times
EARLY = 0.5  # of a frame: a live one that comes earlier is left out


class Recording:
    """Opens the file when made; it takes the name's place at `finish`, and never at a failure.

    size: (width, height), px. frames: after which it is complete, None for no end. Raises
    PictureError.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: int,
        frames: int | None = None,
        is_fixed: bool = True,
        with_interface: bool = False,
    ) -> None:
        self.path, self.size, self.fps, self.frames = path, size, fps, frames
        self.is_fixed, self.with_interface = is_fixed, with_interface
        clock = None if is_fixed else CLOCK
        self.writer = VideoWriter(path, size, fps, clock, is_reproducible=is_fixed)
        self.writer.__enter__()
        self.elapsed_s = 0.0
        self._last_s: float | None = None

    @property
    def written(self) -> int:
        """Frames so far."""
        return self.writer.frames

    @property
    def is_complete(self) -> bool:
        """Whether all frames that were asked for are there."""
        return self.frames is not None and self.written >= self.frames

    def step_s(self, elapsed_s: float) -> float:
        """Return by how much the scene's time is to go on before the next frame."""
        if not self.is_fixed:
            return elapsed_s
        return 1 / self.fps if self.written else 0.0

    def wants(self, elapsed_s: float) -> bool:
        """Note that time passed, s, and return whether what is seen now is to be added."""
        self.elapsed_s += elapsed_s
        if self.is_fixed or self._last_s is None:
            return True
        return self.elapsed_s - self._last_s >= EARLY / self.fps

    def add(self, picture: np.ndarray) -> None:
        """Append a frame, [H, W, 3] uint8 sRGB. Raises PictureError; the recording is over then."""
        if self._last_s is None:
            self.elapsed_s = 0.0  # the first is at 0
        self._last_s = self.elapsed_s
        try:
            self.writer.add(picture, None if self.is_fixed else self._pts())
        except UserError as error:
            self.drop(error)
            raise

    def _pts(self) -> int:
        return round(self.elapsed_s / CLOCK)

    def finish(self) -> None:
        """Put the file in its place. Raises PictureError, also where there are no frames."""
        self.writer.__exit__(None, None, None)

    def drop(self, error: BaseException) -> None:
        """Forget it: an old file stays."""
        with contextlib.suppress(UserError):
            self.writer.__exit__(type(error), error, error.__traceback__)
