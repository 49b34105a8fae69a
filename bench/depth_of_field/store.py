"""Finished cases: one JSON each, and a picture beside it where there is one."""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.depth_of_field.plan import Case
from realtime.bank import replacing
from realtime.resources import folder

SCHEMA = 1
ROOT = Path(__file__).parents[2]

Record = dict[str, Any]


def code_state() -> str:
    """Name the state of all that decides a result: renderer, fitter, shaders, scenes.

    12 hex digits. Of the measuring itself SCHEMA is the state: raise it with what a case means.
    The viewer and photographs decide nothing here.
    """
    paths = [*(ROOT / "realtime").rglob("*.py"), *(ROOT / "fitter").glob("*.py")]
    paths = [path for path in paths if not set(path.relative_to(ROOT).parts) & {"view", "photo"}]
    for name in ("shaders", "scenes"):
        paths += [path for path in folder(name).rglob("*") if path.is_file()]
    return _digest(paths)


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


class Store:
    """A folder of finished cases: KEY.json and KEY.jpg.

    code: the present `code_state`; a case that other code measured is not taken, unless any_code.
    """

    def __init__(self, folder: Path, code: str, any_code: bool = False) -> None:
        self.folder, self.code, self.any_code = folder, code, any_code
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, case: Case, measured: Any, seconds: float) -> None:
        """Write a case whole or not at all; its picture, if any, has to be there already."""
        record = {
            "schema": SCHEMA,
            "case": asdict(case),
            "code": self.code,
            "date": time.strftime("%Y-%m-%d"),
            "seconds": round(seconds, 2),
            "measured": measured,
        }
        with replacing(self._path(case)) as temporary:
            temporary.write_text(json.dumps(record, indent=1) + "\n")

    def record(self, case: Case) -> Record | None:
        """Return a finished case; None if there is none, or one of other settings or code."""
        try:
            record = json.loads(self._path(case).read_text())
        except (OSError, ValueError):
            return None
        if not isinstance(record, dict) or record.get("schema") != SCHEMA:
            return None
        is_same = record.get("case") == json.loads(json.dumps(asdict(case)))
        is_current = self.any_code or record.get("code") == self.code
        return record if is_same and is_current else None

    def picture_path(self, case: Case) -> Path:
        """Where its picture lies."""
        return self.folder / f"{case.key}.jpg"

    def _path(self, case: Case) -> Path:
        return self.folder / f"{case.key}.json"
