"""From a scene and a time to a picture. All light is linear until `PresentPass`."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import moderngl
import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.blur.choices import MOTION, SLICED, check_kind, method_of, needed, own_blur
from realtime.blur.depth_of_field import Decided, DepthOfField
from realtime.blur.motion import MotionBlur
from realtime.blur.shutter_truth import DEFAULT_EXPOSURES, ShutterTruth
from realtime.blur.truth import DEFAULT_VIEWS, LensTruth
from realtime.blur.views import SceneViews
from realtime.blur.warming import a_program_a_step
from realtime.effects.animation import Moving
from realtime.effects.stack import Applied, EffectStack
from realtime.errors import UsageError, UserError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.context import check_size
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.scene_target import SceneTarget
from realtime.gl.targets import Target, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.methods import POSTS
from realtime.methods.post import PostProcess
from realtime.passes.antialias import AntialiasPass
from realtime.passes.effect_map import EffectMapPass
from realtime.passes.forward import ForwardPass
from realtime.passes.present import PresentPass
from realtime.quality import QUALITIES, Quality
from realtime.scene.body import contents_of
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.model import Scene
from realtime.scene.shutter import Shutter


def _check_show(blur: str, show: str | None) -> None:
    """Raise UsageError where a blur has decided nothing that can be shown."""
    if show is not None and blur not in SLICED:
        raise UsageError(
            f"--show: {show!r} with --blur {blur}, one of {', '.join(SLICED)} expected. "
            f"Leave it out, or change --blur"
        )


@dataclass(frozen=True)
class Staged:
    """An effect on the scene, moving or not, and its banks: one, or three of red, green, blue."""

    moving: Moving
    banks: tuple[Bank, ...]


def kinds_of(effects: Sequence[Staged]) -> list[tuple]:
    """What an effect's parts are made for, whatever its settings."""
    return [(type(staged.moving.start), *map(id, staged.banks)) for staged in effects]


MOST_POST_PX = 64.0  # of CoC radii that methods without a bank show
TRUTH_SAMPLES = 4  # a pixel of each view: in focus nothing else smooths edges


