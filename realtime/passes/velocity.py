"""The velocity buffer of something rigid, from its depth: no geometry is drawn for it.

A rigid body moves on screen as its pose, the camera and its depth say,
so a matrix each for the opening and the closing of the shutter does for all of its pixels.
"""

from dataclasses import dataclass

import moderngl
import numpy as np

from realtime.gl.fullscreen import Fullscreen
from realtime.math3d import Matrix, gl_bytes
from realtime.passes.nearby_depth import BodyDepth


@dataclass(frozen=True)
class Seen:
    """A camera and a body at one time: view and projection, [4, 4], and the body's pose."""

    view: Matrix
    projection: Matrix
    pose: Matrix

    @property
    def to_clip(self) -> Matrix:
        """From the body's points at time 0 to clip space, float64."""
        return self.projection.astype(np.float64) @ self.view @ self.pose

    @property
    def direction_to_clip(self) -> Matrix:
        """The same of directions, for what is infinitely far."""
        turned = self.view.astype(np.float64)
        turned[:3, 3] = 0
        return self.projection.astype(np.float64) @ turned


def arriving(now: Seen, then: Seen) -> bytes:
    """From clip space at another time to now's: where what is at a place then is now."""
    return gl_bytes(now.to_clip @ np.linalg.inv(then.to_clip))


def _arriving_sky(now: Seen, then: Seen) -> bytes:
    return gl_bytes(now.direction_to_clip @ np.linalg.inv(then.direction_to_clip))


@dataclass(frozen=True)
class Opening:
    """A body, or what is still, while the shutter is open."""

    opens: Seen
    middle: Seen
    closes: Seen

    @property
    def is_still(self) -> bool:
        """Whether nothing at all moves on screen."""
        ends = (self.opens.to_clip, self.closes.to_clip)
        return all(np.array_equal(end, self.middle.to_clip) for end in ends)


class VelocityPass:
    """Depth -> the path of the light that arrives at each pixel, RGBA: half chord, sagitta.

            . - ~ o ~ - .          o: the pixel, in the middle of the opening
        p- '      |       ' p+     half chord = (p+ - p-) / 2
                  v sagitta        sagitta    = (p+ + p-) / 2 - o

    px, +x right, +y down. Light arrives at a pixel from all the points that pass it while the
    shutter is open; the path is how far each has come, from where it is in the middle of the
    opening. Where everything near moves alike, that is the path of the pixel's own point. Where a
    wheel turns, its points come along the circle, and their path bends the other way.

    still: for what is still, whose depth is known everywhere and is 1 where the sky is.
    """

    def __init__(self, ctx: moderngl.Context, still: bool = False) -> None:
        self.still = still
        self.pass_ = Fullscreen(ctx, "velocity.frag", {"STILL": int(still)})

    def draw(self, depth: BodyDepth, opening: Opening, out: moderngl.Framebuffer) -> None:
        """Write the paths into `out`."""
        textures = {"u_depth": depth.depth} if self.still else depth.textures
        uniforms = dict(depth.uniforms)
        for name, then in (("open", opening.opens), ("close", opening.closes)):
            uniforms[f"u_from_{name}"] = arriving(opening.middle, then)
            if self.still:
                uniforms[f"u_sky_from_{name}"] = _arriving_sky(opening.middle, then)
        self.pass_.draw(out, textures, u_size=out.size, **uniforms)

    def release(self) -> None:
        """Free the program."""
        self.pass_.release()
