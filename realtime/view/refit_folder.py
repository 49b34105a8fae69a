"""The folder that drawings and banks pass through, and what killed viewers have left of theirs.

Who ends removes its own; who is killed cannot. So a folder's name has its process's number, and the
next viewer removes those whose process is gone.
"""

import os
import re
import shutil
import stat
import sys
import tempfile
from pathlib import Path

PREFIX = "diskblur-refit-"
_NAME = re.compile(re.escape(PREFIX) + r"(\d+)-\w+")


def passing_folder() -> tempfile.TemporaryDirectory:
    """Make the folder of this process."""
    return tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True)


def remove_stale(parent: Path | None = None) -> list[Path]:
    """Remove folders of this user whose process is gone, and return them. Raises nothing.

    parent: the folder for temporary files. A number that is used again keeps its folder, and
    Windows, where asking for a process is no question but ends it, keeps all.
    """
    if sys.platform == "win32":
        return []
    parent = parent or Path(tempfile.gettempdir())
    try:
        found = [entry for entry in os.scandir(parent) if _is_stale(entry)]
    except OSError:
        return []
    for entry in found:
        shutil.rmtree(entry.path, ignore_errors=True)
    return [Path(entry.path) for entry in found]


def _is_stale(entry: os.DirEntry) -> bool:
    name = _NAME.fullmatch(entry.name)
    if name is None:
        return False
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False  # gone meanwhile
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    return is_ours and not _runs(int(name[1]))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # another user's has the number now
    return True
