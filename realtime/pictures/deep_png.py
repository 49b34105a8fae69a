"""PNG with 16 bits, which Pillow cuts to 8 where it has colour, and cannot write.

A PNG is a signature and chunks (length, type, data, CRC). The IDAT chunks together are one zlib
stream of rows; each row opens with the number of the filter that predicts its bytes from those on
the left (a), above (b) and above on the left (c). Source: the PNG specification, W3C, 3rd edition.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realtime.pictures.png_filters import FILTERS, PAETH, filtered, unfiltered

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 4: 2, 6: 4}  # by colour type: RGB, grey + alpha, RGBA
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # by channels
HEADER_BYTES = 33  # signature and the whole IHDR chunk, which comes first
ROWS = 256  # that are unpacked at once
COMPRESSION = 6  # zlib's usual
PROFILE = b"ICC profile\0\0"  # a name, and that it is deflated


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
    """Return [H, W, 3] sRGB 0 … 1. Raises OSError, ValueError."""
    pixels = read_pixels(path)
    colour = pixels[..., :3] if pixels.shape[2] > 2 else np.repeat(pixels[..., :1], 3, axis=2)
    return colour / np.float32(65535)


def read_pixels(path: Path) -> NDArray[np.uint16]:
    """Return [H, W, C] as stored: 2 grey and alpha, 3 RGB, 4 RGBA. Raises OSError, ValueError."""
    data = path.read_bytes()
    width, height, _, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if interlaced:
        raise ValueError("16-bit colour with interlacing, which is not read")
    channels = CHANNELS[colour]
    pixels = np.empty((height, width, channels), np.uint16)
    above = np.zeros((width, 2 * channels), np.uint8)
    top = 0
    for block in _blocks(data, height, 1 + 2 * channels * width):
        kinds, rows = block[:, 0], block[:, 1:].reshape(len(block), width, 2 * channels)
        if kinds.max() >= FILTERS:
            raise ValueError(f"row filter {kinds.max()}, 0 to {FILTERS - 1} expected")
        rows = unfiltered(kinds, rows, above)
        above = rows[-1]
        deep = np.ascontiguousarray(rows).view(">u2")
        pixels[top : top + len(rows)] = deep.reshape(len(rows), width, channels)
        top += len(rows)
    return pixels


def write(
    path: Path,
    pixels: NDArray[np.uint16],
    icc: bytes | None = None,
    exif: bytes | None = None,
) -> None:
    """Write [H, W, C]: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. Raises OSError.

    icc: a colour profile; exif: as JPEG has it.
    """
    height, width, channels = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 16, COLOUR_TYPES[channels], 0, 0, 0)
    with path.open("wb") as file:
        file.write(SIGNATURE + _chunk(b"IHDR", head))
        if icc is not None:
            file.write(_chunk(b"iCCP", PROFILE + zlib.compress(icc)))
        if exif is not None:
            file.write(_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")))
        for packed in _packed(pixels):
            file.write(_chunk(b"IDAT", packed))
        file.write(_chunk(b"IEND", b""))


def _packed(pixels: NDArray[np.uint16]) -> Iterator[bytes]:
    """Yield the compressed stream of all rows, each behind the number of its filter."""
    height, width, channels = pixels.shape
    packer = zlib.compressobj(COMPRESSION)
    above = np.zeros((width, 2 * channels), np.uint8)
    for top in range(0, height, ROWS):
        deep = np.ascontiguousarray(pixels[top : top + ROWS].astype(">u2"))
        rows = deep.view(np.uint8).reshape(len(deep), width, 2 * channels)
        block = np.full((len(rows), 1 + 2 * channels * width), PAETH, np.uint8)
        block[:, 1:] = filtered(rows, above).reshape(len(rows), -1)
        above = rows[-1]
        if packed := packer.compress(block.tobytes()):
            yield packed
    yield packer.flush()


def _blocks(data: bytes, height: int, row_bytes: int) -> Iterator[NDArray[np.uint8]]:
    """Yield [up to ROWS, row_bytes]; raise ValueError where there are not `height` rows."""
    unpacker, held, found = zlib.decompressobj(), bytearray(), 0
    try:
        for part in _chunks(data, b"IDAT"):
            held += unpacker.decompress(part)
            whole = len(held) // row_bytes
            if whole >= ROWS:
                yield _rows(held, whole, row_bytes, height - found)
                found += whole
                del held[: whole * row_bytes]
        held += unpacker.flush()
    except zlib.error as error:
        raise ValueError(f"its pixels do not unpack: {error}") from None
    there, expected = found * row_bytes + len(held), height * row_bytes
    if there != expected or not unpacker.eof:
        raise ValueError(f"{there} bytes of pixels, {expected} expected")
    if held:
        yield _rows(held, len(held) // row_bytes, row_bytes, height - found)


def _rows(held: bytearray, count: int, row_bytes: int, left: int) -> NDArray[np.uint8]:
    if count > left:
        raise ValueError(f"more bytes of pixels than the {left * row_bytes} that are left")
    return np.frombuffer(bytes(held[: count * row_bytes]), np.uint8).reshape(count, row_bytes)


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


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
