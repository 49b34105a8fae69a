"""Pictures and videos of what is seen: asked for by panels and keys, taken as frames are drawn.

picture(".png") / record() / stop()     ask
step_s(session, elapsed)                before a frame: how far the scene's time goes
drawn(session, read, ...)               after each half of a frame: take what was asked for
"""

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from realtime.effects.animation import STILL_WAY_S
from realtime.errors import UserError
from realtime.pictures import check_writable, write_display, write_picture
from realtime.pictures.video import check_video
from realtime.view.recording import Recording
from realtime.view.storage import write_settings

if TYPE_CHECKING:
    from realtime.view.session import Session

PICTURES = (".png", ".exr")
Read = Callable[[], np.ndarray]


@dataclass(frozen=True)
class _Wanted:
    """A picture that was asked for. path: None takes the next free name."""

    suffix: str
    with_interface: bool
    path: Path | None


@dataclass(frozen=True)
class _Before:
    """What a recording of the whole path changes, and gives back."""

    time_s: float
    paused: bool


class Output:
    """What one session puts out. folder: for files whose name nobody gave."""

    def __init__(self, folder: Path = Path()) -> None:
        self.folder = folder
        self.recording: Recording | None = None
        self._wanted: list[_Wanted] = []
        self._asked: tuple[Path | None, int | None] | None = None
        self._before: _Before | None = None
        self._elapsed_s = 0.0

    # --- Asked for ------------------------------------------------------------------------------

    def picture(self, suffix: str, with_interface: bool = False, path: Path | None = None) -> None:
        """Take the next frame: .png as it is seen, or .exr as linear light.

        Raises PictureError for another suffix.
        """
        check_writable(path or f"picture{suffix}", PICTURES)
        self._wanted.append(_Wanted(suffix, with_interface and suffix == ".png", path))

    def record(self, path: Path | None = None, frames: int | None = None) -> None:
        """Begin a video at the next frame, as the state's `record` says.

        frames: after which it ends, in place of what that says. Raises PictureError for a name.
        """
        check_video(path or "video.mp4", (1, 1), 1)
        self._asked = (path, frames)

    def stop(self, session: "Session") -> None:
        """End the video and keep it."""
        recording, self.recording, self._asked = self.recording, None, None
        if recording is None:
            return
        try:
            recording.finish()
            session.messages.note(f"{recording.path}: {recording.written} frames written")
        except UserError as error:
            _tell(session, error)
        self._give_back(session)

    @property
    def is_recording(self) -> bool:
        """Whether a video is on its way, or asked for."""
        return self.recording is not None or self._asked is not None

    def settings(self, session: "Session", path: Path | None = None) -> None:
        """Write the state as TOML. path: None takes the next free name. Raises UsageError."""
        path = path or self._free("settings", session, ".toml")
        if not path.is_absolute():
            path = self.folder / path
        write_settings(path, session.state.replace(size=session.window_size))
        session.messages.note(f"{path}: settings saved")

    # --- Taken ----------------------------------------------------------------------------------

    def step_s(self, session: "Session", elapsed_s: float) -> float:
        """Return by how much the scene's time goes on before the frame that begins."""
        self._elapsed_s = elapsed_s
        if self._asked is not None:
            (path, frames), self._asked = self._asked, None
            if self.recording is None:
                self._start(session, path, frames)
        return elapsed_s if self.recording is None else self.recording.step_s(elapsed_s)

    def _start(self, session: "Session", path: Path | None, frames: int | None) -> None:
        wish = session.state.record
        path = path or self._free("video", session, ".mp4")
        if frames is None and wish.fixed_step and wish.whole_path:
            way_s = session.scene.duration_s or STILL_WAY_S
            frames = max(math.ceil(way_s * wish.fps - 1e-6), 1)
        try:
            if wish.fixed_step:
                self._from_the_start(session, wish.whole_path)
            self.recording = Recording(
                path, session.window_size, wish.fps, frames, wish.fixed_step, wish.interface
            )
        except UserError as error:
            _tell(session, error)
            self._give_back(session)

    def _from_the_start(self, session: "Session", of_path: bool) -> None:
        """Nothing of what happened before is seen in a fixed-step video."""
        if of_path:
            state = session.state
            self._before = _Before(state.time_s, state.paused)
            session.set(state.replace(time_s=0.0, paused=False))
        session.restart()

    def _give_back(self, session: "Session") -> None:
        before, self._before = self._before, None
        if before is not None:
            session.set(session.state.replace(time_s=before.time_s, paused=before.paused))

    def drawn(self, session: "Session", read: Read, has_interface: bool) -> None:
        """Take what is wanted of a frame: it is called before and after the interface is drawn.

        read: gives what stands on the surface, [H, W, 3] uint8 sRGB.
        """
        self.take(session, read, has_interface)
        recording = self.recording
        if recording is not None and recording.with_interface == has_interface:
            self._add(session, recording, read)

    def take(self, session: "Session", read: Read, has_interface: bool) -> None:
        """The same for pictures only: of a frame that was drawn for them."""
        now = [wanted for wanted in self._wanted if wanted.with_interface == has_interface]
        for wanted in now:
            self._wanted.remove(wanted)
            self._write(session, wanted, read)

    def _write(self, session: "Session", wanted: _Wanted, read: Read) -> None:
        path = wanted.path or self._free("picture", session, wanted.suffix)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if wanted.suffix == ".exr":
                write_picture(path, session.read_linear(), np.zeros((1, 1, 3), np.uint8))
            else:
                write_display(path, read())
            session.messages.note(f"{path}: written")
        except (UserError, OSError) as error:
            _tell(session, error)

    def _add(self, session: "Session", recording: Recording, read: Read) -> None:
        if session.window_size != recording.size:
            session.messages.note("The window changed its size: the video ends here")
            self.stop(session)
            return
        if not recording.wants(self._elapsed_s):
            return
        try:
            recording.add(read())
        except UserError as error:
            self.recording = None
            _tell(session, error)
            self._give_back(session)
            return
        if recording.is_complete:
            self.stop(session)

    def _free(self, kind: str, session: "Session", suffix: str) -> Path:
        """A name in the folder that is not taken."""
        stem = f"{Path(session.state.scene).stem}-{kind}"
        number = 1
        while (path := self.folder / f"{stem}-{number:03d}{suffix}").exists():
            number += 1
        return path

    def close(self, session: "Session") -> None:
        """At the end of the session: what was recorded is kept."""
        self.stop(session)

    def end(self) -> None:
        """The same where nothing can be drawn or said any more."""
        recording, self.recording = self.recording, None
        if recording is not None:
            with contextlib.suppress(UserError):
                recording.finish()


def _tell(session: "Session", error: Exception) -> None:
    """Commands have a --out; a window has not."""
    session.messages.error(str(error).replace("another --out", "another place"))
