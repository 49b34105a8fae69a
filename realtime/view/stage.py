"""What the window shows of a scene: one picture, or two beside a bar.

    renderer -> left, linear light  --.
    renderer -> right, linear light ---+- tone map, each on its side of the bar -> framebuffer

Each method's parts live in the one renderer; the two pictures are its target and another like it,
which change places between the two, so that keeping the left one costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl

from realtime.bank import Bank, LowRankBank
from realtime.blur.choices import SLICED
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scissor import scissored
from realtime.gl.targets import Target, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.renderer import Renderer, Staged
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.model import Scene
from realtime.scene.shutter import Shutter
from realtime.view.heap import give_back
from realtime.view.inspect.error_view import ErrorPass
from realtime.view.photo_renderer import PhotoRenderer
from realtime.view.photo_scene import PhotoScene
from realtime.view.state import ViewState

Size = tuple[int, int]


@dataclass(frozen=True)
class Pair:
    """Two pictures to compare. name: "sides", or of the one side; what: the two methods."""

    name: str
    what: tuple[str, str]
    picture: moderngl.Texture
    reference: moderngl.Texture


class Stage:
    """Draws a state's pictures with one renderer, into targets that live as long as their size."""

    def __init__(
        self, ctx: moderngl.Context, scene: Scene, bank: Bank | LowRankBank | None, size: Size
    ) -> None:
        self.ctx = ctx
        kind = PhotoRenderer if isinstance(scene, PhotoScene) else Renderer
        self.renderer = kind(ctx, scene, size, bank)
        self.scaled = Fullscreen(ctx, "scaled.frag")
        self._kept: Target | None = None  # the left picture, once there were two of the size
        self._is_split = False
        self._screen: Target | None = None  # tone-mapped, where its size is not the window's
        self._truth: Target | None = None  # to compare with
        self._truth_of: tuple | None = None  # what it was drawn for
        self._error: ErrorPass | None = None

    @property
    def size(self) -> Size:
        """(width, height) of the pictures, px."""
        return self.renderer.size

    @property
    def left(self) -> Target:
        """The left picture, or the only one: exposed linear light, bottom row first."""
        return self._kept if self._is_split else self.renderer.hdr

    @property
    def right(self) -> Target:
        """The right picture; the left one where there is no other."""
        return self.renderer.hdr

    def set_up(self, state: ViewState, scene: Scene, effects: Sequence[Staged]) -> None:
        """Take over what does not change from frame to frame."""
        renderer = self.renderer
        renderer.set_quality(state.drawn_quality)
        renderer.views, renderer.exposures = state.views, state.exposures
        renderer.shutter = Shutter(state.shutter_angle_deg)
        renderer.expose(scene.exposure * 2**state.exposure_stops)
        renderer.set_effects(effects)

    def draw(
        self,
        state: ViewState,
        lens: ThinLens,
        camera: Camera | None,
        size: Size,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw `left` and `right` at a size. camera: None follows the scene's path."""
        self._resize(size, state.split)
        sides = ((state.left, state.left_effects), (state.right, state.right_effects))
        for index, (blur, effects) in enumerate(sides if state.split else sides[:1]):
            if index:
                self._kept = self.renderer.swap(self._kept)
            show = state.show if blur in SLICED else None
            self.renderer.render(state.time_s, blur, lens, camera, timer, show, effects)
        if state.needs_truth:
            self._draw_truth(state, lens, camera, timer)
        elif self._truth is not None:
            self._truth.release()
            self._truth = self._truth_of = None

    def _draw_truth(
        self, state: ViewState, lens: ThinLens, camera: Camera | None, timer: Timer
    ) -> None:
        """Many views: not again while it would be the same. Effects are on it if they are left."""
        renderer, size = self.renderer, self.size
        effects = (renderer.effects, state.left_effects)
        light = (state.exposure_stops, state.views, renderer.bank)
        wanted = (state.time_s, lens, camera, size, *effects, *light)
        if self._truth is None or self._truth.size != size:
            if self._truth is not None:
                self._truth.release()
            self._truth, self._truth_of = color_target(self.ctx, size, dtype="f2"), None
        if wanted == self._truth_of:
            return
        self._truth = renderer.swap(self._truth)
        try:
            renderer.render(state.time_s, "lens", lens, camera, timer, None, state.left_effects)
        finally:
            self._truth = renderer.swap(self._truth)
        self._truth_of = wanted

    @property
    def truth(self) -> Target | None:
        """The lens truth, where the state needs it to compare with."""
        return self._truth

    def pairs(self, state: ViewState) -> tuple[Pair, ...]:
        """Return what of the last pictures is to be compared, as the state has it."""
        left, right = self.left.color, self.right.color
        if state.error_against == "sides":
            what = (state.left, state.right)
            return (Pair("sides", what, left, right),) if state.split else ()
        if self._truth is None:
            return ()
        truth = self._truth.color
        pairs = (
            Pair("left", (state.left, "lens"), left, truth),
            Pair("right", (state.right, "lens"), right, truth),
        )
        return pairs if state.split else pairs[:1]

    def _resize(self, size: Size, is_split: bool) -> None:
        """A second picture stays when it is no longer shown.

        Both are targets of the renderer, whose passes keep framebuffers for what they have drawn
        into: with another one at every split they would have more and more.
        """
        self.renderer.resize(size)
        if self._kept is not None and self._kept.size != size:
            self._kept.release()
            self._kept = None
        if is_split and self._kept is None:
            self._kept = color_target(self.ctx, size, dtype="f2")
        self._is_split = is_split

    def present(self, state: ViewState, out: moderngl.Framebuffer, size: Size) -> None:
        """Tone-map what was drawn into `out`, which is of this size, px."""
        if size == self.size:
            self._present(state, out)
            return
        screen = self._screen_of(self.size)
        self._present(state, screen.framebuffer)
        self.scaled.draw(out, {"u_color": screen.color}, size=size)

    def _present(self, state: ViewState, out: moderngl.Framebuffer) -> None:
        size = self.size
        if not state.shows_bar:
            self._present_side(state, 0, out)
            return
        bar = bar_px(state, size)
        for side, start, end in ((0, 0, bar), (1, bar, size[0])):
            if start < end:
                with scissored((start, 0, end - start, size[1]), out):
                    self._present_side(state, side, out)

    def _present_side(self, state: ViewState, side: int, out: moderngl.Framebuffer) -> None:
        """The picture of a side, or its error."""
        pairs = self.pairs(state) if state.shows_error else ()
        if not pairs:
            picture = (self.left, self.right)[side].color
            self.renderer.present_pass.draw(picture, out, self.size)
            return
        if self._error is None:
            self._error = ErrorPass(self.ctx)
        pair = pairs[side]
        self._error.draw(pair.picture, pair.reference, state.error_gain, out, self.size)

    def _screen_of(self, size: Size) -> Target:
        if self._screen is None or self._screen.size != size:
            if self._screen is not None:
                self._screen.release()
            self._screen = color_target(self.ctx, size, dtype="f1")
        return self._screen

    def release(self) -> None:
        """Free everything, and let the system have it. Waits for the GPU."""
        targets = (self._kept, self._screen, self._truth)
        for part in (self.renderer, self.scaled, self._error, *targets):
            if part is not None:
                part.release()
        self.ctx.finish()  # drivers free nothing that is still being drawn with
        give_back()


def bar_px(state: ViewState, size: Size) -> int:
    """How many columns of a picture of this size lie left of the bar."""
    return round(state.split_at * size[0])
