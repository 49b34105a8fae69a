"""The loop: lines in, answers out, one fit at a time, the newest request first."""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from fitter.errors import FitError
from fitter.serving.job import run
from fitter.serving.protocol import Ask, Cancel, Id, RequestError, parse
from realtime.bank import BankError

Send = Callable[[dict[str, Any]], None]


class Cancelled(Exception):
    """What runs is not wanted any more."""


class Server:
    """Fits what the lines ask for, until they end.

    lines: read by a thread, so that a new line stops the fit at its next step; send: is called by
    both threads, one at a time. Every request is answered by banks, an error or `cancelled`.
    """

    def __init__(self, lines: Iterable[str], send: Send, threads: int = 1) -> None:
        self.lines, self.threads = lines, threads
        self._send_unlocked, self._sending = send, threading.Lock()
        self._changed = threading.Condition()
        self._waiting: Ask | None = None
        self._running: Id | None = None
        self._unwanted = False  # what runs
        self._ended = False

    def serve(self) -> None:
        """Answer until the lines end; what runs then is stopped."""
        threading.Thread(target=self._read, daemon=True, name="requests").start()
        while (ask := self._next()) is not None:
            self._do(ask)

    def _read(self) -> None:
        for line in self.lines:
            try:
                if line.strip():
                    self._take(parse(line))
            except RequestError as error:
                self._send({"id": error.id, "error": str(error)})
        with self._changed:
            self._ended = self._unwanted = True
            self._changed.notify()

    def _take(self, asked: Ask | Cancel) -> None:
        """A new request takes the place of what runs and what waits; a cancel ends its own."""
        with self._changed:
            dropped, new = self._waiting, isinstance(asked, Ask)
            if new or (dropped is not None and dropped.id == asked.id):
                self._waiting = asked if new else None
            else:
                dropped = None
            if new or self._running == asked.id:
                self._unwanted = True
            self._changed.notify()
        if dropped is not None:
            self._send({"id": dropped.id, "cancelled": True})

    def _next(self) -> Ask | None:
        """Wait for a request; None where there will be none."""
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._ended or self._waiting is not None)
            if self._ended:
                return None
            ask, self._waiting = self._waiting, None
            self._running, self._unwanted = ask.id, False
            return ask

    def _do(self, ask: Ask) -> None:
        try:
            run(ask, lambda told: self._send({"id": ask.id} | told), self._check, self.threads)
        except Cancelled:
            self._send({"id": ask.id, "cancelled": True})
        except (FitError, BankError) as error:
            self._send({"id": ask.id, "error": str(error)})
        except Exception as error:  # a bug or no memory left: told, and the next request is done
            traceback.print_exc(file=sys.stderr)
            self._send({"id": ask.id, "error": _unexpected(error)})

    def _check(self) -> None:
        if self._unwanted:
            raise Cancelled

    def _send(self, answer: dict[str, Any]) -> None:
        with self._sending:
            self._send_unlocked(answer)


def _unexpected(error: Exception) -> str:
    first = (str(error).splitlines() or ["no reason given"])[0]
    return f"fit: {type(error).__name__} ({first}), a fit expected. Draw again; see the terminal"


def private_stdout() -> int:
    """Return a descriptor of stdout that is ours alone; whatever else prints goes to stderr."""
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    return own
