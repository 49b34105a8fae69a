"""Tilt-shift over photographs through the GLSL path, against each pixel's own exact disc.

Sharp in the middle row, radius 16 px at the top and at the bottom; targets and bank textures are
float32. Photographs as displayed (sRGB values 0 … 1), as the fitter's figures have them.
"""

import moderngl
import numpy as np

from bench.banks import disk_bank
from bench.machine import describe
from fitter.dense import filter_varying
from fitter.photos import photo
from fitter.targets import SHAPES
from realtime.bank import Bank
from realtime.blur.picture import blur_picture
from realtime.gl.context import headless_context
from realtime.passes.cascade import CascadePass
from realtime.text_table import format_table

RADIUS_PX = 16.0
PHOTOS = ("astronaut", "coffee", "chelsea")
BANKS = (((24, 8, 4), 32.0), ((24, 8, 4), 16.0), ((10, 5, 3), 16.0))  # taps, largest radius


def main() -> None:
    """Print PSNR of each bank on each photograph."""
    ctx = headless_context()
    truths = {name: filter_varying(photo(name), SHAPES["disk"](), _radii(name)) for name in PHOTOS}
    rows = []
    for taps, largest in BANKS:
        bank = disk_bank(taps, largest)
        dbs = [psnr_db(_blurred(ctx, bank, name), truths[name]) for name in PHOTOS]
        title = f"{sum(taps)} taps, bank to {largest:g} px"
        rows.append((title, *(f"{db:.1f}" for db in dbs)))
    print(f"tilt-shift 0 → {RADIUS_PX:g} px, GLSL, dB against exact\n{describe(ctx)}\n")
    print(format_table(("bank", *PHOTOS), rows))


def psnr_db(got: np.ndarray, want: np.ndarray) -> float:
    """PSNR of values 0 … 1."""
    return float(-10 * np.log10(np.mean((got - want) ** 2)))


def _radii(name: str) -> np.ndarray:
    """[H, W] px."""
    height, width = photo(name).shape[1:]
    return np.repeat(np.abs(np.linspace(-1, 1, height))[:, None] * RADIUS_PX, width, axis=1)


def _blurred(ctx: moderngl.Context, bank: Bank, name: str) -> np.ndarray:
    """The photograph [3, H, W] through the shader."""
    picture = np.concatenate([photo(name), np.ones_like(photo(name)[:1])]).transpose(1, 2, 0)
    knots = bank.axes[0].knots
    place = np.interp(_radii(name), knots, range(len(knots)))
    return blur_picture(ctx, CascadePass, bank, picture, place)[..., :3].transpose(2, 0, 1)


if __name__ == "__main__":
    main()
