"""What a probe's numbers mean."""

import math
from dataclasses import dataclass

import numpy as np

from realtime.bank import Axis, Bank, LowRankBank
from realtime.passes.frame import UPRIGHT, Frame, turned
from realtime.passes.slice import BEHIND
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import ThinLens
from realtime.view.inspect.kernel import Kernel
from realtime.view.inspect.probe import CUTS

Point = tuple[float, float]
WITH_TAPS = ("sparse", "gather")
WITH_KERNELS = (*WITH_TAPS, "dense", "lowrank")


@dataclass(frozen=True)
class Effected:
    """What the last effect says of a pixel: values in the units of the bank's axes."""

    name: str
    bank: Bank
    turns: bool
    values: tuple[float, ...] = ()
    frame: Frame = UPRIGHT


@dataclass(frozen=True)
class Look:
    """What was looked at, and through what.

    at: px of the picture (width, height) `size` from its top left. side: "left" or "right". slices:
    how many there are behind and in front; none for a blur without them.
    """

    at: tuple[int, int]
    size: tuple[int, int]
    side: str
    blur: str
    lens: ThinLens
    mapping: DepthMapping
    bank: Bank | LowRankBank | None
    scale: int = 1
    slices: tuple[int, int] = (0, 0)
    effect: Effected | None = None


@dataclass(frozen=True)
class SliceShare:
    """The slice that has most of a pixel.

    name: "behind", "in front" or "sharp". index: outwards from the focus plane, 1 …; of: how many
    that side has. share: of the pixel, 0 … 1.
    """

    name: str
    index: int
    of: int
    share: float


@dataclass(frozen=True)
class Reading:
    """A pixel. light: linear, as exposed. depth_m: along the view axis, the sky at infinity.

    coc_px: signed radius by the lens, px of the picture, + behind focus. slice, kernel, effect:
    None where nothing is blurred so. kernel: the last effect's where there is one.
    """

    look: Look
    light: tuple[float, float, float]
    depth_m: float
    coc_px: float
    slice: SliceShare | None
    kernel: Kernel | None
    effect: Effected | None


def read(look: Look, numbers: np.ndarray) -> Reading:
    """Make sense of a probe's row [TEXELS, 4]."""
    depth, blurred_px, bank_radius = (float(part) for part in numbers[1, :3])
    effect = _effected(look.effect, numbers) if look.effect else None
    slice_ = None
    if any(look.slices):
        slice_ = slice_share(blurred_px, numbers[CUTS:], look.slices)
    if effect is not None:
        kernel = kernel_at(effect.bank, effect.values, effect.frame)
    else:
        kernel = _focus_kernel(look, blurred_px, bank_radius)
    return Reading(
        look,
        tuple(map(float, numbers[0, :3])),
        look.mapping.distance_m(depth),
        coc_px(look.lens, look.mapping, depth, look.at, look.size),
        slice_,
        kernel,
        effect,
    )


def coc_px(
    lens: ThinLens,
    mapping: DepthMapping,
    depth: float,
    at: tuple[int, int],
    size: tuple[int, int],
) -> float:
    """Return the signed CoC radius of a pixel of this window depth. Twin: shaders/inc/coc.glsl.

    at: from the top left of a picture of `size`, px.
    """
    constant, slope = mapping.coc_coefficients(lens)
    q = mapping.sky_q if mapping.is_sky(depth) else max(mapping.x + mapping.y * depth, 0.0)
    radius = constant + slope * q
    right, up = lens.focus_slope
    if right or up:
        x, y = at[0] + 0.5 - size[0] / 2, size[1] / 2 - at[1] - 0.5
        angle = 2 * math.tan(lens.vertical_fov_rad / 2) / size[1]  # of a px, as its tangent
        radius -= constant * angle * (right * x + up * y)
    return min(max(radius, -lens.max_front), lens.max_behind) * size[1]


def slice_share(signed_px: float, cuts: np.ndarray, slices: tuple[int, int]) -> SliceShare:
    """Return the slice that has most of a pixel. Twin: shaders/inc/slices.glsl.

    cuts: [N, 4], (begin, ramp) behind and (begin, ramp) in front, px of |CoC|.
    """
    side, name = (BEHIND, "behind") if signed_px >= 0 else (1 - BEHIND, "in front")
    count, radius_px = slices[side], abs(signed_px)
    rises = [_rise(radius_px, cut) for cut in cuts[:count, 2 * side : 2 * side + 2]]
    shares = [a - b for a, b in zip([1.0, *rises], [*rises, 0.0], strict=True)]
    index = int(np.argmax(shares))
    return SliceShare(name if index else "sharp", index, count, shares[index])


def _rise(radius_px: float, cut: np.ndarray) -> float:
    return float(np.clip((radius_px - cut[0]) / cut[1] + 0.5, 0.0, 1.0))


def kernel_at(
    bank: Bank | LowRankBank,
    values: tuple[float, ...],
    frame: Frame = UPRIGHT,
    scale: int = 1,
    has_taps: bool = True,
) -> Kernel:
    """Return a bank's kernel at values on its axes, held within them."""
    places = [axis.place(value) for axis, value in zip(bank.axes, values, strict=True)]
    knots = tuple(below + part for below, part in places)
    held = tuple(map(value_at, bank.axes, knots))
    return Kernel(bank, held, knots, frame, scale, has_taps)


def value_at(axis: Axis, knot: float) -> float:
    """Return what an axis has at a place counted in knots."""
    return float(np.interp(knot, range(len(axis.knots)), axis.knots))


def _focus_kernel(look: Look, signed_px: float, bank_radius: float) -> Kernel | None:
    """What depth of field blurs a pixel by; in front of focus the aperture is turned."""
    if look.blur not in WITH_KERNELS or look.bank is None:
        return None
    frame = look.lens.aperture_frame
    if signed_px < 0 and any(look.slices):
        frame = turned(frame)
    has_taps = look.blur in WITH_TAPS
    return kernel_at(look.bank, (bank_radius,), frame, look.scale, has_taps)


def _effected(effect: Effected, numbers: np.ndarray) -> Effected:
    axes = effect.bank.axes
    values = tuple(value_at(axis, float(at)) for axis, at in zip(axes, numbers[2], strict=False))
    xx, yx, xy, yy = map(float, numbers[3])  # columns
    frame = (xx, xy, yx, yy) if effect.turns else UPRIGHT
    return Effected(effect.name, effect.bank, effect.turns, values, frame)
