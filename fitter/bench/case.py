"""One case: fit, time, measure."""

import statistics
import time
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from fitter.bake import Request
from fitter.bench import measures, scenes
from fitter.bench.plan import Case
from fitter.chain import Plan
from fitter.errors import FitError
from fitter.knots import radius_knots
from fitter.rows import Second
from fitter.search import best_taper
from fitter.targets import Source
from fitter.targets.suite import case as suite_case
from realtime.bank import LowRankBank

SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a case gave: a record for JSON, and the bank; None where the method does not suit."""

    record: dict[str, Any]
    bank: measures.AnyBank | None


def run(case: Case) -> Outcome:
    """Fit and measure. A method that refuses the target is an outcome too."""
    record = {"schema": SCHEMA, "key": case.key, "name": case.name, "case": asdict(case)}
    try:
        bank, seconds, layers = _timed(case)
    except FitError as error:
        return Outcome(record | {"unsuitable": str(error)}, None)
    record |= {
        "seconds": statistics.median(seconds),
        "runs": len(seconds),
        "taps": bank.taps,
        "layers": list(layers),
        "knots": list(bank.grid),
        "measured": _measured(case, bank),
        "date": time.strftime("%Y-%m-%d"),
    }
    return Outcome(record, replace(bank, targets=None))


def source_of(case: Case) -> Source:
    """Return the case's target."""
    if case.section == "varying":
        return scenes.SCENES[case.target].source
    return suite_case(case.target).source


def _timed(case: Case) -> tuple[measures.AnyBank, list[float], tuple[int, ...]]:
    """Return the bank, the seconds of each run, and its layers."""
    request, seconds = _request(case), []
    for _ in range(case.repeats):
        start = time.perf_counter()
        if case.variant.budget:
            layers = best_taper(request, case.variant.budget)
            request = replace(request, plan=replace(request.plan, layers=layers))
        bank = case.variant.made()(request)
        seconds.append(time.perf_counter() - start)
    return bank, seconds, () if isinstance(bank, LowRankBank) else bank.layers


def _request(case: Case) -> Request:
    plan = Plan(layers=case.variant.layers or (1,), **case.variant.plan)
    source = source_of(case)
    radii = radius_knots(source, case.radius_px, case.knots)
    if not case.rows:
        return Request(source, radii, plan)
    family = scenes.SCENES[case.target].family
    angles = np.linspace(0, family.period_rad(), case.rows)
    return Request(source, radii, plan, second=Second(family, tuple(angles.tolist())))


def _measured(case: Case, bank: measures.AnyBank) -> dict[str, Any]:
    if case.section == "varying":
        return _varying(case, bank)
    if case.section == "between":
        return _between(case, bank)
    pair = measures.kernel_and_target(bank, source_of(case), case.radius_px)
    return measures.of_kernel(*pair)


def _between(case: Case, bank: measures.AnyBank) -> dict[str, Any]:
    """Return PSNR and Frobenius error at every knot and half-way between them, in that order.

    Knots that count as a delta are left out of neither: they are what a renderer mixes with.
    """
    source, knots = source_of(case), bank.axes[0].knots
    places = {"knots": knots, "midpoints": [(a + b) / 2 for a, b in pairwise(knots)]}
    found: dict[str, Any] = {"radii_px": {where: list(at) for where, at in places.items()}}
    for where, radii in places.items():
        pairs = [measures.kernel_and_target(bank, source, radius) for radius in radii]
        measured = [measures.of_kernel(*pair) for pair in pairs]
        found[where] = {
            key: [m[key] for m in measured] for key in ("psnr_db", "frobenius", "ssim", "flip")
        }
    return found


def _varying(case: Case, bank: measures.AnyBank) -> dict[str, Any]:
    scene = scenes.SCENES[case.target]
    want, got = {}, {}
    for name, image in scenes.pictures(case.small).items():
        want[name] = scenes.truth(case.target, name, case.small)
        got[name] = measures.blurred(bank, image, *scene.maps(*image.shape[1:]))
    return measures.of_pictures(got, want, border_px=int(case.radius_px) + 4)
