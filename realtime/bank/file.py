"""The bank file: `NAME.safetensors`, format "diskblur-bank", version "1".

Metadata (strings): `format`, `version`, `axes` (JSON list of {"name", "unit", "knots"}), `layers`
(JSON list of tap counts in order of application), `target` (JSON), `quality` (JSON), `made_by`.
Tensors, float32: `offsets.{l}` [N_l, A1, A0, 2], `weights.{l}` [N_l, A1, A0], and optionally
`targets` [A1, A0, M, M]; see `realtime.bank.model` for their meaning.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from realtime.bank.atomic import replacing
from realtime.bank.checks import REBAKE
from realtime.bank.model import Axis, Bank
from realtime.errors import BankError

FORMAT = "diskblur-bank"
VERSION = "1"

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
    path = Path(path)
    _check_is_safetensors(path)
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            _check_version(metadata)
            return _assemble(metadata, {name: file.get_tensor(name) for name in file.keys()})
    except BankError as error:
        raise BankError(f"{path}: {error}") from None
    except (SafetensorError, OSError, ValueError, TypeError) as error:  # TypeError: of bfloat16
        raise BankError(
            f"{path}: damaged or cut short ({error}), a whole bank file expected. {REBAKE}"
        ) from None


def write_bank(path: str | os.PathLike, bank: Bank) -> None:
    """Write a bank; the same bank gives the same bytes, and a kill leaves the old file or this one.

    Raises BankError where the file cannot be written.
    """
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(bank_bytes(bank))
    except OSError as error:
        raise BankError(
            f"{path}: not written ({error.strerror or error}), a writable place expected. "
            f"Choose another --out; an old file there is untouched"
        ) from None


def bank_bytes(bank: Bank) -> bytes:
    """Return the file's bytes."""
    tensors = {f"offsets.{layer}": array for layer, array in enumerate(bank.offsets)}
    tensors |= {f"weights.{layer}": array for layer, array in enumerate(bank.weights)}
    if bank.targets is not None:
        tensors["targets"] = bank.targets
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    return _in_fixed_order(save(contiguous, metadata=_metadata(bank)))


def _metadata(bank: Bank) -> dict[str, str]:
    axes = [{"name": a.name, "unit": a.unit, "knots": list(a.knots)} for a in bank.axes]
    return {
        "format": FORMAT,
        "version": VERSION,
        "axes": json.dumps(axes),
        "layers": json.dumps(list(bank.layers)),
        "target": json.dumps(bank.target),
        "quality": json.dumps(bank.quality),
        "made_by": bank.made_by,
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


def _check_version(metadata: Mapping[str, str]) -> None:
    if metadata.get("format") != FORMAT:
        raise BankError(f"format {metadata.get('format')!r}, {FORMAT!r} expected. {REBAKE}")
    if metadata.get("version") != VERSION:
        raise BankError(f"bank version {metadata.get('version')!r}, {VERSION!r} expected. {REBAKE}")


def _assemble(metadata: Mapping[str, str], tensors: Mapping[str, np.ndarray]) -> Bank:
    layers = _json(metadata, "layers", list)
    names = [f"{kind}.{layer}" for kind in ("offsets", "weights") for layer in range(len(layers))]
    missing = [name for name in names if name not in tensors]
    if missing:
        raise BankError(f"no tensor {missing[0]}, {len(layers)} layers expected. {REBAKE}")
    left = sorted(n for n in tensors if n.startswith(("offsets.", "weights.")) and n not in names)
    if left:  # a layer that is silently left out would blur wrongly
        raise BankError(f"a tensor {left[0]}, only {len(layers)} layers expected. {REBAKE}")
    bank = Bank(
        axes=_axes(_json(metadata, "axes", list)),
        offsets=tuple(tensors[f"offsets.{layer}"] for layer in range(len(layers))),
        weights=tuple(tensors[f"weights.{layer}"] for layer in range(len(layers))),
        targets=tensors.get("targets"),
        target=_json(metadata, "target", dict),
        quality=_json(metadata, "quality", dict),
        made_by=metadata.get("made_by", "unknown"),
    )
    if list(bank.layers) != layers:
        raise BankError(f"{list(bank.layers)} taps in its tensors, {layers} expected. {REBAKE}")
    return bank


def _json(metadata: Mapping[str, str], key: str, kind: type) -> Any:
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
