"""The effects of the report: settings, banks, what every pixel should be, and what was asked."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import moderngl
import numpy as np

from bench.banks import (
    ARC_TAPS,
    AREA_TAPS,
    LINE_TAPS,
    arc_bank,
    cat_eye_bank,
    disk_bank,
    lens_banks,
    streak_bank,
)
from bench.effects.exact import (
    Float64,
    Pixels,
    along_paths,
    by_kernels,
    centres,
    even_light,
)
from fitter.targets import SHAPES
from fitter.targets.lens import LensPsf
from fitter.targets.source import half_size_px
from realtime.bank import Bank
from realtime.effects import (
    Directional,
    Effect,
    FieldBokeh,
    Foveated,
    LensField,
    Radial,
    Rotational,
    TiltShift,
    UserMap,
)
from realtime.gl.targets import clamp

Size = tuple[int, int]  # (width, height)
MIDDLE = (0.42, 0.55)  # off the middle, so that a mirrored effect would show
LENS_RADIUS = 0.016


@dataclass(frozen=True)
class Case:
    """One effect on photographs.

    effect: made for a size; banks: by taps in all, 36 or 18; truth: picture
    [C, H, W], pixels -> [C, K]; asked_db: at 36 taps; samples: pixels that are checked.
    """

    name: str
    effect: Callable[[moderngl.Context, Size], Effect]
    banks: Callable[[int], tuple[Bank, ...]]
    truth: Callable[[Float64, Pixels], Float64]
    asked_db: float | None
    samples: int


def cases() -> list[Case]:
    """Return all of them, in the order of the issue."""
    return [
        Case("tilt-shift", _tilt, _disks, _tilt_truth, 60, 3000),
        Case("rotational", lambda *_: ROTATIONAL, _arcs, _rotational_truth, 47, 20000),
        Case("radial", lambda *_: RADIAL, _streaks, _radial_truth, 50, 20000),
        Case("directional", lambda *_: DIRECTIONAL, _streaks, _directional_truth, None, 20000),
        Case("field-bokeh", lambda *_: BOKEH, _cat_eyes, _bokeh_truth, None, 2000),
        Case("lens", lambda *_: LENS, _lenses, _lens_truth, 46, 1000),
        Case("foveated", lambda *_: FOVEATED, _disks, _foveated_truth, None, 3000),
        Case("map", _map, _disks, _map_truth, 40, 3000),
    ]


ROTATIONAL = Rotational(middle=MIDDLE, angle=9)
RADIAL = Radial(middle=MIDDLE, amount=0.16)
DIRECTIONAL = Directional(angle=25, length=0.08)
BOKEH = FieldBokeh(middle=MIDDLE, radius=0.03, swirl=0.4, cat_eye=0.6, sharp=0.1, falloff=0.3)
LENS = LensField(radius=LENS_RADIUS)
FOVEATED = Foveated(gaze=MIDDLE, fovea=0.1, slope=0.05)
TILT_ANGLE, TILT_SHARP, TILT_FALLOFF, TILT_RADIUS = 12.0, 0.05, 0.45, 0.03


def _tilt(ctx: moderngl.Context, size: Size) -> Effect:
    return TiltShift(MIDDLE, TILT_ANGLE, TILT_SHARP, TILT_FALLOFF, TILT_RADIUS)


def _disks(taps: int) -> tuple[Bank, ...]:
    return (disk_bank(AREA_TAPS[taps], 16),)


def _streaks(taps: int) -> tuple[Bank, ...]:
    return (streak_bank(LINE_TAPS[taps]),)


def _arcs(taps: int) -> tuple[Bank, ...]:
    return (arc_bank(ARC_TAPS[taps]),)


def _cat_eyes(taps: int) -> tuple[Bank, ...]:
    return (cat_eye_bank(AREA_TAPS[taps]),)


def _lenses(taps: int) -> tuple[Bank, ...]:
    return lens_banks(AREA_TAPS[taps])


def _from_middle(image: Float64, pixels: Pixels, middle=MIDDLE) -> tuple[Float64, Float64]:
    """Return the middle [2], and the pixels' ways [K, 2] from it, px."""
    height, width = image.shape[1:]
    at = np.array(middle) * (width, height)
    return at, centres(pixels) - at


def _discs(image: Float64, pixels: Pixels, radius_px: Float64) -> Float64:
    disc = SHAPES["disk"]()
    return by_kernels(
        image, pixels, lambda k: disc.draw(radius_px[k], half_size_px(disc, radius_px[k]))
    )


