"""What effects ask for at each pixel, against closed forms written anew, in complex numbers."""

import math

import moderngl
import numpy as np
import pytest
from effects import axis, map_of
from images import bilinear, lopsided_image

from realtime.effects import (
    Directional,
    FieldBokeh,
    Foveated,
    LensField,
    Radial,
    Rotational,
    TiltShift,
    Uniform,
    UserMap,
)
from realtime.gl.parts import Window
from realtime.gl.targets import clamp

pytestmark = pytest.mark.gl

SIZE = (37, 23)  # width, height
RADIUS = axis("radius", 0, 1, 2.5, 6)
SECOND = {name: axis(name, 0, 0.2, 0.7, 1) for name in ("bend", "clip", "field")}
SETTINGS = {
    "tilt-shift": TiltShift((0.3, 0.6), angle=25, sharp=0.07, falloff=0.5, radius=0.15),
    "tilt-shift up": TiltShift((0.7, 0.2), angle=-110, sharp=0, falloff=0.3, radius=0.2),
    "rotational": Rotational((0.3, 0.6), angle=70, outer=0.6, feather=0.4),
    "rotational out": Rotational((-0.2, 1.4), angle=25, feather=0),
    "radial": Radial((0.7, 0.2), amount=0.3, inner=0.15),
    "directional": Directional(angle=-35, length=0.4),
    "field-bokeh": FieldBokeh((0.4, 0.7), 0.2, swirl=0.6, cat_eye=0.8, sharp=0.1, falloff=0.5),
    "field-bokeh off": FieldBokeh((1.5, 0.7), 0.1, swirl=0.9, cat_eye=0.3, sharp=0, falloff=0),
    "lens": LensField(0.11),
    "foveated": Foveated((0.2, 0.8), fovea=0.15, slope=0.3, radius=0.17),
    "foveated most": Foveated((0.2, 0.8), fovea=0, slope=0.1),
    "uniform": Uniform(0.13, second=0.4),
}
EFFECTS = pytest.mark.parametrize("effect", SETTINGS.values(), ids=SETTINGS)


