"""What may be asked of the process, a line of JSON each, and what is refused."""

import json
import math
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fitter.errors import FitError

PROTOCOL = 1

Id = int | str

MOST_STAGES, MOST_LAYERS, MOST_TAPS, MOST_KNOTS = 8, 8, 128, 64
MOST_ROUNDS = 256  # of seeds, sweeps and iterations

# An iteration with 36 taps takes 40 ms of one core at this radius, and no longer one can be
# stopped within 0.1 s.
MOST_RADIUS_PX = 128.0

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # it names the bank's file


class RequestError(FitError):
    """A line that is no request. id: whose it was, None where that cannot be told."""

    def __init__(self, id_: Id | None, message: str) -> None:
        super().__init__(message)
        self.id = id_


@dataclass(frozen=True)
class Stage:
    """One bank of a request: its tap counts in order of application, knots, and effort.

    The numbers of effort are those of `fitter.chain.Plan`; middles: how many places between two
    knots, evenly spread, count errors too, the Plan's `between`. None takes the Plan's own.
    """

    taps: tuple[int, ...]
    knots: int
    seeds: int | None = None
    sweeps: int | None = None
    seed_iterations: int | None = None
    top_iterations: int | None = None
    knot_iterations: int | None = None
    sweep_iterations: int | None = None
    middles: int | None = None

    @property
    def effort(self) -> dict[str, Any]:
        """What was given, by its name in the Plan."""
        given = {name: value for name in EFFORT if (value := getattr(self, name)) is not None}
        count = given.pop("middles", None)
        if count is not None:
            given["between"] = tuple(n / (count + 1) for n in range(1, count + 1))
        return given


EFFORT = tuple(field.name for field in fields(Stage))[2:]
LEAST_OF = {"sweeps": 0, "middles": 0}  # 1 of all else


@dataclass(frozen=True)
class Ask:
    """Fit a drawing. kernel: a picture's file; out: the folder that banks are written to."""

    id: Id
    kernel: Path
    max_radius_px: float
    stages: tuple[Stage, ...]
    out: Path


@dataclass(frozen=True)
class Cancel:
    """Stop the request of this id, if it still runs or waits."""

    id: Id


def parse(line: str) -> Ask | Cancel:
    """Read one line. Raises RequestError."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise RequestError(
            None, f"request: {line.strip()[:60]!r}, a JSON object expected. Send one a line"
        )
    if "cancel" in content:
        return Cancel(_id(content["cancel"]))
    id_ = _id(content.get("id"))
    try:
        return _ask(id_, content)
    except FitError as error:
        raise RequestError(id_, str(error)) from None


def _ask(id_: Id, content: dict[str, Any]) -> Ask:
    known = {"id", "kernel", "max_radius_px", "stages", "out"}
    _refuse_unknown("request", content.keys() - known, known)
    return Ask(
        id_,
        Path(_text(content, "kernel")),
        _radius(content.get("max_radius_px")),
        _stages(content.get("stages")),
        Path(_text(content, "out")),
    )


def _id(value: Any) -> Id:
    is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if is_number or (isinstance(value, str) and _SAFE_ID.fullmatch(value)):
        return value
    raise RequestError(
        None,
        f"id: {value!r:.80}, a number from 0 or up to 64 letters, digits, - and _ expected. "
        f"Give each request its own",
    )


def _text(content: dict[str, Any], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value or "\0" in value:
        raise FitError(f"{key}: {value!r:.80}, a path expected. Give {key}")
    return value


def _radius(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and math.isfinite(value) and 0 < value <= MOST_RADIUS_PX):
        raise FitError(
            f"max_radius_px: {value!r:.80}, px above 0 and up to {MOST_RADIUS_PX:g} expected. "
            f"Give another radius"
        )
    return float(value)


def _stages(value: Any) -> tuple[Stage, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_STAGES:
        raise FitError(f"stages: {value!r:.80}, 1 to {MOST_STAGES} stages expected. Give stages")
    return tuple(_stage(f"stages[{number}]", stage) for number, stage in enumerate(value))


def _stage(where: str, value: Any) -> Stage:
    if not isinstance(value, dict):
        raise FitError(f"{where}: {value!r:.80}, a JSON object expected. Give taps and knots")
    known = {"taps", "knots", *EFFORT}
    _refuse_unknown(where, value.keys() - known, known)
    effort = {
        name: _whole(f"{where}.{name}", value[name], LEAST_OF.get(name, 1), MOST_ROUNDS)
        for name in EFFORT
        if name in value
    }
    knots = _whole(f"{where}.knots", value.get("knots"), 2, MOST_KNOTS)
    return Stage(_taps(f"{where}.taps", value.get("taps")), knots, **effort)


def _taps(where: str, value: Any) -> tuple[int, ...]:
    is_list = isinstance(value, list) and all(type(n) is int and n >= 1 for n in value)
    if not is_list or not 1 <= len(value) <= MOST_LAYERS or sum(value) > MOST_TAPS:
        raise FitError(
            f"{where}: {value!r:.80}, 1 to {MOST_LAYERS} layers of at least 1 tap, {MOST_TAPS} "
            f"taps in all at most, expected. Example: [24, 8, 4]"
        )
    return tuple(value)


def _whole(where: str, value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise FitError(
            f"{where}: {value!r:.80}, a whole number from {least} to {most} expected. Change it"
        )
    return value


def _refuse_unknown(where: str, unknown: set[str], known: set[str]) -> None:
    if unknown:
        raise FitError(
            f"{where}: {min(unknown)!r:.60}, one of {', '.join(sorted(known))} expected. "
            f"Leave it out"
        )
