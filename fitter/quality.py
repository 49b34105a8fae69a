"""How far a cascade is from its target: on photographs, and as a kernel.

Each hides what the other shows: photographs forgive fine grain, a point of light does not.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fitter.cascade import Cascades
from fitter.photos import PHOTOS, photo
from fitter.rows import Second
from fitter.spectral import canvas, fast_size, kernels
from fitter.targets import Source, half_size_px
from fitter.targets.family import turned

UPRIGHT = (0.0,)
BEST_DB = 120.0  # a mean squared error below 1e-12 is rounding, and is reported as this


def psnr_db(mean_square: float) -> float:
    """Return the PSNR of values 0 … 1 at a mean squared error."""
    return float(min(BEST_DB, -10 * np.log10(max(mean_square, 1e-30))))


def frobenius(kernel: Tensor, target: Tensor) -> float:
    """Return |kernel - target| / |target|, both [M, M]."""
    return float((kernel - target).norm() / target.norm())


def photo_errors(kernel: Tensor, target: Tensor, names: Sequence[str] = PHOTOS) -> dict[str, float]:
    """Return each photograph's mean squared error: filtered by `kernel` against by `target`.

    Both [M, M], M odd. Only pixels whose whole kernel lies within the photograph count, so that
    no rule for borders plays a part. Smaller photographs than the kernel are left out.
    """
    half = target.shape[-1] // 2
    fitting = [n for n in names if min(photo(n).shape[1:]) > 2 * half]
    return {name: _mean_square(kernel - target, name, half) for name in fitting}


def _mean_square(error: Tensor, name: str, half: int) -> float:
    height, width = photo(name).shape[1:]
    on = canvas(fast_size(max(height, width)), torch.float64)
    seen = torch.fft.irfft2(_photo_spectrum(name) * on.spectrum(error.cpu()), s=(on.n, on.n))
    return float(seen[:, half : height - half, half : width - half].square().mean())


@cache
def _photo_spectrum(name: str) -> Tensor:
    """A periodic canvas is enough: what wraps round reaches only the border left out above."""
    picture = torch.from_numpy(photo(name))
    n = fast_size(max(picture.shape[1:]))
    return torch.fft.rfft2(picture, s=(n, n))


def measure(
    cascades: Cascades, source: Source, radius_px: float, turns: Sequence[float] = UPRIGHT
) -> dict[str, float]:
    """Return {"frobenius", "psnr_db"} of one cascade (a batch of 1) against its exact target.

    psnr_db: of the mean squared error over the photographs. turns: angles, rad, by which both are
    turned; squared errors are means over them. Raises nothing: where no photograph is large enough
    psnr_db is left out.
    """
    kernel, photos = [], []
    for turn in turns:
        shape = turned(source, turn) if turn else source
        half = half_size_px(shape, radius_px) + 2  # light put just outside the target counts
        target = torch.from_numpy(shape.draw(radius_px, half))
        fit = kernels(cascades.turned(turn) if turn else cascades, half)[0].cpu()
        kernel.append(frobenius(fit, target) ** 2)
        photos += photo_errors(fit, target, ("camera",)).values()
    found = {"frobenius": float(np.sqrt(np.mean(kernel)))}
    return found | ({"psnr_db": psnr_db(np.mean(photos))} if photos else {})


def measure_axis(
    cascades: Cascades, source: Source, radii_px: Sequence[float], turns: Sequence[float] = UPRIGHT
) -> dict[str, Any]:
    """Return errors at the knots and half-way between them, as lists in the knots' order."""
    single = [cascades.chosen(torch.tensor([n])) for n in range(len(cascades))]
    at_knots = [measure(c, source, r, turns) for c, r in zip(single, radii_px, strict=True)]
    pairs = zip(single, single[1:], radii_px, radii_px[1:], strict=False)
    between = [measure(b.mixed(a, 0.5), source, (r + s) / 2, turns) for a, b, r, s in pairs]
    return {"knots": _columns(at_knots), "midpoints": _columns(between)}


def measure_rows(
    cascades: Cascades, second: Second, radii_px: Sequence[float], turns: Sequence[float] = UPRIGHT
) -> dict[str, dict[str, list[float]]]:
    """Return errors of cascades [A1 * A0], the radii running fastest, in that order.

    knots: at them; midpoints: half-way to the next radius; midpoints_second: half-way to the next
    value of the second axis, if it has more than one.
    """
    across, values = len(radii_px), second.values
    row = [cascades.chosen(torch.arange(across) + number * across) for number in range(len(values))]
    found = [
        measure_axis(part, second.family.at(v), radii_px, turns)
        for part, v in zip(row, values, strict=True)
    ]
    if len(values) > 1:
        pairs = zip(row, row[1:], values, values[1:], strict=False)
        beside = [(b.mixed(a, 0.5), second.family.at((v + w) / 2)) for a, b, v, w in pairs]
        found += [{"midpoints_second": measure_knots(*two, radii_px, turns)} for two in beside]
    return {where: _joined(found, where) for where in dict.fromkeys(w for f in found for w in f)}


def measure_knots(
    cascades: Cascades, source: Source, radii_px: Sequence[float], turns: Sequence[float] = UPRIGHT
) -> dict[str, list[float]]:
    """Return the errors of cascades [K] at as many radii."""
    single = [cascades.chosen(torch.tensor([n])) for n in range(len(cascades))]
    return _columns([measure(c, source, r, turns) for c, r in zip(single, radii_px, strict=True)])


def _joined(found: Sequence[dict[str, Any]], where: str) -> dict[str, list[float]]:
    parts = [f[where] for f in found if where in f]
    return {key: [v for part in parts for v in part[key]] for key in parts[0]}


def _columns(rows: list[dict[str, float]]) -> dict[str, list[float]]:
    digits = {"frobenius": 5, "psnr_db": 2}
    return {
        key: [round(row[key], digits[key]) for row in rows]
        for key in digits
        if rows and all(key in row for row in rows)
    }
