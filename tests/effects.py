"""Banks, maps and plain numpy readings of them for the tests of effects."""

from collections.abc import Callable

import numpy as np
from images import bilinear

from realtime.bank import Axis, Bank
from realtime.blur.picture import read_target, write_target
from realtime.effects.effect import Effect
from realtime.effects.stack import Applied, EffectStack
from realtime.gl.bank_textures import BankTextures
from realtime.gl.parts import Size, Window
from realtime.gl.targets import DTYPES, color_target
from realtime.passes.effect_map import EffectMapPass

UNITS = {"radius": "px", "bend": "rad", "field": "1", "clip": "1"}
L = np.array([[1, 0, 0], [1, 0, 0], [3, 1, 1]], "f4") / 7  # upright and unmirrored, or visibly not


def axis(name: str, *knots: float) -> Axis:
    return Axis(name, UNITS[name], knots)


def renamed(bank: Bank, *names: str) -> Bank:
    """The same bank with other names of its axes."""
    axes = tuple(axis(name, *old.knots) for name, old in zip(names, bank.axes, strict=True))
    return Bank(axes, bank.offsets, bank.weights, bank.targets)


def arc_points(radius: float, bend: float, t: np.ndarray) -> np.ndarray:
    """[len(t), 2] px, +y down: a point's way at even speed, along +x at 0, bending to +y."""
    if bend == 0:
        return np.stack([radius * t, 0 * t], -1)
    return np.stack([np.sin(bend * t), 1 - np.cos(bend * t)], -1) * radius / bend


def even(taps: int) -> np.ndarray:
    """The middles of `taps` equal parts of -1 … 1."""
    return (2 * np.arange(taps) + 1) / taps - 1


def arc_bank(largest_px: float, bends: tuple[float, ...] | None, taps: int = 33) -> Bank:
    """One layer of arcs, or of streaks where there are no bends; what a bank reads is the PSF's
    points negated."""
    radii = (0.0, largest_px)
    offsets = np.stack(
        [
            np.stack([-arc_points(radius, bend, even(taps)) for radius in radii], 1)
            for bend in bends or (0.0,)
        ],
        1,
    ).astype("f4")
    weights = np.full(offsets.shape[:3], 1 / taps, "f4")
    axes = (axis("radius", *radii), *([] if bends is None else [axis("bend", *bends)]))
    return Bank(axes, (offsets,), (weights,))


def kernel_bank(kernel: np.ndarray, *axes: Axis) -> Bank:
    """The same PSF [M, M] at every knot, pixel by pixel."""
    rows, columns = np.nonzero(kernel)
    centre = kernel.shape[0] // 2
    grid = (len(axes[1].knots) if len(axes) > 1 else 1, len(axes[0].knots))
    offsets = np.empty((len(rows), *grid, 2), "f4")
    offsets[:] = -np.stack([columns - centre, rows - centre], -1)[:, None, None]
    weights = np.empty((len(rows), *grid), "f4")
    weights[:] = kernel[rows, columns, None, None]
    targets = np.broadcast_to(kernel, (*grid, *kernel.shape)).astype("f4")
    return Bank(axes, (offsets,), (weights,), targets)


def frames_of(turn: np.ndarray, stretch, shear) -> np.ndarray:
    """[H, W, 2, 2]: first stretched along x, then sheared, then turned (rad, clockwise as seen)."""
    c, s = np.cos(turn), np.sin(turn)
    rotation = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)
    one, zero = np.ones_like(turn), np.zeros_like(turn)
    skew = np.stack([np.stack([stretch * one, shear * one], -1), np.stack([zero, one], -1)], -2)
    return rotation @ skew


def lopsided_frames(rows: int, columns: int) -> np.ndarray:
    """Turn, stretch and shear that change over the picture, each along another way."""
    y, x = np.mgrid[0:rows, 0:columns]
    y, x = y / rows, x / columns
    return frames_of(0.4 + 2 * x - 0.7 * y, 0.6 + 0.8 * y, 0.5 * x - 0.2)


def gather(
    picture: np.ndarray,
    bank: Bank,
    values: np.ndarray,
    frames: np.ndarray | None = None,
    shape_last: bool = False,
) -> np.ndarray:
    """out(p) = sum_i w_i · in(p + F(p) o_i), layer by layer; values [H, W, axes] in axis units."""
    rows, columns = picture.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns]
    cascades = [bank.cascade(*value) for value in values.reshape(rows * columns, -1)]
    order = range(len(bank.layers))
    picture = picture.astype("f8")
    for layer in reversed(order) if shape_last else order:
        offsets = np.array([c[layer][0] for c in cascades], "f8").reshape(rows, columns, -1, 2)
        weights = np.array([c[layer][1] for c in cascades], "f8").reshape(rows, columns, -1)
        if frames is not None:
            offsets = np.einsum("hwab,hwib->hwia", frames, offsets)
        picture = sum(
            weights[..., i, None]
            * bilinear(picture, y + offsets[..., i, 1], x + offsets[..., i, 0])
            for i in range(weights.shape[-1])
        )
    return picture


