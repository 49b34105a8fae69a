"""Bokeh drawn by hand, fitted while the viewer goes on: `Refit` is its side of the fitter process.

    refit = Refit()
    refit.prewarm()                           # the painter opens: torch takes 2 s to load
    renderer.prepare_banks(likenesses())      # and its programs some frames
    refit.request(drawing, max_radius_px=32)  # the pen lifts
    for news in refit.poll():                 # once a frame
        if isinstance(news, Fitted):
            renderer.change_bank(news.bank)

Nothing here waits: files are read by a thread, and whatever goes wrong is one of the news.
"""

import atexit
import queue
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realtime.bank import Axis, Bank, read_bank
from realtime.errors import RefitError, UserError
from realtime.view.refit_folder import passing_folder
from realtime.view.refit_process import FitterProcess

COMMAND = (sys.executable, "-m", "fitter", "serve")

# First something to see well within a second. All the effort of `diskblur-fit bake` takes twice as
# long and gains 3 dB at most, where a bank is worst.
QUICK = {"seeds": 4, "seed_iterations": 24, "top_iterations": 20, "knot_iterations": 15}
QUICK |= {"sweeps": 0, "middles": 1}
FINE = {"seeds": 6, "knot_iterations": 24, "sweeps": 1, "middles": 1}
STAGES: tuple[dict[str, Any], ...] = (
    {"taps": [10, 5, 3], "knots": 9, **QUICK},
    {"taps": [24, 8, 4], "knots": 17, **FINE},
)


def likenesses(stages: Sequence[dict[str, Any]] = STAGES) -> list[Bank]:
    """Return banks with the tap counts and knots of the stages, for `Renderer.prepare_banks`."""
    return [_likeness(tuple(stage["taps"]), stage["knots"]) for stage in stages]


def _likeness(taps: tuple[int, ...], knots: int) -> Bank:
    """Its first knot is the identity and its weights differ, as those of fitted banks."""
    radii = tuple(float(knot) for knot in range(knots))
    ramps = [np.arange(1, count + 1, dtype="f4") for count in taps]
    ramps = [(ramp / ramp.sum())[:, None, None] * np.ones((1, 1, knots), "f4") for ramp in ramps]
    offsets = [np.array(radii, "f4")[:, None] * np.ones((count, 1, 1, 2), "f4") for count in taps]
    return Bank((Axis("radius", "px", radii),), tuple(offsets), tuple(ramps))


@dataclass(frozen=True)
class Fitted:
    """A bank is there. stage: counted from 0; seconds: since the process took the request up."""

    id: int
    stage: int
    is_last: bool
    bank: Bank = field(repr=False)
    seconds: float


@dataclass(frozen=True)
class Fitting:
    """A stage is so far, 0 … 1."""

    id: int
    stage: int
    progress: float


@dataclass(frozen=True)
class Failed:
    """It did not work, and nothing more comes of this request; id: None where none was there."""

    id: int | None
    error: UserError


News = Fitted | Fitting | Failed


