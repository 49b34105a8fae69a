"""Noise that tiles: [N, N] arrays whose left edge continues at the right one."""

import numpy as np


def cloud(size: int, seed: int, slope: float = 1.6, coarsest: float = 1.0) -> np.ndarray:
    """Fractal noise, mean 0, deviation 1: white noise with amplitude f^-slope.

    coarsest: frequency in waves a tile below which there is nothing.
    """
    white = np.fft.rfft2(np.random.default_rng(seed).standard_normal((size, size)))
    fy = np.fft.fftfreq(size, 1 / size)[:, None]
    fx = np.fft.rfftfreq(size, 1 / size)[None]
    frequency = np.hypot(fx, fy)
    shape = np.where(frequency < coarsest, 0, np.maximum(frequency, 1.0) ** -slope)
    field = np.fft.irfft2(white * shape, s=(size, size))
    return (field - field.mean()) / field.std()


def grain(size: int, seed: int, along: float = 24.0) -> np.ndarray:
    """Streaks along the rows, as of wood: `along` times longer than wide."""
    white = np.fft.rfft2(np.random.default_rng(seed).standard_normal((size, size)))
    fy = np.fft.fftfreq(size, 1 / size)[:, None]
    fx = np.fft.rfftfreq(size, 1 / size)[None]
    frequency = np.hypot(fx * along, fy)
    field = np.fft.irfft2(white * np.maximum(frequency, 2.0) ** -1.3, s=(size, size))
    return (field - field.mean()) / field.std()


def cells(size: int, across: int, seed: int, jitter: float = 0.35) -> tuple[np.ndarray, np.ndarray]:
    """Stones: distance to the nearest joint (tile widths) and the stone's number, each [N, N]."""
    dice = np.random.default_rng(seed)
    spots = (np.stack(np.mgrid[0:across, 0:across], -1).reshape(-1, 2) + 0.5) / across
    spots = spots + dice.uniform(-jitter, jitter, spots.shape) / across
    at = (np.stack(np.mgrid[0:size, 0:size], -1) + 0.5) / size
    first = np.full((size, size), np.inf)
    second = np.full((size, size), np.inf)
    number = np.zeros((size, size), int)
    for index, spot in enumerate(spots):
        gap = np.abs(at - spot)
        gap = np.minimum(gap, 1 - gap)  # tiles
        far = np.abs(gap).max(-1) * 0.5 + np.hypot(gap[..., 0], gap[..., 1]) * 0.5  # squarish
        closer = far < first
        second = np.where(closer, first, np.minimum(second, far))
        first = np.where(closer, far, first)
        number = np.where(closer, index, number)
    return (second - first) / 2, number


def smooth(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, a smooth ramp between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
