"""An array of light as a texture that a panel shows."""

import moderngl
import numpy as np
from numpy.typing import NDArray

from realtime.gl.targets import clamp
from realtime.pictures import display_bytes


class Shown:
    """A grey picture on the GPU, written when it has changed and made anew when its size has.

    is_smooth: mixed between its pixels where it is shown larger.
    """

    def __init__(self, ctx: moderngl.Context, is_smooth: bool) -> None:
        self.ctx, self.is_smooth = ctx, is_smooth
        self.texture: moderngl.Texture | None = None
        self._of: tuple[NDArray, float] | None = None

    def update(self, light: NDArray, white: float = 1.0) -> moderngl.Texture:
        """Return the texture of linear light [H, W], its row 0 at v = 0; white: shown so.

        An array that was given before is taken to be as it was.
        """
        if self._of is not None and self._of[0] is light and self._of[1] == white:
            return self.texture
        size = (light.shape[1], light.shape[0])
        if self.texture is None or self.texture.size != size:
            self.release()
            self.texture = self.ctx.texture(size, 4, alignment=1)
            clamp(self.texture, moderngl.LINEAR if self.is_smooth else moderngl.NEAREST)
        grey = display_bytes(light / white)
        opaque = np.full_like(grey, 255)
        self.texture.write(np.stack((grey, grey, grey, opaque), axis=-1).tobytes())
        self._of = (light, white)
        return self.texture

    def release(self) -> None:
        """Free the texture."""
        if self.texture is not None:
            self.texture.release()
            self.texture = self._of = None
