"""Silhouettes: drawn here, point by point, as loops that are joined and loops that are cut away.

Each drawing returns (add, cut) in units of its own, +y down; `Silhouette` moves the area's middle
to the centre and scales the farthest point to the radius, as all shapes have it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitter.targets.coverage import edges_coverage
from fitter.targets.curves import ellipse, loop, mirrored, rounded, stroke, through, turned
from fitter.targets.names import known
from fitter.targets.region import boundary, centroid
from fitter.targets.source import delta, normalised

Float64 = NDArray[np.float64]
Loops = tuple[list[Float64], list[Float64]]

DUST = 1e-12  # areas below are what rounding leaves outside the outline, of either sign


@dataclass(frozen=True)
class Silhouette:
    """A drawing out of `DRAWINGS`, filled; rotation: degrees clockwise from upright.

    Raises FitError for a name that is not drawn.
    """

    name: str
    rotation: float = 0.0

    def __post_init__(self) -> None:
        known("silhouette", self.name, DRAWINGS)

    def reach_px(self, radius_px: float) -> float:
        """Return the farthest coordinate."""
        return float(np.abs(self._edges()[0]).max()) * radius_px

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the exact area in each pixel, sum 1."""
        if radius_px <= 0:
            return delta(half_px)
        begin, end = self._edges()
        area = edges_coverage(begin * radius_px, end * radius_px, half_px)
        return normalised(np.where(area > DUST, area, 0.0))

    def describe(self) -> dict[str, Any]:
        """Return the drawing's name and turn."""
        return {"shape": self.name, "rotation": self.rotation}

    def _edges(self) -> tuple[Float64, Float64]:
        begin, end = _outline(self.name)
        return turned(begin, self.rotation), turned(end, self.rotation)


@lru_cache
def _outline(name: str) -> tuple[Float64, Float64]:
    """Return the edges of a drawing at radius 1, about its middle."""
    begin, end = boundary(*DRAWINGS[name]())
    middle = centroid(begin, end)
    scale = np.linalg.norm(begin - middle, axis=1).max()
    return (begin - middle) / scale, (end - middle) / scale


def ampersand() -> Loops:
    """One stroke from the foot up, round the small bowl, down, round the large one to the arm."""
    line = through(
        (0.80, 0.92), (0.30, 0.36), (-0.14, -0.14), (-0.33, -0.52), (-0.20, -0.84), (0.06, -0.92),
        (0.29, -0.74), (0.26, -0.44), (-0.06, -0.13), (-0.46, 0.14), (-0.66, 0.48), (-0.48, 0.80),
        (-0.10, 0.90), (0.28, 0.72), (0.52, 0.36), (0.655, 0.04),
    )  # fmt: skip
    pen = (0.26, 0.28, 0.27, 0.17, 0.14, 0.15, 0.2, 0.25, 0.26, 0.2, 0.16, 0.14, 0.11)
    bar = stroke(np.array([(0.47, 0.03), (0.85, 0.03)]), (0.13, 0.13))
    return [*stroke(line, pen), *bar], []


def flower() -> Loops:
    """Six petals about an eye with a gap round it."""
    petals = [turned(ellipse(0, -0.60, 0.27, 0.40), 60 * n) for n in range(6)]
    disc = ellipse(0, 0, 0.33, 0.33, 3)
    ring = ellipse(0, 0, 0.30, 0.30, 3)
    eye = ellipse(0, 0, 0.185, 0.185, 3)
    # There and back along one line, on both sides of which it is cut: the line itself drops out.
    gap = np.concatenate((ring, ring[:1], eye[:1], eye[::-1]))
    return [*petals, disc], [gap]


