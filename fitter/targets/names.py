"""Names that a user types: an unknown one is answered with the nearest there are."""

from collections.abc import Iterable
from difflib import get_close_matches

from fitter.errors import FitError

FEW = 8  # names that are listed whole where nothing is near


def known(what: str, name: str, names: Iterable[str]) -> str:
    """Return `name`; raise FitError unless it is one of `names`. what: for the message."""
    names = list(names)
    if name in names:
        return name
    near = get_close_matches(str(name).lower(), names, n=3, cutoff=0.6)
    if near:
        do = f"Did you mean {' or '.join(near)}?"
    else:
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        do = f"Choose out of {', '.join(names[:FEW])}{more}"
    raise FitError(f"{what}: {name!r} is unknown, one of {len(names)} names expected. {do}")
