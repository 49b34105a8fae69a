"""Fits that can be stopped: whatever takes long asks first whether to go on.

What is asked raises where the work is to end. It is asked before a term is evaluated for each few
cascades of a batch, and each time a target is drawn, while fitting and while measuring.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from fitter.cascade import Cascades
from fitter.chain import Chain, Plan, Progress
from fitter.residual import Term, Turned
from fitter.spectral import Canvas
from fitter.targets import Source
from fitter.targets.source import Float64

Check = Callable[[], None]

# Cascades evaluated between two questions: 70 ms of one core with 64 taps at radius 32 px. The
# whole batch of 64 seeds would take a second.
AT_ONCE = 4


@dataclass(frozen=True, eq=False)
class WatchedTerm:
    """A term that asks before every few cascades of a batch."""

    term: Term | Turned
    check: Check

    @property
    def on(self) -> Canvas:
        """The term's canvas."""
        return self.term.on

    def cost(self, unknown: Cascades) -> Tensor:
        """Return the squared distance [B]."""
        return torch.cat([term.cost(some) for term, some in self._parts(unknown)])

    def normal_equations(self, unknown: Cascades) -> tuple[Tensor, Tensor, Tensor]:
        """Return J'J, J'r and the cost, as a `Term` does."""
        found = [term.normal_equations(some) for term, some in self._parts(unknown)]
        matrices, gradients, costs = (torch.cat(parts) for parts in zip(*found, strict=True))
        return matrices, gradients, costs

    def _parts(self, unknown: Cascades) -> Iterator[tuple[Term | Turned, Cascades]]:
        for first in range(0, len(unknown), AT_ONCE):
            self.check()
            part = slice(first, first + AT_ONCE)
            yield self.term.of(part), unknown.chosen(part)


@dataclass(frozen=True, eq=False)
class WatchedSource:
    """A target that asks each time it is drawn."""

    source: Source
    check: Check

    def reach_px(self, radius_px: float) -> float:
        """Return the source's reach."""
        return self.source.reach_px(radius_px)

    def draw(self, radius_px: float, half_px: int) -> Float64:
        """Return the source's kernel."""
        self.check()
        return self.source.draw(radius_px, half_px)

    def describe(self) -> dict[str, Any]:
        """Return the source's description."""
        return self.source.describe()


class StoppableChain(Chain):
    """A chain whose fits ask."""

    def __init__(
        self,
        source: Source,
        radii_px: tuple[float, ...],
        plan: Plan,
        progress: Progress,
        check: Check,
    ) -> None:
        super().__init__(source, radii_px, plan, progress)
        self.check = check

    def terms(self, *arguments: Any, **named: Any) -> list[WatchedTerm]:
        """Return the chain's terms, each of which asks."""
        return [WatchedTerm(term, self.check) for term in super().terms(*arguments, **named)]
