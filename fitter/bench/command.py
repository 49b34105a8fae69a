"""`diskblur-fit bench`: its options. Nothing here imports torch before the run begins."""

import argparse
import math
import os
import shlex
import sys
from pathlib import Path

from fitter.errors import FitError

MOST_JOBS = 64
DEFAULT_OUT = Path("out/bench/fitter")


def add_bench(bench: argparse.ArgumentParser) -> None:
    """Add the options."""
    bench.add_argument("--quick", action="store_true", help="few kernels and iterations: 2 minutes")
    bench.add_argument("--resume", action="store_true", help="go on with the run in --out")
    bench.add_argument("--out", type=Path, default=DEFAULT_OUT, help=f"folder ({DEFAULT_OUT})")
    bench.add_argument("--cases", type=Path, help="folder of finished cases (cases/ in --out)")
    bench.add_argument("--only", nargs="+", default=[], metavar="NAME",
                       help="sections, target groups, targets or methods")  # fmt: skip
    bench.add_argument("--minutes", type=float, help="begin no case after so long")
    bench.add_argument("--jobs", type=int, default=2, help="cases at once (2)")
    bench.add_argument("--quiet", action="store_true", help="no progress bar, no last line")
    bench.set_defaults(run=run_bench)


def run_bench(arguments: argparse.Namespace) -> int:
    """Run the cases and write the report; return 0, or 130 when interrupted."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is loaded
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from fitter.cli import need

    if not 1 <= arguments.jobs <= MOST_JOBS:
        raise FitError(f"--jobs: {arguments.jobs}, 1 to {MOST_JOBS} expected. Give another --jobs")
    minutes = math.inf if arguments.minutes is None else arguments.minutes
    if not minutes > 0:
        raise FitError(f"--minutes: {minutes:g}, above 0 expected. Give another --minutes")
    need("torch", "skimage", "matplotlib")
    from fitter.bench.plan import FULL, QUICK, cases, chosen

    plan = chosen(cases(QUICK if arguments.quick else FULL), arguments.only)
    return _run(arguments, plan, minutes * 60)


def _run(arguments: argparse.Namespace, plan: list, seconds: float) -> int:
    from tqdm import tqdm

    from fitter.bench.report import machine, write_report
    from fitter.bench.runner import Store, unwritable, work

    folder = arguments.out
    store = Store(arguments.cases or folder / "cases")
    if store.count() and not arguments.resume:
        raise FitError(
            f"{store.folder}: {store.count()} finished cases of another run, an empty folder "
            f"expected. Add --resume to go on, or choose another --out"
        )
    about = machine(_command(), arguments.jobs)
    todo = [case for case in plan if store.record(case) is None]
    hidden = arguments.quiet or not sys.stderr.isatty()
    with tqdm(total=len(plan), initial=len(plan) - len(todo), disable=hidden, unit="case") as bar:

        def told(name: str) -> None:
            bar.set_description(name, refresh=False)
            bar.update()

        try:
            work(todo, store, arguments.jobs, seconds, told)
            report = write_report(folder, plan, store, about, arguments.quick)
        except KeyboardInterrupt:
            done = sum(store.record(case) is not None for case in plan)
            print(
                f"diskblur-fit: interrupted; {done} of {len(plan)} cases are kept in "
                f"{store.folder}. Go on with the same command and --resume",
                file=sys.stderr,
            )
            return 130
        except OSError as error:
            raise unwritable(folder, error) from None
    if not arguments.quiet:
        print(f"{report}: {sum(store.record(c) is not None for c in plan)} of {len(plan)} cases")
    return 0


def _command() -> str:
    return shlex.join(["diskblur-fit", *sys.argv[1:]])
