"""Push-pull: holes take what lies around them, what is known stays."""

import numpy as np
import pytest
from images import lopsided_image

from realtime.blur.picture import read_target, write_target
from realtime.passes.fill import FillPass
from realtime.passes.layer import Layer

pytestmark = pytest.mark.gl

SIZES = [(1, 1), (1, 7), (7, 3), (2, 301), (37, 53), (64, 32)]  # rows, columns


def fill(ctx, colour, coc, alpha, dtype="f4"):
    """colour [H, W, 3], coc [H, W], alpha [H, W] -> filled colour [H, W, 4] and CoC [H, W]."""
    rows, columns = alpha.shape
    layer, out = (Layer(ctx, (columns, rows), dtype, components=n) for n in (2, 1))
    premultiplied = np.concatenate([colour, np.ones_like(colour[..., :1])], -1) * alpha[..., None]
    write_target(layer.color, premultiplied, dtype)
    write_target(layer.coc, np.stack([coc * alpha, alpha], -1), dtype)
    pass_ = FillPass(ctx, (2 * columns, 2 * rows), dtype)  # what it fills is half the picture
    pass_.fill(layer, out)
    got = read_target(out.color), read_target(out.coc)[..., 0]
    for part in (pass_, layer, out):
        part.release()
    return got


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", ["f4", "f2"])
def test_what_is_known_stays(ctx, size, dtype):
    colour, coc = lopsided_image(*size, channels=3), lopsided_image(*size, channels=1)[..., 0] * 9
    got, got_coc = fill(ctx, colour, coc, np.ones(size, "f4"), dtype)
    tolerance = {"f4": 1e-6, "f2": 1e-3}[dtype]
    np.testing.assert_allclose(got[..., :3], colour, rtol=tolerance)
    np.testing.assert_allclose(got_coc, coc, rtol=tolerance)
    assert (got[..., 3] == 1).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("dtype", "known"), [("f4", 1), ("f2", 1), ("f4", 0.01), ("f2", 0.01)])
