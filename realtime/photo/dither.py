"""Noise that hides the steps of 8 bits: a blurred sky has fewer shades than pixels."""

import numpy as np
from numpy.typing import NDArray

# Interleaved gradient noise: a hash whose neighbours differ as much as they can, so that steps of
# brightness turn into a grain that eyes average away; it needs no table. Source: J. Jimenez, "Next
# Generation Post Processing in Call of Duty: Advanced Warfare", SIGGRAPH 2014.
ACROSS, DOWN, SPREAD = 0.06711056, 0.00583715, 52.9829189
# px from a channel's noise to the next one's: a third of its period. Their sum is then no more than
# each alone: brightness, which eyes see finest, gets a third less of it than if all were alike.
CHANNEL_STEP = 12

# The most that is added, in steps of the format. Less than 0.5 by what half floats lose on the way
# (0.03 steps of 8 bits, twice that beside alpha): what no blur touched comes out as it came in.
AMPLITUDE = 0.42


def noise(origin: tuple[int, int], size: tuple[int, int], channels: int) -> NDArray[np.float32]:
    """Return [H, W, channels] of -AMPLITUDE … AMPLITUDE, the same wherever tiles are cut.

    origin: (x, y) of the part in the whole picture, px; size: (width, height) of the part.
    """
    x = np.arange(size[0] + CHANNEL_STEP * (channels - 1)) + origin[0]
    y = np.arange(size[1]) + origin[1]
    hashed = SPREAD * ((ACROSS * x + DOWN * y[:, None]) % 1.0)  # float64: float32 would repeat
    one = ((hashed % 1.0) * (2 * AMPLITUDE) - AMPLITUDE).astype(np.float32)
    steps = [CHANNEL_STEP * channel for channel in range(channels)]
    return np.stack([one[:, step : step + size[0]] for step in steps], axis=-1)
