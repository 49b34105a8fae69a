"""The kernel itself as a cascade of one layer: a tap in every pixel that any knot lights.

Exact at the knots, and the slowest by far: what the others are measured against in time. All taps
stay at their pixels and only weights change along the axis, so between two knots both kernels are
laid over each other.
"""

import numpy as np
import torch

from fitter.bake import Request
from fitter.cascade import Cascades
from fitter.errors import FitError
from fitter.methods import Progress
from fitter.methods.independent import drawn, finished
from realtime.bank import Bank

# Array layers that OpenGL implementations offer at most nowadays: more taps than that no renderer
# of banks could hold.
MOST_TAPS = 2048


def bake(request: Request, progress: Progress = lambda _: None) -> Bank:
    """Draw and measure. Raises FitError where the kernel has too many pixels."""
    torch.set_num_threads(request.threads)
    kernels = drawn(request)
    lit = (kernels > 0).any(axis=0)
    if lit.sum() > MOST_TAPS:
        raise FitError(
            f"--method dense: {lit.sum()} pixels with light at radius {request.radii_px[-1]:g} px, "
            f"at most {MOST_TAPS} expected (a tap each). Lower the radius, or bake with another "
            f"--method and render its targets: diskblur render --blur dense"
        )
    rows, columns = np.nonzero(lit)
    half = kernels.shape[-1] // 2
    offsets = torch.from_numpy(np.stack((columns, rows), axis=1) - half).float()
    weights = torch.from_numpy(kernels[:, lit]).float()
    cascades = Cascades((len(rows),), offsets.expand(len(kernels), -1, -1), weights)
    progress("drawn")
    bank = finished(request, cascades, {"method": "dense"})
    progress("measured")
    return bank
