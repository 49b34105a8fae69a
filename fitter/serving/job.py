"""One request done: a drawing in, a bank file after each stage."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from fitter.bake import Request, check_memory, to_bank
from fitter.chain import Plan
from fitter.errors import FitError
from fitter.knots import radius_knots
from fitter.quality import measure_rows
from fitter.serving.protocol import Ask, Stage
from fitter.serving.stoppable import Check, StoppableChain, WatchedSource
from fitter.targets import Disk, Picture, Source, half_size_px, is_delta, read_picture
from realtime.bank import Bank, write_bank

Answer = Callable[[dict[str, Any]], None]

LEAST_SIDE_PX, LEAST_LIT = 3, 2  # of a drawing

WARM_RADIUS_PX = 4.0
WARM_STAGE = Stage((3, 2), 3, **dict.fromkeys(("seeds", "seed_iterations", "knot_iterations"), 2))


def run(ask: Ask, answer: Answer, check: Check, threads: int = 1) -> None:
    """Fit stage by stage; give answers without their id: progress, and each bank once written.

    check: raises where the work is to stop, and leaves no half of a file. Raises FitError for what
    cannot be fitted, BankError where the folder cannot be written.
    """
    began = time.monotonic()
    source = WatchedSource(read_drawing(ask), check)
    for number, stage in enumerate(ask.stages):

        def progress(part: float, number: int = number) -> None:
            answer({"stage": number, "progress": round(part, 3)})

        bank = fitted(_request(source, ask.max_radius_px, stage, threads), progress, check)
        path = ask.out / f"{ask.id}-{number}.safetensors"
        check()
        write_bank(path, bank)
        seconds = round(time.monotonic() - began, 3)
        told = {"stage": number, "bank": str(path), "seconds": seconds}
        answer(told | {"quality": dict(bank.quality)})


def fitted(request: Request, progress: Callable[[float], None], check: Check) -> Bank:
    """Fit and measure as `diskblur-fit bake` does. progress: of the whole, 0 … 1."""
    torch.set_num_threads(request.threads)
    done = 0

    def step(_: str) -> None:
        nonlocal done
        done += 1
        progress(done / (chain.steps + 1))  # the last is to measure

    chain = StoppableChain(request.source, request.radii_px, request.plan, step, check)
    progress(0.0)
    cascades = chain.fit()
    quality = measure_rows(cascades, request.rows, request.radii_px)
    return to_bank(request, cascades, quality)


def read_drawing(ask: Ask) -> Picture:
    """Read and check the drawing. Raises FitError for one that no blur can have the shape of."""
    picture = read_picture(ask.kernel)
    rows, columns = picture.light.shape
    if min(rows, columns) < LEAST_SIDE_PX:
        raise FitError(
            f"{picture.name}: {columns} × {rows} px, at least {LEAST_SIDE_PX} a side expected. "
            f"Draw on a larger canvas"
        )
    lit, radius = int(np.count_nonzero(picture.light)), ask.max_radius_px
    if lit < LEAST_LIT or is_delta(picture.draw(radius, half_size_px(picture, radius))):
        raise FitError(
            f"{picture.name}: {lit} lit px, all of the light within one pixel at radius "
            f"{radius:g} px; a shape expected. Draw larger"
        )
    return picture


def warm_up(threads: int) -> None:
    """Make the first request as quick as the next: every kind of work is done once."""
    request = _request(Disk(), WARM_RADIUS_PX, WARM_STAGE, threads)
    fitted(request, lambda _: None, lambda: None)


def _request(source: Source, max_radius_px: float, stage: Stage, threads: int) -> Request:
    # On the CPU everywhere: a GPU is busy drawing the scene that waits for the bank.
    plan = Plan(layers=stage.taps, device="cpu", **stage.effort)
    radii = radius_knots(source, max_radius_px, stage.knots)
    request = Request(source, radii, plan, threads)
    check_memory(request)
    return request
