"""What was timed, frame after frame, in columns that grow.

    frame   start_s  elapsed_ms  first          first: its first pass, by number
    pass    name     start_s     submit_ms  elapsed_ms

They are arrays of numbers, 28 bytes a pass and 24 a frame, so that a frame makes no objects.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from realtime.profiling.timers import Section

Float64 = NDArray[np.float64]


@dataclass(frozen=True)
class Pass:
    """A pass of a frame. start_s: as that of the frame; times as of `timers.Section`."""

    name: str
    start_s: float
    submit_ms: float
    elapsed_ms: float


@dataclass(frozen=True)
class Frame:
    """start_s: of time.perf_counter, whose zero means nothing; elapsed_ms: by the wall clock."""

    start_s: float
    elapsed_ms: float
    passes: tuple[Pass, ...]


class Recording:
    """Frames and their passes. kind: in words, what the times of passes are.

    clock: of the passes' elapsed_ms: "CPU" (then it is submit_ms), "wall" or "GPU".
    """

    def __init__(self, kind: str, clock: str) -> None:
        self.kind, self.clock = kind, clock
        self.clear()

    def clear(self) -> None:
        """Forget all frames."""
        self._numbers: dict[str, int] = {}
        self._frame_start_s, self._frame_ms = array("d"), array("d")
        self._first = array("q")
        self._name = array("i")
        self._start_s, self._submit_ms, self._elapsed_ms = array("d"), array("d"), array("d")

    def add(self, start_s: float, elapsed_ms: float, passes: Sequence[Section | Pass]) -> None:
        """Note a frame."""
        self._frame_start_s.append(start_s)
        self._frame_ms.append(elapsed_ms)
        self._first.append(len(self._name))
        for section in passes:
            self._name.append(self._numbers.setdefault(section.name, len(self._numbers)))
            self._start_s.append(section.start_s)
            self._submit_ms.append(section.submit_ms)
            self._elapsed_ms.append(section.elapsed_ms)

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self._first)

    @property
    def names(self) -> list[str]:
        """Of passes, in the order in which they were first seen."""
        return list(self._numbers)

    @property
    def start_s(self) -> float | None:
        """When the first frame began, as Frame.start_s; None: there is none."""
        return self._frame_start_s[0] if len(self) else None

    @property
    def frame_ms(self) -> Float64:
        """[frames]: whole frames, by the wall clock."""
        return np.array(self._frame_ms)

    def elapsed_ms(self, name: str) -> Float64:
        """[frames]: what each frame spent in the passes of a name; 0 where it had none."""
        return self._sums(name, self._elapsed_ms)

    def submit_ms(self, name: str) -> Float64:
        """[frames]: what the processor took to ask for them."""
        return self._sums(name, self._submit_ms)

    def _sums(self, name: str, column: array) -> Float64:
        is_asked = np.array(self._name) == self._numbers.get(name, -1)
        frame = np.searchsorted(self._first, np.flatnonzero(is_asked), side="right") - 1
        return np.bincount(frame, np.array(column)[is_asked], len(self))

    def frames(self) -> Iterator[Frame]:
        """Yield every frame, in order."""
        names = self.names
        ends = [*self._first[1:], len(self._name)]
        for index, (first, end) in enumerate(zip(self._first, ends, strict=True)):
            passes = (
                Pass(
                    names[self._name[at]],
                    self._start_s[at],
                    self._submit_ms[at],
                    self._elapsed_ms[at],
                )
                for at in range(first, end)
            )
            yield Frame(self._frame_start_s[index], self._frame_ms[index], tuple(passes))
