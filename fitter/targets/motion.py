"""The tracks of points that move while a shutter is open: straight, or along a circle.

A track is what bilinear reads along it, evenly in time, average to; so at radius 0 it is a delta,
and its width is that of one read wherever it runs between pixels.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitter.errors import FitError
from fitter.targets.source import normalised

Float64 = NDArray[np.float64]

MOST_BEND = np.pi  # half of a full turn: the two ends of the path meet
STRAIGHT = 1e-9  # rad; a path bent by less is off its chord by less than 1e-7 px at radius 100 px

# Between two pixel borders the light is a product of two smooth functions. Five Gauss points leave
# less than 1e-9 of it even where one piece is a whole quarter of a circle.
NODES, SHARES = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True)
class Streak:
    """The track of a point that moves straight by ± radius.

    rotation: degrees clockwise from +x. bias: -1 … 1, how much brighter its end at +x is than its
    middle; a shutter or a light that fades makes such streaks.
    """

    bias: float = 0.0
    rotation: float = 0.0

    def reach_px(self, radius_px: float) -> float:
        """Return the reach of its ends, and of the pixel that each read touches further on."""
        return float(np.abs(self._way()).max()) * radius_px + 1.0 - 1e-6 if radius_px > 0 else 0.0

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the kernel: two Gauss points a piece integrate its cubic exactly."""
        ends = _cuts(self._way() * radius_px)
        middle, wide = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
        kernel = np.zeros((2 * half_px + 1, 2 * half_px + 1))
        for side in (-1, 1):
            along = middle + side * wide / np.sqrt(3)
            light = wide / 2 * (1 + self.bias * along)
            _splat(kernel, along[:, None] * self._way() * radius_px, light)
        return kernel / kernel.sum()

    def describe(self) -> dict[str, Any]:
        """Return the name and parameters."""
        return {"shape": "streak", **asdict(self)}

    def _way(self) -> Float64:
        return _unit(self.rotation)


@dataclass(frozen=True)
class Arc:
    """The track of a point that moves at even speed along a circle through the centre.

    In the middle of the shutter's time it is at the centre and moves towards +x. bend: half of the
    angle by which its direction turns, rad, 0 … pi, towards +y (down); 0 is a `Streak`. radius:
    half of the path's length, px. rotation: degrees clockwise. Raises FitError for other bends.

        x = radius sin(bend t) / bend,  y = radius (1 - cos(bend t)) / bend,  t = -1 … 1
    """

    bend: float = 0.0
    rotation: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.bend <= MOST_BEND:
            raise FitError(
                f"--bend: {self.bend:g}, rad from 0 to {MOST_BEND:.4g} expected. "
                f"Give another --bend"
            )

    def reach_px(self, radius_px: float) -> float:
        """Return the path's farthest coordinate, and the pixel that each read touches further."""
        if radius_px <= 0:
            return 0.0
        return float(np.abs(self._points(radius_px, self._turns())).max()) + 1.0 - 1e-6

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the kernel, sum 1, off by less than 1e-8."""
        if self.bend <= STRAIGHT:
            return Streak(rotation=self.rotation).draw(radius_px, half_px)
        kernel = np.zeros((2 * half_px + 1, 2 * half_px + 1))
        ends = self._crossings(radius_px)
        middle, wide = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
        for node, share in zip(NODES, SHARES, strict=True):
            _splat(kernel, self._points(radius_px, middle + node * wide), share / 2 * wide)
        return normalised(kernel)

    def describe(self) -> dict[str, Any]:
        """Return the name and parameters."""
        return {"shape": "arc", **asdict(self)}

    def _points(self, radius_px: float, t: Float64) -> Float64:
        """Return the places [K, 2] px at times t [K], -1 … 1; right at bend 0 too."""
        half = self.bend * t / 2
        chord = radius_px * t * np.sinc(half / np.pi)  # sin(half) / half, which is 1 at 0
        along, aside = _unit(self.rotation), _unit(self.rotation + 90)
        return (chord * np.cos(half))[:, None] * along + (chord * np.sin(half))[:, None] * aside

    def _turns(self) -> Float64:
        """Return both ends' times, and those at which the path runs along an axis."""
        quarters = np.radians(np.arange(-4, 5) * 90.0 - self.rotation % 90.0)
        inner = quarters[np.abs(quarters) < self.bend] / max(self.bend, STRAIGHT)
        return np.unique(np.concatenate(([-1.0, 1.0], inner)))

    def _crossings(self, radius_px: float) -> Float64:
        """Return the times at which the path enters another pixel, both ends included."""
        times = [self._turns()]  # where the path may touch a border from one side
        if radius_px > 0:
            circle, start = radius_px / self.bend, np.radians(self.rotation)
            middle = _unit(self.rotation + 90) * circle
            reach = int(np.ceil(self.reach_px(radius_px)))
            whole = np.arange(-reach, reach + 1)
            # Where its direction is d, the path is at middle + circle * (sin d, -cos d).
            for part, upright in (((whole - middle[0]), np.pi / 2), ((middle[1] - whole), 0.0)):
                away = np.arccos(part[np.abs(part) <= circle] / circle)
                for direction in (upright + away, upright - away):
                    times.append(_signed(direction - start) / self.bend)
        times = np.concatenate(times)
        return np.unique(times[np.abs(times) <= 1])


