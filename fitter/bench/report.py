"""The report: report.md, report.json and pictures, in one folder."""

import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from fitter.bench import pictures, plots, tables
from fitter.bench.case import SCHEMA
from fitter.bench.figures import figures
from fitter.bench.plan import SECTIONS, Case
from fitter.bench.runner import Record, Store
from fitter.bench.summary import summary
from realtime.bank import replacing

PACKAGES = ("diskblur", "torch", "numpy", "scikit-image", "flip-evaluator")

INTRODUCTIONS = {
    "speed": "Run alone, before all other cases; the median of the runs.",
    "kernels": "Every kernel of the suite. In the pictures: target, fit, and its error, red where "
    "too bright and blue where too dark, full colour at a fifth of the target's brightest pixel.",
    "disc": "The disc of radius 29.25 px, fitted with the mixed prior (light at a point counts).",
    "steps": "Quality after so many iterations, at 36 taps; a step of one method takes another "
    "time than a step of the next, which the plot against seconds shows.",
    "starts": "Where the taps start: in the kernel's light (ss), on growing rings (ir), anywhere "
    "(random).",
    "layers": "The same taps split differently, fitted by `lm`.",
    "between": "Banks from radius 0 on. A midpoint is compared with its own exact kernel; what it "
    "loses is against the worse of its two knots.",
    "varying": "Whole pictures, each pixel with its own kernel, against each pixel's exact kernel; "
    "inside: without a border as wide as the blur, where a cascade clamps once a layer.",
}


def machine(command: str, jobs: int) -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "command": command,
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "workers": jobs,
        "load_at_start": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def write_report(
    folder: Path, plan: Sequence[Case], store: Store, about: dict[str, Any], quick: bool
) -> Path:
    """Write the report of what the store has; return report.md. Cases not yet run are named."""
    rows = [(case, record) for case in plan if (record := store.record(case))]
    left = [case.name for case in plan if store.record(case) is None]
    records = [record for _, record in rows]
    shown = _pictures(rows, store, folder)
    text = _markdown(records, left, shown, about, quick)
    content = {
        "schema": SCHEMA, "about": about, "quick": quick, "cases": records, "not_run": left,
        "figures": [asdict(f) | {"reached": f.reached} for f in figures(records)],
    }  # fmt: skip
    for name, written in (("report.md", text), ("report.json", json.dumps(content, indent=1))):
        with replacing(folder / name) as temporary:
            temporary.write_text(written + "\n", encoding="utf-8")
    return folder / "report.md"


def _pictures(rows: Sequence[tuple[Case, Record]], store: Store, folder: Path) -> dict[str, list]:
    """Draw everything there are results for: section -> file names."""
    records = [record for _, record in rows]
    drawn = {
        "kernels": [("taps.png", plots.against_taps), ("seconds.png", plots.against_seconds)],
        "steps": [("steps.png", plots.against_steps)],
        "starts": [("starts.png", lambda r, p: plots.bars(r, "starts", p))],
        "layers": [("layers.png", lambda r, p: plots.bars(r, "layers", p))],
        "between": [("between.png", plots.between)],
    }
    shown = {
        section: [name for name, draw in entries if draw(records, folder / name)]
        for section, entries in drawn.items()
    }
    shown["kernels"] += pictures.kernel_sheets(rows, store, folder)
    shown["varying"] = pictures.scene_sheets(rows, store, folder)
    return shown


def _markdown(
    records: list[Record],
    left: list[str],
    shown: dict[str, list[str]],
    about: dict[str, Any],
    quick: bool,
) -> str:
    parts = ["# Fitting methods compared", "", _about(about, quick, records), ""]
    parts += ["## Where each method wins and loses", "", summary(records) or "Nothing was run.", ""]
    parts += ["## What was asked for", "", tables.figures_table(figures(records)), "", ASKED, ""]
    for section in SECTIONS:
        own = [r for r in records if r["case"]["section"] == section]
        if own:
            parts += [f"## {section}", "", INTRODUCTIONS[section], "", _table(section, own), ""]
            parts += [f"![{n.removesuffix('.png')}]({n})\n" for n in shown.get(section, ())]
    parts += ["## What a method does not suit", "", tables.unsuitable_list(records), ""]
    if left:
        parts += ["## Not run", "", "Run the command again with --resume.", ""]
        parts += [f"- `{name}`" for name in left]
    return "\n".join(parts).rstrip()


ASKED = (
    "The worst target decides. `lm` counts with its best split of that many taps that was run; "
    "`dB` is the PSNR of filtered photographs."
)


def _table(section: str, records: list[Record]) -> str:
    makers = {
        "kernels": tables.kernel_tables,
        "between": tables.between_table,
        "varying": tables.varying_table,
    }
    return makers.get(section, tables.section_table)(records)


def _about(about: dict[str, Any], quick: bool, records: list[Record]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    dates = sorted({r["date"] for r in records if "date" in r})
    lines = [
        f"`{about['command']}` on {about['date']}: {about['cores']} cores ({about['processor']}), "
        f"{about['workers']} worker(s), one thread each, load {about['load_at_start']} at the "
        f"start, Python {about['python']}, {versions}. {len(records)} cases.",
        "PSNR is of the mean squared error over four photographs (values as displayed, 0 … 1); "
        "SSIM and FLIP are means over a 192-px piece of each; the relative Frobenius error is of "
        "the kernel itself. Seconds are wall-clock and comparable within this run only.",
        "The rivals are fitted as this project reads their papers: `fitter/methods`.",
    ]
    if len(dates) > 1:
        lines.append(f"Resumed: the cases are from {' and '.join(dates)}.")
    if quick:
        lines.append(
            "**A quick run: few kernels, and the rivals' iterations are cut far below what their "
            "papers use. It shows that everything works, not how good they are.**"
        )
    return "\n\n".join(lines)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "from the repository"
