"""The floor under a method's time: passes of the same sizes that read as often, and nothing else.

What a method takes above its floor is what it does beside reading: finding its taps, weighing, and
reading where caches do not expect it. `copy.frag`, one read a pixel, is the floor of any blur.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.scissor import Rect, scissored
from realtime.gl.targets import Target, color_target, release_framebuffer
from realtime.profiling.cost import Cost
from realtime.profiling.draw_cost import PICTURE, DrawCost, Storage

Kind = tuple[tuple[int, int], int, str]  # size, components, dtype


@dataclass(frozen=True)
class _Pass:
    shader: Fullscreen
    source: moderngl.Texture
    out: moderngl.Framebuffer
    area: Rect
    blended: bool


class Floor:
    """Passes like those of a counted method; what they show is noise.

    Each pass has the method's target sizes, formats and number, blends where the method did, and
    covers as many pixels: whole rows from the bottom, to the nearest row, also where the method
    drew tiles. A pixel reads the mean number of the pass's picture fetches, rounded, at least one,
    from a texture of the size and format of what the pass read most; that is the pass before where
    sizes and formats agree. Reads go through the filter where most of the method's did.

    reach_px: how far reads spread. everything: as many reads as of all groups together, all of them
    from the picture.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        cost: Cost,
        reach_px: float = 16.0,
        everything: bool = False,
    ) -> None:
        self.ctx, self.reach_px = ctx, reach_px
        self._group = None if everything else PICTURE
        self._programs: dict[tuple, Fullscreen] = {}
        self._targets: dict[Kind, list[Target]] = {}
        self._noise: dict[Kind, Target] = {}
        self._last: Target | None = None
        self.passes = [self._pass(draw) for draw in cost.draws if draw.pixels]

    def draw(self) -> None:
        """Draw all passes once."""
        for part in self.passes:
            with scissored(part.area, part.out):
                part.shader.draw(part.out, {"u_color": part.source}, over=part.blended)

    def _pass(self, draw: DrawCost) -> _Pass:
        source = self._source(draw)
        outs = self._outs([_kind(target, draw.size) for target in draw.written], source)
        self._last = outs[0]
        shader = self._shader(draw, source.size, len(outs))
        out = self.ctx.framebuffer([target.color for target in outs])
        return _Pass(shader, source.color, out, _area(draw), draw.blended)

    def _source(self, draw: DrawCost) -> Target:
        """What the pass before wrote, or noise; of the kind that is read most."""
        pictures = [read for read in draw.reads if read.group == PICTURE] or draw.reads
        most = max(pictures, key=lambda read: read.fetches, default=None)
        kind = (draw.size, 4, "f2") if most is None else _kind(most.storage, most.storage.size[:2])
        last = self._last
        if last is not None and kind == (last.size, last.color.components, last.color.dtype):
            return last
        if kind not in self._noise:
            self._noise[kind] = _noise(self.ctx, kind)
        return self._noise[kind]

    def _outs(self, kinds: Sequence[Kind], source: Target) -> list[Target]:
        """Targets of these kinds, none of them twice, nor the one that is read."""
        taken = [source]
        for kind in kinds:
            kept = self._targets.setdefault(kind, [])
            free = [t for t in kept if not any(t is other for other in taken)]
            if not free:
                free = [color_target(self.ctx, *kind)]
                kept.append(free[0])
            taken.append(free[0])
        return taken[1:]

    def _shader(self, draw: DrawCost, source: tuple[int, int], outputs: int) -> Fullscreen:
        counted = [read for read in draw.reads if self._group in (None, read.group)]
        plain = sum(read.plain for read in counted) > sum(read.filtered for read in counted)
        defines = {
            "FETCHES": max(1, round(draw.fetches(self._group) / draw.pixels)),
            "PLAIN": int(plain),
            "REACH_PX": float(self.reach_px),
            "OUTPUTS": outputs,
            **dict(zip(("WIDTH", "HEIGHT"), draw.size, strict=True)),
            **dict(zip(("SOURCE_WIDTH", "SOURCE_HEIGHT"), source, strict=True)),
        }
        key = tuple(defines.values())
        if key not in self._programs:
            self._programs[key] = Fullscreen(self.ctx, "floor.frag", defines)
        return self._programs[key]

    def release(self) -> None:
        """Free everything made here."""
        for part in self.passes:
            release_framebuffer(part.out)
        targets = [target for kept in self._targets.values() for target in kept]
        for part in (*targets, *self._noise.values(), *self._programs.values()):
            part.release()


def _kind(storage: Storage, size: tuple[int, int]) -> Kind:
    return size, storage.components, storage.dtype


def _area(draw: DrawCost) -> Rect:
    """As many pixels as were drawn, in whole rows of the target."""
    width, height = draw.size
    return (0, 0, width, min(max(round(draw.pixels / width), 1), height))


def _noise(ctx: moderngl.Context, kind: Kind) -> Target:
    """Noise, which nothing can compress; opaque, so that blending over it stays bounded."""
    size, components, dtype = kind
    target = color_target(ctx, size, components, dtype)
    noise = np.random.default_rng(0).random((size[1], size[0], components))
    noise[..., 3:] = 1.0
    raw = (noise * 255).astype("u1") if dtype == "f1" else noise.astype(dtype)
    target.color.write(np.ascontiguousarray(raw).tobytes())
    return target
