"""Effects as users write them: `tilt-shift:angle=0..20,radius=0.03,bank=disk.safetensors`.

The two numbers of a point are joined by /, the two ends of a way that a setting moves along by ..,
and the banks of red, green and blue by +.
"""

import dataclasses
import difflib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from realtime.effects import EFFECTS
from realtime.effects.animation import Moving
from realtime.effects.effect import Effect
from realtime.errors import UsageError

BANK = "bank"
FORM = "NAME:key=value,key=value"
WAY = ".."


@dataclasses.dataclass(frozen=True)
class Asked:
    """An effect, and the bank files named with it; none where it takes those given beside."""

    moving: Moving
    banks: tuple[Path, ...] = ()


def parse_effect(text: str) -> Asked:
    """Read one effect. Raises UsageError for what is unknown or cannot be."""
    name, _, rest = text.partition(":")
    values = _pairs(text, rest)
    banks = _banks(values.pop(BANK, None))
    start, end = ({key: _end(value, side) for key, value in values.items()} for side in (0, -1))
    make = (make_effect(name.strip(), side, "--effect") for side in (start, end))
    return Asked(Moving(*make), banks)


def _pairs(text: str, rest: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in rest.split(","))):
        key, equals, value = part.partition("=")
        if not (equals and key and value):
            raise UsageError(f"--effect: {part!r} in {text!r}, {FORM} expected. Change it")
        if key in values:
            raise UsageError(f"--effect: {key} twice in {text!r}, once expected. Leave one out")
        values[key] = value
    return values


def _banks(value: str | None) -> tuple[Path, ...]:
    files = () if value is None else value.split("+")
    if not all(files):
        raise UsageError(
            f"--effect: {BANK} {value!r}, a file, or three joined by +, expected. Change it"
        )
    return tuple(map(Path, files))


def _end(value: str, side: int) -> str:
    """One end of a way; both are the value where it does not move."""
    start, moves, end = value.partition(WAY)
    return end if side and moves else start


def make_effect(name: str, values: Mapping[str, Any], where: str) -> Effect:
    """Make an effect from settings that are text, numbers or pairs; `where` is for messages."""
    kind = EFFECTS.get(name)
    if kind is None:
        _refuse(where, "effect", name, EFFECTS)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for key in values:
        if key not in fields:
            _refuse(f"{where}: {name}", "setting", key, (*fields, BANK))
    settings = {
        key: _setting(f"{where}: {name}: {key}", value, fields[key].default)
        for key, value in values.items()
    }
    return kind(**settings)


def _setting(where: str, value: Any, like: Any) -> Any:
    """A number, or a point where the setting is one."""
    parts = value.split("/") if isinstance(value, str) else value
    parts = parts if isinstance(parts, list | tuple) else [parts]
    is_point = isinstance(like, tuple)
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != (2 if is_point else 1) or any(map(math.isnan, numbers)):
        expected = "two numbers, such as 0.5/0.5," if is_point else "a number"
        raise UsageError(f"{where}: {value!r}, {expected} expected. Change it")
    return numbers if is_point else numbers[0]


def _refuse(where: str, what: str, name: str, known: Iterable[str]) -> None:
    known = list(known)
    near = difflib.get_close_matches(name, known, 1)
    advice = f"Did you mean {near[0]}?" if near else "Change it"
    raise UsageError(f"{where}: no {what} {name!r}, one of {', '.join(known)} expected. {advice}")
