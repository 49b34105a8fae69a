"""Effects on photographs through OpenGL, and what they are off by."""

from collections.abc import Iterator
from dataclasses import dataclass

import moderngl
import numpy as np

from bench.effects.cases import Case
from bench.effects.exact import Float64, psnr_db, some_pixels
from fitter.photos import photo
from realtime.bank import Bank
from realtime.blur.picture import read_target, write_target
from realtime.effects import Effect
from realtime.effects.stack import Applied, EffectStack
from realtime.gl.targets import DTYPES, color_target

PHOTOS = ("astronaut", "coffee", "chelsea")
RUNS = ((36, "float"), (36, "half"), (18, "float"))  # taps, precision


@dataclass(frozen=True)
class Row:
    """One effect on one photograph: dB by (taps, precision), and the effect's own difference."""

    case: str
    photo: str
    db: dict[tuple[int, str], float]
    unblurred_db: float  # the photograph as it is against the same truth
    pixels: int


def measure(ctx: moderngl.Context, found: list[Case]) -> Iterator[Row]:
    """Yield a row for each case and photograph."""
    for case in found:
        for name in PHOTOS:
            yield _row(ctx, case, name)


def _row(ctx: moderngl.Context, case: Case, name: str) -> Row:
    image = photo(name)
    height, width = image.shape[1:]
    pixels = some_pixels((height, width), case.samples)
    truth = case.truth(image, pixels)
    effect = case.effect(ctx, (width, height))
    db = {}
    for taps, precision in RUNS:
        got = apply(ctx, image, effect, case.banks(taps), precision)
        db[taps, precision] = psnr_db(got[:, *pixels], truth)
    unblurred = psnr_db(image[:, *pixels], truth)
    return Row(case.name, name, db, unblurred, len(pixels[0]))


def apply(
    ctx: moderngl.Context,
    image: Float64,
    effect: Effect,
    banks: tuple[Bank, ...],
    precision: str = "float",
    kernel: str = "sparse",
) -> Float64:
    """Return an image [C, H, W] with an effect, through the shaders."""
    height, width = image.shape[1:]
    color, out = (color_target(ctx, (width, height), dtype=DTYPES[precision]) for _ in range(2))
    picture = np.concatenate([image, np.ones_like(image[:1])]).transpose(1, 2, 0)
    write_target(color, picture, DTYPES[precision])
    stack = EffectStack(ctx, [Applied(effect, banks)], precision, kernel)
    stack.render(color.color, out.framebuffer)
    got = read_target(out)[..., :3].transpose(2, 0, 1).astype(np.float64)
    for part in (stack, color, out):
        part.release()
    return got
