"""Where the knots of a radius axis stand."""

import numpy as np

from fitter.targets import Source, half_size_px, is_delta

# Below about this radius knots stand evenly, above it they grow by a constant factor: small
# radii change most from pixel to pixel, and a large kernel changes by its ratio, not its px.
BEND_PX = 1.0

BISECTIONS = 24

WITH_DELTA = 4  # from so many knots on, one is spent on the radius where the blur begins


def radius_knots(
    source: Source, max_radius_px: float, count: int, through_px: float | None = None
) -> tuple[float, ...]:
    """Return `count` radii, increasing: 0 … max_radius_px, or that alone for a count of 1.

    A kernel within one pixel is a delta, and leaves it with a kink: that radius gets a knot.
    through_px: a radius that gets one too, the nearest between the ends, if it lies between them.
    """
    if count == 1:
        return (float(max_radius_px),)
    begin = _begin_px(source, max_radius_px)
    if count < WITH_DELTA or max_radius_px <= 2 * begin:
        return with_knot(through_px, _spaced(0.0, max_radius_px, count))
    return (0.0, *with_knot(through_px, _spaced(begin, max_radius_px, count - 1)))


def _begin_px(source: Source, max_radius_px: float) -> float:
    """Return the radius up to which the kernel counts as a delta, by bisection."""
    low, high = 0.0, max_radius_px
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        kernel = source.draw(middle, half_size_px(source, middle))
        low, high = (middle, high) if is_delta(kernel) else (low, middle)
    return low


def with_knot(radius_px: float | None, knots: tuple[float, ...]) -> tuple[float, ...]:
    """Return the knots with the nearest one, but the ends, moved to a radius between them."""
    if radius_px is None or len(knots) < 3 or not knots[0] < radius_px < knots[-1]:
        return knots
    moved = np.array(knots)
    moved[1 + np.abs(moved[1:-1] - radius_px).argmin()] = radius_px
    return tuple(float(k) for k in moved)


def _spaced(low_px: float, high_px: float, count: int) -> tuple[float, ...]:
    """Even near `low_px`, geometric towards `high_px`: a hyperbolic sine is both."""
    wide = high_px - low_px
    knots = low_px + BEND_PX * np.sinh(np.linspace(0, 1, count) * np.arcsinh(wide / BEND_PX))
    knots[-1] = high_px
    return tuple(float(k) for k in knots)
