"""The painter: a drawing, the fitter process, and the bank that the scene takes from it.

    pen lifts -> fit -> first bank, refined bank -> Session.use_bank

`advance` is called once a frame and waits for nothing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from realtime.bank import Bank, write_bank
from realtime.errors import UserError
from realtime.view.make.brush import Brush, Place
from realtime.view.make.drawing import SIDE, Drawing
from realtime.view.make.file import bank_path, named
from realtime.view.make.kernel import at_radius, kernel_of
from realtime.view.make.letters import text_light
from realtime.view.make.picture import picture_light
from realtime.view.make.response import impulse_response
from realtime.view.make.shapes import Shape
from realtime.view.make.shown import Shown
from realtime.view.refit import Failed, Fitted, Fitting, Refit, likenesses

if TYPE_CHECKING:
    from realtime.view.session import Session

PANEL = "make"
DRAWN = "drawing"  # what a bank is called that is in no file yet
RADIUS_PX, LEAST_PX, MOST_PX = 32.0, 4.0, 128.0  # of banks; the fitter goes no farther
TOOLS = ("brush", "eraser", "shape", "text")


@dataclass(frozen=True)
class Came:
    """A bank that is in the picture. stage: from 0; seconds: since it was asked for."""

    stage: int
    bank: Bank
    seconds: float


class Painter:
    """What the user draws with, and what comes of it. refit: the viewer's side of the fitter.

    tool: of TOOLS; radius_px: the end of the next bank's axis; fits_at_once: when the pen lifts.
    """

    def __init__(self, session: "Session", refit: Refit | None = None) -> None:
        self.session, self.refit = session, refit or Refit()
        self.drawing = Drawing()
        self.tool, self.brush, self.shape, self.text = "brush", Brush(), Shape(), ""
        self.radius_px, self.fits_at_once, self.file = RADIUS_PX, True, ""
        self.is_hovered = False  # set by whoever draws the panel: undo is the drawing's then
        self.canvas, self.target, self.response = (
            Shown(session.ctx, smooth) for smooth in (True, False, False)
        )
        self.came: list[Came] = []  # of the last request
        self.fitted: NDArray[np.float64] | None = None  # the last bank's response, radius_px wide
        self.progress: Fitting | None = None
        self.before: tuple[str | None, str] | None = None  # (bank, left method) to go back to
        self._asked_s = 0.0
        self._early: Fitted | None = None  # came while programs for a first bank are being made
        self._coming: Fitted | None = None  # not in the picture yet
        self._own: Bank | None = None  # the last one that came
        self._seen = self._prepared = None  # what was drawn in the last frame; what is prepared
        self._was_open = False
        self._wanted: tuple[object, NDArray[np.float64] | None] = (None, None)

    # --- Drawing --------------------------------------------------------------------------------

    def begin(self, at: Place) -> None:
        """Put the pen down; a fit that runs is of no use any more. A shape is put there at once."""
        self.cancel()
        if self.tool == "shape":
            self.drawing.add(self.shape.light(SIDE, at))
            self.changed()
        else:
            self.drawing.begin(replace(self.brush, erases=self.tool == "eraser"), at)

    def extend(self, places: Sequence[Place]) -> None:
        """Move the pen."""
        self.drawing.extend(places)

    def end(self) -> None:
        """Lift the pen."""
        if self.drawing.is_drawing:
            self.drawing.end()
            self.changed()

    def put_shape(self, shape: Shape) -> None:
        """Draw the shape in place of all."""
        self.shape = shape
        self.drawing.put(shape.light(SIDE), "shape")

    def put_text(self, text: str) -> None:
        """Write in place of all."""
        self.text = text
        self.drawing.put(text_light(text, SIDE), "text")

    def paste(self, path: str) -> bool:
        """Put a picture in place of all; return whether it could be read."""
        try:
            self.drawing.put(picture_light(path, SIDE))
        except UserError as error:
            self.session.messages.error(error)
            return False
        self.session.messages.note(f"{Path(path).name} is the drawing")
        self.changed()
        return True

    def undo(self) -> None:
        """Take back the last stroke."""
        self.drawing.undo()
        self.changed()

    def redo(self) -> None:
        """Draw it again."""
        self.drawing.redo()
        self.changed()

    def changed(self) -> None:
        """Fit the drawing where that is wanted; a blank one is nobody's mistake here."""
        if self.fits_at_once and self.drawing.light.any():
            self.fit()

    # --- Fitting --------------------------------------------------------------------------------

    @property
    def is_fitting(self) -> bool:
        """Whether more is to come."""
        return self.refit.current is not None

    @property
    def has_drawn(self) -> bool:
        """Whether the scene is blurred by what was drawn."""
        return self._own is not None and self.session.bank is self._own

    @property
    def can_go_back(self) -> bool:
        """Whether there is another bank to go back to."""
        return self.before is not None and self.has_drawn

    def fit(self) -> None:
        """Ask for banks of the drawing; what cannot be fitted becomes a message."""
        try:
            kernel = kernel_of(self.drawing.light)
        except UserError as error:
            self.cancel()
            self.session.messages.error(error)
            return
        self.came, self.progress, self._early, self._coming = [], None, None, None
        self._asked_s = time.monotonic()
        self.refit.request(kernel, self.radius_px)

    def cancel(self) -> None:
        """Want no more of what is being fitted; what is in the scene stays there."""
        self.refit.cancel()
        self.progress = self._early = None

    def advance(self) -> None:
        """Take what the fitter has to say, once a frame."""
        self.is_hovered = False
        self._open()
        for news in self.refit.poll():
            match news:
                case Fitting():
                    self.progress = news
                case Fitted():
                    self._early = news
                case Failed(_, error):
                    self.progress = None
                    self.session.messages.error(error)
        self._take_early()
        self._see_arrival()

    def _open(self) -> None:
        """Have all that takes its time made before it is needed."""
        is_open = self.session.state.is_open(PANEL)
        if is_open and not self._was_open:
            self.refit.prewarm()
        self._was_open = is_open
        if is_open:
            self._prepare()

    def _prepare(self) -> None:
        """Have the programs of what will come made, once the methods in use have been drawn."""
        state, renderer = self.session.state, self.session.stage.renderer
        drawn = (renderer, renderer.quality, state.left, state.right, state.split)
        is_settled, self._seen = drawn == self._seen, drawn
        if is_settled and drawn != self._prepared and not renderer.is_changing:
            renderer.prepare_banks(likenesses(self.refit.stages))
            self._prepared = drawn

    def _take_early(self) -> None:
        """Where there was no bank, methods change with the first: it waits for their programs."""
        session, news = self.session, self._early
        must_wait = session.bank is None and session.stage.renderer.is_preparing
        if news is not None and not must_wait:
            self._early = None
            self._take(news)

    def _take(self, news: Fitted) -> None:
        session = self.session
        news = replace(news, bank=named(news.bank, DRAWN))
        if not self.has_drawn:
            self.before = (session.state.bank, session.state.left)
        if session.use_bank(DRAWN, news.bank):
            self._coming, self._own = news, news.bank
        self.progress = None

    def _see_arrival(self) -> None:
        """Note when the scene was drawn with what came."""
        news = self._coming
        if news is None or self.session.stage.renderer.bank is not news.bank:
            return
        self._coming, bank = None, news.bank
        self.came.append(Came(news.stage, bank, time.monotonic() - self._asked_s))
        radius_px = bank.axes[0].knots[-1]
        self.fitted = impulse_response(bank, radius_px, _half(radius_px))

    # --- What there is to see -------------------------------------------------------------------

    def wanted(self) -> NDArray[np.float64] | None:
        """Return what the fitter aims at, at `radius_px`; None where nothing can be fitted."""
        key = (self.drawing.version, self.radius_px)
        if self._wanted[0] != key:
            try:
                kernel = kernel_of(self.drawing.light)
                found = at_radius(kernel, self.radius_px, _half(self.radius_px))
            except UserError:
                found = None
            self._wanted = (key, found)
        return self._wanted[1]

    # --- Banks ----------------------------------------------------------------------------------

    def save(self) -> bool:
        """Write the bank in the scene under the name in `file`; return whether that worked."""
        session = self.session
        try:
            path = bank_path(self.file)
            write_bank(path, named(session.bank, path.stem))
        except UserError as error:
            session.messages.error(error)
            return False
        session.use_bank(str(path), session.bank)
        session.messages.note(f"{path} saved")
        return True

    def back(self) -> None:
        """Blur by the bank that was there before the painter's."""
        if self.before is not None:
            self.cancel()
            bank, left = self.before
            self.session.edit(self.session.state.replace(bank=bank, left=left), "back")

    def release(self) -> None:
        """End the fitter and free the textures."""
        self.refit.close()
        for shown in (self.canvas, self.target, self.response):
            shown.release()


def _half(radius_px: float) -> int:
    """Of the smallest odd picture that holds a kernel of this radius."""
    return max(int(np.ceil(radius_px - 0.5)), 1)
