"""SparseBlur: a bank as a torch module.

    blur = SparseBlur.from_bank(read_bank("disk.safetensors"))
    picture = blur(sharp, radius_px)            # [B, C, H, W] and [B, 1, H, W] -> [B, C, H, W]
    loss(picture).backward()                    # into taps, weights, radius_px and sharp
    write_bank("learnt.safetensors", blur.to_bank())

Cost, in reads: as the shader, taps × pixels forward; backward reads twice and scatters once. 36
taps on 512 × 512 × 3 in float32: see docs/learning.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from fitter.errors import FitError
from fitter.learning import uniform, varying
from fitter.learning.start import starting_bank
from realtime.bank import Axis, Bank

SMALLEST_WEIGHT = 1e-12  # a softmax has no 0


class SparseBlur(nn.Module):
    """A cascade of sparse layers whose taps each pixel reads at its own place on the bank's axes.

    Parameters, a tensor a layer: `offsets` [N, A1, A0, 2], where a pixel reads, px of the picture,
    +x right, +y down; `logits` [N, A1, A0], whose softmax over N are the weights, so that a layer
    sums to 1 whatever is learnt. In a bank with negative weights they are the weights themselves,
    moved evenly to sum 1.
    """

    def __init__(self, bank: Bank, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.axes, self.target = bank.axes, dict(bank.target)
        self.positive = all((w >= 0).all() for w in bank.weights)
        offsets = [torch.tensor(o, dtype=dtype) for o in bank.offsets]
        weights = [torch.tensor(w, dtype=torch.float64) for w in bank.weights]
        self.offsets = nn.ParameterList(nn.Parameter(o) for o in offsets)
        self.logits = nn.ParameterList(nn.Parameter(self._logits(w).to(dtype)) for w in weights)
        for number, axis in enumerate(bank.axes):
            self.register_buffer(f"knots_{number}", torch.tensor(axis.knots, dtype=dtype))

    @classmethod
    def from_bank(cls, bank: Bank, dtype: torch.dtype = torch.float32) -> "SparseBlur":
        """Return a layer that blurs as the bank does."""
        return cls(bank, dtype)

    @classmethod
    def from_scratch(
        cls,
        layers: Sequence[int],
        axes: Sequence[Axis],
        radius_px: ArrayLike,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> "SparseBlur":
        """Return a layer that blurs with rough discs of radius_px at each knot.

        See `starting_bank`, which also says what is raised.
        """
        return cls(starting_bank(layers, axes, radius_px, seed), dtype)

    @property
    def layers(self) -> tuple[int, ...]:
        """Tap counts in order of application, such as (24, 8, 4)."""
        return tuple(len(o) for o in self.offsets)

    def weights(self) -> list[Tensor]:
        """Return each layer's weights [N, A1, A0], sum 1 over N."""
        if self.positive:
            return [logits.softmax(dim=0) for logits in self.logits]
        return [free + (1 - free.sum(dim=0)) / len(free) for free in self.logits]

    def forward(self, image: Tensor, places: Tensor | None = None) -> Tensor:
        """Blur image [B, C, H, W] with each pixel's own cascade; the borders are clamped.

        places: [B, A, H, W] (or B = 1 for all), A the number of axes, in their units, held at the
        ends. A bank with a single knot needs none, and goes through Fourier transforms: in float32
        its error is 1e-7 of the brightest pixel, not of each. Raises FitError.
        """
        self._check_image(image)
        if self._one_knot and places is None:
            for offsets, weights in zip(self.offsets, self.weights(), strict=True):
                image = uniform.blur_layer(image, offsets[:, 0, 0], weights[:, 0, 0])
            return image
        self._check_places(places, image)
        knots = [getattr(self, f"knots_{number}") for number in range(len(self.axes))]
        places = places.expand(len(image), *places.shape[1:])
        hats = varying.hat_functions(knots, places)
        for offsets, weights in zip(self.offsets, self.weights(), strict=True):
            taps = torch.cat((offsets, weights[..., None]), dim=-1)  # [N, A1, A0, 3]
            image = varying.blur_layer(image, taps.flatten(1, 2).mT, hats)
        return image

    def to_bank(
        self,
        target: Mapping[str, Any] | None = None,
        quality: Mapping[str, Any] | None = None,
        targets: np.ndarray | None = None,
    ) -> Bank:
        """Return what was learnt as a bank.

        target, quality: its metadata; targets: dense kernels [A1, A0, M, M] where they are known.
        Raises FitError where a parameter is not finite.
        """
        weights = [_array(f"weights.{layer}", w) for layer, w in enumerate(self.weights())]
        return Bank(
            axes=self.axes,
            offsets=tuple(
                _array(f"offsets.{layer}", o).astype(np.float32)
                for layer, o in enumerate(self.offsets)
            ),
            weights=tuple(w.astype(np.float32) for w in weights),
            targets=targets,
            target=dict(self.target if target is None else target),
            quality=dict(quality or {}),
            made_by="diskblur, fitter.SparseBlur",
        )

    def extra_repr(self) -> str:
        """Return the layers and axes, for print()."""
        axes = ", ".join(
            f"{a.name} {a.knots[0]:g} … {a.knots[-1]:g} {a.unit} ({len(a.knots)} knots)"
            for a in self.axes
        )
        return f"layers={self.layers}, axes: {axes}"

    @property
    def _one_knot(self) -> bool:
        return all(len(axis.knots) == 1 for axis in self.axes)

    def _logits(self, weights: Tensor) -> Tensor:
        return weights.clamp(min=SMALLEST_WEIGHT).log() if self.positive else weights

    def _check_image(self, image: Tensor) -> None:
        if image.ndim != 4 or 0 in image.shape:
            raise FitError(
                f"image: shape {list(image.shape)}, [B, C, H, W] with nothing empty expected. "
                f"Add the axes that lack, with image[None]"
            )
        _check_kind("image", image, self.offsets[0])

    def _check_places(self, places: Tensor | None, image: Tensor) -> None:
        names = ", ".join(f"{a.name} [{a.unit}]" for a in self.axes)
        wanted = [len(image), len(self.axes), *image.shape[2:]]
        if places is None:
            raise FitError(
                f"places: none, {wanted} expected ({names}). Give each pixel's place on the axes"
            )
        if places.ndim != 4 or list(places.shape) not in (wanted, [1, *wanted[1:]]):
            raise FitError(
                f"places: shape {list(places.shape)}, {wanted} expected, a channel an axis "
                f"({names}). Give each pixel's place on the axes"
            )
        _check_kind("places", places, self.offsets[0])


def _check_kind(name: str, given: Tensor, own: Tensor) -> None:
    if given.dtype != own.dtype or given.device != own.device:
        raise FitError(
            f"{name}: {given.dtype} on {given.device}, {own.dtype} on {own.device} expected. "
            f"Move one with .to()"
        )


def _array(name: str, tensor: Tensor) -> np.ndarray:
    array = tensor.detach().double().cpu().numpy()
    if not np.isfinite(array).all():
        at = np.argwhere(~np.isfinite(array))[0]
        raise FitError(
            f"{name}: {array[tuple(at)]} at {at.tolist()}, finite values expected. "
            f"Lower the learning rate: the training has diverged"
        )
    return array
