"""The report's tables, in Markdown."""

from collections.abc import Iterable, Sequence
from typing import Any

from fitter.bench.figures import Figure, losses
from fitter.targets.suite import SUITE

Record = dict[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first column is words, the others numbers."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def figures_table(found: Sequence[Figure]) -> str:
    """Asked, measured, pass; and which case decided."""
    rows = []
    for figure in found:
        sign = "≥" if figure.at_least else "≤"
        digits = 3 if figure.unit == "" else 1 if figure.unit == "dB" else 2
        measured = "–" if figure.measured is None else f"{figure.measured:.{digits}f} {figure.unit}"
        words = {True: "yes", False: "**no**", None: "not run"}[figure.reached]
        rows.append(
            (figure.what, f"{sign} {figure.asked:g} {figure.unit}", measured, words, figure.where)
        )
    return table(("what", "asked", "measured", "reached", "decided by"), rows)


def kernel_tables(records: Sequence[Record]) -> str:
    """One table a target group: a row a target and variant, all measures side by side."""
    parts = []
    for group, members in SUITE.items():
        rows = [_kernel_row(r) for t in members for r in _by_taps(records, t)]
        if rows:
            parts += [f"### {group}", "", table(KERNEL_HEAD, rows), ""]
    return "\n".join(parts)


KERNEL_HEAD = (
    "kernel, method", "layers", "taps", "PSNR dB", "worst photo dB", "SSIM", "FLIP", "Frobenius",
    "s",
)  # fmt: skip


def section_table(records: Sequence[Record]) -> str:
    """Return a table of any section whose cases are single kernels."""
    return table(KERNEL_HEAD, [_kernel_row(r) for r in records if "measured" in r])


def varying_table(records: Sequence[Record]) -> str:
    """Whole pictures and inside their border."""
    rows = []
    for r in _measured(records):
        m, variant = r["measured"], r["case"]["variant"]
        rows.append((
            f"{r['case']['target']}, {variant['name']}",
            " × ".join(str(n) for n in reversed(r["knots"])),
            str(variant["options"].get("iterations", "–")),
            str(r["taps"]), f"{m['psnr_db']:.1f}", f"{m['inside_db']:.1f}", f"{m['ssim']:.4f}",
            f"{m['flip']:.4f}", f"{r['seconds']:.1f}",
        ))  # fmt: skip
    head = (
        "scene, method",
        "knots",
        "iterations",
        "taps",
        "PSNR dB",
        "inside dB",
        "SSIM",
        "FLIP",
        "s",
    )
    return table(head, rows)


def between_table(records: Sequence[Record]) -> str:
    """Worst knot, worst midpoint, and the most that a midpoint loses."""
    rows = []
    for r in _measured(records):
        knots, middles = (r["measured"][where] for where in ("knots", "midpoints"))
        rows.append((
            f"{r['case']['target']}, {r['case']['variant']['name']}", str(r["taps"]),
            f"{min(knots['psnr_db']):.1f}", f"{min(middles['psnr_db']):.1f}",
            f"{max(losses(r['measured'])):.1f}", f"{max(knots['frobenius']):.3f}",
            f"{max(middles['frobenius']):.3f}", f"{min(middles['ssim']):.4f}",
            f"{max(middles['flip']):.4f}", f"{r['seconds']:.1f}",
        ))  # fmt: skip
    head = (
        "target, method", "taps", "worst knot dB", "worst midpoint dB", "most lost dB",
        "rel. Frobenius, knots", "midpoints", "SSIM, midpoints", "FLIP, midpoints", "s",
    )  # fmt: skip
    return table(head, rows)


def unsuitable_list(records: Sequence[Record]) -> str:
    """Return one line a case that its method refused."""
    lines = [f"- `{r['name']}`: {r['unsuitable']}" for r in records if "unsuitable" in r]
    return "\n".join(lines) or "None."


def _kernel_row(r: Record) -> tuple[str, ...]:
    m = r["measured"]
    return (
        f"{r['case']['target']}, {r['case']['variant']['name']}",
        ",".join(map(str, r["layers"])) if r["case"]["variant"]["method"] != "dense" else "–",
        str(r["taps"]), *(_number(m, key, form) for key, form in _MEASURES), f"{r['seconds']:.2f}",
    )  # fmt: skip


_MEASURES = (
    ("psnr_db", ".1f"), ("worst_db", ".1f"), ("ssim", ".4f"), ("flip", ".4f"), ("frobenius", ".3f"),
)  # fmt: skip


def _number(measured: dict[str, Any], key: str, form: str) -> str:
    return format(measured[key], form) if key in measured else "–"


def _by_taps(records: Sequence[Record], target: str) -> list[Record]:
    own = [r for r in _measured(records) if r["case"]["target"] == target]
    return sorted(own, key=lambda r: (r["case"]["variant"]["method"], r["taps"]))


def _measured(records: Sequence[Record]) -> list[Record]:
    return [r for r in records if "measured" in r]
