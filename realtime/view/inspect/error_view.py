"""The error view: how far two pictures are apart, in false colours."""

import moderngl

from realtime.gl.fullscreen import Fullscreen
from realtime.view.inspect.judging import judging

# sRGB, evenly from no error to the most: brighter at every step, so that it reads in grey too.
RAMP = (
    (0.000, 0.000, 0.000),
    (0.130, 0.060, 0.300),
    (0.370, 0.080, 0.440),
    (0.620, 0.140, 0.410),
    (0.850, 0.260, 0.300),
    (0.970, 0.470, 0.160),
    (0.980, 0.740, 0.220),
    (1.000, 1.000, 0.850),
)


class ErrorPass:
    """Two pictures -> false colours, display-referred; see shaders/error_view.frag.

    is_mapped: whether light is tone-mapped; else errors are of the sRGB values that are shown.
    """

    def __init__(self, ctx: moderngl.Context, is_mapped: bool = True) -> None:
        defines = {"RAMP": len(RAMP), **judging(is_mapped)}
        self.shader = Fullscreen(ctx, "error_view.frag", defines)

    def draw(
        self,
        picture: moderngl.Texture,
        reference: moderngl.Texture,
        gain: float,
        out: moderngl.Framebuffer,
        size: tuple[int, int],
    ) -> None:
        """picture, reference: exposed linear light of `size`, which is also that of `out`."""
        textures = {"u_picture": picture, "u_reference": reference}
        self.shader.draw(out, textures, size=size, u_gain=gain, u_ramp=RAMP)

    def release(self) -> None:
        """Free the program."""
        self.shader.release()
