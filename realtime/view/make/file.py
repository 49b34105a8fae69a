"""The name of a saved bank."""

from pathlib import Path

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
