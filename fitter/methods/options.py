"""The options of methods on the command line, and which method takes which.

An option that a method would ignore is refused: a bench whose options do nothing measures nothing.
"""

import argparse
from dataclasses import fields, replace

from fitter.errors import FitError
from fitter.methods import INITS, METHODS, LevenbergMarquardt, Method

MOST = {"iterations": 1_000_000, "candidates": 256, "rank": 512, "seeds": 256}
OWN = ("init", *MOST)

# What only the fitter's own method can do, as the parsed arguments are called.
ONLY_LM = (
    "prior", "symmetry", "equal_weights", "negative", "framed", "straight", "quality", "budget",
)  # fmt: skip


def add_options(how: argparse._ArgumentGroup) -> None:
    """Add --method and the methods' options; what is not given stays None."""
    how.add_argument("--method", choices=list(METHODS), default="lm", help="how to fit (lm)")
    how.add_argument("--iterations", type=int, help="of paper (1000) or annealing (10000)")
    how.add_argument("--init", choices=INITS, help="start of paper or annealing (ss)")
    how.add_argument("--candidates", type=int, help="of annealing, one a temperature (10)")
    how.add_argument("--rank", type=int, help="of lowrank: pairs of 1-D passes (4)")


def method_of(arguments: argparse.Namespace) -> Method:
    """Return the method with its options. Raises FitError for options it does not take."""
    method = METHODS[arguments.method]
    taken = {field.name for field in fields(method)}
    if isinstance(method, LevenbergMarquardt):
        taken |= {"seeds", *ONLY_LM}
    if method.layers is not None:
        taken.add("taps")
    for name in (*OWN, "taps", *ONLY_LM):
        if _is_given(arguments, name) and name not in taken:
            takers = _takers(name)
            raise FitError(
                f"--{name.replace('_', '-')}: given with --method {method.name}, only "
                f"{' and '.join(takers)} {'take' if len(takers) > 1 else 'takes'} it. Leave it out"
            )
    own = {n: getattr(arguments, n) for n in OWN if n in {f.name for f in fields(method)}}
    return replace(method, **_checked({n: value for n, value in own.items() if value is not None}))


def taps_of(arguments: argparse.Namespace, method: Method) -> str:
    """Return --taps, or the method's own where none are given."""
    own = ",".join(map(str, method.layers or (1,)))
    return own if arguments.taps is None else arguments.taps


def _is_given(arguments: argparse.Namespace, name: str) -> bool:
    """Options have no default but these: nothing, False for a flag, and "none" for a choice."""
    value = getattr(arguments, name, None)
    return not (value is None or value is False or value == "none")


def _takers(name: str) -> list[str]:
    """Return the methods that take an option."""
    if name in ONLY_LM:
        return ["lm"]
    if name == "taps":
        return [method.name for method in METHODS.values() if method.layers is not None]
    takers = [m.name for m in METHODS.values() if name in {field.name for field in fields(m)}]
    return ["lm", *takers] if name == "seeds" else takers


def _checked(given: dict[str, int | str]) -> dict[str, int | str]:
    """Return the options; raise FitError for counts out of range."""
    for name, most in MOST.items():
        if name in given and not 1 <= given[name] <= most:
            raise FitError(f"--{name}: {given[name]}, 1 to {most} expected. Give another --{name}")
    return given
