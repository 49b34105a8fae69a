"""How good a bank is, in every measure side by side.

Pictures are as displayed (sRGB values 0 … 1). PSNR is of the mean squared error over the
photographs; SSIM and FLIP (0 is best) are means over them, of a piece out of their middle.
"""

from functools import cache

import flip_evaluator
import numpy as np
import torch
from numpy.typing import NDArray
from skimage.metrics import structural_similarity
from torch import Tensor

from fitter import twin
from fitter.cascade import Cascades
from fitter.dense import filter_dense
from fitter.methods import lowrank
from fitter.photos import PHOTOS, photo
from fitter.quality import frobenius, photo_errors, psnr_db
from fitter.spectral import kernels
from fitter.targets import Source, half_size_px
from realtime.bank import Bank, LowRankBank

Float64 = NDArray[np.float64]
AnyBank = Bank | LowRankBank

PIECE_PX = 192  # side of the piece whose SSIM and FLIP are measured
BESIDE_PX = 3  # around the target, where a fit may have put light too


def kernel_of(bank: AnyBank, half_px: int, *place: float) -> Tensor:
    """Return the picture of a point of light [M, M] at a place on the bank's axes, float64."""
    if isinstance(bank, LowRankBank):
        return _framed(torch.from_numpy(bank.kernel(*place)), half_px)
    layers = bank.cascade(*place)
    offsets = np.concatenate([-offsets for offsets, _ in layers])[None]
    weights = np.concatenate([weights for _, weights in layers])[None]
    one = Cascades(bank.layers, torch.from_numpy(offsets), torch.from_numpy(weights))
    return kernels(one, half_px)[0].double()


def kernel_and_target(bank: AnyBank, source: Source, *place: float) -> tuple[Tensor, Tensor]:
    """Return both [M, M] at a place whose first value is the radius, `source` being its target."""
    half = half_size_px(source, place[0]) + BESIDE_PX
    return kernel_of(bank, half, *place), torch.from_numpy(source.draw(place[0], half))


def of_kernel(kernel: Tensor, target: Tensor) -> dict[str, float | dict[str, float]]:
    """Return every measure of a kernel [M, M] against its target."""
    errors = photo_errors(kernel, target)
    pairs = [(_seen(kernel, name), _seen(target, name)) for name in errors]
    found = {"frobenius": frobenius(kernel, target)}
    if not errors:
        return found
    return found | {
        "psnr_db": psnr_db(np.mean(list(errors.values()))),
        "worst_db": psnr_db(max(errors.values())),
        "ssim": float(np.mean([ssim(a, b) for a, b in pairs])),
        "flip": float(np.mean([flip(b, a) for a, b in pairs])),
        "photos_db": {name: psnr_db(error) for name, error in errors.items()},
    }


def of_pictures(
    got: dict[str, Float64], want: dict[str, Float64], border_px: int
) -> dict[str, float | dict[str, float]]:
    """Return every measure of blurred photographs [C, H, W] by name.

    `inside_db` leaves the border out, where reads beyond the edge clamp once a layer.
    """
    square = {name: float(np.square(got[name] - want[name]).mean()) for name in got}
    inside = slice(border_px, -border_px)
    within = [np.square((got[n] - want[n])[:, inside, inside]).mean() for n in got]
    return {
        "psnr_db": psnr_db(np.mean(list(square.values()))),
        "worst_db": psnr_db(max(square.values())),
        "inside_db": psnr_db(np.mean(within)),
        "ssim": float(np.mean([ssim(_shown(got[n]), _shown(want[n])) for n in got])),
        "flip": float(np.mean([flip(_shown(want[n]), _shown(got[n])) for n in got])),
        "photos_db": {name: psnr_db(error) for name, error in square.items()},
    }


def blurred(bank: AnyBank, image: Float64, *maps: Float64) -> Float64:
    """Return an image [C, H, W] through the bank's twin, one map [H, W] an axis."""
    blur = lowrank.blur if isinstance(bank, LowRankBank) else twin.blur
    return blur(torch.from_numpy(image), bank, *map(torch.from_numpy, maps)).numpy()


def ssim(got: Float64, want: Float64) -> float:
    """Return the structural similarity of pictures [H, W, 3], 1 for the same."""
    return float(structural_similarity(got, want, channel_axis=2, data_range=1.0))


def flip(reference: Float64, test: Float64) -> float:
    """Return the mean FLIP of pictures [H, W, 3] of sRGB, 0 for the same."""
    pair = (np.ascontiguousarray(p, np.float32) for p in (reference, test))
    return float(flip_evaluator.evaluate(*pair, "LDR", applyMagma=False, parameters={})[1])


def _seen(kernel: Tensor, name: str) -> Float64:
    """Return the middle of a photograph through a kernel, as a picture [H, W, 3]."""
    half = kernel.shape[-1] // 2
    out = filter_dense(_piece(name, half), kernel)
    return _shown(out[:, half : -half or None, half : -half or None].numpy())


@cache
def _piece(name: str, half_px: int) -> Tensor:
    """Return the middle of a photograph, and as much around it as a kernel needs."""
    image = photo(name)
    sides = [min(length, PIECE_PX + 2 * half_px) for length in image.shape[1:]]
    top, left = ((n - side) // 2 for n, side in zip(image.shape[1:], sides, strict=True))
    return torch.from_numpy(image[:, top : top + sides[0], left : left + sides[1]].copy())


def _shown(image: Float64) -> Float64:
    """[C, H, W] -> [H, W, 3], within what a display can show."""
    return np.broadcast_to(image, (3, *image.shape[1:])).transpose(1, 2, 0).clip(0, 1)


def _framed(kernel: Tensor, half_px: int) -> Tensor:
    """Crop or pad a kernel about its centre."""
    by = half_px - kernel.shape[-1] // 2
    return torch.nn.functional.pad(kernel, (by,) * 4)


__all__ = ["PHOTOS", "blurred", "kernel_and_target", "kernel_of", "of_kernel", "of_pictures"]
