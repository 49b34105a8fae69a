"""The bank file: `NAME.safetensors`, format "diskblur-bank", version "1".

Metadata (strings): `format`, `version`, `axes` (JSON list of {"name", "unit", "knots"}), `layers`
(JSON list of tap counts in order of application), `target` (JSON), `quality` (JSON), `made_by`.
Tensors, float32: `offsets.{l}` [N_l, A1, A0, 2], `weights.{l}` [N_l, A1, A0], and optionally
`targets` [A1, A0, M, M]; see `realtime.bank.model` for their meaning.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from realtime.bank.atomic import replacing
from realtime.bank.checks import REBAKE
from realtime.bank.model import Axis, Bank
from realtime.errors import BankError

FORMAT = "diskblur-bank"
VERSION = "1"

Tensors = Mapping[str, np.ndarray]
Content = TypeVar("Content")

# First bytes of files that are given in a bank's place by mistake.
SIGNATURES = {
    b"\x80": "a Python pickle",
    b"PK\x03\x04": "a zip archive (.npz, .pt, .pth)",
    b"\x93NUMPY": "a .npy array",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"v/1\x01": "an EXR picture",
    b"glTF": "a glTF model",
}


def read_bank(path: str | os.PathLike) -> Bank:
    """Read and check a bank file. Raises BankError, naming the file, for anything wrong with it."""
    return read_checked(path, bank_of)


def write_bank(path: str | os.PathLike, bank: Bank) -> None:
    """Write a bank; the same bank gives the same bytes, and a kill leaves the old file or this one.

    Raises BankError where the file cannot be written.
    """
    write_bytes(path, bank_bytes(bank))


def bank_bytes(bank: Bank) -> bytes:
    """Return the file's bytes."""
    tensors = {f"offsets.{layer}": array for layer, array in enumerate(bank.offsets)}
    tensors |= {f"weights.{layer}": array for layer, array in enumerate(bank.weights)}
    if bank.targets is not None:
        tensors["targets"] = bank.targets
    layers = {"layers": json.dumps(list(bank.layers))}
    return file_bytes(tensors, described(bank, FORMAT, VERSION) | layers)


def read_checked(
    path: str | os.PathLike, assemble: Callable[[Mapping[str, str], Tensors], Content]
) -> Content:
    """Read a safetensors file and give its metadata and tensors to `assemble`.

    Raises BankError, naming the file, for a file that is damaged or another thing altogether, and
    for what `assemble` refuses.
    """
    path = Path(path)
    _check_is_safetensors(path)
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}
            return assemble(file.metadata() or {}, tensors)
    except BankError as error:
        raise BankError(f"{path}: {error}") from None
    except (SafetensorError, OSError, ValueError, TypeError) as error:  # TypeError: of bfloat16
        raise BankError(
            f"{path}: damaged or cut short ({error}), a whole bank file expected. {REBAKE}"
        ) from None


def write_bytes(path: str | os.PathLike, data: bytes) -> None:
    """Write a file whole or not at all. Raises BankError where it cannot be written."""
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise BankError(
            f"{path}: not written ({error.strerror or error}), a writable place expected. "
            f"Choose another --out; an old file there is untouched"
        ) from None


def file_bytes(tensors: Tensors, metadata: dict[str, str]) -> bytes:
    """Return the bytes of a safetensors file; the same content gives the same bytes."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    return _in_fixed_order(save(contiguous, metadata=metadata))


def described(bank: Any, format_: str, version: str) -> dict[str, str]:
    """Return the metadata that every kind of bank has."""
    axes = [{"name": a.name, "unit": a.unit, "knots": list(a.knots)} for a in bank.axes]
    return {
        "format": format_,
        "version": version,
        "axes": json.dumps(axes),
        "target": json.dumps(bank.target),
        "quality": json.dumps(bank.quality),
        "made_by": bank.made_by,
    }


def description(metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields that `described` wrote, as arguments of a bank. Raises BankError."""
    return {
        "axes": _axes(json_entry(metadata, "axes", list)),
        "target": json_entry(metadata, "target", dict),
        "quality": json_entry(metadata, "quality", dict),
        "made_by": metadata.get("made_by", "unknown"),
    }