def bird() -> Loops:
    """A dove in flight to the left, both wings raised."""
    body = loop(
        through((-1.02, -0.02), (-0.93, -0.12), (-0.80, -0.17), (-0.64, -0.10), (-0.42, -0.03),
                (0.0, -0.04), (0.38, 0.08), (0.62, 0.12), (1.05, 0.06)),
        through((1.05, 0.06), (1.0, 0.16), (0.92, 0.20)),
        through((0.92, 0.20), (1.06, 0.26), (1.08, 0.30)),
        through((1.08, 0.30), (0.96, 0.36), (0.84, 0.35)),
        through((0.84, 0.35), (0.92, 0.44), (0.92, 0.49)),
        through((0.92, 0.49), (0.66, 0.43), (0.46, 0.34), (0.16, 0.42), (-0.20, 0.42),
                (-0.52, 0.30), (-0.74, 0.12), (-0.86, 0.02), (-1.02, -0.02)),
    )  # fmt: skip
    near = loop(
        through((-0.42, 0.14), (-0.34, -0.20), (-0.10, -0.55), (0.26, -0.86), (0.66, -1.02)),
        through((0.66, -1.02), (0.64, -0.92), (0.56, -0.82)),
        through((0.56, -0.82), (0.66, -0.80), (0.70, -0.76)),
        through((0.70, -0.76), (0.62, -0.66), (0.50, -0.60)),
        through((0.50, -0.60), (0.60, -0.55), (0.63, -0.50)),
        through((0.63, -0.50), (0.52, -0.40), (0.40, -0.37)),
        through((0.40, -0.37), (0.48, -0.30), (0.50, -0.24)),
        through((0.50, -0.24), (0.34, -0.06), (0.20, 0.20)),
        through((0.20, 0.20), (-0.12, 0.30), (-0.42, 0.14)),
    )
    far = loop(
        through((-0.50, 0.02), (-0.52, -0.28), (-0.46, -0.62), (-0.30, -0.98)),
        through((-0.30, -0.98), (-0.24, -0.86), (-0.25, -0.76)),
        through((-0.25, -0.76), (-0.16, -0.80), (-0.12, -0.80)),
        through((-0.12, -0.80), (-0.10, -0.64), (-0.14, -0.52)),
        through((-0.14, -0.52), (-0.30, -0.28), (-0.30, 0.06)),
        through((-0.30, 0.06), (-0.50, 0.02)),
    )
    return [body, near, far], [ellipse(-0.82, -0.055, 0.028, 0.028)]


def leaf() -> Loops:
    """A leaf with its stem, the veins left open."""
    side = through((0, -1.0), (0.20, -0.72), (0.44, -0.36), (0.50, 0.02), (0.36, 0.36), (0, 0.62))
    blade = loop(side, mirrored(side)[::-1])
    stem = stroke(through((0, 0.50), (0.02, 0.75), (0.10, 1.0)), (0.06, 0.07, 0.09))
    veins = stroke(np.array([(0.0, -0.72), (0.0, 0.48)]), (0.02, 0.05))
    for y, reach in ((-0.34, 0.20), (-0.06, 0.29), (0.22, 0.27)):
        vein = through((0.003, y + 0.13), (reach * 0.55, y - 0.06), (reach, y - 0.22))
        pen = (0.045, 0.02)
        veins += stroke(vein, pen) + stroke(mirrored(vein), pen)
    return [blade, *stem], veins


def note() -> Loops:
    """Two beamed quavers."""
    heads = [ellipse(-0.62, 0.72, 0.29, 0.21, -22), ellipse(0.50, 0.52, 0.29, 0.21, -22)]
    left, right, width = -0.445, 0.675, 0.10  # the stems stand a hair inside the beam's ends
    top, drop, thick = -0.72, -0.20, 0.24
    stems = [
        np.array([(x, y), (x + width, y + slope), (x + width, foot), (x, foot)])
        for x, y, slope, foot in (
            (left, top + 0.05, drop * width / (right - left), 0.66),
            (right, top + drop + 0.05, drop * width / (right - left), 0.46),
        )
    ]
    start = left - 1e-4
    end, fall = right + width + 1e-4, drop * (right + width - left) / (right - left)
    beam = np.array(
        [(start, top), (end, top + fall), (end, top + fall + thick), (start, top + thick)]
    )
    return [*heads, *stems, beam], []


