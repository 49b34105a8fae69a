"""The sparse kernel pass against a plain reading of the contract."""

import re

import numpy as np
import pytest
from banks import RADII, dense_blur, lopsided_bank
from images import assert_images_close, lopsided_image

from realtime.bank import Axis, Bank
from realtime.blur.picture import blur_picture
from realtime.gl.source import expand
from realtime.passes.cascade import CascadePass
from realtime.passes.frame import TURNED, UPRIGHT

FRAMES = {1.0: UPRIGHT, -1.0: TURNED}
SIZE = (37, 53)  # rows, columns


def bilinear(image: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Read [H, W, C] at pixel coordinates (pixel centres are whole), clamped at the border."""
    rows, columns = image.shape[:2]
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    fy, fx = (y - y0)[..., None], (x - x0)[..., None]

    def at(row, column):
        return image[np.clip(row, 0, rows - 1), np.clip(column, 0, columns - 1)]

    top = (1 - fx) * at(y0, x0) + fx * at(y0, x0 + 1)
    bottom = (1 - fx) * at(y0 + 1, x0) + fx * at(y0 + 1, x0 + 1)
    return (1 - fy) * top + fy * bottom


def by_contract(image: np.ndarray, bank: Bank, values: np.ndarray, turn=1.0) -> np.ndarray:
    """out(p) = sum_i w_i · in(p + o_i), layer by layer; values [H, W, axes] in axis units."""
    rows, columns = image.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns]
    flat = values.reshape(rows * columns, -1)
    cascades = [bank.cascade(*value) for value in flat]
    picture = image.astype("f8")
    for layer in range(len(bank.layers)):
        offsets = np.array([c[layer][0] for c in cascades]).reshape(rows, columns, -1, 2) * turn
        weights = np.array([c[layer][1] for c in cascades]).reshape(rows, columns, -1)
        picture = sum(
            weights[..., i, None]
            * bilinear(picture, y + offsets[..., i, 1], x + offsets[..., i, 0])
            for i in range(weights.shape[-1])
        )
    return picture


def radius_map(size=SIZE) -> np.ndarray:
    """Radii that run past both ends of the axis, along a slant. [H, W] px."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    return -1 + 8 * (0.7 * y / size[0] + 0.3 * x / size[1])


def places(axis: Axis, values: np.ndarray) -> np.ndarray:
    return np.interp(values, axis.knots, range(len(axis.knots)))


@pytest.mark.gl
@pytest.mark.parametrize(("precision", "atol"), [("float", 1e-5), ("half", 2e-3)])
@pytest.mark.parametrize("turn", [1.0, -1.0])
def test_cascade_reads_what_the_contract_says(ctx, precision, atol, turn):
    bank, image, radii = lopsided_bank(), lopsided_image(*SIZE), radius_map()
    got = blur_picture(
        ctx, CascadePass, bank, image, places(bank.axes[0], radii), precision, FRAMES[turn]
    )
    want = by_contract(image, bank, radii[..., None], turn)
    assert_images_close(got, want, atol=atol, name=f"cascade_{precision}_{turn:.0f}")


@pytest.mark.gl
def test_cascade_follows_two_axes(ctx):
    """4 knots × 3 knots: a transposed lookup cannot pass."""
    bank, image, radii = lopsided_bank(angles=(0.0, 1.0, 4.0)), lopsided_image(*SIZE), radius_map()
    angles = np.linspace(-0.5, 4.5, SIZE[1])[None].repeat(SIZE[0], axis=0)
    place = np.stack([places(bank.axes[0], radii), places(bank.axes[1], angles)], axis=-1)
    got = blur_picture(ctx, CascadePass, bank, image, place)
    want = by_contract(image, bank, np.stack([radii, angles], axis=-1))
    assert_images_close(got, want, atol=1e-5, name="cascade_two_axes")


@pytest.mark.gl
def test_a_point_light_comes_out_as_the_kernel_upright(ctx):
    """One layer whose taps are the negated pixels of an F: the picture of a point is that F."""
    glyph = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]], "f4")
    rows, columns = np.nonzero(glyph)
    offsets = -np.stack([columns - 1, rows - 2], axis=-1).astype("f4")[:, None, None]
    weights = np.full((len(rows), 1, 1), 1 / len(rows), "f4")
    bank = Bank((Axis("radius", "px", (2.0,)),), (offsets,), (weights,))
    point = np.zeros((11, 13, 4), "f4")
    point[5, 4] = len(rows)
    got = blur_picture(ctx, CascadePass, bank, point, np.zeros((11, 13)))
    np.testing.assert_allclose(got[3:8, 3:6, 0], glyph, atol=1e-5)
    assert got[..., 0].sum() == pytest.approx(len(rows), abs=1e-4)


