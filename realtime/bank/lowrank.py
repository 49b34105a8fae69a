"""Low-rank banks: kernels as a few pairs of 1-D passes, and their file.

    kernel[y, x] = sum_i columns[i][y] * rows[i][x]        i = 0 ... rank - 1

The file is `NAME.safetensors`, format "diskblur-lowrank", version "1". Metadata as in a bank of
cascades (see `realtime.bank.file`), with `rank` (JSON number) in place of `layers`. Tensors,
float32: `columns` and `rows` [rank, A1, A0, M], and optionally `targets` [A1, A0, M, M].
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from realtime.bank.checks import REBAKE, check_array, check_axes, check_sums, check_targets
from realtime.bank.file import (
    FORMAT,
    Tensors,
    bank_of,
    check_version,
    described,
    description,
    file_bytes,
    json_entry,
    read_checked,
    write_bank,
    write_bytes,
)
from realtime.bank.model import Axis, Bank, Float32, corners_of, index_of
from realtime.errors import BankError

LOWRANK_FORMAT = "diskblur-lowrank"
LOWRANK_VERSION = "1"


@dataclass(frozen=True, eq=False)
class LowRankBank:
    """Separable kernels at the knots of one or two axes; checked when made.

    axes: one or two, with A0 and A1 knots (A1 = 1 for one axis).
    columns, rows: [rank, A1, A0, M] float32, M odd, centre (M-1)/2. They are the target's own
    coordinates, +x right and +y down: the picture of a point light is their outer product. Values
    may be negative; at every knot the kernel sums to 1. Between knots both vectors are
    interpolated linearly, outside them the nearest knot holds.
    targets: the dense PSF at each knot [A1, A0, M', M'] float32, or None.
    target: what was fitted; quality: errors as measured; made_by: program and version.

    Raises BankError where the content breaks the contract.
    """

    axes: tuple[Axis, ...]
    columns: Float32
    rows: Float32
    targets: Float32 | None = None
    target: Mapping[str, Any] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)
    made_by: str = "unknown"

    def __post_init__(self) -> None:
        check_lowrank(self)

    @property
    def rank(self) -> int:
        """How many pairs of 1-D passes."""
        return len(self.rows)

    @property
    def taps(self) -> int:
        """Image reads per pixel: every element of every vector."""
        return 2 * self.rank * self.rows.shape[-1]

    @cached_property
    def grid(self) -> tuple[int, int]:
        """Knots as (A1, A0)."""
        return (len(self.axes[1].knots) if len(self.axes) > 1 else 1, len(self.axes[0].knots))

    @cached_property
    def reach_px(self) -> float:
        """How far the widest kernel reaches from its centre, per axis, in px."""
        return float(self.reaches_px.max())

    @cached_property
    def reaches_px(self) -> np.ndarray:
        """[A1, A0]: how far each knot's kernel reaches from its centre, in px."""
        used = np.any((self.columns != 0) | (self.rows != 0), axis=0)  # [A1, A0, M]
        return (used * np.abs(np.arange(used.shape[-1]) - used.shape[-1] // 2)).max(axis=-1)

    def axis(self, name: str) -> int:
        """Return the index of the axis called `name`; raise BankError where there is none."""
        return index_of(self.axes, name)

    def vectors(self, *values: float) -> tuple[Float32, Float32]:
        """Return (columns, rows), each [rank, M], interpolated at `values`, one an axis."""
        if len(values) != len(self.axes):
            raise TypeError(f"vectors() takes {len(self.axes)} values, {len(values)} given")
        corners = corners_of([a.place(v) for a, v in zip(self.axes, values, strict=True)])
        columns, rows = (
            np.sum([f * part[:, y, x] for y, x, f in corners], axis=0, dtype=np.float32)
            for part in (self.columns, self.rows)
        )
        return columns, rows

    def kernel(self, *values: float) -> np.ndarray:
        """Return the kernel [M, M] at `values`, float64: the picture of a point light."""
        columns, rows = self.vectors(*values)
        return columns.T.astype(np.float64) @ rows


def check_lowrank(bank: LowRankBank) -> None:
    """Raise BankError at the first thing that breaks the contract."""
    check_axes(bank.axes)
    rank, size = (bank.rows.shape[0], bank.rows.shape[-1]) if bank.rows.ndim else (0, 0)
    for name in ("columns", "rows"):
        check_array(name, getattr(bank, name), (rank, *bank.grid, size))
    if size % 2 == 0:
        raise BankError(f"columns, rows: {size} elements, an odd number expected. {REBAKE}")
    columns, rows = (part.sum(axis=-1, dtype=np.float64) for part in (bank.columns, bank.rows))
    check_sums("columns × rows", (columns * rows).sum(axis=0), bank)
    if bank.targets is not None:
        check_targets(bank)


def read_lowrank(path: str | os.PathLike) -> LowRankBank:
    """Read and check a low-rank file. Raises BankError, naming the file, for anything wrong."""
    return read_checked(path, lowrank_of)


def read_any(path: str | os.PathLike) -> Bank | LowRankBank:
    """Read a bank of either kind. Raises BankError, naming the file, for anything wrong."""
    return read_checked(path, _any_of)


def write_any(path: str | os.PathLike, bank: Bank | LowRankBank) -> None:
    """Write a bank of either kind. Raises BankError where it cannot be written."""
    if isinstance(bank, LowRankBank):
        write_lowrank(path, bank)
    else:
        write_bank(path, bank)


def write_lowrank(path: str | os.PathLike, bank: LowRankBank) -> None:
    """Write a low-rank file, whole or not at all. Raises BankError where it cannot be written."""
    write_bytes(path, lowrank_bytes(bank))


def lowrank_bytes(bank: LowRankBank) -> bytes:
    """Return the file's bytes; the same bank gives the same bytes."""
    tensors = {"columns": bank.columns, "rows": bank.rows}
    if bank.targets is not None:
        tensors["targets"] = bank.targets
    metadata = described(bank, LOWRANK_FORMAT, LOWRANK_VERSION)
    return file_bytes(tensors, metadata | {"rank": json.dumps(bank.rank)})


def lowrank_of(metadata: Mapping[str, str], tensors: Tensors) -> LowRankBank:
    """Build a low-rank bank from a file's content. Raises BankError."""
    check_version(metadata, LOWRANK_FORMAT, LOWRANK_VERSION)
    for name in ("columns", "rows"):
        if name not in tensors:
            raise BankError(f"no tensor {name}, columns and rows expected. {REBAKE}")
    rank = json_entry(metadata, "rank", int)
    bank = LowRankBank(
        **description(metadata),
        columns=tensors["columns"],
        rows=tensors["rows"],
        targets=tensors.get("targets"),
    )
    if bank.rank != rank:
        raise BankError(f"rank {bank.rank} in its tensors, {rank} expected. {REBAKE}")
    return bank


def _any_of(metadata: Mapping[str, str], tensors: Tensors) -> Bank | LowRankBank:
    kinds = {FORMAT: bank_of, LOWRANK_FORMAT: lowrank_of}
    kind = metadata.get("format")
    if kind not in kinds:
        raise BankError(f"format {kind!r}, {' or '.join(map(repr, kinds))} expected. {REBAKE}")
    return kinds[kind](metadata, tensors)
