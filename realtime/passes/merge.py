"""Lay the blurred slices of one side under each other."""

from collections.abc import Sequence

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.gl.tiled import Tiled, Tiles, empty_between


class MergePass:
    """Blurred slices of one side, near to far -> one premultiplied picture.

    tiled: draws are over tiles. sharp_px: behind the focus plane, see SHARP_PX.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        count: int,
        tiled: bool = False,
        sharp_px: float | None = None,
    ) -> None:
        with_sharp = {} if sharp_px is None else {"WITH_SHARP": 1, "SHARP_PX": sharp_px}
        over = Tiled if tiled else Fullscreen
        self.pass_ = over(ctx, "merge.frag", {"COUNT": count} | with_sharp)

    def draw(
        self,
        slices: Sequence[moderngl.Texture],
        out: moderngl.Framebuffer,
        tiles: Tiles | None = None,
        coc: moderngl.Texture | None = None,
    ) -> None:
        """slices: nearest first, as many as were said, all of the size of `out`.

        coc: of the picture, for slices behind the focus plane.
        """
        empty_between(tiles, out)
        textures = {f"u_slice_{index}": slice_ for index, slice_ in enumerate(slices)}
        textures |= {} if coc is None else {"u_coc": coc}
        self.pass_.draw(out, textures, **({} if tiles is None else {"tiles": tiles}))

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
