"""Open a window on a live scene: change lens, blur and effects, compare methods beside a bar.

H lists all keys. Scenes and banks can be dropped on the window. Without a screen, --headless-shot
draws the same into a file, and --headless --script plays a user.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from realtime.cli import options
from realtime.effects.parse import parse_effect
from realtime.errors import UsageError
from realtime.passes.decisions import VIEWS
from realtime.pictures import check_writable
from realtime.renderer import BANKLESS, CHOICES, check_kind, needed

if TYPE_CHECKING:
    from realtime.view.library import AnyBank
    from realtime.view.state import EffectState, ViewState

INTERACTIVE_VIEWS = "64"  # of the lens truth: a frame must not take seconds


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    options.add_scene(command, default="string_lights")
    options.add_picture(command, views=INTERACTIVE_VIEWS)
    options.add_effects(command)
    command.add_argument("--blur", choices=CHOICES, help="method (what the bank is best for)")
    command.add_argument(
        "--split", choices=CHOICES, metavar="BLUR", help="another method on the right of a bar"
    )
    command.add_argument("--show", choices=VIEWS, help="false colours, as diskblur render has them")
    command.add_argument("--frames", metavar="N", help="close after N frames")
    command.add_argument("--headless", action="store_true", help="no window: with --script")
    command.add_argument(
        "--headless-shot", metavar="P", help="no window: write what it would show, a .png"
    )
    command.add_argument(
        "--scale", metavar="S", default="1", help="without a window: px to a unit (%(default)s)"
    )
    command.add_argument("--script", metavar="F", help="play a user's actions, a .toml file")
    command.add_argument(
        "--shot-dir", metavar="D", default=".", help="where a script's shots go (%(default)s)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Open the window and stay until it closes; all that can be refused is refused before."""
    from realtime.view.launch import launch  # Dear ImGui is an extra, and takes its time

    script = Path(arguments.script) if arguments.script else None
    shot = _shot(arguments)
    launch(
        state_of(arguments),
        size=options.size_of(arguments),
        frames=options.whole_number("--frames", arguments.frames) if arguments.frames else None,
        is_headless=arguments.headless or shot is not None,
        scale=_scale(arguments),
        script=script,
        shots=options.out_folder(arguments.shot_dir),
        shot=shot,
    )


def state_of(arguments: argparse.Namespace) -> "ViewState":
    """Return the state that the options ask for. Raises UserError for any of them."""
    from realtime.view.state import LensState, ViewState

    options.drawing_of(arguments)  # refuses what it refuses elsewhere, in the same words
    bank = options.bank_of(arguments, is_needed=False)
    left = arguments.blur or _best(bank)
    for blur in (left, arguments.split or "none"):
        check_blur(bank, blur)
    samples = arguments.samples
    return ViewState(
        scene=arguments.scene,
        bank=arguments.bank,
        lens=LensState(focus_on=arguments.focus_on, **options.lens_changes(arguments)),
        left=left,
        right=arguments.split or "none",
        split=arguments.split is not None,
        quality=arguments.quality,
        samples=None if samples is None else int(samples),
        views=int(arguments.views),
        exposures=int(arguments.exposures),
        shutter_angle_deg=float(arguments.shutter_angle),
        show=arguments.show,
        effects=tuple(map(_effect, arguments.effect)),
    )


def check_blur(bank: "AnyBank | None", blur: str) -> None:
    """Raise UsageError for a method that was asked for and cannot be had with a bank."""
    from realtime.view.library import blurs_of

    check_kind(bank, blur)
    if bank is None and blur not in BANKLESS:
        needed(bank)
    if blur not in blurs_of(bank):
        raise UsageError(
            f"--bank: one for {', '.join(blurs_of(bank))}, one for {blur} expected. "
            f"Change --blur and --split, or give another --bank"
        )


def _best(bank: "AnyBank | None") -> str:
    from realtime.view.library import blurs_of

    return blurs_of(bank)[0]


def _effect(text: str) -> "EffectState":
    from realtime.view.state import EffectState

    asked = parse_effect(text)
    start, end = asked.moving.start, asked.moving.end
    return EffectState(start, None if start == end else end, tuple(map(str, asked.banks)))


def _shot(arguments: argparse.Namespace) -> Path | None:
    if arguments.headless_shot is None:
        return None
    check_writable(Path(arguments.headless_shot), (".png",))
    return options.out_file(arguments.headless_shot)


def _scale(arguments: argparse.Namespace) -> float:
    scale = options.number("--scale", arguments.scale)
    if not 0.5 <= scale <= 4:
        raise UsageError(f"--scale: {scale:g}, 0.5 to 4 expected. Change --scale")
    return scale