def pixels(size=SIZE, origin=(0, 0)) -> np.ndarray:
    """Centres as x + iy, [H, W]."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    return x + origin[0] + 0.5 + 1j * (y + origin[1] + 0.5)


def point(fractions, size=SIZE) -> complex:
    return fractions[0] * size[0] + 1j * fractions[1] * size[1]


def unit(way: np.ndarray) -> np.ndarray:
    return np.where(way == 0, 1, way / np.where(way == 0, 1, abs(way)))


def expected(effect, two_axes: bool):
    """(first value, second value or None, frame's +x, frame's +y as complex) at every pixel."""
    z, height = pixels(), SIZE[1]
    one = np.ones_like(z)
    half_diagonal = math.hypot(*SIZE) / 2
    match effect:
        case TiltShift():
            along = np.exp(1j * np.deg2rad(effect.angle))
            off = abs(((z - point(effect.middle)) / along).imag) / height
            part = np.clip((off - effect.sharp) / effect.falloff, 0, 1)
            return part * effect.radius * height, None, one, 1j * one
        case Rotational():
            out = z - point(effect.middle)
            if math.isinf(effect.outer):
                share = 1.0
            else:  # half-way out at `outer`, over a width of `feather`
                share = np.clip(
                    0.5 + (effect.outer * height - abs(out)) / (effect.feather * height), 0, 1
                )
            bend = np.deg2rad(effect.angle) / 2 * share * np.ones(z.shape)
            tangent = unit(out) / 1j  # its +y, a quarter turn clockwise from it, points outwards
            return abs(out) * bend, bend, tangent, unit(out)
        case Radial():
            out = z - point(effect.middle)
            far = np.maximum(abs(out) - effect.inner * height, 0)
            return effect.amount * far / 2, None, unit(out), 1j * unit(out)
        case Directional():
            way = np.exp(1j * np.deg2rad(effect.angle)) * one
            return effect.length * height / 2 * one.real, None, way, 1j * way
        case FieldBokeh():
            out = z - point(effect.middle)
            far, u = abs(out), unit(out)
            field = far / half_diagonal
            if effect.falloff == 0:
                part = (far > effect.sharp * height).astype(float)
            else:
                part = np.clip((far / height - effect.sharp) / effect.falloff, 0, 1)
            squeeze = np.maximum(1 - effect.swirl * field**2, 0.05)
            squeezed = [  # of +x and +y of the picture, or of the way outwards and a quarter on
                squeeze * (v / u).real * u + 1j * (v / u).imag * u
                for v in ((u, 1j * u) if two_axes else (one, 1j * one))
            ]
            return part * effect.radius * height, effect.cat_eye * field, *squeezed
        case LensField():
            out = z - (SIZE[0] + 1j * SIZE[1]) / 2
            return (
                effect.radius * height * one.real,
                abs(out) / half_diagonal,
                unit(out),
                1j * unit(out),
            )
        case Foveated():
            off = np.maximum(abs(z - point(effect.gaze)) - effect.fovea * height, 0)
            radius = np.minimum(effect.slope * off, effect.radius * height)
            return radius, None, one, 1j * one
        case Uniform():
            return effect.radius * height * one.real, effect.second * one.real, one, 1j * one
    raise AssertionError(effect)


def axes_of(effect, count: int):
    names = next(names for names in effect.axes if len(names) == count)
    second = [SECOND.get(name, SECOND["field"]) for name in names[1:]]
    return (RADIUS, *second)


CASES = [
    pytest.param(effect, len(names), id=f"{label}, {len(names)}")
    for label, effect in SETTINGS.items()
    for names in effect.axes
]


@pytest.mark.parametrize(("effect", "count"), CASES)
def test_an_effect_asks_for_what_its_closed_form_says(ctx, effect, count):
    values, place, frames = map_of(ctx, effect, axes_of(effect, count), SIZE)
    radius, second, x, y = expected(effect, count == 2)
    np.testing.assert_allclose(values[..., 0], radius, atol=2e-5)
    wanted = second
    if effect.name == "rotational" and count == 2:  # what is too long for the bank is cut
        share = np.minimum(
            1, np.minimum(6 / np.maximum(radius, 1e-9), 1 / np.maximum(second, 1e-9))
        )
        radius, second = share * radius, share * second
    np.testing.assert_allclose(place[..., 0], np.interp(radius, RADIUS.knots, range(4)), atol=1e-4)
    if count == 2:
        np.testing.assert_allclose(values[..., 1], wanted, atol=2e-6)
        knots = axes_of(effect, 2)[1].knots
        np.testing.assert_allclose(place[..., 1], np.interp(second, knots, range(4)), atol=1e-4)
    if frames is None:
        assert not effect.turns and np.all(x == 1) and np.all(y == 1j)
    else:
        np.testing.assert_allclose(frames[..., 0, :], np.stack([x.real, y.real], -1), atol=3e-6)
        np.testing.assert_allclose(frames[..., 1, :], np.stack([x.imag, y.imag], -1), atol=3e-6)


@EFFECTS
def test_the_map_of_a_tile_is_the_crop_of_the_wholes(ctx, effect):
    """Also where the tile reaches past the picture on all sides."""
    axes = axes_of(effect, len(effect.axes[0]))
    whole = map_of(ctx, effect, axes, SIZE)
    for (x, y), size in (((11, 5), (16, 9)), ((-3, -4), (64, 32))):
        tile = map_of(ctx, effect, axes, size, Window((x, y), SIZE))
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + size[0], SIZE[0]), min(y + size[1], SIZE[1])
        for part, all_ in zip(tile, whole, strict=True):
            if part is None:
                assert all_ is None
                continue
            np.testing.assert_array_equal(
                part[top - y : bottom - y, left - x : right - x], all_[top:bottom, left:right]
            )


@EFFECTS
def test_settings_are_fractions_so_a_larger_picture_looks_the_same(ctx, effect):
    """Three times the size: three times the radius, the same second value and frame."""
    axes = axes_of(effect, len(effect.axes[0]))
    small, _, frames = map_of(ctx, effect, axes, SIZE)
    large, _, large_frames = map_of(ctx, effect, axes, (3 * SIZE[0], 3 * SIZE[1]))
    inner = np.s_[1::3, 1::3]  # whose centres are those of the small one
    np.testing.assert_allclose(large[inner][..., 0], 3 * small[..., 0], atol=1e-4)
    np.testing.assert_allclose(large[inner][..., 1], small[..., 1], atol=1e-5)
    if frames is not None:
        np.testing.assert_allclose(large_frames[inner], frames, atol=1e-5)


def test_in_the_middle_itself_the_frame_is_sound(ctx):
    """There is no way outwards at the middle; 37 × 23 has a pixel there."""
    for effect in (Rotational(), Radial(), FieldBokeh(), LensField()):
        axes = axes_of(effect, len(effect.axes[0]))
        values, place, frames = map_of(ctx, effect, axes, SIZE)
        assert np.isfinite(values).all() and np.isfinite(place).all()
        assert np.linalg.det(frames[11, 18]) == pytest.approx(1, abs=1e-6), effect.name
        np.testing.assert_allclose(frames[11, 18], np.eye(2), atol=1e-6)


def test_half_precision_frames_are_those_rounded(ctx):
    exact = map_of(ctx, SETTINGS["rotational"], axes_of(Rotational(), 2), SIZE)
    half = map_of(ctx, SETTINGS["rotational"], axes_of(Rotational(), 2), SIZE, dtype="f2")
    np.testing.assert_array_equal(half[1], exact[1])
    np.testing.assert_allclose(half[2], exact[2], atol=5e-4)
    assert np.abs(half[2] - exact[2]).max() > 1e-5


def test_what_lies_outside_the_axes_is_told_and_held(ctx):
    """Values are what was asked for; places stay on the axis."""
    values, place, _ = map_of(ctx, Uniform(0.5, second=-2), axes_of(Uniform(), 2), SIZE)
    np.testing.assert_allclose(values, np.broadcast_to([11.5, -2], (23, 37, 2)))
    np.testing.assert_allclose(place, np.broadcast_to([3, 0], (23, 37, 2)), atol=1e-6)


def map_texture(ctx, values: np.ndarray):
    """[H, W, C] -> a texture, the top row last."""
    rows, columns, components = values.shape
    data = np.ascontiguousarray(values[::-1]).astype("f4").tobytes()
    texture = ctx.texture((columns, rows), components, data, dtype="f4")
    clamp(texture, moderngl.LINEAR)
    return texture


def test_a_map_is_read_texel_by_texel(ctx):
    painted = lopsided_image(SIZE[1], SIZE[0], 2)
    texture = map_texture(ctx, painted)
    effect = UserMap(texture, gain=(5, -0.5), bias=(0.3, 0.7))
    values, place, frames = map_of(ctx, effect, (RADIUS, SECOND["field"]), SIZE)
    texture.release()
    want = np.array([0.3, 0.7]) + np.array([5, -0.5]) * painted
    assert frames is None
    np.testing.assert_allclose(values, want, atol=2e-5)
    for index, knots in enumerate((RADIUS.knots, SECOND["field"].knots)):
        np.testing.assert_allclose(
            place[..., index], np.interp(want[..., index], knots, range(4)), atol=1e-4
        )


def test_a_map_of_another_size_covers_the_picture_or_its_part(ctx):
    """7 × 5 texels, bilinear, over all of it; then over a part of it, held at its border."""
    painted = lopsided_image(5, 7, 1)
    texture = map_texture(ctx, painted)
    z = pixels()
    for origin, part in (((0, 0), None), ((6, 3), (20, 12))):
        width, height = part or SIZE
        y = (z.imag - origin[1]) / height * 5 - 0.5
        x = (z.real - origin[0]) / width * 7 - 0.5
        want = 6 * bilinear(painted.astype("f8"), y, x)[..., 0]
        effect = UserMap(texture, gain=(6, 1), origin=origin, part=part)
        values, _, _ = map_of(ctx, effect, (RADIUS,), SIZE)
        # A sampler's weights have 8 bits.
        np.testing.assert_allclose(values[..., 0], want, atol=6 / 256)
    texture.release()


def test_a_map_over_a_part_is_the_same_in_a_tile(ctx):
    texture = map_texture(ctx, lopsided_image(5, 7, 1))
    effect = UserMap(texture, gain=(6, 1))
    whole, _, _ = map_of(ctx, effect, (RADIUS,), SIZE)
    tile, _, _ = map_of(ctx, effect, (RADIUS,), (16, 9), Window((11, 5), SIZE))
    texture.release()
    np.testing.assert_array_equal(tile, whole[5:14, 11:27])
