"""Effects whose settings move, to and fro between two states."""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from realtime.effects.effect import Effect
from realtime.errors import UsageError

STILL_WAY_S = 4.0  # what a moving setting takes for its way where the camera stands still


@dataclasses.dataclass(frozen=True)
class Moving:
    """An effect on its way from one state to another of the same kind, and back.

    duration_s: of one way; 0 stays at the start. Raises UsageError for a way from or to infinity.
    """

    start: Effect
    end: Effect
    duration_s: float = 0.0

    def __post_init__(self) -> None:
        for name, *ends in self._moved():
            if any(end in (math.inf, -math.inf) for end in ends):
                raise UsageError(
                    f"{self.start.name}: {name} moves from {ends[0]:g} to {ends[1]:g}, finite "
                    f"numbers expected of what moves. Change {name}"
                )

    def _moved(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, start and end of each setting that moves."""
        for field in dataclasses.fields(self.start):
            ends = getattr(self.start, field.name), getattr(self.end, field.name)
            if ends[0] != ends[1]:
                yield field.name, *ends

    def at(self, time_s: float) -> Effect:
        """Return the effect as it is at a time."""
        if self.start == self.end or not self.duration_s > 0:
            return self.start
        ways = time_s / self.duration_s % 2
        return self.between(min(ways, 2 - ways))

    def between(self, part: float) -> Effect:
        """Return the effect that is `part`, 0 … 1, of the way from the start."""
        settings = {name: _mixed(start, end, part) for name, start, end in self._moved()}
        return dataclasses.replace(self.start, **settings)


def _mixed(start: Any, end: Any, part: float) -> Any:
    if isinstance(start, tuple):
        return tuple(_mixed(a, b, part) for a, b in zip(start, end, strict=True))
    mixed = start + part * (end - start)
    return min(max(mixed, min(start, end)), max(start, end))  # rounding may not leave the way
