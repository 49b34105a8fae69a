"""Fits along the axes of a bank, each knot begun from a neighbour.

A renderer mixes tap i of one knot with tap i of the next, so both must be the same tap, moved a
little. Independent fits break that. Here only one knot is fitted from scratch (from several seeds):
the largest radius, in the first row of the second axis. The other rows start as that one, carried
over by the family (turned, for a shape that turns); every smaller radius starts as its neighbour
scaled down, all rows in one batch. A fit counts the errors between knots along with its own:

    row 1  same   scale, refine <-- scale, refine <-- carry, refine
    row 0  same   scale, refine <-- scale, refine <-- best of the seeds
           0 ---- k1 ---- k2 ------ k3 -------------- top radius
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from fitter import layout, lm, prior
from fitter.cascade import Cascades, identity, joined
from fitter.residual import Term, Turned
from fitter.rows import Alone, Rows, Second, places
from fitter.spectral import canvas, fast_size
from fitter.straight import between, ends_of, fit_ends, line_of
from fitter.targets import Source, half_size_px, is_delta
from fitter.targets.family import turned
from fitter.ties import NONE, Symmetry, ties

Progress = Callable[[str], None]

# Seeds compete at the size where the kernel reaches no further than this, since an iteration costs
# as much as the canvas has pixels; the winner is scaled up and refined.
SEED_REACH_PX = 32.0
SEED_ROUNDS = (1 / 4, 1 / 4, 1 / 2)  # of the seeds' iterations; after each, the best third goes on

# The canvas is this much wider than the kernel: room for taps that stray over the edge, which a
# tighter one would wrap to the other side.
ROOM = 1.3
SMALLEST_CANVAS_PX = 12


# Angles of a fit for any angle. The grid of pixels looks the same after a quarter of a turn, and
# mirrored: for a shape with a mirror these are 0, 22.5 and 45 of the 45 degrees that differ.
FRAMED = tuple(math.radians(degrees) for degrees in (0.0, 67.5, 45.0))
# What such a fit is measured at: the angles farthest from them.
FRAMED_MEASURED = tuple(math.radians(degrees) for degrees in (11.25, 56.25))


@dataclass(frozen=True)
class Plan:
    """How to fit.

    layers: tap counts in order of application; prior: see `prior`; seed: of all randomness;
    seeds: starts that compete; *_iterations: of Levenberg–Marquardt; sweeps: times that all knots
    are refined again with all neighbours in view, row_sweeps: with a second axis, whose rows help
    each other so much that more gained nothing; between: the parts of the way to a neighbour in
    radius where errors count, between_rows: to one along the second axis; symmetry: of the taps
    (see `ties`), which every layer must fit; turns: angles, rad, that the fit is seen at; `FRAMED`
    for a renderer whose frames turn the offsets: a fit that has seen one angle only leans on the
    grid of pixels; equal_weights: within each layer; negative: weights below 0 are allowed. They
    fit better, ring, and can take HDR pictures below 0; straight_from_px: taps of the first knot
    from here on and of all larger ones stand on straight lines over the radius (see `straight`),
    fitted in line_iterations.
    """

    layers: tuple[int, ...] = (24, 8, 4)
    prior: str = "natural"
    seed: int = 0
    seeds: int = 8
    seed_iterations: int = 40
    top_iterations: int = 40
    knot_iterations: int = 30
    sweeps: int = 2
    row_sweeps: int = 1
    sweep_iterations: int = 6
    good_enough: float = 1e-4
    tether: float = 1e-2
    between: tuple[float, ...] = (1 / 3, 2 / 3)
    between_rows: tuple[float, ...] = (1 / 2,)
    symmetry: Symmetry = NONE
    turns: tuple[float, ...] = (0.0,)
    equal_weights: bool = False
    negative: bool = False
    straight_from_px: float | None = None
    line_iterations: int = 40
    device: str = field(default_factory=lambda: "cuda" if torch.cuda.is_available() else "cpu")

    @property
    def measured_turns(self) -> tuple[float, ...]:
        """The angles, rad, that the result is measured at."""
        return (0.0,) if self.turns == (0.0,) else FRAMED_MEASURED


def canvas_size_px(source: Source, radius_px: float) -> int:
    """Return the side of the canvas on which a kernel of this radius is fitted."""
    size = 2 * half_size_px(source, radius_px) + 1
    return fast_size(max(SMALLEST_CANVAS_PX, int(size * ROOM) + 2))


def seed_radius_px(source: Source, max_radius_px: float) -> float:
    """Return the radius at which the seeds compete."""
    return min(max_radius_px, SEED_REACH_PX / source.reach_px(1.0))


class Chain:
    """Targets fitted at increasing radii, and along a second axis if there is one.

    source: what to imitate without one; radii_px: the knots, increasing; progress: told about each
    step done; second: the other axis.
    """

    def __init__(
        self,
        source: Source,
        radii_px: tuple[float, ...],
        plan: Plan,
        progress: Progress = lambda _: None,
        second: Second | None = None,
    ) -> None:
        self.radii, self.plan, self.progress = radii_px, plan, progress
        self.rows = Rows(second or Second(Alone(source), (0.0,)))
        self.line = line_of(radii_px, plan.straight_from_px)
        tied = ties(plan.symmetry, plan.layers, plan.equal_weights)
        self.ties = None if tied is None else torch.from_numpy(tied)
        self._targets: dict[tuple[float, float, float], np.ndarray] = {}
        self._seen = 0  # middles so far
        self._knots: dict[int, Cascades] = {}  # radius number -> [rows]; those fitted so far

    @property
    def steps(self) -> int:
        """How many times `progress` will be told."""
        if self.line:
            return 1 + self.rows.count + 1 + (1 + self._sweeps()) * self._free
        return 1 + self.rows.count + self._free - 1 + self._sweeps() * self._free

    def fit(self) -> Cascades:
        """Return the cascades [A1 * A0], the radii running fastest."""
        last = len(self.radii) - 1
        self._knots = {last: self._top()}
        if self.line:
            self._straighten()
        for number in range(min(self._knots) - 1, -1, -1):
            larger = self._knots[number + 1]
            start = larger.scaled(self.radii[number] / self.radii[number + 1]).centred()
            if number and self._all_delta(self.radii[number - 1]):
                self._knots[number - 1] = identity(start)
            self._knots[number] = start
            self._refine(number, self.plan.knot_iterations, "knot")
        for _ in range(self._sweeps()):
            self._sweep()
        return self._ordered()

    def _sweeps(self) -> int:
        if self.rows.count > 1:
            return self.plan.row_sweeps
        return self.plan.sweeps if len(self.radii) > 1 else 0

    @property
    def _free(self) -> int:
        """How many knots are fitted one by one: those below the line, if there is one."""
        return self.radii.index(self.line.near_px) if self.line else len(self.radii)

    def _straighten(self) -> None:
        """Fit the lines from the largest radius down; rows side by side take turns."""
        line, plan = self.line, self.plan
        ends = ends_of(self._knots[len(self.radii) - 1], line)
        for rows in self.rows.groups():
            seen = partial(self._line_terms, ends, rows)
            start = ends.chosen(rows)
            fitted = fit_ends(start, line, seen, plan.line_iterations, plan.good_enough, self.ties)
            ends = ends.replaced(rows, fitted)
        for number in range(self._free, len(self.radii)):
            self._knots[number] = between(ends, line.part(self.radii[number]))
        self.progress(f"lines from {line.near_px:g} px")

    def _line_terms(
        self, ends: Cascades, rows: Tensor, radius: float, part: float
    ) -> list[Term | Turned]:
        """Return what a fit of these rows' lines counts at a radius, `part` of the way."""
        terms = self.terms(places(rows), radius)
        for step in (-1, 1) if self.rows.count > 1 else ():
            terms += self._row_middles(between(ends, part), radius, rows, step)
        return terms

    def _ordered(self) -> Cascades:
        columns = [self._knots[number] for number in range(len(self.radii))]
        rows = [*range(self.rows.count), *([0] if self.rows.closed else [])]
        return joined([column.chosen(torch.tensor([row])) for row in rows for column in columns])

    def _top(self) -> Cascades:
        """Fit the largest radius: the first row from scratch, the others from the one before."""
        number = len(self.radii) - 1
        rows = [self._first()]
        for row in range(1, self.rows.count):
            # A closed axis is carried from the first row: errors would add up, and not come back.
            source = 0 if self.rows.closed else row - 1
            start = self.rows.carry(rows[source], source, row, self.radii[number])
            if not self.rows.closed:
                terms = self.terms([row], self.radii[number])
                start = self._tethered(start, terms, self.plan.knot_iterations)
            rows.append(start)
            self.progress(f"row {row + 1}")
        self._knots = {number: joined(rows)}
        if self.rows.count > 1:
            self._refine(number, self.plan.knot_iterations, "")
        return self._knots[number]

    def _first(self) -> Cascades:
        """Fit the first knot: seeds compete at a smaller size, then the best of them is refined."""
        radius, source = self.radii[-1], self.rows.source(0.0)
        small = seed_radius_px(source, radius)
        if is_delta(self._target(0.0, radius)):
            self.progress("no seeds needed")
            self.progress(f"radius {radius:g} px")
            return identity(self.starts(radius).chosen(torch.tensor([0])))
        best = self._best_of_seeds(small).scaled(radius / small).centred()
        self.progress(f"{self.plan.seeds} seeds")
        terms, iterations = self.terms([0.0], radius), self.plan.top_iterations
        best = lm.fit(best, terms, iterations, self.plan.good_enough, ties=self.ties).cascades
        self.progress(f"radius {radius:g} px")
        return best

    def _best_of_seeds(self, radius: float) -> Cascades:
        """Return the winner; the worse two thirds leave after each round."""
        cascades, terms = self.starts(radius), self.terms([0.0], radius)
        for part in SEED_ROUNDS:
            iterations = round(part * self.plan.seed_iterations)
            fitted = lm.fit(cascades, terms, iterations, ties=self.ties)
            best = fitted.cost.argsort()[: -(-len(cascades) // 3)]
            cascades = fitted.cascades.chosen(best)
        return cascades.chosen(torch.tensor([0]))

    def starts(self, radius: float) -> Cascades:
        """Return one start a seed."""
        target = self._target(0.0, radius)
        randoms = np.random.default_rng(self.plan.seed).spawn(self.plan.seeds)
        plan = self.plan
        starts = [layout.start(target, plan.layers, random, plan.symmetry) for random in randoms]
        offsets, weights = (np.stack(part) for part in zip(*starts, strict=True))
        if plan.equal_weights:
            weights[:] = np.concatenate([np.full(taps, 1 / taps) for taps in plan.layers])
        kind = {"dtype": torch.float32, "device": plan.device}
        tensors = torch.tensor(offsets, **kind), torch.tensor(weights, **kind)
        return Cascades(plan.layers, *tensors, signed=plan.negative)

    def _sweep(self) -> None:
        """Refine every knot again, from the largest down, with the middles on all sides."""
        for number in reversed(range(self._free)):
            if number + 1 in self._knots and self._all_delta(self.radii[number]):
                # An identity takes its neighbour's weights, so that they do not change.
                self._knots[number] = self._knots[number + 1]
            self._refine(number, self.plan.sweep_iterations, "sweep: ")

    def _refine(self, number: int, iterations: int, stage: str) -> None:
        """Fit all rows of a radius in place; rows side by side take turns."""
        radius, now = self.radii[number], self._knots[number]
        for rows in self.rows.groups():
            if not self._all_delta(radius):
                fitted = self._tethered(now.chosen(rows), self._terms(number, rows), iterations)
                now = now.replaced(rows, fitted)
            self._knots[number] = now = self._exact_deltas(now, radius)
        if stage:
            self.progress(f"{stage}radius {radius:g} px")

    def _tethered(self, start: Cascades, terms: list[Term | Turned], iterations: int) -> Cascades:
        """Fit a knot that has a neighbour to keep to."""
        plan = self.plan
        fit = lm.fit(start, terms, iterations, plan.good_enough, plan.tether, self.ties)
        return fit.cascades

    def _terms(self, number: int, rows: Tensor) -> list[Term | Turned]:
        """Return what a fit of these rows at a radius counts: itself and all middles around."""
        radius, now = self.radii[number], self._knots[number]
        terms = self.terms(places(rows), radius)
        columns = [n for n in (number - 1, number + 1) if n in self._knots]
        for n in columns:
            for part in self.plan.between:
                middle, beside = _mix(radius, self.radii[n], part), self._knots[n].chosen(rows)
                terms += self.terms(places(rows), middle, beside, part)
        for step in (-1, 1) if self.rows.count > 1 else ():
            terms += self._row_middles(now, radius, rows, step)
            for n in columns:
                terms += self._cell(number, n, rows, step)
        return terms

    def _row_middles(
        self, now: Cascades, radius: float, rows: Tensor, step: int
    ) -> list[Term | Turned]:
        """Compare between these rows and those a step beside, which stay as they are `now`."""
        beside = now.chosen(self.rows.beside(rows, step))
        terms = []
        for part in self.plan.between_rows:
            terms += self.terms(self.rows.between(rows, step, part), radius, beside, part)
        return terms

    def _cell(self, number: int, beside: int, rows: Tensor, step: int) -> list[Term | Turned]:
        """Compare in the middle between four knots, of which one is the unknown."""
        other = self.rows.beside(rows, step)
        near, far = self._knots[number], self._knots[beside]
        side = far.chosen(rows).mixed(far.chosen(other), 0.5)
        three = side.mixed(near.chosen(other), 2 / 3)
        radius = _mix(self.radii[number], self.radii[beside], 0.5)
        return self.terms(self.rows.between(rows, step, 0.5), radius, three, 0.25)

    def terms(
        self,
        at: Sequence[float],
        radius: float,
        neighbours: Cascades | None = None,
        part: float = 1.0,
    ) -> list[Term | Turned]:
        """Compare with the targets at places; with neighbours, `part` of the way from them."""
        turns = self.plan.turns
        if neighbours is not None:  # a middle is seen at one angle each time, in turn
            turns = (turns[self._seen % len(turns)],)
            self._seen += 1
        return [self._term(at, radius, neighbours, part, turn) for turn in turns]

    def _term(
        self,
        at: Sequence[float],
        radius: float,
        neighbours: Cascades | None,
        part: float,
        turn: float,
    ) -> Term | Turned:
        """Compare with targets turned by `turn` rad, and the cascade with them."""
        sources = [self._source(place, seen) for place in at for seen in {0.0, turn}]
        n = max(canvas_size_px(source, radius) for source in sources)  # corners turn outwards
        on = canvas(n, torch.float32, self.plan.device)
        # Costs of different canvases add up: the division makes each an energy of the kernel.
        weight = prior.weights(self.plan.prior, on) * on.multiplicity().sqrt() / on.n
        targets = [torch.from_numpy(self._target(place, radius, turn)) for place in at]
        spectra = torch.stack([on.spectrum(target) for target in targets])
        term = Term(on, weight, spectra, neighbours, part)
        return Turned(term, turn) if turn else term

    def _source(self, place: float, turn: float) -> Source:
        source = self.rows.source(place)
        return turned(source, turn) if turn else source

    def _target(self, place: float, radius: float, turn: float = 0.0) -> np.ndarray:
        if (place, radius, turn) not in self._targets:
            source = self._source(place, turn)
            kernel = source.draw(radius, half_size_px(source, radius))
            self._targets[place, radius, turn] = kernel
        return self._targets[place, radius, turn]

    def _deltas(self, radius: float) -> Tensor:
        """Return which rows [rows] are a delta at this radius."""
        rows = range(self.rows.count)
        return torch.tensor([is_delta(self._target(float(row), radius)) for row in rows])

    def _all_delta(self, radius: float) -> bool:
        return bool(self._deltas(radius).all())

    def _exact_deltas(self, cascades: Cascades, radius: float) -> Cascades:
        """Replace rows whose target is a delta by the identity."""
        still = self._deltas(radius).to(cascades.offsets.device)[:, None, None]
        return replace(cascades, offsets=torch.where(still, 0.0, cascades.offsets))


def _mix(own: float, other: float, part: float) -> float:
    return own * part + other * (1 - part)