class Renderer:
    """Renders one scene at one size; a blur method's parts are made when it is first used.

    bank: needed by every blur but "none" and "shutter". views: of the lens truth. shutter: of
    motion blur; exposures: of its truth. samples, precision: other than the quality has them;
    precision: "half" or "float", of the blur's targets and bank textures.
    effects: on what the blur has drawn, in the order in which they are applied. banks: of blurs
    that bring one of their own, by their names: see blur/choices.py.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        scene: Scene,
        size: tuple[int, int],
        bank: Bank | LowRankBank | None = None,
        quality: Quality = QUALITIES["default"],
        samples: int | None = None,
        views: int = DEFAULT_VIEWS,
        precision: str | None = None,
        effects: Sequence[Staged] = (),
        shutter: Shutter | None = None,
        exposures: int = DEFAULT_EXPOSURES,
        banks: Mapping[str, Bank | LowRankBank] | None = None,
    ) -> None:
        self.ctx = ctx
        self.scene = scene
        self.bank = bank
        self.banks = dict(banks or {})
        self.effects = tuple(effects)
        quality = quality.with_samples(samples)
        if precision is not None:
            settings = replace(quality.depth_of_field, precision=precision)
            quality = replace(quality, depth_of_field=settings)
        self.quality = quality
        self.views = views
        self.shutter, self.exposures = shutter or Shutter(), exposures
        self.contents = contents_of(scene.objects)
        self.forward = ForwardPass(ctx, scene)
        self.present_pass = PresentPass(ctx)
        self.copy = Fullscreen(ctx, "copy.frag")
        self._coming: Iterator[None] | None = None  # makes programs, those of `_coming_bank` if any
        self._coming_bank: Bank | LowRankBank | None = None
        self._seen: tuple[Camera, ThinLens]  # of the frame that is being drawn
        self._shared: dict[str, object] = {}  # lives as long as the renderer
        self._sized: dict[str, object] = {}  # lives as long as the size
        self._resize(size)

    def _resize(self, size: tuple[int, int]) -> None:
        self.hdr: Target = color_target(self.ctx, size, dtype="f2")
        self.size = size

    def resize(self, size: tuple[int, int]) -> None:
        """Change the picture's (width, height); textures of the old size are freed.

        Raises GraphicsError for a size that OpenGL refuses, and stays as it was.
        """
        if size != self.size:
            check_size(self.ctx, size)
            self._release_sized()
            self._resize(size)

    def swap(self, target: Target) -> Target:
        """Draw into another `hdr` from now on, of the same size; return the one so far.

        So that a picture can be kept beside the next one without copying it.
        """
        assert target.size == self.size, "both have the renderer's size"
        self.hdr, target = target, self.hdr
        return target

    def expose(self, exposure: float) -> None:
        """Change the exposure: the factor on all light, which is the scene's to begin with."""
        self.forward.expose(exposure)

    def set_quality(self, quality: Quality) -> None:
        """Draw in another quality; what was made for this one is made anew when it is needed."""
        if quality != self.quality:
            self.quality = quality
            self._release_parts()

    def set_bank(self, bank: Bank | LowRankBank | None) -> None:
        """Blur by another bank from the next frame on.

        Between banks of a kind, and where there was none, only what hangs on the bank is changed:
        see DepthOfField.set_bank.
        What cannot blur by this one says so when it is asked to draw.
        """
        self._forget_coming()
        if bank is self.bank:
            return
        is_alike = bank is not None and self._is_like(bank)
        self.bank = bank
        if not is_alike:
            self._release_parts()
            return
        for parts, names in ((self._sized, ("truth", "motion")), (self._shared, POSTS)):
            for name in names:
                if name in parts:
                    parts.pop(name).release()
        before = self._shared.pop("bank", None)
        for name in self._by_the_bank():
            try:
                self._shared[name].set_bank(self._bank_textures())
            except UserError:
                self._shared.pop(name).release()
        if before is not None:
            before.release()

    def _is_like(self, bank: Bank | LowRankBank) -> bool:
        """Whether what is there can go on with this bank: it blurs by such a one, or by none."""
        return self.bank is None or type(bank) is type(self.bank)

    def _by_the_bank(self) -> list[str]:
        """Names of depth of field that has no bank of its own."""
        return [
            name
            for name, part in self._shared.items()
            if isinstance(part, DepthOfField) and name not in self.banks
        ]

    def change_bank(self, bank: Bank | LowRankBank) -> None:
        """Blur by another bank soon, without a stutter: its programs are made first, one a frame.

        A bank with the tap counts and knots of one of the last few is there at the next frame.
        """
        self._forget_coming()
        self._coming_bank, self._coming = bank, self._prepare([bank])

    @property
    def is_preparing(self) -> bool:
        """Whether programs are still being made, a few in each frame."""
        return self._coming is not None

    @property
    def is_changing(self) -> bool:
        """Whether a bank of `change_bank` is still on its way."""
        return self._coming_bank is not None

    def prepare_banks(self, banks: Sequence[Bank | LowRankBank]) -> None:
        """Make the programs for banks like these, one a frame, so that none stutters later.

        Only tap counts and knots matter. The bank stays.
        """
        self._forget_coming()
        self._coming = self._prepare(banks)

    def _prepare(self, banks: Sequence[Bank | LowRankBank]) -> Iterator[None]:
        for bank in banks:
            if self.bank is None:
                yield from self._prepare_first(bank)
            if self._is_like(bank):  # else everything is made anew anyway
                yield from self._prepare_one(bank)

    def _prepare_first(self, bank: Bank | LowRankBank) -> Iterator[None]:
        """Have what blurs by a first bank made, where there is none to swap it for."""
        blur = own_blur(bank)
        if blur not in SLICED or blur in self._shared:
            return
        with contextlib.suppress(UserError):  # a bank that cannot be drawn by says so when it is
            self._with(bank, self._draw_scene_aside)
            yield
            for _ in a_program_a_step(lambda: self._with(bank, self._blur_aside)):
                yield
            self._shared[blur].forget()

    def _with(self, bank: Bank | LowRankBank, draw: Callable[[Camera, ThinLens], None]) -> None:
        """Draw as if this were the bank, what the next frame draws over."""
        before, self.bank = self.bank, bank
        try:
            draw(*self._seen)
        finally:
            self.bank = before

    def _seen_at(
        self, time_s: float, lens: ThinLens | None, camera: Camera | None
    ) -> tuple[Camera, ThinLens]:
        camera = camera or self.scene.camera.at(time_s)
        return camera, lens or self.scene.lens_at(time_s, camera)

    def _draw_scene_aside(self, camera: Camera, lens: ThinLens) -> None:
        self._views().draw(self.forward, camera, lens, True, NO_TIMER)

    def _blur_aside(self, camera: Camera, lens: ThinLens) -> None:
        views = self._views()
        self._depth_of_field(own_blur(self.bank)).render(
            views.target.color,
            views.target.depth,
            views.lens_view(camera, lens),
            self.hdr.framebuffer,
            views.hidden(camera, lens),
        )

    def _prepare_one(self, bank: Bank | LowRankBank) -> Iterator[None]:
        parts = [self._shared[name] for name in self._by_the_bank()]
        textures = self._textures_of(bank)
        try:
            for part in parts:
                yield from part.prepare(textures)
        finally:
            textures.release()

    def _advance_coming(self) -> None:
        """Make one more program; when all are there, change the bank."""
        try:
            next(self._coming)
        except StopIteration:
            bank = self._coming_bank
            self._forget_coming()
            if bank is not None:
                self.set_bank(bank)

    def _forget_coming(self) -> None:
        if self._coming is not None:
            self._coming.close()
        self._coming = self._coming_bank = None

    def forget(self) -> None:
        """Let the next picture follow from its scene alone: earlier ones have no say in it."""
        for part in self._shared.values():
            if isinstance(part, DepthOfField):
                part.forget()

    def set_effects(self, effects: Sequence[Staged]) -> None:
        """Change the effects; other settings of the same ones cost nothing."""
        if kinds_of(effects) != kinds_of(self.effects) and "effects" in self._shared:
            self._shared.pop("effects").release()
        self.effects = tuple(effects)

    def render(
        self,
        time_s: float,
        blur: str,
        lens: ThinLens | None = None,
        camera: Camera | None = None,
        timer: Timer = NO_TIMER,
        show: str | None = None,
        with_effects: bool = True,
    ) -> None:
        """Draw one frame into `hdr`, exposed linear light.

        lens, camera: the scene's at that time, unless given; a camera that is given stands still
        while the shutter is open. show: in place of the picture, what the blur decided about it:
        see DepthOfField.show. with_effects: whether they are applied.
        """
        if self._coming is not None:
            self._seen = self._seen_at(time_s, lens, camera)
            self._advance_coming()
        self._render_blurred(time_s, blur, lens, camera, timer, show)
        if self.effects and with_effects and show is None:
            with timer.section("effects"):
                moment = [staged.moving.at(time_s) for staged in self.effects]
                self._effects().render(self.hdr.color, self.hdr.framebuffer, effects=moment)

    def _render_blurred(
        self,
        time_s: float,
        blur: str,
        lens: ThinLens | None,
        camera: Camera | None,
        timer: Timer,
        show: str | None,
    ) -> None:
        _check_show(blur, show)
        self.forward.pose(time_s)
        camera_at = self.scene.camera.at if camera is None else lambda _: camera
        camera = camera_at(time_s)
        lens = lens or self.scene.lens_at(time_s, camera)
        if blur in MOTION:
            self._render_motion(blur, camera_at, lens, time_s, timer)
            return
        if blur == "lens":
            with timer.section("lens truth"):
                self._truth().draw(
                    self.forward,
                    self._scene_target(),
                    camera,
                    lens,
                    self.views,
                    self.hdr.framebuffer,
                )
            return
        views = self._views()
        views.draw(self.forward, camera, lens, blur not in ("none", *POSTS), timer)
        corner, sharp_depth, tiles = (views.border_px, views.border_px), (0.0, 1.0), None
        if blur == "none":
            with timer.section("copy"):
                self.copy.draw(
                    self.hdr.framebuffer, {"u_color": views.target.color}, u_corner=corner
                )
        else:
            sharp_depth = views.sharp_depth(camera, lens)
            through_lens = self._post(blur) if blur in POSTS else self._depth_of_field(blur)
            through_lens.render(
                views.target.color,
                views.target.depth,
                views.lens_view(camera, lens),
                self.hdr.framebuffer,
                views.hidden(camera, lens),
                timer,
            )
            if show is not None:
                through_lens.show(show, self.hdr.framebuffer)
                return
            if isinstance(through_lens, DepthOfField):
                tiles = through_lens.sharp_tiles()
        if self.quality.antialias:
            with timer.section("antialias"):
                self._antialias().draw(
                    self.hdr.color, views.target.depth, sharp_depth, corner, tiles
                )

    def _render_motion(
        self,
        blur: str,
        camera_at: Callable[[float], Camera],
        lens: ThinLens,
        time_s: float,
        timer: Timer,
    ) -> None:
        """Draw what moves as the shutter sees it; everything is in focus."""
        moment = (camera_at, lens, self.shutter, time_s)
        out = self.hdr.framebuffer
        if blur == "motion":
            check_kind(self.bank, blur)
            self._motion_blur().draw(self.forward, self.contents, *moment, out, timer)
            return
        with timer.section("shutter truth"):
            target = self._scene_target()
            self._shutter_truth().draw(self.forward, target, *moment, self.exposures, out)

    def present(self, out: moderngl.Framebuffer, size: tuple[int, int] | None = None) -> None:
        """Tone-map `hdr` into an 8-bit framebuffer; a window's must be given its present size."""
        self.present_pass.draw(self.hdr.color, out, size)

    def distance_at(
        self, at: tuple[float, float], camera: Camera, lens: ThinLens | None = None
    ) -> float:
        """Distance along the view axis of what is at (x, y) px from the top left, m.

        The sky is at infinity. Draws the scene anew, since a lens has many views, and waits for it:
        for clicks, not for the frame loop.
        """
        lens = lens or self.scene.lens_at(0.0)
        aspect = self.size[0] / self.size[1]
        target = self._scene_target()
        projection = camera.projection(lens.vertical_fov_rad, aspect)
        self.forward.draw(camera.view(), projection, camera.viewpoint_m, target.framebuffer)
        target.resolve()
        x = min(max(int(at[0]), 0), self.size[0] - 1)
        y = min(max(self.size[1] - 1 - int(at[1]), 0), self.size[1] - 1)
        return camera.depth_mapping.distance_m(target.depth_at(x, y))

    def seen_sharp(self, blur: str, camera: Camera, lens: ThinLens) -> SceneViews:
        """Return the last frame's scene without blur, colour and depth, to look at.

        A blur that had no use for it has it drawn now.
        """
        views = self._views()
        if blur == "lens" or blur in MOTION:
            views.draw(self.forward, camera, lens, False, NO_TIMER)
        return views

    def decided(self, blur: str) -> Decided | None:
        """What depth of field has decided about the last frame with this blur, to look at."""
        part = self._shared.get(blur)
        return part.decided if isinstance(part, DepthOfField) else None

    @property
    def last_map(self) -> EffectMapPass | None:
        """The parameter map of the last of the effects in the last frame, to look at."""
        maps = self._shared["effects"].maps if "effects" in self._shared else []
        return maps[-1] if maps else None

    def read_linear(self) -> np.ndarray:
        """Return the last frame as [H, W, 3] float32, row 0 on top, exposed linear light.

        Waits for the renderer: not for the frame loop.
        """
        width, height = self.size
        data = self.hdr.framebuffer.read(components=3, dtype="f4", alignment=1)
        return np.frombuffer(data, "f4").reshape(height, width, 3)[::-1].copy()

    def read_display(self) -> np.ndarray:
        """Return the last frame tone-mapped, [H, W, 3] uint8 sRGB, row 0 on top. Waits."""
        width, height = self.size
        screen = self._once(
            self._sized, "screen", lambda: color_target(self.ctx, self.size, dtype="f1")
        )
        self.present(screen.framebuffer)
        data = screen.framebuffer.read(components=3, alignment=1)
        return np.frombuffer(data, "u1").reshape(height, width, 3)[::-1].copy()

    def bank_of(self, blur: str) -> Bank | LowRankBank | None:
        """The bank that a blur reads: its own where `banks` has one."""
        return self.banks.get(blur, self.bank)

    def _bank_textures(self, blur: str = "") -> BankTextures:
        name = f"bank of {blur}" if blur in self.banks else "bank"
        bank = needed(self.bank_of(blur))
        return self._once(self._shared, name, lambda: self._textures_of(bank))

    def _textures_of(self, bank: Bank | LowRankBank) -> BankTextures:
        textures = LowRankTextures if isinstance(bank, LowRankBank) else BankTextures
        return textures(self.ctx, bank, self.quality.depth_of_field.precision)

    def _depth_of_field(self, blur: str) -> DepthOfField:
        """One a method: their slices follow the scene each by itself."""
        settings, method = self.quality.depth_of_field, method_of(blur)
        check_kind(needed(self.bank_of(blur)), method)
        if method == "gather":
            settings, method = replace(settings, slices=1, cuts_px=None), "sparse"
        return self._once(
            self._shared,
            blur,
            lambda: DepthOfField(self.ctx, self._bank_textures(blur), settings, method),
        )

    def _post(self, name: str) -> PostProcess:
        bank = self.bank
        largest_px = MOST_POST_PX if bank is None else bank.axes[0].knots[-1]
        return self._once(self._shared, name, lambda: POSTS[name].make(self.ctx, largest_px))

    def _effects(self) -> EffectStack:
        def make() -> EffectStack:
            applied = [Applied(staged.moving.start, staged.banks) for staged in self.effects]
            return EffectStack(self.ctx, applied, self.quality.depth_of_field.precision)

        return self._once(self._shared, "effects", make)

    def _views(self) -> SceneViews:
        quality = self.quality
        return self._once(
            self._sized,
            "views",
            lambda: SceneViews(
                self.ctx,
                self.size,
                round(quality.border * self.size[1]),
                quality.samples,
                quality.hidden,
            ),
        )

    def _antialias(self) -> AntialiasPass:
        return self._once(self._sized, "antialias", lambda: AntialiasPass(self.ctx, self.size))

    def _scene_target(self) -> SceneTarget:
        """What single views are drawn into, with the same samples whatever the quality."""
        return self._once(
            self._sized, "scene", lambda: SceneTarget(self.ctx, self.size, TRUTH_SAMPLES)
        )

    def _truth(self) -> LensTruth:
        return self._once(
            self._sized, "truth", lambda: LensTruth(self.ctx, self.size, needed(self.bank))
        )

    def _shutter_truth(self) -> ShutterTruth:
        return self._once(self._sized, "shutter", lambda: ShutterTruth(self.ctx, self.size))

    def _motion_blur(self) -> MotionBlur:
        quality = self.quality
        return self._once(
            self._sized,
            "motion",
            lambda: MotionBlur(
                self.ctx,
                self.size,
                self._bank_textures(),
                round(quality.border * self.size[1]),
                quality.samples,
                quality.antialias,
                quality.depth_of_field.precision,
            ),
        )

    @staticmethod
    def _once(parts: dict[str, object], name: str, make: Callable[[], object]):
        """Return parts[name], made when first asked for."""
        if name not in parts:
            parts[name] = make()
        return parts[name]

    def _release_sized(self) -> None:
        for part in (self.hdr, *self._sized.values()):
            part.release()
        self._sized.clear()

    def _release_parts(self) -> None:
        """Free what hangs on quality and bank."""
        if self._coming_bank is not None:  # its programs hang on what is freed: there at once
            self.bank = self._coming_bank
        self._forget_coming()
        for parts in (self._shared, self._sized):
            for part in parts.values():
                part.release()
            parts.clear()

    def release(self) -> None:
        """Free everything."""
        self._forget_coming()
        self._release_sized()
        for part in (self.forward, self.present_pass, self.copy, *self._shared.values()):
            part.release()
        self._shared.clear()
