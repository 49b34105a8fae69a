"""Depth of field as a post-process in a moderngl-window program.

    python examples/post_process_window.py BANK
    python examples/post_process_window.py BANK --frames 8 --window headless --backend egl

Click to focus, turn the wheel to open or close the aperture. Every option of moderngl-window works,
such as --window glfw, --size 1280x720 or --fullscreen. With --frames the last one is written to
--out and the program ends: the second line runs where there is no screen.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from post_process_scene import FAR_M, HERO_M, NEAR_M, Display, Scene, Targets, save_png, view_of

try:
    import moderngl_window
except ImportError:
    print(
        "post_process_window: moderngl-window: not installed, version 3 expected. "
        "Install it: pip install 'moderngl-window>=3.1,<4'",
        file=sys.stderr,
    )
    sys.exit(2)

from realtime.bank import read_bank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import GraphicsError, UsageError, UserError
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

LIVE = DepthOfFieldSettings(fill="focus")  # see STILL in post_process_moderngl.py
NOTCH = 2 ** (1 / 6)  # of the f-number: a third of a stop
WIDEST, NARROWEST = 0.7, 32.0  # f-numbers
SWAY_M, SWAY_S = 0.12, 9.0  # the eye goes this far to both sides, in this time
FRAME_S = 1 / 30  # for --frames: the same frames however long they took


class Window(moderngl_window.WindowConfig):
    """The scene through a lens, as large as the window."""

    title = "diskblur in moderngl-window: click to focus, wheel for the aperture"
    window_size = (960, 540)
    aspect_ratio = None  # any shape, without black bars
    log_level = logging.WARNING

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Add this program's own to those of moderngl-window."""
        parser.add_argument("bank", type=Path, help="with one axis called radius")
        parser.add_argument("--frames", type=int, metavar="N", help="write a picture and end")
        parser.add_argument("--out", type=Path, default=Path("post_process.png"), metavar="P.png")

    def __init__(self, **of_window: object) -> None:
        super().__init__(**of_window)
        if self.argv.frames is not None and self.argv.frames < 1:
            raise UsageError(
                f"--frames: {self.argv.frames}, a whole number from 1 up expected. Change --frames"
            )
        self.lens = Lens(85.0, 1.4, HERO_M)
        self.depth = DepthMapping.perspective(NEAR_M, FAR_M)
        self.dof = DepthOfField(self.ctx, read_bank(self.argv.bank), LIVE)
        self.scene, self.display = Scene(self.ctx), Display(self.ctx)
        self.targets = Targets(self.ctx, self.wnd.buffer_size)
        self.frame = 0

    def on_render(self, time: float, frame_time: float) -> None:
        """Draw the scene, blur it, show it."""
        time_s = time if self.argv.frames is None else self.frame * FRAME_S
        self.draw(time_s)
        self.frame += 1
        if self.frame == self.argv.frames:
            save_png(self.argv.out, self.wnd.fbo)
            self.wnd.close()

    def draw(self, time_s: float) -> None:
        """Draw one moment into the window."""
        sideways_m = SWAY_M * np.sin(2 * np.pi * time_s / SWAY_S)
        view = view_of(self.targets.size, self.lens.vertical_fov_rad, sideways_m)
        self.scene.draw(view, self.targets)
        out = self.targets.blurred_framebuffer
        lens_view = LensView(self.lens, self.depth)
        self.dof.render(self.targets.color, self.targets.depth, lens_view, out)
        self.display.draw(self.targets.blurred, self.wnd.fbo)

    def on_resize(self, width: int, height: int) -> None:
        """Follow the window. width, height: px of its buffer; a minimised one has none."""
        size = (max(width, 1), max(height, 1))
        if size != self.targets.size:
            old, self.targets = self.targets, Targets(self.ctx, size)
            self.dof.resize(size)
            self.wnd.use()  # moderngl binds again what was bound: that must not be what is freed
            old.release()

    def on_mouse_press_event(self, x: int, y: int, button: int) -> None:
        """Focus on what is seen there. x, y: of the window, from the top left."""
        ratio, (width, height) = self.wnd.pixel_ratio, self.targets.size
        column, row = int((x + 0.5) * ratio), height - 1 - int((y + 0.5) * ratio)
        if 0 <= column < width and 0 <= row < height:
            distance_m = self.depth.distance_m(self.targets.depth_at(column, row))
            self.use_lens(self.lens.focused_at(distance_m))  # of the sky: inf, which is valid

    def on_mouse_scroll_event(self, x_offset: float, y_offset: float) -> None:
        """Open the aperture, or close it."""
        f_number = self.lens.f_number / NOTCH**y_offset
        f_number = min(max(f_number, WIDEST), NARROWEST)
        self.use_lens(self.lens.opened(self.lens.f_number / f_number))

    def use_lens(self, lens: Lens) -> None:
        """Take another lens. It is a jump, so the slices, which else follow slowly, jump too."""
        self.lens = lens
        self.dof.forget()


def open_window(argv: Sequence[str] | None) -> Window:
    """Return it, drawn into by nobody yet. Raises UserError."""
    try:
        return moderngl_window.create_window_config_instance(Window, args=argv)
    except Exception as error:  # each kind of window has its own errors, some of them bare
        if isinstance(error, UserError) or moderngl_window.ContextRefs.WINDOW is not None:
            raise  # the window is there, so it is not what failed
        raise GraphicsError(
            f"--window: none could be opened ({error}), a display with OpenGL 3.3, and a --size it "
            f"has room for, expected. Without one: --window headless --backend egl --frames 1"
        ) from None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when done, 2 for what the user can mend."""
    try:
        moderngl_window.run_window_config_instance(open_window(argv))
    except UserError as error:
        print(f"post_process_window: {error}", file=sys.stderr)
        return 2
    return 0  # what was made goes with the window, which ends its context


if __name__ == "__main__":
    sys.exit(main())
