"""What was asked for against what was measured, in this run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fitter.targets.suite import SUITE

Record = dict[str, Any]

FRINGES = ("coma", "spherical")  # of the aberrations, those that figures were asked for
SHAPES = ("shapes", "silhouettes")


@dataclass(frozen=True)
class Figure:
    """One line.

    asked: the bound; at_least: or at most; measured: None where it was not; where: the case that
    decided it.
    """

    what: str
    asked: float
    measured: float | None
    unit: str
    at_least: bool = True
    where: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether it was; None if it was not measured."""
        if self.measured is None:
            return None
        return self.measured >= self.asked if self.at_least else self.measured <= self.asked


def figures(records: list[Record]) -> list[Figure]:
    """Return every line. The worst target decides."""
    own = _Found(records)
    lines = [
        own.worst("shapes and silhouettes, 36 taps", 58, own.of(SHAPES), 36),
        own.above("shapes and silhouettes, 36 taps, above `paper` at 96", 8, own.of(SHAPES), 36),
        own.worst("Gaussians σ 5 … 11, 36 taps", 61, own.of(("gaussians",)), 36),
        own.worst("coma, spherical aberration, 36 taps", 50, own.fringes(), 36),
        own.worst("coma, spherical aberration, 48 taps", 54, own.fringes(), 48),
        own.worst("shapes but the ring, 18 taps", 50, own.of(("shapes",)) - {"ring"}, 18),
        own.worst("silhouettes, 18 taps", 50, own.of(("silhouettes",)), 18),
        own.worst("ring and Gaussians, 18 taps", 45, own.of(("gaussians",)) | {"ring"}, 18),
        own.worst("coma, spherical aberration, 18 taps", 43, own.fringes(), 18),
        own.above(
            "18 taps above `paper` at 96, all but Gaussians",
            0,
            own.of((*SHAPES, "aberrations")),
            18,
        ),
    ]
    for taps, asked in ((48, 0.155), (97, 0.122), (129, 0.110)):
        lines.append(own.frobenius(f"disc r 29.25 px, relative error, {taps} taps", asked, taps))
    for scene, asked in (("tilt-shift", 60), ("rotational-bokeh", 47), ("radial-motion", 50)):
        lines.append(own.scene(f"{scene}, 36 taps, whole pictures", asked, scene))
    lines += [
        own.seconds("one kernel, 36 taps, seeds included", 0.5, "speed/disk/lm 36"),
        own.seconds("17-knot bank", 4, "speed/disk/lm 36, 17 knots"),
        own.seconds(
            "16×8-knot bank (with one worker beside it)",
            60,
            "varying/rotational-bokeh/lm 36",
            [8, 16],
        ),
        own.midpoints("what midpoints lose against their knots", 1),
        own.worst("disjoint kernel, 36 taps", 58, {"blobs"}, 36),
        own.worst("camera shake, 36 taps", 55, own.starting("shake"), 36),
    ]
    return lines


class _Found:
    """Looks records up."""

    def __init__(self, records: list[Record]) -> None:
        self.records = [r for r in records if "measured" in r]
        self.kernels = [r for r in self.records if r["case"]["section"] == "kernels"]

    def of(self, groups: Iterable[str]) -> set[str]:
        return {name for group in groups for name in SUITE[group]}

    def fringes(self) -> set[str]:
        return {name for kind in FRINGES for name in self.starting(kind)}

    def starting(self, with_: str) -> set[str]:
        return {name for group in SUITE.values() for name in group if name.startswith(with_)}

    def best(self, target: str, method: str, taps: int) -> Record | None:
        """Return the best of a method at so many taps."""
        fits = [
            r for r in self.kernels
            if r["case"]["target"] == target
            and r["case"]["variant"]["method"] == method and r["taps"] == taps
        ]  # fmt: skip
        return max(fits, key=lambda r: r["measured"]["psnr_db"], default=None)

    def worst(self, what: str, asked: float, targets: set[str], taps: int) -> Figure:
        found = [r for t in sorted(targets) if (r := self.best(t, "lm", taps))]
        least = min(found, key=lambda r: r["measured"]["psnr_db"], default=None)
        return self._figure(what, asked, least, lambda r: r["measured"]["psnr_db"], "dB")

    def above(self, what: str, asked: float, targets: set[str], taps: int) -> Figure:
        gains = {
            target: own["measured"]["psnr_db"] - rival["measured"]["psnr_db"]
            for target in sorted(targets)
            if (own := self.best(target, "lm", taps)) and (rival := self.best(target, "paper", 96))
        }
        least = min(gains, key=gains.__getitem__, default="")
        return Figure(what, asked, gains.get(least), "dB", where=least)

    def frobenius(self, what: str, asked: float, taps: int) -> Figure:
        fits = [
            r
            for r in self.records
            if r["case"]["section"] == "disc"
            and r["case"]["variant"]["method"] == "lm"
            and r["taps"] == taps
        ]
        found = min(fits, key=lambda r: r["measured"]["frobenius"], default=None)
        return self._figure(what, asked, found, lambda r: r["measured"]["frobenius"], "", False)

    def scene(self, what: str, asked: float, scene: str) -> Figure:
        found = self._named(f"varying/{scene}/lm 36")
        return self._figure(what, asked, found, lambda r: r["measured"]["psnr_db"], "dB")

    def seconds(self, what: str, asked: float, name: str, knots: list[int] | None = None) -> Figure:
        found = self._named(name)
        if found and knots and found["knots"] != knots:
            found = None
        return self._figure(what, asked, found, lambda r: r["seconds"], "s", False)

    def midpoints(self, what: str, asked: float) -> Figure:
        lost = {
            r["name"]: max(losses(r["measured"]))
            for r in self.records
            if r["case"]["section"] == "between" and r["case"]["variant"]["name"] == "lm 36"
        }
        most = max(lost, key=lost.__getitem__, default="")
        return Figure(what, asked, lost.get(most), "dB", False, most)

    def _named(self, name: str) -> Record | None:
        return next((r for r in self.records if r["name"] == name), None)

    def _figure(
        self,
        what: str,
        asked: float,
        record: Record | None,
        value: Callable[[Record], float],
        unit: str,
        at_least: bool = True,
    ) -> Figure:
        if record is None:
            return Figure(what, asked, None, unit, at_least)
        return Figure(what, asked, value(record), unit, at_least, record["name"])


def losses(measured: dict[str, Any]) -> list[float]:
    """Return what each midpoint of a bank loses against the worse of its two knots, in dB."""
    knots, middles = (measured[where]["psnr_db"] for where in ("knots", "midpoints"))
    return [min(a, b) - middle for a, b, middle in zip(knots[:-1], knots[1:], middles, strict=True)]
