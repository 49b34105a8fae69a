"""Levenberg–Marquardt for batches of cascades, with the analytic Jacobian of `residual`.

Every cascade of the batch has its own damping: it takes its step where that lowers its cost, and is
damped harder where it does not. Nothing here is random.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from fitter.cascade import Cascades
from fitter.residual import Term

# A tap moves at most so far in one step. Bilinear taps are linear only within a pixel; without the
# clamp early steps throw taps out of the kernel, from where none comes back.
LONGEST_STEP_PX = 1.5
LARGEST_LOGIT_STEP = 1.0  # a factor of e in weight

FIRST_DAMPING = 1e-2
DAMPING_RANGE = (1e-7, 1e4)
HOPELESS = 1e2  # damped so hard a step moves nothing: no cascade gets better any more
EASE, HARDEN = 0.3, 4.0  # of the damping after a step that helped, and after one that did not

# Added to the diagonal before scaling: taps of almost no weight or effect would else run free.
FLOOR = 1e-4

LEAST_LOGIT = -9.0  # weights below e^-9 of the layer's largest stay there: dead, but never 0


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a fit ended: cascades of batch B and their costs [B]."""

    cascades: Cascades
    cost: Tensor


def fit(
    start: Cascades,
    terms: Sequence[Term],
    iterations: int,
    good_enough: float = 0.0,
    tether: float = 0.0,
    ties: Tensor | None = None,
) -> Fit:
    """Lower the sum of `terms` from `start`; the batch of every term is that of `start`.

    good_enough: stop when a step lowers every cost by less than this part of it, twice in a row.
    tether: how much it costs to move a tap by a px from its start, as a part of what the taps'
    moves cost on average at the start. ties: [3N, U], see `ties`; None leaves every unknown free.
    """
    ties = None if ties is None else ties.to(start.offsets.device, torch.float64)
    now, room = start, max(term.on.n for term in terms) / 2
    damping = torch.full((len(start),), FIRST_DAMPING, dtype=torch.float64)
    matrix, gradient, cost = _equations(now, terms)
    pull = _Tether(start, matrix, tether)
    cost = pull.add(now, matrix, gradient, cost)
    idle = 0
    for _ in range(iterations):
        step = _tied_step(matrix, gradient, damping.to(matrix.device), ties)
        tried = _held(_moved(now, step), room)
        tried_cost = sum(term.cost(tried) for term in terms) + pull.cost(tried)
        better = tried_cost < cost  # False for NaN too
        gain = torch.where(better, 1 - tried_cost / cost.clamp(min=1e-30), 0.0)
        damping *= torch.where(better, EASE, HARDEN).double().cpu()
        damping.clamp_(*DAMPING_RANGE)
        now = _where(better, tried, now)
        if float(damping.min()) > HOPELESS:
            break
        if bool(better.any()):
            idle = idle + 1 if float(gain.max()) < good_enough else 0
            if idle == 2:
                break
            matrix, gradient, cost = _equations(now, terms)
            cost = pull.add(now, matrix, gradient, cost)
    return Fit(now, sum(term.cost(now) for term in terms))


class _Tether:
    """A spring from every unknown to where it started.

    part: of the mean curvature [B] that the cost has at the start along the offsets, and along the
    logits. Without it taps of no effect drift away, and return in the mix of two knots.
    """

    def __init__(self, start: Cascades, matrix: Tensor, part: float) -> None:
        taps = start.weights.shape[1]
        curvature = matrix.diagonal(dim1=1, dim2=2)
        along = (curvature[:, : 2 * taps], curvature[:, 2 * taps :])
        self.stiffness = torch.cat([part * _mean_like(c) for c in along], dim=1)
        self.start = _unknowns(start)

    def cost(self, at: Cascades) -> Tensor:
        """Return the cost [B]."""
        return (self.stiffness * (_unknowns(at) - self.start).square()).sum(1).to(at.offsets.dtype)

    def add(self, at: Cascades, matrix: Tensor, gradient: Tensor, cost: Tensor) -> Tensor:
        """Add to the normal equations in place; return the cost with it."""
        gradient += self.stiffness * (_unknowns(at) - self.start)
        matrix.diagonal(dim1=1, dim2=2).add_(self.stiffness)
        return cost + self.cost(at)


