"""Fetches and bytes of passes, by the sections that they are timed in."""

import contextlib
from collections.abc import Collection, Iterator

import moderngl

from realtime.measure.result import Counted
from realtime.profiling.cost import Cost
from realtime.profiling.draw_cost import BANK, PARAMETER, PICTURE, DrawCost
from realtime.profiling.fetches import FetchCounter


class CountingTimer:
    """A `realtime.gl.timing.Timer` that counts in place of timing. Waits: not for frame loops."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.counter = FetchCounter(ctx)
        self._sections: list[tuple[str, list[DrawCost]]] = []

    @contextlib.contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Count what is drawn within; sections do not nest."""
        with self.counter.counting() as draws:
            yield
        self._sections.append((name, draws))

    def cost(self, size: tuple[int, int], but: Collection[str]) -> Cost:
        """All that was drawn for a picture of (width, height), but for some sections."""
        draws = [draw for name, found in self._sections if name not in but for draw in found]
        return Cost(size, tuple(draws))

    def release(self) -> None:
        """Free what was made to count."""
        self.counter.release()


def counted_of(cost: Cost) -> Counted:
    """What of it goes into a result."""
    return Counted(
        passes=cost.passes,
        picture_fetches=cost.fetches_per_pixel(PICTURE),
        bank_fetches=cost.fetches_per_pixel(BANK),
        parameter_fetches=cost.fetches_per_pixel(PARAMETER),
        bytes_read=cost.bytes_read_per_pixel,
        bytes_written=cost.bytes_written_per_pixel,
        memory_mb=(cost.target_bytes + cost.texture_bytes) / 2**20,
    )
