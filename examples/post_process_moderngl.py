"""Depth of field as a post-process in a plain moderngl program: no window, one picture.

    python examples/post_process_moderngl.py BANK [--out P.png] [--size WxH]

The scene is this program's own (examples/post_process_scene.py): its shaders, its projection, its
textures. What diskblur does is in `Picture`: a bank, a lens, two textures in, a framebuffer out.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import moderngl
from post_process_scene import (
    FAR_M,
    HERO_M,
    NEAR_M,
    Display,
    Scene,
    Size,
    Targets,
    save_png,
    size_of,
    view_of,
)

from realtime.bank import Bank, read_bank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import GraphicsError, UserError
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

# 8 slices at full size: for a picture nobody waits for. Each ball in front runs through several
# slices; filling what every one of them hides would draw outlines within the balls.
STILL = DepthOfFieldSettings(slices=8, scale=1, fill="focus")


class Picture:
    """The scene through a lens, at one size after another."""

    def __init__(self, ctx: moderngl.Context, bank: Bank, size: Size) -> None:
        self.ctx = ctx
        self.scene, self.display = Scene(ctx), Display(ctx)
        self.targets = Targets(ctx, size)
        self.shown = ctx.simple_framebuffer(size, components=3)
        self.dof = DepthOfField(ctx, bank, STILL)
        self.dof.resize(size)
        self.depth = DepthMapping.perspective(NEAR_M, FAR_M)

    def draw(self, lens: Lens) -> None:
        """Draw into `shown`. The lens's field of view is the projection's too."""
        self.scene.draw(view_of(self.targets.size, lens.vertical_fov_rad), self.targets)
        view = LensView(lens, self.depth)
        out = self.targets.blurred_framebuffer
        self.dof.render(self.targets.color, self.targets.depth, view, out)
        self.display.draw(self.targets.blurred, self.shown)

    def resize(self, size: Size) -> None:
        """Draw at another size from now on. Raises GraphicsError, and then all stays as it was."""
        old = (self.targets, self.shown)
        self.targets = Targets(self.ctx, size)
        self.shown = self.ctx.simple_framebuffer(size, components=3)
        self.dof.resize(size)
        self.shown.use()  # moderngl binds again what was bound: that must not be what is freed
        for part in old:
            part.release()

    def release(self) -> None:
        """Free everything; `dof` frees what it made, not the textures it was given."""
        for part in (self.dof, self.scene, self.display, self.targets, self.shown):
            part.release()


def context() -> moderngl.Context:
    """Return a context without a window. Raises GraphicsError."""
    try:
        return moderngl.create_context(standalone=True, backend="egl", require=330)
    except Exception as error:  # moderngl raises nothing more special
        raise GraphicsError(
            f"OpenGL: no context over EGL ({error}), OpenGL 3.3 expected. Install a driver"
        ) from None


def run(arguments: argparse.Namespace) -> None:
    """Write the picture, and the small one if it is wanted. Raises UserError."""
    size = size_of(arguments.size)
    bank = read_bank(arguments.bank)
    lens = Lens(85.0, arguments.f_number, arguments.focus)
    picture = Picture(context(), bank, size)
    picture.draw(lens)
    save_png(arguments.out, picture.shown)
    if arguments.thumbnail is not None:
        picture.resize((max(size[0] // 4, 1), max(size[1] // 4, 1)))
        picture.draw(lens)
        save_png(arguments.thumbnail, picture.shown)
    picture.release()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when done, 2 for what the user can mend."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bank", type=Path, help="with one axis called radius")
    parser.add_argument("--out", type=Path, default=Path("post_process.png"), metavar="P.png")
    parser.add_argument("--size", default="960x540", metavar="WxH", help="in px (%(default)s)")
    parser.add_argument("--focus", type=float, default=HERO_M, metavar="M", help="%(default)s")
    parser.add_argument("--f-number", type=float, default=1.4, metavar="N", help="%(default)s")
    parser.add_argument(
        "--thumbnail", type=Path, metavar="T.png", help="the same, a quarter as large"
    )
    try:
        run(parser.parse_args(argv))
    except UserError as error:
        print(f"post_process_moderngl: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
