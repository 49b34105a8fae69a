"""Numbers that come back from the GPU some frames later, so that the frame loop never waits."""

from collections import deque
from typing import Any

import moderngl
import numpy as np

from realtime.gl.targets import Target

LAG = 2  # frames from asking to taking: drivers keep as many in flight


class LateRead:
    """Reads a small float target back. Once a frame: `step`, then draw into the target or not.

        frame n: draw, drawn(what)   n + 1: step asks for it   n + 1 + LAG: step returns it

    It is asked for only in the next frame: a software renderer has drawn it by then.
    """

    def __init__(self, ctx: moderngl.Context, target: Target, components: int) -> None:
        self.target, self.components = target, components
        width, height = target.size
        self._size = width * height * components * 4
        self._free = [ctx.buffer(reserve=self._size, dynamic=True) for _ in range(LAG + 1)]
        self._asked: deque[tuple[int, moderngl.Buffer, Any]] = deque()
        self._drawn: tuple[Any] | None = None
        self._frame = 0

    def drawn(self, what: Any) -> None:
        """Say that the target was drawn into; `what` comes back with the numbers."""
        self._drawn = (what,)

    def step(self) -> tuple[Any, np.ndarray] | None:
        """Go on to the next frame; return (what, numbers [H, W, components], row 0 at the bottom).

        None where nothing has come.
        """
        self._frame += 1
        found = self._take()
        if self._drawn is not None:
            buffer = self._free.pop()
            self.target.framebuffer.read_into(
                buffer, components=self.components, dtype="f4", alignment=1
            )
            self._asked.append((self._frame, buffer, *self._drawn))
            self._drawn = None
        return found

    def _take(self) -> tuple[Any, np.ndarray] | None:
        if not self._asked or self._frame - self._asked[0][0] < LAG:
            return None
        _, buffer, what = self._asked.popleft()
        self._free.append(buffer)
        width, height = self.target.size
        numbers = np.frombuffer(buffer.read(), "f4").reshape(height, width, self.components)
        return what, numbers

    def forget(self) -> None:
        """What is on its way is not wanted any more."""
        self._drawn = None
        self._free += [buffer for _, buffer, _ in self._asked]
        self._asked.clear()

    def release(self) -> None:
        """Free the buffers; the target is the caller's."""
        self.forget()
        for buffer in self._free:
            buffer.release()
        self._free.clear()
