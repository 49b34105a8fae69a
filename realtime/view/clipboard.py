"""Pictures on the clipboard, which GLFW does not hand out: asked for by the desktop's own tools."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from realtime.errors import UsageError

# Of Wayland and of X11; both write the picture to stdout and fail where there is none.
TOOLS = (
    ("WAYLAND_DISPLAY", ("wl-paste", "--type", "image/png")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-target", "image/png", "-out")),
)
PATIENCE_S = 2.0  # whoever copied must answer; one that hangs would stop the frames


@contextmanager
def copied_picture() -> Iterator[Path]:
    """Give a PNG file with the picture on the clipboard, removed afterwards. Waits for it.

    Raises UsageError where there is none, or nothing to ask for it with.
    """
    picture = _picture()
    with tempfile.TemporaryDirectory(prefix="diskblur-paste-") as folder:
        path = Path(folder) / "clipboard.png"
        path.write_bytes(picture)
        yield path


def _picture() -> bytes:
    command = _command()
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        raise _refused(f"no answer to {command[0]} in {PATIENCE_S:g} s") from None
    except OSError as error:
        raise _refused(f"{command[0]} did not start ({error.strerror})") from None
    if done.returncode or not done.stdout:
        raise _refused("no picture")
    return done.stdout


def _command() -> tuple[str, ...]:
    """Return the tool of the desktop that runs."""
    wanted = [command for variable, command in TOOLS if os.environ.get(variable)]
    for command in wanted:
        if shutil.which(command[0]):
            return command
    names = " or ".join(command[0] for command in wanted or [c for _, c in TOOLS])
    raise UsageError(
        f"clipboard: no path, and nothing to get a picture with, {names} expected. "
        f"Install it, or copy the picture's path"
    )


def _refused(there: str) -> UsageError:
    return UsageError(
        f"clipboard: {there}, a picture or a file's path expected. Copy one, or drop the file here"
    )
