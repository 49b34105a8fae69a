"""A live view of a scene: its state, its time, its pictures. No window and no widgets in it.

    state --edit--> state'      checked and taken over whole, or refused with a message
    advance(seconds)            time goes on, the focus is pulled
    draw(framebuffer, size)     the pictures, with whatever the state says

What is on the GPU follows from the state; nothing else holds a setting.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import moderngl
import numpy as np

from realtime.blur.choices import BANKLESS
from realtime.errors import LensError, UsageError, UserError
from realtime.gl.targets import Target
from realtime.gl.timing import Timer
from realtime.renderer import Staged
from realtime.scene.camera import Camera
from realtime.scene.focus import Autofocus
from realtime.scene.gltf import SUFFIXES
from realtime.scene.lens import Lens, ThinLens
from realtime.scene.model import Scene
from realtime.view.controls import FreeCamera
from realtime.view.history import History
from realtime.view.inspect.inspector import Inspector
from realtime.view.library import AnyBank, LensMount, Library, blurs_of
from realtime.view.make.painter import PANEL as MAKE
from realtime.view.make.painter import Painter
from realtime.view.make.picture import is_picture
from realtime.view.messages import Messages
from realtime.view.output import Output
from realtime.view.pace import Pace
from realtime.view.photo_scene import PICTURES, PhotoScene
from realtime.view.photo_stage import stage_of
from realtime.view.reload import Reload
from realtime.view.settings import is_settings, read_settings
from realtime.view.stage import Size, Stage, bar_px
from realtime.view.state import CameraState, LensState, ViewState
from realtime.view.tune.meter import FrameMeter

SCENES = (".toml", *SUFFIXES)
BANKS = (".safetensors",)
REST_S = 2.0  # after which slices have come so near that nobody sees them take the last step
WIDEST = 16  # the aperture opens and closes by 8 stops from the scene's


class Session:
    """One user's view. `state` is read by all and changed by `edit` and `set` only.

    library: what reads scenes and banks, and may have some in memory. Raises UserError for a state
    that cannot be shown.
    """

    def __init__(
        self, ctx: moderngl.Context, state: ViewState, library: Library | None = None
    ) -> None:
        self.ctx = ctx
        self.library, self.mount = library or Library(), LensMount()
        self.messages = Messages()
        self.history = History()
        self.pace = Pace()
        self.output = Output()
        self.reload = Reload(self)
        self.autofocus = Autofocus()
        self.meter = FrameMeter(ctx)
        self.inspector = Inspector(ctx)
        self.window_size: Size = (1, 1)  # of the last picture in the window, px
        self.stage: Stage | None = None
        self.bank: AnyBank | None = None
        self.state = self._taken(state)
        self._resting: tuple | None = None  # what has not changed for `_rested_s`
        self._rested_s = 0.0
        self.painter = Painter(self)
        self.distance_m = self.scene.lens.focus_distance_m  # of the focus, on its way
        self._pull(0.0)

    # --- Changing the state ---------------------------------------------------------------------

    def edit(self, state: ViewState, what: str) -> bool:
        """Take over a state that can be undone; return whether it could be.

        what: was changed, for people; edits of the same thing that follow each other closely are
        one step of undo. A state that cannot be shown becomes a message, and the old one stays.
        """
        before = self.state
        if state == before:
            return True
        if not self.set(state):
            return False
        self.history.record(before, what, time.monotonic())
        return True

    def set(self, state: ViewState) -> bool:
        """As `edit`, for what nobody would undo: a panel that opens, the clock."""
        try:
            self.state = self._taken(state)
        except UserError as error:
            self.messages.error(error)
            return False
        return True

    def undo(self) -> None:
        """Take back the last edit."""
        self._go(self.history.undoes, self.history.undo, "undone")

    def redo(self) -> None:
        """Do again what was undone."""
        self._go(self.history.redoes, self.history.redo, "done again")

    def _go(self, what: str | None, step: Callable, done: str) -> None:
        state = step(self.state)
        if state is None:
            self.messages.note(f"Nothing to be {done}")
        elif self.set(state):
            self.messages.note(f"{what}: {done}")

    def open(self, path: str | Path) -> bool:
        """Show a scene, or blur by a bank; return whether it could be read.

        While the painter is open, a picture becomes what is drawn.
        """
        path = str(path)
        if self.state.is_open(MAKE) and is_picture(path):
            return self.painter.paste(path)
        try:
            state, what = self._opened(path)
        except UserError as error:
            self.messages.error(error)
            return False
        done = self.edit(state, what) if state != self.state else self.set(state)
        if done:
            self.messages.note(f"{Path(path).name} opened")
        return done

    def _opened(self, path: str) -> tuple[ViewState, str]:
        """Read a file, again if it is known, and return the state with it, and what it is."""
        suffix = Path(path).suffix.lower()
        if is_settings(Path(path)):
            loaded = read_settings(Path(path))
            kept = {name: getattr(self.state, name) for name in ("panels", "size")}
            return loaded.replace(**kept), "settings"
        if suffix in BANKS:
            self.library.read_bank(path)
            return self.state.replace(bank=path), "bank"
        if suffix in (*SCENES, *PICTURES) or not suffix:
            self.library.read_scene(path)
            return _at_the_start(self.state, path), "photograph" if suffix in PICTURES else "scene"
        raise UsageError(
            f"{path}: a {suffix} file, a scene ({', '.join(SCENES)}), a bank ({BANKS[0]}) or a "
            f"picture ({', '.join(PICTURES)}) expected. Drop another file"
        )

    def use_bank(self, name: str, bank: AnyBank) -> bool:
        """Blur by a bank in memory, such as one that was just fitted; `name` is what it is called.

        Where nothing was blurred by a bank, the left side is from now on. Raises nothing: what
        cannot be used becomes a message.
        """
        self.library.give_bank(name, bank)
        state = self.state.replace(bank=name)
        shown = (state.left, state.right) if state.split else (state.left,)
        if all(blur in BANKLESS for blur in shown):
            state = state.replace(left=blurs_of(bank)[0])
        return self.edit(state, "bank") if state != self.state else self.set(state)

    def renew(self) -> None:
        """Make everything on the GPU anew, and draw once.

        Raises UserError, also for what only fails when it draws; all then goes on as it was.
        """
        state, scene = self.state, self.scene
        stage = stage_of(self.ctx, self.found, self.bank, self.size)
        try:
            effects = self.library.effects(state.effects, state.bank, scene.duration_s)
            stage.set_up(state, scene, effects)
            stage.draw(state, self.lens, self.camera if state.camera else None, self.size)
        except BaseException:
            stage.release()
            raise
        self.stage.release()
        self.stage = stage

    def restart(self) -> None:
        """Forget all earlier frames: the next ones follow from the state alone."""
        self.autofocus.reset()
        self._pull(0.0)
        self.stage.renderer.forget()

    def _taken(self, state: ViewState) -> ViewState:
        """Everything that a state needs, or a UserError and nothing is changed."""
        found = self.library.scene(state.scene)
        scene = self.mount.through(found, state.lens, state.scene)
        bank = self.library.bank(state.bank) if state.bank else None
        state = _suited(state, blurs_of(bank, isinstance(found, PhotoScene)))
        effects = self.library.effects(state.effects, state.bank, scene.duration_s)
        _camera_of(state, scene)  # refuses a camera that sees nothing
        self._set_stage(state, found, scene, bank, effects)
        return state

    def _set_stage(
        self,
        state: ViewState,
        found: Scene,
        scene: Scene,
        bank: AnyBank | None,
        effects: tuple[Staged, ...],
    ) -> None:
        if self.stage is None or self.stage.renderer.scene is not found:
            size = self.stage.size if self.stage else (1, 1)
            stage = stage_of(self.ctx, found, bank, size)
            if self.stage is not None:
                self.stage.release()
                self.autofocus.reset()
            self.stage = stage
            self.bank = bank
        self._change_bank(bank)
        self.stage.set_up(state, scene, effects)
        self.found, self.scene = found, scene

    def _change_bank(self, bank: AnyBank | None) -> None:
        """At once where methods change with it; else without a stutter, a few frames later."""
        if bank is self.bank:
            return
        is_alike = None not in (bank, self.bank) and blurs_of(bank) == blurs_of(self.bank)
        renderer = self.stage.renderer
        (renderer.change_bank if is_alike else renderer.set_bank)(bank)
        self.bank = bank

    @property
    def timer(self) -> Timer:
        """What the passes of this frame are timed with."""
        return self.meter.timer

    # --- What the state means now ---------------------------------------------------------------

    @property
    def camera(self) -> Camera:
        """The user's, or the path's."""
        return _camera_of(self.state, self.scene)

    @property
    def lens(self) -> ThinLens:
        """The lens, focused where the focus is on its way; or where a longer lens can be at all."""
        try:
            return self.scene.lens.focused_at(self.distance_m)
        except LensError:
            return self.scene.lens

    @property
    def is_photo(self) -> bool:
        """Whether it is a photograph that is shown."""
        return isinstance(self.found, PhotoScene)

    @property
    def blurs(self) -> tuple[str, ...]:
        """The blur methods that the bank allows for what is shown, best first."""
        return blurs_of(self.bank, self.is_photo)

    @property
    def left(self) -> Target:
        """The left picture, or the only one: exposed linear light, of `size`."""
        return self.stage.left

    @property
    def right(self) -> Target:
        """The right picture; the left one where there is no other."""
        return self.stage.right

    @property
    def size(self) -> Size:
        """(width, height) of the pictures, px; of the window's sides `render_scale`."""
        return self.stage.size

    def read_linear(self) -> np.ndarray:
        """Return what was drawn last, both sides of the bar, [h, w, 3] float32 of `size`.

        Exposed linear light, row 0 on top. Waits for the renderer.
        """
        light = _light_of(self.left)
        if self.state.split:
            bar = bar_px(self.state, self.size)
            light[:, bar:] = _light_of(self.right)[:, bar:]
        return light

    def status(self) -> str:
        """One line: scene, blur, frame rate, lens."""
        state, lens = self.state, self.lens
        blur = f"{state.left} | {state.right}" if state.split else state.left
        return (
            f"diskblur  {self.scene.name}  {blur}  {self.pace.rate:.0f} frames/s  "
            f"{aperture_text(lens)}  focus {lens.focus_distance_m:.2f} m"
        )

    # --- Time and pictures ----------------------------------------------------------------------

    def advance(self, elapsed_s: float) -> None:
        """Let time pass: along the camera's path, and for the focus on its way."""
        self.pace.add(elapsed_s)
        if not self.state.paused:
            self.state = self.state.replace(time_s=self.state.time_s + elapsed_s)
        self._pull(elapsed_s)
        self._rest(elapsed_s)
        self.painter.advance()
        self.inspector.advance(elapsed_s)

    def _rest(self, elapsed_s: float) -> None:
        """Let a picture at rest be that of its settings alone, to the last bit, once nothing moves.

        Slices follow what is seen slowly, and stop a rounding short of where they go.
        """
        now = (self.state, self.distance_m, self.window_size)
        self._rested_s = self._rested_s + elapsed_s if now == self._resting else 0.0
        self._resting = now
        if self._rested_s >= REST_S:
            self._rested_s = -math.inf  # once
            self.stage.renderer.forget()

    def _pull(self, elapsed_s: float) -> None:
        """Focus a little nearer to what was clicked, or to what the scene asks for."""
        try:
            target_m = self.scene.lens_at(self.state.time_s, self.camera).focus_distance_m
        except LensError:
            return  # flown past what the lens follows: the focus stays
        self.distance_m = self.autofocus.update(target_m, elapsed_s)

    def draw(self, out: moderngl.Framebuffer, size: Size) -> None:
        """Draw the pictures into `out`, which has this (width, height), px.

        What cannot be drawn becomes a message, and the blur that failed is no longer used.
        """
        self.window_size = size
        self.meter.begin(self.state.timing)
        scale = self.state.render_scale
        scaled = tuple(max(round(side * scale), 1) for side in size)
        camera = self.camera if self.state.camera else None
        try:
            self.stage.draw(self.state, self.lens, camera, scaled, self.timer)
        except UserError as error:
            plain = replace(self.state, left="none", right="none", effects=(), show=None)
            if self.state == plain:
                raise
            self.messages.error(error)
            self.edit(plain, "what cannot be drawn")
            self.stage.draw(self.state, self.lens, camera, scaled, self.timer)
        with self.timer.section("present"):
            self.stage.present(self.state, out, size)
        with self.timer.section("inspect"):
            self._look(size)

    def _look(self, size: Size) -> None:
        """Measure what the inspector asks for; what cannot be measured becomes a message, once."""
        try:
            self.inspector.look(self.stage, self.state, self.lens, self.camera, size)
        except UserError as error:
            self.messages.error(error)
            panels = tuple(name for name in self.state.panels if name != "inspect")
            self.set(self.state.replace(panels=panels, probe=False))

    # --- What mouse and keys do -----------------------------------------------------------------

    def move_camera(self, move: Callable[[FreeCamera], FreeCamera]) -> None:
        """Take the camera over from the path where it is, and move it; a photograph stays."""
        if self.is_photo:
            return
        camera = move(FreeCamera(self.camera)).camera
        moved = CameraState(camera.eye_m, camera.target_m)
        self.edit(self.state.replace(camera=moved), "camera")

    def open_aperture(self, factor: float) -> None:
        """Make the aperture `factor` times as wide, within what `WIDEST` allows."""
        lens, scenes = self.scene.lens, self.found.lens
        name = "f_number" if isinstance(lens, Lens) else "radius"
        wanted = lens.opened(factor)
        value = getattr(wanted, name)
        if isinstance(scenes, type(lens)):
            middle = getattr(scenes, name)
            value = float(np.clip(value, middle / WIDEST, middle * WIDEST))
        self.edit(self.state.with_lens(**{name: value}), "aperture")

    def focus_at(self, at: tuple[float, float]) -> None:
        """Focus on what is seen at (x, y) of the window, px from its top left. Waits for the GPU.

        The sky is at infinity. A photograph is flat.
        """
        if self.is_photo:
            return
        across, down = (a / max(s, 1) for a, s in zip(at, self.window_size, strict=True))
        place = (across * self.size[0], down * self.size[1])
        distance_m = self.stage.renderer.distance_at(place, self.camera, self.lens)
        self.edit(self.state.with_lens(focus_distance_m=distance_m), "focus")

    def choose(self, side: str, blur: str) -> None:
        """Change the blur method of the "left" or the "right" side."""
        if blur in self.blurs:
            self.edit(self.state.replace(**{side: blur}), f"{side} blur")
            return
        there = f"a bank for {', '.join(self.blurs)}" if self.bank else "no bank"
        self.messages.error(
            f"{side} {blur}: {there}, one for {blur} expected. Open another bank, or drop it here"
        )

    def release(self) -> None:
        """Free what is on the GPU, and end the fitter."""
        self.painter.release()
        self.stage.release()
        self.inspector.release()
        self.meter.release()


