"""What the viewer draws on and hears from: a window, or a picture in memory."""

from collections.abc import Sequence
from typing import Protocol

import moderngl

from realtime.view.events import Event


class Surface(Protocol):
    """Sizes are of the framebuffer, in px. scale: px to a unit of the interface (HiDPI: 2)."""

    ctx: moderngl.Context

    @property
    def framebuffer(self) -> moderngl.Framebuffer:
        """What is drawn into; it may not know its own size."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height); (0, 0) while minimised."""

    @property
    def scale(self) -> float:
        """Px of the framebuffer to a unit of the interface."""

    @property
    def should_close(self) -> bool:
        """Whether the user asked to close it."""

    def close(self) -> None:
        """Ask the loop to end."""

    def events(self) -> Sequence[Event]:
        """Return what happened since the last call, in order."""

    def vsync(self, on: bool) -> None:
        """Let `show` wait for the screen, or not."""

    def title(self, text: str) -> None:
        """Name it."""

    def cursor(self, shape: str) -> None:
        """Show the cursor as "arrow", "hand", "ibeam", "resize_ew" or "resize_ns"."""

    def clipboard(self) -> str:
        """Return the text on the clipboard."""

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""

    def show(self) -> None:
        """Bring what was drawn before the user."""

    def release(self) -> None:
        """Free it."""
