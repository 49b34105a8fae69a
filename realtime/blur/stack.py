"""The slices of one picture size: what is allocated for them, and how one picture goes through."""

from dataclasses import dataclass
from typing import Any

import moderngl

from realtime.blur.kernel_pass import KernelPass
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import DTYPES, Target, color_target, release_framebuffer
from realtime.gl.tiled import Tiles
from realtime.gl.timing import Timer
from realtime.passes.composite import CompositePass, Merged
from realtime.passes.cuts import SHARP_PX, CutsPass
from realtime.passes.decisions import DecisionsPass
from realtime.passes.fill import FillPass
from realtime.passes.frame import Frame, turned
from realtime.passes.layer import Layer
from realtime.passes.merge import MergePass
from realtime.passes.prepare import PreparePass
from realtime.passes.slice import BEHIND, FRONT, Slice, SlicePass
from realtime.passes.spread import SpreadPass
from realtime.passes.tiles import BLURRED, WITH_FRONT, WITH_SHARP, TilesPass
from realtime.passes.veil import Veil, VeilPass

Size = tuple[int, int]


def middle_of(size: Size, out: Size) -> Size:
    """Where in a picture of `size` its middle part begins, which is as large as `out`, px."""
    return tuple((whole - part) // 2 for whole, part in zip(size, out, strict=True))


@dataclass(frozen=True)
class Source:
    """Exposed linear light and window depth: textures and uniforms of shaders/inc/coc.glsl."""

    textures: dict[str, moderngl.Texture]
    coc: dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """What is blurred; hidden: what lies under its front, None to fill it from what lies around.

    frame, cat_eye: the aperture's, see ThinLens.
    """

    source: Source
    hidden: Source | None
    frame: Frame
    cat_eye: Frame | None


@dataclass(frozen=True)
class Decided:
    """What was decided about the last picture, to look at; of its size, with its border.

    coc: R = signed CoC [px], `scale` px a texel from the lower left. cuts: where slices begin, see
    shaders/inc/slices.glsl, `slices` of them behind and in front; None for a plain gather.
    """

    coc: moderngl.Texture
    scale: int
    cuts: moderngl.Texture | None = None
    slices: tuple[int, int] = (0, 0)


class SliceStack:
    """Depth of field of pictures of one size (width, height), in two slices or more.

    Everything is allocated here, once. The bank and the kernel belong to the caller.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        size: Size,
        bank: BankTextures,
        kernel: KernelPass,
        settings: DepthOfFieldSettings,
        max_coc_px: float,
    ) -> None:
        self.ctx, self.size, self.kernel, self.settings = ctx, size, kernel, settings
        self.max_coc_px = max_coc_px
        self.drawn: dict[str, Any] | None = None  # how the last picture's slices were blurred
        scale, self.sides = settings.scale, settings.sides
        self.work = (-(-size[0] // scale), -(-size[1] // scale))
        self.dtype = DTYPES[settings.precision]
        self._make_layers()
        self._make_decisions(ctx, bank)
        self._make_slices(ctx)
        self.decisions = DecisionsPass(ctx, self.sides)
        self.composite = CompositePass(ctx, self.sides, len(self.fills), scale)

    def _make_layers(self) -> None:
        """The picture at the slices' size, and what lies under its front."""
        ctx = self.ctx
        self.prepare = PreparePass(ctx, self.settings.scale)
        self.prepare_as_is = PreparePass(ctx, 1)
        self.picture = Layer(ctx, self.work, self.dtype, components=2)
        self.fill = FillPass(ctx, self.work, self.dtype, gated=True)
        front = self.sides[FRONT]
        count = front if self.settings.fill == "slices" else min(front, 1)
        self.fills = [Layer(ctx, self.fill.size, self.dtype) for _ in range(count)]
        # Twice the fill's: the picture's size, made even.
        self.even = (2 * self.fill.size[0], 2 * self.fill.size[1])
        self.given: Layer | None = None  # instead of fills[0], where the caller knows

    def _make_decisions(self, ctx: moderngl.Context, bank: BankTextures) -> None:
        """Where slices begin, how far they reach, and in which tiles they matter."""
        scale, sides = self.settings.scale, self.sides
        self.cuts = CutsPass(ctx, self.size, scale, sides, self.settings.slices)
        if self.settings.cuts_px is not None:
            self.cuts.fix(*self.settings.cuts_px, self.max_coc_px)
        self.spread = SpreadPass(ctx, self.size, scale, sides, len(self.fills))
        self.tiles = TilesPass(ctx, self.spread, sides, scale)
        self.veil = None
        if self.settings.veil and all(sides):
            self.veil = VeilPass(ctx, self.spread, sides, self.work, scale)
        self.cut = SlicePass(ctx, bank, scale)

    def _make_slices(self, ctx: moderngl.Context) -> None:
        """What a slice is cut into, what it is blurred over, and what becomes of it."""
        behind = self.sides[BEHIND]
        self.slices = [
            Slice(side, index, index + side * behind, index == count - 1)
            for side, count in enumerate(self.sides)
            for index in range(count)
        ]
        self.color, *self.scratch = (self._target() for _ in range(3))
        self.place = color_target(ctx, self.work, 1, "f4")  # half a float would quantise the radius
        self.cut_buffer = ctx.framebuffer([self.color.color, self.place.color])
        self.blurred = [self._target() for _ in self.slices]
        counts = {side: count for side, count in enumerate(self.sides) if count > 1}
        sides = {
            BEHIND: {"sharp_px": SHARP_PX[self.settings.scale]},
            FRONT: {"tiled": True},
        }
        self.merges = {side: MergePass(ctx, n, **sides[side]) for side, n in counts.items()}
        self.merged = {side: self._target() for side in counts}

    def _target(self) -> Target:
        return color_target(self.ctx, self.work, dtype=self.dtype)

    def draw(self, picture: Picture, out: moderngl.Framebuffer, timer: Timer) -> None:
        """Blur a picture into `out`."""
        with timer.section("prepare"):
            hidden = self._prepare(picture)
        with timer.section("slices"):
            veil = self._decide(hidden)
        for what, blurred in zip(self.slices, self.blurred, strict=True):
            is_behind = what.side == BEHIND
            with timer.section("cut"):
                self._cut(what, hidden)
            with timer.section("blur behind" if is_behind else "blur front"):
                arguments = {
                    "color": self.color.color,
                    "place": self.place.color,
                    "scratch": tuple(self.scratch),
                    "out": blurred,
                    "frame": picture.frame if is_behind else turned(picture.frame),
                    "tiles": self.tiles.of(what.slot, BLURRED),
                    "veil": veil if is_behind else None,
                    "cat_eye": picture.cat_eye,
                    "scale": self.settings.scale,
                }
                self.kernel.draw(**arguments)
            if is_behind or self.drawn is None:  # with a veil more programs are used
                self.drawn = arguments
        with timer.section("composite"):
            self._composite(picture, hidden, out)

    def _prepare(self, picture: Picture) -> list[Layer]:
        """Return the layers under the front: given, or filled."""
        self.prepare.draw(picture.source.textures, picture.source.coc, self.picture)
        layers = list(self.fills)
        if picture.hidden is not None and layers:
            layers[0] = self._prepare_hidden(picture.hidden)
        return layers

    def _prepare_hidden(self, hidden: Source) -> Layer:
        """Of the slices' size made even, or of half of it where no more is known."""
        known = hidden.textures["u_source"].size
        is_half = known != self.size
        size = self.fill.size if is_half and self.settings.scale == 1 else self.even
        if self.given is None or self.given.size != size:
            if self.given is not None:
                self.given.release()
            self.given = Layer(self.ctx, size, self.dtype)
        prepare = self.prepare_as_is if is_half else self.prepare
        prepare.draw(hidden.textures, hidden.coc, self.given)
        return self.given

    def _decide(self, hidden: list[Layer]) -> Veil | None:
        """Cuts, fills, spread, tiles; return the veil of the front over what is behind."""
        if self.settings.cuts_px is None:
            self.cuts.draw(self.picture.coc.color, self.max_coc_px, self.settings.settle)
        cuts = self.cuts.texture
        for index, layer in enumerate(hidden):
            if layer is not self.given:
                self.fill.draw(self.picture, cuts, index, self.max_coc_px, layer)
        self.spread.draw(self.picture, cuts, hidden, self.even)
        self.tiles.draw(self.spread)
        return None if self.veil is None else self.veil.draw(self.picture, self.spread)

    def _cut(self, what: Slice, hidden: list[Layer]) -> None:
        """Cut a slice into `color` and `place`; where there is none of it both are empty."""
        self.cut_buffer.clear()
        under = 0 if what.side == BEHIND else what.index + 1
        self.cut.draw(
            self.picture,
            self.cuts.texture,
            self.spread,
            what,
            hidden[under] if under < len(hidden) else None,
            self.even,
            self.cut_buffer,
            self.tiles,
        )

    def _composite(self, picture: Picture, hidden: list[Layer], out: moderngl.Framebuffer) -> None:
        scale = self.settings.scale
        sides = {side: self._merge(side) for side, count in enumerate(self.sides) if count}
        self.composite.draw(
            picture.source.textures,
            picture.source.coc,
            Merged(sides, (self.work[0] * scale, self.work[1] * scale)),
            hidden[0] if hidden else None,
            (self.even[0] * scale, self.even[1] * scale),
            self.tiles,
            out,
            middle_of(self.size, out.size),
        )

    def set_bank(self, bank: BankTextures, kernel: KernelPass, max_coc_px: float) -> None:
        """Blur by another bank from the next picture on; cuts that were found settle anew."""
        self.kernel, self.max_coc_px = kernel, max_coc_px
        self.cut.set_bank(bank)
        if self.settings.cuts_px is not None:
            self.cuts.fix(*self.settings.cuts_px, max_coc_px)

    def show(self, view: str, out: moderngl.Framebuffer) -> None:
        """Draw what was decided about the last picture; see DecisionsPass."""
        largest_px = max(side[-1] for side in self.cuts.read_px())
        corner = middle_of(self.size, out.size)
        scale = self.settings.scale
        self.decisions.draw(
            view, self.picture, self.cuts, self.tiles, largest_px, scale, out, corner
        )

    @property
    def decided(self) -> Decided:
        """About the last picture."""
        coc, scale = self.picture.coc.color, self.settings.scale
        return Decided(coc, scale, self.cuts.texture, self.sides)

    def sharp_tiles(self) -> Tiles:
        """The tiles of the last picture in which something is sharp."""
        return self.tiles.of_picture(WITH_SHARP)

    def _merge(self, side: int) -> moderngl.Texture:
        """The blurred slices of a side as one picture."""
        found = [
            blurred.color
            for what, blurred in zip(self.slices, self.blurred, strict=True)
            if what.side == side
        ]
        if len(found) == 1:
            return found[0]
        merge, out = self.merges[side], self.merged[side]
        if side == BEHIND:
            merge.draw(found, out.framebuffer, coc=self.picture.coc.color)
        else:
            merge.draw(found[::-1], out.framebuffer, self.tiles.of(len(self.slices), WITH_FRONT))
        return out.color

    def release(self) -> None:
        """Free everything made here."""
        release_framebuffer(self.cut_buffer)
        passes = (
            self.prepare,
            self.prepare_as_is,
            self.fill,
            self.cuts,
            self.spread,
            self.tiles,
            self.cut,
        )
        layers = (self.picture, *self.fills, self.given, self.veil, self.composite, self.decisions)
        targets = (self.color, *self.scratch, self.place, *self.blurred)
        for part in (*passes, *layers, *targets, *self.merges.values(), *self.merged.values()):
            if part is not None:
                part.release()
