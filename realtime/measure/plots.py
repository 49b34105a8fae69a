"""Plots of a profile: time against error, against radius, against size, and passes stacked.

matplotlib is only asked for where a report is (extra `profile`).
"""

import importlib.util
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realtime.bank.atomic import replacing
from realtime.errors import UsageError
from realtime.measure.result import FrameResult, ProfileResult, StageResult
from realtime.measure.tables import points_of

OURS = ("sparse", "sparse-half", "sparse-quarter")
OUR_COLOR, THEIR_COLOR = "#c8452d", "#3d5a80"
OUR_SHADES = (OUR_COLOR, "#7d1f10", "#e8836f", "#a85a1f")  # of lines, all with a marker each
MARKERS = "os^Dv"
REDS = (6, 7)  # of tab20: too near to ours
FIGURE = {"figsize": (8.0, 5.0), "layout": "constrained"}
DPI = 110
BEYOND = 1.14  # of the longest bar, for the words beside it
POINTS_PER_INCH, DOT_PT = 72.0, 3.5


def check_plots() -> None:
    """Raise UsageError where plots cannot be drawn."""
    if importlib.util.find_spec("matplotlib") is None:
        raise UsageError(
            "--report: matplotlib is not installed, it is needed for plots. "
            "Install it: pip install 'diskblur[profile]'"
        )


def write_plots(result: ProfileResult, folder: Path) -> dict[str, str]:
    """Write all plots that there are figures for; return file name -> what it shows."""
    import matplotlib

    matplotlib.use("Agg")
    drawn: dict[str, str] = {}
    for size, radius_px in points_of(result.stage):
        rows = [one for one in result.stage if (one.size, one.radius_px) == (size, radius_px)]
        if size == result.size and any(one.dense_db is not None for one in rows):
            name = f"error-r{radius_px:g}.png"
            _save(_pareto(rows, radius_px), folder / name)
            drawn[name] = f"Time against error, radius {radius_px:g} px"
    of_size = [one for one in result.stage if one.size == result.size]
    if len({one.radius_px for one in of_size}) > 1:
        title = f"{result.size[0]} × {result.size[1]}"
        _save(_lines(of_size, "radius_px", "radius, px", title), folder / "radius.png")
        drawn["radius.png"] = "Time against radius"
    of_radius = _at_many_sizes(result)
    if of_radius:
        title = f"radius {of_radius[0].radius_px:g} px"
        _save(_lines(of_radius, "megapixels", "millions of pixels", title), folder / "size.png")
        drawn["size.png"] = f"Time against size, radius {of_radius[0].radius_px:g} px"
    if result.frames:
        _save(_passes(result.frames), folder / "passes.png")
        drawn["passes.png"] = "Whole frames, by passes"
    return drawn


def front(rows: Iterable[StageResult]) -> list[StageResult]:
    """Those that no other is both faster and better than, from the fastest on."""
    known = sorted((one for one in rows if one.dense_db is not None), key=lambda s: s.ms.median)
    best: list[StageResult] = []
    for one in known:
        if not best or one.dense_db > best[-1].dense_db:
            best.append(one)
    return best


def is_ours(name: str) -> bool:
    """Whether a method is this project's."""
    return name.split(" ")[0] in OURS


def _pareto(rows: Sequence[StageResult], radius_px: float) -> Any:
    width, height = rows[0].size
    figure, axes = _axes(
        f"{width} × {height}, radius {radius_px:g} px; better is up and left; "
        f"red: this project's and their front"
    )
    known = [one for one in rows if one.dense_db is not None]
    ours = front([one for one in known if is_ours(one.name)])
    axes.plot([s.ms.median for s in ours], [s.dense_db for s in ours], color=OUR_COLOR, zorder=2)
    for one in known:
        color = OUR_COLOR if is_ours(one.name) else THEIR_COLOR
        axes.errorbar(
            one.ms.median,
            one.dense_db,
            xerr=[[one.ms.median - one.ms.q25], [one.ms.q75 - one.ms.median]],
            fmt="o",
            color=color,
            zorder=3,
        )
    axes.set_xscale("log")
    axes.margins(x=0.22, y=0.1)
    axes.set_xlabel("time of the blur alone, ms (bars: quartiles)")
    axes.set_ylabel("PSNR against the dense kernel, dB")
    _plain_ticks(axes.xaxis)
    _label_points(figure, axes, known, ours)
    return figure


