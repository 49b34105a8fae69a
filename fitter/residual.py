"""The distance of cascades from their targets, and its derivatives.

A term compares one cascade made from the unknowns, the cascade itself or its mix with a fixed
neighbour half-way between two knots, with one target spectrum. Fits sum such terms.

The unknowns of B cascades are offsets in px and logits: the weights of a layer are the softmax of
its logits, so they are positive and sum to 1 whatever the solver does. Where weights may be
negative (`Cascades.signed`) they are the unknowns themselves, less what the layer's sum is off by.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from fitter.cascade import Cascades, rotation
from fitter.spectral import Canvas, layer_transfers, product, tap_factors


@dataclass(frozen=True, eq=False)
class Term:
    """weight [ny, nx] times (transfer of the cascade - target [B or 1, ny, nx]), squared, summed.

    neighbour, part: compare the mix `part` of the way from the neighbour to the unknowns.
    """

    on: Canvas
    weight: Tensor
    target: Tensor
    neighbour: Cascades | None = None
    part: float = 1.0

    def cascades(self, unknown: Cascades) -> Cascades:
        """Return what this term compares."""
        return unknown if self.neighbour is None else unknown.mixed(self.neighbour, self.part)

    def of(self, part: slice) -> "Term":
        """Return the term of a part of the batch."""
        one_beside = self.neighbour is None or len(self.neighbour) == 1
        return replace(
            self,
            target=self.target if len(self.target) == 1 else self.target[part],
            neighbour=self.neighbour if one_beside else self.neighbour.chosen(part),
        )

    def cost(self, unknown: Cascades) -> Tensor:
        """Return the squared distance [B]."""
        cascades = self.cascades(unknown)
        at = product(layer_transfers(cascades, tap_factors(cascades.offsets, self.on)))
        return (
            (torch.view_as_real(at - self.target) * self.weight[..., None]).square().sum((1, 2, 3))
        )

    def normal_equations(self, unknown: Cascades) -> tuple[Tensor, Tensor, Tensor]:
        """Return J'J [B, 3N, 3N], J'r [B, 3N] and the cost [B]."""
        residual, jacobian = self.linearised(unknown)
        return (
            jacobian @ jacobian.mT,
            (jacobian @ residual[..., None])[..., 0],
            residual.square().sum(1),
        )

    def linearised(self, unknown: Cascades) -> tuple[Tensor, Tensor]:
        """Return the residual [B, R] and its Jacobian, transposed, [B, 3N, R].

        Rows: N for dx, N for dy, N for the logits. R: real and imaginary part per frequency.
        """
        cascades = self.cascades(unknown)
        factors = tap_factors(cascades.offsets, self.on)
        layers = layer_transfers(cascades, factors)
        residual = self.weight * (product(layers) - self.target)
        batch, taps = cascades.weights.shape
        jacobian = residual.new_empty(batch, 3, taps, *residual.shape[1:])
        for number, at in enumerate(cascades.slices()):
            rest = [*layers[:number], *layers[number + 1 :]] or [torch.ones_like(residual)]
            others = self.part * self.weight * product(rest)
            side = others[:, None] * factors.y[:, at, :, None]
            mixed = cascades.weights[:, at, None, None]
            torch.mul(side, (mixed * factors.dx[:, at, None, :]), out=jacobian[:, 0, at])
            slope = others[:, None] * (mixed * factors.dy[:, at, :, None])
            torch.mul(slope, factors.x[:, at, None, :], out=jacobian[:, 1, at])
            by_weight = side * factors.x[:, at, None, :]
            own = unknown.weights[:, at]
            share = torch.full_like(own, 1 / own.shape[1]) if unknown.signed else own
            mean = torch.einsum("bn,bnyx->byx", share.to(by_weight.dtype), by_weight)
            slope_of_own = torch.ones_like(own) if unknown.signed else own
            torch.mul(
                by_weight - mean[:, None], slope_of_own[..., None, None], out=jacobian[:, 2, at]
            )
        return _real(residual[:, None])[:, 0], _real(jacobian.flatten(1, 2))


@dataclass(frozen=True, eq=False)
class Turned:
    """A term whose cascade is turned before it is compared, as a renderer's frame turns offsets.

    term: its target is turned already, its neighbour not; angle_rad: clockwise on screen.
    """

    term: Term
    angle_rad: float

    @property
    def on(self) -> Canvas:
        """The term's canvas."""
        return self.term.on

    def of(self, part: slice) -> "Turned":
        """Return the term of a part of the batch."""
        return Turned(self.term.of(part), self.angle_rad)

    def cost(self, unknown: Cascades) -> Tensor:
        """Return the squared distance [B]."""
        return self._inner.cost(unknown.turned(self.angle_rad))

    def normal_equations(self, unknown: Cascades) -> tuple[Tensor, Tensor, Tensor]:
        """Return J'J, J'r and the cost, as a `Term` does, of the offsets before the turn."""
        found = self._inner.normal_equations(unknown.turned(self.angle_rad))
        matrix, gradient, cost = found
        chain = torch.block_diag(rotation(self.angle_rad), torch.ones(1, 1)).to(matrix)
        chain = torch.kron(chain, torch.eye(unknown.weights.shape[1]).to(matrix))
        return chain.mT @ matrix @ chain, gradient @ chain, cost

    @cached_property
    def _inner(self) -> Term:
        beside = self.term.neighbour
        if beside is None:
            return self.term
        return replace(self.term, neighbour=beside.turned(self.angle_rad))


def _real(values: Tensor) -> Tensor:
    """[B, K, ny, nx] complex -> [B, K, R] real."""
    return torch.view_as_real(values).flatten(2)
