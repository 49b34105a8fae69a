"""All cases: two at a time, each kept as soon as it is done."""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fitter.bench.case import SCHEMA, Outcome, run
from fitter.bench.plan import Case
from fitter.errors import FitError
from realtime.bank import BankError, read_any, replacing, write_any

Record = dict[str, Any]


class Store:
    """A folder of finished cases: KEY.json, and KEY.safetensors where there is a bank.

    The bank is written first, so a result is never without one. Raises FitError where the folder
    cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with replacing(folder / "probe.json") as probe:
                probe.write_text("{}")
            (folder / "probe.json").unlink()
        except OSError as error:
            raise unwritable(folder, error) from None

    def keep(self, case: Case, outcome: Outcome) -> None:
        """Write a case whole or not at all."""
        try:
            if outcome.bank is not None:
                write_any(self.bank_path(case), outcome.bank)
            with replacing(self.folder / f"{case.key}.json") as temporary:
                temporary.write_text(json.dumps(outcome.record, indent=1) + "\n")
        except OSError as error:
            raise unwritable(self.folder, error) from None

    def record(self, case: Case) -> Record | None:
        """Return a finished case's result; None if there is none, or one of another kind."""
        path = self.folder / f"{case.key}.json"
        try:
            record = json.loads(path.read_text())
        except (OSError, ValueError):
            return None
        fits = isinstance(record, dict) and record.get("schema") == SCHEMA
        same = fits and record.get("case") == json.loads(json.dumps(asdict(case)))
        return record if same else None

    def bank(self, case: Case) -> Any:
        """Return a finished case's bank, None if it has none that can be read."""
        try:
            return read_any(self.bank_path(case))
        except BankError:
            return None

    def bank_path(self, case: Case) -> Path:
        """Where its bank lies."""
        return self.folder / f"{case.key}.safetensors"

    def count(self) -> int:
        """Return how many cases lie here."""
        return len(list(self.folder.glob("*.json")))


def work(
    plan: Sequence[Case],
    store: Store,
    jobs: int,
    seconds: float = float("inf"),
    told: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the cases, and keep each. After `seconds` no other is begun.

    Timed ones go first and alone. Interrupted, it lets nothing run on; what is kept stays.
    """
    end = time.monotonic() + seconds
    alone = [case for case in plan if case.section == "speed"]
    others = [case for case in plan if case.section != "speed"]
    for case in alone:
        if time.monotonic() < end:
            store.keep(case, run(case))
            told(case.name)
    with _workers(jobs, len(others)) as mapped:
        for case, outcome in mapped(_before(others, end)):
            store.keep(case, outcome)
            told(case.name)


def _before(cases: Sequence[Case], end: float) -> Iterator[tuple[Case, float]]:
    for case in cases:
        yield case, end


@contextmanager
def _workers(jobs: int, cases: int) -> Iterator[Callable]:
    """Give a function that maps `_one` over cases, in any order."""
    if min(jobs, cases) < 2:
        yield lambda items: filter(None, map(_one, items))
        return
    os.environ["OMP_NUM_THREADS"] = "1"  # read by the workers when they load torch
    # Started anew, not forked: torch's threads do not survive a fork.
    with multiprocessing.get_context("spawn").Pool(jobs, _deaf_to_interrupts) as pool:
        yield lambda items: filter(None, pool.imap_unordered(_one, items))


def _one(item: tuple[Case, float]) -> tuple[Case, Outcome] | None:
    case, end = item
    return (case, run(case)) if time.monotonic() < end else None


def _deaf_to_interrupts() -> None:
    """Leave Ctrl-C to the parent, which ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def unwritable(folder: Path, error: OSError) -> FitError:
    """Say that a folder cannot be written."""
    return FitError(
        f"{folder}: not written ({error.strerror or error}), a writable folder expected. "
        f"Choose another --out"
    )
