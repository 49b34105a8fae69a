"""Shader files made whole: includes, defines, and the way back from a driver's line to a file's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from realtime.errors import ShaderError
from realtime.resources import folder

Number = int | float | bool

_READ: set[str] = set()  # see `files_read`

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"')
# "0:31(7): error" (Mesa), "0(31) : error" (NVIDIA), "ERROR: 0:31:" (others)
_POSITION = re.compile(r"^((?:ERROR|WARNING): )?\d+(?::(\d+)(?:\(\d+\))?|\((\d+)\)) ?:", re.M)


@dataclass(frozen=True)
class Source:
    """One shader's whole text, and for each of its lines the (file, line) it came from."""

    text: str
    origin: tuple[tuple[str, int], ...]

    def locate(self, log: str) -> str:
        """Turn a driver's positions into 'inc/bank.glsl:14:'.

        Lines are counted here: some drivers lose the source number of #line.
        """

        def named(match: re.Match[str]) -> str:
            line = int(match[2] or match[3])
            if not 1 <= line <= len(self.origin):
                return match[0]
            return "{}:{}:".format(*self.origin[line - 1])

        return _POSITION.sub(named, log)


def expand(
    name: str, defines: Mapping[str, Number | str] | None = None, root: Path | None = None
) -> Source:
    """Read `name` below the shader folder, paste its includes (each once), put defines on top.

    A define that is a string is pasted as it is: GLSL on one line.

    Raises ShaderError, naming file and line, for an include that is not there.
    """
    lines: list[tuple[str, str, int]] = []
    _paste(root or folder("shaders"), name, "the program", lines, set())
    if not lines or not lines[0][0].startswith("#version"):
        raise ShaderError(f"{name}: no #version on its first line, #version 330 expected. Add it")
    head = [
        (f"#define {key} {_literal(value)}", f"define {key}", 1)
        for key, value in (defines or {}).items()
    ]
    lines[1:1] = head
    text = "\n".join(line for line, _, _ in lines) + "\n"
    return Source(text, tuple((file, number) for _, file, number in lines))


def files_read() -> frozenset[str]:
    """Return the names of all shader files that were read so far, for those who watch them."""
    return frozenset(_READ)


def _paste(root: Path, name: str, wanted_by: str, lines: list, seen: set[str]) -> None:
    seen.add(name)
    _READ.add(name)
    try:
        text = (root / name).read_text(encoding="utf-8")
    except OSError:
        raise ShaderError(
            f"{name}: no such shader, wanted by {wanted_by}. Check its #include, or install again"
        ) from None
    for number, line in enumerate(text.splitlines(), start=1):
        match = _INCLUDE.match(line)
        if match is None:
            lines.append((line, name, number))
        elif match[1] not in seen:
            _paste(root, match[1], f"{name}:{number}", lines, seen)


def _literal(value: Number | str) -> str:
    """GLSL's text of a value; a string is GLSL already."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    return repr(value)
