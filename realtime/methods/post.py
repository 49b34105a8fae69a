"""Depth of field by other means: not a kernel of a bank, but a whole way from colour and depth.

Such methods know a round aperture and a CoC, and neither banks nor slices. They are drawn from
outside like DepthOfField, but for what only that can do, see `PostProcess.render`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import moderngl

from realtime.blur.lens_view import Hidden, LensView
from realtime.gl.timing import NO_TIMER, Timer


class PostProcess(Protocol):
    """One of them, in a context; it owns everything it makes."""

    name: str

    def resize(self, size: tuple[int, int]) -> None:
        """Allocate for pictures of (width, height) px, once a size."""

    def render(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        view: LensView,
        out: moderngl.Framebuffer,
        hidden: Hidden | None = None,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw `color` as the lens sees it into `out`, as DepthOfField.render does; the state too.

        Without its checks: color is linear light in a float format, depth of the same size; out is
        no larger, and shows the middle. hidden is not read: these methods know what is seen and
        nothing else. Of the lens, squeeze, rotation and cat's eye are left out.
        """

    def release(self) -> None:
        """Free everything made here."""


@dataclass(frozen=True)
class PostMethod:
    """How to make one.

    name: of `--blur`. make: called as make(ctx, largest_px), where largest_px is the CoC radius at
    which larger ones are held [px of the picture]. about: one line. source: where it is from.
    """

    name: str
    make: Callable[[moderngl.Context, float], PostProcess]
    about: str
    source: str
