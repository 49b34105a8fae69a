"""One run of the fitter process: started, spoken to in lines of JSON, and ended without a trace.

Two threads read what it says, so that nobody who draws frames waits for it.
"""

import contextlib
import json
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from realtime.errors import RefitError

INSTALL = "Install it: pip install 'diskblur[fit]'"
KEPT_LINES = 20  # of what the process says on stderr; the last one is its reason
CLOSING_S = 5.0  # a killed process is gone at once; waiting longer for it would be a hang


class FitterProcess:
    """A running `diskblur-fit serve`.

    hear: called by a thread with each answer; ended: once, after the last of them. Raises
    RefitError where it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        hear: Callable[["FitterProcess", dict[str, Any]], None],
        ended: Callable[["FitterProcess"], None],
    ) -> None:
        self._hear, self._ended = hear, ended
        self.is_ready = False  # torch is loaded: from here on requests are answered at once
        self._said: deque[str] = deque(maxlen=KEPT_LINES)
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                list(command), stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1,
                encoding="utf-8", errors="replace",
                start_new_session=True,  # Ctrl-C in the terminal is for the viewer alone
            )  # fmt: skip
        except OSError as error:
            raise RefitError(
                f"fitter: not started ({error.strerror or error}), diskblur-fit expected. {INSTALL}"
            ) from None
        self._complaints = threading.Thread(target=self._read_complaints, daemon=True)
        self._answers = threading.Thread(target=self._read_answers, daemon=True)
        self._complaints.start()
        self._answers.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def send(self, request: dict[str, Any]) -> None:
        """Send a line; where the process is gone, that is told by `ended`."""
        with contextlib.suppress(OSError, ValueError):  # ValueError: of a closed pipe
            self._process.stdin.write(json.dumps(request) + "\n")

    def close(self) -> None:
        """End it at once, and wait until it is gone with its threads."""
        self._process.kill()
        self._process.wait(CLOSING_S)
        for thread in (self._answers, self._complaints):
            if thread is not threading.current_thread():
                thread.join(CLOSING_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()

    def reason(self) -> str:
        """Return why it ended, as an error's message; only after it has."""
        code, said = self._process.returncode, self._said[-1] if self._said else ""
        if not self.is_ready and "No module named" in said:
            return f"fitter: not installed ({said}), the extra fit expected. {INSTALL}"
        if not self.is_ready and code == 2 and said:  # a sentence of its own, with what to do
            return said.removeprefix("diskblur-fit: ")
        there = f"killed by {_name(-code)}" if code < 0 else f"ended with code {code}"
        if said:
            there += f", last words: {said}"
        return f"fitter: {there}; a running process expected. Draw again, it is started anew"

    def _read_answers(self) -> None:
        for line in self._process.stdout:
            try:
                answer = json.loads(line)
            except ValueError:
                continue  # cut short by the process's end
            self.is_ready = self.is_ready or "ready" in answer
            self._hear(self, answer)
        self._process.wait()
        self._complaints.join()
        self._ended(self)

    def _read_complaints(self) -> None:
        for line in self._process.stderr:
            if line.strip():
                self._said.append(line.strip())


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
