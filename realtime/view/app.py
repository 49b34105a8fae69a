"""The viewer's frame loop."""

import math
import time
from collections import deque
from typing import Any

import glfw
import numpy as np

from realtime.bank import Bank
from realtime.errors import LensError
from realtime.renderer import BLURS, Renderer
from realtime.scene.camera import Camera
from realtime.scene.focus import Autofocus
from realtime.scene.lens import Lens, ThinLens
from realtime.scene.model import Scene
from realtime.view.controls import Drag, FreeCamera
from realtime.view.window import Window

HELP = """\
  drag             orbit around the target      1 2 3 4   sparse, dense, lens truth, none
  wheel            closer, farther              B         next blur method
  W A S D Q E      fly                          [ ]       open, close the aperture
  click            focus there                  F         focus as the scene has it
  space            pause, go on                 R         back to the scene's camera path
  H                this help                    Esc       quit"""

FLY_KEYS = {  # right, up, forward
    glfw.KEY_D: (1, 0, 0),
    glfw.KEY_A: (-1, 0, 0),
    glfw.KEY_E: (0, 1, 0),
    glfw.KEY_Q: (0, -1, 0),
    glfw.KEY_W: (0, 0, 1),
    glfw.KEY_S: (0, 0, -1),
}
STOP_STEP = 2 ** (1 / 6)  # width of the aperture per third of a stop
WIDEST = 16  # [ and ] open and close the scene's aperture by 8 stops, whatever it is
WARM_UP_S = 0.5  # between two updates of the title


class App:
    """A scene in a window. Settings live here, not in the renderer."""

    def __init__(self, window: Window, scene: Scene, bank: Bank | None, **drawing: Any) -> None:
        self.window = window
        self.scene = scene
        self.renderer = Renderer(window.ctx, scene, window.size, bank, **drawing)
        self.blur = "sparse" if bank else "none"
        self.time_s = 0.0
        self.paused = False
        self.free: FreeCamera | None = None  # None: the scene's own path
        self.focus_m: float | None = None  # None: as the scene has it
        self.opened = 1.0  # width of the aperture over the scene's
        self.autofocus = Autofocus()
        self.distance_m = scene.lens.focus_distance_m  # of the focus, on its way to what is asked
        self.pull(0.0)
        self.drag = Drag()
        self.frame_s: deque[float] = deque(maxlen=60)
        window.on_key(self.key)
        window.on_scroll(self.scroll)
        window.on_button(self.button)
        window.on_move(self.move)

    def run(self, frames: int | None = None) -> None:
        """Draw until the window closes, or for a number of frames."""
        last = time.perf_counter()
        titled = -math.inf
        drawn = 0
        while not self.window.should_close and (frames is None or drawn < frames):
            now = time.perf_counter()
            elapsed, last = now - last, now
            self.frame_s.append(elapsed)
            self.advance(elapsed)
            self.draw()
            self.window.show()
            drawn += 1
            if now - titled > WARM_UP_S:
                self.window.title(self.status())
                titled = now

    def advance(self, elapsed_s: float) -> None:
        """Move along the path, fly while keys are held, and pull the focus."""
        if not self.paused:
            self.time_s += elapsed_s
        directions = [way for key, way in FLY_KEYS.items() if self.window.held(key)]
        if directions:
            self.free = self._hands().fly(*np.sum(directions, axis=0), elapsed_s)
        self.pull(elapsed_s)

    def pull(self, elapsed_s: float) -> None:
        """Focus a little nearer to what was clicked, or to what the scene asks for."""
        target_m = self.focus_m
        if target_m is None:
            try:
                target_m = self.scene.lens_at(self.time_s, self.camera).focus_distance_m
            except LensError:
                return  # flown past what the lens follows: the focus stays
        self.distance_m = self.autofocus.update(target_m, elapsed_s)

    def draw(self) -> None:
        """Draw one frame into the window, at the window's present size."""
        size = self.window.size
        if not all(size):
            return  # minimised
        self.renderer.resize(size)
        self.renderer.render(self.time_s, self.blur, self.lens, self.camera)
        self.renderer.present(self.window.ctx.screen, size)

    @property
    def camera(self) -> Camera:
        """The user's, or the path's."""
        return self.free.camera if self.free else self.scene.camera.at(self.time_s)

    @property
    def lens(self) -> ThinLens:
        """The scene's lens, with the user's aperture and focus."""
        return self.scene.lens.focused_at(self.distance_m).opened(self.opened)

    def _hands(self) -> FreeCamera:
        """The user's camera, taken over from the path where it was."""
        return self.free or FreeCamera(self.camera)

    def status(self) -> str:
        """One line: blur, frame rate, lens."""
        lens = self.lens
        rate = len(self.frame_s) / max(sum(self.frame_s), 1e-6)
        aperture = f"f/{lens.f_number:.2g}" if isinstance(lens, Lens) else f"CoC {lens.radius:.2%}"
        return (
            f"diskblur  {self.scene.name}  {self.blur}  {rate:.0f} frames/s  "
            f"{aperture}  focus {lens.focus_distance_m:.2f} m"
        )

    def key(self, key: int) -> None:
        """Do what HELP says of a key."""
        if key in (glfw.KEY_1, glfw.KEY_2, glfw.KEY_3, glfw.KEY_4):
            self.choose(BLURS[key - glfw.KEY_1])
        elif key == glfw.KEY_B:
            self.choose(BLURS[(BLURS.index(self.blur) + 1) % len(BLURS)])
        elif key == glfw.KEY_SPACE:
            self.paused = not self.paused
        elif key == glfw.KEY_R:
            self.free = None
        elif key == glfw.KEY_F:
            self.focus_m = None
        elif key in (glfw.KEY_LEFT_BRACKET, glfw.KEY_RIGHT_BRACKET):
            factor = STOP_STEP if key == glfw.KEY_LEFT_BRACKET else 1 / STOP_STEP
            self.opened = float(np.clip(self.opened * factor, 1 / WIDEST, WIDEST))
        elif key == glfw.KEY_H:
            print(HELP)
        elif key == glfw.KEY_ESCAPE:
            self.window.close()

    def choose(self, blur: str) -> None:
        """Change the blur method; without a bank only "none" can be had."""
        if self.renderer.bank or blur == "none":
            self.blur = blur
        else:
            print(f"--blur {blur}: no bank, one expected. Start with --bank F")

    def scroll(self, steps: float) -> None:
        """Dolly."""
        self.free = self._hands().dolly(steps)

    def button(self, button: int, is_down: bool, at: tuple[float, float]) -> None:
        """Start a drag, or focus where a click was."""
        if button != glfw.MOUSE_BUTTON_LEFT:
            return
        if is_down:
            self.drag.press(at)
        elif self.drag.release():
            self.focus_at(at)

    def move(self, at: tuple[float, float]) -> None:
        """Orbit while dragging."""
        dragged = self.drag.move(at)
        if dragged is not None:
            height = self.window.size[1]
            self.free = self._hands().orbit(dragged[0] / height, dragged[1] / height)

    def focus_at(self, at: tuple[float, float]) -> None:
        """Focus on what is seen at (x, y) px from the top left; the sky is at infinity."""
        distance_m = self.renderer.distance_at(at, self.camera, self.lens)
        try:
            self.lens.focused_at(distance_m)
        except LensError as error:
            print(error)
            return
        self.focus_m = distance_m

    def release(self) -> None:
        """Free what is on the GPU."""
        self.renderer.release()
