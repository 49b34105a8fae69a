"""The blur shader in torch: slow, readable, float or double. Its twin is the cascade in GLSL.

    out(p) = sum_i w_i * in(p + o_i)          layer after layer, bilinear, clamped at the border

p counts pixels from the centre of the first; +x right, +y down. A read between pixels mixes the
four around it; outside the picture the nearest pixel holds, as with GL_CLAMP_TO_EDGE.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from realtime.bank import Axis, Bank

CHUNK_PX = 1 << 18  # pixels worked on at once: about 20 MB of temporaries a tap in double


def blur(image: Tensor, bank: Bank, *places: Tensor | float) -> Tensor:
    """Blur an image [C, H, W] with the cascade of each pixel's own place on the bank's axes.

    places: one [H, W] map an axis, in the axis's unit, or one number for all pixels. The result
    has the image's type, float32 or float64, and everything is computed in it.
    """
    height, width = image.shape[1:]
    maps = maps_of(image, bank.axes, places)
    rows = max(1, CHUNK_PX // width)
    for offsets, weights in zip(bank.offsets, bank.weights, strict=True):
        table = _table(offsets, weights, image)
        parts = [
            _layer(image, table, bank.axes, [m[y : y + rows] for m in maps], y)
            for y in range(0, height, rows)
        ]
        image = torch.cat(parts, dim=1)
    return image


def maps_of(image: Tensor, axes: Sequence[Axis], places: Sequence[Tensor | float]) -> list[Tensor]:
    """Return one [H, W] map an axis, of the image's type, from maps and numbers."""
    if len(places) != len(axes):
        raise TypeError(f"blur() takes {len(axes)} maps for this bank, {len(places)} given")
    return [
        torch.as_tensor(place, dtype=image.dtype, device=image.device).expand(image.shape[1:])
        for place in places
    ]


def apply_cascade(
    image: Tensor, cascade: Sequence[tuple[np.ndarray | Tensor, np.ndarray | Tensor]]
) -> Tensor:
    """Blur an image [C, H, W] with one cascade everywhere.

    cascade: (gather offsets [N, 2] px, weights [N]) a layer, as `Bank.cascade` gives them.
    """
    for offsets, weights in cascade:
        x, y = _pixels(image)
        taps = zip(*(_like(part, image) for part in (offsets, weights)), strict=True)
        image = sum(w * sample_bilinear(image, x + o[0], y + o[1]) for o, w in taps)
    return image


def sample_bilinear(image: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Read an image [C, H, W] at x, y [h, w] px from the centre of the first pixel: [C, h, w]."""
    height, width = image.shape[1:]
    left, top = x.floor(), y.floor()
    across, down = x - left, y - top
    columns = [(left + step).clamp(0, width - 1).long() for step in (0, 1)]
    rows = [(top + step).clamp(0, height - 1).long() for step in (0, 1)]
    upper = torch.lerp(image[:, rows[0], columns[0]], image[:, rows[0], columns[1]], across)
    lower = torch.lerp(image[:, rows[1], columns[0]], image[:, rows[1], columns[1]], across)
    return torch.lerp(upper, lower, down)


def _layer(
    image: Tensor, table: Tensor, axes: Sequence[Axis], maps: list[Tensor], first_row: int
) -> Tensor:
    """Return the rows of a layer's output that `maps` [h, W] cover."""
    x, y = _pixels(image)
    y = y[first_row : first_row + len(maps[0])]
    corners = corners_of(axes, maps)
    out = image.new_zeros(len(image), *maps[0].shape)
    for taps in table:  # [A1, A0, 3]
        tap = sum(part[..., None] * taps[row, column] for row, column, part in corners)
        dx, dy, weight = tap.unbind(-1)
        out = out + weight * sample_bilinear(image, x + dx, y + dy)
    return out


def corners_of(axes: Sequence[Axis], maps: list[Tensor]) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return (row, column, part) [h, W] of the two or four knots around each pixel's place."""
    (x0, x1, across), *rest = (_place(axis, m) for axis, m in zip(axes, maps, strict=True))
    if not rest:
        row = torch.zeros_like(x0)
        return [(row, x0, 1 - across), (row, x1, across)]
    y0, y1, down = rest[0]
    return [
        (y0, x0, (1 - down) * (1 - across)),
        (y0, x1, (1 - down) * across),
        (y1, x0, down * (1 - across)),
        (y1, x1, down * across),
    ]


def _place(axis: Axis, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the knots below and above, and how far from one to the other; held at the ends."""
    knots = torch.tensor(axis.knots, dtype=value.dtype, device=value.device)
    value = value.clamp(knots[0], knots[-1])
    above = torch.searchsorted(knots, value.contiguous()).clamp(min=1).clamp(max=len(knots) - 1)
    below = (above - 1).clamp(min=0)
    gap = (knots[above] - knots[below]).clamp(min=torch.finfo(value.dtype).tiny)
    return below, above, (value - knots[below]) / gap


def _table(offsets: np.ndarray, weights: np.ndarray, image: Tensor) -> Tensor:
    """Return [N, A1, A0, 3]: dx, dy, weight."""
    return torch.cat([_like(offsets, image), _like(weights, image)[..., None]], dim=-1)


def _pixels(image: Tensor) -> tuple[Tensor, Tensor]:
    """Return x [1, W] and y [H, 1]."""
    height, width = image.shape[1:]
    x = torch.arange(width, dtype=image.dtype, device=image.device)
    y = torch.arange(height, dtype=image.dtype, device=image.device)
    return x[None, :], y[:, None]


def _like(values: np.ndarray | Tensor, image: Tensor) -> Tensor:
    return torch.as_tensor(values, dtype=image.dtype, device=image.device)
