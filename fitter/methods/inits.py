"""Where taps start in the rivals' methods: on growing rings, in the kernel's light, or anywhere.

    ir      increasing radial: layer l = 1 ... L on a circle of radius l * step
    ss      sparse sampling: the first layer in the kernel's support, the others as in `ir`
    random  every tap anywhere in its layer's share of the kernel's extent

Offsets are where a tap puts light, the target's own coordinates, in px; weights are 1 / N_l.
"""

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]

# A dart that lands too near another is thrown again; after so many misses in a row the support is
# full at that spacing, which then shrinks.
MISSES, SHRINK = 64, 0.9


def start(
    kernel: Float64, layers: tuple[int, ...], init: str, random: np.random.Generator
) -> tuple[Float64, Float64]:
    """Return offsets [N, 2] px and weights [N] for a kernel [M, M], centre (M - 1) / 2."""
    extent = extent_px(kernel)
    if init == "random":
        parts = [random.uniform(-1, 1, (taps, 2)) * extent / len(layers) for taps in layers]
    else:
        step = ring_step_px(extent, len(layers))
        parts = [ring(taps, number * step) for number, taps in enumerate(layers, start=1)]
    if init == "ss":
        parts[0] = in_support(kernel, layers[0], random)
    weights = [np.full(taps, 1 / taps) for taps in layers]
    return np.concatenate(parts), np.concatenate(weights)


def extent_px(kernel: Float64) -> float:
    """Return how far a kernel [M, M] reaches from its centre, per axis, to the pixels' edges."""
    rows, columns = np.nonzero(kernel)
    half = kernel.shape[0] // 2
    return float(max(np.abs(rows - half).max(), np.abs(columns - half).max())) + 0.5


def ring_step_px(extent: float, layers: int) -> float:
    """Return the step by which rings grow: all of them together then reach as far as the kernel."""
    return extent / sum(range(1, layers + 1))


def ring(taps: int, radius_px: float) -> Float64:
    """Return taps evenly on a circle, the first on the right."""
    angle = np.arange(taps) * (2 * np.pi / taps)
    return radius_px * np.stack((np.cos(angle), np.sin(angle)), axis=1)


def in_support(kernel: Float64, taps: int, random: np.random.Generator) -> Float64:
    """Return points [taps, 2] px in the non-zero pixels, drawn by rejection with a least spacing.

    The spacing begins at sqrt(S / (taps * pi)), S the support's pixels, and shrinks where the
    darts find no room any more.
    """
    rows, columns = np.nonzero(kernel)
    half = kernel.shape[0] // 2
    pixels = np.stack((columns, rows), axis=1) - half
    spacing = np.sqrt(len(pixels) / (taps * np.pi))
    points, missed = np.empty((0, 2)), 0
    while len(points) < taps:
        dart = pixels[random.integers(len(pixels))] + random.uniform(-0.5, 0.5, 2)
        if (np.hypot(*(points - dart).T) >= spacing).all():
            points, missed = np.concatenate([points, dart[None]]), 0
        elif (missed := missed + 1) == MISSES:
            spacing, missed = spacing * SHRINK, 0
    return points
