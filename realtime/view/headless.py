"""A surface without a window: a framebuffer in memory, whose events a script makes."""

from collections.abc import Iterable

import moderngl
import numpy as np

from realtime.gl.context import headless_context
from realtime.gl.targets import Target, color_target
from realtime.view.events import Event


class HeadlessSurface:
    """A picture of (width, height) px. ctx: None makes one over EGL. See `surface.Surface`.

    Raises GraphicsError without a driver, and for a size that OpenGL refuses.
    """

    def __init__(
        self, size: tuple[int, int], scale: float = 1.0, ctx: moderngl.Context | None = None
    ) -> None:
        self._owns_ctx = ctx is None
        self.ctx = ctx or headless_context()
        self.scale = scale
        self.should_close = False
        self.titled = ""
        self._clipboard = ""
        self.shape = "arrow"
        self.waits = True
        self._events: list[Event] = []
        self._target: Target = color_target(self.ctx, size, dtype="f1")

    @property
    def framebuffer(self) -> moderngl.Framebuffer:
        """What is drawn into."""
        return self._target.framebuffer

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), px."""
        return self._target.size

    def resize(self, size: tuple[int, int]) -> None:
        """Change the size, as a user does by a corner of a window."""
        target = color_target(self.ctx, size, dtype="f1")
        self._target.release()
        self._target = target

    def close(self) -> None:
        """End the loop."""
        self.should_close = True

    def feed(self, events: Iterable[Event]) -> None:
        """Let these happen before the next frame."""
        self._events += events

    def events(self) -> list[Event]:
        """What was fed since the last call."""
        events, self._events = self._events, []
        return events

    def vsync(self, on: bool) -> None:
        """Keep it in `waits`: there is no screen."""
        self.waits = on

    def title(self, text: str) -> None:
        """Keep it in `titled`."""
        self.titled = text

    def cursor(self, shape: str) -> None:
        """Keep it in `shape`."""
        self.shape = shape

    def clipboard(self) -> str:
        """Text that was copied here."""
        return self._clipboard

    def copy(self, text: str) -> None:
        """Keep text."""
        self._clipboard = text

    def show(self) -> None:
        """Nobody looks."""

    def read(self) -> np.ndarray:
        """Return what was drawn, [H, W, 3] uint8 sRGB, row 0 on top. Waits."""
        return read_screen(self.framebuffer, self.size)

    def release(self) -> None:
        """Free the memory, and the context that was made here."""
        self._target.release()
        if self._owns_ctx:
            self.ctx.release()


def read_screen(framebuffer: moderngl.Framebuffer, size: tuple[int, int]) -> np.ndarray:
    """Return an 8-bit framebuffer as [H, W, 3] uint8, row 0 on top. Waits for the GPU."""
    data = framebuffer.read((0, 0, *size), components=3, alignment=1)
    return np.frombuffer(data, "u1").reshape(size[1], size[0], 3)[::-1].copy()