def snowflake() -> Loops:
    """Six arms, each with two pairs of twigs, about a hexagon."""
    pen = (0.085, 0.085)
    arm = stroke(np.array([(0.0, 0.03), (0.0, -0.95)]), pen)
    for y, reach in ((-0.46, 0.27), (-0.71, 0.18)):
        twig = np.array([(0.0, y), (reach * np.sin(np.pi / 3), y - reach * np.cos(np.pi / 3))])
        arm += stroke(twig, pen) + stroke(mirrored(twig), pen)
    core = ellipse(0, 0, 0.20, 0.20, 90, 6)
    return [turned(part, 60 * n) for n in range(6) for part in arm] + [core], []


def cat() -> Loops:
    """A cat that sits with its back to us, its tail laid to the right."""
    body = rounded(
        (-0.15, -0.34), (0.15, -0.34), (0.27, 0.0), (0.43, 0.40), (0.46, 0.76), (0.30, 0.93),
        (0.0, 0.96), (-0.30, 0.93), (-0.46, 0.76), (-0.43, 0.40), (-0.27, 0.0),
    )  # fmt: skip
    head = ellipse(0, -0.50, 0.34, 0.285)
    ear = loop(
        through((-0.325, -0.46), (-0.33, -0.70), (-0.30, -0.96)),
        through((-0.30, -0.96), (-0.16, -0.86), (-0.04, -0.72)),
        through((-0.04, -0.72), (-0.15, -0.55), (-0.325, -0.46)),
    )
    line = through(
        (0.20, 0.84),
        (0.56, 0.88),
        (0.84, 0.74),
        (0.90, 0.46),
        (0.78, 0.24),
        (0.80, 0.04),
        (0.93, 0.0),
    )
    return [body, head, ear, mirrored(ear), *stroke(line, (0.18, 0.17, 0.15, 0.13, 0.11))], []


def arrow() -> Loops:
    """An arrow that points up."""
    right = [(0, -1), (0.72, -0.22), (0.27, -0.22), (0.27, 0.92)]
    return [np.array([*right, *[(-x, y) for x, y in reversed(right[1:])]])], []


def moon() -> Loops:
    """A crescent open to the right, and a star in it."""
    angle = np.arange(10) * (np.pi / 5)
    reach = np.where(np.arange(10) % 2, 0.11, 0.27)
    star = np.stack((0.42 + reach * np.sin(angle), -0.05 - reach * np.cos(angle)), axis=1)
    outer = through(*[(np.cos(a), np.sin(a)) for a in np.linspace(0.95, 2 * np.pi - 0.95, 17)])
    inner = through(
        *[
            (0.28 + 0.86 * np.cos(a), 0.86 * np.sin(a))
            for a in np.linspace(1.24, 2 * np.pi - 1.24, 15)
        ]
    )
    outer[0], outer[-1] = inner[0], inner[-1]
    return [loop(outer, inner[::-1]), star], []


def fish() -> Loops:
    """A fish that swims to the left, its eye and gill open."""
    body = loop(
        through((-1.0, 0.04), (-0.72, -0.26), (-0.25, -0.42), (0.25, -0.30), (0.62, -0.08)),
        through((0.62, -0.08), (0.80, -0.28), (1.04, -0.40)),
        through((1.04, -0.40), (0.93, -0.18), (0.90, 0.04), (0.95, 0.26), (1.06, 0.46)),
        through((1.06, 0.46), (0.80, 0.34), (0.62, 0.14)),
        through((0.62, 0.14), (0.25, 0.36), (-0.25, 0.46), (-0.72, 0.30), (-1.0, 0.04)),
    )
    back = loop(
        through((-0.34, -0.34), (-0.10, -0.58), (0.24, -0.66)),
        through((0.24, -0.66), (0.20, -0.46), (0.30, -0.22)),
        through((0.30, -0.22), (-0.34, -0.34)),
    )
    belly = loop(
        through((-0.20, 0.36), (0.02, 0.60), (0.24, 0.68)),
        through((0.24, 0.68), (0.20, 0.46), (0.24, 0.28)),
        through((0.24, 0.28), (-0.20, 0.36)),
    )
    gill = stroke(through((-0.46, -0.22), (-0.36, 0.02), (-0.44, 0.26)), (0.02, 0.05, 0.02))
    return [body, back, belly], [ellipse(-0.70, -0.07, 0.065, 0.065), *gill]


