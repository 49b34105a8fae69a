"""PNG with 16-bit colour, which Pillow reads at 8 bits without a word.

A PNG is a signature and chunks (length, type, data, CRC). The IDAT chunks together are one zlib
stream of rows; each row opens with the number of the filter that predicts its bytes from those on
the left (a), above (b) and above on the left (c). Source: the PNG specification, W3C, 3rd edition.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 4: 2, 6: 4}  # by colour type: RGB, grey + alpha, RGBA
HEADER_BYTES = 33  # signature and the whole IHDR chunk, which comes first


def is_deep_colour(path: Path) -> bool:
    """Whether `path` is a PNG of 16 bits that Pillow would cut to 8. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    return (
        len(head) == HEADER_BYTES
        and head.startswith(SIGNATURE + b"\0\0\0\rIHDR")
        and head[24] == 16
        and head[25] in CHANNELS
    )


def read(path: Path) -> NDArray[np.float32]:
    """Return [H, W, 3] sRGB 0 … 1. About 1 s a million pixels. Raises OSError, ValueError."""
    data = path.read_bytes()
    width, height, _, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if interlaced:
        raise ValueError("16-bit colour with interlacing, which is not read")
    channels = CHANNELS[colour]
    rows = _unfiltered(_pixels(data), height, 2 * channels * width, 2 * channels)
    picture = np.frombuffer(rows, ">u2").reshape(height, width, channels) / np.float32(65535)
    return picture[..., :3] if channels > 2 else np.repeat(picture[..., :1], 3, axis=2)


def _pixels(data: bytes) -> bytes:
    try:
        return zlib.decompress(b"".join(_chunks(data, b"IDAT")))
    except zlib.error as error:
        raise ValueError(f"its pixels do not unpack: {error}") from None


def _chunks(data: bytes, kind: bytes) -> Iterator[bytes]:
    """Yield the data of each chunk of a kind; raise ValueError where one is cut or damaged."""
    at = len(SIGNATURE)
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body, crc = data[at + 4 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if len(crc) < 4 or zlib.crc32(body) != int.from_bytes(crc, "big"):
            raise ValueError(f"chunk {body[:4]!r} at byte {at} is cut or damaged")
        if body[:4] == kind:
            yield body[4:]
        at += 12 + length


def _unfiltered(data: bytes, height: int, row_bytes: int, step: int) -> bytes:
    """Undo the filters; step: bytes from a pixel to the next."""
    if len(data) != height * (1 + row_bytes):
        raise ValueError(f"{len(data)} bytes of pixels, {height * (1 + row_bytes)} expected")
    rows, above = bytearray(), bytes(row_bytes)
    for start in range(0, len(data), 1 + row_bytes):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + row_bytes])
        if kind >= len(FILTERS):
            raise ValueError(f"row filter {kind}, 0 to {len(FILTERS) - 1} expected")
        FILTERS[kind](row, above, step)
        rows += row
        above = row
    return bytes(rows)


def _none(row: bytearray, above: bytes, step: int) -> None:
    pass


def _left(row: bytearray, above: bytes, step: int) -> None:
    for i in range(step, len(row)):
        row[i] = (row[i] + row[i - step]) & 255


def _up(row: bytearray, above: bytes, step: int) -> None:
    row[:] = bytes((x + b) & 255 for x, b in zip(row, above, strict=True))


def _average(row: bytearray, above: bytes, step: int) -> None:
    for i, b in enumerate(above):
        a = row[i - step] if i >= step else 0
        row[i] = (row[i] + (a + b) // 2) & 255


def _paeth(row: bytearray, above: bytes, step: int) -> None:
    for i, b in enumerate(above):
        a, c = (row[i - step], above[i - step]) if i >= step else (0, 0)
        row[i] = (row[i] + _nearest(a, b, c)) & 255


def _nearest(a: int, b: int, c: int) -> int:
    """Return which of a, b, c is nearest to a + b - c; at a tie a goes before b before c."""
    to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    if to_a <= to_b and to_a <= to_c:
        return a
    return b if to_b <= to_c else c


Filter = Callable[[bytearray, bytes, int], None]
FILTERS: tuple[Filter, ...] = (_none, _left, _up, _average, _paeth)  # the numbers are the format's
