"""Searches over what a user would have to guess: tapers, tap budgets, knots.

A taper is how a budget of taps is split into layers. Which one is best hangs on the target: shapes
with edges want most taps in the first layer (24,8,4), Gaussians want equal layers (9,9,9,9).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from fitter import lm
from fitter.bake import Request, bake
from fitter.chain import Chain, Plan, Progress, seed_radius_px
from fitter.errors import FitError
from fitter.knots import radius_knots, with_knot
from fitter.quality import measure
from fitter.ties import NONE, detect, turned
from realtime.bank import Bank

RATIOS = (1.0, 1.25, 1.6, 2.0, 2.6, 3.4)  # of a layer's taps to the next one's
MOST_LAYERS = 6  # of a geometric taper
FEWEST = 2  # taps of a layer: a single one only moves the picture
# The other tapers: one large layer, then up to so many of a few taps. Discs like them: of radius
# 29 px with 48 taps, 36,2,2,2,2,2,2 leaves 0.146 of the kernel, the best geometric one 0.160.
TAILS, MOST_TAILS = (2, 3, 4, 8), 7
PASS_DB = 0.1  # what a layer more must gain: it is a pass over the picture

# Successive halving: iterations of each round; after it the better third of the tapers goes on.
ROUNDS = (8, 16)
SEEDS = 4

BUDGETS = (6, 8, 10, 12, 15, 18, 24, 30, 36, 48, 64, 80, 96, 128)
KNOT_COUNTS = (5, 7, 9, 12, 17, 24, 33, 48)
MOST_STEPS = len(BUDGETS) + len(KNOT_COUNTS)
SPACING_ROUNDS = 3
EXACT = 1e-8  # mean squared error; 80 dB
LEAST_SHARE = 0.25  # of the mean density of knots, wherever the error is low


def tapers(budget: int) -> list[tuple[int, ...]]:
    """Return the tapers of a budget: geometric from equal to steep ones, and a head with tails."""
    found = {(budget,)}
    for tail in TAILS:
        for count in range(1, MOST_TAILS + 1):
            if (head := budget - count * tail) >= tail:
                found.add((head, *[tail] * count))
    for count in range(2, MOST_LAYERS + 1):
        for ratio in RATIOS:
            part = ratio ** -np.arange(count)
            layers = np.maximum(FEWEST, np.floor(budget * part / part.sum()).astype(int))
            layers[0] += budget - layers.sum()
            if layers[0] >= layers[1]:
                found.add(tuple(int(n) for n in layers))
    return sorted(found, reverse=True)


def best_taper(request: Request, budget: int) -> tuple[int, ...]:
    """Return the taper that fits the largest radius best; all compete from the same seeds."""
    source = request.source
    radius = seed_radius_px(source, request.radii_px[-1])
    running = [_Runner(request, layers, radius) for layers in tapers(budget)]
    for iterations in ROUNDS:
        for runner in running:
            runner.run(iterations)
        running.sort(key=_Runner.price)
        running = running[: max(2, -(-len(running) // 3))]
    for runner in running:
        runner.finish()
    return min(running, key=_Runner.price).layers


class _Runner:
    """One taper on its way through the rounds; the worse seeds leave after each."""

    def __init__(self, request: Request, layers: tuple[int, ...], radius: float) -> None:
        plan = replace(with_layers(request, layers).plan, seeds=min(SEEDS, request.plan.seeds))
        self.layers, self._chain, self._plan = layers, Chain(request.source, (radius,), plan), plan
        self._cascades, self._terms = self._chain.starts(radius), self._chain.terms([0.0], radius)
        self.cost = float("inf")

    def price(self) -> float:
        """Return the cost in dB, and what its passes cost."""
        return 10 * np.log10(self.cost + 1e-30) + PASS_DB * len(self.layers)

    def run(self, iterations: int) -> None:
        fitted = lm.fit(self._cascades, self._terms, iterations, ties=self._chain.ties)
        keep = fitted.cost.argsort()[: -(-len(self._cascades) // 2)]
        self._cascades, self.cost = fitted.cascades.chosen(keep), float(fitted.cost[keep[0]])

    def finish(self) -> None:
        self._cascades = self._cascades.chosen(torch.tensor([0]))
        self.run(self._plan.top_iterations)


def with_layers(request: Request, layers: tuple[int, ...], auto: bool = False) -> Request:
    """Return the request with other layers; auto: with the symmetry that these can have.

    Without it a symmetry that does not fit them is dropped.
    """
    plan = request.plan
    symmetry = plan.symmetry
    if auto:
        symmetry = detect(request.sources, layers)
    elif not symmetry.fits(layers):
        symmetry = NONE
    return replace(request, plan=replace(plan, layers=layers, symmetry=symmetry))


def with_turns(request: Request, turns: int) -> Request:
    """Return the request with the symmetry of so many turns; raise FitError where it has not it."""
    plan = request.plan
    symmetry = turned(request.sources, plan.layers, turns)
    return replace(request, plan=replace(plan, symmetry=symmetry))


def with_error_knots(request: Request, quick: Plan | None = None) -> Request:
    """Return the request with its radii moved to where the error between knots is large.

    The error half-way between two knots, beyond that of the knots, grows with about the fourth
    power of their distance: knots of equal fourth roots have equal errors.
    """
    plan = quick or replace(request.plan, sweeps=1, seeds=min(4, request.plan.seeds))
    radii = request.radii_px
    if len(radii) < 4:
        return request
    best, least = radii, _worst(bake(replace(request, plan=plan)))
    for _ in range(SPACING_ROUNDS):
        bank = bake(replace(request, radii_px=radii, plan=plan))
        if (worst := _worst(bank)) > least:
            best, least = radii, worst
        radii = with_knot(plan.straight_from_px, _moved(radii, _midpoint_errors(bank)))
    return replace(request, radii_px=best)


def _moved(radii: tuple[float, ...], error: np.ndarray) -> tuple[float, ...]:
    """Spread the knots evenly over the fourth roots of the error [K - 1]; both ends stay."""
    density = error**0.25
    density = np.maximum(density, LEAST_SHARE * density.mean())
    hold = 1 if error[0] < EXACT else 0  # the knot up to which the kernel is a delta stays
    along = np.concatenate(([0.0], np.cumsum(density[hold:])))
    places = np.linspace(0, along[-1], len(radii) - hold)
    moved = np.interp(places, along, radii[hold:])
    half_way = (moved + np.array(radii[hold:])) / 2  # whole steps overshoot, back and forth
    return (*radii[:hold], *(float(r) for r in half_way))


def _midpoint_errors(bank: Bank) -> np.ndarray:
    """Return the mean squared errors [K - 1] half-way between radii, of the worst row."""
    rows = bank.grid[0]
    decibels = np.array(bank.quality["midpoints"]["psnr_db"]).reshape(rows, -1)
    return 10 ** (-decibels.min(axis=0) / 10)


def _worst(bank: Bank) -> float:
    return min(min(found["psnr_db"]) for found in bank.quality.values() if found.get("psnr_db"))


@dataclass(frozen=True)
class Goal:
    """quality_db: what knots and midpoints shall reach; knots: how many at most."""

    quality_db: float
    max_radius_px: float
    axis: bool = True


def smallest(
    request: Request, goal: Goal, progress: Progress = lambda _: None, auto: bool = False
) -> Bank:
    """Return the bank of fewest taps, then fewest knots, that reaches the quality everywhere.

    auto: with the targets' symmetry. Raises FitError where none of the budgets does; its message
    has the best that was found.
    """
    best = -np.inf
    for taps in BUDGETS:
        fitted = with_layers(request, best_taper(request, taps), auto)
        progress(f"{taps} taps")
        best = max(best, reached := _top_db(fitted))
        if reached < goal.quality_db:
            continue
        for bank in _banks(fitted, goal):
            progress(f"{taps} taps, {bank.grid[1]} knots")
            best = max(best, worst := _worst(bank))
            if worst >= goal.quality_db:
                return bank
    raise FitError(
        f"--quality: {goal.quality_db:g} dB not reached with {BUDGETS[-1]} taps, {best:.1f} dB or "
        f"less expected. Lower --quality or the radius"
    )


def _banks(request: Request, goal: Goal) -> Iterator[Bank]:
    """Give banks of more and more knots, until more would not help: only midpoints gain by them."""
    for count in KNOT_COUNTS if goal.axis else (1,):
        through = request.plan.straight_from_px
        radii = radius_knots(request.source, goal.max_radius_px, count, through)
        bank = bake(replace(request, radii_px=radii))
        yield bank
        if min(bank.quality["knots"]["psnr_db"]) < goal.quality_db:
            return


def _top_db(request: Request) -> float:
    """Return the PSNR at the largest radius, of the first row alone."""
    radius = request.radii_px[-1]
    cascade = Chain(request.source, (radius,), request.plan).fit()
    found = measure(cascade, request.source, radius, request.plan.measured_turns)
    return found.get("psnr_db", np.inf)
