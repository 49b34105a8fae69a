"""How far a picture is from the truth: PSNR on tone-mapped light, and FLIP.

Pictures are [H, W, 3], row 0 on top; *linear* ones are HDR scene light, *display* ones sRGB.
FLIP is the difference an observer sees when flipping between two pictures on a screen, 0 … 1
(Andersson et al., "FLIP: A Difference Evaluator for Alternating Images", 2020; HDR: 2021).
"""

import flip_evaluator
import numpy as np
from numpy.typing import ArrayLike, NDArray

from realtime.errors import PictureError

# FLIP chooses exposures by the reference's luminance and ends the *process* where that is below
# its own floor, 2^-23; so darker references are judged at exposure 0, with room for its rounding.
DARKEST = 2.0**-22
GAMMA = 2.2  # of the tone curve: about what screens have
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of linear sRGB (BT.709)


def tone_curve(linear: ArrayLike) -> NDArray[np.float64]:
    """Map linear light 0 … ∞ to 0 … 1, as (x / (1 + x)) ^ (1 / GAMMA); below 0 counts as 0."""
    light = np.maximum(np.asarray(linear, np.float64), 0)
    return (light / (1 + light)) ** (1 / GAMMA)


def psnr_db(linear_a: ArrayLike, linear_b: ArrayLike) -> float:
    """Return the PSNR in dB of two linear HDR pictures after `tone_curve`, with a peak of 1.

    Identical pictures give infinity. Raises PictureError for sizes that differ and for NaN or Inf.
    """
    a, b = _pair(linear_a, linear_b)
    error = np.mean((tone_curve(a) - tone_curve(b)) ** 2)
    return float(-10 * np.log10(error)) if error > 0 else float("inf")


def flip_ldr(reference: ArrayLike, test: ArrayLike) -> float:
    """Return the mean FLIP, 0 … 1, of two display pictures: uint8, or floats 0 … 1, of sRGB.

    Raises PictureError for sizes that differ, NaN or Inf, and floats outside 0 … 1.
    """
    a, b = _pair(_unit(reference), _unit(test))
    for name, picture in (("reference", a), ("test", b)):
        if picture.min() < 0 or picture.max() > 1:
            raise PictureError(
                f"FLIP: the {name} reaches {picture.min():g} … {picture.max():g}, 0 … 1 of sRGB "
                f"expected. Use flip_hdr for linear light"
            )
    return _mean_flip(a, b, "LDR", {})


def flip_hdr(reference_linear: ArrayLike, test_linear: ArrayLike) -> float:
    """Return the mean HDR-FLIP, 0 … 1, of two linear pictures; negative light counts as 0.

    It is the worst over the exposures that FLIP finds for the reference, so that an error in the
    dark and one in a highlight both count. About 0.4 s a 960 × 540 picture and exposure.
    Raises PictureError for sizes that differ and for NaN or Inf.
    """
    a, b = (np.maximum(x, 0) for x in _pair(reference_linear, test_linear))
    dark = (a @ LUMINANCE).max() < DARKEST
    exposures = {"startExposure": 0.0, "stopExposure": 0.0} if dark else {}
    return _mean_flip(a, b, "HDR", exposures)


def _mean_flip(a: NDArray, b: NDArray, dynamic_range: str, parameters: dict) -> float:
    _, mean, _ = flip_evaluator.evaluate(
        np.ascontiguousarray(a, np.float32),
        np.ascontiguousarray(b, np.float32),
        dynamic_range,
        applyMagma=False,
        parameters=parameters,
    )
    return float(mean)


def _unit(display: ArrayLike) -> NDArray[np.float32]:
    display = np.asarray(display)
    scale = 255 if display.dtype == np.uint8 else 1
    return display.astype(np.float32) / np.float32(scale)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    a, b = np.asarray(first, np.float32), np.asarray(second, np.float32)
    if a.shape != b.shape or a.ndim != 3 or a.shape[-1] != 3 or not a.size:
        raise PictureError(
            f"pictures to compare: shapes {list(a.shape)} and {list(b.shape)}, the same "
            f"[height, width, 3] expected. Render both at one --size"
        )
    for name, picture in (("first", a), ("second", b)):
        if not np.isfinite(picture).all():
            row, column, channel = np.argwhere(~np.isfinite(picture))[0].tolist()
            raise PictureError(
                f"pictures to compare: {picture[row, column, channel]} in the {name} at row "
                f"{row}, column {column}, finite light expected. Mend or mask that pixel"
            )
    return a, b
