"""Recover an unknown blur from pairs of sharp and blurred pictures; no target is given.

    python examples/learn_kernel.py

Three photographs are blurred by a kernel that is hidden from the fit (an ampersand: lopsided, with
holes) and rounded to 8 bits. `fitter.SparseBlur` starts as discs of several sizes, learns the taps
and weights that turn the sharp pictures into the blurred ones, and is written as a bank. Only then
is the kernel uncovered, and the bank judged: against it, and on a photograph it never saw.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from learn_panels import grey, save_rows, signed
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from fitter import SparseBlur
from fitter.bake import Request, bake
from fitter.chain import Plan
from fitter.dense import filter_dense
from fitter.photos import photo
from fitter.quality import frobenius, psnr_db
from fitter.sheet import from_bank
from fitter.spectral import kernels
from fitter.targets import Picture, half_size_px
from realtime.bank import Axis, Bank, write_bank

TRAINING, HELD_OUT = ("astronaut", "coffee", "chelsea"), "camera"
CORNER = (20, 60)  # of the training crops: row, column

# What may be known of a blur that is not: it reaches no further than about this.
WIDEST_PX = 16.0
STARTS_PX = (8.0, 11.0, 14.0)

LEARNING_RATE = 0.2  # px, and logits, a step; 0.1 took twice the steps
TRIAL_PART = 0.2  # of the steps each start gets before all but the best are dropped

# The error's slope counts this much more than the error, rising from 0 to it in the first half: at
# first the blurred outlines must be met, then the fine shape, which photographs show faintly.
SLOPE = 200.0

BESIDE_PX = 3  # around the true kernel, where light of the recovered one counts as an error


@dataclass(frozen=True)
class Result:
    """What was found. truth, found: kernels [M, M]; held_out: (by truth, by bank), [H, W]."""

    bank: Bank
    truth: Tensor
    found: Tensor
    held_out: tuple[Tensor, Tensor]
    training_db: float
    held_out_db: float
    frobenius: float
    seconds: float


def ampersand() -> Picture:
    """Return the shape that is hidden: lopsided, with two holes."""
    page = Image.new("L", (600, 600))
    font = ImageFont.load_default(400)
    ImageDraw.Draw(page).text((300, 300), "&", fill=255, font=font, anchor="mm")
    light = np.asarray(page.crop(page.getbbox()), dtype=np.float64) / 255
    return Picture(light, "ampersand")


def hidden_kernel(radius_px: float) -> Tensor:
    """Return the kernel that the fit must not see [M, M], sum 1."""
    source = ampersand()
    return torch.from_numpy(source.draw(radius_px, half_size_px(source, radius_px)))


def training_pairs(size: int, kernel: Tensor) -> tuple[Tensor, Tensor]:
    """Return sharp and blurred [3, 1, size, size], float32; the blurred ones have 8 bits.

    What a crop's border hides is there in the blurred picture, as in a real one.
    """
    row, column = CORNER
    crop = (slice(None), slice(row, row + size), slice(column, column + size))
    pictures = [_grey_photo(name) for name in TRAINING]
    sharp = torch.stack([p[crop] for p in pictures])
    blurred = torch.stack([filter_dense(p, kernel)[crop] for p in pictures])
    return sharp.float(), (blurred * 255).round().float() / 255


def learn(sharp: Tensor, blurred: Tensor, layers: tuple[int, ...], steps: int) -> SparseBlur:
    """Return the layer that turns sharp pictures into blurred ones [B, C, H, W]."""
    axis = Axis("radius", "px", (WIDEST_PX,))  # one knot: the bank is a single kernel
    trials = []
    for number, radius in enumerate(STARTS_PX):
        layer = SparseBlur.from_scratch(layers, [axis], radius, seed=number)
        trials.append((_train(layer, sharp, blurred, round(steps * TRIAL_PART)), layer))
    best = min(trials, key=lambda trial: trial[0])[1]
    _train(best, sharp, blurred, steps)
    return best


def _train(layer: SparseBlur, sharp: Tensor, blurred: Tensor, steps: int) -> float:
    """Train with Adam; return the last mean squared error."""
    optimiser = torch.optim.Adam(layer.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=steps, pct_start=0.1
    )
    for step in range(steps):
        error = _inside(layer(sharp) - blurred)
        square = error.square().mean()
        slope = error.diff(dim=-1).square().mean() + error.diff(dim=-2).square().mean()
        loss = square + SLOPE * min(1.0, 2 * step / steps) * slope
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return square.item()


def _inside(picture: Tensor) -> Tensor:
    """Leave out what light from beyond the crop may have reached."""
    by = int(WIDEST_PX)
    return picture[..., by:-by, by:-by]


def run(size: int = 256, steps: int = 1000, radius_px: float = 12.0, layers=(24, 8, 4)) -> Result:
    """Hide a kernel, learn it, uncover it.

    size: of the training crops, px; steps: of the last training; radius_px: of the hidden kernel.
    """
    truth = hidden_kernel(radius_px)
    sharp, blurred = training_pairs(size, truth)
    begin = time.perf_counter()
    layer = learn(sharp, blurred, layers, steps)
    seconds = time.perf_counter() - begin
    bank = layer.to_bank(target={"shape": "unknown", "learnt_from": list(TRAINING)})
    truth = torch.nn.functional.pad(truth, (BESIDE_PX,) * 4)
    found = kernel_of(bank, truth)
    held_out = tuple(filter_dense(_grey_photo(HELD_OUT), k)[0] for k in (truth, found))
    with torch.no_grad():
        training = _inside(layer(sharp) - blurred).square().mean().item()
    return Result(
        bank,
        truth,
        found,
        held_out,
        psnr_db(training),
        held_out_db(held_out),
        frobenius(found, truth),
        seconds,
    )


def kernel_of(bank: Bank, like: Tensor) -> Tensor:
    """Return the exact kernel of a bank with one knot, as large as `like` [M, M]."""
    return kernels(from_bank(bank), like.shape[-1] // 2)[0]


def held_out_db(pictures: tuple[Tensor, Tensor]) -> float:
    """Return the PSNR of two pictures [H, W] that differ by a blur."""
    return psnr_db(_inside(pictures[1] - pictures[0]).square().mean().item())


def fitted_knowing_it(truth: Tensor, radius_px: float = 12.0) -> tuple[float, float]:
    """Return held-out dB and relative error of the fitter's own bank, which is given the kernel."""
    bank = bake(Request(ampersand(), (radius_px,), Plan(layers=(24, 8, 4))))
    found = kernel_of(bank, truth)
    photos = tuple(filter_dense(_grey_photo(HELD_OUT), k)[0] for k in (truth, found))
    return held_out_db(photos), frobenius(found, truth)


