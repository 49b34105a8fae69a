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
EASE, HARDEN = 0.3, 4.0  # of the damping after a step that helped, and after one that did not

# Added to the diagonal before scaling: taps of almost no weight or effect would else run free.
FLOOR = 1e-4

LEAST_LOGIT = -9.0  # weights below e^-9 of the layer's largest stay there: dead, but never 0


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a fit ended: cascades of batch B and their costs [B]."""

    cascades: Cascades
    cost: Tensor


def fit(start: Cascades, terms: Sequence[Term], iterations: int, good_enough: float = 0.0) -> Fit:
    """Lower the sum of `terms` from `start`; the batch of every term is that of `start`.

    good_enough: stop when a step lowers every cost by less than this part of it, twice in a row.
    """
    now = start
    damping = torch.full((len(start),), FIRST_DAMPING, dtype=torch.float64)
    matrix, gradient, cost = _equations(now, terms)
    idle = 0
    for _ in range(iterations):
        step = _step(matrix, gradient, damping.to(matrix.device))
        tried = _moved(now, step)
        tried_cost = sum(term.cost(tried) for term in terms)
        better = tried_cost < cost  # False for NaN too
        gain = torch.where(better, 1 - tried_cost / cost.clamp(min=1e-30), 0.0)
        damping *= torch.where(better, EASE, HARDEN).double().cpu()
        damping.clamp_(*DAMPING_RANGE)
        now = _where(better, tried, now)
        idle = idle + 1 if float(gain.max()) < good_enough else 0
        if idle >= 2 and bool(better.any() | (damping.min() > 1)):
            break
        if bool(better.any()):
            matrix, gradient, cost = _equations(now, terms)
    return Fit(now, sum(term.cost(now) for term in terms))


def _equations(at: Cascades, terms: Sequence[Term]) -> tuple[Tensor, Tensor, Tensor]:
    """Sum the terms' normal equations; double precision from here on."""
    parts = [term.normal_equations(at) for term in terms]
    matrix, gradient, cost = (sum(p[i] for p in parts) for i in range(3))
    return matrix.double(), gradient.double(), cost


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
    logits = cascades.weights.log() + step[:, 2 * taps :].clamp(
        -LARGEST_LOGIT_STEP, LARGEST_LOGIT_STEP
    ).to(cascades.weights.dtype)
    return replace(
        cascades,
        offsets=cascades.offsets + move.to(cascades.offsets.dtype),
        weights=torch.cat([_softmax(logits[:, at]) for at in cascades.slices()], dim=1),
    )


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
