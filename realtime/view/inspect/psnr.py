"""The PSNR of two pictures on the GPU. Twin, of scenes: `realtime.metrics.psnr_db`."""

import math

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, color_target
from realtime.view.inspect.judging import judging
from realtime.view.inspect.late import LateRead

BLOCK = 8  # texels a side that are summed to one
CHANNELS = 3


class PsnrMeter:
    """Squared errors summed down to one texel, which is read back some frames later.

    Once a frame: `step`, then perhaps `measure`. `decibels` is None before the first number.
    is_mapped: whether light is tone-mapped; else errors are of the sRGB values that are shown.
    """

    def __init__(self, ctx: moderngl.Context, is_mapped: bool = True) -> None:
        self.ctx, self.is_mapped = ctx, is_mapped
        defines = {"BLOCK": BLOCK, **judging(is_mapped)}
        self.first = Fullscreen(ctx, "squared_error.frag", defines)
        self.sums = Fullscreen(ctx, "sum_blocks.frag", {"BLOCK": BLOCK})
        self.decibels: float | None = None
        self._targets: list[Target] = []
        self._size: tuple[int, int] | None = None
        self._late: LateRead | None = None

    def measure(self, picture: moderngl.Texture, reference: moderngl.Texture) -> None:
        """Begin to compare two pictures of one size, exposed linear light."""
        self._resize(picture.size)
        first, *others = self._targets
        textures = {"u_picture": picture, "u_reference": reference}
        self.first.draw(first.framebuffer, textures)
        before = first
        for target in others:
            self.sums.draw(target.framebuffer, {"u_sums": before.color})
            before = target
        self._late.drawn(math.prod(picture.size) * CHANNELS)

    def step(self) -> None:
        """Go on to the next frame."""
        found = self._late.step() if self._late else None
        if found is not None:
            count, numbers = found
            error = float(numbers[0, 0, 0]) / count
            self.decibels = -10 * math.log10(error) if error > 0 else math.inf

    def forget(self) -> None:
        """Other pictures will be compared: the number so far says nothing about them."""
        self.decibels = None
        if self._late is not None:
            self._late.forget()

    def _resize(self, size: tuple[int, int]) -> None:
        if size == self._size:
            return
        self._release_sized()
        self._size = size
        while not self._targets or size != (1, 1):
            size = tuple(-(-side // BLOCK) for side in size)
            self._targets.append(color_target(self.ctx, size, 1, "f4"))
        self._late = LateRead(self.ctx, self._targets[-1], 1)

    def _release_sized(self) -> None:
        if self._late is not None:
            self._late.release()
        for target in self._targets:
            target.release()
        self._targets, self._late = [], None

    def release(self) -> None:
        """Free everything."""
        self._release_sized()
        self.first.release()
        self.sums.release()