def _in_fixed_order(data: bytes) -> bytes:
    """Sort the header's metadata: safetensors keeps it in a hash map, so its order is random."""
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the format keeps tensors aligned to 8 bytes
    return len(text).to_bytes(8, "little") + text + data[end:]


def _check_is_safetensors(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError as error:
        raise BankError(
            f"{path}: cannot be read ({error.strerror or error}), a bank file expected. "
            f"Bake one: diskblur-fit bake --shape disk --max-radius 32 --out {path}"
        ) from None
    # A safetensors file opens with its header's length (8 bytes), then "{".
    if start[8:] == b"{":
        return
    if len(start) < 9:
        there = f"only {len(start)} bytes"
    else:
        kinds = (kind for opening, kind in SIGNATURES.items() if start.startswith(opening))
        there = next(kinds, "not a safetensors file")
    raise BankError(f"{path}: {there}, a bank (.safetensors) expected. {REBAKE}")


def check_version(metadata: Mapping[str, str], format_: str, version: str) -> None:
    """Raise BankError for another format, or another version of it."""
    if metadata.get("format") != format_:
        raise BankError(f"format {metadata.get('format')!r}, {format_!r} expected. {REBAKE}")
    if metadata.get("version") != version:
        raise BankError(f"bank version {metadata.get('version')!r}, {version!r} expected. {REBAKE}")


def bank_of(metadata: Mapping[str, str], tensors: Tensors) -> Bank:
    """Build a bank from a file's content. Raises BankError."""
    check_version(metadata, FORMAT, VERSION)
    layers = json_entry(metadata, "layers", list)
    names = [f"{kind}.{layer}" for kind in ("offsets", "weights") for layer in range(len(layers))]
    missing = [name for name in names if name not in tensors]
    if missing:
        raise BankError(f"no tensor {missing[0]}, {len(layers)} layers expected. {REBAKE}")
    left = sorted(n for n in tensors if n.startswith(("offsets.", "weights.")) and n not in names)
    if left:  # a layer that is silently left out would blur wrongly
        raise BankError(f"a tensor {left[0]}, only {len(layers)} layers expected. {REBAKE}")
    bank = Bank(
        **description(metadata),
        offsets=tuple(tensors[f"offsets.{layer}"] for layer in range(len(layers))),
        weights=tuple(tensors[f"weights.{layer}"] for layer in range(len(layers))),
        targets=tensors.get("targets"),
    )
    if list(bank.layers) != layers:
        raise BankError(f"{list(bank.layers)} taps in its tensors, {layers} expected. {REBAKE}")
    return bank


def json_entry(metadata: Mapping[str, str], key: str, kind: type) -> Any:
    """Return a metadata entry of that type. Raises BankError."""
    try:
        value = json.loads(metadata[key])
    except (KeyError, ValueError, RecursionError):
        value = None
    if not isinstance(value, kind):
        there = metadata.get(key, "nothing")[:60]
        raise BankError(f"metadata {key!r}: {there}, a JSON {kind.__name__} expected. {REBAKE}")
    return value


def _axes(entries: list) -> tuple[Axis, ...]:
    try:
        return tuple(
            Axis(str(e["name"]), str(e["unit"]), tuple(float(k) for k in _list(e["knots"])))
            for e in entries
        )
    except (KeyError, TypeError, ValueError):
        raise BankError(
            f"metadata 'axes': {entries!r:.80}, a list of name, unit and knots expected. {REBAKE}"
        ) from None


def _list(value: Any) -> list:
    """Refuse what only iterates like a list, such as the knots "126"."""
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value
