"""From a scene and a time to a picture. All light is linear until `PresentPass`."""

from collections.abc import Callable
from dataclasses import replace

import moderngl
import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.blur.depth_of_field import DepthOfField
from realtime.blur.truth import DEFAULT_VIEWS, LensTruth
from realtime.blur.views import SceneViews
from realtime.errors import UsageError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.context import check_size
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.scene_target import SceneTarget
from realtime.gl.targets import Target, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.passes.antialias import AntialiasPass
from realtime.passes.forward import ForwardPass
from realtime.passes.present import PresentPass
from realtime.quality import QUALITIES, Quality
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.model import Scene

BLURS = ("sparse", "dense", "lens", "none")  # of a bank of cascades
CHOICES = (*BLURS, "gather", "lowrank")
SLICED = ("sparse", "dense", "lowrank")  # by depth of field in slices
KINDS = {
    "sparse": (Bank, "cascades"),
    "gather": (Bank, "cascades"),
    "lowrank": (LowRankBank, "low rank"),
}  # blur -> its bank


def needed(bank: Bank | LowRankBank | None) -> Bank | LowRankBank:
    """Return the bank. Raises UsageError where there is none."""
    if bank is None:
        raise UsageError(
            "--bank: none given, a bank file expected for this blur. "
            "Bake one: diskblur-fit bake --shape disk --max-radius 32 --out disk.safetensors"
        )
    return bank


def own_blur(bank: Bank | LowRankBank) -> str:
    """Return the blur that a bank of its kind is for."""
    return next(blur for blur, (kind, _) in KINDS.items() if isinstance(bank, kind))


def check_kind(bank: Bank | LowRankBank | None, blur: str) -> None:
    """Raise UsageError where a blur needs the other kind of bank."""
    if bank is None or blur not in KINDS or isinstance(bank, KINDS[blur][0]):
        return
    own = own_blur(bank)
    raise UsageError(
        f"--bank: {KINDS[own][1]}, {KINDS[blur][1]} expected for --blur {blur}. "
        f"Use --blur {own} where it can be chosen, or give another --bank"
    )


def _check_show(blur: str, show: str | None) -> None:
    """Raise UsageError where a blur has decided nothing that can be shown."""
    if show is not None and blur not in SLICED:
        raise UsageError(
            f"--show: {show!r} with --blur {blur}, one of {', '.join(SLICED)} expected. "
            f"Leave it out, or change --blur"
        )


TRUTH_SAMPLES = 4  # a pixel of each view: in focus nothing else smooths edges


class Renderer:
    """Renders one scene at one size; a blur method's parts are made when it is first used.

    bank: needed by every blur but "none". views: of the lens truth. samples, precision: other than
    the quality has them; precision: "half" or "float", of the blur's targets and bank textures.
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
    ) -> None:
        self.ctx = ctx
        self.scene = scene
        self.bank = bank
        if samples is not None:
            quality = replace(quality, samples=samples, antialias=samples == 1)
        if precision is not None:
            settings = replace(quality.depth_of_field, precision=precision)
            quality = replace(quality, depth_of_field=settings)
        self.quality = quality
        self.views = views
        self.forward = ForwardPass(ctx, scene)
        self.present_pass = PresentPass(ctx)
        self.copy = Fullscreen(ctx, "copy.frag")
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

    def render(
        self,
        time_s: float,
        blur: str,
        lens: ThinLens | None = None,
        camera: Camera | None = None,
        timer: Timer = NO_TIMER,
        show: str | None = None,
    ) -> None:
        """Draw one frame into `hdr`, exposed linear light.

        lens, camera: the scene's at that time, unless given. show: in place of the picture, what
        the blur decided about it: see DepthOfField.show.
        """
        _check_show(blur, show)
        camera = camera or self.scene.camera.at(time_s)
        lens = lens or self.scene.lens_at(time_s, camera)
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
        views.draw(self.forward, camera, lens, blur != "none", timer)
        corner, sharp_depth, tiles = (views.border_px, views.border_px), (0.0, 1.0), None
        if blur == "none":
            with timer.section("copy"):
                self.copy.draw(
                    self.hdr.framebuffer, {"u_color": views.target.color}, u_corner=corner
                )
        else:
            check_kind(self.bank, blur)
            sharp_depth = views.sharp_depth(camera, lens)
            depth_of_field = self._depth_of_field(blur)
            depth_of_field.render(
                views.target.color,
                views.target.depth,
                views.lens_view(camera, lens),
                self.hdr.framebuffer,
                views.hidden(camera, lens),
                timer,
            )
            if show is not None:
                depth_of_field.show(show, self.hdr.framebuffer)
                return
            tiles = depth_of_field.sharp_tiles()
        if self.quality.antialias:
            with timer.section("antialias"):
                self._antialias().draw(
                    self.hdr.color, views.target.depth, sharp_depth, corner, tiles
                )

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

    def _bank_textures(self) -> BankTextures:
        textures = LowRankTextures if isinstance(self.bank, LowRankBank) else BankTextures
        precision = self.quality.depth_of_field.precision
        return self._once(
            self._shared, "bank", lambda: textures(self.ctx, needed(self.bank), precision)
        )

    def _depth_of_field(self, blur: str) -> DepthOfField:
        """One a method: their slices follow the scene each by itself."""
        settings, kernel = self.quality.depth_of_field, blur
        if blur == "gather":
            settings, kernel = replace(settings, slices=1, cuts_px=None), "sparse"
        return self._once(
            self._shared,
            blur,
            lambda: DepthOfField(self.ctx, self._bank_textures(), settings, kernel),
        )

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

    def release(self) -> None:
        """Free everything."""
        self._release_sized()
        for part in (self.forward, self.present_pass, self.copy, *self._shared.values()):
            part.release()
        self._shared.clear()
