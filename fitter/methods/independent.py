"""What methods share that fit every knot for itself: kernels to fit, and the bank at the end."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fitter.bake import Request, to_bank
from fitter.cascade import Cascades, identity
from fitter.quality import measure_rows
from fitter.targets import half_size_px, is_delta
from realtime.bank import Bank

Float64 = NDArray[np.float64]


def drawn(request: Request) -> Float64:
    """Return the target at every knot, the radii running fastest, all of one size.

    [A1 * A0, M, M], each of sum 1.
    """
    at = [(source, radius) for source in request.sources for radius in request.radii_px]
    half = max(half_size_px(source, radius) for source, radius in at)
    return np.stack([source.draw(radius, half) for source, radius in at])


def deltas_kept(cascades: Cascades, kernels: Float64) -> Cascades:
    """Return the cascades [K], those whose target is a single pixel without a blur."""
    sharp = torch.tensor([is_delta(kernel) for kernel in kernels])[:, None, None]
    offsets = torch.where(sharp, identity(cascades).offsets, cascades.offsets)
    return replace(cascades, offsets=offsets)


def summing_to_1(cascades: Cascades) -> Cascades:
    """Return the cascades, each layer's weights divided by their sum: blurs keep brightness."""
    shares = [
        cascades.weights[:, at] / cascades.weights[:, at].sum(1, keepdim=True)
        for at in cascades.slices()
    ]
    return replace(cascades, weights=torch.cat(shares, dim=1))


def finished(request: Request, cascades: Cascades, fit: dict[str, Any]) -> Bank:
    """Measure cascades [K] and put them in a bank. fit: what the bank says about its making."""
    quality = measure_rows(cascades, request.rows, request.radii_px)
    bank = to_bank(request, cascades, quality)
    return replace(bank, target={**request.rows.family.describe(), "fit": fit})
