"""Pictures and videos in files, and the labelled sheets made of them. No OpenGL here.

- `srgb`    the exact sRGB curve, both ways
- `files`   `read_picture`, `write_picture`: the suffix chooses the format
- `photo_files`   `read_photograph`, `write_photograph`: the file's own numbers, alpha, profile
- `png`, `exr`, `npy`, `pillow`, `deep_png`, `png_filters`   one format a module
- `video`   `VideoWriter`: H.264 in .mp4 (extra `video`)
- `sheet`   pictures side by side with labels

A picture is an array [H, W, 3] with row 0 on top: *linear* is float32 scene light without an upper
limit, *display* is uint8 sRGB, tone-mapped already.
"""

from realtime.errors import PictureError
from realtime.pictures.files import (
    READABLE,
    WRITABLE,
    check_writable,
    read_picture,
    write_display,
    write_picture,
)
from realtime.pictures.photo_files import (
    check_goes_in,
    number_type,
    read_photograph,
    write_photograph,
)
from realtime.pictures.photograph import Photograph
from realtime.pictures.sheet import labelled_grid, labelled_row
from realtime.pictures.srgb import decode_srgb, display_bytes, encode_srgb
from realtime.pictures.video import VideoWriter

__all__ = [
    "READABLE",
    "WRITABLE",
    "Photograph",
    "PictureError",
    "VideoWriter",
    "check_goes_in",
    "check_writable",
    "decode_srgb",
    "display_bytes",
    "encode_srgb",
    "labelled_grid",
    "labelled_row",
    "number_type",
    "read_photograph",
    "read_picture",
    "write_display",
    "write_photograph",
    "write_picture",
]
