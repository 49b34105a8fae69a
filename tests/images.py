"""Pictures for tests, and a comparison that leaves evidence."""

from pathlib import Path

import numpy as np

DIFFS = Path(__file__).parent.parent / "out" / "diffs"


def lopsided_image(rows: int, columns: int, channels: int = 4, seed: int = 0) -> np.ndarray:
    """[rows, columns, channels] float32 in 0..1, with no symmetry that could hide a flip."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    ramp = (2 * y / rows + x / columns)[..., None] / 3
    return (0.5 * ramp + 0.5 * rng.random((rows, columns, channels))).astype("f4")


def bilinear(image: np.ndarray, y, x) -> np.ndarray:
    """[H, W, C] at places, clamped at the border."""
    y, x = y.clip(0, image.shape[0] - 1), x.clip(0, image.shape[1] - 1)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    below, right = (top + 1).clip(max=image.shape[0] - 1), (left + 1).clip(max=image.shape[1] - 1)
    fy, fx = (y - top)[..., None], (x - left)[..., None]
    upper = image[top, left] * (1 - fx) + image[top, right] * fx
    return upper * (1 - fy) + (image[below, left] * (1 - fx) + image[below, right] * fx) * fy


def assert_images_close(got, want, *, atol: float, name: str) -> None:
    """Compare [H, W, C] linear images; on failure keep got, want and |diff| for a person to see."""
    assert got.shape == want.shape, f"{name}: got {got.shape}, want {want.shape}"
    diff = np.abs(got.astype(np.float64) - want)
    if not diff.max() <= atol:  # not >: NaN must fail too
        row, column, *channel = np.unravel_index(np.nanargmax(diff), diff.shape)
        DIFFS.mkdir(parents=True, exist_ok=True)
        np.savez(DIFFS / f"{name}.npz", got=got, want=want, diff=diff)
        raise AssertionError(
            f"{name}: off by {diff.max():.4g} > {atol} at row {row}, column {column}, "
            f"channel {channel}; see {DIFFS}"
        )
