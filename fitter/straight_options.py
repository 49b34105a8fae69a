"""The command's option for `straight`, and its checks. No torch."""

import argparse
import math

from fitter.errors import FitError

DEFAULT_FROM_PX = 4.0
LEAST_FROM_PX = 1.0  # a tap within its pixel blurs by how far it is off, which no line allows for
FEWEST_KNOTS = 3  # 0, where the lines begin, and the largest radius


def add_straight_option(how: argparse._ArgumentGroup) -> None:
    """Add --straight, alone or with the radius where lines begin."""
    how.add_argument(
        "--straight", type=float, nargs="?", const=DEFAULT_FROM_PX, metavar="PX",
        help=f"taps move on straight lines above this radius ({DEFAULT_FROM_PX:g} if none given)",
    )  # fmt: skip


def check_straight(from_px: float | None, max_radius_px: float, knots: int) -> None:
    """Raise FitError where no line fits between `from_px` and the largest radius."""
    if from_px is None:
        return
    if knots < FEWEST_KNOTS:
        raise FitError(
            f"--straight with --knots {knots}: a line needs a knot at each end and one below, "
            f"{FEWEST_KNOTS} knots or more expected. Give --max-radius and more --knots, or leave "
            f"--straight out"
        )
    if not (math.isfinite(from_px) and LEAST_FROM_PX <= from_px < max_radius_px):
        raise FitError(
            f"--straight: {from_px:g}, px from {LEAST_FROM_PX:g} to below the largest radius "
            f"({max_radius_px:g}) expected. Give another --straight"
        )
