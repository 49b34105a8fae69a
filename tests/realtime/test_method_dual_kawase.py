"""Dual filtering against a pyramid by hand; and what test_methods_spread.py has of it."""

import re

import numpy as np
import pytest
from gl_probe import Objects
from images import assert_images_close, bilinear, lopsided_image
from spots import lopsided_sigma, moments, place_of, point, spot_bank

from realtime.blur.picture import blur_picture
from realtime.errors import UsageError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.source import expand
from realtime.gl.targets import color_target
from realtime.methods.dual_kawase import (
    DUAL_KAWASE,
    DualKawasePass,
    level_variance_px2,
    levels_for,
)

SIZE = (47, 71)  # rows, columns; both odd at several levels
DIAGONALS = [(i, j) for i in (-1, 1) for j in (-1, 1)]


def down(image: np.ndarray) -> np.ndarray:
    """Five reads round the corner of four texels."""
    half = [-(-side // 2) for side in image.shape[:2]]
    y, x = 2 * np.indices(half) + 0.5
    far = sum(bilinear(image, y + i, x + j) for i, j in DIAGONALS)
    return (4 * bilinear(image, y, x) + far) / 8


def up(image: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Eight reads on a diamond."""
    y, x = (np.indices(size) + 0.5) / 2 - 0.5
    near = sum(bilinear(image, y + i / 2, x + j / 2) for i, j in DIAGONALS)
    far = sum(bilinear(image, y + i, x + j) for i, j in ((0, 1), (1, 0), (0, -1), (-1, 0)))
    return (2 * near + far) / 12


def variance_at(sigma: np.ndarray, level: int, size: tuple[int, ...]) -> np.ndarray:
    """Mean of σ² at four pixels of every texel, [*size]; GL's rows, the bottom one first."""
    block = 2**level
    total = np.zeros(size)
    for i, j in DIAGONALS:
        at = (np.indices(size) + 0.5 + 0.25 * np.array((i, j))[:, None, None]) * block
        y, x = np.minimum(at.astype(int), np.array(sigma.shape)[:, None, None] - 1)
        total += sigma[y, x] ** 2 / 4
    return total


def by_hand(image: np.ndarray, sigma: np.ndarray, levels: int) -> np.ndarray:
    """[H, W, 4] down and up, row 0 on top; the pyramid stands on the bottom row, as in GL."""
    stages, sigma = [image[::-1].astype("f8")], sigma[::-1]
    for _ in range(levels):
        stages.append(down(stages[-1]))
    got = stages.pop()
    for level in reversed(range(levels)):
        own = stages.pop()
        least, most = (17 / 18 * (4**at - 1) for at in (level, level + 1))
        share = (variance_at(sigma, level, own.shape[:2]) - least) / (most - least)
        got = own + share.clip(0, 1)[..., None] * (up(got, own.shape[:2]) - own)
    return got[::-1]


def test_levels_and_their_variances():
    assert [level_variance_px2(level) for level in range(7)] == pytest.approx(
        [17 / 18 * (4**level - 1) for level in range(7)]
    )
    assert [levels_for(sigma) for sigma in (0, 1.6, 1.7, 15, 16, 31, 32)] == [1, 1, 2, 4, 5, 5, 6]


@pytest.mark.gl
@pytest.mark.parametrize("level", range(1, 6))
def test_a_level_spreads_light_by_its_variance(ctx, level):
    """At exactly its own σ nothing of another level is in it."""
    size, sigma = (421, 423), np.sqrt(level_variance_px2(level))
    got = blur_picture(
        ctx, DualKawasePass, spot_bank(), point(*size, 211, 208), np.full(size, place_of(sigma))
    )
    total, x, y, *both = moments(got, 211, 208)
    assert total == pytest.approx(1, abs=2e-4)
    np.testing.assert_allclose((x, y), 0, atol=0.02)
    np.testing.assert_allclose(both, sigma, rtol=1e-3)


@pytest.mark.gl
@pytest.mark.parametrize("size", [SIZE, (64, 32), (33, 17)])
@pytest.mark.parametrize("largest", [8, 48])
def test_each_pixel_has_its_own(ctx, size, largest):
    image, sigma = lopsided_image(*size), lopsided_sigma(*size, largest / np.sqrt(2))
    bank = spot_bank((0, largest))
    got = blur_picture(ctx, DualKawasePass, bank, image, place_of(sigma, (0, largest)))
    want = by_hand(image, sigma, levels_for(largest / np.sqrt(2)))
    assert_images_close(got, want, atol=2e-5, name=f"dual_kawase_{size}_{largest}")


@pytest.mark.gl
def test_half_precision_stays_near(ctx):
    image, sigma = lopsided_image(*SIZE), lopsided_sigma(*SIZE, largest=14.0)
    exact = blur_picture(ctx, DualKawasePass, spot_bank(), image, place_of(sigma))
    got = blur_picture(ctx, DualKawasePass, spot_bank(), image, place_of(sigma), "half")
    assert_images_close(got, exact, atol=3e-3, name="dual_kawase_half")


@pytest.mark.gl
def test_the_pyramid_follows_the_picture_and_the_bank(ctx):
    """One pyramid at a time: of the size, the format and the levels that were drawn last."""
    objects = Objects()
    banks = [BankTextures(ctx, spot_bank((0, reach))) for reach in (8, 48)]
    blur = DualKawasePass(ctx, banks[0])
    without = objects.count()["Texture"]
    for size, dtype, bank in (
        ((40, 30), "f4", banks[0]),
        ((21, 9), "f4", banks[0]),
        ((21, 9), "f2", banks[0]),
        ((21, 9), "f2", banks[1]),
    ):
        blur.rebind(bank)
        color, out = (color_target(ctx, size, dtype=dtype) for _ in range(2))
        place = color_target(ctx, size, 1, "f4")
        blur.draw(color.color, place.color, (), out)
        for part in (color, out, place):
            part.release()
        pyramid = blur._pyramid
        assert pyramid.down[0].size == tuple(-(-side // 2) for side in size)
        assert {target.color.dtype for target in (*pyramid.down, *pyramid.up)} == {dtype}
        assert objects.count()["Texture"] == without + 2 * blur.levels - 1
    blur.release()
    for bank in banks:
        bank.release()
    assert objects.alive() == {}


@pytest.mark.gl
def test_it_cannot_be_squeezed(ctx):
    light, place = point(9, 11, 4, 5), np.ones((9, 11))
    with pytest.raises(UsageError, match=r"^--blur dual-kawase: an aperture that is squeezed, a"):
        blur_picture(ctx, DualKawasePass, spot_bank(), light, place, frame=(0.5, 0, 0, 1))


def test_its_fetches_are_what_the_shaders_say():
    reads = r"\b(?:textureLod|texelFetch)\("
    down_source = expand("methods/dual_kawase_down.frag").text
    assert len(re.findall(reads, down_source)) == 5 and "Cost: 5 fetches" in down_source
    source = expand("methods/dual_kawase_up.frag", {"KNOTS_X": 3}).text
    function = source[source.index("vec4 from_coarser()") : source.index("float variance_at(")]
    assert len(re.findall(reads, function)) == 8
    rest = source.replace(function, "")
    assert len(re.findall(reads, rest)) == 1 + 2, "σ; the level's own in two of three branches"
    assert "Cost: up to 9 fetches" in source


def test_what_is_known_of_it():
    assert (DUAL_KAWASE.name, DUAL_KAWASE.kind.name) == ("dual-kawase", "dual-kawase")
    assert DUAL_KAWASE.cannot(spot_bank()) is None
