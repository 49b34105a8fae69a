"""The parameter map of an effect: where each pixel is on the bank's axes, and its frame."""

import moderngl
import numpy as np

from realtime.bank import Axis
from realtime.effects.effect import Effect
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.parts import Size, Window
from realtime.gl.places import Places
from realtime.gl.targets import Target, color_target, release_framebuffer


class EffectMapPass:
    """An effect's settings -> `place` and, where the effect turns offsets, `frames`.

    axes: of the bank, one or two. size: of the part of the picture that is worked on. dtype: of the
    frames; places always are floats, since half a float would quantise a radius.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        kind: type[Effect],
        axes: tuple[Axis, ...],
        size: Size,
        dtype: str = "f2",
    ) -> None:
        self.ctx, self.kind, self.size = ctx, kind, size
        self.defines = {"AXES": len(axes), "TURNS": int(kind.turns)}
        self.shader = Fullscreen(ctx, f"effects/{kind.shader}", self.defines)
        self.places = [
            Places(ctx, axis.knots, suffix) for axis, suffix in zip(axes, ("", "_1"), strict=False)
        ]
        self._place: Target = color_target(ctx, size, len(axes), "f4")
        self._frames = color_target(ctx, size, 4, dtype) if kind.turns else None
        self.buffer = self._place.framebuffer
        if self._frames is not None:
            self.buffer = ctx.framebuffer([self._place.color, self._frames.color])

    @property
    def place(self) -> moderngl.Texture:
        """R or RG, knots."""
        return self._place.color

    @property
    def frames(self) -> moderngl.Texture | None:
        """RGBA, the columns of each pixel's frame; None where all are upright."""
        return None if self._frames is None else self._frames.color

    def draw(self, effect: Effect, window: Window) -> None:
        """Write the map for this part of the picture."""
        uniforms = effect.uniforms() | self._of_window(window)
        textures = dict(effect.textures())
        for places in self.places:
            uniforms |= places.uniforms
            textures |= places.textures
        self._fill(self.shader, self.buffer, textures, uniforms)

    def read_values(self, effect: Effect, window: Window) -> np.ndarray:
        """Return what the effect asks for, [H, W, 2] float32 in the axes' units, row 0 on top.

        Not held within the bank's axes, so that what lies outside can be told. Waits.
        """
        width, height = self.size
        shader = Fullscreen(
            self.ctx, f"effects/{self.kind.shader}", {**self.defines, "TURNS": 0, "RAW": 1}
        )
        out = color_target(self.ctx, self.size, 2, "f4")
        uniforms = effect.uniforms() | self._of_window(window)
        self._fill(shader, out.framebuffer, dict(effect.textures()), uniforms)
        data = out.framebuffer.read(components=2, dtype="f4", alignment=1)
        out.release()
        shader.release()
        return np.frombuffer(data, "f4").reshape(height, width, 2)[::-1].copy()

    def _of_window(self, window: Window) -> dict[str, tuple[float, float]]:
        return {"u_whole": window.whole, "u_origin": window.origin, "u_part": self.size}

    @staticmethod
    def _fill(
        shader: Fullscreen, out: moderngl.Framebuffer, textures: dict, uniforms: dict
    ) -> None:
        """Draw; an effect may have no use for some of its settings with this bank."""
        used = {name: value for name, value in uniforms.items() if name in shader.inputs.members}
        shader.draw(out, textures, **used)

    def release(self) -> None:
        """Free everything made here."""
        if self._frames is not None:
            release_framebuffer(self.buffer)
            self._frames.release()
        for part in (self.shader, *self.places, self._place):
            part.release()
