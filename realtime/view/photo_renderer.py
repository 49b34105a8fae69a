"""A photograph as `Renderer` draws a scene: fitted into the picture, blurred, with effects on it.

    light, with mipmaps -> as large as there is room -> uniform blur -> effects -> middle of `hdr`

Blur and effects work on the photograph alone, so that what is beside it does not bleed in. They
are fractions of its height, so that a window shows what `diskblur apply` makes of the whole file.
"""

import math
from collections.abc import Sequence

import moderngl
import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.blur.choices import needed
from realtime.effects.stack import Applied, EffectStack
from realtime.effects.uniform import Uniform
from realtime.gl.context import check_size
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scissor import scissored
from realtime.gl.targets import Target, clamp, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.passes.present import PresentPass
from realtime.quality import QUALITIES, Quality
from realtime.renderer import Staged, kinds_of
from realtime.scene.camera import Camera
from realtime.scene.lens import ThinLens
from realtime.scene.shutter import Shutter
from realtime.view.photo_scene import PhotoScene

Size = tuple[int, int]
BESIDE = 0.006  # of the picture, where the photograph is not: linear light, a dark grey


class PhotoRenderer:
    """See `realtime.renderer.Renderer`, whose methods these are; what needs depth does nothing.

    blur: "none", or "sparse" and "dense", the kernels of the uniform blur; its radius is that of
    the lens. With "dense" effects are dense too.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        scene: PhotoScene,
        size: Size,
        bank: Bank | LowRankBank | None = None,
    ) -> None:
        self.ctx, self.scene, self.bank = ctx, scene, bank
        self.effects: tuple[Staged, ...] = ()
        self.quality: Quality = QUALITIES["default"]
        self.views = self.exposures = 1  # nothing here has several
        self.shutter = Shutter()
        self.exposure = 1.0
        self.photo = _texture(ctx, scene.light)
        self.fitted = Fullscreen(ctx, "photo.frag")
        self.copy = Fullscreen(ctx, "copy.frag")
        self.present_pass = PresentPass(ctx, is_mapped=False)
        self._stacks: dict[tuple[str, bool, bool], EffectStack] = {}
        self._resize(size)

    # --- What is set ----------------------------------------------------------------------------

    def _resize(self, size: Size) -> None:
        self.size = size
        self.hdr: Target = color_target(self.ctx, size, dtype="f2")
        self._fit: Target = color_target(self.ctx, fitting(self.scene.whole_size, size), dtype="f2")

    def resize(self, size: Size) -> None:
        """Change the picture's (width, height)."""
        if size != self.size:
            check_size(self.ctx, size)
            self.hdr.release()
            self._fit.release()
            self._resize(size)

    def swap(self, target: Target) -> Target:
        """Draw into another `hdr` from now on; return the one so far."""
        self.hdr, target = target, self.hdr
        return target

    def expose(self, exposure: float) -> None:
        """Change the factor on all light."""
        self.exposure = exposure

    def set_quality(self, quality: Quality) -> None:
        """Of the qualities only the precision matters."""
        if quality.depth_of_field.precision != self.quality.depth_of_field.precision:
            self._forget_stacks()
        self.quality = quality

    def set_bank(self, bank: Bank | LowRankBank | None) -> None:
        """Blur by another bank from the next frame on."""
        if bank is not self.bank:
            self.bank = bank
            self._forget_stacks()

    def change_bank(self, bank: Bank | LowRankBank) -> None:
        """As `set_bank`: there is little to prepare."""
        self.set_bank(bank)

    is_changing = is_preparing = False  # whether a bank, or its programs, are on their way

    def prepare_banks(self, banks: Sequence[Bank | LowRankBank]) -> None:
        """Do nothing: see `change_bank`."""

    def forget(self) -> None:
        """Do nothing: each picture stands alone."""

    def set_effects(self, effects: Sequence[Staged]) -> None:
        """Change the effects; other settings of the same ones cost nothing."""
        if kinds_of(effects) != kinds_of(self.effects):
            self._forget_stacks()
        self.effects = tuple(effects)

    # --- What is drawn --------------------------------------------------------------------------

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
        """Draw into `hdr`, exposed linear light."""
        with timer.section("photograph"):
            self.fitted.draw(
                self._fit.framebuffer, {"u_color": self.photo}, u_exposure=self.exposure
            )
        lens = lens or self.scene.lens
        uniform = [] if blur == "none" else [Uniform(radius=lens.coc_radius(math.inf))]
        shown = self.effects if with_effects else ()
        if uniform or shown:
            stack = self._stack(blur, bool(uniform), bool(shown))
            effects = [*uniform, *(staged.moving.at(time_s) for staged in shown)]
            stack.render(self._fit.color, self._fit.framebuffer, effects=effects, timer=timer)
        self._place()

    def _place(self) -> None:
        """Put the photograph into the middle."""
        out, size = self.hdr.framebuffer, self._fit.size
        out.clear(BESIDE, BESIDE, BESIDE, 1.0)
        x, y = ((whole - side) // 2 for whole, side in zip(self.size, size, strict=True))
        with scissored((x, y, *size), out):
            self.copy.draw(out, {"u_color": self._fit.color}, u_corner=(-x, -y))

    def _stack(self, blur: str, is_uniform: bool, has_effects: bool) -> EffectStack:
        kernel = "dense" if blur == "dense" else "sparse"
        key = (kernel, is_uniform, has_effects)
        if key not in self._stacks:
            applied = [Applied(Uniform(), (needed(self.bank),))] if is_uniform else []
            if has_effects:
                applied += [Applied(one.moving.start, one.banks) for one in self.effects]
            precision = self.quality.depth_of_field.precision
            self._stacks[key] = EffectStack(self.ctx, applied, precision, kernel)
        return self._stacks[key]

    def present(self, out: moderngl.Framebuffer, size: Size | None = None) -> None:
        """Encode `hdr` into an 8-bit framebuffer, as files are: nothing is tone-mapped."""
        self.present_pass.draw(self.hdr.color, out, size)

    def distance_at(
        self, at: tuple[float, float], camera: Camera, lens: ThinLens | None = None
    ) -> float:
        """Return infinity: a photograph is flat and far away."""
        return math.inf

    def _forget_stacks(self) -> None:
        for stack in self._stacks.values():
            stack.release()
        self._stacks.clear()

    def release(self) -> None:
        """Free everything."""
        self._forget_stacks()
        for part in (
            *(self.hdr, self._fit, self.photo),
            *(self.fitted, self.copy, self.present_pass),
        ):
            part.release()


def fitting(photo: Size, size: Size) -> Size:
    """Return (width, height) of a photograph that is as large as there is room."""
    scale = min(there / side for there, side in zip(size, photo, strict=True))
    return tuple(
        min(max(round(side * scale), 1), there) for there, side in zip(size, photo, strict=True)
    )


def _texture(ctx: moderngl.Context, light: np.ndarray) -> moderngl.Texture:
    """Bottom row first; with mipmaps, so that it can be shown small."""
    height, width = light.shape[:2]
    check_size(ctx, (width, height))
    texture = ctx.texture((width, height), 4, np.ascontiguousarray(light[::-1]), dtype="f2")
    clamp(texture, moderngl.LINEAR)
    texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    return texture