def _light_of(target: Target) -> np.ndarray:
    """[h, w, 3] float32, row 0 on top."""
    width, height = target.size
    data = target.framebuffer.read(components=3, dtype="f4", alignment=1)
    return np.frombuffer(data, "f4").reshape(height, width, 3)[::-1].copy()


def aperture_text(lens: ThinLens) -> str:
    """A lens's aperture in few words: "f/2.8", or the CoC radius of infinity."""
    return f"f/{lens.f_number:.2g}" if isinstance(lens, Lens) else f"CoC {lens.radius:.2%}"


def _at_the_start(state: ViewState, scene: str) -> ViewState:
    """Another scene, seen as it has it."""
    return state.replace(scene=scene, time_s=0.0, camera=None, lens=LensState())


def _camera_of(state: ViewState, scene: Scene) -> Camera:
    """Raises SceneError for one that sees nothing."""
    path = scene.camera.at(state.time_s)
    if state.camera is None:
        return path
    return replace(path, eye_m=state.camera.eye_m, target_m=state.camera.target_m)


def _suited(state: ViewState, blurs: tuple[str, ...]) -> ViewState:
    """What the bank cannot do gives way to what it does best, and to "none" beside it."""
    changes: dict[str, Any] = {}
    if state.left not in blurs:
        changes["left"] = blurs[0]
    if state.right not in blurs:
        changes["right"] = "none"
    if state.error_against == "truth" and "lens" not in blurs:
        changes["error_against"] = "sides"
    return state.replace(**changes) if changes else state