@pytest.mark.gl
def test_flat_stays_flat_and_borders_do_not_wrap(ctx):
    bank = lopsided_bank()
    flat = np.full((*SIZE, 4), 3.25, "f4")
    got = blur_picture(ctx, CascadePass, bank, flat, places(bank.axes[0], radius_map()))
    np.testing.assert_allclose(got, flat, rtol=1e-5)
    one_side = np.zeros((*SIZE, 4), "f4")
    one_side[:, :4] = 1  # light at the left only: nothing may come in from there on the right
    got = blur_picture(ctx, CascadePass, bank, one_side, np.full(SIZE, len(RADII) - 1.0))
    assert got[:, -10:].max() == 0


@pytest.mark.gl
def test_the_first_knot_leaves_the_picture_alone(ctx):
    image, bank = lopsided_image(*SIZE), lopsided_bank()
    got = blur_picture(ctx, CascadePass, bank, image, np.zeros(SIZE))
    np.testing.assert_array_equal(got, image)


def test_the_oracle_itself_agrees_with_a_dense_blur():
    """by_contract with whole-pixel taps is a dense blur with the negated offsets as the PSF."""
    kernel = np.zeros((5, 5), "f4")
    kernel[0, 1], kernel[4, 2], kernel[2, 4] = 0.5, 0.3, 0.2
    rows, columns = np.nonzero(kernel)
    offsets = -np.stack([columns - 2, rows - 2], axis=-1).astype("f4")[:, None, None]
    bank = Bank(
        (Axis("radius", "px", (2.0,)),), (offsets,), (kernel[rows, columns][:, None, None],)
    )
    image = lopsided_image(9, 14)
    got = by_contract(image, bank, np.full((9, 14, 1), 2.0))
    np.testing.assert_allclose(got, dense_blur(image, kernel), atol=1e-6)


def without_conditionals(source: str, names: tuple[str, ...]) -> str:
    """Drop the lines that need one of these defines; what stands in their #else is kept."""
    kept, nested = [], []  # nested: of each #if around, whether it hangs on one of the names
    for line in source.split("\n"):
        if line.startswith("#if"):
            nested.append("dropped" if any(name in line for name in names) else "kept")
        elif line.startswith("#else"):
            nested[-1] = "else" if nested[-1] == "dropped" else nested[-1]
        elif line.startswith("#endif"):
            nested.pop()
        elif "dropped" not in nested:
            kept.append(line)
    return "\n".join(kept)


def body(source: str, function: str) -> str:
    """What stands between a function's braces."""
    start = source.index("{", source.index(f" {function}("))
    depth = 0
    for end in range(start, len(source)):
        depth += (source[end] == "{") - (source[end] == "}")
        if depth == 0:
            return source[start:end]
    raise AssertionError(f"{function}: no end")


def calls(text: str, function: str) -> int:
    return len(re.findall(rf"\b{function}\(", text))


def test_a_layer_costs_a_fetch_a_tap_those_of_its_records_and_one_for_the_place():
    """The budget, read from the source; the second texelFetch is the way out for sharp pixels.

    How many texels a layer's records take is tested with them.
    """
    source = expand("cascade.frag", {"TAPS": 8, "KNOTS_X": 3, "KNOTS_Y": 1, "EQUAL": 0}).text
    source = without_conditionals(source, ("VEIL", "CAT_EYE", "FRAMED", "PART"))
    reads = re.findall(r"\b(textureLod|texture|texelFetch)\((\w+)", source)
    assert sorted(reads) == [
        ("texelFetch", "u_color"),
        ("texelFetch", "u_place"),
        ("textureLod", "u_color"),
        ("textureLod", "u_taps"),
    ]
    hook = source[source.rindex("void add_tap(") :]  # after its declaration
    assert calls(body(hook, "add_tap"), "textureLod") == 1
    assert calls(body(source, "texel"), "textureLod") == 1


@pytest.mark.gl
@pytest.mark.parametrize("taps", range(1, 10))
@pytest.mark.parametrize("is_equal", [False, True])
def test_every_count_of_taps_is_packed_and_unpacked(ctx, taps, is_equal):
    """Two taps share a texel of offsets, four one of weights; the last may be half full."""
    bank, image, radii = lopsided_bank(layers=(taps,)), lopsided_image(*SIZE), radius_map()
    if is_equal:
        weights = tuple(np.full_like(layer, 1 / len(layer)) for layer in bank.weights)
        bank = Bank(bank.axes, bank.offsets, weights)
    got = blur_picture(ctx, CascadePass, bank, image, places(bank.axes[0], radii))
    want = by_contract(image, bank, radii[..., None])
    assert_images_close(got, want, atol=1e-5, name=f"cascade_{taps}_taps")
