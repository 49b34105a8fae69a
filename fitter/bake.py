"""A request in, a checked bank out."""

import os
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import numpy as np
import torch

from fitter.cascade import Cascades
from fitter.chain import Chain, Plan, Progress, canvas_size_px, seed_radius_px
from fitter.errors import FitError
from fitter.quality import measure_axis
from fitter.targets import Source, half_size_px
from realtime.bank import Axis, Bank

# Targets larger than this in all are left out of the bank: a renderer needs them only for its
# dense reference.
LARGEST_TARGETS_BYTES = 256 << 20

FLOATS_PER_UNKNOWN = 5  # per frequency: the complex Jacobian, and what is made on the way to it


@dataclass(frozen=True)
class Request:
    """What to bake.

    source: the target; radii_px: the knots, increasing; plan: how to fit; threads: of the CPU.
    """

    source: Source
    radii_px: tuple[float, ...]
    plan: Plan = field(default_factory=Plan)
    threads: int = 1  # a second one is busy mostly with waiting: the matrices are small


def steps(request: Request) -> int:
    """Return how many times `bake` tells its progress."""
    return Chain(request.source, request.radii_px, request.plan).steps + 1


def bake(request: Request, progress: Progress = lambda _: None) -> Bank:
    """Fit and measure; the same request gives the same bank on the same machine and threads.

    Raises FitError for what cannot be fitted.
    """
    check_memory(request)
    torch.set_num_threads(request.threads)
    cascades = Chain(request.source, request.radii_px, request.plan, progress).fit()
    quality = measure_axis(cascades, request.source, request.radii_px)
    progress("measured")
    return to_bank(request, cascades, quality)


def to_bank(request: Request, cascades: Cascades, quality: dict[str, Any]) -> Bank:
    """Put cascades [K] in the contract's order; here PSF coordinates become gather offsets."""
    offsets = -cascades.offsets.double().cpu().numpy()
    weights = cascades.weights.double().cpu().numpy()
    return Bank(
        axes=(Axis("radius", "px", request.radii_px),),
        offsets=tuple(
            _float32(offsets[:, at].transpose(1, 0, 2)[:, None] + 0.0) for at in cascades.slices()
        ),
        weights=tuple(
            _float32(_summing_to_1(weights[:, at]).T[:, None]) for at in cascades.slices()
        ),
        targets=targets(request.source, request.radii_px),
        target=_described(request),
        quality=quality,
        made_by=f"diskblur-fit {_version()}",
    )


def targets(source: Source, radii_px: tuple[float, ...]) -> np.ndarray | None:
    """Return the dense kernels [1, K, M, M], or None where they would take too much."""
    if _targets_bytes(source, radii_px) > LARGEST_TARGETS_BYTES:
        return None
    half = max(half_size_px(source, radius) for radius in radii_px)
    return _float32(np.stack([source.draw(radius, half) for radius in radii_px])[None])


def check_memory(request: Request) -> None:
    """Raise FitError where the fit would need more than half of the machine's memory."""
    needed, there = _fit_bytes(request), _memory_bytes() // 2
    if needed > there:
        raise FitError(
            f"radius {request.radii_px[-1]:g} px with {sum(request.plan.layers)} taps: needs about "
            f"{needed / 2**30:.1f} GB, at most {there / 2**30:.1f} GB (half of memory) expected. "
            f"Lower --radius, --taps or --seeds"
        )


def _fit_bytes(request: Request) -> int:
    unknowns = 3 * sum(request.plan.layers)
    largest = request.radii_px[-1]
    top = canvas_size_px(request.source, largest)
    small = canvas_size_px(request.source, seed_radius_px(request.source, largest))
    frequencies = max(top**2, request.plan.seeds * small**2) // 2
    return frequencies * unknowns * FLOATS_PER_UNKNOWN * 4


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _targets_bytes(source: Source, radii_px: tuple[float, ...]) -> int:
    half = max(half_size_px(source, radius) for radius in radii_px)
    return len(radii_px) * (2 * half + 1) ** 2 * 4


def _described(request: Request) -> dict[str, Any]:
    plan = request.plan
    fit = {"method": "lm", "prior": plan.prior, "seed": plan.seed, "seeds": plan.seeds}
    return {**request.source.describe(), "fit": fit}


def _summing_to_1(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=1, keepdims=True)


def _float32(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)


def _version() -> str:
    try:
        return metadata.version("diskblur")
    except metadata.PackageNotFoundError:  # run from the repository, not installed
        return "0.1.0"
