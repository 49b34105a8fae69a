"""`python -m fitter.targets.gallery OUT.png`: the whole suite as one labelled picture.

A row a group, each kernel as bright as its brightest pixel, square-rooted so that tails show. Lens
PSFs are in colour: red, green and blue as a picture would record them.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fitter.targets.lens import CHANNELS, LensPsf
from fitter.targets.source import half_size_px
from fitter.targets.suite import SUITE, Case

CELL_PX, LABEL_PX, MARGIN_PX = 132, 14, 6  # of the picture
ACROSS = 7
BACK, INK = (24, 24, 28), (200, 200, 205)
LENS_RADIUS_PX, LENS_FIELDS = 12.0, (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)


def gallery() -> Image.Image:
    """Draw every case of the suite, and a lens over its field on both sides of focus."""
    cells = {
        group: [(name, _seen(_drawn(case))) for name, case in cases.items()]
        for group, cases in SUITE.items()
    }
    for side, front in (("behind", False), ("in front of", True)):
        cells[f"lens, {side} focus"] = [
            (f"field {field:g}", _lens(field, front)) for field in LENS_FIELDS
        ]
    return _laid_out(cells)


def _drawn(case: Case) -> NDArray[np.float64]:
    return case.source.draw(case.radius_px, half_size_px(case.source, case.radius_px) + 1)


def _lens(field: float, front: bool) -> Image.Image:
    half = int(1.7 * LENS_RADIUS_PX)
    psfs = [LensPsf(field=field, channel=channel, front=front) for channel in CHANNELS]
    return _seen(np.stack([psf.draw(LENS_RADIUS_PX, half) for psf in psfs], axis=-1))


def _seen(kernel: NDArray[np.float64]) -> Image.Image:
    """Return a kernel [M, M] or [M, M, 3] as a picture of CELL_PX, pixels kept sharp."""
    shades = np.sqrt(kernel / kernel.max())
    picture = Image.fromarray((shades * 255).round().astype(np.uint8)).convert("RGB")
    return picture.resize((CELL_PX, CELL_PX), Image.Resampling.NEAREST)


def _laid_out(cells: dict[str, list[tuple[str, Image.Image]]]) -> Image.Image:
    step, line = CELL_PX + MARGIN_PX, CELL_PX + LABEL_PX + MARGIN_PX
    lines = sum(-(-len(group) // ACROSS) for group in cells.values())
    size = (MARGIN_PX + ACROSS * step, MARGIN_PX + lines * line + len(cells) * 2 * LABEL_PX)
    page = Image.new("RGB", size, BACK)
    pen, top = ImageDraw.Draw(page), MARGIN_PX
    for group, entries in cells.items():
        pen.text((MARGIN_PX, top), group.upper(), INK)
        top += 2 * LABEL_PX
        for number, (name, picture) in enumerate(entries):
            left = MARGIN_PX + number % ACROSS * step
            down = top + number // ACROSS * line
            page.paste(picture, (left, down))
            pen.text((left, down + CELL_PX), name, INK)
        top += -(-len(entries) // ACROSS) * line
    return page


def main(argv: list[str] | None = None) -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description="Draw the suite of targets as one picture.")
    parser.add_argument("out", type=Path, help="the .png file to write")
    gallery().save(parser.parse_args(argv).out)


if __name__ == "__main__":
    main()