def test_one_known_pixel_is_enough_for_all(ctx, size, dtype, known):
    """The pyramid ends at 1 × 1, so even the farthest corner gets its colour and CoC."""
    colour, coc = np.zeros((*size, 3), "f4"), np.zeros(size, "f4")
    at = (2 * size[0] // 3, size[1] // 5)
    alpha = np.zeros(size, "f4")
    colour[at], coc[at], alpha[at] = (0.25, 6.0, 40.0), 7.5, known
    got, got_coc = fill(ctx, colour, coc, alpha, dtype)
    np.testing.assert_allclose(got, np.broadcast_to([0.25, 6, 40, 1], got.shape), rtol=4e-3)
    np.testing.assert_allclose(got_coc, 7.5, rtol=4e-3)


def halved(layer: np.ndarray, saturate: float) -> np.ndarray:
    """[H, W, 4] premultiplied -> half the size; an odd edge counts twice."""
    rows, columns = layer.shape[:2]
    even = np.pad(layer, ((0, rows % 2), (0, columns % 2), (0, 0)), mode="edge")
    mean = even.reshape(len(even) // 2, 2, -1, 2, 4).mean(axis=(1, 3))
    known = np.maximum(mean[..., 3:], 1e-30)
    return mean * np.minimum(1 / known, saturate)


def doubled(layer: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Linear upsampling to (rows, columns): a coarse texel lies over two by two fine ones."""
    for axis, length in enumerate(size):
        at = np.clip((np.arange(length) + 0.5) / 2 - 0.5, 0, layer.shape[axis] - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, layer.shape[axis] - 1)
        part = (at - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        layer = layer.take(low, axis) * (1 - part) + layer.take(high, axis) * part
    return layer


def filled(layer: np.ndarray) -> np.ndarray:
    """The whole push-pull in numpy, by recursion."""
    last = max(layer.shape[:2]) <= 2
    coarser = halved(layer, 1e6 if last else 4)
    coarser = coarser if last else filled(coarser)
    return layer + (1 - layer[..., 3:]) * doubled(coarser, layer.shape[:2])


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (7, 3), (11, 22), (37, 53)])
def test_push_pull_is_that_of_numpy(ctx, size):
    """Half-known pixels and odd edges at every level: GL's bottom row stands in for row 0."""
    colour = lopsided_image(*size, channels=3)
    alpha = (np.random.default_rng(2).random(size) * 1.5 - 0.7).clip(0, 1).astype("f4")
    alpha[-1, -1] = 0.3
    got, _ = fill(ctx, colour, np.zeros(size, "f4"), alpha)
    layer = np.concatenate([colour, np.ones((*size, 1))], -1) * alpha[..., None]
    want = filled(layer[::-1].astype("f8"))[::-1]
    np.testing.assert_allclose(got, want, atol=2e-3)  # filtering has 8 fractional bits


@pytest.mark.parametrize("known", [0.9, 0.3, 0.01])
@pytest.mark.parametrize("size", [(37, 53), (7, 3), (2, 301)])
def test_holes_lie_between_what_is_known(ctx, size, known):
    """Never black, never brighter than the neighbours, never NaN; alpha is 1 everywhere."""
    rng = np.random.default_rng(5)
    alpha = (rng.random(size) < known).astype("f4")
    alpha[size[0] // 2, size[1] // 3] = 1
    colour = 2 + lopsided_image(*size, channels=3)
    coc = 4 + lopsided_image(*size, channels=1)[..., 0]
    got, got_coc = fill(ctx, colour, coc, alpha)
    inside = colour[alpha > 0]
    assert inside.min() - 1e-4 <= got[..., :3].min() and got[..., :3].max() <= inside.max() + 1e-4
    assert coc[alpha > 0].min() - 1e-4 <= got_coc.min() and got_coc.max() <= coc.max() + 1e-4
    np.testing.assert_allclose(got[..., 3], 1, atol=1e-5)


def test_a_hole_takes_what_is_next_to_it(ctx):
    """Red to the left, green to the right: each half of the hole leans to its own side."""
    colour, alpha = np.zeros((33, 47, 3), "f4"), np.ones((33, 47), "f4")
    colour[:, :20, 0], colour[:, 20:, 1] = 1, 1
    alpha[:, 12:30] = 0
    got, _ = fill(ctx, colour, np.ones((33, 47), "f4"), alpha)
    assert (got[:, 12:16, 0] > 0.6).all() and (got[:, 27:30, 1] > 0.6).all()
    np.testing.assert_allclose(got[..., 0] + got[..., 1], 1, atol=1e-5)


def test_colour_and_coc_are_filled_alike(ctx):
    """A CoC that is the red channel comes out as the red channel."""
    colour = lopsided_image(37, 53, 3)
    alpha = (np.random.default_rng(1).random((37, 53)) * 1.4 - 0.4).clip(0, 1).astype("f4")
    got, coc = fill(ctx, colour, colour[..., 0], alpha)
    np.testing.assert_allclose(coc, got[..., 0], atol=1e-5)


def test_half_known_is_half_filled(ctx):
    """alpha 0.25: a quarter its own colour, the rest from around."""
    colour, alpha = np.full((9, 9, 3), 1.0, "f4"), np.ones((9, 9), "f4")
    colour[4, 4], alpha[4, 4] = 5.0, 0.25
    got, _ = fill(ctx, colour, np.zeros((9, 9), "f4"), alpha)
    assert 0.25 * 5 + 0.75 <= got[4, 4, 0] < 0.25 * 5 + 0.75 * 1.6


@pytest.mark.parametrize("size", [(1, 1), (37, 53)])
def test_nothing_known_stays_nothing(ctx, size):
    """All in front: empty, and not NaN."""
    got, coc = fill(ctx, np.zeros((*size, 3), "f4"), np.zeros(size, "f4"), np.zeros(size, "f4"))
    assert (got == 0).all() and (coc == 0).all()
