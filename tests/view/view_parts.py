"""Viewers for tests: the lopsided scene, a small bank, a picture in memory."""

from contextlib import contextmanager

import numpy as np
from banks import lopsided_bank
from PIL import Image
from scenes3d import lopsided_scene

from realtime.gl.targets import color_target
from realtime.view.app import App
from realtime.view.headless import HeadlessSurface, read_screen
from realtime.view.library import Library
from realtime.view.script import ACTIONS, Script
from realtime.view.session import Session
from realtime.view.state import ViewState

SCENE, BANK = "lopsided", "lopsided.safetensors"
SIZE = (96, 64)
PANELS_SIZE = (640, 900)  # large enough for every row of a panel
STEP_S = 1 / 24
STILL = ViewState(scene=SCENE, bank=BANK, left="sparse", paused=True, views=3)


def library() -> Library:
    """A library that has the scene and the bank in memory."""
    books = Library()
    books.give_scene(SCENE, lopsided_scene())
    books.give_bank(BANK, lopsided_bank())
    return books


@contextmanager
def session_of(ctx, state: ViewState = STILL):
    session = Session(ctx, state, library())
    try:
        yield session
    finally:
        session.release()


@contextmanager
def app_of(ctx, state: ViewState = STILL, size=PANELS_SIZE, scale: float = 1.0):
    """A viewer after its first frames, when panels know their sizes. Pictures are small: fast."""
    surface = HeadlessSurface(size, scale, ctx)
    with session_of(ctx, state.replace(render_scale=0.25)) as session:
        app = App(surface, session)
        app.run(3, step_s=STEP_S)
        try:
            yield app
        finally:
            app.release()
            surface.release()


def play(app: App, *actions: dict, folder=None) -> None:
    """Let a user act; an action is a table of a script."""
    made = [
        ACTIONS[action["do"]](**{k: v for k, v in action.items() if k != "do"})
        for action in actions
    ]
    app.run(script=Script(made, folder) if folder else Script(made), step_s=STEP_S)


def picture(session: Session, size=SIZE) -> np.ndarray:
    """[H, W, 3] uint8 of what the session draws."""
    target = color_target(session.ctx, size, dtype="f1")
    session.draw(target.framebuffer, size)
    pixels = read_screen(target.framebuffer, size)
    target.release()
    return pixels


@contextmanager
def nothing_made(ctx):
    """Check that what happens within makes no texture, buffer or framebuffer, nor frees one.

    OpenGL gives each a name in order, so their names tell how many there have been.
    """

    def names() -> np.ndarray:
        texture, buffer = ctx.texture((1, 1), 4), ctx.buffer(reserve=4)
        framebuffer = ctx.framebuffer([texture])
        found = np.array([part.glo for part in (texture, buffer, framebuffer)])
        for part in (framebuffer, buffer, texture):
            part.release()
        return found

    before, usual = names(), names()
    usual, before = usual - before, usual
    yield
    assert np.array_equal(names() - before, usual), "something was made"


def display_picture(path) -> np.ndarray:
    """[H, W, 3] int of a PNG, as it is stored."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)
