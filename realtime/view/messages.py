"""What the viewer has to say, shown in the window until it has been read."""

import math
import time
from dataclasses import dataclass

SHOWN_S = {"note": 4.0, "error": 15.0}  # an error is a whole sentence, with what to do
MOST = 4  # at a time; the oldest give way


@dataclass
class Message:
    """A text, "note" or "error", and when it goes, s."""

    text: str
    kind: str
    until_s: float


class Messages:
    """The latest messages, oldest first. clock: in s, for tests."""

    def __init__(self, clock=time.monotonic) -> None:
        self._clock = clock
        self._all: list[Message] = []

    def note(self, text: str) -> None:
        """Say that something was done."""
        self._add(text, "note")

    def error(self, error: Exception | str) -> None:
        """Say what went wrong."""
        self._add(str(error), "error")

    def pin(self, text: str) -> None:
        """Say what is wrong until it is mended, see `unpin`."""
        self._add(text, "error", math.inf)

    def unpin(self, text: str) -> None:
        """Take back what was pinned."""
        self._all = [message for message in self._all if message.text != text]

    def _add(self, text: str, kind: str, shown_s: float | None = None) -> None:
        """The same text again only stays longer."""
        self._all = [message for message in self._all if message.text != text]
        shown_s = SHOWN_S[kind] if shown_s is None else shown_s
        self._all.append(Message(text, kind, self._clock() + shown_s))
        del self._all[:-MOST]

    def shown(self) -> tuple[Message, ...]:
        """What is to be seen now."""
        now = self._clock()
        self._all = [message for message in self._all if message.until_s > now]
        return tuple(self._all)

    def dismiss(self, message: Message) -> None:
        """Take one away."""
        self._all = [other for other in self._all if other is not message]
