"""Where a layer starts that has no target: discs, wide enough to hold what is to be learnt."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from fitter import layout
from fitter.errors import FitError
from fitter.targets import Disk
from realtime.bank import Axis, Bank

DRAWN_PX = 16.0  # the disc over which taps are spread, before they are scaled


def starting_bank(
    layers: Sequence[int], axes: Sequence[Axis], radius_px: ArrayLike, seed: int = 0
) -> Bank:
    """Return a bank whose cascades are rough discs; the same tap everywhere, only scaled.

    layers: tap counts in order of application. axes: one or two. radius_px: of the disc at each
    knot, [A1, A0] or what broadcasts to it; at 0 all gradients of offsets are alike within a
    layer, but weights are not, so taps part slowly there. Raises FitError, or BankError for axes.
    """
    layers = tuple(layers)
    if not layers or min(layers) < 1:
        raise FitError(
            f"layers: {list(layers)}, at least one layer of at least one tap each expected. "
            f"Give tap counts such as (24, 8, 4)"
        )
    grid = (len(axes[1].knots) if len(axes) > 1 else 1, len(axes[0].knots) if axes else 1)
    wide = _radii(radius_px, grid) / DRAWN_PX
    half = int(DRAWN_PX)
    offsets, weights = layout.start(
        Disk().draw(DRAWN_PX, half), layers, np.random.default_rng(seed)
    )
    ends = np.cumsum(layers)[:-1]
    return Bank(
        axes=tuple(axes),
        offsets=tuple(
            (wide[None, ..., None] * part[:, None, None]).astype(np.float32)
            for part in np.split(offsets, ends)
        ),
        weights=tuple(
            np.broadcast_to(part[:, None, None], (len(part), *grid)).astype(np.float32)
            for part in np.split(weights, ends)
        ),
        target={"shape": "unknown"},
        made_by="diskblur, fitter.SparseBlur",
    )


def _radii(radius_px: ArrayLike, grid: tuple[int, int]) -> np.ndarray:
    """Return [A1, A0]."""
    radii = np.asarray(radius_px, dtype=np.float64)
    if not (np.isfinite(radii).all() and (radii >= 0).all()):
        raise FitError(f"radius_px: {radius_px}, finite radii of 0 or more expected. Give some")
    try:
        return np.broadcast_to(radii, grid)
    except ValueError:
        raise FitError(
            f"radius_px: shape {list(radii.shape)}, {list(grid)} or a single number expected. "
            f"Give one radius a knot, rows along the second axis"
        ) from None
