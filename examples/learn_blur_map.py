"""Recover how blurred each pixel is, by gradient descent through the blur.

    python examples/learn_blur_map.py

A photograph with a measured disparity (scikit-image's `stereo_motorcycle`) is put out of focus as a
thin lens does: the radius of the circle of confusion is linear in disparity. Each pixel is filtered
with its own exact dense disc, and the result rounded to 8 bits. Given the sharp and the blurred
picture and a baked bank of discs, the radius at every pixel is learnt through `fitter.SparseBlur`,
from a flat start, coarse to fine, with a total-variation prior. The blur and the bank are not the
same: the bank's 36 taps imitate the dense discs.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from learn_panels import ramp, save_rows
from numpy.typing import NDArray
from torch import Tensor

from fitter import SparseBlur
from fitter.bake import Request, bake
from fitter.chain import Plan
from fitter.dense import filter_varying
from fitter.knots import radius_knots
from fitter.quality import psnr_db
from fitter.targets import Disk

Float64 = NDArray[np.float64]

CORNER = (120, 160)  # of the crop: row, column
LARGEST_PX = 8.0  # true radius of the farthest thing; what is nearest is in focus
BANK_PX, KNOTS = 10.0, 13
STEP_PX = 0.05  # true radii are rounded to this: one exact kernel is drawn for each

CELLS_PX = (32, 8, 2)  # of the map, level after level
LEARNING_RATE = 0.3  # px of radius a step
SMOOTHNESS = 2.0  # grey levels² a px of radius between neighbours; 0.3 left more speckle

TEXTURE_GREY_LEVELS = 1.0  # that a pixel of radius must change its surroundings by, to be seen
WINDOW_PX = 15

# A jump of the true radius larger than this within EDGE_WINDOW_PX is an edge of depth. The few
# pixels of far things seen between near ones say little about their radius.
EDGE_PX, EDGE_WINDOW_PX = 0.5, 9


@dataclass(frozen=True)
class Result:
    """What was found. All maps [H, W], px; textured: where the radius can be seen at all."""

    sharp: Float64
    blurred: Float64
    truth: Float64
    found: Float64
    textured: NDArray[np.bool_]
    rms_px: float
    textured_rms_px: float
    textured_median_px: float
    off_edges_rms_px: float
    start_rms_px: float
    reblurred_db: float
    seconds: float


def scene(height: int, width: int) -> tuple[Float64, Float64, Float64]:
    """Return the sharp picture and the blurred one [H, W], as displayed, and the true radius."""
    from scipy.ndimage import distance_transform_edt
    from skimage import data

    picture, _, disparity = data.stereo_motorcycle()
    unknown = ~np.isfinite(disparity)  # hidden from the second camera: the nearest value holds
    nearest = distance_transform_edt(unknown, return_distances=False, return_indices=True)
    crop = tuple(slice(at, at + n) for at, n in zip(CORNER, (height, width), strict=True))
    disparity = np.asarray(disparity, dtype=np.float64)[tuple(nearest)][crop]
    sharp = (picture[crop].astype(np.float64) / 255).mean(axis=2)
    far = (disparity.max() - disparity) / np.ptp(disparity)
    radius = np.round(far * LARGEST_PX / STEP_PX) * STEP_PX
    blurred = filter_varying(sharp[None], Disk(), radius)[0]
    return sharp, np.round(blurred * 255) / 255, radius


def disc_bank_layer(layers: tuple[int, ...] = (24, 8, 4)) -> SparseBlur:
    """Return a baked bank of discs as a layer; only what goes into it learns."""
    radii = radius_knots(Disk(), BANK_PX, KNOTS)
    plan = Plan(layers=layers)
    bank = bake(Request(Disk(), radii, plan, threads=torch.get_num_threads()))
    return SparseBlur.from_bank(bank).requires_grad_(False)


def learn_radius(blur: SparseBlur, sharp: Tensor, blurred: Tensor, steps: int) -> Tensor:
    """Return the radius at each pixel [1, 1, H, W]; pictures [1, 1, H, W]; steps: a level."""
    size = sharp.shape[2:]
    cells = torch.full((1, 1, 1, 1), BANK_PX / 2)
    for cell in CELLS_PX:
        cells = _resized(cells, tuple(max(1, n // cell) for n in size)).requires_grad_()
        optimiser = torch.optim.Adam([cells], lr=LEARNING_RATE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, LEARNING_RATE, total_steps=steps, pct_start=0.1
        )
        for _ in range(steps):
            radius = _resized(cells, size)
            error = 255 * (blur(sharp, radius) - blurred)
            loss = error.square().mean() + SMOOTHNESS * _variation(radius)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                cells.clamp_(0, BANK_PX)  # outside the knots there is no gradient to return by
        cells = cells.detach()
    return _resized(cells, size)


def _variation(radius: Tensor) -> Tensor:
    """Return the mean total variation, rounded where neighbours differ by less than 0.01 px."""
    steps = (radius.diff(dim=-1), radius.diff(dim=-2))
    return sum((step.square() + 1e-4).sqrt().mean() for step in steps)


def _resized(values: Tensor, size: tuple[int, ...]) -> Tensor:
    return F.interpolate(values, tuple(size), mode="bilinear", align_corners=False)


def textured(blur: SparseBlur, sharp: Tensor, radius: Tensor) -> Tensor:
    """Return where [1, 1, H, W] a change of the radius shows in the pixels around."""
    with torch.no_grad():
        slope = (blur(sharp, radius + 0.25) - blur(sharp, radius - 0.25)) / 0.5
    half = WINDOW_PX // 2
    square = F.pad(slope.square(), (half,) * 4, mode="reflect")
    return 255 * F.avg_pool2d(square, WINDOW_PX, 1).sqrt() > TEXTURE_GREY_LEVELS


def depth_edges(radius: Float64) -> NDArray[np.bool_]:
    """Return where [H, W] the true radius jumps nearby."""
    from scipy.ndimage import maximum_filter, minimum_filter

    around = maximum_filter(radius, EDGE_WINDOW_PX) - minimum_filter(radius, EDGE_WINDOW_PX)
    return around > EDGE_PX


def run(height: int = 256, width: int = 320, steps: int = 80, layers=(24, 8, 4)) -> Result:
    """Blur a scene, learn its radius back, compare."""
    sharp, blurred, truth = scene(height, width)
    blur = disc_bank_layer(layers)
    given, wanted, true = (
        torch.tensor(part, dtype=torch.float32)[None, None] for part in (sharp, blurred, truth)
    )
    begin = time.perf_counter()
    radius = learn_radius(blur, given, wanted, steps)
    seconds = time.perf_counter() - begin
    seen = textured(blur, given, true)[0, 0].numpy()
    with torch.no_grad():
        again = blur(given, radius)
    found = radius[0, 0].numpy().astype(np.float64)
    error = found - truth
    off_edges = seen & ~depth_edges(truth)
    return Result(
        sharp,
        blurred,
        truth,
        found,
        seen,
        rms_px=_rms(error),
        textured_rms_px=_rms(error[seen]),
        textured_median_px=float(np.median(np.abs(error[seen]))),
        off_edges_rms_px=_rms(error[off_edges]),
        start_rms_px=_rms(BANK_PX / 2 - truth),
        reblurred_db=psnr_db((again - wanted).square().mean().item()),
        seconds=seconds,
    )


def _rms(error: Float64) -> float:
    return float(np.sqrt(np.square(error).mean()))


def save_figure(result: Result, path: Path) -> None:
    """Draw what was given, and true map, recovered map and error."""
    error = np.abs(result.found - result.truth)
    save_rows(
        path,
        [
            [
                ("given: sharp", result.sharp),
                ("given: blurred", result.blurred),
                ("texture shows the radius here", result.textured.astype(np.float64)),
            ],
            [
                (f"true radius, 0 … {LARGEST_PX:g} px", ramp(result.truth, LARGEST_PX)),
                (f"recovered, rms error {result.rms_px:.2f} px", ramp(result.found, LARGEST_PX)),
                ("|error|, white is 2 px", error / 2),
            ],
        ],
        height=256,
    )


def main() -> None:
    """Run in full; write the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    results = Path(__file__).resolve().parent.parent / "docs/results/learning"
    parser.add_argument("--out", type=Path, default=results / "blur_map.png", help="the figure")
    arguments = parser.parse_args()
    result = run()
    save_figure(result, arguments.out)
    print(
        f"radius learnt in {result.seconds:.1f} s: rms error {result.rms_px:.3f} px (flat start: "
        f"{result.start_rms_px:.3f}); where texture shows it, {result.textured.mean():.0%} of the "
        f"picture, rms {result.textured_rms_px:.3f} px, median {result.textured_median_px:.3f} px, "
        f"rms off edges of depth {result.off_edges_rms_px:.3f} px; "
        f"blurred again {result.reblurred_db:.1f} dB; {arguments.out}"
    )


if __name__ == "__main__":
    main()
