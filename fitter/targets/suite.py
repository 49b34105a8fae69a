"""The suite that methods are compared on: name -> (source, radius), in groups.

The radii are such that a shape is about 33 px wide, a Gaussian as wide as its sigma asks, and an
aberration 61 px, as in the paper. Everything can be drawn at any other radius too.
"""

from dataclasses import dataclass

from fitter.targets.aberration import Aberration
from fitter.targets.hard import Line, Pixel, Shake
from fitter.targets.names import known
from fitter.targets.shapes import SIGMA_PER_RADIUS, Disk, Gaussian, Heart, Polygon, Ring, Star
from fitter.targets.silhouettes import DRAWINGS, Silhouette
from fitter.targets.source import Source

SHAPE_PX, ABERRATION_PX, SHAKE_PX = 16.0, 30.5, 15.0
NOT_SILHOUETTES = ("hook", "blobs")  # drawn likewise, but here for being hard
SHAKES = 5


@dataclass(frozen=True)
class Case:
    """A target at one radius."""

    source: Source
    radius_px: float


def _cases(radius_px: float, **sources: Source) -> dict[str, Case]:
    return {name.replace("_", "-"): Case(source, radius_px) for name, source in sources.items()}


SUITE: dict[str, dict[str, Case]] = {
    "shapes": _cases(
        SHAPE_PX,
        disk=Disk(),
        ring=Ring(),
        square=Polygon(4, 45.0),
        hexagon=Polygon(6),
        heart=Heart(),
        star_4=Star(4),
    ),
    "silhouettes": {
        name: Case(Silhouette(name), SHAPE_PX) for name in DRAWINGS if name not in NOT_SILHOUETTES
    },
    "gaussians": {
        f"gaussian-{sigma}": Case(Gaussian(), sigma / SIGMA_PER_RADIUS) for sigma in range(5, 12)
    },
    "aberrations": {
        f"{kind}-{waves:g}": Case(Aberration(kind, waves), ABERRATION_PX)
        for kind in ("coma", "spherical")
        for waves in (1.0, 1.25, 1.5)
    }
    | {"astigmatism-1": Case(Aberration("astigmatism", 1.0), ABERRATION_PX)},
    "hard": {f"shake-{track}": Case(Shake(track), SHAKE_PX) for track in range(SHAKES)}
    | _cases(
        SHAPE_PX,
        hook=Silhouette("hook"),
        blobs=Silhouette("blobs"),
        line=Line(30.0),
        pixel=Pixel(),
    ),
}


def case(name: str) -> Case:
    """Return a case of any group. Raises FitError for an unknown name, with the nearest."""
    cases = {name: case for group in SUITE.values() for name, case in group.items()}
    return cases[known("suite", name, cases)]
