"""All cases, one after another, each kept as soon as it is done."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.depth_of_field import (
    convergence,
    cost,
    highlights,
    quality,
    resolution,
    sheets,
    temporal,
)
from bench.depth_of_field.plan import Case
from bench.depth_of_field.store import Store
from bench.depth_of_field.studio import Studio

SECTIONS: dict[str, Callable[..., Any]] = {
    "quality": quality.measure,
    "dense": quality.measure_dense,
    "sheet": sheets.draw,
    "convergence": convergence.measure,
    "temporal": temporal.measure,
    "highlights": highlights.run,
    "resolution": resolution.run,
    "frames": cost.frames,
    "stage": cost.stage,
}


def work(plan: Sequence[Case], store: Store, studio: Studio, told: Callable[[Case], None]) -> None:
    """Run the cases that are not done; `told` hears of each that begins."""
    for case in plan:
        if store.record(case) is not None and _has_picture(case, store):
            continue
        told(case)
        start = time.monotonic()
        where = (store.picture_path(case),) if case.section == "sheet" else ()
        measured = SECTIONS[case.section](studio, *where, **case.settings)
        store.keep(case, measured, time.monotonic() - start)


def _has_picture(case: Case, store: Store) -> bool:
    return case.section != "sheet" or store.picture_path(case).is_file()