def _tilt_truth(image: Float64, pixels: Pixels) -> Float64:
    height, (_, away) = image.shape[1], _from_middle(image, pixels)
    turn = math.radians(TILT_ANGLE)
    off = np.abs(away @ (-math.sin(turn), math.cos(turn))) / height
    part = np.clip((off - TILT_SHARP) / TILT_FALLOFF, 0, 1)
    return _discs(image, pixels, part * TILT_RADIUS * height)


def _rotational_truth(image: Float64, pixels: Pixels) -> Float64:
    at, away = _from_middle(image, pixels)

    def turned(way: float) -> Float64:
        angle = way * math.radians(ROTATIONAL.angle) / 2
        cos, sin = math.cos(angle), math.sin(angle)
        return at + away @ np.array([[cos, sin], [-sin, cos]])

    return along_paths(image, turned)


def _radial_truth(image: Float64, pixels: Pixels) -> Float64:
    at, away = _from_middle(image, pixels)
    return along_paths(image, lambda way: at + away * (1 + way * RADIAL.amount / 2))


def _directional_truth(image: Float64, pixels: Pixels) -> Float64:
    turn, half_px = math.radians(DIRECTIONAL.angle), DIRECTIONAL.length * image.shape[1] / 2
    step = half_px * np.array((math.cos(turn), math.sin(turn)))
    return along_paths(image, lambda way: centres(pixels) + way * step)


def _bokeh_truth(image: Float64, pixels: Pixels) -> Float64:
    """Every pixel's own ellipse, less what a second ellipse, moved inwards, leaves out."""
    height, width = image.shape[1:]
    _, away = _from_middle(image, pixels)
    far = np.hypot(*away.T)
    field = far / (0.5 * math.hypot(width, height))
    ramp = np.clip((far / height - BOKEH.sharp) / BOKEH.falloff, 0, 1)
    radius = ramp * BOKEH.radius * height
    outwards = away / np.maximum(far, 1e-9)[:, None]

    def draw(k: int) -> Float64:
        if radius[k] < 1e-6:
            return np.ones((1, 1))
        narrow = radius[k] * (1 - BOKEH.swirl * field[k] ** 2)
        clip = BOKEH.cat_eye * field[k]

        def inside(x, y):
            along = (x * outwards[k, 0] + y * outwards[k, 1]) / narrow
            across = (y * outwards[k, 0] - x * outwards[k, 1]) / radius[k]
            return np.maximum(np.hypot(along, across), np.hypot(along + clip, across)) <= 1

        return even_light(inside, math.ceil(radius[k]) + 1)

    return by_kernels(image, pixels, draw)


def _lens_truth(image: Float64, pixels: Pixels) -> Float64:
    """The traced PSF of each pixel's field and azimuth, in each colour."""
    height, width = image.shape[1:]
    _, away = _from_middle(image, pixels, (0.5, 0.5))
    field = np.hypot(*away.T) / (0.5 * math.hypot(width, height))
    azimuth = np.degrees(np.arctan2(away[:, 1], away[:, 0]))

    def draw(k: int, channel: str) -> Float64:
        psf = LensPsf(field=float(field[k]), channel=channel, rotation=float(azimuth[k]))
        radius_px = LENS_RADIUS * height
        return psf.draw(radius_px, half_size_px(psf, radius_px))

    return np.concatenate(
        [
            by_kernels(image[at : at + 1], pixels, lambda k, c=channel: draw(k, c))
            for at, channel in enumerate("rgb")
        ]
    )


def _foveated_truth(image: Float64, pixels: Pixels) -> Float64:
    height, (_, away) = image.shape[1], _from_middle(image, pixels)
    off = np.maximum(np.hypot(*away.T) - FOVEATED.fovea * height, 0)
    return _discs(image, pixels, FOVEATED.slope * off)


def map_of(size: Size) -> np.ndarray:
    """Return radii [H, W] px with steps and noise (standard deviation 1 px)."""
    width, height = size
    steps = np.where(np.arange(width) > 0.4 * width, 13.0, 5.0)[None, :]
    steps = steps + np.where(np.arange(height) > 0.6 * height, -4.0, 0.0)[:, None]
    noise = np.random.default_rng(3).normal(0, 1, (height, width))
    return np.clip(steps + noise, 0, 16).astype(np.float32)


def _map(ctx: moderngl.Context, size: Size) -> Effect:
    texture = ctx.texture(size, 1, np.ascontiguousarray(map_of(size)[::-1]).tobytes(), dtype="f4")
    clamp(texture, moderngl.LINEAR)
    return UserMap(texture)


def _map_truth(image: Float64, pixels: Pixels) -> Float64:
    height, width = image.shape[1:]
    return _discs(image, pixels, map_of((width, height))[pixels].astype(np.float64))
