"""Reading a TOML table key by key, so that whatever nobody asked for is known to be a mistake."""

import difflib
import math
from pathlib import Path
from typing import Any

from realtime.errors import SceneError
from realtime.scene.model import Rgb

REQUIRED: Any = object()  # stands for "no default"

Vector = tuple[float, ...]


class Table:
    """One table of a scene file. `finish` refuses keys that no getter was asked for.

    Each getter raises SceneError that names the file, the key and what would do.
    """

    def __init__(self, file: Path, where: str, values: dict[str, Any]) -> None:
        self.file = file
        self.where = where
        self.values = values
        self.asked: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the file gives the key."""
        return key in self.values

    def number(
        self,
        key: str,
        default: Any = REQUIRED,
        above: float = -math.inf,
        low: float = -math.inf,
        high: float = math.inf,
        infinite: bool = False,
    ) -> float:
        """A finite number, or inf where `infinite`; above `above` and from `low` to `high`."""
        value = self._get(key, default)
        if value is default:
            return value
        good = _is_number(value) and (math.isfinite(value) or (infinite and value > 0))
        if not (good and value > above and low <= value <= high):
            self.refuse(key, value, _range_text(above, low, high))
        return float(value)

    def count(self, key: str, default: Any = REQUIRED, high: int = 2**31 - 1) -> int:
        """A whole number from 1 to `high`."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= high:
            self.refuse(key, value, f"a whole number from 1 to {high}")
        return value

    def vector(self, key: str, length: int, default: Any = REQUIRED) -> Vector:
        """`length` finite numbers."""
        value = self._get(key, default)
        if value is default:
            return value
        if not _is_vector(value, length):
            self.refuse(key, value, f"{length} finite numbers")
        return tuple(float(number) for number in value)

    def color(self, key: str, default: Any = REQUIRED) -> Rgb:
        """Text "#rrggbb" (sRGB) or three linear numbers, none below 0; returns linear."""
        value = self._get(key, default)
        return value if value is default else self._color(key, value)

    def colors(self, key: str, default: Any = REQUIRED) -> tuple[Rgb, ...]:
        """A list of at least one colour."""
        value = self._get(key, default)
        if value is default:
            return value
        if not isinstance(value, list) or not value:
            self.refuse(key, value, "a list of colours")
        return tuple(self._color(key, item) for item in value)

    def text(self, key: str, default: Any = REQUIRED, choices: Any = None) -> str:
        """A string; one of `choices` where they are given."""
        value = self._get(key, default)
        if value is default:
            return value
        if not isinstance(value, str) or not value:
            self.refuse(key, value, "a text")
        if choices is not None and value not in choices:
            guess = _nearest(value, choices)
            self.refuse(key, value, f"one of {', '.join(choices)}", guess)
        return value

    def flag(self, key: str, default: Any = REQUIRED) -> bool:
        """True or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, value, "true or false")
        return value

    def path(self, key: str, default: Any = REQUIRED) -> Path:
        """A file that exists, relative to the scene file."""
        value = self.text(key, default)
        if value is default:
            return value
        path = self.file.parent / value
        if not path.is_file():
            self.refuse(key, value, "a file beside the scene", f"There is no {path.name} there")
        return path

    def table(self, key: str, default: Any = REQUIRED) -> "Table":
        """A table below this one; an empty one where the default is used."""
        value = self._get(key, {} if default is not REQUIRED else REQUIRED)
        if not isinstance(value, dict):
            self.refuse(key, value, "a table")
        return Table(self.file, self._name(key), value)

    def tables(self, key: str) -> list["Table"]:
        """An array of tables; empty where there is none."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(key, value, f"tables, each headed [[{self._name(key)}]]")
        return [Table(self.file, f"{self._name(key)}[{at}]", item) for at, item in enumerate(value)]

    def named_tables(self) -> dict[str, "Table"]:
        """Every key of this table, each a table of a name of the file's choosing."""
        return {name: self.table(name) for name in self.values}

    def finish(self) -> None:
        """Raise SceneError when the file gives a key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                guess = _nearest(key, self.asked)
                raise SceneError(
                    f"{self.file}: unknown key {self._name(key)}, one of "
                    f"{', '.join(sorted(set(self.asked)))} expected. {guess}"
                )

    def refuse(self, key: str, value: object, expected: str, advice: str = "Change it") -> None:
        """Raise SceneError about the value of a key."""
        raise SceneError(
            f"{self.file}: {self._name(key)}: {value!r}, {expected} expected. {advice}"
        )

    def _get(self, key: str, default: Any) -> Any:
        self.asked.append(key)
        if key in self.values:
            return self.values[key]
        if default is REQUIRED:
            spare = [name for name in self.values if name not in self.asked]
            close = difflib.get_close_matches(key, spare, 1)
            advice = f"Did you mean it by {close[0]}?" if close else "Add it"
            raise SceneError(f"{self.file}: no {self._name(key)}, a value expected. {advice}")
        return default

    def _color(self, key: str, value: object) -> Rgb:
        if isinstance(value, str) and (rgb := _hex(value)) is not None:
            return rgb
        if not (_is_vector(value, 3) and min(value) >= 0):
            self.refuse(key, value, '"#rrggbb" (sRGB) or 3 linear numbers from 0 up')
        return tuple(float(part) for part in value)

    def _name(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


def srgb_to_linear(value: float) -> float:
    """One channel, 0 … 1, by IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _hex(text: str) -> Rgb | None:
    digits = text.removeprefix("#")
    if len(digits) != 6 or digits == text or set(digits.lower()) - set("0123456789abcdef"):
        return None
    return tuple(srgb_to_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_vector(value: object, length: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == length
        and all(_is_number(part) and math.isfinite(part) for part in value)
    )


def _range_text(above: float, low: float, high: float) -> str:
    parts = [
        text
        for bound, text in ((above, f"above {above:g}"), (low, f"from {low:g}"))
        if math.isfinite(bound)
    ]
    parts += [f"up to {high:g}"] if math.isfinite(high) else []
    return " ".join(["a number", *parts])


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), 1, cutoff=0.0)
    return f"Did you mean {close[0]}?" if close else "Take it out"