def dense_gather(
    picture: np.ndarray, psf_at: Callable[[np.ndarray], np.ndarray], frames: np.ndarray, box: int
) -> np.ndarray:
    """Each pixel its own kernel, read at its frame's inverse of every offset in ±box px.

    psf_at: from offsets of the bank [H, W, 2], px, +y down, to the light there [H, W].
    """
    rows, columns = picture.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns]
    back = np.linalg.inv(frames)
    total, light = np.zeros((rows, columns, 1)), np.zeros(picture.shape)
    for dy in range(-box, box + 1):
        for dx in range(-box, box + 1):
            weight = psf_at(back @ np.array([dx, dy], "f8"))[..., None]
            source = picture[(y - dy).clip(0, rows - 1), (x - dx).clip(0, columns - 1)]
            light += weight * source
            total += weight
    return light / total


def psf_reader(kernel: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """A PSF [M, M] as a function of the offset from its centre: bilinear, 0 beyond its box."""
    rim = 3
    padded = np.pad(kernel.astype("f8"), rim)[..., None]
    centre = padded.shape[0] // 2
    return lambda at: bilinear(padded, centre + at[..., 1], centre + at[..., 0])[..., 0]


def texels(texture) -> np.ndarray:
    """[H, W, components] float32, row 0 on top."""
    width, height = texture.size
    data = np.frombuffer(texture.read(alignment=1), texture.dtype).astype("f4")
    return data.reshape(height, width, texture.components)[::-1]


def map_of(
    ctx,
    effect: Effect,
    axes: tuple[Axis, ...],
    size: Size,
    window: Window | None = None,
    dtype: str = "f4",
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """(values [H, W, 2] in the axes' units, places [H, W, axes] in knots, frames [H, W, 2, 2])."""
    window = window or Window((0, 0), size)
    pass_ = EffectMapPass(ctx, type(effect), axes, size, dtype)
    pass_.draw(effect, window)
    values, place = pass_.read_values(effect, window), texels(pass_.place)
    frames = None if pass_.frames is None else texels(pass_.frames)
    pass_.release()
    if frames is not None:
        frames = frames.reshape(*frames.shape[:2], 2, 2).swapaxes(-1, -2)  # from columns
    return values, place, frames


def frames_texture(ctx, frames: np.ndarray):
    """[H, W, 2, 2] -> a target of their columns."""
    rows, columns = frames.shape[:2]
    target = color_target(ctx, (columns, rows), dtype="f4")
    write_target(target, frames.swapaxes(-1, -2).reshape(rows, columns, 4), "f4")
    return target


def blur_framed(
    ctx,
    kernel_class,
    bank: Bank,
    picture: np.ndarray,
    place: np.ndarray,
    frames: np.ndarray | None,
    **options,
) -> np.ndarray:
    """As realtime.blur.picture.blur_picture, with frames [H, W, 2, 2] of the pixels; float32."""
    rows, columns = picture.shape[:2]
    textures = BankTextures(ctx, bank, "float")
    kernel = kernel_class(ctx, textures, framed=frames is not None, **options)
    targets = [color_target(ctx, (columns, rows), dtype="f4") for _ in range(4)]
    color, first, second, out = targets
    place = place.reshape(rows, columns, -1)
    where = color_target(ctx, (columns, rows), place.shape[2], "f4")
    write_target(color, picture, "f4")
    write_target(where, place, "f4")
    extra = [] if frames is None else [frames_texture(ctx, frames)]
    kernel.draw(
        color.color,
        where.color,
        (first, second),
        out,
        frames=extra[0].color if extra else None,
    )
    blurred = read_target(out)
    for part in (kernel, textures, *targets, where, *extra):
        part.release()
    return blurred


def apply(
    ctx, picture: np.ndarray, *applied: Applied, precision: str = "float", **options
) -> np.ndarray:
    """[H, W, 4] through a stack of effects."""
    rows, columns = picture.shape[:2]
    stack = EffectStack(ctx, applied, precision, **options)
    color, out = (color_target(ctx, (columns, rows), dtype=DTYPES[precision]) for _ in range(2))
    write_target(color, picture, DTYPES[precision])
    stack.render(color.color, out.framebuffer)
    blurred = read_target(out)
    for part in (stack, color, out):
        part.release()
    return blurred


def psnr(got: np.ndarray, want: np.ndarray) -> float:
    """dB, of pictures from 0 to 1."""
    return float(-10 * np.log10(np.mean((got - want) ** 2)))
