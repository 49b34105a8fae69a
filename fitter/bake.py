"""A request in, a checked bank out."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import numpy as np
import torch

from fitter.cascade import Cascades
from fitter.chain import Chain, Plan, Progress, canvas_size_px, seed_radius_px
from fitter.errors import FitError
from fitter.quality import measure_rows
from fitter.rows import Alone, Second
from fitter.straight import line_of
from fitter.targets import Source, half_size_px
from fitter.ties import NONE, describe
from realtime.bank import Axis, Bank

# Targets larger than this in all are left out of the bank: a renderer needs them only for its
# dense reference.
LARGEST_TARGETS_BYTES = 256 << 20

FLOATS_PER_UNKNOWN = 5  # per frequency: the complex Jacobian, and what is made on the way to it


@dataclass(frozen=True)
class Request:
    """What to bake.

    source: the target; radii_px: the knots, increasing; plan: how to fit; threads: of the CPU;
    second: another axis, whose family then takes the source's place at each of its values.
    """

    source: Source
    radii_px: tuple[float, ...]
    plan: Plan = field(default_factory=Plan)
    threads: int = 1  # a second one is busy mostly with waiting: the matrices are small
    second: Second | None = None

    @property
    def rows(self) -> Second:
        """The second axis; without one, an axis of one value."""
        return self.second or Second(Alone(self.source), (0.0,))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The targets along the second axis; one without it."""
        return tuple(self.rows.family.at(value) for value in self.rows.values)


def steps(request: Request) -> int:
    """Return how many times `bake` tells its progress."""
    return _chain(request).steps + 1


def bake(request: Request, progress: Progress = lambda _: None) -> Bank:
    """Fit and measure; the same request gives the same bank on the same machine and threads.

    Raises FitError for what cannot be fitted.
    """
    check_memory(request)
    torch.set_num_threads(request.threads)
    cascades = _chain(request, progress).fit()
    turns = request.plan.measured_turns
    quality = measure_rows(cascades, request.rows, request.radii_px, turns)
    progress("measured")
    return to_bank(request, cascades, quality)


def to_bank(request: Request, cascades: Cascades, quality: dict[str, Any]) -> Bank:
    """Put cascades [A1 * A0] in the contract's order; PSF coordinates become gather offsets."""
    grid = (len(request.rows.values), len(request.radii_px))
    offsets = -cascades.offsets.double().cpu().numpy().swapaxes(0, 1)
    weights = cascades.weights.double().cpu().numpy()
    axes = [Axis("radius", "px", request.radii_px)]
    if request.second:
        axes.append(Axis(*request.second.family.axis, request.second.values))
    return Bank(
        axes=tuple(axes),
        offsets=tuple(
            _float32(offsets[at].reshape(-1, *grid, 2) + 0.0) for at in cascades.slices()
        ),
        weights=tuple(
            _float32(_summing_to_1(weights[:, at]).T.reshape(-1, *grid)) for at in cascades.slices()
        ),
        targets=targets(request.sources, request.radii_px),
        target=_described(request),
        quality=quality,
        made_by=f"diskblur-fit {version()}",
    )


def targets(sources: Sequence[Source], radii_px: tuple[float, ...]) -> np.ndarray | None:
    """Return the dense kernels [A1, A0, M, M], or None where they would take too much."""
    half = max(half_size_px(source, radius) for source in sources for radius in radii_px)
    if len(sources) * len(radii_px) * (2 * half + 1) ** 2 * 4 > LARGEST_TARGETS_BYTES:
        return None
    return _float32(
        np.stack([[source.draw(radius, half) for radius in radii_px] for source in sources])
    )


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
    top = max(canvas_size_px(source, largest) for source in request.sources)
    small = canvas_size_px(request.source, seed_radius_px(request.source, largest))
    rows = -(-len(request.sources) // 2)  # every other one at once: see Chain
    frequencies = max(rows * top**2, request.plan.seeds * small**2) // 2
    return frequencies * unknowns * FLOATS_PER_UNKNOWN * 4


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _chain(request: Request, progress: Progress = lambda _: None) -> Chain:
    return Chain(request.source, request.radii_px, request.plan, progress, request.second)


def _described(request: Request) -> dict[str, Any]:
    plan = request.plan
    fit = {"method": "lm", "prior": plan.prior, "seed": plan.seed, "seeds": plan.seeds}
    fit |= {name: True for name in ("equal_weights", "negative") if getattr(plan, name)}
    if plan.turns != (0.0,):
        fit["turns_deg"] = [round(math.degrees(turn), 3) for turn in plan.turns]
    if plan.symmetry != NONE:
        fit["symmetry"] = describe(plan.symmetry, plan.layers)
    if line := line_of(request.radii_px, plan.straight_from_px):
        fit["straight"] = {"from": line.near_px}
    return {**request.rows.family.describe(), "fit": fit}


def _summing_to_1(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=1, keepdims=True)


def _float32(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)


def version() -> str:
    """Return the version of the program, for `made_by`."""
    try:
        return metadata.version("diskblur")
    except metadata.PackageNotFoundError:  # run from the repository, not installed
        return "0.1.0"
