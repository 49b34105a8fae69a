"""Cascades of sparse layers, whoever fitted them.

The paper's and the annealed ones are drawn by the very same shader: what differs is the bank. Their
names are there so that a table says whose taps it measured, and refuses those of another.
"""

from collections.abc import Callable

from realtime.bank import Bank
from realtime.methods.method import AnyBank, Method
from realtime.passes.cascade import CascadePass


def _fitted_by(method: str, whose: str) -> Callable[[AnyBank], str | None]:
    """Refuse banks of other fits."""

    def cannot(bank: AnyBank) -> str | None:
        if bank.target.get("fit", {}).get("method") == method:
            return None
        return f"one {whose} expected (diskblur-fit bake --method {method})"

    return cannot


SPARSE = Method(
    name="sparse",
    kind=CascadePass,
    about="cascades of the bank",
    source="this project; the idea is DISK's, arXiv 2512.04556",
    reads=(Bank,),
)
PAPER = Method(
    name="paper",
    kind=CascadePass,
    about="cascades as the paper fits them",
    source="DISK, arXiv 2512.04556",
    reads=(Bank,),
    cannot=_fitted_by("paper", "fitted by the paper's recipe"),
)
ANNEALED = Method(
    name="annealed",
    kind=CascadePass,
    about="cascades found by parallel tempering",
    source="Schuster, Trettner and Kobbelt 2020, High-Performance Image Filters via Sparse "
    "Approximations",
    reads=(Bank,),
    cannot=_fitted_by("annealing", "found by annealing"),
)
