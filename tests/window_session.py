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

from realtime.scene.camera import Camera
from realtime.view.app import App
from realtime.view.controls import FreeCamera
from realtime.view.window import Window

SIZE = (96, 64)
errors: list[str] = []  # what OpenGL had to say now and then


def main() -> None:
    """Open a window on the lopsided scene and note what every action does."""
    window = Window(SIZE, "session")
    app = App(window, lopsided_scene(), lopsided_bank(), views=3)
    app.paused = True
    app.run(3)
    notes = (
        {"drawn": shown(app)} | keys(app) | clicks(app) | drags(app) | follows(app) | resizes(app)
    )
    if len(sys.argv) > 1:
        np.save(sys.argv[1], shown(app, as_array=True))
    notes["status"] = app.status()
    app.release()
    notes["errors"] = sorted({*errors, window.ctx.error})
    window.release()
    print(json.dumps(notes))


def shown(app: App, as_array: bool = False):
    """What stands in the window's back buffer: [H, W, 3], row 0 on top, or a few pixels of it."""
    app.draw()
    width, height = app.window.size
    screen = app.window.ctx.detect_framebuffer(0)
    errors.append(app.window.ctx.error)
    data = screen.read((0, 0, width, height), components=3, alignment=1)
    _ = app.window.ctx.error  # moderngl leaves one by reading a window, and asking clears it
    picture = np.frombuffer(data, "u1").reshape(height, width, 3)[::-1]
    app.window.show()
    return picture if as_array else {"size": [width, height], "mean": mean_of(picture)}


def mean_of(picture: np.ndarray) -> dict[str, list[float]]:
    """Mean colour of the quarters."""
    rows, columns = picture.shape[0] // 2, picture.shape[1] // 2
    top, bottom = picture[:rows], picture[rows:]
    parts = {"top left": top[:, :columns], "top right": top[:, columns:]}
    parts |= {"bottom left": bottom[:, :columns], "bottom right": bottom[:, columns:]}
    return {name: part.mean(axis=(0, 1)).tolist() for name, part in parts.items()}


def keys(app: App) -> dict:
    """Press the keys of HELP."""
    blurs = []
    for key in (glfw.KEY_1, glfw.KEY_2, glfw.KEY_3, glfw.KEY_4, glfw.KEY_B, glfw.KEY_B):
        app.key(key)
        app.run(1)
        blurs.append(app.blur)
    f_numbers = [app.lens.f_number]
    for key in (glfw.KEY_RIGHT_BRACKET, glfw.KEY_LEFT_BRACKET, *[glfw.KEY_LEFT_BRACKET] * 60):
        app.key(key)
        f_numbers.append(app.lens.f_number)
    app.opened = 1.0
    paused = []
    for _ in range(2):
        app.key(glfw.KEY_SPACE)
        paused.append(app.paused)
    before = app.time_s
    app.advance(1.0)
    app.paused = True
    app.key(glfw.KEY_1)
    return {
        "blurs": blurs,
        "f_numbers": [*f_numbers[:3], f_numbers[-1]],
        "paused": paused,
        "stood": app.time_s == before,
    }


def clicks(app: App) -> dict:
    """Focus on the box, the sky, and as the scene has it."""
    app.draw()
    focus, pulls = [], []
    for at in ((68, 48), (90, 3)):
        app.button(glfw.MOUSE_BUTTON_LEFT, True, at)
        app.button(glfw.MOUSE_BUTTON_LEFT, False, at)
        before = app.lens.focus_distance_m
        app.advance(0.05)
        pulls.append(
            before < app.lens.focus_distance_m or before > app.lens.focus_distance_m > 1.26
        )
        app.advance(60.0)
        focus.append(app.lens.focus_distance_m)
    app.button(glfw.MOUSE_BUTTON_RIGHT, True, (48, 32))
    app.button(glfw.MOUSE_BUTTON_RIGHT, False, (48, 32))
    app.advance(60.0)
    focus.append(app.lens.focus_distance_m)
    app.key(glfw.KEY_F)
    app.advance(60.0)
    focus.append(app.lens.focus_distance_m)
    return {"focus_m": focus, "pulls": pulls}


def drags(app: App) -> dict:
    """Orbit, dolly, and back to the path; a drag focuses on nothing."""
    app.button(glfw.MOUSE_BUTTON_LEFT, True, (30, 30))
    app.move((50, 30))
    app.button(glfw.MOUSE_BUTTON_LEFT, False, (50, 30))
    after_drag = app.camera.eye_m
    app.scroll(2)
    after_wheel = app.camera.target_distance_m
    app.run(1)
    app.key(glfw.KEY_R)
    return {
        "after_drag": after_drag,
        "after_wheel": after_wheel,
        "back": app.camera.eye_m,
        "focus_after_drag_m": app.lens.focus_distance_m,
    }


def follows(app: App) -> dict:
    """A point 2 m ahead is followed from where the camera is, until it is behind it."""
    scene, app.scene = app.scene, dataclasses.replace(app.scene, focus_point_m=(0.0, 0.0, -2.0))
    focus = []
    for eye_z in (-0.5, -5.0):
        app.free = FreeCamera(Camera((0.0, 0.0, eye_z), (0.0, 0.0, -9.0)))
        app.advance(60.0)
        focus.append(app.lens.focus_distance_m)
    app.scene, app.free = scene, None
    app.advance(60.0)
    return {"followed_m": [*focus, app.lens.focus_distance_m]}


def resizes(app: App) -> dict:
    """Another size, asked for as a window manager does."""
    sizes = []
    for size in ((130, 50), SIZE):
        glfw.set_window_size(app.window.handle, *size)
        for _ in range(200):
            app.run(1)
            if app.window.size == size:
                break
        sizes.append([app.window.size, app.renderer.size, shown(app)["size"]])
    return {"sizes": sizes}


main()
