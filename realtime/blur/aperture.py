"""Points of the aperture, spread as its picture has it."""

import numpy as np

# Reciprocals of the plastic number and its square: the additive sequence over the unit square with
# the lowest known discrepancy of its kind (M. Roberts, "The unreasonable effectiveness of
# quasirandom sequences", 2018).
_STEP = np.array([0.7548776662466927, 0.5698402909980532])


def aperture_points(psf: np.ndarray, count: int) -> np.ndarray:
    """Return [count, 2] float64: (x, y) in px from the centre of `psf`, +x right, +y down.

    psf: [M, M], not negative, M odd. Any number of first points covers it evenly: an additive
    sequence, carried by the inverse of the distribution over rows, then within the row.
    """
    u = (0.5 + np.arange(1, count + 1)[:, None] * _STEP) % 1.0
    density = psf.astype(np.float64) / psf.sum(dtype=np.float64)
    rows = density.sum(axis=1)
    y = _quantile(np.cumsum(rows), u[:, 1])
    row = np.minimum(y.astype(int), len(rows) - 1)
    x = np.empty(count)
    for index in np.unique(row):
        at = row == index
        x[at] = _quantile(np.cumsum(density[index]) / rows[index], u[at, 0])
    return np.stack((x, y), axis=-1) - len(psf) / 2


def _quantile(cumulative: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Where a distribution reaches `u`, in pixels from its first edge, even within a pixel."""
    return np.interp(u, np.concatenate(([0.0], cumulative)), np.arange(len(cumulative) + 1))
