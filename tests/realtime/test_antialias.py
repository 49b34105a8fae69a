"""Anti-aliasing after the fact: against the exact coverage of an edge, and what it leaves alone."""

import numpy as np
import pytest
from gl_probe import Objects

from realtime.gl.targets import color_target
from realtime.passes.antialias import KEPT, AntialiasPass

pytestmark = pytest.mark.gl

WIDTH, HEIGHT = 60, 40
NEAR, FAR = np.array((0.9, 0.5, 0.1)), np.array((0.1, 0.2, 0.4))


def smoothed(ctx, color, depth, **sharp):
    """Row 0 on top, in and out."""
    size = color.shape[1], color.shape[0]
    one, aa = color_target(ctx, size, dtype="f4", depth=True), AntialiasPass(ctx, size)
    alpha = np.ones((*color.shape[:2], 1))
    one.color.write(np.concatenate((color, alpha), -1)[::-1].astype("f4").tobytes())
    one.depth.write(depth[::-1].astype("f4").tobytes())
    aa.draw(one.color, one.depth, **sharp)
    out = np.frombuffer(one.color.read(), "f4").reshape(*color.shape[:2], 4)[::-1]
    out = out.copy()
    aa.release()
    one.release()
    return out


def half_plane(slope, samples=1, flip=False):
    """Share of each pixel above the line y = 17.3 + slope · x, [H, W]; `flip` swaps the axes."""
    at = (np.arange(samples) + 0.5) / samples
    shape = (WIDTH, HEIGHT) if flip else (HEIGHT, WIDTH)
    y = (np.arange(shape[0])[:, None] + at).reshape(-1, 1)
    x = (np.arange(shape[1])[:, None] + at).reshape(1, -1)
    inside = (y < 17.3 + slope * x).astype(float)
    inside = inside.reshape(shape[0], samples, shape[1], samples).mean(axis=(1, 3))
    return inside.T if flip else inside


def painted(share):
    return share[..., None] * NEAR + (1 - share[..., None]) * FAR


@pytest.mark.parametrize(("slope", "left"), [(0.13, 0.35), (-0.21, 0.35), (0.5, 0.7)])
@pytest.mark.parametrize("flip", [False, True])
def test_an_edge_comes_close_to_its_true_coverage(ctx, slope, left, flip):
    one, exact = half_plane(slope, flip=flip), painted(half_plane(slope, 16, flip))
    before = painted(one)
    after = smoothed(ctx, before, np.where(one > 0, 0.5, 0.8))
    assert (after[..., 3] == 1).all()
    inner = np.s_[10:-10, 10:-10]
    error = [np.abs(got[inner] - exact[inner]).mean() for got in (before, after[..., :3])]
    assert error[1] < left * error[0]


def test_edges_that_are_not_of_surfaces_stay(ctx):
    """A pattern on a tilted plane: depth is linear on screen."""
    before = painted(half_plane(0.13))
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    after = smoothed(ctx, before, 0.3 + 0.004 * x + 0.007 * y)
    np.testing.assert_allclose(after[1:-1, 1:-1, :3], before[1:-1, 1:-1], atol=1e-3)


def test_edges_of_what_the_lens_blurs_stay(ctx):
    one = half_plane(0.13)
    before, depth = painted(one), np.where(one > 0, 0.5, 0.8)
    for sharp, changes in (((0.45, 0.55), True), ((0.75, 0.9), True), ((0.85, 0.95), False)):
        after = smoothed(ctx, before, depth, sharp_depth=sharp)
        assert (np.abs(after[..., :3] - before).max() > 0.05) == changes


def test_a_crease_is_smoothed_too(ctx):
    """Two sides of a box: depth has no step, but bends."""
    one = half_plane(0.13)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    over = y + 0.5 - 17.3 - 0.13 * (x + 0.5)  # px below the edge
    depth = 0.5 + np.where(over < 0, 0.002 * -over, 0.005 * over)
    after = smoothed(ctx, painted(one), depth)[..., :3]
    exact = painted(half_plane(0.13, 16))
    inner = np.s_[10:-10, 10:-10]
    assert (
        np.abs(after[inner] - exact[inner]).mean()
        < 0.5 * np.abs(painted(one) - exact)[inner].mean()
    )


def test_flat_stays_flat_and_broken_pixels_do_not_spread(ctx):
    color = np.full((HEIGHT, WIDTH, 3), (3.0, 0.25, 700.0))
    color[20, 30] = np.nan
    rng = np.random.default_rng(3)
    after = smoothed(ctx, color, rng.uniform(0.2, 0.9, (HEIGHT, WIDTH)))
    assert np.isfinite(after).all()
    far = np.ones((HEIGHT, WIDTH), bool)
    far[18:23, 28:33] = False
    np.testing.assert_allclose(after[far][:, :3], color[0, :1].repeat(far.sum(), 0), rtol=1e-3)


def test_pictures_that_come_and_go_are_not_kept(ctx):
    """Each framebuffer keeps its picture's memory."""
    size = (8, 6)
    depth, aa = color_target(ctx, size, depth=True), AntialiasPass(ctx, size)
    objects, counts = Objects(), []
    for _ in range(2 * KEPT):
        one = color_target(ctx, size)
        aa.draw(one.color, depth.depth)
        one.release()
        counts.append(objects.count().get("Framebuffer", 0))
    assert counts[-1] == counts[KEPT - 1]
    aa.release()
    depth.release()
    assert ctx.error == "GL_NO_ERROR"
