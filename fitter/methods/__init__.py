"""The methods: lm, and the rivals it is measured against, behind one call.

    bank = METHODS["paper"](request)                       # a Bank; "lowrank" gives a LowRankBank
    bank = replace(METHODS["paper"], init="ir")(request)   # a method's options are its fields

    inits.py       where the rivals' taps start: increasing radial, sparse sampling, random
    paper.py       Adam on the impulse response, every knot for itself
    annealing.py   parallel tempering; tempering.py: its candidates and their moves
    lowrank.py     singular vectors as pairs of 1-D passes, and their blur in torch
    dense.py       the kernel itself as one layer of whole-pixel taps
    options.py     the options on the command line, and which method takes which

Nothing here imports torch before a method is called.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from fitter.bake import Request
    from realtime.bank import Bank, LowRankBank

Progress = Callable[[str], None]

INITS = ("ir", "ss", "random")  # see inits.py


class Method(Protocol):
    """One way to a bank; its fields are its options.

    name: on the command line; layers: tap counts where none are given, None where the method has
    no taps to choose.
    """

    name: ClassVar[str]
    layers: ClassVar[tuple[int, ...] | None]

    def steps(self, request: "Request") -> int:
        """Return how many times a call tells its progress."""
        ...

    def __call__(
        self, request: "Request", progress: Progress = lambda _: None
    ) -> "Bank | LowRankBank":
        """Fit and measure. Raises FitError for what this method does not suit."""
        ...


@dataclass(frozen=True)
class LevenbergMarquardt:
    """The fitter's own: `fitter.bake`. What it can be told is in the request's plan."""

    name: ClassVar[str] = "lm"
    layers: ClassVar[tuple[int, ...] | None] = (24, 8, 4)

    def steps(self, request: "Request") -> int:
        """Return how many times a call tells its progress."""
        from fitter.bake import steps

        return steps(request)

    def __call__(self, request: "Request", progress: Progress = lambda _: None) -> "Bank":
        """Fit and measure."""
        from fitter.bake import bake

        return bake(request, progress)


@dataclass(frozen=True)
class Paper:
    """Adam on the impulse response (DISK, arXiv 2512.04556).

    iterations: Adam steps; init: where taps start; seeds: starts a knot, the best is kept.
    """

    name: ClassVar[str] = "paper"
    layers: ClassVar[tuple[int, ...] | None] = (24, 24, 24, 24)
    iterations: int = 1000
    init: str = "ss"
    seeds: int = 1

    def steps(self, request: "Request") -> int:
        """Return how many times a call tells its progress."""
        from fitter.methods.paper import steps

        return steps(self)

    def __call__(self, request: "Request", progress: Progress = lambda _: None) -> "Bank":
        """Fit and measure."""
        from fitter.methods.paper import bake

        return bake(self, request, progress)


@dataclass(frozen=True)
class Annealing:
    """Parallel tempering (Schuster, Trettner and Kobbelt 2020).

    iterations: moves tried by each candidate; candidates: one a temperature; init: where their
    taps start.
    """

    name: ClassVar[str] = "annealing"
    layers: ClassVar[tuple[int, ...] | None] = (24, 24, 24, 24)
    iterations: int = 10_000
    candidates: int = 10
    init: str = "ss"

    def steps(self, request: "Request") -> int:
        """Return how many times a call tells its progress."""
        from fitter.methods.annealing import steps

        return steps(self, request)

    def __call__(self, request: "Request", progress: Progress = lambda _: None) -> "Bank":
        """Fit and measure."""
        from fitter.methods.annealing import bake

        return bake(self, request, progress)


@dataclass(frozen=True)
class LowRank:
    """Singular value decomposition (McGraw 2015). rank: pairs of 1-D passes."""

    name: ClassVar[str] = "lowrank"
    layers: ClassVar[tuple[int, ...] | None] = None
    rank: int = 4

    def steps(self, request: "Request") -> int:
        """Return how many times a call tells its progress."""
        return 2

    def __call__(self, request: "Request", progress: Progress = lambda _: None) -> "LowRankBank":
        """Decompose and measure."""
        from fitter.methods.lowrank import bake

        return bake(self, request, progress)


@dataclass(frozen=True)
class Dense:
    """The kernel itself: one tap for every pixel that is not 0 at every knot."""

    name: ClassVar[str] = "dense"
    layers: ClassVar[tuple[int, ...] | None] = None

    def steps(self, request: "Request") -> int:
        """Return how many times a call tells its progress."""
        return 2

    def __call__(self, request: "Request", progress: Progress = lambda _: None) -> "Bank":
        """Draw and measure."""
        from fitter.methods.dense import bake

        return bake(request, progress)


METHODS: dict[str, Method] = {
    method.name: method
    for method in (LevenbergMarquardt(), Paper(), Annealing(), LowRank(), Dense())
}
