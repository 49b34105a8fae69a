"""The texture fetches that draws really execute, counted by the GPU.

Each draw is drawn a second time just before it happens, by a program that counts (`instrument`),
into targets of its own: the same vertex shader, textures, uniforms, tiles, viewport, scissor and
depth buffer, so it fetches what the draw fetches. It waits for the renderer: not for frame loops.
"""

import contextlib
from collections.abc import Hashable, Iterator

import moderngl
import numpy as np

from realtime.errors import ShaderError
from realtime.gl.draws import Draw, observed
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.source import expand
from realtime.gl.targets import Target, color_target, release_framebuffer
from realtime.profiling.draw_cost import DrawCost, GroupOf, Reads, Storage, group_of, storage_of
from realtime.profiling.instrument import counting_source, numbers, targets


class FetchCounter:
    """Counts draws of `Fullscreen` and `Tiled`; keeps its programs and targets until released.

    groups: which group a texture belongs to, by its sampler.

    What the shader says is counted. A driver may drop a fetch of which nothing is used, and several
    samplers on one texture are told apart. Pixels of a quad that only help with derivatives are not
    counted. Counts are exact up to 16.7 million fetches a pixel and kind.
    """

    def __init__(self, ctx: moderngl.Context, groups: GroupOf = group_of) -> None:
        self.ctx, self.groups = ctx, groups
        self._twins: dict[Hashable, Fullscreen] = {}
        self._targets: dict[tuple[int, int], list[Target]] = {}

    @contextlib.contextmanager
    def counting(self) -> Iterator[list[DrawCost]]:
        """Append the cost of each draw within to the list, in their order."""
        costs: list[DrawCost] = []
        with observed(lambda draw: costs.append(self.count(draw))):
            yield costs

    def count(self, draw: Draw) -> DrawCost:
        """Return the cost of a draw that is about to happen."""
        size = draw.options.get("size") or draw.out.size
        samplers = tuple(draw.textures)
        pixels, *fetches = self._sums(draw, samplers, size)
        reads = tuple(
            Reads(name, self.groups(name, texture), storage_of(texture), *counted)
            for (name, texture), counted in zip(
                draw.textures.items(), zip(fetches[::2], fetches[1::2], strict=True), strict=True
            )
        )
        blended = any(draw.options.get(name, False) for name in ("add", "over"))
        return DrawCost(draw.shader.fragment, size, pixels, reads, _written(draw, size), blended)

    def _sums(self, draw: Draw, samplers: tuple[str, ...], size: tuple[int, int]) -> list[int]:
        """Draw and add up: pixels, then filtered and plain fetches of each sampler."""
        twin = self._twin(draw.shader, samplers)
        into = self._into(size, targets(len(samplers)))
        for target in into:
            target.framebuffer.clear()
        out = self.ctx.framebuffer([target.color for target in into], draw.out.depth_attachment)
        out.depth_mask = False  # tested against, never changed
        if draw.out.color_attachments:
            out.scissor = draw.out.scissor
        unblended = {name: False for name in ("add", "over") if name in draw.options}
        draw.again(twin, out, **unblended)
        release_framebuffer(out)
        sums = [value for target in into for value in _sum(target)]
        return sums[: numbers(len(samplers))]

    def _twin(self, shader: Fullscreen, samplers: tuple[str, ...]) -> Fullscreen:
        """The shader's counting twin, made when first used."""
        defines = tuple(sorted(shader.defines.items()))
        key = (type(shader), shader.fragment, defines, shader.vertex, samplers)
        if key not in self._twins:
            self._twins[key] = shader.twin(self._program(shader, samplers))
        return self._twins[key]

    def _program(self, shader: Fullscreen, samplers: tuple[str, ...]) -> moderngl.Program:
        most = (4 * self.ctx.info["GL_MAX_DRAW_BUFFERS"] - 1) // 2
        if len(samplers) > most:
            raise ShaderError(
                f"shader {shader.fragment}: {len(samplers)} textures, at most {most} expected "
                f"where fetches are counted (this OpenGL's limit). Read fewer in one pass"
            )
        text = counting_source(expand(shader.fragment, shader.defines).text, samplers)
        vertex = expand(shader.vertex, shader.defines).text
        try:
            return self.ctx.program(vertex_shader=vertex, fragment_shader=text)
        except moderngl.Error as error:
            raise ShaderError(
                f"shader {shader.fragment}: refused by the driver once it counts its fetches, "
                f"plain calls of texture functions expected. Mend it, or the rewriting:\n{error}"
            ) from None

    def _into(self, size: tuple[int, int], count: int) -> list[Target]:
        """So many targets of a size; they are kept."""
        kept = self._targets.setdefault(size, [])
        while len(kept) < count:
            kept.append(color_target(self.ctx, size, dtype="f4"))
        return kept[:count]

    def release(self) -> None:
        """Free the programs and the targets."""
        kept = [target for targets_ in self._targets.values() for target in targets_]
        for part in (*self._twins.values(), *kept):
            part.release()
        self._twins.clear()
        self._targets.clear()


def _sum(target: Target) -> list[int]:
    """Each component's sum over all pixels; floats hold every pixel's integers exactly."""
    pixels = np.frombuffer(target.framebuffer.read(components=4, dtype="f4"), "f4")
    return [int(total) for total in pixels.reshape(-1, 4).sum(axis=0, dtype=np.float64)]


def _written(draw: Draw, size: tuple[int, int]) -> tuple[Storage, ...]:
    """The colour targets; a window's own has no texture, and is taken for 4 bytes a pixel."""
    if not draw.out.color_attachments:
        return (Storage(("framebuffer", draw.out.glo), (*size, 1), 4, "f1"),)
    return tuple(storage_of(part) for part in draw.out.color_attachments)
