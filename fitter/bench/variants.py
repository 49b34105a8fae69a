"""The methods as they compete: a name for the tables, tap counts, options."""

from dataclasses import dataclass, field, replace
from typing import Any

from fitter.methods import METHODS, Method


@dataclass(frozen=True)
class Variant:
    """One competitor.

    name: in tables; method: of `METHODS`; layers: tap counts, empty where the method has none;
    budget: taps whose best taper is searched for, the search being part of its time; options: of
    the method; plan: fields of `Plan`.
    """

    name: str
    method: str
    layers: tuple[int, ...] = ()
    budget: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)

    def made(self) -> Method:
        """Return the method with its options."""
        return replace(METHODS[self.method], **self.options)

    def tuned(self, name: str, **options: Any) -> "Variant":
        """Return the variant with other options under another name."""
        return replace(self, name=name, options=self.options | options)


def lm(*layers: int, name: str = "", **plan: Any) -> Variant:
    """Return the fitter's own method with these layers."""
    return Variant(name or f"lm {sum(layers)}", "lm", layers, plan=plan)


def lm_best(budget: int) -> Variant:
    """Return the fitter's own method with the best taper of so many taps."""
    return Variant(f"lm {budget} best taper", "lm", budget=budget)


def paper(taps: int, layers: int, **options: Any) -> Variant:
    """Return the paper's method with equal layers, as the paper has them."""
    return Variant(f"paper {taps * layers}", "paper", (taps,) * layers, options=options)


def annealing(taps: int, layers: int, **options: Any) -> Variant:
    """Return annealing with equal layers."""
    return Variant(f"annealing {taps * layers}", "annealing", (taps,) * layers, options=options)


def lowrank(rank: int) -> Variant:
    """Return so many pairs of 1-D passes."""
    return Variant(f"lowrank {rank}", "lowrank", options={"rank": rank})


DENSE = Variant("dense", "dense")
