"""A `ViewState` as TOML, and back.

    scene = "tabletop"
    bank = "disk.safetensors"
    left = "sparse"

    [lens]
    f_number = 2.8

    [[effects]]
    name = "tilt-shift"
    settings = { angle = 5.0 }

Keys are the fields' names; what is left out is as `ViewState` has it.
"""

import dataclasses
import difflib
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from realtime.effects.effect import Effect
from realtime.effects.parse import make_effect
from realtime.errors import UsageError
from realtime.view.state import EffectState, ViewState
from realtime.view.toml_text import dumps

EFFECT_KEYS = ("name", "on", "banks", "settings", "to")
WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def to_toml(state: ViewState) -> str:
    """Write all of a state that is worth keeping."""
    return dumps(_plain(state))


def from_toml(text: str, source: str = "settings") -> ViewState:
    """Read a state; `source` is what messages call it.

    Raises UsageError that names the key for what is unknown or cannot be.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{source}: {error}, a TOML file expected. Mend it") from None
    try:
        return _read(ViewState, values, source, "")
    except UsageError as error:
        if str(error).startswith(f"{source}: "):
            raise
        raise UsageError(f"{source}: {error}") from None


def read_settings(path: Path) -> ViewState:
    """Read a file that `to_toml` has written. Raises UsageError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: not readable ({error}), a settings file expected. Check the path"
        ) from None
    return from_toml(text, str(path))


def is_settings(path: Path) -> bool:
    """Whether a .toml file is one of settings, not of a scene: it names the scene."""
    if path.suffix.lower() != ".toml":
        return False
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(values.get("scene"), str)


def _plain(value: Any) -> Any:
    """Dataclasses to tables; None stays, and is left out of the text."""
    if isinstance(value, EffectState):
        return _plain_effect(value)
    if dataclasses.is_dataclass(value):
        kept = (f.name for f in dataclasses.fields(value) if f.metadata.get("kept", True))
        return {name: _plain(getattr(value, name)) for name in kept}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _plain_effect(effect: EffectState) -> dict[str, Any]:
    return {
        "name": effect.start.name,
        "on": effect.on,
        "banks": list(effect.banks) or None,
        "settings": dataclasses.asdict(effect.start),
        "to": None if effect.end is None else dataclasses.asdict(effect.end),
    }


def _read(kind: type, values: Mapping[str, Any], source: str, where: str) -> Any:
    """Make a dataclass from a table."""
    hints = typing.get_type_hints(kind)
    fields = [f.name for f in dataclasses.fields(kind) if f.metadata.get("kept", True)]
    _check_known(values, fields, source, where)
    missing = {f.name for f in dataclasses.fields(kind) if _is_needed(f)} - values.keys()
    if missing:
        name = min(missing)
        _refuse(source, where + name, "nothing", "a value", f"Give {where}{name}")
    return kind(
        **{key: _value(hints[key], value, source, where + key) for key, value in values.items()}
    )


def _is_needed(field: dataclasses.Field) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _value(hint: Any, value: Any, source: str, where: str) -> Any:
    """A value as its field's type has it; a whole number will do for a number."""
    if isinstance(hint, types.UnionType):  # X | None
        hint = next(part for part in hint.__args__ if part is not types.NoneType)
    if hint is EffectState:
        return _read_effect(_table(value, source, where), source, where)
    if dataclasses.is_dataclass(hint):
        return _read(hint, _table(value, source, where), source, f"{where}.")
    if typing.get_origin(hint) is tuple:
        return _tuple(typing.get_args(hint), value, source, where)
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint:
        _refuse(source, where, repr(value), WORDS[hint])
    return value


def _tuple(kinds: tuple, value: Any, source: str, where: str) -> tuple:
    """`tuple[X, ...]`, or as many as there are kinds."""
    is_open = kinds[-1] is Ellipsis
    if not isinstance(value, list) or not (is_open or len(value) == len(kinds)):
        _refuse(source, where, repr(value), "a list" if is_open else f"a list of {len(kinds)}")
    kinds = kinds[:1] * len(value) if is_open else kinds
    return tuple(
        _value(kind, part, source, f"{where}[{index}]")
        for index, (kind, part) in enumerate(zip(kinds, value, strict=True))
    )


def _table(value: Any, source: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _refuse(source, where, repr(value), "a table")
    return value


def _read_effect(values: Mapping[str, Any], source: str, where: str) -> EffectState:
    _check_known(values, EFFECT_KEYS, source, f"{where}.")
    name = _value(str, values.get("name", ""), source, f"{where}.name")
    banks = _value(tuple[str, ...], values.get("banks", []), source, f"{where}.banks")
    return EffectState(
        _effect(name, values.get("settings", {}), source, f"{where}.settings"),
        _effect(name, values["to"], source, f"{where}.to") if "to" in values else None,
        banks,
        _value(bool, values.get("on", True), source, f"{where}.on"),
    )


def _effect(name: str, values: Any, source: str, where: str) -> Effect:
    return make_effect(name, _table(values, source, where), f"{source}: {where}")


def _check_known(values: Iterable[str], known: Iterable[str], source: str, where: str) -> None:
    known = list(known)
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            advice = f"Did you mean {near[0]}?" if near else "Leave it out"
            expected = f"one of {', '.join(known)}"
            _refuse(source, f"{where}{key}", "no such setting", expected, advice)


def _refuse(
    source: str, key: str, found: str, expected: str, advice: str = "Change it"
) -> NoReturn:
    raise UsageError(f"{source}: {key}: {found}, {expected} expected. {advice}")
