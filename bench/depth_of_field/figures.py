"""What was asked for against what was measured, in this run. The worst case decides."""

from collections.abc import Iterable
from typing import Any

from bench.depth_of_field import cost
from bench.depth_of_field.plan import TAPS
from bench.depth_of_field.quality import DENSE_DEFAULT
from bench.depth_of_field.resolution import deviation
from bench.depth_of_field.store import Record
from bench.depth_of_field.temporal import DENSE, SPARSE
from fitter.bench.figures import Figure

EIGHT = "8 slices"
Found = Iterable[tuple[float, str]]  # a measured value, and where


def figures(records: list[Record]) -> list[Figure]:
    """Return every line; measured is None where no case of it was run."""
    return [
        *_qualities(records),
        _worst("truth: change from N to 2 N views", 0.2, _convergence(records), "dB"),
        _worst("in motion: change of the error, sparse / dense", 1.1, _motion(records), "×"),
        _worst("radius of a highlight at several heights", 1, _resolution(records), "%"),
        _worst("light of a highlight", 1, _energy(records), "%"),
        _worst("radius of a highlight, off the lens's", 0.5, _radius(records), "px"),
        _worst(
            "depth of field, `default`, / plain gather of 41 taps",
            1.2,
            _ratios(records, cost.STAGE, cost.GATHER),
            "×",
        ),
        _worst(
            "8 slices at half size / one cascade over all at full size",
            1.5,
            _ratios(records, cost.EIGHT, cost.CASCADE),
            "×",
        ),
    ]


def _qualities(records: list[Record]) -> Iterable[Figure]:
    """The floors in dB; what was not run says nothing."""
    lights, every = {}, {}
    for name, found in of(records, "quality"):
        every[name] = _dbs(found)
        if name == "string_lights 1 s":
            lights[name] = every[name]
    day = {name: dbs for name, dbs in every.items() if "daylight" in name}
    yield _least(f"string_lights, 8 slices, {sum(TAPS)} taps", 33, _differences(lights, EIGHT))
    yield _least("... above the single gather", 8, _differences(lights, EIGHT, "gather"))
    yield _least("daylight, `default`", 40, _differences(day, "default"))
    yield _least("`default`, every scene and time", 30, _differences(every, "default"))
    dense = _differences(every, DENSE_DEFAULT, "default")
    yield _worst("`default`: what dense in the same slices has more", 1, dense, "dB")


def _dbs(found: dict[str, Any]) -> dict[str, float]:
    """PSNR of every method of a table, and of EIGHT: 8 slices at full size with TAPS."""
    dbs = {row["method"]: row["psnr_db"] for row in found["methods"]}
    wanted = {"slices": 8, "scale": 1, "taps": list(TAPS)}
    eight = [row["psnr_db"] for row in found["slices"] if wanted.items() <= row.items()]
    return dbs | ({EIGHT: eight[0]} if eight else {})


def _differences(tables: dict[str, dict[str, float]], of_: str, from_: str | None = None) -> Found:
    """Return dB of a method, above those of another if one is given, wherever both were run."""
    for name, dbs in tables.items():
        if of_ in dbs and (from_ is None or from_ in dbs):
            yield dbs[of_] - (0 if from_ is None else dbs[from_]), name


def _least(what: str, asked: float, found: Found) -> Figure:
    value, where = min(found, default=(None, ""))
    return Figure(what, asked, value, "dB", at_least=True, where=where)


def of(records: list[Record], section: str) -> list[tuple[str, Any]]:
    """Return (name, measured) of a section's cases."""
    return [(r["case"]["name"], r["measured"]) for r in records if r["case"]["section"] == section]


def _worst(what: str, asked: float, found: Found, unit: str) -> Figure:
    value, where = max(found, default=(None, ""))
    return Figure(what, asked, value, unit, at_least=False, where=where)


def _convergence(records: list[Record]) -> Found:
    for name, measured in of(records, "convergence"):
        few, many = measured["psnr_db"]
        yield abs(many - few), name


def _motion(records: list[Record]) -> Found:
    for name, rows in of(records, "temporal"):
        for preset in dict.fromkeys(row["preset"] for row in rows):
            yield motion_ratio(rows, preset), f"{name}, {preset}"


def motion_ratio(rows: list[dict[str, Any]], preset: str) -> float:
    """Return the mean change of sparse with cuts of the picture over that of dense."""
    mean = {row["method"]: row["mean"] for row in rows if row["preset"] == preset}
    return mean[SPARSE] / mean[DENSE]


def _resolution(records: list[Record]) -> Found:
    for _, rows in of(records, "resolution"):
        for settings in dict.fromkeys(row["settings"] for row in rows):
            shares = [row["of_height"] for row in rows if row["settings"] == settings]
            yield 100 * deviation(shares), settings


def _energy(records: list[Record]) -> Found:
    for _, rows in of(records, "highlights"):
        for row in rows:
            yield 100 * abs(row["energy"] - 1), place(row)


def _radius(records: list[Record]) -> Found:
    for _, rows in of(records, "highlights"):
        for row in rows:
            yield abs(row["radius_px"] - row["lens_px"]), place(row)


def place(row: dict[str, Any]) -> str:
    """Say which highlight it is."""
    around = "the sky" if row["around_m"] is None else f"{row['around_m']:g} m"
    return f"{row['settings']}: light at {row['light_m']:g} m before {around}"


def _ratios(records: list[Record], what: str, against: str) -> Found:
    for name, rows in of(records, "stage"):
        yield cost.ratio(rows, what, against), name
