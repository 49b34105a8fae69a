"""Kernels whose pixels have frames of their own, against plain loops."""

import re

import numpy as np
import pytest
from banks import dense_blur, lopsided_bank
from effects import (
    L,
    arc_bank,
    axis,
    blur_framed,
    dense_gather,
    frames_of,
    gather,
    kernel_bank,
    lopsided_frames,
    psf_reader,
)
from images import assert_images_close, lopsided_image

from realtime.bank import Bank
from realtime.blur.picture import blur_picture
from realtime.gl.source import expand
from realtime.passes.cascade import CascadePass
from realtime.passes.dense import DensePass

pytestmark = pytest.mark.gl

ROWS, COLUMNS = 23, 37
PICTURE = lopsided_image(ROWS, COLUMNS)
FRAMES = lopsided_frames(ROWS, COLUMNS)


def radii() -> np.ndarray:
    """Past both ends of the axis, along a slant. [H, W] px."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    return -1 + 8 * (0.3 * y / ROWS + 0.7 * x / COLUMNS)


def at(bank: Bank, *values: np.ndarray) -> np.ndarray:
    """[H, W, axes] knots."""
    knots = [axis.knots for axis in bank.axes]
    return np.stack(
        [np.interp(v, k, range(len(k))) for v, k in zip(values, knots, strict=True)], -1
    )


@pytest.mark.parametrize("shape_last", [False, True])
@pytest.mark.parametrize("layers", [(5, 3), (3, 4, 2)])
def test_cascade_reads_at_its_pixels_framed_offsets(ctx, layers, shape_last):
    bank = lopsided_bank(layers)
    place = at(bank, radii())
    got = blur_framed(ctx, CascadePass, bank, PICTURE, place, FRAMES, shape_last=shape_last)
    want = gather(PICTURE, bank, radii()[..., None], FRAMES, shape_last)
    assert_images_close(got, want, atol=1e-5, name=f"framed_{layers}_{shape_last}")
    other = gather(PICTURE, bank, radii()[..., None], FRAMES, not shape_last)
    assert np.abs(got - other).max() > 0.01  # the order is seen


def test_cascade_of_two_axes_with_frames(ctx):
    bank = lopsided_bank(angles=(0.0, 1.0, 4.0))
    angles = np.linspace(-0.5, 4.5, ROWS)[:, None].repeat(COLUMNS, axis=1)
    got = blur_framed(ctx, CascadePass, bank, PICTURE, at(bank, radii(), angles), FRAMES)
    want = gather(PICTURE, bank, np.stack([radii(), angles], -1), FRAMES)
    assert_images_close(got, want, atol=1e-5, name="framed_two_axes")


@pytest.mark.parametrize("shape_last", [False, True])
def test_cascade_without_frames_can_be_reversed_too(ctx, shape_last):
    bank = lopsided_bank()
    got = blur_framed(
        ctx, CascadePass, bank, PICTURE, at(bank, radii()), None, shape_last=shape_last
    )
    want = gather(PICTURE, bank, radii()[..., None], None, shape_last)
    assert_images_close(got, want, atol=1e-5, name=f"reversed_{shape_last}")


@pytest.mark.parametrize("angles", [None, (0.0, 1.0)])
def test_an_identity_knot_leaves_the_picture_alone_whatever_the_frame(ctx, angles):
    bank = lopsided_bank(angles=angles)
    place = np.zeros((ROWS, COLUMNS, len(bank.axes)))
    place[..., 1:] = 0.4
    got = blur_framed(ctx, CascadePass, bank, PICTURE, place, FRAMES)
    np.testing.assert_array_equal(got, PICTURE)


QUARTERS = range(4)  # clockwise as seen


@pytest.mark.parametrize("kernel_class", [CascadePass, DensePass])
@pytest.mark.parametrize("quarters", QUARTERS)
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_frame_turns_the_kernel_clockwise(ctx, kernel_class, quarters, mirrored):
    """np.rot90 turns the other way. A mirrored frame swaps left and right of the kernel first."""
    bank = kernel_bank(L, axis("radius", 1.0))
    turn = np.full((ROWS, COLUMNS), quarters * np.pi / 2)
    frames = frames_of(turn, -1.0 if mirrored else 1.0, 0.0)
    place = np.zeros((ROWS, COLUMNS))
    got = blur_framed(ctx, kernel_class, bank, PICTURE, place, np.round(frames))
    kernel = np.rot90(L[:, ::-1] if mirrored else L, -quarters)
    name = f"turned_{kernel_class.name}_{quarters}_{mirrored}"
    assert_images_close(got, dense_blur(PICTURE, kernel), atol=1e-5, name=name)


def stretched(kernel: np.ndarray, scale: float):
    read = psf_reader(kernel)
    return lambda at: read(at * scale)


@pytest.mark.parametrize("stretch", [1.0, 2.6])
@pytest.mark.parametrize("kernel", [L, np.pad(L, 2), np.kron(L, np.ones((3, 3), "f4")) / 9])
def test_dense_reads_the_psf_at_each_pixels_own_frame(ctx, kernel, stretch):
    """All that a frame moves to a pixel counts, also the faint rim of a kernel of few texels."""
    bank = kernel_bank(kernel, axis("radius", 1.0))
    frames = stretch * FRAMES
    got = blur_framed(ctx, DensePass, bank, PICTURE, np.zeros((ROWS, COLUMNS)), frames)
    want = dense_gather(PICTURE, psf_reader(kernel), frames, box=22)
    assert_images_close(got, want, atol=2e-3, name=f"dense_frames_{len(kernel)}_{stretch}")


def test_dense_between_radii_stretches_both_targets_within_the_frame(ctx):
    """A third of the way from 2 to 5 px: of radius 3, mixed from both."""
    small, large = np.pad(L, 4), np.kron(L, np.ones((3, 3), "f4")) / 9
    targets = np.stack([small, np.pad(large, 1)])[None]
    bank = Bank(
        (axis("radius", 2.0, 5.0),),
        (np.zeros((1, 1, 2, 2), "f4"),),
        (np.ones((1, 1, 2), "f4"),),
        targets,
    )
    place = np.full((ROWS, COLUMNS), 1 / 3)
    got = blur_framed(ctx, DensePass, bank, PICTURE, place, FRAMES)
    below, above = stretched(targets[0, 0], 2 / 3), stretched(targets[0, 1], 5 / 3)
    want = dense_gather(PICTURE, lambda o: 2 / 3 * below(o) + above(o) / 3, FRAMES, box=16)
    assert_images_close(got, want, atol=2e-3, name="dense_between_framed")


def two_axis_bank() -> Bank:
    """2 radii × 3 fields, no target like another."""
    rng = np.random.default_rng(5)
    targets = rng.random((3, 2, 5, 5)).astype("f4") ** 3
    targets /= targets.sum(axis=(2, 3), keepdims=True)
    axes = (axis("radius", 1.0, 2.0), axis("field", 0.0, 0.3, 1.0))
    return Bank(axes, (np.zeros((1, 3, 2, 2), "f4"),), (np.ones((1, 3, 2), "f4"),), targets)


@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize("knot", [0, 1])
@pytest.mark.parametrize("row", [0, 1, 2, 0.25, 1.75])
def test_dense_of_two_axes(ctx, row, knot, framed):
    """At knots the target itself; between those of the second axis the mix of both."""
    bank = two_axis_bank()
    below, part = int(row), row % 1
    kernel = (1 - part) * bank.targets[below, knot]
    if part:
        kernel = kernel + part * bank.targets[below + 1, knot]
    place = np.broadcast_to([float(knot), row], (ROWS, COLUMNS, 2))
    upright = frames_of(np.zeros((ROWS, COLUMNS)), 1.0, 0.0)
    got = blur_framed(ctx, DensePass, bank, PICTURE, place, upright if framed else None)
    # A sampler's weights have 8 bits.
    assert_images_close(got, dense_blur(PICTURE, kernel), atol=1e-5, name=f"dense_{row}_{knot}")


def test_dense_follows_both_axes_from_pixel_to_pixel(ctx):
    """Knots that change over the picture, one along each way, without frames and with."""
    bank = two_axis_bank()
    place = np.zeros((ROWS, COLUMNS, 2))
    place[:, COLUMNS // 2 :, 0] = 1
    place[ROWS // 3 :, :, 1] = 1
    place[2 * ROWS // 3 :, :, 1] = 2
    blurred = np.array([[dense_blur(PICTURE, kernel) for kernel in row] for row in bank.targets])
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    want = blurred[place[..., 1].astype(int), place[..., 0].astype(int), y, x]
    got = blur_framed(ctx, DensePass, bank, PICTURE, place, None)
    assert_images_close(got, want, atol=1e-5, name="dense_two_axes")


def test_one_frame_for_all_is_a_field_of_it(ctx):
    """The old way, a frame as a uniform, against the texture of frames; both kernels."""
    bank = lopsided_bank()
    frame = (0.0, -1.0, 1.0, 0.0)  # row-major: a quarter turn
    field = np.broadcast_to(np.reshape(frame, (2, 2)), (ROWS, COLUMNS, 2, 2))
    place = np.rint(at(bank, radii())[..., 0])
    for kernel_class in (CascadePass, DensePass):
        old = blur_picture(ctx, kernel_class, bank, PICTURE, place, frame=frame)
        new = blur_framed(ctx, kernel_class, bank, PICTURE, place, field)
        assert_images_close(new, old, atol=1e-5, name=f"one_frame_{kernel_class.name}")


def test_a_frame_costs_one_fetch():
    for name in ("cascade.frag", "dense.frag"):
        source = expand(name, {"TAPS": 8, "KNOTS_X": 3, "KNOTS_Y": 1, "EQUAL": 0}).text
        assert len(re.findall(r"\b(?:texture\w*|texelFetch)\(u_frames", source)) == 1


def test_arcs_by_hand_have_even_speed_and_turn_by_their_bend():
    """Of the helper itself: what it reads is the negated way of a point."""
    bank = arc_bank(10.0, (0.0, 0.6), taps=201)
    ((offsets, _),) = bank.cascade(10.0, 0.6)
    way = -offsets
    steps = np.diff(way, axis=0)
    lengths = np.hypot(*steps.T)
    np.testing.assert_allclose(lengths, 20 / 201, rtol=1e-3)
    assert np.arctan2(steps[-1, 1], steps[-1, 0]) == pytest.approx(0.6, abs=0.01)
    assert way[0, 1] > 1 and way[-1, 1] > 1  # to +y, which is down, on both sides


@pytest.mark.parametrize("stretch", [0.4, 2.6])
def test_dense_keeps_the_share_of_the_identity_in_a_frame(ctx, stretch):
    """Half-way from a point to a kernel: half of the light stays where it is, not stretched."""
    kernel = np.kron(L, np.ones((5, 5), "f4")) / 25
    point = np.zeros_like(kernel)
    point[7, 7] = 1
    bank = Bank(
        (axis("radius", 0.0, 5.0),),
        (np.zeros((1, 1, 2, 2), "f4"),),
        (np.ones((1, 1, 2), "f4"),),
        np.stack([point, kernel])[None],
    )
    turn = np.full((ROWS, COLUMNS), 0.6)
    frames = frames_of(turn, stretch, 0.0)
    got = blur_framed(ctx, DensePass, bank, PICTURE, np.full((ROWS, COLUMNS), 0.5), frames)
    blurred = dense_gather(PICTURE, psf_reader(kernel), frames, box=24)
    want = (PICTURE + blurred) / 2  # the stretched kernel's light is its area's, within 2 %
    assert_images_close(got, want, atol=8e-3, name=f"dense_point_{stretch}")
