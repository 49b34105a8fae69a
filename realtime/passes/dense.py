"""The dense blur: every pixel its own full kernel, read from the bank's targets."""

import moderngl
import numpy as np

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import Target


class DensePass:
    """u_color + u_place (knots, per pixel) + the bank's targets -> one target."""

    name = "dense"

    def __init__(self, ctx: moderngl.Context, bank: BankTextures) -> None:
        self.targets = bank.targets()
        self.pass_ = Fullscreen(
            ctx,
            "dense.frag",
            {"KNOTS_X": bank.defines["KNOTS_X"], "TARGET_SIZE": self.targets.width},
        )
        self.radius = bank.knots
        self.reach = np.array([_reach_px(t) for t in bank.bank.targets[0]], "f4").tobytes()

    def draw(
        self,
        color: moderngl.Texture,
        place: moderngl.Texture,
        scratch: tuple[Target, Target],
        out: Target,
        turn: float = 1.0,
    ) -> None:
        """Blur `color` into `out`; the same call as CascadePass.draw, `scratch` stays unused."""
        self.pass_.draw(
            out.framebuffer,
            {"u_color": color, "u_place": place, "u_targets": self.targets},
            u_radius=self.radius,
            u_reach=self.reach,
            u_turn=int(turn),
        )

    def release(self) -> None:
        """Free the program; the bank's textures belong to the caller."""
        self.pass_.release()


def _reach_px(target: np.ndarray) -> float:
    """How far a PSF [M, M] reaches from its centre, the larger of both axes, in px."""
    rows, columns = np.nonzero(target > 0)
    centre = target.shape[0] // 2
    return float(max(np.abs(rows - centre).max(), np.abs(columns - centre).max()))