def _label_points(
    figure: Any, axes: Any, known: Sequence[StageResult], joined: Sequence[StageResult]
) -> None:
    """Beside each point, at the first of a few places where nothing else is.

    Where there is none, over a line; lines are those through `joined`, and bars.
    """
    figure.canvas.draw()  # settles the axes, which say where points are
    points = [(one.ms.median, one.dense_db) for one in known]
    points_per_px = POINTS_PER_INCH / figure.dpi
    at_pt = axes.transData.transform(points) * points_per_px
    inside = Box(*(axes.bbox.extents * points_per_px))
    lines = [((one.ms.q25, one.dense_db), (one.ms.q75, one.dense_db)) for one in known]
    ends = [(one.ms.median, one.dense_db) for one in joined]
    lines += itertools.pairwise(ends)
    crossed = [
        box for line in lines for box in _along(axes.transData.transform(line) * points_per_px)
    ]
    taken = [Box(x - DOT_PT, y - DOT_PT, x + DOT_PT, y + DOT_PT) for x, y in at_pt]
    for one, point, (x, y) in zip(known, points, at_pt, strict=True):
        label = axes.annotate(
            one.name,
            point,
            textcoords="offset points",
            xytext=(0, 0),
            va="bottom",
            fontsize=8,
            color=OUR_COLOR if is_ours(one.name) else THEIR_COLOR,
        )
        width, height = label.get_window_extent().size * points_per_px
        boxes = [Box(x + dx, y + dy, x + dx + width, y + dy + height) for dx, dy in _ways(width)]
        free = [b for b in boxes if b.is_within(inside) and not any(map(b.overlaps, taken))]
        clear = (b for b in free if not any(map(b.overlaps, crossed)))
        box = next(clear, (free or boxes)[0])
        taken.append(box)
        label.xyann = (box.left - x, box.low - y)


def _ways(width: float) -> list[tuple[float, float]]:
    """Where a label of some width can stand, from its point, in order of preference."""
    sides = (6.0, -6.0 - width, -width / 2)
    heights = (5.0, -3.0, -13.0, 16.0, -24.0, 27.0)
    return [(dx, dy) for dy in heights for dx in sides]


