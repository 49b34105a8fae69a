"""Points of the aperture, each with its share of the light.

A lens-accumulated picture shows a small light as one dot for each point, so dots must lie evenly,
also next to each other: a sunflower's seeds do. Against a quasi-random sequence carried by the
distribution over rows and columns, its error of a dot of 2.5 px spread over a disc of radius 21 px
is half as large with 512 points, and a third with 1024.
"""

import math

import numpy as np

_TURN_RAD = math.pi * (3 - math.sqrt(5))  # the golden angle
_FAINT = 0.005  # of the brightest pixel; below, a point would be a view for nothing


def aperture_points(psf: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` points [count, 2], (x, y) in px from the centre of `psf`, and shares [count].

    +x is right, +y down; shares sum to 1. psf: [M, M], not negative, M odd. The points are those of
    a spiral round the whole picture that fall on light; each stands for as much area, so its share
    is the light of its pixel.
    """
    light = np.where(psf > _FAINT * psf.max(), psf, 0).astype(np.float64)
    radius_px = _reach_px(light)
    seeds_per_point = math.pi * radius_px**2 / np.count_nonzero(light)
    seeds = max(count, int(0.9 * count * seeds_per_point))
    while True:
        points = _spiral(seeds) * radius_px
        shares = _light_at(light, points)
        missing = count - np.count_nonzero(shares)
        if missing <= 0:
            break
        seeds += max(1, int(missing * seeds_per_point / 2))  # half way: not past the count
    kept = np.sort(np.argsort(-shares, kind="stable")[:count])
    return points[kept], shares[kept] / shares[kept].sum()


def _spiral(count: int) -> np.ndarray:
    """Sunflower seeds (H. Vogel 1979) over the unit disc, [count, 2]."""
    nth = np.arange(count) + 0.5
    radius, angle = np.sqrt(nth / count), nth * _TURN_RAD
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)


def _reach_px(light: np.ndarray) -> float:
    """Distance from the centre to the farthest corner of a pixel that has light."""
    row, column = np.nonzero(light)
    middle = len(light) // 2
    return float(np.hypot(np.abs(row - middle) + 0.5, np.abs(column - middle) + 0.5).max())


def _light_at(light: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Light of the pixel under each point, 0 outside the picture."""
    column, row = np.floor(points.T + len(light) / 2).astype(int)
    padded = np.pad(light, 1)
    size = len(light)
    return padded[(row + 1).clip(0, size + 1), (column + 1).clip(0, size + 1)]
