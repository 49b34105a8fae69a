"""The report's tables, in Markdown."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.depth_of_field import cost
from bench.depth_of_field.figures import motion_ratio, of, place
from bench.depth_of_field.plan import TAPS
from bench.depth_of_field.store import Record
from bench.depth_of_field.temporal import SPARSE
from fitter.bench.figures import Figure
from fitter.bench.tables import table

NONE = "–"
SCALES = {1: "full", 2: "half"}

Row = dict[str, Any]


def asked_table(found: Sequence[Figure]) -> str:
    """Asked, measured, reached, and which case decided."""
    words = {True: "yes", False: "**no**", None: "not run"}
    rows = [
        (
            figure.what,
            f"{'≥' if figure.at_least else '≤'} {figure.asked:g} {figure.unit}",
            NONE if figure.measured is None else f"{figure.measured:.2f} {figure.unit}",
            words[figure.reached],
            figure.where,
        )
        for figure in found
    ]
    return table(("what", "asked", "measured", "reached", "decided by"), rows)


def methods_table(records: list[Record]) -> str:
    """No blur, gather, presets: a row a scene and time, a column a method."""
    found = of(records, "quality")
    heads = list(dict.fromkeys(row["method"] for _, m in found for row in m["methods"]))
    rows = []
    for name, measured in found:
        cells = {row["method"]: score_cell(row) for row in measured["methods"]}
        rows.append((name, *(cells.get(head, NONE) for head in heads)))
    return table(("scene, time", *heads), rows)


def slices_table(records: list[Record], scene: str) -> str:
    """Slices × taps and dense of one scene: a row a time, size and number of slices."""
    cells = slice_cells(records, scene)
    taps = sorted({key[3] for key in cells if isinstance(key[3], tuple)}, key=sum)
    columns = [*taps, "dense"] if any(key[3] == "dense" for key in cells) else taps
    heads = [f"{sum(c)} ({','.join(map(str, c))})" if c != "dense" else c for c in columns]
    rows = []
    for name, scale, slices in dict.fromkeys(key[:3] for key in cells):
        found = [cells.get((name, scale, slices, column)) for column in columns]
        title = f"{name}, {SCALES[scale]} size, {slices}"
        rows.append((title, *(NONE if row is None else score_cell(row) for row in found)))
    return table(("scene, time, size, slices", *heads), rows)


def slice_cells(records: list[Record], scene: str) -> dict[tuple, Row]:
    """(name, scale, slices, taps or "dense") -> row, in the order of the tables."""
    cells = {}
    for section in ("quality", "dense"):
        for record in records:
            case = record["case"]
            if case["section"] == section and case["settings"]["scene"] == scene:
                for row in record["measured"]["slices"]:
                    taps = "dense" if row["kernel"] == "dense" else tuple(row["taps"])
                    cells[case["name"], row["scale"], row["slices"], taps] = row
    return cells


def score_cell(row: Row) -> str:
    """PSNR / FLIP, and FLIP of HDR where it was measured."""
    words = [f"{row['psnr_db']:.2f}", f"{row['flip']:.3f}"]
    return " / ".join([*words, f"{row['flip_hdr']:.3f}"] if "flip_hdr" in row else words)


def convergence_table(records: list[Record]) -> str:
    """PSNR of the same picture against N and 2 N views."""
    rows = []
    for name, measured in of(records, "convergence"):
        few, many = measured["psnr_db"]
        views = " → ".join(map(str, measured["views"]))
        rows.append((name, views, f"{few:.2f}", f"{many:.2f}", f"{many - few:+.2f}",
                     f"{measured['truths_db']:.1f}"))  # fmt: skip
    head = ("scene, time", "views", "dB against N", "against 2 N", "change", "N against 2 N, dB")
    return table(head, rows)


def temporal_table(records: list[Record]) -> str:
    """Change of the error from frame to frame, × 1000."""
    rows = []
    for name, measured in of(records, "temporal"):
        for row in measured:
            ratio = motion_ratio(measured, row["preset"])
            rows.append((
                f"{name}, {row['preset']}: {row['method']}",
                *(f"{1e3 * row[key]:.3f}" for key in ("mean", "median", "largest")),
                str(row["largest_frame"]),
                f"{row['largest'] / row['median']:.2f}",
                f"{ratio:.3f}" if row["method"] == SPARSE else NONE,
            ))  # fmt: skip
    head = ("scene, preset: method", "mean", "median", "largest", "in frame", "largest / median",
            "mean / dense's")  # fmt: skip
    return table(head, rows)


def resolution_table(records: list[Record]) -> str:
    """Radius of one highlight at several heights."""
    rows = [
        (f"{row['settings']}, {row['lines']} lines", f"{row['radius_px']:.2f}",
         f"{row['lens_px']:.2f}", f"{1e3 * row['of_height']:.3f}", f"{100 * row['energy']:.2f}")
        for _, measured in of(records, "resolution")
        for row in measured
    ]  # fmt: skip
    head = ("settings, height", "radius px", "the lens's", "‰ of the height", "light kept, %")
    return table(head, rows)


def highlights_table(records: list[Record]) -> str:
    """Light and radius of every highlight."""
    rows = [
        (place(row), f"{100 * row['energy']:.2f}", f"{row['radius_px']:.2f}",
         f"{row['lens_px']:.2f}", f"{row['radius_px'] - row['lens_px']:+.2f}")
        for _, measured in of(records, "highlights")
        for row in measured
    ]  # fmt: skip
    return table(("highlight", "light kept, %", "radius px", "the lens's", "off by"), rows)


def frames_table(records: list[Record]) -> str:
    """Frames per second: a row a scene, a column a preset."""
    rows, heads = [], []
    for name, measured in of(records, "frames"):
        heads = [row["what"] for row in measured]
        rows.append((name, *map(_fps, measured)))
    return table(("scene", *heads), rows)


def _fps(row: Row) -> str:
    ms, half_range = row["median_ms"], row["iqr_ms"] / 2
    return f"{1e3 / ms:.1f} fps ({ms:.0f} ± {half_range:.0f} ms)"


def stage_table(records: list[Record]) -> str:
    """The stage and its yardsticks, medians in ms."""
    whats = (cost.STAGE, cost.GATHER, cost.EIGHT, cost.CASCADE)
    rows = []
    for name, measured in of(records, "stage"):
        ms = {row["what"]: row["median_ms"] for row in measured}
        spread = max(row["iqr_ms"] / row["median_ms"] for row in measured)
        first, second, third, fourth = (f"{ms[what]:.1f}" for what in whats)
        rows.append((
            name, first, second, f"{cost.ratio(measured, *whats[:2]):.2f}×",
            third, fourth, f"{cost.ratio(measured, *whats[2:]):.2f}×", f"{100 * spread:.0f} %",
        ))  # fmt: skip
    head = ("scene", *whats[:2], "ratio", *whats[2:], "ratio", "widest IQR")
    return table(head, rows)


def taps_of(cells: dict[tuple, Row], taps: tuple[int, ...] = TAPS) -> dict[tuple, Row]:
    """Those of `slice_cells` with these taps: (name, scale, slices) -> row."""
    return {key[:3]: row for key, row in cells.items() if key[3] == taps}


def span(values: Sequence[float], form: str = ".1f") -> str:
    """Return "least … most"."""
    low, high = (format(float(f(values)), form) for f in (np.min, np.max))
    return low if low == high else f"{low} … {high}"
