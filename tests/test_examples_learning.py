"""The worked examples of learning, in a short form: what they find, and their figures."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from realtime.bank import read_bank, write_bank

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.fixture(autouse=True)
def examples(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))


def colours(path):
    return len(np.unique(np.asarray(Image.open(path)).reshape(-1, 3), axis=0))


def test_an_unknown_kernel_is_recovered_from_pictures(tmp_path):
    import learn_kernel

    result = learn_kernel.run(size=128, steps=300)
    assert result.held_out_db > 55
    assert result.frobenius < 0.25
    found, truth = result.found, result.truth
    mirrored = [(truth.flip(axes) - truth).norm() / truth.norm() for axes in (0, 1, (0, 1))]
    assert min(mirrored) > 2 * result.frobenius, "it would pass mirrored as well"
    assert found.shape == truth.shape and found.shape[0] % 2 == 1
    learn_kernel.save_figure(result, tmp_path / "deep" / "kernel.png")
    assert colours(tmp_path / "deep" / "kernel.png") > 100
    write_bank(tmp_path / "k.safetensors", result.bank)
    assert read_bank(tmp_path / "k.safetensors").layers == (24, 8, 4)


def test_the_fit_never_sees_the_kernel():
    """Only pictures go in: their blurred halves have 8 bits and hold what the crop hides."""
    import learn_kernel

    kernel = learn_kernel.hidden_kernel(9.0)
    sharp, blurred = learn_kernel.training_pairs(64, kernel)
    assert sharp.shape == blurred.shape == (3, 1, 64, 64)
    levels = blurred * 255
    torch.testing.assert_close(levels, levels.round(), rtol=0, atol=1e-4)
    assert kernel.sum() == pytest.approx(1)
    assert not torch.allclose(kernel, kernel.flip(1), atol=1e-3)


def test_the_radius_of_each_pixel_is_recovered(tmp_path):
    import learn_blur_map

    result = learn_blur_map.run(height=96, width=128, steps=40, layers=(10, 5, 3))
    assert result.found.shape == result.truth.shape == (96, 128)
    assert result.off_edges_rms_px < 0.3 < 1.5 < result.start_rms_px
    assert result.textured_median_px < 0.25
    assert 0.05 < result.textured.mean() < 1
    learn_blur_map.save_figure(result, tmp_path / "map.png")
    assert colours(tmp_path / "map.png") > 100


def test_a_flat_picture_shows_no_radius():
    import learn_blur_map

    blur = learn_blur_map.disc_bank_layer((3, 2))
    picture = torch.full((1, 1, 40, 60), 0.5)
    picture[..., 40:] = torch.rand(40, 20, generator=torch.Generator().manual_seed(1))
    seen = learn_blur_map.textured(blur, picture, torch.full_like(picture, 3.0))
    assert not seen[..., :15].any() and seen[..., 45:].all()
