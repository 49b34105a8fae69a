"""What a blur method costs for one picture or frame, counted."""

from collections.abc import Callable
from dataclasses import dataclass

from realtime.profiling.draw_cost import GROUPS, DrawCost, Storage
from realtime.profiling.fetches import FetchCounter


@dataclass(frozen=True)
class Cost:
    """All draws of a frame. size: of the picture, (width, height), which "a pixel" refers to."""

    size: tuple[int, int]
    draws: tuple[DrawCost, ...]

    @property
    def passes(self) -> int:
        """Draws."""
        return len(self.draws)

    @property
    def picture_pixels(self) -> int:
        """Of the picture."""
        return self.size[0] * self.size[1]

    def fetches(self, group: str | None = None) -> int:
        """Fetches of all draws, of one group or of all; see `draw_cost` for the groups."""
        return sum(draw.fetches(group) for draw in self.draws)

    def fetches_per_pixel(self, group: str | None = None) -> float:
        """The same by pixel of the picture, whatever the size of the targets."""
        return self.fetches(group) / self.picture_pixels

    @property
    def bytes_read_per_pixel(self) -> float:
        """Fetched, one texel a fetch, and read back for blending."""
        return sum(draw.bytes_read for draw in self.draws) / self.picture_pixels

    @property
    def bytes_written_per_pixel(self) -> float:
        """To colour targets."""
        return sum(draw.bytes_written for draw in self.draws) / self.picture_pixels

    @property
    def written(self) -> frozenset[Storage]:
        """The colour targets that were drawn into, each once."""
        return frozenset(target for draw in self.draws for target in draw.written)

    @property
    def only_read(self) -> frozenset[Storage]:
        """The textures that were read and not drawn into: the picture, the bank, the map."""
        read = (part.storage for draw in self.draws for part in draw.reads)
        return frozenset(read) - self.written

    @property
    def target_bytes(self) -> int:
        """Memory of `written`."""
        return sum(target.bytes for target in self.written)

    @property
    def texture_bytes(self) -> int:
        """Memory of `only_read`."""
        return sum(texture.bytes for texture in self.only_read)

    def summary(self) -> dict[str, float]:
        """Return its figures by name, for tables and JSON."""
        return {
            "passes": self.passes,
            **{f"{group}_fetches": self.fetches_per_pixel(group) for group in GROUPS},
            "bytes_read": self.bytes_read_per_pixel,
            "bytes_written": self.bytes_written_per_pixel,
            "target_bytes": self.target_bytes,
            "texture_bytes": self.texture_bytes,
        }


def cost_of(counter: FetchCounter, size: tuple[int, int], draw: Callable[[], None]) -> Cost:
    """Count what `draw` does for a picture of (width, height) px; it is drawn as ever."""
    with counter.counting() as draws:
        draw()
    return Cost(size, tuple(draws))
