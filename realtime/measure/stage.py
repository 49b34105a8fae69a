"""The blur alone: one picture, every pixel at the same radius, by every contender.

What a frame hides is seen here: nothing but the method's own passes is timed, and every method
blurs the same picture by what its bank calls the same radius.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import moderngl
import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.blur.lens_view import LensView
from realtime.blur.picture import read_target, write_target
from realtime.errors import UserError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.targets import Target, color_target
from realtime.measure.constants import ConstantCascade
from realtime.measure.contenders import Contender, Skipped, reason_of
from realtime.methods import METHODS, POSTS
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import ArtisticLens

COPY, CONSTANTS = "copy", "constants"
FAR = 1.0  # the depth of the sky, whose CoC is the lens's own
MAPPING = DepthMapping.perspective(0.1, 100.0)


class Released(Protocol):
    """What holds memory of the GPU."""

    def release(self) -> None:
        """Free it."""


@dataclass(frozen=True)
class Entry:
    """One thing that is timed. draw: blurs the picture once, into `Stage.out`."""

    name: str
    draw: Callable[[], None]
    parts: Sequence[Released]

    def release(self) -> None:
        """Free what is this entry's alone."""
        for part in self.parts:
            part.release()


class Stage:
    """A picture [H, W, 4] of linear light, premultiplied, and what it is blurred over.

    Everything is allocated here but for what a method has to itself.
    """

    def __init__(self, ctx: moderngl.Context, picture: np.ndarray) -> None:
        self.ctx = ctx
        self.size = (picture.shape[1], picture.shape[0])
        self.color, first, second, self.out = (color_target(ctx, self.size) for _ in range(4))
        self.scratch = (first, second)
        write_target(self.color, picture, "f2")
        self._far: Target | None = None  # depth, for those that read one

    def entries(
        self, contenders: Sequence[Contender], radius_px: float
    ) -> tuple[list[Entry], list[Skipped]]:
        """Make ready to blur at a radius; those that cannot are skipped."""
        found: list[Entry] = []
        skipped: list[Skipped] = []
        for one in contenders:
            if not one.is_kernel and one.method not in POSTS:
                continue  # of a scene only
            if one.bank is not None and radius_px > _last(one):
                ends = f"radius {radius_px:g} px: its bank ends at {_last(one):g} px"
                skipped.append(Skipped(one.name, ends))
                continue
            try:
                make = self._post if one.method in POSTS else self._kernel
                found.append(make(one, radius_px))
            except UserError as error:
                skipped.append(Skipped(one.name, reason_of(error)))
        return found, skipped

    def _kernel(self, one: Contender, radius_px: float) -> Entry:
        textures = _textures(self.ctx, one.bank)
        kernel = METHODS[one.method].make(self.ctx, textures)
        place = color_target(self.ctx, self.size, 1, "f4")
        below, part = one.bank.axes[0].place(radius_px)
        write_target(place, np.full((*self.size[::-1], 1), below + part), "f4")
        color, scratch = self.color.color, self.scratch

        def draw() -> None:
            kernel.draw(color, place.color, scratch, self.out)

        return Entry(one.name, draw, (kernel, textures, place))

    def _post(self, one: Contender, radius_px: float) -> Entry:
        """One that knows CoCs only: everything is at infinity, where the lens has this radius."""
        post = POSTS[one.method].make(self.ctx, radius_px)
        post.resize(self.size)
        view = LensView(ArtisticLens(radius=radius_px / self.size[1]), MAPPING)
        color, depth, out = self.color.color, self._far_depth(), self.out.framebuffer

        def draw() -> None:
            post.render(color, depth, view, out)

        return Entry(one.name, draw, (post,))

    def constants(self, one: Contender, radius_px: float) -> Entry:
        """The same taps as a cascade's at this radius, none of them read from a bank."""
        constant = ConstantCascade(self.ctx, one.bank, radius_px)

        def draw() -> None:
            constant.draw(self.color.color, self.scratch, self.out)

        return Entry(f"{CONSTANTS} {one.name}", draw, (constant,))

    def copy(self) -> Entry:
        """One pass of one read."""
        shader = Fullscreen(self.ctx, "copy.frag")

        def draw() -> None:
            shader.draw(self.out.framebuffer, {"u_color": self.color.color}, u_corner=(0, 0))

        return Entry(COPY, draw, (shader,))

    def read(self) -> np.ndarray:
        """What was drawn last, [H, W, 3] linear light. Waits."""
        return read_target(self.out)[..., :3]

    def _far_depth(self) -> moderngl.Texture:
        if self._far is None:
            self._far = color_target(self.ctx, self.size, 1, "f4", depth=True)
            self._far.framebuffer.clear(depth=FAR)
        return self._far.depth

    def release(self) -> None:
        """Free everything made here; entries are freed by themselves."""
        for target in (self.color, *self.scratch, self.out, self._far):
            if target is not None:
                target.release()


def _textures(ctx: moderngl.Context, bank: Bank | LowRankBank) -> BankTextures:
    kind = LowRankTextures if isinstance(bank, LowRankBank) else BankTextures
    return kind(ctx, bank)


def _last(one: Contender) -> float:
    return one.bank.axes[0].knots[-1]
