r"""One layer of a cascade, each pixel with its own taps, differentiable in everything it reads.

A bank's interpolation is linear in its knots, so a pixel's taps are a matrix product: the knots'
taps [3 N, K] times hat functions [K, pixels], of which two (one axis) or four (two) are not 0.

    1 |\    /\    /            hat k is 1 at knot k and 0 at all others; outside the knots
      | \  /  \  /             the nearest one's stays 1
    0 |__\/____\/___ place

Positions and reads take 3 + C values a tap and pixel, which no machine can keep for a whole
cascade: taps are read a few at a time, and the backward pass reads them again.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

# Read positions at once, taps × pixels: 4 taps of 512 × 512 px were as fast as 8 (0.5 s forward
# and backward for 24 taps, 3 channels, 17 knots, one core) and take 60 MB less.
CHUNK_READS = 1 << 20


def blur_layer(image: Tensor, taps: Tensor, hats: Tensor) -> Tensor:
    """Return sum_i w_i * image(p + o_i) [B, C, H, W], bilinear, clamped at the border.

    image: [B, C, H, W]. taps: [N, 3, K], dx and dy in px, +y down, and weight, at K knots.
    hats: [K, B, H, W], the share of each knot in each pixel's taps (see `hat_functions`).
    """
    at_once = max(1, CHUNK_READS // hats[0].numel())
    return sum(_again_in_backward(image, some, hats) for some in taps.split(at_once))


def hat_functions(knots: Sequence[Tensor], places: Tensor) -> Tensor:
    """Return [K, B, H, W]: each knot's share at places [B, A, H, W], axis 0 running fastest.

    knots: one increasing tensor an axis, in the places' unit. Outside them the share is constant,
    so the gradient with respect to the place is 0 there.
    """
    shares = [_hats(k, places[:, number]) for number, k in enumerate(knots)]
    if len(shares) == 1:
        return shares[0]
    return (shares[1][:, None] * shares[0][None]).flatten(0, 1)


def _hats(knots: Tensor, place: Tensor) -> Tensor:
    """Return [K, B, H, W] of one axis."""
    last = len(knots) - 1
    shares = place.new_zeros(last + 1, *place.shape)
    if last == 0:
        return shares + 1
    held = place.clamp(knots[0], knots[-1])
    above = torch.searchsorted(knots, held.detach().contiguous()).clamp(1, last)
    below = above - 1
    across = (held - knots[below]) / (knots[above] - knots[below])
    shares = shares.scatter(0, below[None], (1 - across)[None])
    return shares.scatter(0, above[None], across[None])


def _again_in_backward(image: Tensor, taps: Tensor, hats: Tensor) -> Tensor:
    if not torch.is_grad_enabled():
        return _read(image, taps, hats)
    return checkpoint(_read, image, taps, hats, use_reentrant=False, preserve_rng_state=False)


def _read(image: Tensor, taps: Tensor, hats: Tensor) -> Tensor:
    """Read a few taps; their images stand in the batch, where grid_sample has its threads."""
    count, (batch, channels, height, width) = len(taps), image.shape
    own = (taps.flatten(0, 1) @ hats.flatten(1)).view(count, 3, batch, height, width)
    grid = torch.stack(
        (_from_edge(own[:, 0], width, -1), _from_edge(own[:, 1], height, -2)), dim=-1
    )
    read = F.grid_sample(
        image.expand(count, *image.shape).reshape(-1, channels, height, width),
        grid.flatten(0, 1),
        padding_mode="border",
        align_corners=False,
    ).view(count, batch, channels, height, width)
    return (read * own[:, 2, :, None]).sum(dim=0)


def _from_edge(offset_px: Tensor, size: int, along: int) -> Tensor:
    """Turn offsets into places as grid_sample counts them: -1 … 1 from edge to edge."""
    pixel = torch.arange(size, dtype=offset_px.dtype, device=offset_px.device)
    if along == -2:
        pixel = pixel[:, None]
    return (offset_px + pixel) * (2 / size) + (1 / size - 1)
