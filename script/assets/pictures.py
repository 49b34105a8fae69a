"""Arrays to the pictures a material wants."""

import numpy as np
from PIL import Image


def color(values: np.ndarray) -> Image.Image:
    """[N, N, 3] of sRGB values 0 … 1, or [N, N, 4] with opacity."""
    return Image.fromarray(_bytes(values))


def metallic_roughness(metallic: np.ndarray | float, roughness: np.ndarray) -> Image.Image:
    """Green roughness, blue metallic; red would be occlusion, which is not used."""
    metallic = np.broadcast_to(metallic, roughness.shape)
    return Image.fromarray(_bytes(np.stack((np.ones_like(roughness), roughness, metallic), -1)))


def normal(height: np.ndarray, strength: float) -> Image.Image:
    """Tangent-space normals of a height field that tiles; +y is up the picture."""
    right = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * strength
    down = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * strength
    field = np.stack((-right, down, np.ones_like(height)), -1)
    field /= np.linalg.norm(field, axis=-1, keepdims=True)
    return Image.fromarray(_bytes(field * 0.5 + 0.5))


def rgb(text: str) -> np.ndarray:
    """The sRGB values of "#rrggbb", [3], 0 … 1."""
    return np.array([int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def blend(a: np.ndarray | str, b: np.ndarray | str, t: np.ndarray) -> np.ndarray:
    """From colour a (t = 0) to b (t = 1), [..., 3]."""
    a, b = (rgb(c) if isinstance(c, str) else c for c in (a, b))
    return a + (b - a) * np.clip(t, 0, 1)[..., None]


def _bytes(values: np.ndarray) -> np.ndarray:
    return (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