def _mean_like(values: Tensor) -> Tensor:
    return values.mean(dim=1, keepdim=True).expand_as(values)


def _unknowns(at: Cascades) -> Tensor:
    """Return [B, 3N] in the order of the Jacobian: dx, dy, logits, in double."""
    weights = at.weights if at.signed else at.weights.log()
    return torch.cat([at.offsets.mT.flatten(1), weights], dim=1).double()


def _equations(at: Cascades, terms: Sequence[Term]) -> tuple[Tensor, Tensor, Tensor]:
    """Sum the terms' normal equations; double precision from here on."""
    parts = [term.normal_equations(at) for term in terms]
    matrix, gradient, cost = (sum(p[i] for p in parts) for i in range(3))
    return matrix.double(), gradient.double(), cost


def _tied_step(matrix: Tensor, gradient: Tensor, damping: Tensor, ties: Tensor | None) -> Tensor:
    """Solve for what is free; return the step of every unknown [B, 3N]."""
    if ties is None:
        return _step(matrix, gradient, damping)
    free = _step(ties.mT @ matrix @ ties, gradient @ ties, damping)
    return free @ ties.mT


def _step(matrix: Tensor, gradient: Tensor, damping: Tensor) -> Tensor:
    """Solve the damped equations: the step [B, 3N]."""
    diagonal = matrix.diagonal(dim1=1, dim2=2)
    scale = diagonal + FLOOR * diagonal.mean(dim=1, keepdim=True) + 1e-30
    damped = matrix + torch.diag_embed(damping[:, None] * scale)
    factor, failed = torch.linalg.cholesky_ex(damped)
    step = -torch.cholesky_solve(gradient[..., None], factor)[..., 0]
    return torch.where((failed == 0)[:, None], step, torch.zeros_like(step)).nan_to_num(0, 0, 0)


def _moved(cascades: Cascades, step: Tensor) -> Cascades:
    """Take a step, clamped tap by tap."""
    taps = cascades.weights.shape[1]
    move = step[:, : 2 * taps].unflatten(1, (2, taps)).mT
    length = move.norm(dim=2, keepdim=True)
    move = move * (LONGEST_STEP_PX / length.clamp(min=LONGEST_STEP_PX))
    return replace(
        cascades,
        offsets=cascades.offsets + move.to(cascades.offsets.dtype),
        weights=_reweighted(cascades, step[:, 2 * taps :].to(cascades.weights.dtype)),
    )


def _held(cascades: Cascades, room_px: float) -> Cascades:
    """Keep taps on the canvas: outside it their light would count on the other side."""
    length = cascades.offsets.norm(dim=2, keepdim=True)
    return replace(cascades, offsets=cascades.offsets * (room_px / length.clamp(min=room_px)))


def _reweighted(cascades: Cascades, step: Tensor) -> Tensor:
    """Take the weights' part of a step [B, N]; each layer still sums to 1."""
    if cascades.signed:
        weights = cascades.weights + step
        parts = [weights[:, at] for at in cascades.slices()]
        return torch.cat([p + (1 - p.sum(1, keepdim=True)) / p.shape[1] for p in parts], dim=1)
    logits = cascades.weights.log() + step.clamp(-LARGEST_LOGIT_STEP, LARGEST_LOGIT_STEP)
    return torch.cat([_softmax(logits[:, at]) for at in cascades.slices()], dim=1)


def _softmax(logits: Tensor) -> Tensor:
    logits = logits - logits.amax(dim=1, keepdim=True)
    return torch.softmax(logits.clamp(min=LEAST_LOGIT), dim=1)


def _where(chosen: Tensor, then: Cascades, otherwise: Cascades) -> Cascades:
    """Choose cascade by cascade."""
    return replace(
        then,
        offsets=torch.where(chosen[:, None, None], then.offsets, otherwise.offsets),
        weights=torch.where(chosen[:, None], then.weights, otherwise.weights),
    )
