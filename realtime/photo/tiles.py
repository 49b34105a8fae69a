"""How a picture is cut into tiles that overlap.

+----------------------+    A tile's textures hold what its pixels read as well: a margin around
| margin               |    them, where the picture has one. At the picture's border there is none,
|   +--------------+   |    as there blur reads the border itself.
|   | what is kept |   |
|   +--------------+   |    Sides are powers of two, see shaders/inc/part.glsl; the last tile of a
|                      |    row or column may reach past the picture. Nothing is drawn there.
+----------------------+
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from realtime.errors import UsageError

Size = tuple[int, int]

# A tile's pixels: about 60 bytes each in half floats, 110 in floats, for everything drawn into. On
# 12 megapixels with 36 taps, four times as many are no faster, and half as many a little slower.
PIXELS = 2**20
LEAST, MOST = 64, 8192  # px a side


@dataclass(frozen=True)
class Tile:
    """A part of a picture, px from the top left.

    origin: where its textures begin. left … bottom: what of the picture it gives, ends excluded.
    read: the same with what that reads, as far as the picture has it.
    """

    origin: tuple[int, int]
    left: int
    top: int
    right: int
    bottom: int
    read: tuple[int, int, int, int]


@dataclass(frozen=True)
class Plan:
    """How a picture is cut. whole: its size; side: (width, height) of the textures; margin_px."""

    whole: Size
    side: Size
    margin_px: int

    def __iter__(self) -> Iterator[Tile]:
        """Yield the tiles, row by row."""
        columns, rows = self._along_both
        for row in rows:
            for column in columns:
                read = (column.first, row.first, column.last, row.last)
                origin = (column.first, row.first)
                yield Tile(origin, column.start, row.start, column.end, row.end, read)

    def __len__(self) -> int:
        """How many tiles there are."""
        return math.prod(len(spans) for spans in self._along_both)

    @property
    def drawn_px(self) -> int:
        """Pixels of all tiles together, margins and all."""
        return math.prod(sum(s.last - s.first for s in spans) for spans in self._along_both)

    @property
    def _along_both(self) -> list[list["_Span"]]:
        """Spans along x and along y."""
        both = zip(self.whole, self.side, strict=True)
        return [_spans(length, side, self.margin_px) for length, side in both]


def plan(whole: Size, reach_px: float, most_px: int | None = None) -> Plan:
    """Cut a picture of (width, height) so that the fewest pixels are drawn.

    reach_px: how far blur reads. most_px: largest side of a tile; PIXELS in all unless given, more
    where the reach asks for it. Raises UsageError for a tile that the reach does not fit into.
    """
    margin = math.ceil(reach_px)
    most = MOST if most_px is None else most_px
    sides = [2**n for n in range(14) if LEAST <= 2**n <= most]
    fitting = [
        (width, height)
        for width in sides
        for height in sides
        if _fits(whole[0], width, margin) and _fits(whole[1], height, margin)
    ]
    if not fitting:
        raise UsageError(
            f"--tile: {most} px, {max(LEAST, 2 ** math.ceil(math.log2(4 * margin)))} px or more "
            f"expected, as the blur reaches {reach_px:.0f} px. "
            + ("Leave it out" if most_px else "Give a bank of smaller kernels")
        )
    budget = PIXELS if most_px is None else most**2
    small = [side for side in fitting if math.prod(side) <= budget]
    choices = small or [min(fitting, key=math.prod)]
    return min((Plan(whole, side, margin) for side in choices), key=_cost)


def _cost(plan: Plan) -> tuple[int, int, int]:
    """Pixels drawn; of equals fewer tiles, and of those smaller ones."""
    return plan.drawn_px, len(plan), math.prod(plan.side)


def _fits(length: int, side: int, margin: int) -> bool:
    """Whether a side holds the whole length, or margins and at least as much between them."""
    return side >= length or side >= 4 * margin


@dataclass(frozen=True)
class _Span:
    """A tile along an axis: start … end is kept, first … last read, ends excluded."""

    start: int
    end: int
    first: int
    last: int


def _spans(length: int, side: int, margin: int) -> list[_Span]:
    spans, start = [], 0
    while start < length:
        first = max(start - margin, 0)
        end = length if first + side >= length else first + side - margin
        spans.append(_Span(start, end, first, min(end + margin, length)))
        start = end
    return spans
