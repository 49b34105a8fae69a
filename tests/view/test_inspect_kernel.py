"""A kernel of a bank: its PSF beside its target, and the texture that shows both."""

import dataclasses

import numpy as np
import pytest
from banks import cascade_blur, lopsided_bank

from realtime.bank import Axis, Bank, LowRankBank
from realtime.view.inspect.kernel import Kernel, impulse_response, relative_error
from realtime.view.inspect.kernel_picture import KernelPicture
from realtime.view.inspect.reading import kernel_at


@pytest.mark.parametrize("radius", [0.0, 0.7, 1.0, 4.4, 6.0])
def test_the_psf_is_what_becomes_of_a_bright_pixel(radius):
    """The oracle goes tap by tap over a picture of one bright pixel."""
    bank, size = lopsided_bank((7, 4, 3)), 41
    picture = np.zeros((size, size, 1))
    picture[size // 2, size // 2] = 1
    want = cascade_blur(picture, bank, radius)[..., 0]
    got = impulse_response(bank.cascade(radius), size)
    np.testing.assert_allclose(got, want, atol=1e-6)
    assert got.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_small_cut_of_it_is_its_middle():
    bank = lopsided_bank()
    whole, part = (impulse_response(bank.cascade(6.0), size) for size in (33, 5))
    np.testing.assert_allclose(part, whole[14:19, 14:19], atol=1e-9)


@pytest.mark.parametrize("knot", range(4))
def test_at_a_knot_the_target_is_the_knots(knot):
    bank = lopsided_bank()
    kernel = kernel_at(bank, (bank.axes[0].knots[knot],))
    np.testing.assert_allclose(kernel.target(), bank.targets[0, knot], atol=1e-7)


def discs(radii) -> Bank:
    """A bank whose targets are discs, soft at the rim."""
    size = 2 * int(max(radii)) + 5
    y, x = np.mgrid[:size, :size] - size // 2
    far = np.hypot(x, y)
    targets = np.stack([np.clip(radius + 0.5 - far, 0, 1) for radius in radii])
    targets = (targets / targets.sum(axis=(1, 2), keepdims=True)).astype("f4")[None]
    one = lopsided_bank(radii=radii)
    return dataclasses.replace(one, targets=targets)


def test_between_knots_a_disc_stays_one_disc():
    """Of its own radius: not two discs laid together."""
    bank = discs((5.0, 10.0))
    want = discs((7.0, 10.0)).targets[0, 0]
    size = bank.targets.shape[-1]
    got = kernel_at(bank, (7.0,)).target()
    assert got.sum() == pytest.approx(1.0)
    assert relative_error(got, want[:size, :size]) < 0.12
    plain = 0.6 * bank.targets[0, 0] + 0.4 * bank.targets[0, 1]
    assert relative_error(plain, want) > 0.3


def test_low_rank_kernels_are_shown_as_they_are():
    rng = np.random.default_rng(1)
    columns, rows = rng.uniform(0.1, 1, (2, 3, 1, 2, 5))
    total = (columns.sum(-1) * rows.sum(-1)).sum(axis=0)
    axes = (Axis("radius", "px", (1.0, 2.0)),)
    bank = LowRankBank(axes, columns.astype("f4"), (rows / total[None, ..., None]).astype("f4"))
    kernel = kernel_at(bank, (1.25,))
    assert kernel.taps() == [] and kernel.target() is None
    middle = kernel.psf()
    np.testing.assert_allclose(middle, bank.kernel(1.25), atol=1e-9)


@pytest.mark.gl
def test_the_texture_shows_psf_and_target_upright(ctx):
    bank = lopsided_bank()
    picture = KernelPicture(ctx)
    kernel = kernel_at(bank, (6.0,))
    picture.show(kernel)
    size = bank.targets.shape[-1]
    pixels = np.frombuffer(picture.texture.read(), "u1").reshape(size, 2 * size, 4)
    target = bank.targets[0, 3]
    want = (np.clip(np.hstack((kernel.psf(), target)) / target.max(), 0, 1) ** (1 / 2.2)) * 255
    np.testing.assert_allclose(pixels[..., 0], want, atol=1)
    assert (pixels[..., 3] == 255).all()
    assert picture.error == pytest.approx(relative_error(kernel.psf(), target))
    picture.release()


@pytest.mark.gl
def test_it_is_made_anew_only_where_the_place_moves(ctx, monkeypatch):
    bank, made = lopsided_bank(), []
    psf = Kernel.psf
    monkeypatch.setattr(Kernel, "psf", lambda self: made.append(self) or psf(self))
    picture = KernelPicture(ctx)
    for radius in (2.0, 2.0, 2.0001, 4.0):
        picture.show(kernel_at(bank, (radius,)))
    assert len(made) == 2
    texture = picture.texture
    picture.show(kernel_at(bank, (5.0,)))
    assert picture.texture is texture, "the same one is written again"
    picture.release()


@pytest.mark.gl
def test_what_is_dark_around_is_left_out(ctx):
    bank = discs((1.0, 12.0))
    picture = KernelPicture(ctx)
    picture.show(dataclasses.replace(kernel_at(bank, (12.0,)), has_taps=False))
    assert picture.has == (False, True) and picture.error is None
    side = bank.targets.shape[-1]
    wide = np.diff([corner[0] for corner in picture.part(1)])[0] * 2 * side
    picture.show(dataclasses.replace(kernel_at(bank, (1.0,)), has_taps=False))
    (u0, v0), (u1, v1) = picture.part(1)
    narrow = (u1 - u0) * 2 * side
    assert narrow == pytest.approx((v1 - v0) * side) and narrow < 9 < 25 < wide
    assert (u0 + u1) / 2 == pytest.approx(0.75) and (v0 + v1) / 2 == pytest.approx(0.5)
    picture.release()
