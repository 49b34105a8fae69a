"""One plain gather, as engines do it: each pixel is blurred by its own CoC and by nothing else.

What depth of field in slices is measured against; and its setting of one slice. Light spreads with
the CoC of the pixel it reaches, not of the one it leaves, so highlights and silhouettes are wrong.
"""

from typing import Any

import moderngl

from realtime.blur.kernel_pass import KernelPass
from realtime.blur.settings import DepthOfFieldSettings
from realtime.blur.stack import Decided, Picture, Size, middle_of
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.places import Places
from realtime.gl.targets import DTYPES, color_target, release_framebuffer
from realtime.gl.timing import Timer
from realtime.passes.layer import Layer
from realtime.passes.prepare import PreparePass


class Gather:
    """Depth of field of pictures of one size by one gather; in front of focus not turned."""

    def __init__(
        self,
        ctx: moderngl.Context,
        size: Size,
        bank: BankTextures,
        kernel: KernelPass,
        settings: DepthOfFieldSettings,
    ) -> None:
        self.ctx, self.size, self.kernel, self.settings = ctx, size, kernel, settings
        scale, dtype = settings.scale, DTYPES[settings.precision]
        self.work = (-(-size[0] // scale), -(-size[1] // scale))
        self.drawn: dict[str, Any] | None = None  # how the last picture was blurred
        self.prepare = PreparePass(ctx, scale)
        self.own = Fullscreen(ctx, "own_place.frag")
        self.lay = Fullscreen(ctx, "gathered.frag")
        self.places = Places(ctx, bank.bank.axes[0].knots)
        self.picture = Layer(ctx, self.work, dtype)
        self.color, self.blurred, *self.scratch = (
            color_target(ctx, self.work, dtype=dtype) for _ in range(4)
        )
        self.place = color_target(ctx, self.work, 1, "f4")
        self.buffer = ctx.framebuffer([self.color.color, self.place.color])

    def draw(self, picture: Picture, out: moderngl.Framebuffer, timer: Timer) -> None:
        """Blur a picture into `out`."""
        scale = self.settings.scale
        with timer.section("prepare"):
            self.prepare.draw(picture.source.textures, picture.source.coc, self.picture)
            self.own.draw(
                self.buffer,
                self.picture.inputs() | self.places.textures,
                **self.places.uniforms,
                u_scale=float(scale),
            )
        with timer.section("blur"):
            self.drawn = {
                "color": self.color.color,
                "place": self.place.color,
                "scratch": tuple(self.scratch),
                "out": self.blurred,
                "frame": picture.frame,
                "cat_eye": picture.cat_eye,
                "scale": scale,
            }
            self.kernel.draw(**self.drawn)
        with timer.section("composite"):
            self.lay.draw(
                out,
                picture.source.textures | {"u_blurred": self.blurred.color},
                u_corner=middle_of(self.size, out.size),
                u_covered=(self.work[0] * scale, self.work[1] * scale),
                **picture.source.coc,
            )

    def set_bank(self, bank: BankTextures, kernel: KernelPass) -> None:
        """Blur by another bank from the next picture on."""
        self.kernel = kernel
        self.places.release()
        self.places = Places(self.ctx, bank.bank.axes[0].knots)

    @property
    def decided(self) -> Decided:
        """About the last picture."""
        return Decided(self.picture.coc.color, self.settings.scale)

    def release(self) -> None:
        """Free everything made here."""
        release_framebuffer(self.buffer)
        targets = (self.color, self.blurred, *self.scratch, self.place)
        for part in (self.prepare, self.own, self.lay, self.places, self.picture, *targets):
            part.release()
