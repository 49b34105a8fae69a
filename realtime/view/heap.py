"""Memory that was freed, back to the system.

The C library keeps it for later, in pieces between what is in use. Where a scene has gone that is a
good deal, and how much differs from time to time: with Mesa's software renderer, whose textures are
there too, a process of 481 MB had use for 369 (2026-11-26).
"""

import ctypes
from collections.abc import Callable


def _trim_of_the_system() -> Callable[[int], int] | None:
    """`malloc_trim` of glibc; other libraries give back by themselves, or cannot be told to."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no library of that kind
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return trim


def give_back() -> None:
    """Give back all that can be. Takes up to 25 ms: not for every frame."""
    trim = _trim_of_the_system()
    if trim is not None:
        trim(0)
