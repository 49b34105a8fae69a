"""The dense kernel pass against a convolution by hand."""

import numpy as np
import pytest
from banks import RADII, dense_blur, lopsided_bank
from images import assert_images_close, lopsided_image

from realtime.bank import Axis, Bank
from realtime.blur.picture import blur_picture
from realtime.errors import GraphicsError
from realtime.gl.bank_textures import BankTextures
from realtime.passes.dense import DensePass
from realtime.passes.frame import TURNED, UPRIGHT

FRAMES = {1.0: UPRIGHT, -1.0: TURNED}
SIZE = (29, 41)


@pytest.mark.gl
@pytest.mark.parametrize("knot", range(len(RADII)))
@pytest.mark.parametrize("turn", [1.0, -1.0])
def test_at_a_knot_it_is_the_target(ctx, knot, turn):
    bank, image = lopsided_bank(), lopsided_image(*SIZE)
    got = blur_picture(ctx, DensePass, bank, image, np.full(SIZE, float(knot)), frame=FRAMES[turn])
    kernel = bank.targets[0, knot][:: int(turn), :: int(turn)]
    assert_images_close(got, dense_blur(image, kernel), atol=1e-5, name=f"dense_{knot}")


@pytest.mark.gl
def test_between_knots_a_disc_keeps_its_own_radius(ctx):
    """Half-way between discs of 6 and 12 px is one of 9 px, not two discs laid together."""
    y, x = np.mgrid[-12:13, -12:13]
    discs = np.stack([np.clip(radius + 0.5 - np.hypot(x, y), 0, 1) for radius in (6, 9, 12)])
    discs = (discs / discs.sum(axis=(1, 2), keepdims=True)).astype("f4")
    offsets, weights = np.zeros((1, 1, 2, 2), "f4"), np.ones((1, 1, 2), "f4")
    bank = Bank((Axis("radius", "px", (6.0, 12.0)),), (offsets,), (weights,), discs[None, [0, 2]])
    point = np.zeros((33, 37, 4), "f4")
    point[16, 15] = 1
    got = blur_picture(ctx, DensePass, bank, point, np.full((33, 37), 0.5))[4:29, 3:28, 0]
    assert np.linalg.norm(got - discs[1]) < 0.12 * np.linalg.norm(discs[1])
    mixed = (discs[0] + discs[2]) / 2
    assert np.linalg.norm(mixed - discs[1]) > 0.4 * np.linalg.norm(discs[1])  # what it is not
    assert got.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.gl
def test_a_bank_without_targets_is_refused(ctx):
    bank = Bank(
        (Axis("radius", "px", (1.0,)),),
        (np.zeros((1, 1, 1, 2), "f4"),),
        (np.ones((1, 1, 1), "f4"),),
    )
    textures = BankTextures(ctx, bank)
    with pytest.raises(GraphicsError, match=r"bank: no targets, targets expected .*Bake"):
        DensePass(ctx, textures)
    textures.release()
