"""The fitter's figures, as Markdown: `script/bench fit`.

Quality is the PSNR of filtered photographs (those of `photos`, sRGB values 0 … 1) against the exact
dense kernel, from the mean squared error over all of them; "worst" is the hardest photograph.
"""

import argparse
import os
import platform
import statistics
import time
from datetime import date

import numpy as np
import torch

from fitter.bake import Request, bake
from fitter.chain import Plan
from fitter.dense import filter_varying
from fitter.knots import radius_knots
from fitter.photos import photo
from fitter.quality import frobenius, photo_errors, psnr_db
from fitter.sheet import from_bank
from fitter.spectral import kernels
from fitter.targets import SHAPES, Source, half_size_px
from fitter.twin import blur
from realtime.bank import Bank

SINGLES = (("disk", 8), ("disk", 16), ("disk", 32), ("star", 16), ("heart", 16), ("ring", 16))
TILT_PHOTO, TILT_RADIUS_PX = "coffee", 16.0


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="of the timed bake (3)")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(
        f"{date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"{arguments.threads} thread(s), torch {torch.__version__}, Python "
        f"{platform.python_version()}\n"
    )
    banks = _timed_banks(arguments.runs)
    _singles(banks)
    _tilt_shift(banks["disk"])


def _timed_banks(runs: int) -> dict[str, Bank]:
    """Bake one bank a shape; print how long each took."""
    print("| bank, 17 knots to 32 px, 24,8,4 | baked in s (median) | runs | worst knot, midpoint |")
    print("|---|---|---|---|")
    banks = {}
    for shape in ("disk", "ring", "star", "heart", "gaussian"):
        times = []
        for _ in range(runs if shape == "disk" else 1):
            start = time.perf_counter()
            banks[shape] = _bank(SHAPES[shape](), 32.0, 17, Plan())
            times.append(time.perf_counter() - start)
        worst = [min(banks[shape].quality[w]["psnr_db"]) for w in ("knots", "midpoints")]
        print(
            f"| {shape} | {statistics.median(times):.1f} | {len(times)} | "
            f"{worst[0]:.1f}, {worst[1]:.1f} dB |",
            flush=True,
        )
    print()
    return banks


def _singles(banks: dict[str, Bank]) -> None:
    print("| kernel, 24,8,4 | dB | worst | Frobenius | mixed prior | in the bank |")
    print("|---|---|---|---|---|---|")
    for shape, radius in SINGLES:
        source = SHAPES[shape]()
        natural, mixed = (
            _quality(_bank(source, radius, 1, Plan(prior=p)), source, radius)
            for p in ("natural", "mixed")
        )
        within = _quality(banks[shape], source, radius)
        print(
            f"| {shape} r {radius} | {natural[0]:.1f} | {natural[1]:.1f} | {natural[2]:.3f} | "
            f"{mixed[0]:.1f} dB, {mixed[2]:.3f} | {within[0]:.1f} dB, {within[2]:.3f} |",
            flush=True,
        )
    print()


def _quality(bank: Bank, source: Source, radius: float) -> tuple[float, float, float]:
    """Return mean and worst dB over the photographs, and the relative Frobenius error."""
    half = half_size_px(source, radius) + 3
    target = torch.from_numpy(source.draw(radius, half))
    cascade = from_bank(bank)
    if len(cascade) > 1:
        below, part = bank.axes[0].place(radius)
        two = [cascade.chosen(torch.tensor([min(n, len(cascade) - 1)])) for n in (below, below + 1)]
        cascade = two[1].mixed(two[0], part)
    kernel = kernels(cascade, half)[0]
    errors = list(photo_errors(kernel, target).values())
    return psnr_db(np.mean(errors)), psnr_db(max(errors)), frobenius(kernel, target)


def _tilt_shift(disk: Bank) -> None:
    """Sharp in the middle row, radius 16 px at the top and the bottom; each row its own kernel."""
    image = photo(TILT_PHOTO)
    height, width = image.shape[1:]
    rows = np.abs(np.linspace(-1, 1, height)) * TILT_RADIUS_PX
    radius = np.repeat(rows[:, None], width, axis=1)
    want = filter_varying(image, SHAPES["disk"](), radius)
    small = _bank(SHAPES["disk"](), TILT_RADIUS_PX, 17, Plan(layers=(10, 5, 3)))
    print(f"| tilt-shift 0 → 16 px over '{TILT_PHOTO}', torch twin | whole | 20 px inside |")
    print("|---|---|---|")
    for name, bank in (
        ("36 taps, bank to 32 px", disk),
        ("18 taps (10,5,3), bank to 16 px", small),
    ):
        error = blur(torch.from_numpy(image), bank, torch.from_numpy(radius)).numpy() - want
        inside = error[:, 20:-20, 20:-20]
        print(f"| {name} | {_db(error):.1f} dB | {_db(inside):.1f} dB |", flush=True)


def _db(error: np.ndarray) -> float:
    return psnr_db(np.square(error).mean())


def _bank(source: Source, radius: float, knots: int, plan: Plan) -> Bank:
    threads = torch.get_num_threads()
    return bake(Request(source, radius_knots(source, radius, knots), plan, threads))


if __name__ == "__main__":
    main()
