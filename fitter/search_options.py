"""The command's options for `search`, and their checks. No torch."""

import argparse

from fitter.errors import FitError
from fitter.ties import MOST_TURNS

MOST_BUDGET = 512
MOST_DB = 100.0  # beyond it rounding in float32 is the error


def add_search_options(how: argparse._ArgumentGroup) -> None:
    """Add what may be left to a search."""
    how.add_argument("--budget", type=int, help="taps in all: the best split is searched for")
    how.add_argument(
        "--quality", type=float, help="dB on photographs: the fewest taps and knots that reach it"
    )
    how.add_argument(
        "--spacing", choices=("even", "error"), default="even",
        help="of the knots: as the radius grows, or where the error is (even)",
    )  # fmt: skip


def add_symmetry_option(how: argparse._ArgumentGroup) -> None:
    """Add what taps have in common."""
    how.add_argument(
        "--symmetry", default="none", metavar="none|auto|N",
        help="of the taps: none (none), all of the target's (auto: the fewest reads of the bank) "
        "or N turns without a mirror (2: pairs)",
    )  # fmt: skip


def turns_of(arguments: argparse.Namespace) -> int | None:
    """Return the turns of --symmetry N, None of its other values; raise FitError for wrong ones."""
    value = arguments.symmetry
    if value in ("none", "auto"):
        return None
    if not (value.isdecimal() and 2 <= int(value) <= MOST_TURNS):
        raise FitError(
            f"--symmetry: {value}, none, auto or 2 to {MOST_TURNS} turns expected. "
            f"Give another --symmetry"
        )
    return int(value)


def check_search(arguments: argparse.Namespace) -> None:
    """Raise FitError for values out of range, and for two answers to one question."""
    given = [n for n in ("taps", "budget", "quality") if getattr(arguments, n) is not None]
    if len(given) > 1:
        options = " and ".join("--" + name for name in given)
        raise FitError(f"{options}: both given, one of them expected. Leave one out")
    if turns_of(arguments) is not None and arguments.taps is None and len(given) == 1:
        raise FitError(
            f"--symmetry {arguments.symmetry} with --{given[0]}: layers yet to be chosen, --taps "
            f"expected. Give --taps, or --symmetry auto"
        )
    budget, quality = arguments.budget, arguments.quality
    if budget is not None and not 1 <= budget <= MOST_BUDGET:
        raise FitError(f"--budget: {budget}, 1 to {MOST_BUDGET} expected. Give another --budget")
    if quality is not None and not 0 < quality <= MOST_DB:
        raise FitError(
            f"--quality: {quality:g}, dB above 0 to {MOST_DB:g} expected. Give another --quality"
        )
    if quality is not None and (arguments.knots is not None or arguments.spacing == "error"):
        raise FitError(
            "--quality with --knots or --spacing: it chooses the knots itself, one of the two "
            "expected. Leave one out"
        )