@dataclass(frozen=True)
class Arcs:
    """Arcs over their bend, for a bank of radius × bend. rotation: as `Arc` has it."""

    rotation: float = 0.0
    axis = ("bend", "rad")

    def at(self, value: float) -> Arc:
        """Return the arc of a bend, rad."""
        return Arc(value, self.rotation)

    def carry(self, offsets: Float64, start: float, end: float, radius_px: float) -> Float64:
        """Return offsets as far along the other arc, and as far beside it."""
        turned = np.column_stack((_unit(self.rotation), _unit(self.rotation + 90)))
        return bent(straightened(offsets @ turned, start / radius_px), end / radius_px) @ turned.T

    def describe(self) -> dict[str, Any]:
        """Return what all bends share."""
        return {"shape": "arc", "rotation": self.rotation}


def bent(places: Float64, curvature: float) -> Float64:
    """Bend places [..., 2] (along, beside) a line onto a circle of curvature 1 / px, towards +y."""
    along, beside = places[..., 0], places[..., 1]
    half = along * curvature / 2
    chord = along * np.sinc(half / np.pi)
    x = chord * np.cos(half) - beside * np.sin(2 * half)
    y = chord * np.sin(half) + beside * np.cos(2 * half)
    return np.stack((x, y), axis=-1)


def straightened(offsets: Float64, curvature: float) -> Float64:
    """Undo `bent`: how far along the circle from the centre an offset lies, and how far beside."""
    if curvature <= 0:
        return offsets
    x, inwards = offsets[..., 0], 1 / curvature - offsets[..., 1]
    along = np.arctan2(x, inwards) / curvature
    # 1 / curvature - hypot(x, inwards), without the difference of two large numbers.
    y = offsets[..., 1]
    beside = (2 * y - curvature * (x**2 + y**2)) / (1 + curvature * np.hypot(x, inwards))
    return np.stack((along, beside), axis=-1)


def _unit(rotation_deg: float) -> Float64:
    """Return the direction (x, y) of degrees clockwise from +x, without the dust of rounding."""
    turn = np.radians(rotation_deg)
    return np.round([np.cos(turn), np.sin(turn)], 12)


def _signed(angle: Float64) -> Float64:
    """Return angles, rad, as -pi … pi."""
    return np.mod(angle + np.pi, 2 * np.pi) - np.pi


def _cuts(way_px: Float64) -> Float64:
    """Return where the line from -way to way enters another pixel: -1 … 1 of the way."""
    cuts = [np.array([-1.0, 1.0])]
    for length in np.abs(way_px):
        whole = np.arange(-np.floor(length), np.floor(length) + 1)
        cuts.append(whole / length if length > 0 else whole[:0])
    return np.unique(np.concatenate(cuts).clip(-1, 1))


def _splat(kernel: Float64, points_px: Float64, light: Float64) -> None:
    """Add light [K] at points [K, 2] px from the centre, split between the four pixels around."""
    at = points_px + kernel.shape[0] // 2
    low = np.floor(at).astype(int)
    part = at - low
    for right in (0, 1):
        for below in (0, 1):
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - below - part[:, 1])
            row, column = low[:, 1] + below, low[:, 0] + right
            inside = share > 0
            np.add.at(kernel, (row[inside], column[inside]), (share * light)[inside])
