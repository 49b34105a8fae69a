"""What a figure was measured on."""

import datetime
import importlib.metadata
import os
import platform

import moderngl

PACKAGES = ("diskblur", "moderngl", "numpy", "torch", "flip-evaluator")


def describe(ctx: moderngl.Context | None = None) -> str:
    """One line: date, machine, versions."""
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    parts = [
        datetime.date.today().isoformat(),
        f"{os.cpu_count()} cores {platform.machine()}",
        f"Python {platform.python_version()}",
        versions,
    ]
    if ctx is not None:
        parts.append(f"{ctx.info['GL_RENDERER']}, OpenGL {ctx.info['GL_VERSION']}")
    return "; ".join(parts)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
