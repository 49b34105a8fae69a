"""Measure every effect against each pixel's own exact kernel; motion blur against the shutter."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.depth_of_field.report import about_run
from bench.effects import cost, motion, sheets
from bench.effects.cases import cases
from bench.effects.report import write_report
from bench.effects.run import measure
from realtime.gl.context import headless_context

OUT = Path("docs/results/effects")


def main(given: Sequence[str] | None = None) -> int:
    """Run all of it and write the report."""
    given = list(sys.argv[1:] if given is None else given)
    arguments = _parser().parse_args(given)
    ctx = headless_context()
    about = about_run(shlex.join(["script/bench", "effects", *given]), ctx, quick=False)
    names = arguments.only.split(",") if arguments.only else None
    found = [case for case in cases() if names is None or case.name in names]
    rows = []
    for row in measure(ctx, found):
        dbs = "  ".join(f"{taps} {kind}: {db:.1f}" for (taps, kind), db in row.db.items())
        print(f"{row.case:12} {row.photo:10} {dbs}", flush=True)
        rows.append(row)
    costs = cost.measure(ctx)
    moved = motion.measure(ctx) if names is None or "motion" in names else []
    report = write_report(arguments.out, found, rows, costs, moved, about)
    sheets.draw(ctx, found, arguments.out / "effects.jpg")
    print(f"wrote {report}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench effects", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (%(default)s)")
    parser.add_argument("--only", metavar="A,B", help="some effects, and motion")
    return parser


if __name__ == "__main__":
    sys.exit(main())
