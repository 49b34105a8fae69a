"""What a profile was made on."""

import datetime
import importlib.metadata
import os
import platform

import moderngl

PACKAGES = ("diskblur", "moderngl", "numpy")


def about_run(ctx: moderngl.Context, command: str) -> dict[str, str]:
    """Date, machine, OpenGL, versions, and the command that measured."""
    return {
        "date": datetime.date.today().isoformat(),
        "command": command,
        "machine": f"{os.cpu_count()} cores {platform.machine()}",
        "opengl": f"{ctx.info['GL_RENDERER']}, {ctx.info['GL_VERSION']}",
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
