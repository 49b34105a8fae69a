"""Kernel pictures from files: what is read as light, and what is refused with which words."""

import numpy as np
import pytest
from PIL import Image

from fitter.errors import FitError
from fitter.targets import read_picture


def saved(path, pixels):
    Image.fromarray(pixels).save(path)
    return path


def test_alpha_counts_where_it_varies(tmp_path):
    pixels = np.zeros((3, 5, 4), np.uint8)
    pixels[..., 0] = 255
    pixels[0, 1, 3] = 255
    pixels[2, 4, 3] = 51
    light = read_picture(saved(tmp_path / "k.png", pixels)).light
    assert light[0, 1] == 1
    assert light[2, 4] == pytest.approx(0.2)
    assert np.count_nonzero(light) == 2


def test_an_opaque_picture_gives_luminance_in_linear_light(tmp_path):
    pixels = np.full((2, 3, 4), 255, np.uint8)
    pixels[0, 0, :3] = 188  # sRGB 188 is 0.503 of the light
    pixels[1, 2, :3] = (0, 255, 0)
    light = read_picture(saved(tmp_path / "k.png", pixels)).light
    assert light[0, 0] == pytest.approx(0.503, abs=1e-3)
    assert light[1, 2] == pytest.approx(0.7152, abs=1e-4)


def test_jpeg_grey_16_bit_and_npy_are_read(tmp_path):
    grey = np.zeros((8, 6), np.uint8)
    grey[2:, 1:3] = 255
    assert read_picture(saved(tmp_path / "k.jpg", grey)).light.shape == (8, 6)
    deep = np.array([[0, 65535], [32768, 0]], np.uint16)
    light = read_picture(saved(tmp_path / "k16.png", deep)).light
    assert light[1, 0] == pytest.approx(0.2140, abs=1e-3)
    np.save(tmp_path / "k.npy", np.array([[0.0, 3.0, 1.5]]))
    np.testing.assert_allclose(read_picture(tmp_path / "k.npy").light, [[0, 1, 0.5]])


def test_a_large_picture_is_read_and_scaled(tmp_path):
    pixels = np.zeros((4096, 4096), np.uint8)
    pixels[:1024] = 255
    picture = read_picture(saved(tmp_path / "big.png", pixels))
    kernel = picture.draw(8.0, 8)
    assert kernel[:4].sum() == pytest.approx(3.5 / 4)
    assert kernel[5:].sum() == 0


REFUSED = {
    "zero": (np.zeros((2, 3)), "all 6 pixels are 0, some light expected"),
    "negative": (np.array([[1, 1], [1, -0.5]]), "-0.5 at row 1, column 1, no negative values"),
    "nan": (np.array([[1, np.nan]]), "nan at row 0, column 1, finite values expected"),
    "inf": (np.array([[1], [np.inf]]), "inf at row 1, column 0, finite values expected"),
    "nothing": (np.zeros((0, 4)), "values of shape 0 × 4"),
    "line": (np.ones(4), "values of shape 4, rows × columns"),
    "stack": (np.ones((2, 2, 7)), "7 channels, 1, 3 or 4 expected"),
    "words": (np.array([["a"]]), "an array of numbers is needed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_arrays_that_are_no_kernel_are_refused(tmp_path, name):
    array, words = REFUSED[name]
    np.save(tmp_path / "k.npy", array)
    with pytest.raises(FitError) as caught:
        read_picture(tmp_path / "k.npy")
    assert words in str(caught.value)
    assert "k.npy: " in str(caught.value)


def test_an_object_array_is_not_unpickled(tmp_path):
    np.save(tmp_path / "k.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(FitError, match="cannot be read"):
        read_picture(tmp_path / "k.npy")


def test_files_that_are_no_picture_are_refused(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(FitError, match="nothing, 0 bytes, a PNG, JPEG or NPY picture"):
        read_picture(tmp_path / "empty.png")
    with pytest.raises(FitError, match=r"cannot be read .*, a PNG, JPEG or NPY picture"):
        read_picture(tmp_path / "text.png")
    with pytest.raises(FitError, match=r"cannot be read \(No such file or directory\)"):
        read_picture(tmp_path / "missing.png")


def test_a_picture_beyond_memory_is_refused_before_it_is_decoded(tmp_path):
    pixels = np.zeros((1, 16400), np.uint8)
    with pytest.raises(FitError, match=r"16400 × 1 px, at most 16384 a side expected"):
        read_picture(saved(tmp_path / "wide.png", pixels))
