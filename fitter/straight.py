"""Taps on straight lines: from some radius r0 on, tap i stands at a_i + b_i r, its weight constant.

A kernel that grows is mostly the same kernel scaled, so its taps nearly move on lines by
themselves; what a line gives up is how each radius would fit itself to the grid of pixels. That
counts for little above a few px. A renderer then needs a_i, b_i and w_i alone, and no table.

A line is fitted by its two ends, near (at r0) and far (at the largest radius), to all radii between
at once. Both ends together are one cascade of twice the layers, so the solver need not know:

    layers    24  8  4 | 24  8  4
    offsets       near | far
    weights          w | w          tied: one step for both
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from fitter import lm
from fitter.cascade import Cascades
from fitter.residual import Term, Turned
from fitter.spectral import Canvas

# Radii that a line is fitted at. A tap meets the pixels' grid anew with every px, so what lies
# between two samples is left to chance where they are few.
SAMPLES_PER_OCTAVE = 4

TermsAt = Callable[[float, float], list[Term | Turned]]  # radius px, part of the way


@dataclass(frozen=True)
class Line:
    """The radii, px, of a line's two ends."""

    near_px: float
    far_px: float

    def part(self, radius_px: float) -> float:
        """Return how far along a radius lies: 0 at the near end, 1 at the far one."""
        return (radius_px - self.near_px) / (self.far_px - self.near_px)

    def samples_px(self) -> list[float]:
        """Return the radii at which errors count, each a constant factor after the last."""
        octaves = np.log2(self.far_px / self.near_px)
        count = 1 + max(2, round(SAMPLES_PER_OCTAVE * octaves))
        return np.geomspace(self.near_px, self.far_px, count).tolist()


@dataclass(frozen=True, eq=False)
class OnLine:
    """A term that sees the cascade `part` of the way from the near to the far end."""

    term: Term | Turned
    part: float

    @property
    def on(self) -> Canvas:
        """The term's canvas."""
        return self.term.on

    def cost(self, ends: Cascades) -> Tensor:
        """Return the squared distance [B]."""
        return self.term.cost(between(ends, self.part))

    def normal_equations(self, ends: Cascades) -> tuple[Tensor, Tensor, Tensor]:
        """Return J'J [B, 6N, 6N], J'r [B, 6N] and the cost [B], of both ends of N taps.

        Exact for logits too, as long as both ends have the same weights.
        """
        matrix, gradient, cost = self.term.normal_equations(between(ends, self.part))
        shares = torch.tensor([[1 - self.part, self.part]])
        one = torch.kron(shares, torch.eye(ends.weights.shape[1] // 2))
        chain = torch.block_diag(one, one, one).to(matrix)
        return chain.mT @ matrix @ chain, gradient @ chain, cost


def line_of(radii_px: Sequence[float], from_px: float | None) -> Line | None:
    """Return the line from the first knot at `from_px` or above; None where there is none."""
    above = [] if from_px is None else [radius for radius in radii_px if radius >= from_px]
    return Line(above[0], above[-1]) if len(above) > 1 else None


def ends_of(far: Cascades, line: Line) -> Cascades:
    """Return both ends of lines that only scale: the start of a fit."""
    near = far.scaled(line.near_px / line.far_px)
    return replace(
        far,
        layers=far.layers * 2,
        offsets=torch.cat([near.offsets, far.offsets], dim=1),
        weights=torch.cat([near.weights, far.weights], dim=1),
    )


def between(ends: Cascades, part: float) -> Cascades:
    """Return the cascades `part` of the way from the near to the far ends."""
    near, far = ends.offsets.chunk(2, dim=1)
    return replace(
        ends,
        layers=ends.layers[: len(ends.layers) // 2],
        offsets=torch.lerp(near, far, part),
        weights=ends.weights.chunk(2, dim=1)[1],
    )


def line_ties(ties: Tensor | None, taps: int) -> Tensor:
    """Return the ties [6N, U] of both ends: each moves as `ties` [3N, .] say, weights as one."""
    single = torch.eye(3 * taps, dtype=torch.float64) if ties is None else ties
    single = single.unflatten(0, (3, taps))
    moves = single[..., single[:2].abs().sum((0, 1)) > 0]
    shares = single[..., single[2].abs().sum(0) > 0]
    none = torch.zeros_like(moves)
    columns = [
        torch.stack([moves, none], dim=1),
        torch.stack([none, moves], dim=1),
        torch.stack([shares, shares], dim=1),
    ]  # each [3, 2, N, .]
    return torch.cat(columns, dim=-1).flatten(0, 2)


def fit_ends(
    ends: Cascades,
    line: Line,
    terms_at: TermsAt,
    iterations: int,
    good_enough: float,
    ties: Tensor | None,
) -> Cascades:
    """Fit both ends; `terms_at` gives what counts at a radius, `part` of the way."""
    terms = []
    for radius in line.samples_px():
        part = line.part(radius)
        terms += [OnLine(term, part) for term in terms_at(radius, part)]
    tied = line_ties(ties, ends.weights.shape[1] // 2)
    return lm.fit(ends, terms, iterations, good_enough, ties=tied).cascades