def _along(line: Any) -> "list[Box]":
    """Small boxes on a line between two places [2, 2], in points."""
    (x0, y0), (x1, y1) = line
    steps = max(2, round(math.hypot(x1 - x0, y1 - y0) / DOT_PT))
    shares = (step / (steps - 1) for step in range(steps))
    places = ((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for share in shares)
    return [Box(x - 1, y - 1, x + 1, y + 1) for x, y in places]


@dataclass(frozen=True)
class Box:
    """Part of a figure, in points from its lower left."""

    left: float
    low: float
    right: float
    high: float

    def overlaps(self, other: "Box") -> bool:
        """Whether any of it is part of the other."""
        across = self.left < other.right and other.left < self.right
        return across and self.low < other.high and other.low < self.high

    def is_within(self, other: "Box") -> bool:
        """Whether all of it is."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.low <= self.low and self.high <= other.high


def _at_many_sizes(result: ProfileResult) -> list[StageResult]:
    """All results at the one radius that was measured at several sizes."""
    for radius_px in {one.radius_px for one in result.stage}:
        rows = [one for one in result.stage if one.radius_px == radius_px]
        if len({one.size for one in rows}) > 1:
            return rows
    return []


def _lines(rows: Sequence[StageResult], by: str, label: str, title: str) -> Any:
    import matplotlib.pyplot as plt

    figure, axes = _axes(title)
    last = max(_at(one, by) for one in rows)
    at_last = {one.name: one.ms.median for one in rows if _at(one, by) == last}
    names = sorted(dict.fromkeys(one.name for one in rows), key=lambda n: -at_last.get(n, 0.0))
    others = (c for i, c in enumerate(plt.get_cmap("tab20").colors) if i not in REDS)
    colors, shades = itertools.cycle(list(others)), itertools.cycle(OUR_SHADES)
    markers = itertools.cycle(MARKERS)
    for name in names:  # the legend is in the order of the lines' right ends
        of_name = sorted((one for one in rows if one.name == name), key=lambda s: _at(s, by))
        if len(of_name) < 2:
            continue
        ours = is_ours(name)
        axes.plot(
            [_at(one, by) for one in of_name],
            [one.ms.median for one in of_name],
            marker=next(markers) if ours else "o",
            markersize=6 if ours else 4,
            label=name,
            color=next(shades if ours else colors),
            linewidth=2.4 if ours else 1.2,
            alpha=1.0 if ours else 0.8,
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlabel(label)
    axes.set_ylabel("time of the blur alone, ms")
    measured = sorted({_at(one, by) for one in rows})
    axes.set_xticks(measured, [f"{value:.3g}" for value in measured])
    axes.minorticks_off()
    _plain_ticks(axes.yaxis)
    figure.legend(loc="outside right upper", fontsize=8, frameon=False)
    return figure


def _at(one: StageResult, by: str) -> float:
    return one.size[0] * one.size[1] / 1e6 if by == "megapixels" else one.radius_px


def _passes(frames: Sequence[FrameResult]) -> Any:
    import matplotlib.pyplot as plt

    figure, axes = _axes("medians of passes; beside them the whole frame's")
    names = list(dict.fromkeys(part.name for one in frames for part in one.passes))
    colors = dict(zip(names, plt.get_cmap("tab20").colors * 4, strict=False))
    shown = sorted(frames, key=lambda one: one.frame_ms.median, reverse=True)
    longest = _longest_shown(shown)
    for row, one in enumerate(shown):
        left = 0.0
        for part in one.passes:
            ms = part.done_ms.median
            axes.barh(row, ms, left=left, color=colors[part.name], label=part.name, height=0.7)
            left += ms
        is_cut = left > longest * BEYOND
        axes.annotate(
            ms_text(one.frame_ms.median) + (" →" if is_cut else ""),
            (longest * BEYOND if is_cut else left, row),
            textcoords="offset points",
            xytext=(-4 if is_cut else 4, 0),
            ha="right" if is_cut else "left",
            va="center",
            fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5} if is_cut else None,
        )
    axes.set_yticks(range(len(shown)), [one.name for one in shown], fontsize=8)
    axes.set_xlim(0, longest * BEYOND)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_xlabel("ms a frame (→: goes on beyond the edge)")
    axes.grid(axis="y", visible=False)
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    figure.legend(once.values(), once, loc="outside right upper", fontsize=8, frameon=False)
    figure.set_size_inches(9.0, 1.6 + 0.34 * len(shown))
    return figure


def ms_text(ms: float) -> str:
    """A time of three digits, or of all that there are before the point."""
    return f"{ms:.0f} ms" if ms >= 100 else f"{ms:.3g} ms"


def _longest_shown(frames: Sequence[FrameResult]) -> float:
    """Bars are cut at four times the median frame: dense would leave nothing of the others."""
    times = sorted(one.frame_ms.median for one in frames)
    return min(times[-1], 4 * times[len(times) // 2])


def _axes(title: str) -> tuple[Any, Any]:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(**FIGURE)
    axes.set_title(title, fontsize=10, loc="left")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _plain_ticks(axis: Any) -> None:
    """Numbers as people write them, not powers of ten."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
    if axis.axis_name == "y" or axis.get_scale() == "log":
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))


def _save(figure: Any, path: Path) -> None:
    import matplotlib.pyplot as plt

    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=DPI)
    plt.close(figure)
