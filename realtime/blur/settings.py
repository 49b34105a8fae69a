"""How depth of field is computed: quality against cost."""

import math
from dataclasses import dataclass

from realtime.errors import UsageError
from realtime.gl.targets import DTYPES

MOST_SLICES = 8


@dataclass(frozen=True)
class DepthOfFieldSettings:
    """Quality and limits of `DepthOfField`; the lens is given with each picture.

    slices: 1 … 8, shared out to both sides of the focus plane (see `sides`); 1 is one plain gather,
    with none of what slices are for. scale: px of the picture a texel of the slices: 1, or 2 for
    half size, where discs of less than 1.7 px are not told apart. cuts_px: where the second slice
    of each side and each farther one begins, px of |CoC| (behind, in front); None finds them in
    every picture. settle: share of the way to new cuts that a frame goes, 0 … 1. brightest: light
    above it is held there; inf leaves fireflies alone. veil: cut light behind by what the
    foreground leaves open of the aperture. fill: "slices" fills what every front slice hides,
    "focus" only what the front as a whole hides. precision: "half" or "float".

    Raises UsageError for a setting that cannot be.
    """

    slices: int = 3
    scale: int = 2
    cuts_px: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    settle: float = 0.15
    brightest: float = math.inf
    veil: bool = True
    fill: str = "slices"
    precision: str = "half"

    def __post_init__(self) -> None:
        if not (isinstance(self.slices, int) and 1 <= self.slices <= MOST_SLICES):
            _refuse("slices", self.slices, f"a whole number from 1 to {MOST_SLICES}")
        _check_choice("scale", self.scale, (1, 2))
        _check_choice("fill", self.fill, ("slices", "focus"))
        _check_choice("precision", self.precision, tuple(DTYPES))
        if not 0 < self.settle <= 1:  # NaN fails too
            _refuse("settle", self.settle, "a number above 0, at most 1")
        if not self.brightest > 0:
            _refuse("brightest", self.brightest, "a number above 0, or inf")
        if self.cuts_px is not None:
            self._check_cuts()

    def _check_cuts(self) -> None:
        if not self._cuts_are_of(self._most) and not self._cuts_are_of(self._shared):
            behind, front = _cuts_between(self._most)
            _refuse("cuts_px", self.cuts_px, f"{behind} behind and {front} in front")
        for cuts in self.cuts_px:
            if not all(a < b for a, b in zip((1.0, *cuts), (*cuts, math.inf), strict=True)):
                _refuse("cuts_px", cuts, "radii above 1 px that increase")

    @property
    def sides(self) -> tuple[int, int]:
        """How many slices there may be behind the focus plane and how many in front.

        Of 3 and of 4 slices the front has one or two, as the picture asks for: so there is one more
        than is used. Cuts that are given say themselves how many there are.
        """
        if self.cuts_px is not None and self._cuts_are_of(self._shared):
            return self._shared
        return self._most

    @property
    def _shared(self) -> tuple[int, int]:
        front = max(1, round(self.slices * 0.3))
        return self.slices - front, front

    @property
    def _most(self) -> tuple[int, int]:
        behind, front = self._shared
        return behind, max(front, 2) if self.slices > 2 else front

    def _cuts_are_of(self, sides: tuple[int, int]) -> bool:
        return tuple(map(len, self.cuts_px)) == _cuts_between(sides)


def _cuts_between(sides: tuple[int, int]) -> tuple[int, int]:
    return tuple(max(count - 1, 0) for count in sides)


def _check_choice(name: str, value: object, choices: tuple) -> None:
    if (type(value), value) not in [(type(choice), choice) for choice in choices]:  # 2.0 is not 2
        _refuse(name, value, " or ".join(map(str, choices)))


def _refuse(name: str, value: object, expected: str) -> None:
    raise UsageError(
        f"depth of field {name}: {value}, {expected} expected. Change the setting {name}"
    )
