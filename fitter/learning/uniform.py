"""One layer of a cascade, the same taps at all pixels, differentiable in image and taps.

Without a map the layer is a convolution, which `spectral` does exactly for bilinear taps: a few
transforms of the picture instead of a read a tap.
"""

from math import ceil

import torch
from torch import Tensor

from fitter.cascade import Cascades
from fitter.spectral import canvas, fast_size, transfer


def blur_layer(image: Tensor, offsets: Tensor, weights: Tensor) -> Tensor:
    """Return sum_i w_i * image(p + o_i) [B, C, H, W], bilinear, clamped at the border.

    image: [B, C, H, W]. offsets: [N, 2] px, +y down; weights: [N].
    """
    height, width = image.shape[2:]
    # Further than the picture is wide, every pixel reads its border.
    offsets = torch.stack(
        (offsets[:, 0].clamp(-width, width), offsets[:, 1].clamp(-height, height)), dim=1
    )
    edge = ceil(float(offsets.detach().abs().max())) + 1
    padded = _clamped(image, edge)
    on = canvas(fast_size(max(padded.shape[2:])), image.dtype, str(image.device))
    # Light lands where it is not read from: a layer's kernel has its offsets negated.
    kernel = transfer(Cascades((len(weights),), -offsets[None], weights[None]), on)
    spectrum = torch.fft.rfft2(padded, s=(on.n, on.n)) * kernel
    full = torch.fft.irfft2(spectrum, s=(on.n, on.n))
    return full[..., edge : edge + height, edge : edge + width]


def _clamped(image: Tensor, by: int) -> Tensor:
    return torch.nn.functional.pad(image, (by,) * 4, mode="replicate")
