"""Where the time of your own frame goes, depth of field included: a table, and a trace to look at.

    python examples/profile_post_process.py BANK [--frames N] [--trace T.json] [--size WxH]

The program is that of examples/post_process_moderngl.py. What is new is in `profile`: frames, the
program's own passes, and the post-process, which is handed the profiler as its timer.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import moderngl
from post_process_moderngl import Picture, context
from post_process_scene import HERO_M, size_of, view_of

from realtime.bank import read_bank
from realtime.blur.depth_of_field import LensView
from realtime.errors import UsageError, UserError
from realtime.profiling import Profiler, write_trace
from realtime.scene.lens import Lens


def profile(ctx: moderngl.Context, picture: Picture, lens: Lens, frames: int) -> Profiler:
    """Draw so many frames, the passes of each timed; one before them compiles and allocates."""
    picture.draw(lens)
    with Profiler(ctx) as profiler:
        for _ in range(frames):
            with profiler.frame():
                draw(picture, lens, profiler)
    return profiler


def draw(picture: Picture, lens: Lens, profiler: Profiler) -> None:
    """Draw a frame. `Profiler.off()` makes it as fast as without one."""
    targets, view = picture.targets, LensView(lens, picture.depth)
    with profiler.section("my scene"):
        picture.scene.draw(view_of(targets.size, lens.vertical_fov_rad), targets)
    out = targets.blurred_framebuffer
    picture.dof.render(targets.color, targets.depth, view, out, timer=profiler)
    with profiler.section("my tone mapping"):
        picture.display.draw(targets.blurred, picture.shown)


def run(arguments: argparse.Namespace) -> None:
    """Print the table; write the trace where it is wanted. Raises UserError."""
    size, frames = size_of(arguments.size), arguments.frames
    if frames < 2:  # with timer queries the first is not kept
        raise UsageError(f"--frames: {frames}, a number from 2 up expected. Change --frames")
    ctx = context()
    picture = Picture(ctx, read_bank(arguments.bank), size)
    profiler = profile(ctx, picture, Lens(85.0, 1.4, HERO_M), frames)
    picture.release()
    print(profiler.report())
    if arguments.trace is not None:
        about = {"renderer": ctx.info["GL_RENDERER"], "size": arguments.size}
        write_trace(arguments.trace, {"depth of field": profiler.recording}, about)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 when done, 2 for what the user can mend."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bank", type=Path, help="with one axis called radius")
    parser.add_argument("--frames", type=int, default=20, metavar="N", help="(%(default)s)")
    parser.add_argument("--trace", type=Path, metavar="T.json", help="for a trace viewer")
    parser.add_argument("--size", default="960x540", metavar="WxH", help="in px (%(default)s)")
    try:
        run(parser.parse_args(argv))
    except UserError as error:
        print(f"profile_post_process: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