class Refit:
    """Asks the fitter process for banks; starts it when first needed, and again when it died.

    stages: of every request, see `fitter.serving`; command: what to start. One request at a time: a
    new one takes the place of the one before.
    """

    def __init__(
        self,
        stages: Sequence[dict[str, Any]] = STAGES,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.stages, self.command = list(stages), tuple(command)
        self._news: queue.SimpleQueue[tuple[FitterProcess | None, News]] = queue.SimpleQueue()
        self._process: FitterProcess | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        self._last_id = 0
        self._current: int | None = None  # what is still to come

    @property
    def current(self) -> int | None:
        """The request whose last bank has not come yet."""
        return self._current

    @property
    def is_ready(self) -> bool:
        """Whether a request would be taken up at once."""
        return self._process is not None and self._process.is_ready

    @property
    def pid(self) -> int | None:
        """The fitter process's number, None where there is none."""
        return None if self._process is None else self._process.pid

    def prewarm(self) -> None:
        """Start the process, so that the first request need not wait for torch."""
        if self._process is not None:
            return
        if self._folder is None:
            self._folder = passing_folder()
            # Before the folder's own clean-up: a fitter that still runs would fill it again.
            atexit.register(self.close)
        try:
            self._process = FitterProcess(self.command, self._hear, self._ended)
        except RefitError as error:
            self._tell(Failed(self._current, error))

    def request(self, kernel: NDArray[np.float32], max_radius_px: float) -> int:
        """Ask for banks of a drawing; return the request's number, which its news bear.

        kernel: [M, M], linear light, row 0 on top, its middle the centre; max_radius_px: the end of
        the bank's axis, where the drawing's longer side spans twice as much.
        """
        self._last_id += 1
        self._current = self._last_id
        self.prewarm()
        if self._process is None:
            return self._last_id
        path = self._drawing(self._last_id)
        try:
            np.save(path, np.asarray(kernel, "f4"))
        except OSError as error:
            self._tell(Failed(self._last_id, RefitError(
                f"{path}: not written ({error.strerror}), room for a drawing expected. "
                f"Make room in the folder for temporary files"
            )))  # fmt: skip
            return self._last_id
        self._process.send({
            "id": self._last_id,
            "kernel": str(path),
            "max_radius_px": float(max_radius_px),
            "stages": self.stages,
            "out": self._folder.name,
        })  # fmt: skip
        return self._last_id

    def cancel(self) -> None:
        """Want nothing of the present request any more."""
        if self._current is not None and self._process is not None:
            self._process.send({"cancel": self._current})
        self._current = None

    def poll(self) -> list[News]:
        """Return what has happened since the last call, without waiting; once a frame.

        News of requests that were cancelled or replaced are left out.
        """
        found = []
        while not self._news.empty():
            of, news = self._news.get()
            if of is not None and of is not self._process:
                continue  # of a process that was closed
            if isinstance(news, Failed) and news.id is None and of is not None:
                news = self._after_end(of, news)
            if news.id is not None and news.id != self._current:
                continue
            if isinstance(news, Failed) or (isinstance(news, Fitted) and news.is_last):
                self._current = None
            found.append(news)
        return found

    def close(self) -> None:
        """End the process and remove its files; after it, `request` starts anew."""
        process, self._process, self._current = self._process, None, None
        if process is not None:
            process.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
            atexit.unregister(self.close)

    def _after_end(self, process: FitterProcess, news: Failed) -> Failed:
        """Start anew what had worked; what never did would only fail again."""
        self._process = None
        process.close()
        failed = Failed(self._current, news.error)
        if process.is_ready:
            self.prewarm()
        return failed

    # Called by the process's thread.

    def _hear(self, process: FitterProcess, answer: dict[str, Any]) -> None:
        news = self._news_of(answer)
        if news is not None:
            self._news.put((process, news))

    def _ended(self, process: FitterProcess) -> None:
        self._news.put((process, Failed(None, RefitError(process.reason()))))

    def _news_of(self, answer: dict[str, Any]) -> News | None:
        """Read what an answer points at; files are not needed any more then."""
        id_, stage = answer.get("id"), answer.get("stage")
        if "error" in answer or "cancelled" in answer:
            self._remove(id_)
            return Failed(id_, RefitError(answer["error"])) if "error" in answer else None
        if "progress" in answer:
            return Fitting(id_, stage, float(answer["progress"]))
        if "bank" not in answer:
            return None
        is_last = stage == len(self.stages) - 1
        if is_last:
            self._remove(id_)
        path = Path(answer["bank"])
        try:
            bank = read_bank(path)
            path.unlink(missing_ok=True)
        except UserError as error:
            return Failed(id_, error)
        return Fitted(id_, stage, is_last, bank, float(answer["seconds"]))

    def _remove(self, id_: Any) -> None:
        if self._folder is not None:
            self._drawing(id_).unlink(missing_ok=True)

    def _drawing(self, id_: Any) -> Path:
        return Path(self._folder.name) / f"drawing-{id_}.npy"

    def _tell(self, news: News) -> None:
        self._news.put((None, news))
