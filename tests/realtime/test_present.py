"""Tone mapping and the sRGB curve against their formulas, written here once more."""

import numpy as np
import pytest
from images import assert_images_close, lopsided_image

from realtime.blur.picture import read_target, write_target
from realtime.gl.targets import color_target
from realtime.passes.present import PresentPass

pytestmark = pytest.mark.gl


def present(ctx, image: np.ndarray, dtype: str = "f4", out: str = "f4") -> np.ndarray:
    """[H, W, 3] linear -> [H, W, 3] as the screen gets it; 8 bit where `out` is "f1"."""
    height, width = image.shape[:2]
    source, screen = (color_target(ctx, (width, height), 4, kind) for kind in (dtype, out))
    rgba = np.concatenate([image, np.ones_like(image[..., :1])], axis=-1)
    write_target(source, rgba, dtype)
    pass_ = PresentPass(ctx)
    pass_.draw(source.color, screen.framebuffer)
    got = read_target(screen)
    for part in (source, screen, pass_):
        part.release()
    assert np.all(got[..., 3] == 1)
    return got[..., :3]


def srgb(linear: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1."""
    curved = 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curved)


def pbr_neutral(color: np.ndarray) -> np.ndarray:
    """One pixel through Khronos PBR Neutral, step by step as its specification tells it.

    The Fresnel reflection of 4 % is taken off, less of it near black; peaks above 0.76 are folded
    into what is left below 1, and drawn towards white by how much they lost.
    """
    fresnel, shoulder = 0.04, 0.8 - 0.04
    x = color.min()
    offset = x - x * x / (4 * fresnel) if x <= 2 * fresnel else fresnel
    color = color - offset
    peak = color.max()
    if peak <= shoulder:
        return color
    folded = 1 - (1 - shoulder) ** 2 / (peak + 1 - 2 * shoulder)
    white = 1 / (0.15 * (peak - folded) + 1)
    return color * (folded / peak) * white + folded * (1 - white)


def test_the_whole_curve_against_the_specification(ctx):
    """Colours from black to fireflies, no two channels alike."""
    levels = np.geomspace(1e-4, 1e4, 29)
    image = lopsided_image(11, 29, 3) * levels[None, :, None].astype("f4")
    want = srgb(np.apply_along_axis(pbr_neutral, -1, image.astype("f8")))
    assert_images_close(present(ctx, image), want, atol=1e-5, name="present")


def test_the_srgb_curve_alone(ctx):
    """Below the shoulder, with the Fresnel offset made good, only the sRGB curve is left."""
    shown = np.linspace(0.04, 0.7, 67)  # of the darkest channel 0, others free
    image = np.zeros((1, 67, 3), "f4")
    image[0, :, 1], image[0, :, 2] = shown, shown[::-1]
    assert_images_close(present(ctx, image), srgb(image.astype("f8")), atol=1e-5, name="srgb")


def test_colours_below_the_shoulder_are_kept(ctx):
    """Differences between the channels come through unchanged: no desaturation, no hue shift."""
    image = (0.1 + 0.65 * lopsided_image(9, 13, 3)).astype("f4")
    got = present(ctx, image).astype("f8")
    linear = np.where(got <= 0.04045, got / 12.92, ((got + 0.055) / 1.055) ** 2.4)
    np.testing.assert_allclose(linear, image - 0.04, atol=1e-5)


@pytest.mark.parametrize("hue", [(1, 1, 1), (1, 0.2, 0.05), (0.1, 0.4, 1)])
def test_brighter_light_never_comes_out_darker(ctx, hue):
    levels = np.concatenate([[0], np.geomspace(1e-5, 6e4, 400)])
    got = present(ctx, (levels[None, :, None] * np.array(hue)).astype("f4"))[0]
    assert (np.diff(got.max(axis=-1)) >= -1e-6).all()
    assert got.max() <= 1 and got[-1].min() > 0.9  # the brightest end near white


def test_black_stays_black(ctx):
    assert present(ctx, np.zeros((2, 3, 3), "f4")).max() == 0
    assert present(ctx, np.full((2, 3, 3), -1.0, "f4")).max() == 0


def test_eight_bits_are_rounded_not_cut(ctx):
    image = lopsided_image(7, 16, 3)
    exact = present(ctx, image)
    got = present(ctx, image, out="f1")
    assert np.abs(got - exact).max() <= 0.5 / 255 + 1e-4


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_broken_pixels_stay_alone_and_give_a_colour(ctx, bad):
    """What should never come here harms its own pixel only; infinite light is white, not black."""
    image = np.full((3, 5, 3), 0.3, "f4")
    image[1, 2] = bad
    got = present(ctx, image)
    assert np.isfinite(got).all()
    np.testing.assert_allclose(got[1, 2], 1.0 if bad == np.inf else 0.0, atol=1e-3)
    got[1, 2] = got[0, 0]
    np.testing.assert_array_equal(got, np.broadcast_to(got[0, 0], got.shape))
