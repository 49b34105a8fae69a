"""What every blur method is to those that use it."""

from typing import Protocol

import moderngl

from realtime.gl.bank_textures import BankTextures
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiles
from realtime.passes.frame import UPRIGHT, Frame
from realtime.passes.veil import Veil


class KernelPass(Protocol):
    """Blurs one picture, or one slice of it, by a parameter map: see realtime/methods."""

    name: str

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
        """Blur `color` into `out` by the parameter map `place`; outside `tiles` `out` is empty."""

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank, for which the same programs would be made."""

    def release(self) -> None:
        """Free the programs."""
