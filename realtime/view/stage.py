"""What the window shows of a scene: one picture, or two beside a bar.

    renderer -> left, linear light  --.
    renderer -> right, linear light ---+- tone map, each on its side of the bar -> framebuffer

Each method's parts live in the one renderer; the two pictures are its target and another like it,
which change places between the two, so that keeping the left one costs nothing.
"""

from collections.abc import Sequence

import moderngl

from realtime.bank import Bank, LowRankBank
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scissor import scissored
from realtime.gl.targets import Target, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.quality import quality_of
from realtime.renderer import SLICED, Renderer, Staged
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.model import Scene
from realtime.scene.shutter import Shutter
from realtime.view.state import ViewState

Size = tuple[int, int]


class Stage:
    """Draws a state's pictures with one renderer, into targets that live as long as their size."""

    def __init__(
        self, ctx: moderngl.Context, scene: Scene, bank: Bank | LowRankBank | None, size: Size
    ) -> None:
        self.ctx = ctx
        self.renderer = Renderer(ctx, scene, size, bank)
        self.scaled = Fullscreen(ctx, "scaled.frag")
        self._kept: Target | None = None  # the left picture, where there are two
        self._screen: Target | None = None  # tone-mapped, where its size is not the window's

    @property
    def size(self) -> Size:
        """(width, height) of the pictures, px."""
        return self.renderer.size

    @property
    def left(self) -> Target:
        """The left picture, or the only one: exposed linear light, bottom row first."""
        return self._kept or self.renderer.hdr

    @property
    def right(self) -> Target:
        """The right picture; the left one where there is no other."""
        return self.renderer.hdr

    def set_up(self, state: ViewState, scene: Scene, effects: Sequence[Staged]) -> None:
        """Take over what does not change from frame to frame."""
        renderer = self.renderer
        renderer.set_quality(quality_of(state.quality).with_samples(state.samples))
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

    def _resize(self, size: Size, is_split: bool) -> None:
        self.renderer.resize(size)
        if self._kept is not None and (not is_split or self._kept.size != size):
            self._kept.release()
            self._kept = None
        if is_split and self._kept is None:
            self._kept = color_target(self.ctx, size, dtype="f2")

    def present(self, state: ViewState, out: moderngl.Framebuffer, size: Size) -> None:
        """Tone-map what was drawn into `out`, which is of this size, px."""
        if size == self.size:
            self._present(state, out)
            return
        screen = self._screen_of(self.size)
        self._present(state, screen.framebuffer)
        self.scaled.draw(out, {"u_color": screen.color}, size=size)

    def _present(self, state: ViewState, out: moderngl.Framebuffer) -> None:
        present, size = self.renderer.present_pass, self.size
        if not state.split:
            present.draw(self.left.color, out, size)
            return
        bar = bar_px(state, size)
        for target, start, end in ((self.left, 0, bar), (self.right, bar, size[0])):
            if start < end:
                with scissored((start, 0, end - start, size[1]), out):
                    present.draw(target.color, out, size)

    def _screen_of(self, size: Size) -> Target:
        if self._screen is None or self._screen.size != size:
            if self._screen is not None:
                self._screen.release()
            self._screen = color_target(self.ctx, size, dtype="f1")
        return self._screen

    def release(self) -> None:
        """Free everything."""
        for part in (self.renderer, self.scaled, self._kept, self._screen):
            if part is not None:
                part.release()


def bar_px(state: ViewState, size: Size) -> int:
    """How many columns of a picture of this size lie left of the bar."""
    return round(state.split_at * size[0])
