"""Render a scene to a picture (.png, .exr, .npy) or a video (.mp4).

.png is tone-mapped sRGB; .exr and .npy are exposed linear light, float32, [H, W, 3], row 0 on top.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from realtime.blur.choices import BANKLESS, own_blur
from realtime.cli import options
from realtime.cli.settings_render import render_settings
from realtime.effects.beyond import notes_beyond
from realtime.errors import UsageError
from realtime.gl.context import check_size, headless_context
from realtime.passes.decisions import VIEWS
from realtime.pictures import WRITABLE, VideoWriter, check_writable, write_picture
from realtime.renderer import Renderer

FPS = "24"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    options.add_scene(command, is_needed=False)
    options.add_picture(command, size=None, size_help=f"{options.SIZE}, or as in --settings")
    options.add_blur(command)
    options.add_effects(command)
    command.add_argument("--time", metavar="S", help="along the camera path (0)")
    command.add_argument("--frames", metavar="N", help="of a video; its whole path unless given")
    command.add_argument("--fps", metavar="N", help="frames a second of a video (24)")
    command.add_argument(
        "--show",
        choices=VIEWS,
        help="in place of the picture, in false colours: circles of confusion, slices, or tiles",
    )
    options.add_settings(command, options.COVERED)
    command.add_argument("--out", metavar="P", required=True, help="file to write")


def run(arguments: argparse.Namespace) -> None:
    """Render; everything that can be refused is refused before the first pixel."""
    check_writable(Path(arguments.out), (*WRITABLE, ".mp4"))
    out = options.out_file(arguments.out)
    is_video = out.suffix.lower() == ".mp4"
    if arguments.frames is not None and not is_video:
        raise UsageError(f"--frames: given for {out.name}, a video (.mp4) expected. Leave it out")
    if settings := options.check_settings(arguments):
        render_settings(arguments, settings, out)
        print(f"wrote {out}")
        return
    if arguments.scene is None:
        raise UsageError("SCENE: none given, a scene expected. Give one, or --settings")
    start_s = options.number("--time", arguments.time or "0")
    fps = options.whole_number("--fps", arguments.fps or FPS)
    frames = arguments.frames and options.whole_number("--frames", arguments.frames)
    asked = arguments.blur or ("none" if options.bank_is_for_effects(arguments) else None)
    blurs = () if asked is None else (asked,)
    renderer = make_renderer(arguments, needs_bank=asked not in BANKLESS, blurs=blurs)
    blur = asked or own_blur(renderer.bank)
    if is_video:
        frames = frames or max(1, round(renderer.scene.duration_s * fps))
        times_s = [start_s + frame / fps for frame in range(frames)]
        _render_video(renderer, blur, times_s, fps, out, arguments.show)
    else:
        renderer.render(start_s, blur, show=arguments.show)
        write_picture(out, renderer.read_linear(), renderer.read_display())
    renderer.release()
    print(f"wrote {out}")


def make_renderer(
    arguments: argparse.Namespace, needs_bank: bool = True, blurs: Sequence[str] = ("sparse",)
) -> Renderer:
    """Make a headless renderer from the shared options. Raises UserError for any of them.

    blurs: what it is for, where that is known: the bank has to suit them.
    """
    size = options.size_of(arguments)
    drawing = options.drawing_of(arguments)
    scene, banks = options.scene_of(arguments), options.own_banks(blurs)
    by_the_bank = [blur for blur in blurs if blur not in banks]
    bank = options.bank_of(arguments, needs_bank, by_the_bank)
    effects = options.effects_of(arguments, scene.duration_s)
    ctx = headless_context()
    check_size(ctx, size)
    for line in notes_beyond(ctx, [(one.moving, one.banks) for one in effects], size):
        print(f"diskblur: {line}", file=sys.stderr)
    return Renderer(ctx, scene, size, bank, effects=effects, banks=banks, **drawing)


def _render_video(
    renderer: Renderer,
    blur: str,
    times_s: Sequence[float],
    fps: int,
    out: Path,
    show: str | None,
) -> None:
    with VideoWriter(out, renderer.size, fps) as video:
        for time_s in tqdm(times_s, unit="frame", disable=None):
            renderer.render(time_s, blur, show=show)
            video.add(renderer.read_display())
