"""What the mouse does to the picture: the bar, the camera, the focus."""

from realtime.view.controls import Drag
from realtime.view.session import Session
from realtime.view.stage import bar_px

REACH = 8.0  # of the bar, units of the interface, either way


class Pointer:
    """Turns presses and moves over the picture into edits. Places are px from the top left.

    scale: px to a unit of the interface.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.scale = 1.0
        self.drag = Drag()
        self.at = (0.0, 0.0)
        self.holds_bar = False

    @property
    def is_on_bar(self) -> bool:
        """Whether a press would take the bar, or has."""
        session = self.session
        if not session.state.shows_bar:
            return False
        bar = bar_px(session.state, session.window_size)
        return self.holds_bar or abs(self.at[0] - bar) <= REACH * self.scale

    @property
    def is_held(self) -> bool:
        """Whether a button that went down on the picture is still down."""
        return self.holds_bar or self.drag.start is not None

    def press(self) -> None:
        """The left button goes down."""
        self.holds_bar = self.is_on_bar
        if not self.holds_bar:
            self.drag.press(self.at)

    def release(self) -> None:
        """The left button goes up: without a drag, focus there."""
        if self.holds_bar:
            self.holds_bar = False
        elif self.drag.release():
            self.session.focus_at(self.at)

    def move(self, at: tuple[float, float]) -> None:
        """Move the bar, or orbit, while the button is down."""
        self.at = at
        width, height = self.session.window_size
        if self.holds_bar:
            place = min(max(at[0] / max(width, 1), 0.0), 1.0)
            self.session.edit(self.session.state.replace(split_at=place), "bar")
            return
        dragged = self.drag.move(at)
        if dragged is not None:
            across, down = dragged[0] / height, dragged[1] / height
            self.session.move_camera(lambda hands: hands.orbit(across, down))

    def scroll(self, steps: float) -> None:
        """Dolly."""
        self.session.move_camera(lambda hands: hands.dolly(steps))
