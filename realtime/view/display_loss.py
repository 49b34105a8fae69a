"""When the X server goes away.

Xlib then ends the process on the spot, with no way back; all that can be done is what must not be
left undone. Other systems ask the window to close, and the viewer ends as ever.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable

_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_kept: list = []  # Xlib calls what it was given for as long as the process lives


def when_lost(last: Callable[[], str]) -> None:
    """Call `last` when the display is lost, print what it returns, and end with exit code 2.

    No drawing is possible any more. Does nothing where there is no Xlib.
    """
    try:
        xlib = ctypes.CDLL("libX11.so.6")
    except OSError:
        return

    def lost(_display: int) -> int:
        with contextlib.suppress(BaseException):
            print(last(), file=sys.stderr, flush=True)
        os._exit(2)  # returning would let Xlib exit without a word

    handler = _HANDLER(lost)
    _kept.append(handler)
    xlib.XSetIOErrorHandler(handler)
