"""Fits along the radius axis, each begun from its larger neighbour.

A renderer mixes tap i of one knot with tap i of the next, so both must be the same tap, moved a
little. Independent fits break that. Here only the largest radius is fitted from scratch (from
several seeds); every other knot starts as its neighbour scaled down, and its fit counts the error
half-way to that neighbour along with its own:

    radius   0 ---- k1 ---- k2 ------ k3 -------- top
             same   scale, refine <-- scale, refine <-- best of the seeds
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from fitter import layout, lm, prior
from fitter.cascade import Cascades, identity, joined
from fitter.residual import Term
from fitter.spectral import canvas, fast_size
from fitter.targets import Source, half_size_px

Progress = Callable[[str], None]

# Seeds compete at the size where the kernel reaches no further than this, since an iteration costs
# as much as the canvas has pixels; the winner is scaled up and refined.
SEED_REACH_PX = 32.0

# The canvas is this much wider than the kernel: room for taps that stray over the edge, which a
# tighter one would wrap to the other side.
ROOM = 1.3
SMALLEST_CANVAS_PX = 12


@dataclass(frozen=True)
class Plan:
    """How to fit.

    layers: tap counts in order of application; prior: see `prior`; seed: of all randomness;
    seeds: starts that compete; *_iterations: of Levenberg–Marquardt; sweeps: times that all knots
    are refined again with both neighbours in view.
    """

    layers: tuple[int, ...] = (24, 8, 4)
    prior: str = "natural"
    seed: int = 0
    seeds: int = 8
    seed_iterations: int = 40
    top_iterations: int = 40
    knot_iterations: int = 30
    sweeps: int = 3
    sweep_iterations: int = 6
    good_enough: float = 1e-4
    tether: float = 1e-2
    between: tuple[float, ...] = (1 / 3, 2 / 3)
    device: str = field(default_factory=lambda: "cuda" if torch.cuda.is_available() else "cpu")


def canvas_size_px(source: Source, radius_px: float) -> int:
    """Return the side of the canvas on which a kernel of this radius is fitted."""
    size = 2 * half_size_px(source, radius_px) + 1
    return fast_size(max(SMALLEST_CANVAS_PX, int(size * ROOM) + 2))


def seed_radius_px(source: Source, max_radius_px: float) -> float:
    """Return the radius at which the seeds compete."""
    return min(max_radius_px, SEED_REACH_PX / source.reach_px(1.0))


class Chain:
    """One source fitted at increasing radii.

    source: what to imitate; radii_px: the knots, increasing; progress: told about each step done.
    """

    def __init__(
        self,
        source: Source,
        radii_px: tuple[float, ...],
        plan: Plan,
        progress: Progress = lambda _: None,
    ) -> None:
        self.source, self.radii, self.plan, self.progress = source, radii_px, plan, progress

    @property
    def steps(self) -> int:
        """How many times `progress` will be told."""
        count = len(self.radii)
        return 1 + count + self.plan.sweeps * (count if count > 1 else 0)

    def fit(self) -> Cascades:
        """Return the cascades at the radii, [K] in their order."""
        knots = [self._top()]
        for number in range(len(self.radii) - 2, -1, -1):
            larger = knots[0]
            start = larger.scaled(self.radii[number] / self.radii[number + 1]).centred()
            beside = [(number + 1, larger)]
            if number and self._is_delta(self.radii[number - 1]):
                beside.append((number - 1, identity(start)))
            knots.insert(0, self._refined(start, number, beside, "knot"))
        for _ in range(self.plan.sweeps if len(knots) > 1 else 0):
            self._sweep(knots)
        return joined(knots)

    def _top(self) -> Cascades:
        """Fit the largest radius from scratch: seeds at a smaller size, then the best of them."""
        radius = self.radii[-1]
        small = seed_radius_px(self.source, radius)
        if self._is_delta(radius):
            self.progress("no seeds needed")
            self.progress(f"radius {radius:g} px")
            return identity(self._starts(radius).chosen(torch.tensor([0])))
        fitted = lm.fit(self._starts(small), [self._term(small)], self.plan.seed_iterations)
        self.progress(f"{self.plan.seeds} seeds")
        best = fitted.cascades.chosen(fitted.cost.argmin()[None]).scaled(radius / small).centred()
        iterations = self.plan.top_iterations if radius > small or self.plan.seeds > 1 else 0
        best = lm.fit(best, [self._term(radius)], iterations, self.plan.good_enough).cascades
        self.progress(f"radius {radius:g} px")
        return best

    def _starts(self, radius: float) -> Cascades:
        """Return one start a seed."""
        target = self._target(radius)
        randoms = np.random.default_rng(self.plan.seed).spawn(self.plan.seeds)
        starts = [layout.start(target, self.plan.layers, random) for random in randoms]
        offsets, weights = (np.stack(part) for part in zip(*starts, strict=True))
        kind = {"dtype": torch.float32, "device": self.plan.device}
        return Cascades(
            self.plan.layers, torch.tensor(offsets, **kind), torch.tensor(weights, **kind)
        )

    def _sweep(self, knots: list[Cascades]) -> None:
        """Refine every knot again, from the largest down, with the middles on both sides."""
        for number in reversed(range(len(knots))):
            beside = [n for n in (number - 1, number + 1) if 0 <= n < len(knots)]
            neighbours = [(n, knots[n]) for n in beside]
            start = knots[number]
            if self._is_delta(self.radii[number]) and number + 1 < len(knots):
                start = knots[number + 1]  # whose weights it takes, so that they do not change
            knots[number] = self._refined(start, number, neighbours, "sweep")

    def _refined(
        self, start: Cascades, number: int, beside: list[tuple[int, Cascades]], stage: str
    ) -> Cascades:
        radius = self.radii[number]
        if self._is_delta(radius):
            fitted = identity(start)
        else:
            middles = [
                self._term(radius * part + self.radii[n] * (1 - part), neighbour, part)
                for n, neighbour in beside
                for part in self.plan.between
            ]
            sweep = stage == "sweep"
            iterations = self.plan.sweep_iterations if sweep else self.plan.knot_iterations
            terms = [self._term(radius), *middles]
            fitted = lm.fit(
                start, terms, iterations, self.plan.good_enough, self.plan.tether
            ).cascades
        self.progress(f"{stage}: radius {radius:g} px")
        return fitted

    def _term(self, radius: float, neighbour: Cascades | None = None, part: float = 1.0) -> Term:
        """Compare with the target at a radius; with a neighbour, `part` of the way from it."""
        target = self._target(radius)
        on = canvas(canvas_size_px(self.source, radius), torch.float32, self.plan.device)
        # Costs of different canvases add up: the division makes each an energy of the kernel.
        weight = prior.weights(self.plan.prior, on) * on.multiplicity().sqrt() / on.n
        spectrum = on.spectrum(torch.from_numpy(target))[None]
        return Term(on, weight, spectrum, neighbour, part)

    def _target(self, radius: float) -> np.ndarray:
        return self.source.draw(radius, half_size_px(self.source, radius))

    def _is_delta(self, radius: float) -> bool:
        return self._target(radius).max() == 1
