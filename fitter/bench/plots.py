"""The report's plots."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")  # files only: no window, wherever this runs
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from PIL import Image

from realtime.bank import replacing

Record = dict[str, Any]

COLOURS = {
    "lm": "#d1495b",
    "paper": "#2e6f95",
    "annealing": "#5b8e4a",
    "lowrank": "#9467bd",
    "dense": "#555",
}
MARKS = {"lm": "o", "paper": "s", "annealing": "^", "lowrank": "D", "dense": "x"}
MOST_PANELS = 12
COLOURS_A_FILE = 200
MOST_SHOWN_DB = 90.0  # between knots: more is the same picture, and squeezes the rest


def save(figure: plt.Figure, path: Path) -> None:
    """Write a figure whole or not at all, and let it go. In 200 colours, it is a third as large."""
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=90, bbox_inches="tight")
        with Image.open(temporary) as picture:
            few = picture.convert("RGB").quantize(COLOURS_A_FILE)
        few.save(temporary, optimize=True)
    plt.close(figure)


def against_taps(records: Sequence[Record], path: Path) -> bool:
    """PSNR against taps, a panel a target; the Pareto front as a line."""
    kernels = [r for r in records if _section(r) in ("kernels", "layers") and "measured" in r]
    return _panels(kernels, path, lambda r: r["taps"], "image reads a pixel", front=True)


def against_seconds(records: Sequence[Record], path: Path) -> bool:
    """PSNR against the time of the fit."""
    kernels = [r for r in records if _section(r) in ("kernels", "steps") and "measured" in r]
    kernels = [r for r in kernels if _method(r) != "dense"]
    return _panels(kernels, path, lambda r: r["seconds"], "seconds of fitting", front=True)


def against_steps(records: Sequence[Record], path: Path) -> bool:
    """PSNR against iterations, each method's own kind."""
    steps = [r for r in records if _section(r) == "steps" and "measured" in r]
    return _panels(steps, path, _iterations, "iterations (of each method's own kind)", lines=True)


def bars(records: Sequence[Record], section: str, path: Path) -> bool:
    """Draw one bar a case of a section: initialisations, or splits of taps."""
    rows = [r for r in records if _section(r) == section and "measured" in r]
    if not rows:
        return False
    targets = list(dict.fromkeys(r["case"]["target"] for r in rows))
    figure, axes = plt.subplots(
        1, len(targets), figsize=(4.4 * len(targets), 1.4 + 0.26 * len(rows) / len(targets)),
        squeeze=False,
    )  # fmt: skip
    for axis, target in zip(axes[0], targets, strict=True):
        own = [r for r in rows if r["case"]["target"] == target][::-1]
        names = [f"{r['case']['variant']['name']}" for r in own]
        values = [r["measured"]["psnr_db"] for r in own]
        axis.barh(names, values, color=[COLOURS[_method(r)] for r in own])
        axis.bar_label(axis.containers[0], fmt="%.1f", padding=2, fontsize=7)
        axis.set(title=target, xlabel="PSNR on photographs, dB", xlim=(0, max(values) * 1.15))
        axis.tick_params(labelsize=7)
    figure.tight_layout()
    save(figure, path)
    return True


def between(records: Sequence[Record], path: Path) -> bool:
    """PSNR along the radius: knots as marks, midpoints as rings."""
    rows = [r for r in records if _section(r) == "between" and "measured" in r]
    if not rows:
        return False
    targets = list(dict.fromkeys(r["case"]["target"] for r in rows))
    figure, axes = plt.subplots(
        1, len(targets), figsize=(4.4 * len(targets), 3.4), squeeze=False, sharey=True
    )
    for axis, target in zip(axes[0], targets, strict=True):
        for r in (r for r in rows if r["case"]["target"] == target):
            m, name = r["measured"], r["case"]["variant"]["name"]
            where = sorted(
                (x, y, at)
                for at in ("knots", "midpoints")
                for x, y in zip(m["radii_px"][at], m[at]["psnr_db"], strict=True)
            )
            style = "--" if r["taps"] > 60 and _method(r) == "paper" else "-"
            colour = COLOURS[_method(r)]
            axis.plot(*zip(*[w[:2] for w in where], strict=True), style, c=colour, lw=1, label=name)
            for at, fill in (("knots", colour), ("midpoints", "white")):
                axis.plot(
                    m["radii_px"][at], m[at]["psnr_db"], "o", ms=4, mfc=fill, mec=colour, ls=""
                )
        axis.set(title=target, xlabel="radius, px", ylim=(None, MOST_SHOWN_DB))
    axes[0, 0].set_ylabel("PSNR on photographs, dB\n(rings: between knots)")
    axes[0, 0].legend(fontsize=7)
    figure.tight_layout()
    save(figure, path)
    return True


def _panels(
    records: Sequence[Record],
    path: Path,
    across: Callable[[Record], float],
    label: str,
    front: bool = False,
    lines: bool = False,
) -> bool:
    targets = list(dict.fromkeys(r["case"]["target"] for r in records))
    # Those that most cases were run on say most.
    count = {t: sum(r["case"]["target"] == t for r in records) for t in targets}
    targets = sorted(targets, key=lambda t: -count[t])[:MOST_PANELS]
    if not targets:
        return False
    wide = min(3, len(targets))
    high = -(-len(targets) // wide)
    figure, axes = plt.subplots(high, wide, figsize=(4.4 * wide, 3.2 * high), squeeze=False)
    for axis, target in zip(axes.ravel(), targets, strict=False):
        own = [r for r in records if r["case"]["target"] == target]
        for method in COLOURS:
            points = sorted(
                (across(r), r["measured"]["psnr_db"]) for r in own if _method(r) == method
            )
            if points:
                style = {"ls": "-" if lines else "", "lw": 1, "ms": 5, "alpha": 0.85}
                axis.plot(*zip(*points, strict=True), MARKS[method], c=COLOURS[method],
                          label=method, **style)  # fmt: skip
        if front:
            edge = pareto([(across(r), r["measured"]["psnr_db"]) for r in own])
            axis.step(*zip(*edge, strict=True), where="post", c="#bbb", lw=1, zorder=0)
        axis.set(title=target, xscale="log", xlabel=label, ylabel="PSNR on photographs, dB")
        axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.tick_params(axis="x", labelsize=7)
        axis.grid(alpha=0.25)
    for axis in axes.ravel()[len(targets) :]:
        axis.axis("off")
    axes[0, 0].legend(fontsize=8)
    figure.tight_layout()
    save(figure, path)
    return True


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other beats in both: fewer across and more up; by cost."""
    found: list[tuple[float, float]] = []
    for cost, quality in sorted(points, key=lambda p: (p[0], -p[1])):
        if not found or quality > found[-1][1]:
            found.append((cost, quality))
    return found


def _iterations(record: Record) -> float:
    return float(record["case"]["variant"]["name"].rsplit(" ", 1)[1])


def _section(record: Record) -> str:
    return record["case"]["section"]


def _method(record: Record) -> str:
    return record["case"]["variant"]["method"]
