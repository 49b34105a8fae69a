"""How much the error changes from frame to frame: what shows as flicker and pops.

Sparse cascades in slices whose cuts follow the picture, against the dense kernel in as many slices
whose cuts stay where the sparse run had them in its middle frame. Sparse with those fixed cuts
tells apart what cuts and what kernels do.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from bench.depth_of_field.plan import PRESET_TAPS, Size
from bench.depth_of_field.studio import Studio
from realtime.blur.depth_of_field import DepthOfField
from realtime.cli.compare import render_frame
from realtime.metrics import tone_curve
from realtime.quality import QUALITIES
from realtime.renderer import Renderer

PRESETS = ("default", "high")
SPARSE, SPARSE_FIXED, DENSE = (
    "sparse, cuts of the picture",
    "sparse, fixed cuts",
    "dense, fixed cuts",
)
LEAST_CUT_PX, LEAST_STEP_PX = 1.01, 0.01  # settings ask for radii above 1 px that increase

Cuts = tuple[tuple[float, ...], tuple[float, ...]]


def measure(
    studio: Studio, scene: str, size: Size, views: int, frames: int, fps: int
) -> list[dict[str, Any]]:
    """Return a row a preset and method; all see the same truth."""
    times_s = [frame / fps for frame in range(frames)]
    with studio.renderer(scene, size, views=views) as renderer:
        truths = [_toned(renderer, time_s, "lens") for time_s in times_s]
    rows = []
    for preset in PRESETS:
        for method, pictures in _runs(studio, scene, size, preset, times_s):
            errors = [picture - truth for picture, truth in zip(pictures, truths, strict=True)]
            rows.append({"preset": preset, "method": method, **summary(changes(errors))})
    return rows


def _runs(
    studio: Studio, scene: str, size: Size, preset: str, times_s: Sequence[float]
) -> list[tuple[str, list[np.ndarray]]]:
    """Return the pictures of each method with the preset's bank, tone-mapped [H, W, 3]."""
    with studio.renderer(scene, size, preset) as renderer:
        sparse, cuts = [], ((), ())
        for index, time_s in enumerate(times_s):
            sparse.append(_toned(renderer, time_s, "sparse"))
            if index == len(times_s) // 2:
                cuts = fixed_cuts(*_read_cuts_px(renderer))
    quality = QUALITIES[preset]
    fixed = replace(quality, depth_of_field=replace(quality.depth_of_field, cuts_px=cuts))
    with studio.renderer(scene, size, fixed, PRESET_TAPS[preset]) as renderer:
        pictures = {
            blur: [_toned(renderer, time_s, blur) for time_s in times_s]
            for blur in ("sparse", "dense")
        }
    return [
        (SPARSE, sparse),
        (SPARSE_FIXED, pictures["sparse"]),
        (DENSE, pictures["dense"]),
    ]


def _toned(renderer: Renderer, time_s: float, blur: str) -> np.ndarray:
    return tone_curve(render_frame(renderer, time_s, blur).linear).astype(np.float32)


def _read_cuts_px(renderer: Renderer) -> tuple[list[float], list[float]]:
    """See CutsPass.read_px. Nothing reads cuts but measurements, so nothing offers them."""
    dof: DepthOfField = renderer._depth_of_field("sparse")
    return dof._stack.cuts.read_px()


def fixed_cuts(behind_px: Sequence[float], front_px: Sequence[float]) -> Cuts:
    """From cuts as `CutsPass.read_px` gives them to `DepthOfFieldSettings.cuts_px`.

    The first (where sharp ends) and the last (the largest CoC) are left out. A side with next to
    nothing on it may have cuts that coincide or lie below 1 px: they are moved apart by 0.01 px.
    """
    return _increasing(behind_px[1:-1]), _increasing(front_px[1:-1])


def _increasing(cuts_px: Sequence[float]) -> tuple[float, ...]:
    least, found = LEAST_CUT_PX, []
    for cut_px in cuts_px:
        found.append(max(cut_px, least))
        least = found[-1] + LEAST_STEP_PX
    return tuple(found)


def changes(errors: Sequence[np.ndarray]) -> list[float]:
    """Return mean |e_t - e_{t-1}| for each frame but the first; errors: pictures [H, W, 3]."""
    return [float(np.mean(np.abs(now - last))) for last, now in pairwise(errors)]


def summary(found: Sequence[float]) -> dict[str, float]:
    """Return mean, median and largest change, and in which frame (the first is 0) that is."""
    return {
        "mean": float(np.mean(found)),
        "median": float(np.median(found)),
        "largest": float(np.max(found)),
        "largest_frame": int(np.argmax(found)) + 1,
    }
