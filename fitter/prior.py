"""Which frequencies of the error matter.

The squared error of a filtered picture is the sum over frequencies of |picture|² |kernel error|².
Pictures of the world have an amplitude of about 1 / f, so weighting the kernel's error by that
makes its least squares the expected error on photographs. A flat weight is the error of the kernel
itself, which is what a point of light shows.
"""

import torch
from torch import Tensor

from fitter.spectral import Canvas

# Cycles per px where the weight stops growing towards frequency 0: pictures are a few hundred px
# wide, and below one cycle per picture there is nothing to grow.
KNEE = 0.004

# How much of the mixed weight's energy is flat. Half costs 0.2 to 1.2 dB on photographs and takes
# up to 6 % off the kernel's relative error (docs/fitter.md).
FLAT_PART = 0.5

PRIORS = ("natural", "flat", "mixed")


def weights(prior: str, on: Canvas) -> Tensor:
    """Return the weights [ny, nx] of the residual: root mean square 1 over the full spectrum."""
    frequency = on.frequency()
    flat = torch.ones_like(frequency)
    natural = _scaled(1 / (frequency + KNEE), on)
    if prior == "flat":
        return flat
    if prior == "natural":
        return natural
    return (FLAT_PART * flat + (1 - FLAT_PART) * natural.square()).sqrt()


def _scaled(weight: Tensor, on: Canvas) -> Tensor:
    """Frequency 0 is left out: kernels of sum 1 have no error there."""
    power = weight.square() * on.multiplicity()
    return weight * (on.n**2 - 1) ** 0.5 / (power.sum() - power[0, 0]).sqrt()
