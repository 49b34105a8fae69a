"""The command's options for a bank's second axis, and their checks. No torch.

--turn N     the angle, of a shape that turns           --turn-degrees
--fields N   the field height of a lens, 0 … 1
--bends N    the bend of an arc, 0 …                    --most-bend
--clips N    the clip of a cat's eye, 0 …               --most-clip
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fitter.errors import FitError
from fitter.targets import Source
from fitter.targets.cat_eye import MOST_CLIP, CatEyes
from fitter.targets.family import Family, Turning, check_turns
from fitter.targets.lens import LensFields
from fitter.targets.motion import MOST_BEND, Arcs

if TYPE_CHECKING:
    from fitter.rows import Second

MOST_TURNS, MOST_VALUES = 256, 64


@dataclass(frozen=True)
class _Growing:
    """An axis that begins at 0, where the shape is a plain one.

    shape: whose axis it is; value: the option of one value of it; most: the option of its end, in
    `unit`, by default `default`, `limit` at most; family: from the shape's rotation.
    """

    shape: str
    value: str
    most: str
    unit: str
    default: float
    limit: float
    family: Callable[[float], Family]


GROWING = {
    "bends": _Growing("arc", "bend", "most_bend", "rad", 1.2, MOST_BEND, Arcs),
    "clips": _Growing("cat-eye", "clip", "most_clip", "of the radius", 1.0, MOST_CLIP, CatEyes),
}
COUNTS = ("turn", "fields", *GROWING)


def add_second_options(bake: argparse.ArgumentParser) -> None:
    """Add the options of all second axes but the lens's, which stands beside the lens."""
    second = bake.add_argument_group("a second axis")
    second.add_argument("--turn", type=int, help="knots of the angle: the shape turns along them")
    second.add_argument("--turn-degrees", type=float, help="how far (until it looks the same)")
    second.add_argument("--bends", type=int, help="knots of an arc's bend, from 0, a streak, on")
    second.add_argument("--most-bend", type=float, help="its end, rad, up to pi (1.2)")
    second.add_argument("--clips", type=int, help="knots of a cat's eye's clip, from 0, a disc, on")
    second.add_argument("--most-clip", type=float, help="its end, of the radius, up to 1 (1)")


def second_of(arguments: argparse.Namespace, source: Source) -> "Second | None":
    """Return the second axis that is asked for, or None. Raises FitError for what cannot be."""
    given = [name for name in COUNTS if getattr(arguments, name) is not None]
    if len(given) > 1:
        raise _both(*given[:2])
    _check_ends(arguments)
    if not given:
        return None
    if given[0] == "fields":
        return _fields(arguments)
    if given[0] == "turn":
        return _angles(arguments, source)
    return _growing(arguments, given[0], source)


def check_framed(arguments: argparse.Namespace, source: Source) -> None:
    """Raise FitError where --framed asks to turn what does not turn, or turns already."""
    if arguments.framed:
        if arguments.turn is not None:
            raise _both("turn", "framed")
        check_turns(source, "--framed")


def _check_ends(arguments: argparse.Namespace) -> None:
    """Raise FitError for an axis's end without its axis."""
    ends = {"turn_degrees": "turn"} | {axis.most: name for name, axis in GROWING.items()}
    for end, name in ends.items():
        if getattr(arguments, end) is not None and getattr(arguments, name) is None:
            raise FitError(f"{_option(end)}: given without --{name}. Add --{name} 8")


def _angles(arguments: argparse.Namespace, source: Source) -> "Second":
    """Return the angles of a shape: over its period, or as far as said."""
    _check_count("turn", arguments.turn, MOST_TURNS)
    family = Turning(source)
    end = family.period_rad()
    if arguments.turn_degrees is not None:
        if not 0 < arguments.turn_degrees <= 360:
            raise FitError(
                f"--turn-degrees: {arguments.turn_degrees:g}, above 0 to 360 expected. "
                f"Give another --turn-degrees"
            )
        end = math.radians(arguments.turn_degrees)
    return _even(family, end, arguments.turn)


def _fields(arguments: argparse.Namespace) -> "Second":
    """Return the fields of a lens, from the middle to the corner."""
    if arguments.lens is None:
        raise FitError("--fields: given without --lens. Add --lens double-gauss")
    if arguments.field is not None:
        raise _both("fields", "field")
    _check_count("fields", arguments.fields, MOST_VALUES)
    family = LensFields(arguments.lens, arguments.channel or "g", arguments.front)
    return _even(family, 1.0, arguments.fields)


def _growing(arguments: argparse.Namespace, name: str, source: Source) -> "Second":
    """Return the bends of an arc, or the clips of a cat's eye."""
    axis = GROWING[name]
    if arguments.shape != axis.shape:
        there = arguments.shape or ("a lens" if arguments.lens else "a picture")
        raise FitError(f"--{name}: given with {there}, only {axis.shape} takes it. Leave it out")
    if getattr(arguments, axis.value) is not None:
        raise _both(name, axis.value)
    count, most = getattr(arguments, name), getattr(arguments, axis.most)
    _check_count(name, count, MOST_VALUES)
    end = axis.default if most is None else most
    if not 0 < end <= axis.limit:
        raise FitError(
            f"{_option(axis.most)}: {end:g}, {axis.unit}, above 0 to {axis.limit:.4g} expected. "
            f"Give another {_option(axis.most)}"
        )
    return _even(axis.family(source.rotation), end, count)


def _even(family: Family, end: float, count: int) -> "Second":
    """Return `count` knots from 0 to the end."""
    from fitter.rows import Second  # here: imports torch

    return Second(family, tuple(end * n / (count - 1) for n in range(count)))


def _check_count(name: str, count: int, most: int) -> None:
    if not 2 <= count <= most:
        raise FitError(f"--{name}: {count}, 2 to {most} expected. Give another --{name}")


def _both(one: str, other: str) -> FitError:
    return FitError(f"--{one} and --{other}: both given, one expected. Leave one out")


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
