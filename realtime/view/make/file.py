"""The name of a saved bank, and of what is in it."""

from dataclasses import replace
from pathlib import Path

from realtime.bank import Bank
from realtime.errors import UsageError

SUFFIX = ".safetensors"


def bank_path(text: str) -> Path:
    """Return the file that is meant: without a suffix it gets one. Raises UsageError."""
    path = Path(text.strip()).expanduser()
    if not path.name:
        raise UsageError("bank: no name, a file name expected. Type one, such as heart")
    if path.suffix.lower() == SUFFIX:
        return path
    if path.suffix:
        raise UsageError(f"{path}: a {path.suffix} file, {SUFFIX} expected. Change the name")
    return path.with_name(path.name + SUFFIX)


def named(bank: Bank, name: str) -> Bank:
    """Return the bank with another name of its target: the fitter knows only a passing file's."""
    return replace(bank, target={**bank.target, "name": name})
