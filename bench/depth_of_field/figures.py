"""What was asked for against what was measured, in this run. The worst case decides."""

from collections.abc import Iterable
from typing import Any

from bench.depth_of_field import cost
from bench.depth_of_field.resolution import deviation
from bench.depth_of_field.store import Record
from bench.depth_of_field.temporal import DENSE, SPARSE
from fitter.bench.figures import Figure

Found = Iterable[tuple[float, str]]  # a measured value, and where


def figures(records: list[Record]) -> list[Figure]:
    """Return every line; measured is None where no case of it was run."""
    return [
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
