"""The report: report.md, report.json and contact sheets, in one folder."""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import moderngl

from bench.depth_of_field import tables
from bench.depth_of_field.figures import figures
from bench.depth_of_field.plan import Case
from bench.depth_of_field.store import SCHEMA, Record, Store
from bench.depth_of_field.summary import scenes_of, summary
from bench.machine import describe
from realtime.bank import replacing

PSNR = (
    "PSNR in dB of linear light through (x / (1 + x))^(1/2.2), FLIP of the tone-mapped sRGB "
    "pictures; both against the lens truth, which averages views from all over the aperture and "
    "knows no slice, cascade or CoC."
)
SECTIONS = {
    "quality": (
        "Methods and presets",
        "dB / FLIP / FLIP of HDR (that of the first time of each scene only: it takes seconds). "
        "`none` and `gather`, the plain single gather with 36 taps, are drawn as `high` draws; "
        "presets are as `realtime/quality.py` has them.",
    ),
    "convergence": (
        "Whether the truth has converged",
        "The same sparse result (`high`) against N and 2 N views.",
    ),
    "temporal": (
        "In motion",
        "Mean |e(t) − e(t−1)| × 1000, where e is the tone-mapped result less the tone-mapped "
        "truth, over consecutive frames at 24 a second. Dense: the bank's targets in as many "
        "slices, whose cuts stay where the sparse run had them in its middle frame. All see the "
        "same truth, whose own noise (few views) is in every row and brings the ratios nearer to "
        "1. A pop would show as a largest change far above the median; compare it with dense's, "
        "which has it too where the scene itself jumps.",
    ),
    "resolution": (
        "At any resolution",
        "The disc of one painted highlight, through `DepthOfField` with textures of each height; "
        "the radius is that of a disc of the same second moment.",
    ),
    "highlights": (
        "Highlights",
        "2 × 2 px of light 500 in a picture of 200 × 150, the bank's 36 taps.",
    ),
    "frames": (
        "Frames per second",
        "Whole frames, from the scene to 8 bit; medians of interleaved runs, wall clock with an "
        "empty queue before and after, ± half the inter-quartile range.",
    ),
    "stage": (
        "The stage alone",
        "ms, on a scene that is drawn already, with the border of `default`; medians of "
        "interleaved runs: compare within this run only. The plain gather: 41 bilinear taps and a "
        "depth a pixel in one pass. The cascade: the same 36 taps over every pixel at radius "
        "16 px, no slices.",
    ),
}


def write_report(folder: Path, plan: Sequence[Case], store: Store, about: dict[str, Any]) -> Path:
    """Write the report of what the store has; return report.md. Cases not yet run are named."""
    done = [(case, record) for case in plan if (record := store.record(case))]
    left = [f"{case.section}, {case.name}" for case in plan if store.record(case) is None]
    records = [record for _, record in done]
    folder.mkdir(parents=True, exist_ok=True)
    shown = _copy_sheets(done, store, folder)
    content = {
        "schema": SCHEMA, "about": about, "cases": records, "not_run": left,
        "figures": [asdict(f) | {"reached": f.reached} for f in figures(records)],
    }  # fmt: skip
    text = markdown(records, left, shown, about)
    for name, written in (("report.md", text), ("report.json", json.dumps(content, indent=1))):
        with replacing(folder / name) as temporary:
            temporary.write_text(written + "\n", encoding="utf-8")
    return folder / "report.md"


def about_run(command: str, ctx: moderngl.Context, quick: bool) -> dict[str, Any]:
    """Return what the figures were measured on, and how."""
    return {
        "command": command,
        "machine": describe(ctx),
        "load_at_start": round(os.getloadavg()[0], 1),
        "threads": os.environ.get("OMP_NUM_THREADS", "not set"),
        "date": time.strftime("%Y-%m-%d"),
        "quick": quick,
    }


def markdown(
    records: list[Record], left: Sequence[str], shown: Sequence[str], about: dict[str, Any]
) -> str:
    """Lay the report out."""
    parts = ["# Depth of field against the lens truth", "", _about(about, records), ""]
    parts += ["## Asked and measured", "", tables.asked_table(figures(records)), ""]
    parts += ["The worst case decides.", ""]
    parts += ["## What the tables say", "", summary(records), ""]
    makers = {
        "quality": tables.methods_table,
        "convergence": tables.convergence_table,
        "temporal": tables.temporal_table,
        "resolution": tables.resolution_table,
        "highlights": tables.highlights_table,
        "frames": tables.frames_table,
        "stage": tables.stage_table,
    }
    for section, (title, introduction) in SECTIONS.items():
        own = [r for r in records if r["case"]["section"] == section]
        if own:
            parts += [f"## {title}", "", introduction, "", *_conditions(own)]
            parts += [makers[section](records), ""]
        if own and section == "quality":
            parts += [f"![{name.removesuffix('.jpg')}]({name})\n" for name in shown]
            parts += _slices(records)
    if left:
        parts += ["## Not run", "", "Run the command again: it goes on.", ""]
        parts += [f"- {name}" for name in left]
    return "\n".join(parts).rstrip()


def _slices(records: list[Record]) -> list[str]:
    parts = [
        "## Slices and taps", "",
        "dB / FLIP, and FLIP of HDR where measured. All but slices, size and taps as `high` has "
        "it; 1 slice is the plain gather. Dense: the bank's targets themselves, in the same slices "
        "with the same cuts.", "",
    ]  # fmt: skip
    for scene in scenes_of(records):
        parts += [f"### {scene}", "", tables.slices_table(records, scene), ""]
    return parts


def _about(about: dict[str, Any], records: list[Record]) -> str:
    seconds = sum(r["seconds"] for r in records)
    lines = [
        f"`{about['command']}`",
        f"{about['machine']}; OMP_NUM_THREADS {about['threads']}, load {about['load_at_start']} at "
        f"the start. {len(records)} cases, {seconds / 60:.1f} minutes.",
        PSNR,
    ]
    dates = sorted({r["date"] for r in records} - {about["date"]})
    if dates:
        lines.append(f"Resumed: some cases are from {' and '.join(dates)}.")
    if len({r["code"] for r in records}) > 1:
        lines.append("**Cases are from more than one state of the code.**")
    if about["quick"]:
        lines.append(
            "**A quick run: few views, frames and runs. It shows that everything works, not how "
            "good it is.**"
        )
    return "\n\n".join(lines)


def _conditions(records: list[Record]) -> list[str]:
    """Say the size, views, frames and runs of a section, which its cases share."""
    settings = records[0]["case"]["settings"]
    words = []
    if "size" in settings:
        words.append("{} × {} px".format(*settings["size"]))
    for name in ("views", "frames", "runs"):
        if name in settings:
            words.append(f"{settings[name]} {name}")
    return [f"{', '.join(words)}.", ""] if words else []


def _copy_sheets(done: Sequence[tuple[Case, Record]], store: Store, folder: Path) -> list[str]:
    """Copy the contact sheets; return their file names."""
    names = []
    for case, record in done:
        if case.section == "sheet" and store.picture_path(case).is_file():
            name = f"{record['measured']['scene']}.jpg"
            with replacing(folder / name) as temporary:
                temporary.write_bytes(store.picture_path(case).read_bytes())
            names.append(name)
    return names
