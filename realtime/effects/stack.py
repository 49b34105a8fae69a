"""Effects on a picture, one after the other.

    picture -> map of the first effect -> its bank's cascade -> map of the second -> ... -> out

For each effect one pass says where every pixel is on the axes of its bank, and how offsets are
turned there; the cascade reads it. With three banks each of red, green and blue has its own.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import moderngl

from realtime.bank import Bank
from realtime.effects.effect import Effect
from realtime.errors import BankError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.context import check_size
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.parts import Size, Window
from realtime.gl.scissor import scissored
from realtime.gl.targets import DTYPES, Target, color_target
from realtime.gl.timing import NO_TIMER, Timer
from realtime.passes.cascade import CascadePass
from realtime.passes.dense import DensePass
from realtime.passes.effect_map import EffectMapPass

KERNELS = {"sparse": CascadePass, "dense": DensePass}
CHANNELS = (
    (True, False, False, False),
    (False, True, False, True),  # alpha's, least off either of the others
    (False, False, True, False),
)
ALL_CHANNELS = (True, True, True, True)


@dataclass(frozen=True)
class Applied:
    """An effect and its banks: one, or one each for red, green and blue.

    Raises BankError for banks that the effect cannot use.
    """

    effect: Effect
    banks: tuple[Bank, ...]

    def __post_init__(self) -> None:
        if len(self.banks) not in (1, len(CHANNELS)):
            raise BankError(
                f"{self.effect.name}: {len(self.banks)} banks, one or three (red, green, blue) "
                f"expected. Give one --bank, or three"
            )
        for bank in self.banks:
            check_axes(self.effect, bank)

    @property
    def reach_px(self) -> float:
        """How far a pixel's reads go at most, along either axis, where no frame stretches them."""
        return max(_reach_px(bank) for bank in self.banks)


def _reach_px(bank: Bank) -> float:
    """Frames may turn offsets, so it is their length that counts."""
    return float(
        sum(((offsets**2).sum(axis=-1) ** 0.5).max(axis=0) for offsets in bank.offsets).max()
    )


def check_axes(effect: Effect, bank: Bank) -> None:
    """Raise BankError where a bank's axes are not those that an effect speaks of."""
    found = tuple(axis.name for axis in bank.axes)
    for wanted in effect.axes:
        if len(wanted) == len(found) and all(
            name in ("*", there) for name, there in zip(wanted, found, strict=True)
        ):
            return
    expected = " or ".join(" × ".join(names) for names in effect.axes)
    raise BankError(
        f"{effect.name}: a bank of {' × '.join(found)}, one of {expected} expected. "
        f"Bake one, see diskblur-fit bake --help"
    )


