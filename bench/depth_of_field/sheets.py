"""Contact sheets: what each method gives, and under it how far that is from the truth."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.depth_of_field.plan import Size
from bench.depth_of_field.quality import method_frames
from bench.depth_of_field.studio import Studio
from realtime.bank import replacing
from realtime.metrics import psnr_db
from realtime.pictures import labelled_grid
from realtime.quality import QUALITIES

PRESETS = ("default", "high")
METHODS = {"none": "no blur", "gather": "single gather"} | {
    name: f"{name}, {QUALITIES[name].depth_of_field.slices} slices" for name in PRESETS
}
AMPLIFIED = 8
MOST_BYTES = 950_000
JPEG_QUALITIES = range(92, 40, -6)  # the best that fits is taken


def draw(
    studio: Studio, path: Path, scene: str, time_s: float, size: Size, views: int
) -> dict[str, Any]:
    """Write one scene's sheet as a JPEG of less than 1 MB; return its facts."""
    truth = studio.truth(scene, time_s, size, views)
    frames = dict(method_frames(studio, scene, time_s, size, tuple(METHODS)))
    labels = [
        f"{METHODS[name]}   {psnr_db(frame.linear, truth.linear):.1f} dB"
        for name, frame in frames.items()
    ]
    pictures = [*(frame.display for frame in frames.values()), truth.display]
    labels.append("lens truth")
    for name, frame in frames.items():
        pictures.append(amplified(frame.display, truth.display))
        labels.append(f"{METHODS[name]}: error × {AMPLIFIED}")
    footer = f"{scene}, t {time_s:g} s, {size[0]} × {size[1]}, {views} views"
    data = jpeg(labelled_grid(pictures, labels, columns=len(METHODS) + 1, footer=footer))
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return {"scene": scene, "time_s": time_s, "bytes": len(data)}


def amplified(display: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the absolute difference of two uint8 sRGB pictures, AMPLIFIED times, held at 255."""
    error = np.abs(display.astype(int) - truth.astype(int)) * AMPLIFIED
    return np.minimum(error, 255).astype(np.uint8)


def jpeg(sheet: np.ndarray, most_bytes: int = MOST_BYTES) -> bytes:
    """Encode [H, W, 3] uint8 as well as `most_bytes` allow; at worst, as badly as is tried."""
    for quality in JPEG_QUALITIES:
        data = io.BytesIO()
        Image.fromarray(sheet).save(data, "JPEG", quality=quality, optimize=True)
        if data.tell() <= most_bytes:
            break
    return data.getvalue()
