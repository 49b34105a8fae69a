"""The report on effects: report.md, report.json and a contact sheet."""

import json
import statistics
from pathlib import Path
from typing import Any

from bench.effects.cases import Case
from bench.effects.run import RUNS, Row
from realtime.bank import replacing

PROBLEM = (
    "PSNR in dB over random pixels of photographs (values 0 … 1 as displayed, as scikit-image "
    "ships them), through the shaders, against each pixel's own exact kernel, which is worked out "
    "without banks and without OpenGL (`bench/effects/exact.py`): discs by exact area, paths by "
    "513 reads along them, lens PSFs by the rays traced for that field, azimuth and colour."
)
MOST_RATIO = 1.3
COST_KEYS = ("what", "constant_ms", "map_ms", "ratio")


def write_report(
    folder: Path,
    found: list[Case],
    rows: list[Row],
    costs: list[tuple[str, float, float, float]],
    motion: list[dict[str, Any]],
    about: dict[str, Any],
) -> Path:
    """Write report.md and report.json; return the first."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(_markdown(found, rows, costs, motion, about)) + "\n"
    content = {
        "schema": "diskblur-effects-1",
        "about": about,
        "rows": [
            {
                "effect": row.case,
                "photo": row.photo,
                "pixels": row.pixels,
                "unblurred_db": row.unblurred_db,
                "db": {f"{taps} taps, {precision}": db for (taps, precision), db in row.db.items()},
            }
            for row in rows
        ],
        "costs": [
            dict(zip(("what", "constant_ms", "map_ms", "ratio"), c, strict=True)) for c in costs
        ],
        "motion": motion,
    }
    for name, written in (
        ("report.md", text),
        ("report.json", json.dumps(content, indent=1) + "\n"),
    ):
        with replacing(folder / name) as temporary:
            temporary.write_text(written, encoding="utf-8")
    return folder / "report.md"


def _markdown(found, rows, costs, motion, about) -> list[str]:
    parts = ["# Effects against every pixel's own exact kernel", "", f"`{about['command']}`", ""]
    parts += [f"{about['machine']}; load {about['load_at_start']} at the start.", "", PROBLEM, ""]
    parts += ["## Asked and measured", "", *_asked(found, rows, costs, motion), ""]
    parts += ["## Photographs", "", *_photographs(rows), ""]
    parts += ["![all effects](effects.jpg)", ""]
    parts += ["## Cost of a map", "", COST, "", *_costs(costs), ""]
    parts += ["## Motion blur", "", MOTION, "", *_motion(motion)]
    return parts


COST = (
    "960 × 540, RGBA16F, medians of interleaved runs, wall clock with an empty queue before and "
    "after. Constant: the same cascade with one place for all pixels. Map: the effect, its map "
    "and the copy to its target included. Compare within this run only."
)
MOTION = (
    "Scene `carousel`, shutter of 180° at 24 frames a second, tone-mapped PSNR "
    "(`(x / (1 + x))^(1 / 2.2)`) against renders accumulated over the shutter."
)


def _asked(found, rows, costs, motion) -> list[str]:
    lines = ["| what | asked | measured (worst photograph; mean) | |", "|---|---|---|---|"]
    for case in found:
        dbs = [row.db[36, "float"] for row in rows if row.case == case.name]
        if case.asked_db is None or not dbs:
            continue
        reached = "yes" if min(dbs) >= case.asked_db else "**no**"
        mean = statistics.mean(dbs)
        found_db = f"{min(dbs):.1f}; {mean:.1f}"
        lines.append(f"| {case.name}, 36 taps | ≥ {case.asked_db:g} dB | {found_db} | {reached} |")
    for name, _, _, ratio in costs:
        reached = "yes" if ratio <= MOST_RATIO else "**no**"
        lines.append(f"| map, {name} | ≤ {MOST_RATIO} × constant | {ratio:.2f} | {reached} |")
    dbs = [row["psnr_db"] for row in motion if row["taps"] == 36]
    if dbs:
        reached = "yes" if min(dbs) >= 30 else "**no**"
        lines.append(f"| motion blur, `carousel` | ≥ 30 dB | {min(dbs):.1f} | {reached} |")
    return lines


def _photographs(rows: list[Row]) -> list[str]:
    titles = [f"{taps} taps, {precision}" for taps, precision in RUNS]
    lines = [
        f"| effect | photograph | pixels | {' | '.join(titles)} | not blurred |",
        "|---|---|---|" + "---|" * (len(RUNS) + 1),
    ]
    for row in rows:
        dbs = " | ".join(f"{row.db[run]:.1f}" for run in RUNS)
        lines.append(
            f"| {row.case} | {row.photo} | {row.pixels} | {dbs} | {row.unblurred_db:.1f} |"
        )
    return lines


def _costs(costs) -> list[str]:
    lines = ["| what | constant, ms | map, ms | ratio |", "|---|---|---|---|"]
    return lines + [f"| {name} | {a:.1f} | {b:.1f} | {ratio:.2f} |" for name, a, b, ratio in costs]


def _motion(motion: list[dict[str, Any]]) -> list[str]:
    lines = ["| time, s | taps | motion blur, dB | no blur, dB |", "|---|---|---|---|"]
    return lines + [
        f"| {row['time_s']:g} | {row['taps']} | {row['psnr_db']:.1f} | {row['none_db']:.1f} |"
        for row in motion
    ]
