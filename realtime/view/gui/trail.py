"""Where the pen has been: every place since the left button went down, however slow frames are.

Dear ImGui knows one place of the cursor a frame, which would make a polygon of a quick stroke.
"""

from realtime.view.events import Button, Event, Move

Place = tuple[float, float]  # units of the interface


class Trail:
    """Hears all events; `take` gives what is new."""

    def __init__(self) -> None:
        self._at: Place = (0.0, 0.0)
        self._is_down = False
        self._places: list[Place] = []

    def hear(self, event: Event, scale: float) -> None:
        """Take note. scale: px to a unit of the interface."""
        match event:
            case Move((x, y)):
                self._at = (x / scale, y / scale)
                if self._is_down:
                    self._places.append(self._at)
            case Button("left", is_down):
                self._is_down = is_down
                if is_down:
                    self._places = [self._at]

    def take(self) -> list[Place]:
        """Return the places since the button went down that were not taken yet."""
        taken, self._places = self._places, []
        return taken
