"""A contact sheet of a bank: target, fit and amplified error at every knot.

radius 16.3 px      65.5 dB  rel. error 0.166
[ target ][  fit  ][ error ]
"""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fitter.cascade import Cascades
from fitter.report import knot_errors, knot_labels, summary
from fitter.spectral import kernels
from realtime.bank import Bank, LowRankBank

TILE, GAP, MARGIN, LABEL, HEAD = 112, 4, 28, 40, 92  # px
GROUPS_A_ROW = 3
BESIDE = 3  # px around the target, where a fit may have put light too
GAIN = 5.0  # the error is shown this many times larger; full colour is a fifth of the brightest

BACKGROUND, PANEL, TEXT, DIM = (17, 18, 22), (8, 8, 10), (236, 236, 240), (142, 146, 156)
ABOVE, BELOW = np.array([255, 150, 64.0]), np.array([72, 160, 255.0])  # fit too bright, too dark

Float64 = NDArray[np.float64]


def sheet(bank: Bank | LowRankBank) -> Image.Image:
    """Draw the sheet. Brightness is encoded for display, relative to the target's brightest."""
    fits, targets = _fits(bank), _targets(bank)
    across = min(GROUPS_A_ROW, len(fits))
    down = -(-len(fits) // across)
    wide, high = 3 * TILE + 2 * GAP, TILE + LABEL
    width = max(2 * MARGIN + across * wide + (across - 1) * MARGIN, 640)
    picture = Image.new("RGB", (width, HEAD + down * (high + GAP * 3) + MARGIN), BACKGROUND)
    _head(picture, bank)
    errors = zip(knot_errors(bank, "psnr_db"), knot_errors(bank, "frobenius"), strict=True)
    for number, (label, error) in enumerate(zip(knot_labels(bank), errors, strict=True)):
        row, column = divmod(number, across)
        at = (MARGIN + column * (wide + MARGIN), HEAD + row * (high + GAP * 3))
        target = None if targets is None else targets[number]
        _group(picture, at, label, error, target, fits[number])
    return picture


def _head(picture: Image.Image, bank: Bank) -> None:
    draw = ImageDraw.Draw(picture)
    name = str(bank.target.get("name") or bank.target.get("shape") or "bank")
    draw.text((MARGIN, 20), name, fill=TEXT, font=_font(22))
    draw.text((MARGIN, 50), summary(bank), fill=DIM, font=_font(13))
    key = (
        f"each: target, fit, error x {GAIN:g} (orange: too bright, blue: too dark); error relative"
    )
    draw.text((MARGIN, 68), key, fill=DIM, font=_font(13))


def _group(
    picture: Image.Image,
    at: tuple[int, int],
    label: str,
    error: tuple[float | None, float | None],
    target: Float64 | None,
    fit: Float64,
) -> None:
    x, y = at
    draw = ImageDraw.Draw(picture)
    psnr, relative = error
    right = x + 3 * TILE + 2 * GAP
    numbers = [] if psnr is None else [f"{psnr:.1f} dB"]
    numbers += [] if relative is None else [f"error {relative:.3f}"]
    draw.text((x, y + LABEL - 8), label, fill=TEXT, font=_font(14), anchor="ls")
    draw.text((right, y + LABEL - 8), "   ".join(numbers), fill=DIM, font=_font(13), anchor="rs")
    tiles = [None, _grey(fit, fit.max()), None]
    if target is not None:
        fit, target = _framed(fit, target)
        peak = target.max()
        tiles = [_grey(target, peak), _grey(fit, peak), _signed((fit - target) * GAIN / peak)]
    for number, tile in enumerate(tiles):
        place = (x + number * (TILE + GAP), y + LABEL)
        draw.rectangle((*place, place[0] + TILE - 1, place[1] + TILE - 1), fill=PANEL)
        if tile is not None:
            picture.paste(_enlarged(tile), place)


def _framed(fit: Float64, target: Float64) -> tuple[Float64, Float64]:
    """Crop both [M, M] to what has light in either, and a pixel around it."""
    light = np.maximum(np.abs(fit), target) > target.max() * 1e-3
    half = target.shape[0] // 2
    rows, columns = np.nonzero(light)
    keep = min(half, int(max(np.abs(rows - half).max(), np.abs(columns - half).max())) + 1)
    window = slice(half - keep, half + keep + 1)
    return fit[window, window], target[window, window]


def _grey(kernel: Float64, peak: float) -> NDArray[np.uint8]:
    shade = (kernel / peak).clip(0, 1) ** (1 / 2.2) * 255
    return np.repeat(shade.astype(np.uint8)[..., None], 3, axis=2)


def _signed(error: Float64) -> NDArray[np.uint8]:
    colour = np.where(error[..., None] > 0, ABOVE, BELOW)
    return (colour * np.abs(error).clip(0, 1)[..., None] ** (1 / 2.2)).astype(np.uint8)


def _enlarged(tile: NDArray[np.uint8]) -> Image.Image:
    """Pixels stay visible when enlarged, and are averaged when there are too many."""
    method = Image.Resampling.NEAREST if len(tile) <= TILE else Image.Resampling.BOX
    return Image.fromarray(tile).resize((TILE, TILE), method)


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


def _fits(bank: Bank | LowRankBank) -> list[Float64]:
    """Return each knot's exact kernel, a little larger than its target, or the cascade's reach."""
    half = int(np.ceil(bank.reach_px))
    if bank.targets is not None:
        half = bank.targets.shape[-1] // 2 + BESIDE
    if isinstance(bank, LowRankBank):
        return _products(bank, half)
    return list(kernels(from_bank(bank), half).numpy())


def _products(bank: LowRankBank, half: int) -> list[Float64]:
    """Return the kernels of a low-rank bank, rimmed by zeros to that half size."""
    found = np.einsum("kbay,kbax->bayx", *map(np.float64, (bank.columns, bank.rows)))
    rim = max(0, half - bank.rows.shape[-1] // 2)
    return list(np.pad(found.reshape(-1, *found.shape[2:]), ((0, 0), (rim, rim), (rim, rim))))


def _targets(bank: Bank | LowRankBank) -> list[Float64] | None:
    if bank.targets is None:
        return None
    flat = bank.targets.reshape(-1, *bank.targets.shape[2:]).astype(np.float64)
    return list(np.pad(flat, ((0, 0), (BESIDE, BESIDE), (BESIDE, BESIDE))))


def from_bank(bank: Bank) -> Cascades:
    """Return the bank's knots as a batch, axis 0 running fastest, in the target's coordinates."""
    offsets = [-o.reshape(len(o), -1, 2).transpose(1, 0, 2) for o in bank.offsets]
    weights = [w.reshape(len(w), -1).T for w in bank.weights]
    return Cascades(
        bank.layers,
        torch.from_numpy(np.concatenate(offsets, axis=1)),
        torch.from_numpy(np.concatenate(weights, axis=1)),
    )
