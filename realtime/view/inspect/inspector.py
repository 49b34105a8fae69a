"""Measures what the panel asks for, between two frames; nothing where it asks for nothing.

panel: asks.psnr, asks.at -> look(): draws a few texels -> some frames later: psnr, reading
"""

from dataclasses import dataclass

import moderngl

from realtime.blur.choices import SLICED
from realtime.renderer import Renderer
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.view.inspect.kernel_picture import KernelPicture
from realtime.view.inspect.probe import Probe
from realtime.view.inspect.psnr import PsnrMeter
from realtime.view.inspect.reading import Effected, Look, Reading, read
from realtime.view.stage import Pair, Stage, bar_px
from realtime.view.state import ViewState

# Between two measurements of the PSNR: faster, nobody could read it; and most frames are not to pay
# for it, also where frames are slow (14 ms of two CPU cores at 1280 × 720 on a software renderer).
EVERY_S, EVERY_FRAMES = 0.25, 4


@dataclass
class Asks:
    """What is wanted of the next frame; the panel says so in every frame.

    at: (x, y) of the window, px from its top left, whose pixel is read; None reads none.
    """

    psnr: bool = False
    at: tuple[float, float] | None = None


class Inspector:
    """`reading`: of the pixel that was asked for; `psnr`: dB, by the names of `Stage.pairs`."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.asks = Asks()
        self.reading: Reading | None = None
        self.kernel_picture = KernelPicture(ctx)
        self.cursor: tuple[float, float] | None = None  # px of the window, where it last was
        self._probe: Probe | None = None
        self._meters: dict[str, PsnrMeter] = {}
        self._compared: dict[str, tuple] = {}
        self._since_s, self._since_frames = EVERY_S, EVERY_FRAMES

    @property
    def psnr(self) -> dict[str, float | None]:
        """DB of each pair that is compared; None while it is on its way, inf for equal ones."""
        return {name: self._meters[name].decibels for name in self._compared}

    def advance(self, elapsed_s: float) -> None:
        """Let time pass."""
        self._since_s += elapsed_s

    def look(
        self,
        stage: Stage,
        state: ViewState,
        lens: ThinLens,
        camera: Camera,
        window_size: tuple[int, int],
    ) -> None:
        """Measure what was asked for about the pictures that were just drawn."""
        asks, self.asks = self.asks, Asks()
        is_scene = _has_depth(stage)
        is_asked = asks.psnr and not (is_scene and shows_colours(state))
        self._compare(stage.pairs(state) if is_asked else (), is_mapped=is_scene)
        if asks.at is not None:
            self._read(stage, state, lens, camera, pixel_at(asks.at, window_size, stage.size))
        else:
            self.reading = None
            if self._probe is not None:
                self._probe.late.forget()

    # --- PSNR -----------------------------------------------------------------------------------

    def _compare(self, pairs: tuple[Pair, ...], is_mapped: bool) -> None:
        compared = {pair.name: pair.what for pair in pairs}
        for name in compared:
            meter = self._meter(name, is_mapped)
            meter.step()
            if self._compared.get(name) != compared[name]:
                meter.forget()
                self._since_s, self._since_frames = EVERY_S, EVERY_FRAMES
        self._compared = compared
        self._since_frames += 1
        if pairs and self._since_s >= EVERY_S and self._since_frames > EVERY_FRAMES:
            self._since_s, self._since_frames = 0.0, 1
            for pair in pairs:
                self._meters[pair.name].measure(pair.picture, pair.reference)

    def _meter(self, name: str, is_mapped: bool) -> PsnrMeter:
        meter = self._meters.get(name)
        if meter is not None and meter.is_mapped != is_mapped:
            self._meters.pop(name).release()
            meter = None
        if meter is None:
            meter = self._meters[name] = PsnrMeter(self.ctx, is_mapped)
        return meter

    # --- The pixel ------------------------------------------------------------------------------

    def _read(
        self,
        stage: Stage,
        state: ViewState,
        lens: ThinLens,
        camera: Camera,
        at: tuple[int, int],
    ) -> None:
        if not _has_depth(stage):
            return
        if self._probe is None:
            self._probe = Probe(self.ctx)
        found = self._probe.step()
        if found is not None:
            self.reading = read(*found)
        renderer, size = stage.renderer, stage.size
        is_right = state.split and at[0] >= bar_px(state, size)
        side = "right" if is_right else "left"
        blur = getattr(state, side)
        views, decided = renderer.seen_sharp(blur, camera, lens), renderer.decided(blur)
        effect = _last_effect(stage, state, side)
        look = Look(
            at,
            size,
            side,
            blur,
            lens,
            camera.depth_mapping,
            renderer.bank,
            decided.scale if decided else 1,
            decided.slices if decided else (0, 0),
            effect,
        )
        self._probe.draw(
            (at[0], size[1] - 1 - at[1]),
            getattr(stage, side).color,
            views.target.depth,
            views.border_px,
            decided,
            renderer.last_map if effect else None,
            look,
        )

    def release(self) -> None:
        """Free everything."""
        for part in (self._probe, self.kernel_picture, *self._meters.values()):
            if part is not None:
                part.release()


def shows_colours(state: ViewState) -> bool:
    """Whether false colours stand in place of a picture: they have no PSNR."""
    sides = (state.left, state.right) if state.split else (state.left,)
    return state.show is not None and not set(SLICED).isdisjoint(sides)


def _has_depth(stage: Stage) -> bool:
    """Whether it is a scene: a photograph has no depth, and its light is tone-mapped already."""
    return isinstance(stage.renderer, Renderer)


def pixel_at(
    at: tuple[float, float], window_size: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int]:
    """Return the pixel (column, row from the top) of a picture of `size` at px of the window."""
    return tuple(
        min(max(int(place * side / max(whole, 1)), 0), side - 1)
        for place, whole, side in zip(at, window_size, size, strict=True)
    )


def _last_effect(stage: Stage, state: ViewState, side: str) -> Effected | None:
    effects = stage.renderer.effects
    if not effects or not getattr(state, f"{side}_effects") or stage.renderer.last_map is None:
        return None
    effect, bank = effects[-1].moving.start, effects[-1].banks[0]
    return Effected(effect.name, bank, effect.turns)
