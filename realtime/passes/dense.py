"""The dense blur: every pixel its own full kernel, read from the bank's targets."""

import moderngl
import numpy as np

from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.parts import Window
from realtime.gl.targets import Target
from realtime.gl.tiled import Tiled, Tiles, empty_between
from realtime.passes.frame import UPRIGHT, Frame, cat_eye_matrix, inverse
from realtime.passes.veil import Veil


class DensePass:
    """u_color + u_place (knots, per pixel) + the bank's targets -> one target."""

    name = "dense"

    def __init__(
        self,
        ctx: moderngl.Context,
        bank: BankTextures,
        tiled: bool = False,
        framed: bool = False,
        shape_last: bool = False,
        parts: bool = False,
    ) -> None:
        self.parts = parts
        self.rebind(bank)
        self.ctx = ctx
        self.over = Tiled if tiled else Fullscreen
        self.framed = framed
        self.defines = bank.defines | {"TARGET_SIZE": self.targets.width}
        if framed:
            self.defines["FRAMED"] = 1
        if parts:
            self.defines["PART"] = 1
        self.plain = self.over(ctx, "dense.frag", self.defines)
        self._partly_shut: dict[tuple[bool, bool], Fullscreen] = {}

    def rebind(self, bank: BankTextures) -> None:
        """Blur by another bank, of the same shape and size of targets."""
        self.targets = bank.targets()
        self.radius = bank.knots
        self.reach = np.array([_reach_px(t) for t in bank.bank.targets.max(axis=0)], "f4").tobytes()

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
        frames: moderngl.Texture | None = None,
        window: Window | None = None,
    ) -> None:
        """Blur `color` into `out`; the same call as CascadePass.draw, `scratch` stays unused."""
        textures = {"u_color": color, "u_place": place, "u_targets": self.targets}
        if self.framed:
            textures["u_frames"] = frames
            numbers = {}
        else:
            numbers = {"u_to_bank": _to_bank(frame), "u_stretch": _stretch(frame)}
        if self.parts:
            numbers["u_border"] = window.border_px(color.size)
        if veil is not None:
            numbers |= veil.uniforms
        if cat_eye is not None:
            numbers["u_cat_eye"] = cat_eye_matrix(cat_eye, color.size)
        if veil is not None:
            numbers["u_scale"] = float(scale)
        empty_between(tiles, out.framebuffer)
        self._pass(veil, cat_eye).draw(
            out.framebuffer,
            textures | ({} if veil is None else veil.textures),
            u_radius=self.radius,
            u_reach=self.reach,
            **numbers,
            **({} if tiles is None else {"tiles": tiles}),
        )

    def _pass(self, veil: Veil | None, cat_eye: Frame | None) -> Fullscreen:
        """The pass that knows what of the aperture is shut, made when first used."""
        key = (veil is not None, cat_eye is not None)
        if not any(key):
            return self.plain
        if key not in self._partly_shut:
            names = [name for name, used in zip(("VEIL", "CAT_EYE"), key, strict=True) if used]
            defines = self.defines | dict.fromkeys(names, 1)
            self._partly_shut[key] = self.over(self.ctx, "dense.frag", defines)
        return self._partly_shut[key]

    def release(self) -> None:
        """Free the programs; the bank's textures belong to the caller."""
        for pass_ in (self.plain, *self._partly_shut.values()):
            pass_.release()


def _to_bank(frame: Frame) -> Frame:
    """From the picture's offsets to the bank's as GLSL's mat2 (column-major), both with +y up."""
    xx, xy, yx, yy = inverse(frame)
    return (xx, -yx, -xy, yy)


def _stretch(frame: Frame) -> float:
    """How much farther a square PSF reaches along the axes: turned, its corners do."""
    return float(np.abs(np.reshape(frame, (2, 2))).sum(axis=1).max())


def _reach_px(target: np.ndarray) -> float:
    """How far a PSF [M, M] reaches from its centre, the larger of both axes, in px."""
    rows, columns = np.nonzero(target > 0)
    centre = target.shape[0] // 2
    return float(max(np.abs(rows - centre).max(), np.abs(columns - centre).max()))
