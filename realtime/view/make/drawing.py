"""What is drawn: light on a square canvas, and every step back to the blank one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from realtime.view.make.brush import Brush, Place

Light = NDArray[np.float32]

SIDE = 256  # px: 128 to a radius, which is the largest that is fitted
MOST_STEPS = 40  # of undo, 256 KB each


class Drawing:
    """A canvas [SIDE, SIDE] of linear light 0 … 1, row 0 on top.

    light is never changed in place: who kept it has what it was. version: grows with each change.
    """

    def __init__(self) -> None:
        self.light: Light = np.zeros((SIDE, SIDE), "f4")
        self.version = 0
        self._undone: list[Light] = []
        self._done: list[Light] = []
        self._last: str | None = None
        self._stroke: tuple[Brush, Light, Light, Place] | None = None  # brush, before, cover, at

    # --- Strokes --------------------------------------------------------------------------------

    @property
    def is_drawing(self) -> bool:
        """Whether the pen is down."""
        return self._stroke is not None

    def begin(self, brush: Brush, at: Place) -> None:
        """Put the pen down; a stroke is one step of undo, however long."""
        self._keep(None)
        before = self.light
        self._stroke = (brush, before, np.zeros_like(before), at)
        self.extend([at])

    def extend(self, places: Sequence[Place]) -> None:
        """Move the pen. Within a stroke light does not add up, so slow is as bright as fast."""
        if self._stroke is None or not places:
            return
        brush, before, cover, last = self._stroke
        for place in places:
            brush.cover(cover, last, place)
            last = place
        self._stroke = (brush, before, cover, last)
        self._set(before * (1 - cover) if brush.erases else np.maximum(before, cover))

    def end(self) -> None:
        """Lift the pen."""
        self._stroke = None

    # --- Whole canvases -------------------------------------------------------------------------

    def put(self, light: Light, what: str | None = None) -> None:
        """Draw this in place of all.

        what: changes of the same thing that follow each other are one step of undo.
        """
        self._keep(what)
        self._set(np.clip(light, 0, 1).astype("f4"))

    def add(self, light: Light) -> None:
        """Draw this over what is there."""
        self.put(np.maximum(self.light, light))

    def clear(self) -> None:
        """Make it blank."""
        self.put(np.zeros_like(self.light), "clear")

    def invert(self) -> None:
        """Light where there was none: for drawings that are dark on white."""
        self.put(1 - self.light)

    def mirror(self) -> None:
        """Swap left and right."""
        self.put(self.light[:, ::-1])

    def flip(self) -> None:
        """Swap top and bottom."""
        self.put(self.light[::-1])

    def turn(self) -> None:
        """Turn by 90° clockwise."""
        self.put(np.rot90(self.light, -1))

    # --- Back and forth -------------------------------------------------------------------------

    @property
    def undoes(self) -> bool:
        """Whether there is anything to take back."""
        return bool(self._done)

    @property
    def redoes(self) -> bool:
        """Whether anything was taken back."""
        return bool(self._undone)

    def undo(self) -> None:
        """Take back the last step."""
        self._go(self._done, self._undone)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._go(self._undone, self._done)

    def _go(self, source: list[Light], other: list[Light]) -> None:
        self.end()
        if source:
            other.append(self.light)
            self._last = None
            self._set(source.pop())

    def _keep(self, what: str | None) -> None:
        is_new = what is None or what != self._last
        self._last = what
        if is_new:
            self._done.append(self.light)
            del self._done[:-MOST_STEPS]
        self._undone.clear()

    def _set(self, light: Light) -> None:
        self.light = light
        self.version += 1  # light is another array
