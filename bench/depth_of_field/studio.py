"""What cases share: the GL context, banks, renderers, and the truth drawn last."""

import contextlib
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

import moderngl

from bench.banks import disk_bank
from bench.depth_of_field.plan import PRESET_TAPS, TAPS, Size, Taps
from bench.depth_of_field.shot import Shot
from realtime.bank import Bank
from realtime.cli.compare import Frame, render_frame
from realtime.gl.bank_textures import BankTextures
from realtime.gl.context import headless_context
from realtime.quality import QUALITIES, Quality
from realtime.renderer import Renderer
from realtime.scene import load_scene
from realtime.scene.model import Scene


class Studio:
    """Makes things when they are first asked for: with nothing to do, a run costs nothing."""

    def __init__(self) -> None:
        self.scene = cache(load_scene)
        self._banks = cache(lambda taps: disk_bank(taps))
        self._textures = cache(lambda taps: BankTextures(self.ctx, self.bank(taps)))
        self._truth: tuple[Any, Frame] | None = None

    @cached_property
    def ctx(self) -> moderngl.Context:
        """The one context."""
        return headless_context()

    def bank(self, taps: Taps = TAPS) -> Bank:
        """Return the disk bank of these taps, baked if this is the first time on this machine."""
        return self._banks(taps)

    def textures(self, taps: Taps = TAPS) -> BankTextures:
        """Return it on the GPU."""
        return self._textures(taps)

    @contextlib.contextmanager
    def renderer(
        self,
        scene: str | Scene,
        size: Size,
        quality: str | Quality = "high",
        taps: Taps | None = None,
        **more: Any,
    ) -> Iterator[Renderer]:
        """Give a renderer, and free it; taps: of its bank, else a preset's own, else TAPS."""
        scene = self.scene(scene) if isinstance(scene, str) else scene
        if taps is None:
            taps = PRESET_TAPS[quality] if isinstance(quality, str) else TAPS
        quality = QUALITIES[quality] if isinstance(quality, str) else quality
        renderer = Renderer(self.ctx, scene, size, self.bank(taps), quality, **more)
        try:
            yield renderer
        finally:
            renderer.release()

    @contextlib.contextmanager
    def shot(self, scene: str, time_s: float, size: Size, quality: str = "high") -> Iterator[Shot]:
        """Give a scene as a preset draws it, and free it."""
        with self.renderer(scene, size, quality) as renderer:
            drawn = Shot(renderer, time_s)
            try:
                yield drawn
            finally:
                drawn.release()

    def truth(self, scene: str, time_s: float, size: Size, views: int) -> Frame:
        """Return the lens truth; asked for the same again, the one drawn last."""
        what = (scene, time_s, tuple(size), views)
        if self._truth is None or self._truth[0] != what:
            with self.renderer(scene, size, views=views) as renderer:
                self._truth = what, render_frame(renderer, time_s, "lens")
        return self._truth[1]
