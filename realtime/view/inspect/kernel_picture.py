"""A kernel's PSF and its target as one texture to be shown, made anew only when the place moves."""

import moderngl
import numpy as np

from realtime.gl.targets import clamp
from realtime.view.inspect.kernel import Kernel, relative_error

STEPS_A_KNOT = 64  # finer moves do not show
GAMMA = 2.2  # so that faint parts are seen


FAINT = 0.02  # of the peak: what is less is not light to be seen
MARGIN = 2  # px around what is seen
Point = tuple[float, float]


class KernelPicture:
    """`texture`: PSF on the left, target on the right, row 0 on top; grey, display-referred.

    Both have the brightness that makes the target's peak white. error: see `relative_error`; None
    without one of them. has: whether the PSF, and the target, are there.
    """

    def __init__(self, ctx: moderngl.Context) -> None:
        self.ctx = ctx
        self.texture: moderngl.Texture | None = None
        self.error: float | None = None
        self.has = (False, False)
        self._key: tuple | None = None
        self._edge = 0  # px around both that have no light in them

    def show(self, kernel: Kernel) -> None:
        """Show a kernel."""
        place = tuple(round(knot * STEPS_A_KNOT) for knot in kernel.knots)
        key = (kernel.bank, place, kernel.has_taps)
        if key == self._key:
            return
        self._key = key
        psf, target = kernel.psf(), kernel.target()
        self.has = (psf is not None, target is not None)
        self.error = relative_error(psf, target) if all(self.has) else None
        given = [part for part in (target, psf) if part is not None]
        if not given:
            return
        empty, peak = np.zeros_like(given[0]), given[0].max()
        self._edge = _edge(given, FAINT * peak)
        parts = [empty if part is None else part for part in (psf, target)]
        grey = np.clip(np.hstack(parts) / peak, 0, 1) ** (1 / GAMMA)
        self._write(np.round(grey * 255).astype(np.uint8))

    def part(self, index: int) -> tuple[Point, Point]:
        """Return the (u, v) of two corners of the PSF (0) or the target (1), without their edge."""
        side = self.texture.size[1]
        left, top = index * side + self._edge, self._edge
        right, bottom = (index + 1) * side - self._edge, side - self._edge
        return (left / (2 * side), top / side), (right / (2 * side), bottom / side)

    def _write(self, grey: np.ndarray) -> None:
        size = grey.shape[::-1]
        if self.texture is None or self.texture.size != size:
            self.release()
            self.texture = self.ctx.texture(size, 4, dtype="f1")
            clamp(self.texture, moderngl.NEAREST)
        opaque = np.full((*grey.shape, 4), 255, np.uint8)
        opaque[..., :3] = grey[..., None]
        self.texture.write(opaque)

    def release(self) -> None:
        """Free the texture."""
        if self.texture is not None:
            self.texture.release()
            self.texture = None


def _edge(parts: list[np.ndarray], faint: float) -> int:
    """How many px around [M, M] pictures have no light, the margin left out; a middle stays."""
    side = len(parts[0])
    lit = np.any([np.abs(part) > faint for part in parts], axis=0)
    places = np.nonzero(lit.any(axis=0) | lit.any(axis=1))[0]
    reach = int(np.abs(places - side // 2).max(initial=0)) + MARGIN
    return max(side // 2 - reach, 0)
