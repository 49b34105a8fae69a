"""The viewer: a session on a surface, with the interface over it.

A frame: what happened -> the interface hears it first, the picture gets the rest -> time goes on ->
panels say what they are and edit the state -> pictures -> interface -> shown.
"""

import difflib
import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from realtime.errors import UsageError, UserError
from realtime.view.events import Button, Drop, Event, Key, Move, Scroll
from realtime.view.gui import layout
from realtime.view.gui.backend import Interface
from realtime.view.gui.widgets import HIDDEN, PLACES, is_list_open, reveal
from realtime.view.headless import read_screen
from realtime.view.pointer import Pointer
from realtime.view.script import Script
from realtime.view.session import Session
from realtime.view.shortcuts import press
from realtime.view.surface import Surface

FLY_KEYS = {  # right, up, forward
    "d": (1, 0, 0),
    "a": (-1, 0, 0),
    "e": (0, 1, 0),
    "q": (0, -1, 0),
    "w": (0, 0, 1),
    "s": (0, 0, -1),
}
TITLE_S = 0.5  # between two updates of the title
WALKING = ("up", "down", "left", "right", "space", "enter", "escape", "tab")  # the panel's keys
FIRST_S = 1 / 60  # what the first frame is taken to last


class App:
    """Runs a session on a surface; both belong to the caller."""

    def __init__(self, surface: Surface, session: Session) -> None:
        self.surface = surface
        self.session = session
        self.interface = Interface(surface.ctx)
        self.pointer = Pointer(session)
        self.held: set[str] = set()  # keys that are down
        self._had_list = False  # in the last frame: Dear ImGui hears Esc before we do
        self._titled = -math.inf
        self.after_frame: list[Callable[[], None]] = []  # called when one is on the surface
        session.reload.on_gui_shaders = self.interface.rebuild

    def run(
        self, frames: int | None = None, script: Script | None = None, step_s: float | None = None
    ) -> None:
        """Draw until the surface closes, a number of frames is drawn or a script is at its end.

        step_s: what each frame is taken to last, for the same pictures every time; None: as it did.
        """
        last, drawn = None, 0
        while not self.surface.should_close and (frames is None or drawn < frames):
            events = script.events(self) if script else []
            if events is None:
                break
            now = time.perf_counter()
            elapsed = FIRST_S if last is None else now - last
            last = now
            self.frame(elapsed if step_s is None else step_s, events)
            if script:
                script.shown(self)
            self._name(now)
            drawn += 1

    def frame(self, elapsed_s: float, events: Sequence[Event] = ()) -> None:
        """Draw one frame. events: before those of the surface."""
        size, scale = self.surface.size, self.surface.scale
        events = [*events, *self.surface.events()]
        if not all(size):
            self.surface.show()  # minimised
            return
        self.pointer.scale, self.session.window_size = scale, size
        self.interface.feed(events, scale)
        with self.interface.frame(size, scale, elapsed_s):
            for event in events:
                self._hear(event)
            step_s = self.session.output.step_s(self.session, elapsed_s)
            self._fly(step_s)
            self.session.advance(step_s)
            with self.session.timer.section("panels"):
                layout.draw(self.session)
            self._had_list = is_list_open()
        self.draw(self._drawn)
        self.session.reload.poll()
        self.surface.cursor(self._cursor())
        self.surface.vsync(self.session.state.vsync)
        self.surface.show()
        for call in self.after_frame:
            call()

    def draw(self, then: Callable[[bool], None] = lambda has_interface: None) -> None:
        """Draw the pictures and the last interface onto the surface, at its present size.

        then: called when the pictures are there, and again when the interface is.
        """
        size = self.surface.size
        self.session.draw(self.surface.framebuffer, size)
        then(False)
        with self.session.timer.section("interface"):
            self.interface.draw(self.surface.framebuffer, size)
        then(True)

    def take(self) -> None:
        """Draw again, for pictures that were asked for since the last frame."""
        output = self.session.output
        self.draw(lambda has_interface: output.take(self.session, self._read, has_interface))

    def _drawn(self, has_interface: bool) -> None:
        self.session.output.drawn(self.session, self._read, has_interface)

    def _read(self) -> np.ndarray:
        picture = read_screen(self.surface.framebuffer, self.surface.size)
        _ = self.surface.ctx.error  # moderngl leaves one by reading a window; asking clears it
        return picture

    def picture(self) -> np.ndarray:
        """Return what stands on the surface, [H, W, 3] uint8 sRGB, row 0 on top. Draws and waits.

        A window's picture is gone once it is shown, so it is drawn again.
        """
        self.draw()
        return self._read()

    def reveal(self, widget: str) -> bool:
        """Scroll to a widget where it is out of sight; return whether it was."""
        if widget in HIDDEN:
            reveal(widget)
        return widget in HIDDEN

    def place_of(self, widget: str, along: float = 0.5, down: float = 0.5) -> tuple[float, float]:
        """Return where a widget of the last frame is, px; along, down: its sides, 0 … 1.

        Raises UsageError where there is none of that name.
        """
        if widget not in PLACES:
            near = difflib.get_close_matches(widget, PLACES, 1)
            advice = f"Did you mean {near[0]}?" if near else "Open its panel and section first"
            raise UsageError(f"widget {widget!r}: not there, a visible one expected. {advice}")
        left, top, right, bottom = PLACES[widget]
        scale = self.surface.scale
        return (left + along * (right - left)) * scale, (top + down * (bottom - top)) * scale

    def _hear(self, event: Event) -> None:
        """What the panels leave, the picture gets."""
        match event:
            case Key():
                self.key(event)
            case Move(at):
                self.pointer.move(at)
            case Button("left", is_down):
                self.button(is_down)
            case Scroll(_, up):
                if not self.interface.wants_mouse:
                    self.pointer.scroll(up)
            case Drop(paths):
                for path in paths:
                    self.session.open(path)

    def key(self, key: Key) -> None:
        """Do what a key does, unless a panel needs it."""
        if not key.is_down:
            self.held.discard(key.name)
            return
        if self.interface.wants_text or (self.interface.walks and key.name in WALKING):
            return
        if key.name == "escape" and self._had_list:
            return  # it has closed that
        if not key.mods:
            self.held.add(key.name)
        press(self, key, layout.shortcuts())

    def button(self, is_down: bool) -> None:
        """The left button over the picture; what was begun there ends anywhere."""
        if is_down and not self.interface.wants_mouse:
            self.pointer.press()
        elif not is_down and self.pointer.is_held:
            try:
                self.pointer.release()
            except UserError as error:
                self.session.messages.error(error)

    def _fly(self, elapsed_s: float) -> None:
        directions = [way for key, way in FLY_KEYS.items() if key in self.held]
        if directions:
            way = np.sum(directions, axis=0)
            self.session.move_camera(lambda hands: hands.fly(*way, elapsed_s))

    def _cursor(self) -> str:
        if self.pointer.holds_bar or (self.pointer.is_on_bar and not self.interface.wants_mouse):
            return "resize_ew"
        return self.interface.cursor

    def _name(self, now: float) -> None:
        if now - self._titled > TITLE_S:
            self.surface.title(self.session.status())
            self._titled = now

    def release(self) -> None:
        """End what is being recorded, and free the interface."""
        self.session.output.close(self.session)
        self.session.reload.on_gui_shaders = lambda: None
        self.interface.release()
