"""The sRGB curve of IEC 61966-2-1, piecewise and exact; not the power 2.2 that is near it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Where the straight piece near black ends, and its slope; both from the standard.
LINEAR_END = 0.0031308
SLOPE = 12.92
# The same point on the encoded side. The standard rounds it to 0.04045; the product leaves no gap.
ENCODED_END = LINEAR_END * SLOPE


def encode_srgb(linear: ArrayLike) -> NDArray[np.float32]:
    """Encode linear light 0 … 1 to sRGB 0 … 1; outside values are clipped, NaN stays NaN."""
    light = np.clip(np.asarray(linear, np.float32), 0, 1)
    curved = 1.055 * np.maximum(light, LINEAR_END) ** (1 / 2.4) - 0.055
    return np.where(light <= LINEAR_END, SLOPE * light, curved).astype(np.float32)


def decode_srgb(encoded: ArrayLike) -> NDArray[np.float32]:
    """Decode sRGB 0 … 1 to linear light 0 … 1."""
    signal = np.asarray(encoded, np.float32)
    curved = ((np.maximum(signal, ENCODED_END) + 0.055) / 1.055) ** 2.4
    return np.where(signal <= ENCODED_END, signal / SLOPE, curved).astype(np.float32)


def display_bytes(linear: ArrayLike) -> NDArray[np.uint8]:
    """Encode linear light 0 … 1 to sRGB bytes, rounded to nearest; NaN becomes 0."""
    return np.rint(np.nan_to_num(encode_srgb(linear)) * 255).astype(np.uint8)