class EffectStack:
    """Effects in the order in which they are applied.

        stack = EffectStack(ctx, [Applied(TiltShift(), (bank,))])
        stack.render(color, out, Window((0, 0), color.size))

    kernel: "sparse", or "dense": the banks' targets themselves, to measure against. precision: of
    targets and bank textures, "half" or "float". parts: what is rendered are parts of a picture, in
    textures whose sides are powers of two; they come out as of the whole, to the bit. Owns
    everything it makes; allocates at `resize`.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        applied: Sequence[Applied],
        precision: str = "half",
        kernel: str = "sparse",
        parts: bool = False,
    ) -> None:
        self.ctx, self.applied = ctx, tuple(applied)
        self.dtype = DTYPES[precision]
        self._banks: dict[int, BankTextures] = {}
        for bank in (bank for one in self.applied for bank in one.banks):
            if id(bank) not in self._banks:
                self._banks[id(bank)] = BankTextures(ctx, bank, precision)
        self.kernels = [
            tuple(
                KERNELS[kernel](
                    ctx,
                    self._banks[id(bank)],
                    framed=one.effect.turns,
                    shape_last=True,
                    parts=parts,
                )
                for bank in one.banks
            )
            for one in self.applied
        ]
        self.copy = Fullscreen(ctx, "copy.frag")
        self.size: Size | None = None
        self._targets: list[Target] = []
        self._bank_maps: list[tuple[EffectMapPass, ...]] = []  # of every bank; one may be for all

    def resize(self, size: Size) -> None:
        """Make everything of this (width, height). Raises GraphicsError for an impossible size."""
        if size == self.size:
            return
        check_size(self.ctx, size)
        self._release_sized()
        self.size = size
        self._bank_maps = [self._maps_of(one, size) for one in self.applied]
        self._targets = [color_target(self.ctx, size, dtype=self.dtype) for _ in range(4)]

    def _maps_of(self, one: Applied, size: Size) -> tuple[EffectMapPass, ...]:
        """One for all banks if they have the same knots: places are counted in those."""
        axes = [bank.axes for bank in one.banks]
        if all(of_bank == axes[0] for of_bank in axes):
            axes = axes[:1]
        kind = type(one.effect)
        return tuple(EffectMapPass(self.ctx, kind, a, size, self.dtype) for a in axes)

    @property
    def maps(self) -> list[EffectMapPass]:
        """The map of each effect, that of its first bank."""
        return [maps[0] for maps in self._bank_maps]

    @property
    def _all_maps(self) -> list[EffectMapPass]:
        return [map_ for maps in self._bank_maps for map_ in maps]

    def render(
        self,
        color: moderngl.Texture,
        out: moderngl.Framebuffer,
        window: Window | None = None,
        effects: Iterable[Effect] | None = None,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw `color`, linear light, premultiplied by its alpha, as effects make it into `out`.

        window: what part of a whole picture `color` is, all of it unless given. effects: the same
        ones with other settings, for this picture. `out` is of the size of `color` and may be of
        the same texture.
        """
        self.resize(color.size)
        window = window or Window((0, 0), color.size)
        effects = [one.effect for one in self.applied] if effects is None else list(effects)
        *scratch, first, second = self._targets
        with self._within(window, out):
            for index, effect in enumerate(effects):
                with timer.section("map"):
                    for map_ in self._bank_maps[index]:
                        map_.draw(effect, window)
                to = first if color is not first.color else second
                with timer.section("blur"):
                    self._blur(index, color, to, (scratch[0], scratch[1]), window)
                color = to.color
            with timer.section("copy"):
                self.copy.draw(out, {"u_color": color}, u_corner=(0, 0))

    def _within(
        self, window: Window, out: moderngl.Framebuffer
    ) -> contextlib.AbstractContextManager[None]:
        """Draw only what of the textures the window asks for."""
        if window.drawn is None:
            return contextlib.nullcontext()
        buffers = [target.framebuffer for target in self._targets]
        return scissored(window.drawn, out, *buffers, *(map_.buffer for map_ in self._all_maps))

    def _blur(
        self,
        index: int,
        color: moderngl.Texture,
        out: Target,
        scratch: tuple[Target, Target],
        window: Window,
    ) -> None:
        kernels, maps = self.kernels[index], self._bank_maps[index]
        if len(maps) < len(kernels):
            maps *= len(kernels)
        masks = (ALL_CHANNELS,) if len(kernels) == 1 else CHANNELS
        for kernel, map_, mask in zip(kernels, maps, masks, strict=True):
            out.framebuffer.color_mask = mask
            kernel.draw(color, map_.place, scratch, out, frames=map_.frames, window=window)
        out.framebuffer.color_mask = ALL_CHANNELS

    def _release_sized(self) -> None:
        for part in (*self._all_maps, *self._targets):
            part.release()
        self._bank_maps, self._targets, self.size = [], [], None

    def release(self) -> None:
        """Free everything made here."""
        self._release_sized()
        kernels = [kernel for kernels in self.kernels for kernel in kernels]
        for part in (*kernels, *self._banks.values(), self.copy):
            part.release()
