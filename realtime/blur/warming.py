"""Using a picture's programs before it is needed, one a frame: the first use is what takes time.

Drivers make a program ready when it first draws, and a depth of field has some thirty. Drawn at
once they are one long frame; so the picture is drawn again and again, each time one program
farther, and of one pixel only, so that coming again to where it stopped costs next to nothing.
"""

import contextlib
from collections.abc import Callable, Iterator

import moderngl

from realtime.gl import draws
from realtime.gl.scissor import scissored

PIXEL = (0, 0, 1, 1)  # left, bottom, width, height


class _Enough(Exception):
    """The picture has come to the next program."""


class _Steps:
    """An observer of draws: lets one new program pass in each `step`."""

    def __init__(self) -> None:
        self._used: set[int] = set()
        self._has_new = False
        self._parts = contextlib.ExitStack()
        self._narrowed: set[int] = set()

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """Watch within."""
        self._has_new = False
        self._narrowed.clear()
        with self._parts, draws.observed(self._see):
            yield

    def _see(self, draw: draws.Draw) -> None:
        program = draw.shader.program.glo
        if program not in self._used:
            if self._has_new:
                raise _Enough
            self._used.add(program)
            self._has_new = True
        self._narrow(draw.out)

    def _narrow(self, out: moderngl.Framebuffer) -> None:
        if out.glo not in self._narrowed:
            self._narrowed.add(out.glo)
            self._parts.enter_context(scissored(PIXEL, out))


def a_program_a_step(draw: Callable[[], None]) -> Iterator[None]:
    """Call `draw` until it comes to its end, and yield before each program but the first.

    draw: draws a picture by `Fullscreen`s; it is left by an exception where it must stop. What it
    draws into has no sensible content afterwards.
    """
    steps, is_done = _Steps(), False
    while not is_done:
        with steps.step(), contextlib.suppress(_Enough):
            draw()
            is_done = True
        if not is_done:
            yield
