"""A bank in words: one line after baking, a table to inspect. numpy only."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from realtime.bank import Bank, LowRankBank


def summary(bank: Bank | LowRankBank) -> str:
    """Return one line: layers, knots and the worst errors."""
    taps = _cost(bank)
    count = int(np.prod(bank.grid))
    knots = "1 kernel" if count == 1 else f"{count} knots"
    worst = [
        f"{where} {min(values):.1f} dB"
        for where in ("knots", "midpoints")
        if (values := _errors(bank, where, "psnr_db") + _second(bank, where))
    ]
    found = f", photographs at worst: {', '.join(worst)}" if worst else ""
    return f"{taps}, {knots}{found}"


def table(bank: Bank | LowRankBank) -> str:
    """Return what a bank holds: its target, axes and taps, then a row of errors a knot.

    Midpoint: the PSNR half-way to the next knot, as the renderer interpolates.
    """
    lines = [
        f"target   {_words(bank.target)}",
        f"{_cost_line(bank)}, reach {bank.reach_px:.1f} px",
        *(f"axis     {_axis_line(axis)}" for axis in bank.axes),
        f"targets  {_targets_line(bank)}",
        f"made by  {bank.made_by}",
    ]
    return "\n".join([*lines, "", *_rows(bank)])


def knot_labels(bank: Bank | LowRankBank) -> list[str]:
    """Return one label a knot, axis 0 running fastest, such as "radius 12.5 px"."""
    labels, digits = [], 4 if len(bank.axes) == 1 else 3  # two must fit into one line
    for y in range(bank.grid[0]):
        for x in range(bank.grid[1]):
            places = zip(bank.axes, (x, y), strict=False)
            parts = [f"{a.name} {a.knots[at]:.{digits}g} {a.unit}" for a, at in places]
            labels.append(", ".join(parts))
    return labels


def knot_errors(bank: Bank | LowRankBank, name: str) -> list[float | None]:
    """Return one error a knot as baked, None where the bank has none."""
    count = int(np.prod(bank.grid))
    values = _errors(bank, "knots", name)
    return values if len(values) == count else [None] * count


def _rows(bank: Bank | LowRankBank) -> list[str]:
    labels = knot_labels(bank)
    wide = max(len("knot"), *map(len, labels))
    rows = [f"{'knot':<{wide}}  {'PSNR dB':>8}  {'midpoint':>8}  {'Frobenius':>9}  {'reach px':>8}"]
    columns = zip(
        labels,
        knot_errors(bank, "psnr_db"),
        _midpoints(bank),
        knot_errors(bank, "frobenius"),
        _reaches(bank),
        strict=True,
    )
    for label, psnr, middle, error, reach in columns:
        rows.append(
            f"{label:<{wide}}  {_number(psnr, 8, 1)}  {_number(middle, 8, 1)}  "
            f"{_number(error, 9, 4)}  {_number(reach, 8, 1)}"
        )
    return rows


def _midpoints(bank: Bank | LowRankBank) -> list[float | None]:
    """Return one PSNR a knot, of the middle to the next radius; None at the last radius."""
    rows, columns = bank.grid
    values = _errors(bank, "midpoints", "psnr_db")
    if len(values) != rows * (columns - 1):
        return [None] * (rows * columns)
    steps = columns - 1
    return [v for row in range(rows) for v in (*values[row * steps : (row + 1) * steps], None)]


def _second(bank: Bank | LowRankBank, where: str) -> list[float]:
    return _errors(bank, f"{where}_second", "psnr_db")


def _cost(bank: Bank | LowRankBank) -> str:
    if isinstance(bank, LowRankBank):
        return f"rank {bank.rank} ({bank.taps} taps)"
    return f"{bank.taps} taps ({','.join(map(str, bank.layers))})"


def _cost_line(bank: Bank | LowRankBank) -> str:
    if isinstance(bank, LowRankBank):
        length = bank.rows.shape[-1]
        return f"rank     {bank.rank}, 2 vectors of {length} each = {bank.taps} taps"
    return f"layers   {','.join(map(str, bank.layers))} = {bank.taps} taps"


def _reaches(bank: Bank | LowRankBank) -> list[float]:
    """How far each knot's kernel reads, per axis, in px."""
    if isinstance(bank, LowRankBank):
        return bank.reaches_px.ravel().tolist()
    return sum(np.abs(o).max(axis=(0, 3)) for o in bank.offsets).ravel().tolist()


def _errors(bank: Bank | LowRankBank, where: str, name: str) -> list[float]:
    """Errors of a bank made elsewhere may be absent or of another kind: then there are none."""
    found = bank.quality.get(where)
    values = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(values, list) or not all(isinstance(v, int | float) for v in values):
        return []
    return values


def _number(value: float | None, wide: int, digits: int) -> str:
    return f"{'–':>{wide}}" if value is None else f"{value:>{wide}.{digits}f}"


def _axis_line(axis: Any) -> str:
    first, last, count = axis.knots[0], axis.knots[-1], len(axis.knots)
    if count == 1:
        return f"{axis.name} {first:g} {axis.unit} only"
    return f"{axis.name} {first:g} … {last:g} {axis.unit}, {count} knots"


def _targets_line(bank: Bank | LowRankBank) -> str:
    if bank.targets is None:
        return "not in the file"
    return f"{bank.targets.shape[-1]} × {bank.targets.shape[-1]} px"


def _words(values: Mapping[str, Any]) -> str:
    """Flatten {"shape": "disk", "fit": {"seed": 0}} to words."""
    parts = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            parts.append(f"{key}: {_words(value)}")
        else:
            parts.append(str(value) if key == "shape" else f"{key} {value}")
    return ", ".join(parts) or "unknown"
