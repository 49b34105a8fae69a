"""The blur shader against its torch twin: lopsided bank, picture and map, both precisions."""

import numpy as np
import pytest
import torch
from banks import lopsided_bank
from images import assert_images_close, lopsided_image

from fitter.twin import blur
from realtime.blur.picture import blur_picture
from realtime.passes.cascade import CascadePass

SIZE = (46, 71)


@pytest.mark.gl
@pytest.mark.parametrize(("precision", "atol"), [("float", 1e-5), ("half", 2e-3)])
@pytest.mark.parametrize("angles", [None, (0.0, 0.7, 3.0)])
def test_the_shader_matches_its_torch_twin(ctx, precision, atol, angles):
    """Neither picture nor map nor bank has a symmetry that could hide a flip or a transposition."""
    bank, image = lopsided_bank((24, 8, 4), angles=angles), lopsided_image(*SIZE)
    y, x = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    maps = [7 * y / SIZE[0] - 0.5, 4 * x / SIZE[1] - 0.5][: len(bank.axes)]
    place = [
        np.interp(m, axis.knots, range(len(axis.knots)))
        for m, axis in zip(maps, bank.axes, strict=True)
    ]
    got = blur_picture(ctx, CascadePass, bank, image, np.stack(place, axis=-1), precision)
    want = blur(torch.from_numpy(image).double().permute(2, 0, 1), bank, *map(torch.tensor, maps))
    name = f"parity_{precision}_{len(maps)}"
    assert_images_close(got, want.permute(1, 2, 0).numpy(), atol=atol, name=name)
