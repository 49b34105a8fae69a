"""Depth of field of a picture and its depth, as a post-process that other programs can drop in.

    color, depth -> prepare -+- cuts: where slices begin, by a histogram of the CoC
                             +- fill: what the front hides, without it
                             +- spread: every slice's radius past its silhouette; what covers what
                             +- tiles: where a slice has anything to do
                             +- for every slice: cut -> blur (turned in front of focus)
                             +- merge, each side near to far
    color, depth ------------+- composite: front over sharp over behind

What the front hides is filled before blurring, so that the blur does not drag the front's absence
inwards. A point in front of the focus plane shows the aperture turned by 180°: its rays have not
crossed yet. Nothing is read back: cuts and tiles are decided and used on the GPU.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import moderngl

from realtime.bank import Bank, LowRankBank
from realtime.blur.choices import check_kind
from realtime.blur.gather import Gather
from realtime.blur.kernel_pass import KernelPass
from realtime.blur.kernels import Kernels
from realtime.blur.lens_view import Hidden, LensView, coc_uniforms
from realtime.blur.settings import DepthOfFieldSettings
from realtime.blur.stack import Decided, Picture, Size, SliceStack, Source
from realtime.errors import BankError, GraphicsError, UsageError, UserError
from realtime.gl.bank_textures import BankTextures
from realtime.gl.context import check_size
from realtime.gl.lowrank_textures import LowRankTextures
from realtime.gl.state import state_kept
from realtime.gl.tiled import Tiles
from realtime.gl.timing import NO_TIMER, Timer
from realtime.methods import METHODS
from realtime.passes.decisions import VIEWS
from realtime.scene.depth_mapping import DepthMapping

NO_COMPARISON = ("", "?")  # moderngl sets the one and reports the other


class DepthOfField:
    """Textures in, a framebuffer out: the picture through a lens.

        dof = DepthOfField(ctx, read_bank("disk.safetensors"))
        dof.resize((width, height))
        dof.render(color, depth, LensView(lens, DepthMapping.perspective(0.1, 100)), out)

    bank: with one axis called radius, px; of cascades, or low rank. CoCs larger than its last knot
    (twice that at half size) are held there. kernel: a name of realtime.methods.METHODS; "dense"
    is the bank's targets themselves, thousands of reads a pixel, to measure against. Owns
    everything it makes; nothing is global, and any number may live in a context.

    GL state: framebuffer, viewport, scissor and color mask of `out`, depth test, culling and
    blending are as before when `render` returns; the program, the textures bound to units 0 … 11,
    all samplers, and with a low-rank bank the blend function and equation are not. A scissor or a
    color mask of `out` has no effect.

    Raises BankError for a bank without such an axis.
    """

    def __init__(
        self,
        ctx: moderngl.Context,
        bank: Bank | LowRankBank | BankTextures,
        settings: DepthOfFieldSettings | None = None,
        kernel: str | None = None,
    ) -> None:
        self.ctx = ctx
        self.settings = settings or DepthOfFieldSettings()
        self._owns_bank = not isinstance(bank, BankTextures)
        content = bank if self._owns_bank else bank.bank
        self.max_coc_px = _largest_radius_px(content) * self.settings.scale
        self._kernel_name = _checked_kernel(kernel, content)
        self._kernels = Kernels(ctx, METHODS[self._kernel_name], self.settings.slices > 1)
        self.bank = _textures(ctx, bank, self.settings.precision) if self._owns_bank else bank
        try:
            self.kernel: KernelPass = self._kernels.of(self.bank)
        except UserError:
            self._release_bank()
            raise
        self.size: Size | None = None
        self._is_released = False
        self._stack: SliceStack | Gather | None = None

    def resize(self, size: Size) -> None:
        """Allocate for pictures of (width, height) px.

        Raises GraphicsError for a size that OpenGL refuses; everything stays as it was. And after
        `release`.
        """
        if self._is_released:
            raise _released()
        if size == self.size:
            return
        check_size(self.ctx, size)
        self._release_sized()
        parts = (self.ctx, size, self.bank, self.kernel, self.settings)
        one_slice = self.settings.slices == 1
        self._stack = Gather(*parts) if one_slice else SliceStack(*parts, self.max_coc_px)
        self.size = size

    def set_bank(self, bank: Bank | LowRankBank | BankTextures) -> None:
        """Blur by another bank from the next picture on; what is allocated stays.

        A bank with the tap counts and knots of one of the last few costs no more than its textures;
        for another one programs are made. A bank that came as textures is the caller's, who may
        free the one before. Raises BankError and UsageError as the class does, and stays as it was.
        """
        if self._is_released:
            raise _released()
        is_ours = not isinstance(bank, BankTextures)
        content = bank if is_ours else bank.bank
        largest_px = _largest_radius_px(content)
        _checked_kernel(self._kernel_name, content)
        textures = _textures(self.ctx, bank, self.settings.precision) if is_ours else bank
        try:
            kernel = self._kernels.of(textures)
        except UserError:
            if is_ours:
                textures.release()
            raise
        self._release_bank()
        self._owns_bank, self.bank, self.kernel = is_ours, textures, kernel
        self.max_coc_px = largest_px * self.settings.scale
        if isinstance(self._stack, SliceStack):
            self._stack.set_bank(textures, kernel, self.max_coc_px)
        elif self._stack is not None:
            self._stack.set_bank(textures, kernel)

    def prepare(self, bank: BankTextures) -> Iterator[None]:
        """Make what `set_bank` will need for such a bank, a program at a time, between pictures.

        Ends early where nothing was drawn yet, or the size changes. Raises as `set_bank`, later.
        """
        stack = self._stack
        if stack is None or stack.drawn is None:
            return
        for _ in self._kernels.prepare(bank, stack.drawn):
            yield
            if self._stack is not stack:
                return

    def forget(self) -> None:
        """Take the next picture's slices at once: call it where the film cuts."""
        if isinstance(self._stack, SliceStack):
            self._stack.cuts.forget()

    def show(self, view: str, out: moderngl.Framebuffer) -> None:
        """Draw what was decided about the last picture into `out`, in false colours. Waits.

        view: "coc", "slices" or "tiles"; shaders/decisions.frag says what the colours mean. out: as
        that of `render`. Raises UsageError for another view, with one slice, and before a picture.
        """
        if view not in VIEWS:
            raise UsageError(f"show: {view!r}, one of {', '.join(VIEWS)} expected. Change it")
        if not isinstance(self._stack, SliceStack):
            there = "no picture yet" if self._stack is None else "one slice"
            raise UsageError(
                f"show {view}: {there}, a picture blurred in 2 slices or more expected. "
                f"Render one first, with more slices"
            )
        with state_kept(self.ctx, out):
            self._stack.show(view, out)

    @property
    def decided(self) -> Decided | None:
        """What was decided about the last picture; None before there is one."""
        return None if self._stack is None else self._stack.decided

    def sharp_tiles(self) -> Tiles | None:
        """Where in the last picture something is sharp, as tiles; None where that is not known."""
        return self._stack.sharp_tiles() if isinstance(self._stack, SliceStack) else None

    def render(
        self,
        color: moderngl.Texture,
        depth: moderngl.Texture,
        view: LensView,
        out: moderngl.Framebuffer,
        hidden: Hidden | None = None,
        timer: Timer = NO_TIMER,
    ) -> None:
        """Draw `color` as the lens sees it into `out`.

        out: of the picture's size; or smaller, and shows its middle: what lies around is then a
        border, whose light spreads into what is seen.

        color: linear light, as exposed, any float format; its alpha comes out as it is. depth:
        window depth, of the same size, as `view.depth` says. hidden: what the front hides, such as
        the scene drawn again with its near plane at the focus distance; without it that is filled
        from what lies around.

        The first picture sets the size; later ones call `resize` where theirs differs. Raises
        GraphicsError for textures that do not go together.
        """
        for name, texture in zip(("color", "depth"), (color, depth), strict=True):
            _check_texture(name, texture, color.size)
        if hidden is not None:
            half = tuple(-(-side // 2) for side in color.size)
            size = half if hidden.color.size == half else color.size
            _check_texture("hidden color", hidden.color, size)
            _check_texture("hidden depth", hidden.depth, size)
        given = () if hidden is None else (hidden.color, hidden.depth)
        _check_out(out, (color, depth, *given), color.size)
        self.resize(color.size)
        lens = view.lens
        picture = Picture(
            Source({"u_source": color, "u_depth": depth}, self._coc(view, view.depth, color.size)),
            None if hidden is None else self._hidden(view, hidden),
            lens.aperture_frame,
            lens.cat_eye_frame if lens.cat_eye else None,
        )
        with state_kept(self.ctx, out):
            self._stack.draw(picture, out, timer)

    def _hidden(self, view: LensView, hidden: Hidden) -> Source:
        textures = {"u_source": hidden.color, "u_depth": hidden.depth}
        return Source(textures, self._coc(view, hidden.mapping, hidden.color.size))

    def _coc(self, view: LensView, mapping: DepthMapping, size: Size) -> dict[str, Any]:
        """The uniforms of shaders/inc/coc.glsl for textures of this size."""
        texel_px = 1 if size == self.size else 2
        limits = (self.max_coc_px, self.settings.brightest)
        return coc_uniforms(view, mapping, self.size, *limits, texel_px)

    def _release_sized(self) -> None:
        if self._stack is not None:
            self._stack.release()
        self._stack = self.size = None

    def release(self) -> None:
        """Free everything made here; a bank that came as textures belongs to the caller."""
        if self._is_released:
            return
        self._is_released = True
        self._release_sized()
        self._kernels.release()
        self._release_bank()

    def _release_bank(self) -> None:
        if self._owns_bank:
            self.bank.release()


def _released() -> GraphicsError:
    return GraphicsError("depth of field: released, one in use expected. Make another DepthOfField")


def _textures(
    ctx: moderngl.Context, bank: Bank | LowRankBank, precision: str
) -> BankTextures | LowRankTextures:
    kind = LowRankTextures if isinstance(bank, LowRankBank) else BankTextures
    return kind(ctx, bank, precision)


def _checked_kernel(name: str | None, bank: Bank | LowRankBank) -> str:
    """Return the kernel's name, the bank's own for None.

    Raises UsageError for another one, and where it cannot do the bank's shape.
    """
    known = [n for n, method in METHODS.items() if isinstance(bank, method.reads)]
    name = name or ("lowrank" if isinstance(bank, LowRankBank) else "sparse")
    if name not in known:
        raise UsageError(
            f"depth of field kernel: {name}, one of {', '.join(known)} expected for this bank. "
            f"Leave it out, or give another bank"
        )
    check_kind(bank, name)
    return name


def _largest_radius_px(bank: Bank | LowRankBank) -> float:
    axes = bank.axes
    if len(axes) != 1 or axes[0].name != "radius":
        raise BankError(
            f"bank: axes {', '.join(axis.name for axis in axes)}, one axis called radius expected "
            f"for depth of field. Bake one: diskblur-fit bake --shape disk --max-radius 32 --out F"
        )
    return axes[0].knots[-1]


def _check_out(out: moderngl.Framebuffer, textures: Iterable[moderngl.Texture], size: Size) -> None:
    """Raise GraphicsError for a framebuffer larger than the picture, or of what is being read."""
    read = {texture.glo for texture in textures}
    if any(getattr(part, "glo", None) in read for part in out.color_attachments or ()):
        raise GraphicsError(
            "depth of field out: a framebuffer of a texture that is read, another one expected. "
            "Draw into another framebuffer"
        )
    if any(part > whole for part, whole in zip(out.size, size, strict=True)):
        raise GraphicsError(
            "depth of field out: {} × {} px, at most {} × {} px expected, the size of color. "
            "Draw into another framebuffer".format(*out.size, *size)
        )


def _check_texture(name: str, texture: moderngl.Texture, size: Size) -> None:
    """Raise GraphicsError for a texture that cannot be read as a picture or a depth of `size`."""
    expected = None
    if texture.samples:
        found, expected = f"{texture.samples} samples a pixel", "one that is resolved"
    elif texture.size != size:
        found = "{} × {} px".format(*texture.size)
        expected = "{} × {} px, the size of color,".format(*size)
    elif texture.depth and texture.compare_func not in NO_COMPARISON:
        found = f"compares by {texture.compare_func!r}"
        expected = 'one that is read as a number (compare_func = "")'
    elif not texture.depth and texture.dtype not in ("f2", "f4"):  # "f1" is 8 bit
        found, expected = f"format {texture.dtype}", "a float format"
    elif name.endswith("color") and texture.components < 3:
        found, expected = f"{texture.components} components", "3 or 4"
    if expected is not None:
        raise GraphicsError(
            f"depth of field {name}: {found}, {expected} expected. Give another texture"
        )
