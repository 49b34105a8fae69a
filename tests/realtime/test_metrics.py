import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import PictureError
from realtime.metrics import flip_hdr, flip_ldr, psnr_db, tone_curve


def light(height=12, width=17, seed=3):
    """A lopsided HDR picture, 0 … 8."""
    random = np.random.default_rng(seed)
    return (8 * random.random((height, width, 3)) ** 3).astype(np.float32)


def test_tone_curve_against_values_worked_out_by_hand():
    assert tone_curve(0) == 0
    assert tone_curve(1) == pytest.approx(0.5 ** (1 / 2.2))
    assert tone_curve(3) == pytest.approx(0.75 ** (1 / 2.2))
    assert tone_curve(-5) == 0, "negative light counts as none"


def test_psnr_of_a_known_difference():
    """One of 5 × 4 × 3 values goes from tone 0 to 0.5^(1/2.2): the mean square is that² / 60."""
    black = np.zeros((5, 4, 3), np.float32)
    lit = black.copy()
    lit[3, 1, 2] = 1
    want = -10 * np.log10((0.5 ** (1 / 2.2)) ** 2 / 60)
    assert psnr_db(black, lit) == pytest.approx(want, abs=1e-9)
    assert psnr_db(lit, black) == pytest.approx(want, abs=1e-9)


def test_psnr_of_the_same_picture_is_infinite():
    assert psnr_db(light(), light()) == float("inf")


def test_psnr_counts_negative_light_as_black():
    black = np.zeros((2, 3, 3), np.float32)
    assert psnr_db(black, black - 1) == float("inf")


@given(scale=st.floats(1.05, 4), more=st.floats(1.05, 4))
def test_psnr_falls_as_the_difference_grows(scale, more):
    a = light()
    assert psnr_db(a, a * np.float32(scale)) > psnr_db(a, a * np.float32(scale * more))


def test_flip_ldr_is_zero_for_the_same_and_near_one_for_black_against_white():
    picture = (255 * np.clip(light() / 8, 0, 1)).astype(np.uint8)
    black, white = np.zeros((9, 14, 3), np.uint8), np.full((9, 14, 3), 255, np.uint8)
    assert flip_ldr(picture, picture) == 0
    assert flip_ldr(black, white) > 0.9


def test_flip_ldr_takes_bytes_and_floats_alike():
    a = (255 * np.clip(light() / 8, 0, 1)).astype(np.uint8)
    b = a // 2
    assert flip_ldr(a, b) > 0.05
    assert flip_ldr(a, b) == pytest.approx(flip_ldr(a / np.float32(255), b / np.float32(255)))


def test_flip_hdr_sees_more_in_a_larger_error():
    a = light(20, 31)
    small, large = flip_hdr(a, a * np.float32(1.05)), flip_hdr(a, a * np.float32(2))
    assert flip_hdr(a, a) == 0
    assert 0 < small < large < 1


def test_flip_hdr_sees_a_highlight_that_a_tone_curve_hides():
    a = light(20, 31)
    a[8:12, 20:24] = 4000
    b = a.copy()
    b[8:12, 20:24] = 400
    clipped = [np.clip(x, 0, 1) for x in (a, b)]
    assert flip_ldr(*clipped) == 0
    assert flip_hdr(a, b) > 0.01


@pytest.mark.parametrize("level", [0, -1, 1e-12, 2.0**-23, 2.0**-22])
def test_flip_hdr_of_a_black_reference_does_not_end_the_process(level):
    """The library calls exit() there, so it runs in a process of its own."""
    code = (
        "import numpy as np; from realtime.metrics import flip_hdr;"
        f"a = np.full((5, 7, 3), {level}, np.float32);"
        "print(flip_hdr(a, a), flip_hdr(a, np.full_like(a, 3)) > 0.05)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "0.0 True\n", "")


@pytest.mark.parametrize("metric", [psnr_db, flip_ldr, flip_hdr])
def test_sizes_that_differ_are_refused(metric):
    a = np.zeros((3, 5, 3), np.float32)
    with pytest.raises(PictureError, match=r"\[3, 5, 3\] and \[5, 3, 3\], the same .* --size"):
        metric(a, a.transpose(1, 0, 2))
    with pytest.raises(PictureError, match=r"\[3, 5\] and \[3, 5\]"):
        metric(a[..., 0], a[..., 0])


@pytest.mark.parametrize("metric", [psnr_db, flip_ldr, flip_hdr])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_by_place(metric, bad):
    a = np.zeros((3, 5, 3), np.float32)
    b = a.copy()
    b[2, 4, 1] = bad
    with pytest.raises(PictureError, match=rf"{bad} in the second at row 2, column 4, finite"):
        metric(a, b)
    with pytest.raises(PictureError, match="in the first at row 2"):
        metric(b, a)


def test_flip_ldr_refuses_linear_light():
    a = np.full((3, 5, 3), 0.5, np.float32)
    with pytest.raises(PictureError, match=r"the test reaches 1.5 … 1.5, 0 … 1 .* Use flip_hdr"):
        flip_ldr(a, a + 1)
    with pytest.raises(PictureError, match=r"the reference reaches -0.5"):
        flip_ldr(a - 1, a)
