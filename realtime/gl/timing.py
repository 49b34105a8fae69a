"""What passes are timed with. The timers themselves are in `realtime.profiling`."""

import contextlib
from typing import Protocol


class Timer(Protocol):
    """Told of each pass."""

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Time what happens within; sections do not nest."""


class _NoTimer:
    """Times nothing and costs nothing."""

    def section(self, name: str) -> contextlib.AbstractContextManager[None]:
        return _NOTHING


_NOTHING = contextlib.nullcontext()
NO_TIMER: Timer = _NoTimer()
