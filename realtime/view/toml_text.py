"""TOML as text: the standard library reads it and cannot write it."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any


def dumps(values: Mapping[str, Any]) -> str:
    """Write a table of text, flags, numbers, lists, tables and lists of tables.

    Plain values come first, as TOML wants them; keys keep their order. None is left out, as TOML
    has no word for it.
    """
    return "\n".join(_table(values, ())).strip() + "\n"


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """The lines of one table below its heading, and of the tables in it."""
    values = {key: value for key, value in values.items() if value is not None}
    inner = {key: value for key, value in values.items() if _is_inner(value)}
    lines = [f"{_key(k)} = {_value(v)}" for k, v in values.items() if k not in inner]
    for key, value in inner.items():
        where = (*path, _key(key))
        name = ".".join(where)
        heading, tables = (f"[{name}]", [value])
        if not isinstance(value, Mapping):
            heading, tables = f"[[{name}]]", value
        for table in tables:
            lines += ["", heading, *_table(table, where)]
    return lines


def _is_inner(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return is_list and bool(value) and all(isinstance(part, Mapping) for part in value)


def _key(key: str) -> str:
    is_bare = bool(key) and all(c.isascii() and (c.isalnum() or c in "-_") for c in key)
    return key if is_bare else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _float(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def _text(value: str) -> str:
    """JSON's escapes are TOML's, save for DEL, which TOML wants escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