def butterfly() -> Loops:
    """A butterfly from above, with spots in its wings and two feelers."""
    upper = rounded(
        (0.05, -0.10), (0.22, -0.50), (0.60, -0.80), (0.92, -0.78), (0.96, -0.48), (0.80, -0.16),
        (0.46, 0.04), (0.05, 0.08),
    )  # fmt: skip
    lower = rounded(
        (0.04, 0.02),
        (0.40, 0.06),
        (0.70, 0.24),
        (0.72, 0.54),
        (0.52, 0.80),
        (0.30, 0.70),
        (0.14, 0.40),
    )
    feeler = stroke(through((0.02, -0.38), (0.08, -0.66), (0.22, -0.88)), (0.035, 0.035, 0.06))
    half = [upper, lower, *feeler]
    spots = [ellipse(0.68, -0.50, 0.15, 0.11, -40), ellipse(0.47, 0.44, 0.10, 0.13, -25)]
    body = ellipse(0, 0.02, 0.075, 0.46)
    return (
        [*half, *map(mirrored, half), body],
        [*spots, *map(mirrored, spots)],
    )


def paw() -> Loops:
    """A paw: four toes and a pad, apart from each other."""
    pad = rounded(
        (0, -0.10), (0.24, 0.06), (0.46, 0.34), (0.50, 0.62), (0.30, 0.74), (0, 0.66),
        (-0.30, 0.74), (-0.50, 0.62), (-0.46, 0.34), (-0.24, 0.06),
    )  # fmt: skip
    toes = [ellipse(0.25, -0.52, 0.165, 0.27, 8), ellipse(0.66, -0.12, 0.15, 0.235, 24)]
    return [pad, *toes, *map(mirrored, toes)], []


def hook() -> Loops:
    """A fine fish hook with its eye and barb: a hard kernel, all of it thin."""
    line = through(
        (0.34, -0.78), (0.34, -0.30), (0.34, 0.30), (0.22, 0.72), (-0.10, 0.90), (-0.42, 0.72),
        (-0.52, 0.38), (-0.50, 0.12),
    )  # fmt: skip
    eye = stroke(through(*[(0.34 + 0.13 * np.sin(a), -0.90 + 0.13 * np.cos(a))
                           for a in np.linspace(0, 2 * np.pi, 13)]), (0.06, 0.06))  # fmt: skip
    barb = stroke(np.array([(-0.499, 0.125), (-0.34, 0.38)]), (0.03, 0.065))
    return [*stroke(line, (0.07, 0.08, 0.09, 0.07, 0.03)), *eye, *barb], []


def blobs() -> Loops:
    """Three bodies far apart, unlike in size: a hard kernel, mostly empty."""
    bean = rounded(
        (-0.98, -0.40), (-0.90, -0.70), (-0.62, -0.84), (-0.42, -0.72), (-0.48, -0.58),
        (-0.64, -0.50), (-0.74, -0.32), (-0.86, -0.24),
    )  # fmt: skip
    return [bean, ellipse(0.70, -0.25, 0.16, 0.16), ellipse(-0.05, 0.78, 0.34, 0.13, 20)], []


DRAWINGS: dict[str, Callable[[], Loops]] = {
    drawing.__name__: drawing
    for drawing in (
        ampersand, flower, bird, leaf, note, snowflake, cat, arrow, moon, fish, butterfly, paw,
        hook, blobs,
    )
}  # fmt: skip
