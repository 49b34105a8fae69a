"""Small balls that shine, as discs whose light does not depend on where they lie between pixels."""

from dataclasses import dataclass

import moderngl
import numpy as np

from realtime import math3d
from realtime.gl.program import Inputs, build_program
from realtime.passes.moving import Moving
from realtime.scene.model import Object
from realtime.scene.primitives import primitive
from realtime.scene.spin import Spin

# Lengths of a ball's axes that differ by less than this count as one.
_ROUND = 1e-3


def is_bulb(item: Object) -> bool:
    """Whether an object is drawn here, and by no other pass.

    It has the primitive's mesh, shines, reflects nothing, casts no shadow and is round.
    """
    look = item.material
    return (
        item.mesh is primitive("bulb")
        and max(look.emissive) > 0 == max(look.base_color)
        and not any(picture is not None for picture in vars(look.maps).values())
        and not item.casts_shadow
        and np.ptp(_axes_m(item)) <= _ROUND * _axes_m(item).max()
    )


def _axes_m(item: Object) -> np.ndarray:
    """Diameters of a ball, [3]."""
    return np.linalg.norm(item.world[:3, :3], axis=0)


@dataclass(frozen=True)
class _Body:
    """Bulbs that move in the same way, or not at all."""

    instances: moderngl.Buffer
    quads: moderngl.VertexArray
    count: int
    moving: Moving | None

    @property
    def spin(self) -> Spin | None:
        return None if self.moving is None else self.moving.spin


class BulbPass:
    """Bulbs -> over what `out` shows, with their depth. Owns its buffers.

    A ball of 2 px drawn with one sample a pixel has a fifth too much or too little light, depending
    on where it lies; here 2 % is the worst. Blending needs what is behind: this pass comes last.
    """

    def __init__(
        self, ctx: moderngl.Context, bulbs: tuple[Object, ...], exposure: float, eye_m
    ) -> None:
        self.ctx = ctx
        self.program = build_program(ctx, "bulb.frag", vertex="bulb.vert")
        self.inputs = Inputs(self.program)
        self.inputs.set({"u_exposure": exposure})
        groups: dict[Spin | None, list[Object]] = {}
        for item in bulbs:
            groups.setdefault(item.spin, []).append(item)
        self.bodies = [self._body(spin, items, eye_m) for spin, items in groups.items()]

    def _body(self, spin: Spin | None, items: list[Object], eye_m) -> _Body:
        rows = [_instance(item) for item in items]
        rows.sort(key=lambda row: -np.linalg.norm(row[:3] - np.array(eye_m)))  # far ones first
        stacked = np.stack(rows).astype(np.float32)
        instances, moving = self.ctx.buffer(stacked), None
        if spin is not None:
            rest = np.ones((len(rows), 4, 1))
            rest[:, :3, 0] = stacked[:, :3]
            moving = Moving(spin, instances, stacked, rest)
        content = [(instances, "4f 3f/i", "in_ball", "in_emissive")]
        quads = self.ctx.vertex_array(self.program, content)
        return _Body(instances, quads, len(rows), moving)

    def expose(self, exposure: float) -> None:
        """Change the factor on all light."""
        self.inputs.set({"u_exposure": exposure})

    @property
    def moving(self) -> list[Moving]:
        """What moves."""
        return [body.moving for body in self.bodies if body.moving is not None]

    def draw(
        self,
        view: math3d.Matrix,
        projection: math3d.Matrix,
        eye_m,
        size,
        spins: tuple[Spin | None, ...] | None = None,
    ) -> None:
        """Draw into the bound framebuffer of `size` px, whose depth test is on.

        spins: only what moves in one of these ways; None in it stands for what is still.
        """
        bodies = [body for body in self.bodies if spins is None or body.spin in spins]
        if not bodies:
            return
        uniforms = {
            "u_view_projection": math3d.gl_bytes(projection @ view),
            "u_eye": tuple(float(part) for part in eye_m),
            "u_scale_px": float(projection[1, 1]) * size[1] / 2,
            "u_half_size": (size[0] / 2, size[1] / 2),
        }
        self.inputs.set(uniforms)
        self.ctx.enable(moderngl.BLEND)
        self.ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        for body in bodies:
            body.quads.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=body.count)
        self.ctx.disable(moderngl.BLEND)

    def release(self) -> None:
        """Free the memory."""
        for body in self.bodies:
            body.quads.release()
            body.instances.release()
        self.program.release()


def _instance(item: Object) -> np.ndarray:
    """[7]: middle and radius, m; radiance."""
    return np.array((*item.world[:3, 3], _axes_m(item).mean() / 2, *item.material.emissive))
