"""A profile as a folder: a page in Markdown, its plots and all figures as JSON."""

from pathlib import Path

from realtime.bank.atomic import replacing
from realtime.measure.plots import check_plots, front, is_ours, write_plots
from realtime.measure.result import ProfileResult, StageResult
from realtime.measure.tables import (
    copy_of,
    decimals,
    estimates_table,
    frames_table,
    passes_table,
    points_of,
    stage_table,
)

__all__ = ["check_plots", "write_report"]


def write_report(result: ProfileResult, folder: Path) -> None:
    """Write report.md, profile.json and plots. Raises OSError where the folder takes no files."""
    folder.mkdir(parents=True, exist_ok=True)
    plots = write_plots(result, folder)
    result.write(folder / "profile.json")
    with replacing(folder / "report.md") as temporary:
        temporary.write_text(page_of(result, plots), encoding="utf-8")


def page_of(result: ProfileResult, plots: dict[str, str]) -> str:
    """The page. plots: file name -> what it shows."""
    width, height = result.size
    about = result.about
    versions = ", ".join(
        f"{name} {about[name]}" for name in ("python", "diskblur", "moderngl", "numpy")
    )
    parts = [
        f"# {result.scene}, {width} × {height}, bank {result.bank}",
        f"`{about['command']}`, {about['date']}; {about['machine']}; {about['opengl']}; {versions}."
        f"\n\nTimes: {result.clock}. Medians of turns (A B C A B C): compare within this run "
        f"only; on another machine, and even more on another kind of GPU, ratios differ too.",
    ]
    parts += [f"## {title}\n\n![{title}]({name})" for name, title in plots.items()]
    if result.frames:
        parts += [
            "## Whole frames",
            "ms; PSNR of tone-mapped light, dB, against the dense kernels in the same slices and "
            "against the lens truth; fetches and bytes a pixel of all passes but the scene's.",
            _code(frames_table(result.frames)),
            "Passes: ms that the processor takes to ask / until they are done.",
            _code(passes_table(result.frames)),
        ]
    for size, radius_px in points_of(result.stage):
        parts += _point(result, size, radius_px)
    if result.estimates:
        parts += [
            "## Other machines",
            "ms, estimated from counted fetches, bytes and passes alone, within a factor of about "
            "two: see realtime/profiling/machines.py for the model, its sources and its limits.",
            _code(estimates_table(result)),
        ]
    if result.skipped:
        parts += ["## Left out", "\n".join(f"- {name}: {why}" for name, why in result.skipped)]
    return "\n\n".join(parts) + "\n"


def _point(result: ProfileResult, size: tuple[int, int], radius_px: float) -> list[str]:
    rows = [one for one in result.stage if (one.size, one.radius_px) == (size, radius_px)]
    copy_ms = copy_of(result, size)
    places = decimals(one.ms.median for one in rows)
    parts = [
        f"## The blur alone, {size[0]} × {size[1]}, radius {radius_px:g} px",
        f"ms; fetches (of the picture, the bank and params) and bytes a pixel. A copy takes "
        f"{copy_ms:.3g} ms. Floor: the same passes with as many reads of pictures at "
        f"fixed offsets. Constants: the same taps in the shaders' source.",
        _code(stage_table(rows, copy_ms)),
    ]
    ahead = beyond_front(rows)
    if any(one.dense_db is not None for one in rows):
        parts.append(
            "No method is both faster and nearer to the dense kernel than the sparse ones' front."
            if not ahead
            else "Both faster and nearer to the dense kernel than the sparse ones' front: "
            + ", ".join(
                f"{one.name} ({one.ms.median:.{places}f} ms, {one.dense_db:.1f} dB)"
                for one in ahead
            )
            + "."
        )
    return parts


def beyond_front(rows: list[StageResult]) -> list[StageResult]:
    """Others' methods for which no sparse one is at least as fast and as good."""
    ours = front([one for one in rows if is_ours(one.name)])
    return [
        one
        for one in rows
        if one.dense_db is not None
        and not is_ours(one.name)
        and not any(s.ms.median <= one.ms.median and s.dense_db >= one.dense_db for s in ours)
    ]


def _code(text: str) -> str:
    return f"```\n{text}\n```"
