"""The summary of `script/bench profile`: what was asked and measured, and who is ahead where."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from realtime.bank.atomic import replacing
from realtime.errors import UsageError
from realtime.measure.report import beyond_front
from realtime.measure.result import ProfileResult, StageResult, read_result

ASKED_SPEED = ({16.0: 20, 32.0: 60}, {16.0: 40, 32.0: 120})  # of 36 taps, of 18: radius -> times
READ = "(disk-read-32)"  # the bank that is read from textures
MOST_CONSTANTS, MOST_FLOOR = 1.25, 1.3
MOST_RADIUS, MOST_PIXELS = 0.15, 0.10
SWEEP = "sizes"


@dataclass(frozen=True)
class Figure:
    """One line of the table of what was asked."""

    what: str
    asked: str
    measured: str
    reached: bool | None  # None: it is no question of yes or no


def write_summary(folder: Path) -> None:
    """Write report.md of the profiles in the folders below. Raises UsageError without any."""
    found = {path.parent.name: read_result(path) for path in sorted(folder.glob("*/profile.json"))}
    if not found:
        raise UsageError(
            f"{folder}: no profile.json in a folder below, at least one expected. "
            f"Run script/bench profile --out {folder}"
        )
    with replacing(folder / "report.md") as temporary:
        temporary.write_text(summary_of(found), encoding="utf-8")


def summary_of(found: dict[str, ProfileResult]) -> str:
    """The page."""
    first = next(iter(found.values()))
    about = first.about
    lines = [
        "# Every method in one renderer",
        "",
        f"`script/bench profile`, {about['date']}; {about['machine']}; {about['opengl']}; "
        f"Python {about['python']}, diskblur {about['diskblur']}, moderngl {about['moderngl']}, "
        f"numpy {about['numpy']}.",
        "",
        f"`{first.scene}` at {first.size[0]} × {first.size[1]}. Times: {first.clock}. Medians of "
        "turns (A B C A B C) of one run: compare within one run only.",
        "",
        "## Asked and measured",
        "",
        "| what | asked | measured | |",
        "|---|---|---|---|",
        *(_row(figure) for figure in figures(found)),
        "",
        "Radii and sizes are timed one after the other here, and in turns by "
        "`script/bench flatness`.",
        "",
        "## Who is both faster and nearer to the dense kernel than the sparse front",
        "",
        *_ahead(found),
        "",
        "## Pages",
        "",
        *(
            f"- [{name}]({name}/report.md): `{one.about['command'][:60]} ...`"
            for name, one in found.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def figures(found: dict[str, ProfileResult]) -> Iterator[Figure]:
    """All figures that there are measurements for."""
    shapes = {name: one for name, one in found.items() if name != SWEEP}
    if "disk" in shapes:
        yield from _speeds(shapes["disk"])
    for name, one in shapes.items():
        yield from _overheads(name, one)
    if SWEEP in found:
        yield from _flat(found[SWEEP])
        yield from _linear(found[SWEEP])


def _speeds(one: ProfileResult) -> Iterator[Figure]:
    """Of the bank with 36 taps, of the one that is read from textures, and of that with 18."""
    first, second = _ours(one)[:2]
    read = [name for name in _ours(one) if name.endswith(READ)]
    for name, asked in ((first, 0), *((name, 0) for name in read), (second, 1)):
        for radius_px, times in ASKED_SPEED[asked].items():
            row, dense = _at(one, name, radius_px), _at(one, "dense", radius_px)
            if row is None or dense is None:
                continue
            found = dense.ms.median / row.ms.median
            yield Figure(
                f"disk r {radius_px:g}, {name}: faster than dense",
                f"≥ {times}×",
                f"{found:.0f}×",
                found >= times,
            )


def _ours(one: ProfileResult) -> list[str]:
    """Names of the cascades at full size, in order; the first two have about 36 and 18 taps."""
    return list(dict.fromkeys(r.name for r in one.stage if r.name.startswith("sparse ")))


def _overheads(shape: str, one: ProfileResult) -> Iterator[Figure]:
    names = [name for name in _ours(one) if name.endswith(READ)]
    for name in (_ours(one)[0], *names):
        for radius_px in sorted({row.radius_px for row in one.stage}):
            row = _at(one, name, radius_px)
            if row is None:
                continue
            for what, ms, most in (
                ("the same taps as constants", row.constants_ms, MOST_CONSTANTS),
                ("its floor", row.floor_ms, MOST_FLOOR),
            ):
                if ms is None:
                    continue
                ratio = row.ms.median / ms
                title = f"{shape} r {radius_px:g}, {name} / {what}"
                yield Figure(title, f"≤ {most}", f"{ratio:.2f}", ratio <= most)


def _flat(one: ProfileResult) -> Iterator[Figure]:
    for name in _ours(one)[:2]:
        times = [row.ms.median for row in _rows(one, name) if row.size == one.size]
        spread = slowest_over_fastest(times)
        yield Figure(
            f"{name}, r 8 → 64 px: slowest over fastest",
            f"within {MOST_RADIUS:.0%}",
            f"{spread:.1%}",
            spread <= MOST_RADIUS,
        )


def _linear(one: ProfileResult) -> Iterator[Figure]:
    for name in _ours(one)[:2]:
        rows = _rows(one, name)
        radius_px = next(row.radius_px for row in rows if row.size != one.size)
        per_pixel = [
            row.ms.median / (row.size[0] * row.size[1])
            for row in rows
            if row.radius_px == radius_px
        ]
        spread = off_middle(per_pixel)
        yield Figure(
            f"{name}: time a pixel at 1/4, 1 and 2 1/4 of the pixels, off their middle",
            f"within {MOST_PIXELS:.0%}",
            f"{spread:.1%}",
            spread <= MOST_PIXELS,
        )


def slowest_over_fastest(times_ms: list[float]) -> float:
    """By what part of the fastest the slowest takes longer."""
    return max(times_ms) / min(times_ms) - 1


def off_middle(times_ms: list[float]) -> float:
    """How far the one farthest from the median is from it, as a part of it."""
    return float(np.abs(np.array(times_ms) / np.median(times_ms) - 1).max())


def _ahead(found: dict[str, ProfileResult]) -> Iterator[str]:
    for name, one in found.items():
        for radius_px in sorted({row.radius_px for row in one.stage if row.dense_db is not None}):
            rows = [row for row in one.stage if (row.size, row.radius_px) == (one.size, radius_px)]
            ahead = ", ".join(
                f"{row.name} ({row.ms.median:.0f} ms, {row.dense_db:.1f} dB)"
                for row in beyond_front(rows)
            )
            yield f"- {name}, r {radius_px:g}: {ahead or 'no one'}"


def _rows(one: ProfileResult, name: str) -> list[StageResult]:
    return [row for row in one.stage if row.name == name]


def _at(one: ProfileResult, name: str, radius_px: float) -> StageResult | None:
    found = [row for row in _rows(one, name) if (row.size, row.radius_px) == (one.size, radius_px)]
    return found[0] if found else None


def _row(figure: Figure) -> str:
    reached = {True: "yes", False: "**no**", None: ""}[figure.reached]
    return f"| {figure.what} | {figure.asked} | {figure.measured} | {reached} |"
