"""How fast frames come."""

from collections import deque

FRAMES = 120


class Pace:
    """The seconds of the latest frames, oldest first."""

    def __init__(self) -> None:
        self.frame_s: deque[float] = deque(maxlen=FRAMES)

    def add(self, elapsed_s: float) -> None:
        """Note a frame."""
        self.frame_s.append(elapsed_s)

    @property
    def rate(self) -> float:
        """Frames a second, on average."""
        return len(self.frame_s) / max(sum(self.frame_s), 1e-6)

    @property
    def frame_ms(self) -> float:
        """Milliseconds a frame, on average; 0 before the first."""
        return 1e3 / self.rate if self.frame_s else 0.0
