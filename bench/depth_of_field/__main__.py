"""Measure depth of field against the lens truth and write the report.

Finished cases are kept, so an interrupted run goes on: give the same command again. A case is
measured anew where its settings, the renderer, its shaders or the scenes have changed.
"""

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.banks import FOLDER
from bench.depth_of_field.figures import figures
from bench.depth_of_field.plan import FULL, QUICK, TIMES_S, Case, Effort, cases
from bench.depth_of_field.report import about_run, write_report
from bench.depth_of_field.run import work
from bench.depth_of_field.store import Store, code_state
from bench.depth_of_field.studio import Studio
from realtime.cli import options
from realtime.errors import UsageError, UserError
from realtime.text_table import format_table

OUT = Path("docs/results/depth-of-field")
CASES = FOLDER / "dof-cases"


def main(given: Sequence[str] | None = None) -> int:
    """Run what is missing, write the report, print what was asked and what was measured."""
    given = list(sys.argv[1:] if given is None else given)
    arguments = _parser().parse_args(given)
    try:
        effort, plan = _plan(arguments)
    except UserError as error:
        print(f"depth_of_field: {error}", file=sys.stderr)
        return 2
    studio = Studio()
    about = about_run(
        shlex.join(["script/bench", "depth_of_field", *given]), studio.ctx, effort.quick
    )
    store = Store(arguments.cases, code_state(), arguments.any_code)
    start = time.monotonic()

    def told(case: Case) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {case.section}, {case.name}", flush=True)

    try:
        work(plan, store, studio, told)
    except KeyboardInterrupt:
        print(f"interrupted; what is done is kept in {store.folder}", file=sys.stderr)
        return 130
    report = write_report(arguments.out, plan, store, about)
    _print(plan, store)
    print(f"\nwrote {report}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench depth_of_field", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (%(default)s)")
    parser.add_argument("--cases", type=Path, default=CASES, help="finished ones (%(default)s)")
    parser.add_argument("--scenes", default=",".join(TIMES_S), help="(%(default)s)")
    parser.add_argument("--times", metavar="S,S", help="of every scene (its own, see plan.py)")
    parser.add_argument("--size", help=f"WxH px ({FULL.size[0]}x{FULL.size[1]})")
    parser.add_argument("--views", help=f"of the lens truth ({FULL.views})")
    parser.add_argument("--quick", action="store_true", help="a bit of everything")
    parser.add_argument(
        "--any-code", action="store_true", help="take finished cases of another code as well"
    )
    return parser


def _plan(arguments: argparse.Namespace) -> tuple[Effort, list[Case]]:
    """Return what is to be done. Raises UsageError."""
    effort = QUICK if arguments.quick else FULL
    if arguments.size is not None:
        effort = replace(effort, size=options.size_of(arguments))
    if arguments.views is not None:
        effort = replace(effort, views=options.whole_number("--views", arguments.views))
    scenes = arguments.scenes.split(",")
    for scene in scenes:
        if scene not in TIMES_S:
            raise UsageError(
                f"--scenes: {scene!r}, one or more of {','.join(TIMES_S)} expected. Change it"
            )
    times_s = arguments.times and [options.number("--times", t) for t in arguments.times.split(",")]
    return effort, cases(effort, scenes, times_s)


def _print(plan: Sequence[Case], store: Store) -> None:
    records = [record for case in plan if (record := store.record(case))]
    words = {True: "yes", False: "NO", None: "not run"}
    rows = [
        (
            f.what,
            f"{f.asked:g}",
            "" if f.measured is None else f"{f.measured:.2f}",
            words[f.reached],
        )
        for f in figures(records)
    ]
    print(format_table(("what", "asked", "measured", "reached"), rows))


if __name__ == "__main__":
    sys.exit(main())
