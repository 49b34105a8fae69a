"""Cascades while they are fitted: a batch, all layers in one tensor.

Here offsets are where a tap *puts* a point's light, the target's own coordinates. A bank stores
where a pixel reads, which is the same negated; `bake` turns one into the other and nothing else
does.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Cascades:
    """B cascades of the same layers.

    layers: tap counts in order of application, N in all. offsets: [B, N, 2] (dx, dy) in px, +y
    down. weights: [B, N], those of a layer sum to 1; positive unless signed.
    """

    layers: tuple[int, ...]
    offsets: Tensor
    weights: Tensor
    signed: bool = False

    def __len__(self) -> int:
        return len(self.offsets)

    def slices(self) -> Iterator[slice]:
        """Give each layer's place among the taps."""
        end = 0
        for taps in self.layers:
            yield slice(end, end + taps)
            end += taps

    def scaled(self, factor: float) -> "Cascades":
        """Return the same shape `factor` times as large."""
        return replace(self, offsets=self.offsets * factor)

    def turned(self, angle_rad: float) -> "Cascades":
        """Return the same shape turned clockwise on screen."""
        return replace(self, offsets=self.offsets @ rotation(angle_rad).to(self.offsets).mT)

    def centred(self) -> "Cascades":
        """Return the same kernels with every layer but the first balanced about offset 0.

        Layers may shift the picture and shift it back. Between pixels that blurs, and in kernels
        of a pixel or two it is all the blur there is; so what they shift goes to the first layer.
        """
        offsets = self.offsets.clone()
        first, *later = self.slices()
        for taps in later:
            weights = self.weights[:, taps, None]
            mean = (weights * self.offsets[:, taps]).sum(dim=1, keepdim=True)
            offsets[:, taps] -= mean
            offsets[:, first] += mean
        return replace(self, offsets=offsets)

    def chosen(self, index: Tensor | slice) -> "Cascades":
        """Return the cascades at the indices [K], or of a part of the batch."""
        return replace(self, offsets=self.offsets[index], weights=self.weights[index])

    def replaced(self, index: Tensor, others: "Cascades") -> "Cascades":
        """Return the batch with those at the indices [K] replaced by `others` [K]."""
        offsets, weights = self.offsets.clone(), self.weights.clone()
        offsets[index], weights[index] = others.offsets, others.weights
        return replace(self, offsets=offsets, weights=weights)

    def mixed(self, other: "Cascades", part: float) -> "Cascades":
        """Return the cascades `part` of the way from `other` to these, as a renderer mixes knots.

        `other` may be a single cascade for the whole batch.
        """
        return replace(
            self,
            offsets=torch.lerp(other.offsets, self.offsets, part),
            weights=torch.lerp(other.weights, self.weights, part),
        )


def rotation(angle_rad: float) -> Tensor:
    """Return the matrix [2, 2] that turns offsets (x, y) clockwise on screen."""
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    return torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)


def joined(cascades: list[Cascades]) -> Cascades:
    """Return several batches as one."""
    return replace(
        cascades[0],
        offsets=torch.cat([c.offsets for c in cascades]),
        weights=torch.cat([c.weights for c in cascades]),
    )


def identity(like: Cascades) -> Cascades:
    """Return cascades that change nothing: the same weights, every offset 0."""
    return replace(like, offsets=torch.zeros_like(like.offsets))
