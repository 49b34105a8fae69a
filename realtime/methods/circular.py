"""Discs in two passes: rows and columns blurred by complex Gaussians, 1 to 3 of them.

O. Niemitalo 2010; K. Garcia 2017: see circular_kernels.py. Each pixel has its own radius, but the
pass along columns reads rows that were blurred with the radii of *their* pixels: only where
radii are the same all over is this the kernel exactly. Flat light stays flat either way.

The kernels have negative lobes, so beside a light brighter than all about it there would be less
than none: colour and alpha are held at 0. A lone light gains what is held back: up to 2.5 % with
one component, 1 % with two or three. One component also darkens the corners of its square visibly.

All components are drawn at once, into two targets each. One after another, added up, they would
read the picture again for each (1.4 times as slow with three), and the sum could not be held at 0.
"""

from functools import partial

import moderngl
import numpy as np

from realtime.errors import UsageError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target, clamp, color_target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.methods.circular_kernels import ONE, THREE, TWO, CircularKernel
from realtime.methods.joined import Joined
from realtime.methods.method import AnyBank, Method
from realtime.methods.spread import one_radius, spread_defines, spread_programs
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil

NAMES = ("real", "imaginary")


class CircularPass:
    """u_color + u_place (knots, per pixel) -> one target, over two targets a component.

    The first component's two are `scratch`; those of others are this pass's own.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        bank: BankTextures,
        tiled: bool = False,
        kernel: CircularKernel = TWO,
    ) -> None:
        self.ctx = ctx
        self.components = len(kernel.components)
        self.name = f"circular{self.components}"
        over = Tiled if tiled else Fullscreen
        defines = spread_defines(bank) | {"COMPONENTS": self.components, "REACH": kernel.reach}
        self.rows = over(ctx, "methods/circular_rows.frag", defines)
        self.columns = over(ctx, "methods/circular_columns.frag", defines)
        self.table = _table_texture(ctx, kernel.table())
        self.shares = kernel.shares().astype("f4").tobytes()
        self.joined = Joined(ctx)
        self._own: list[Target] = []
        self._own_of: tuple | None = None
        self.rebind(bank)

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank with as many knots."""
        self.radius = bank.knots

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        frame: Frame = UPRIGHT,
        tiles: Tiles | None = None,
        veil: Veil | None = None,
        cat_eye: Frame | None = None,
        scale: int = 1,
    ) -> None:
        """Blur `color` into `out`; the same call as CascadePass.draw.

        A frame may turn, which does nothing to a disc: raises UsageError for one that squeezes.
        Passes do not know which tap brings what, so `veil` and `cat_eye` are left out.
        """
        _check_round(frame, self.name)
        area = {} if tiles is None else {"tiles": tiles}
        inputs = {"u_place": place, "u_integrals": self.table}
        between = [*scratch, *self._own_for(scratch[0])]
        rows = self.joined.over(between)
        empty_between(tiles, rows)
        self.rows.draw(rows, inputs | {"u_color": color}, u_radius=self.radius, **area)
        empty_between(tiles, out.framebuffer)
        self.columns.draw(
            out.framebuffer,
            inputs | {name: t.color for name, t in zip(self._samplers(), between, strict=True)},
            u_radius=self.radius,
            u_shares=self.shares,
            **area,
        )

    def _samplers(self) -> list[str]:
        """Of what is between the passes, in the order of its targets."""
        return [f"u_{name}_{index}" for index in range(self.components) for name in NAMES]

    def _own_for(self, like: Target) -> list[Target]:
        """Targets for all components but the first; the same ones while size and format stay."""
        wanted = (like.size, like.color.dtype)
        if self._own_of != wanted:
            self._forget()
            count = 2 * self.components - 2
            self._own = [color_target(self.ctx, like.size, dtype=wanted[1]) for _ in range(count)]
            self._own_of = wanted
        return self._own

    def _forget(self) -> None:
        self.joined.release()  # first: GL keeps alive what is attached
        for target in self._own:
            target.release()
        self._own, self._own_of = [], None

    def release(self) -> None:
        """Free programs, table and targets; the bank's textures belong to the caller."""
        self._forget()
        for part in (self.rows, self.columns, self.table):
            part.release()


def discs(bank: AnyBank) -> str | None:
    """Of a method that can do discs of any radius, and nothing else; see Method.cannot."""
    if bank.target.get("shape") != "disk":
        return "a bank of discs expected"
    return one_radius(bank)


def _check_round(frame: Frame, blur: str) -> None:
    """Raise UsageError for a frame under which a disc is not the same disc."""
    axes = np.reshape(frame, (2, 2))
    if np.abs(axes @ axes.T - np.eye(2)).max() > 1e-6:
        raise UsageError(
            f"--blur {blur}: an aperture that is squeezed, a disc expected. Use --blur sparse"
        )


def _table_texture(ctx: moderngl.Context, table: np.ndarray) -> moderngl.Texture:
    """From [components, SAMPLES, 2]: a component a row."""
    rows, samples, _ = table.shape
    texture = ctx.texture((samples, rows), 2, table.astype("f4").tobytes(), dtype="f4")
    clamp(texture, moderngl.LINEAR)
    return texture


def _method(kernel: CircularKernel) -> Method:
    count = len(kernel.components)
    return Method(
        name=f"circular{count}",
        kind=partial(CircularPass, kernel=kernel),
        about=f"discs by rows and columns, as complex Gaussians: {count} of them",
        source="O. Niemitalo 2010, Circularly symmetric convolution and lens blur; K. Garcia 2017, "
        "Circular separable convolution depth of field, SIGGRAPH Talks",
        cannot=discs,
        programs=spread_programs,
    )


CIRCULAR_1, CIRCULAR_2, CIRCULAR_3 = (_method(kernel) for kernel in (ONE, TWO, THREE))
