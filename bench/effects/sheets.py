"""A contact sheet an effect: as it was, what the effect makes of it, and the map it follows."""

import math
from pathlib import Path

import moderngl
import numpy as np

from bench.depth_of_field.sheets import jpeg
from bench.effects.cases import Case
from bench.effects.exact import psnr_db
from bench.effects.run import apply
from fitter.photos import photo
from realtime.bank import replacing
from realtime.passes.effect_map import EffectMapPass, Window
from realtime.pictures import labelled_grid

PHOTO = "coffee"
AMPLIFIED = 16
MOST_BYTES = 900_000


def draw(ctx: moderngl.Context, found: list[Case], path: Path) -> None:
    """Write all effects on one photograph, a row each: 36 taps, 18, their difference, the map."""
    image = photo(PHOTO)
    pictures, labels = [], []
    for case in found:
        size = (image.shape[2], image.shape[1])
        effect = case.effect(ctx, size)
        fine, coarse = (apply(ctx, image, effect, case.banks(taps)) for taps in (36, 18))
        difference = np.abs(fine - coarse) * AMPLIFIED
        shown = (fine, coarse, difference)
        pictures += [_bytes(picture) for picture in shown] + [_map(ctx, effect, case, size)]
        labels += [
            f"{case.name}, 36 taps",
            f"18 taps ({psnr_db(coarse, fine):.0f} dB against 36)",
            f"36 less 18, x {AMPLIFIED}",
            "radius, 0 to its largest",
        ]
    sheet = labelled_grid(pictures, labels, columns=4, footer=f"photograph: scikit-image {PHOTO}")
    with replacing(path) as temporary:
        temporary.write_bytes(jpeg(sheet, MOST_BYTES))


def _bytes(picture: np.ndarray) -> np.ndarray:
    """[3, H, W] as displayed, to [H, W, 3] uint8."""
    return np.rint(picture.clip(0, 1).transpose(1, 2, 0) * 255).astype(np.uint8)


def _map(ctx: moderngl.Context, effect, case: Case, size: tuple[int, int]) -> np.ndarray:
    """The effect's radius as grey."""
    map_pass = EffectMapPass(ctx, type(effect), case.banks(36)[0].axes, size)
    radius = map_pass.read_values(effect, Window((0, 0), size))[..., 0]
    map_pass.release()
    most = float(radius.max())
    grey = radius / most if math.isfinite(most) and most > 0 else np.zeros_like(radius)
    return np.repeat(_bytes(grey[None])[..., :1], 3, axis=2)
