"""A profile as tables on a terminal."""

import statistics
from collections.abc import Iterable, Iterator, Sequence

from realtime.measure.result import FrameResult, ProfileResult, StageResult
from realtime.text_table import format_table

NONE = "–"
WIDTH = 160  # characters of a terminal: what is wider goes below


def tables_of(result: ProfileResult) -> str:
    """All tables, with what they are of."""
    width, height = result.size
    about = result.about
    parts = [
        f"{result.scene}, {width} × {height}, bank {result.bank}\n"
        f"{about['date']}; {about['machine']}; {about['opengl']}\n"
        f"times: {result.clock}"
    ]
    if result.frames:
        parts += ["whole frames, ms; PSNR in dB; fetches and bytes a pixel, without the scene's"]
        parts += [frames_table(result.frames), passes_table(result.frames)]
    for size, radius_px in points_of(result.stage):
        rows = [s for s in result.stage if (s.size, s.radius_px) == (size, radius_px)]
        copy_ms = copy_of(result, size)
        parts.append(
            f"the blur alone, {size[0]} × {size[1]}, radius {radius_px:g} px; ms; fetches of the "
            f"picture, the bank and params, and bytes, a pixel; a copy takes {copy_ms:.3g} ms"
        )
        parts.append(stage_table(rows, copy_ms))
    if result.estimates:
        parts += ["estimated for other machines, ms, by fetches, bytes and passes alone"]
        parts.append(estimates_table(result))
    if result.skipped:
        parts.append("\n".join(["left out:", *(f"  {n}: {why}" for n, why in result.skipped)]))
    return "\n\n".join(parts)


def frames_table(frames: Iterable[FrameResult]) -> str:
    """One row a method."""
    frames = list(frames)
    places = decimals(one.frame_ms.median for one in frames)
    head = ("method", "median", "IQR", "p95", "p99", "max", "stutters", "frames")
    head += ("dense dB", "lens dB", "passes", "fetches", "bytes", "MB")
    rows = [
        (
            one.name,
            *(f"{value:.{places}f}" for value in _spread(one)),
            str(one.frame_ms.stutters),
            str(one.frame_ms.count),
            db(one.dense_db),
            db(one.lens_db),
            str(one.counted.passes),
            f"{one.counted.fetches:.1f}",
            f"{one.counted.bytes_read + one.counted.bytes_written:.0f}",
            f"{one.counted.memory_mb:.1f}",
        )
        for one in frames
    ]
    return format_table(head, rows)


def _spread(one: FrameResult) -> tuple[float, ...]:
    ms = one.frame_ms
    return ms.median, ms.iqr, ms.p95, ms.p99, ms.max


def passes_table(frames: Iterable[FrameResult]) -> str:
    """Medians of every pass: asked for / done. As many tables as it takes to stay within WIDTH."""
    frames = list(frames)
    places = max(2, decimals(one.frame_ms.median for one in frames))
    names = list(dict.fromkeys(part.name for one in frames for part in one.passes))
    first = ("submit/done ms", *(one.name for one in frames))
    columns = [(name, *(_cell(one, name, places) for one in frames)) for name in names]
    tables = (list(zip(first, *some, strict=True)) for some in _beside(first, columns))
    return "\n\n".join(
        format_table(head, [row for row in rows if set(row[1:]) != {NONE}])
        for head, *rows in tables
    )


def _cell(one: FrameResult, name: str, places: int) -> str:
    part = next((part for part in one.passes if part.name == name), None)
    if part is None:
        return NONE
    return f"{part.submit_ms.median:.{places}f}/{part.done_ms.median:.{places}f}"


def _beside(
    first: Sequence[str], columns: Iterable[Sequence[str]]
) -> Iterator[list[Sequence[str]]]:
    """Columns in groups, each of which fits beside the first."""
    start = max(map(len, first))
    width, group = start, []
    for column in columns:
        wide = 2 + max(map(len, column))
        if group and width + wide > WIDTH:
            yield group
            width, group = start, []
        width += wide
        group.append(column)
    if group:
        yield group


def stage_table(rows: Iterable[StageResult], copy_ms: float) -> str:
    """One row a method; how many times dense is slower, where it was timed."""
    rows = list(rows)
    places = decimals(one.ms.median for one in rows)
    dense = next((one.ms.median for one in rows if one.name == "dense"), None)
    head = ("method", "median", "IQR", "frames", "faster", "dense dB", "/ floor", "/ constants")
    head += ("/ copy", "passes", "picture", "bank", "params", "bytes")
    table = [
        (
            one.name,
            f"{one.ms.median:.{places}f}",
            f"{one.ms.iqr:.{places}f}",
            str(one.ms.count),
            NONE if dense is None else f"{dense / one.ms.median:.1f}×",
            db(one.dense_db),
            ratio(one.ms.median, one.floor_ms),
            ratio(one.ms.median, one.constants_ms),
            ratio(one.ms.median, copy_ms),
            str(one.counted.passes),
            f"{one.counted.picture_fetches:.1f}",
            f"{one.counted.bank_fetches:.1f}",
            f"{one.counted.parameter_fetches:.1f}",
            f"{one.counted.bytes_read + one.counted.bytes_written:.0f}",
        )
        for one in rows
    ]
    return format_table(head, table)


def estimates_table(result: ProfileResult) -> str:
    """Methods down, machines across."""
    machines = list(dict.fromkeys(one.machine for one in result.estimates))
    names = list(dict.fromkeys(one.name for one in result.estimates))
    ms = {(one.name, one.machine): one.ms for one in result.estimates}
    places = {machine: decimals(ms[name, machine] for name in names) for machine in machines}
    rows = [(name, *(f"{ms[name, m]:.{places[m]}f}" for m in machines)) for name in names]
    return format_table(("method", *machines), rows)


def points_of(stage: Iterable[StageResult]) -> list[tuple[tuple[int, int], float]]:
    """(size, radius) of all points, each once, in order."""
    return list(dict.fromkeys((one.size, one.radius_px) for one in stage))


def copy_of(result: ProfileResult, size: tuple[int, int]) -> float:
    """What a copy of so many pixels takes, ms: the middle of what it took beside each radius."""
    return statistics.median(ms for *of, ms in result.copies if tuple(of) == size)


def decimals(times_ms: Iterable[float]) -> int:
    """How many of them to show, so that the least of some times keeps three digits or so."""
    least = min(times_ms, default=0.0)
    return 1 if least >= 10 else 2 if least >= 1 else 3


def db(value: float | None) -> str:
    """A PSNR for people."""
    return NONE if value is None else f"{value:.1f}"


def ratio(ms: float, to_ms: float | None) -> str:
    """How many times as long."""
    return NONE if not to_ms else f"{ms / to_ms:.2f}"