def save_figure(result: Result, path: Path) -> None:
    """Draw truth | recovered | error, and the held-out photograph blurred both ways."""
    truth, found = result.truth.numpy(), result.found.numpy()
    peak, error = truth.max(), (result.held_out[1] - result.held_out[0]).numpy()
    detail = (slice(60, 280), slice(120, 340))  # face and camera
    save_rows(
        path,
        [
            [
                ("hidden kernel", grey(truth, peak)),
                (f"recovered, relative error {result.frobenius:.3f}", grey(found, peak)),
                ("error x 5", signed(found - truth, peak / 5)),
            ],
            [
                ("never seen: blurred by the hidden kernel", result.held_out[0].numpy()[detail]),
                (f"by the bank, {result.held_out_db:.1f} dB", result.held_out[1].numpy()[detail]),
                ("error x 50", signed(error[detail], 1 / 50)),
            ],
        ],
        height=300,
    )


def _grey_photo(name: str) -> Tensor:
    """Return [1, H, W], as displayed."""
    return torch.from_numpy(photo(name)).mean(dim=0, keepdim=True)


def main() -> None:
    """Run in full; write the figure and the bank."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    results = Path(__file__).resolve().parent.parent / "docs/results/learning"
    parser.add_argument("--out", type=Path, default=results / "kernel.png", help="the figure")
    parser.add_argument("--bank", type=Path, default=Path("learnt_kernel.safetensors"))
    arguments = parser.parse_args()
    result = run()
    known_db, known_error = fitted_knowing_it(result.truth)
    save_figure(result, arguments.out)
    write_bank(arguments.bank, result.bank)
    print(
        f"{result.bank.taps} taps learnt in {result.seconds:.1f} s: training "
        f"{result.training_db:.1f} dB against 8-bit pictures, held-out photograph "
        f"{result.held_out_db:.1f} dB, relative Frobenius error {result.frobenius:.3f}; "
        f"the fitter, given the kernel: {known_db:.1f} dB, {known_error:.3f}; "
        f"{arguments.out}, {arguments.bank}"
    )


if __name__ == "__main__":
    main()
