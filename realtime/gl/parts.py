"""Textures that hold a part of a picture; see shaders/inc/part.glsl."""

from dataclasses import dataclass
from typing import Any

from realtime.gl.scissor import Rect

Size = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """What part of a whole picture the textures are: where it begins, from the top left, px.

    A part may reach past the picture; what is there is never read by passes that know their part.
    drawn: what of the textures is worked on, px from the lower left; None: all of them.
    """

    origin: tuple[int, int]
    whole: Size
    drawn: Rect | None = None

    def border_px(self, size: Size) -> tuple[float, float, float, float]:
        """Centres of the picture's lower left and upper right pixel in a texture, px, +y up.

        size: (width, height) of the texture, px.
        """
        x, y = self.origin
        right, bottom = self.whole[0] - x, y + size[1] - self.whole[1]
        return (0.5 - x, bottom + 0.5, right - 0.5, y + size[1] - 0.5)


def part_uniforms(window: Window, size: Size) -> dict[str, Any]:
    """Return the uniforms of inc/part.glsl for textures of (width, height) px, powers of two."""
    return {"u_border": window.border_px(size), "u_texel": (1 / size[0], 1 / size[1])}
