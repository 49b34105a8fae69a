"""Open a window on a live scene or a photograph: change lens, blur and effects, compare methods.

H lists all keys. Scenes, banks, pictures and settings can be dropped on it. Without SCENE it
opens as it was left. Without a screen, --headless-shot draws the same into a file, and --headless
--script plays a user.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from realtime.blur.choices import BANKLESS, CHOICES, check_kind, needed
from realtime.cli import options
from realtime.effects.parse import parse_effect
from realtime.errors import UsageError
from realtime.passes.decisions import VIEWS
from realtime.pictures import check_writable

if TYPE_CHECKING:
    from realtime.view.library import AnyBank
    from realtime.view.state import EffectState, ViewState

INTERACTIVE_VIEWS = "64"  # of the lens truth: a frame must not take seconds


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    options.add_scene(command, is_needed=False, takes_photos=True)
    options.add_picture(
        command, INTERACTIVE_VIEWS, size=None, size_help=f"as it was, or {options.SIZE}"
    )
    options.add_effects(command)
    command.add_argument("--blur", choices=CHOICES, help="method (what the bank is best for)")
    command.add_argument(
        "--split", choices=CHOICES, metavar="BLUR", help="another method on the right of a bar"
    )
    command.add_argument("--show", choices=VIEWS, help="false colours, as diskblur render has them")
    options.add_settings(command, (*options.COVERED, "split"))
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
        "--shot-dir", metavar="D", default=".", help="where pictures and videos go (%(default)s)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Open the window and stay until it closes; all that can be refused is refused before."""
    from realtime.view.launch import launch  # Dear ImGui is an extra, and takes its time
    from realtime.view.storage import Store, config_folder

    script = Path(arguments.script) if arguments.script else None
    shot = _shot(arguments)
    is_headless = arguments.headless or shot is not None
    launch(
        state_of(arguments, is_fresh=is_headless),
        size=options.size_of(arguments) if arguments.size else None,
        frames=options.whole_number("--frames", arguments.frames) if arguments.frames else None,
        is_headless=is_headless,
        scale=_scale(arguments),
        script=script,
        shots=options.out_folder(arguments.shot_dir),
        shot=shot,
        store=None if is_headless else Store(config_folder()),  # nobody's settings are touched
    )


def state_of(arguments: argparse.Namespace, is_fresh: bool = True) -> "ViewState | None":
    """Return the state that the options ask for; None for that of the last session.

    is_fresh: there is no last session. Raises UserError for any of the options.
    """
    from realtime.view.settings import read_settings
    from realtime.view.state import ViewState

    if path := options.check_settings(arguments):
        return chosen(read_settings(path), arguments)
    if not is_fresh and not (arguments.scene or arguments.bank or options.given(arguments)):
        return None
    return _asked(arguments, arguments.scene or ViewState().scene)


def chosen(state: "ViewState", arguments: argparse.Namespace) -> "ViewState":
    """Return settings with the scene and the bank that were given beside them."""
    from realtime.view.state import LensState

    if arguments.scene is not None and arguments.scene != state.scene:
        state = state.replace(scene=arguments.scene, camera=None, lens=LensState(), time_s=0.0)
    return state if arguments.bank is None else state.replace(bank=arguments.bank)


def _asked(arguments: argparse.Namespace, scene: str) -> "ViewState":
    """Return what each option says."""
    from realtime.view.photo_scene import is_photo
    from realtime.view.state import LensState, ViewState

    options.drawing_of(arguments)  # refuses what it refuses elsewhere, in the same words
    bank = options.bank_of(arguments, is_needed=False, blurs=())  # `check_blur` has its say below
    flat = is_photo(scene)
    # Effects on a photograph are all that is to be seen of them; a scene has its depth of field.
    left = arguments.blur or ("none" if flat and arguments.effect else _best(bank, flat))
    for blur in (left, arguments.split or "none"):
        check_blur(bank, blur, flat)
    samples = arguments.samples
    return ViewState(
        scene=scene,
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


def check_blur(bank: "AnyBank | None", blur: str, is_photo: bool = False) -> None:
    """Raise UsageError for a method that was asked for and cannot be had with a bank."""
    from realtime.view.library import blurs_of

    check_kind(bank, blur)
    if bank is None and blur not in BANKLESS:
        needed(bank)
    blurs = blurs_of(bank, is_photo)
    if is_photo and blur not in ("sparse", "dense", "none"):
        raise UsageError(
            f"--blur: {blur!r} for a photograph, one of sparse, dense, none expected. Change it"
        )
    if blur not in blurs:
        raise UsageError(
            f"--bank: one for {', '.join(blurs)}, one for {blur} expected. "
            f"Change --blur and --split, or give another --bank"
        )


def _best(bank: "AnyBank | None", is_photo: bool) -> str:
    from realtime.view.library import blurs_of

    return blurs_of(bank, is_photo)[0]


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
