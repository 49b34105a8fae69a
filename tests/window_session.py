"""A window used from within: run as a process of its own, under a display; prints JSON.

A window's OpenGL context would stay current in the tests' process; here it has one to itself.
"""

import dataclasses
import json
import sys

import glfw
import numpy as np
from banks import lopsided_bank
from scenes3d import lopsided_scene

from realtime.view.app import App
from realtime.view.events import Button, Key, Move, Scroll
from realtime.view.library import Library
from realtime.view.session import Session
from realtime.view.state import CameraState, ViewState
from realtime.view.window import Window

SIZE = (96, 64)
errors: list[str] = []  # what OpenGL had to say now and then


def main() -> None:
    """Open a window on the lopsided scene and note what every action does."""
    window = Window(SIZE, "session")
    library = Library()
    library.give_scene("lopsided", lopsided_scene())
    library.give_bank("bank", lopsided_bank())
    state = ViewState(scene="lopsided", bank="bank", left="sparse", views=3, paused=True)
    app = App(window, Session(window.ctx, state, library))
    app.run(3)
    notes = (
        {"drawn": shown(app)} | keys(app) | clicks(app) | drags(app) | follows(app) | resizes(app)
    )
    if len(sys.argv) > 1:
        np.save(sys.argv[1], shown(app, as_array=True))
    notes["status"] = app.session.status()
    app.release()
    app.session.release()
    notes["errors"] = sorted({*errors, window.ctx.error})
    window.release()
    print(json.dumps(notes))


def shown(app: App, as_array: bool = False):
    """What stands in the window: [H, W, 3], row 0 on top, or a few pixels of it."""
    errors.append(app.surface.ctx.error)
    picture = app.picture()
    height, width = picture.shape[:2]
    return picture if as_array else {"size": [width, height], "mean": mean_of(picture)}


def mean_of(picture: np.ndarray) -> dict[str, list[float]]:
    """Mean colour of the quarters."""
    rows, columns = picture.shape[0] // 2, picture.shape[1] // 2
    top, bottom = picture[:rows], picture[rows:]
    parts = {"top left": top[:, :columns], "top right": top[:, columns:]}
    parts |= {"bottom left": bottom[:, :columns], "bottom right": bottom[:, columns:]}
    return {name: part.mean(axis=(0, 1)).tolist() for name, part in parts.items()}


def keys(app: App) -> dict:
    """Press the keys of the help."""
    session, blurs = app.session, []
    for key in ("1", "2", "3", "4", "b", "b"):
        app.frame(0.0, [Key(key), Key(key, False)])
        blurs.append(session.state.left)
    f_numbers = [session.lens.f_number]
    for key in ("right_bracket", "left_bracket", *["left_bracket"] * 60):
        app.key(Key(key))
        f_numbers.append(session.lens.f_number)
    session.edit(session.state.with_lens(f_number=None), "aperture")
    paused = []
    for _ in range(2):
        app.key(Key("space"))
        paused.append(session.state.paused)
    before = session.state.time_s
    session.advance(1.0)
    app.key(Key("1"))
    return {
        "blurs": blurs,
        "f_numbers": [*f_numbers[:3], f_numbers[-1]],
        "paused": paused,
        "stood": session.state.time_s == before,
    }


def click(app: App, at: tuple[float, float], button: str = "left") -> None:
    """Press and release without moving."""
    app.frame(0.0, [Move(at), Button(button, True)])
    app.frame(0.0, [Button(button, False)])


def clicks(app: App) -> dict:
    """Focus on the box, the sky, and as the scene has it."""
    session, focus, pulls = app.session, [], []
    for at in ((68, 48), (90, 3)):
        before = session.lens.focus_distance_m
        click(app, at)
        session.advance(0.05)
        now = session.lens.focus_distance_m
        pulls.append(before < now or before > now > 1.26)
        session.advance(60.0)
        focus.append(session.lens.focus_distance_m)
    click(app, (48, 32), "right")
    session.advance(60.0)
    focus.append(session.lens.focus_distance_m)
    app.key(Key("f"))
    session.advance(60.0)
    focus.append(session.lens.focus_distance_m)
    return {"focus_m": focus, "pulls": pulls}


def drags(app: App) -> dict:
    """Orbit, dolly, and back to the path; a drag focuses on nothing."""
    session = app.session
    app.frame(0.0, [Move((30, 30)), Button("left", True)])
    app.frame(0.0, [Move((50, 30)), Button("left", False)])
    after_drag = session.camera.eye_m
    app.frame(0.0, [Scroll(0, 2)])
    after_wheel = session.camera.target_distance_m
    app.run(1)
    app.key(Key("r"))
    return {
        "after_drag": after_drag,
        "after_wheel": after_wheel,
        "back": session.camera.eye_m,
        "focus_after_drag_m": session.lens.focus_distance_m,
    }


def follows(app: App) -> dict:
    """A point 2 m ahead is followed from where the camera is, until it is behind it."""
    session, focus = app.session, []
    scene = session.scene
    session.scene = dataclasses.replace(scene, focus_point_m=(0.0, 0.0, -2.0))
    for eye_z in (-0.5, -5.0):
        camera = CameraState((0.0, 0.0, eye_z), (0.0, 0.0, -9.0))
        session.state = session.state.replace(camera=camera)
        session.advance(60.0)
        focus.append(session.lens.focus_distance_m)
    session.scene, session.state = scene, session.state.replace(camera=None)
    session.advance(60.0)
    return {"followed_m": [*focus, session.lens.focus_distance_m]}


def resizes(app: App) -> dict:
    """Another size, asked for as a window manager does."""
    sizes = []
    for size in ((130, 50), SIZE):
        glfw.set_window_size(app.surface.handle, *size)
        for _ in range(200):
            app.run(1)
            if app.surface.size == size:
                break
        sizes.append([app.surface.size, app.session.size, shown(app)["size"]])
    return {"sizes": sizes}


main()
