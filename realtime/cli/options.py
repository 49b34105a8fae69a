"""Options that several subcommands share, and their checks."""

import argparse
import functools
import math
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from realtime.bank import Bank, LowRankBank, read_any, read_bank
from realtime.blur.choices import CHOICES, check_kind, needed
from realtime.blur.shutter_truth import DEFAULT_EXPOSURES
from realtime.blur.truth import DEFAULT_VIEWS
from realtime.effects import EFFECTS
from realtime.effects.animation import STILL_WAY_S
from realtime.effects.parse import parse_effect
from realtime.effects.stack import Applied
from realtime.errors import UsageError
from realtime.methods import METHODS, POSTS
from realtime.quality import QUALITIES, quality_of
from realtime.renderer import Staged
from realtime.scene import load_scene
from realtime.scene.file import check_path
from realtime.scene.model import Scene
from realtime.scene.shutter import Shutter

LENS_FIELDS = {  # option -> field of the lens
    "focus_distance": "focus_distance_m",
    "f_number": "f_number",
    "focal_length": "focal_length_mm",
    "coc_radius": "radius",
    "squeeze": "squeeze",
    "aperture_rotation": "rotation_deg",
    "cat_eye": "cat_eye",
    "tilt": "tilt_deg",
    "tilt_direction": "tilt_direction_deg",
    "max_coc_front": "max_front",
    "max_coc_behind": "max_behind",
}
SIZE = "960x540"
OR_PHOTO = "; or a photograph: .png, .jpg, .exr, .npy"
MOST = 1_000_000  # views, frames: more is a slip of the finger, and would run for days


def add_scene(
    command: argparse.ArgumentParser, is_needed: bool = True, takes_photos: bool = False
) -> None:
    """Add the scene, which is None where it need not be given and is not, and its lens."""
    command.add_argument(
        "scene",
        metavar="SCENE",
        nargs=None if is_needed else "?",
        help="a .toml, .glb or .gltf file, or a shipped scene: carousel, daylight, "
        "miniature_city, string_lights, tabletop, window" + (OR_PHOTO if takes_photos else ""),
    )
    add_lens(command)


def add_lens(command: argparse.ArgumentParser) -> None:
    """Add the lens; what is not given stays as the scene has it."""
    lens = command.add_argument_group("lens (as the scene has it, unless given)")
    lens.add_argument("--focus-distance", metavar="M", help="metres along the view axis, or inf")
    lens.add_argument(
        "--focus-on", metavar="NAME", help="an object of the scene, all along the path"
    )
    lens.add_argument(
        "--f-number", metavar="N", help="aperture: 1.4 is wide open, 16 nearly closed"
    )
    lens.add_argument(
        "--focal-length", metavar="MM", help="millimetres; sets the field of view too"
    )
    lens.add_argument(
        "--coc-radius",
        metavar="R",
        help="in place of an f-number: CoC radius of infinity, of picture height, such as 0.02",
    )
    lens.add_argument("--squeeze", metavar="S", help="width of the blur over its height: 0.5 or 2")
    lens.add_argument("--aperture-rotation", metavar="DEG", help="counter-clockwise")
    lens.add_argument("--cat-eye", metavar="C", help="clipping towards the corners, 0 … 1")
    lens.add_argument("--tilt", metavar="DEG", help="of the plane in focus against the sensor")
    lens.add_argument(
        "--tilt-direction",
        metavar="DEG",
        help="where it leans away to, counter-clockwise from the right: 90 is up",
    )
    lens.add_argument(
        "--max-coc-front",
        metavar="R",
        help="largest CoC radius in front, of picture height, or inf",
    )
    lens.add_argument("--max-coc-behind", metavar="R", help="the same behind the focus plane")


def add_picture(
    command: argparse.ArgumentParser,
    views: str = str(DEFAULT_VIEWS),
    size: str | None = SIZE,
    size_help: str = SIZE,
) -> None:
    """Add the bank, the size and the quality. size: by default; None asks elsewhere."""
    command.add_argument("--bank", metavar="F", help="bank of kernels, see diskblur-fit bake")
    command.add_argument("--size", metavar="WxH", default=size, help=f"in px ({size_help})")
    command.add_argument(
        "--quality",
        metavar="Q",
        default="default",
        help=f"of scene and blur: {', '.join(QUALITIES)} (%(default)s)",
    )
    command.add_argument(
        "--samples", metavar="N", help="samples a pixel of the scene (as the quality has it)"
    )
    command.add_argument(
        "--views", metavar="N", default=views, help="of the lens truth (%(default)s)"
    )
    command.add_argument(
        "--shutter-angle",
        metavar="DEG",
        default="180",
        help="of motion blur: 360 is open for the whole frame (%(default)s)",
    )
    command.add_argument(
        "--exposures",
        metavar="N",
        default=str(DEFAULT_EXPOSURES),
        help="of the shutter truth (%(default)s)",
    )


def add_settings(command: argparse.ArgumentParser, covered: Sequence[str]) -> None:
    """Add a file of settings, which holds what the `covered` options would say.

    After those options: their defaults are kept, to tell what was given.
    """
    command.add_argument(
        "--settings",
        metavar="F",
        help="all of the above as the viewer has saved it, a .toml file; SCENE and --bank, if "
        "given, take the place of its own",
    )
    command.set_defaults(covered={option: command.get_default(option) for option in covered})


COVERED = (  # by settings, of the options of all commands
    *LENS_FIELDS,
    *("focus_on", "quality", "samples", "views", "shutter_angle", "exposures"),
    *("effect", "blur", "show"),
)


def given(arguments: argparse.Namespace) -> list[str]:
    """Return the flags of covered options that are other than by default."""
    now = vars(arguments)
    return [_flag(name) for name, default in arguments.covered.items() if now[name] != default]


def check_settings(arguments: argparse.Namespace) -> Path | None:
    """Return --settings as a path. Raises UsageError where it is given beside what it holds."""
    if arguments.settings is None:
        return None
    if beside := given(arguments):
        raise UsageError(
            f"{beside[0]}: given beside --settings, which says it, one of them expected. "
            f"Leave one out"
        )
    return Path(arguments.settings)


def add_blur(command: argparse.ArgumentParser) -> None:
    """Add the choice of the blur method."""
    command.add_argument(
        "--blur",
        choices=CHOICES,
        metavar="NAME",
        help=f"{_abouts()}; gather: sparse, in one slice; lens: the truth, by accumulating views; "
        "none; motion: of what moves, in focus, by a bank of arcs or streaks; shutter: its truth "
        "(what the bank holds)",
    )


def _abouts() -> str:
    methods = (*METHODS.values(), *POSTS.values())
    return "; ".join(f"{method.name}: {method.about}" for method in methods)


def add_effects(command: argparse.ArgumentParser) -> None:
    """Add the effects, in the order in which they are applied."""
    command.add_argument(
        "--effect",
        action="append",
        default=[],
        metavar="NAME:KEY=VALUE,...",
        help=f"on the picture, in the order given: {', '.join(EFFECTS)}; their settings, "
        f"bank=F (or bank=R+G+B) among them: docs/effects.md. KEY=A..B moves",
    )


def bank_is_for_effects(arguments: argparse.Namespace) -> bool:
    """Whether --bank, if any, is that of effects that name none, and not depth of field's."""
    asked = [parse_effect(text) for text in arguments.effect]
    return bool(asked) and (arguments.bank is None or not all(one.banks for one in asked))


def effects_of(arguments: argparse.Namespace, duration_s: float) -> tuple[Staged, ...]:
    """Read the effects and their banks; what moves takes the scene's path for its way.

    Raises UsageError, BankError.
    """
    staged, read = [], functools.cache(read_bank)
    for text in arguments.effect:
        asked = parse_effect(text)
        files = asked.banks or ((Path(arguments.bank),) if arguments.bank else ())
        if not files:
            raise UsageError(
                f"--effect: {text!r} without a bank, bank=FILE among its settings expected. "
                f"Add it, or give --bank"
            )
        banks = tuple(map(read, files))
        moving = replace(asked.moving, duration_s=duration_s or STILL_WAY_S)
        Applied(moving.start, banks)  # refuses banks that it cannot use
        staged.append(Staged(moving, banks))
    return tuple(staged)


def scene_of(arguments: argparse.Namespace) -> Scene:
    """Load the scene with the lens asked for. Raises SceneError, LensError, UsageError."""
    scene = load_scene(arguments.scene).with_lens(**lens_changes(arguments))
    if arguments.focus_on is not None:
        scene = scene.focused_on(arguments.focus_on, "--focus-on")
    check_path(Path(arguments.scene), scene)
    return scene


def lens_changes(arguments: argparse.Namespace) -> dict[str, float | None]:
    """Return what of the lens is asked for, by its field; None is as the scene has it.

    Raises UsageError for what is no number, or does not go together.
    """
    _check_alone(arguments, "focus_on", "focus_distance")
    _check_alone(arguments, "coc_radius", "f_number")
    return {
        field: _optional_number(_flag(option), getattr(arguments, option))
        for option, field in LENS_FIELDS.items()
    }


def _check_alone(arguments: argparse.Namespace, option: str, other: str) -> None:
    value = getattr(arguments, option)
    if value is not None and getattr(arguments, other) is not None:
        raise UsageError(
            f"{_flag(option)}: {value!r} beside {_flag(other)}, one of them expected. Leave one out"
        )


def _flag(option: str) -> str:
    return "--" + option.replace("_", "-")


def bank_of(
    arguments: argparse.Namespace, is_needed: bool, blurs: Sequence[str] = ("sparse",)
) -> Bank | LowRankBank | None:
    """Read the bank, if one was given, for these blurs.

    Raises BankError, and UsageError where it is missing or of another kind than a blur needs.
    """
    bank = None if arguments.bank is None else read_any(arguments.bank)
    for blur in blurs:
        check_kind(bank, blur)
    return needed(bank) if is_needed else bank


def own_banks(blurs: Sequence[str]) -> dict[str, Bank | LowRankBank]:
    """Read the banks that blurs bring themselves, as sparse@other.safetensors does.

    Raises BankError, and UsageError where one is of another kind than its blur needs.
    """
    banks = {}
    for blur in blurs:
        method, brings, path = blur.partition("@")
        if brings:
            banks[blur] = read_any(path)
            check_kind(banks[blur], method)
    return banks


def drawing_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """How Renderer draws: quality, samples, views, shutter. Raises UsageError, LensError."""
    samples = arguments.samples
    fps = vars(arguments).get("fps")  # of commands that have no frames: that of cinema
    angle_deg = number("--shutter-angle", arguments.shutter_angle)
    return {
        "shutter": Shutter(angle_deg, whole_number("--fps", fps) if fps else Shutter.fps),
        "exposures": whole_number("--exposures", arguments.exposures),
        "quality": quality_of(arguments.quality),
        "samples": None if samples is None else whole_number("--samples", samples),
        "views": whole_number("--views", arguments.views),
    }


def size_of(arguments: argparse.Namespace) -> tuple[int, int]:
    """(width, height) in px; `SIZE` where none was given. Raises UsageError for what is not WxH."""
    match = re.fullmatch(r"(\d{1,9})[x×](\d{1,9})", arguments.size or SIZE)
    if match is None or not all(int(side) for side in match.groups()):
        raise UsageError(
            f"--size: {arguments.size!r}, width and height in px above 0 expected, "
            f"such as 960x540. Change --size"
        )
    return int(match[1]), int(match[2])


def whole_number(name: str, text: str, least: int = 1) -> int:
    """Read a whole number from `least` to `MOST`. Raises UsageError."""
    if not re.fullmatch(r"\d{1,9}", text) or not least <= int(text) <= MOST:
        raise UsageError(
            f"{name}: {text!r}, a whole number from {least} to {MOST} expected. Change {name}"
        )
    return int(text)


def out_file(text: str) -> Path:
    """Return --out as a path. Raises UsageError where it is plain that no file can go there."""
    path = Path(text)
    if path.is_dir():
        raise UsageError(f"{path}: a folder, a file to write expected. Choose another place")
    _check_folder(path, path.parent)
    return path


def out_folder(text: str) -> Path:
    """Return --out as a folder, which may still be missing. Raises UsageError, as `out_file`."""
    path = Path(text)
    _check_folder(path, path)
    return path


def _check_folder(path: Path, folder: Path) -> None:
    """The nearest folder that exists must be one, and take files."""
    folder = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        there = "cannot be written" if folder.is_dir() else "is no folder"
        raise UsageError(
            f"{path}: {folder} {there}, a writable folder expected. Choose another place"
        )


def number(name: str, text: str, finite: bool = True) -> float:
    """Read a number; NaN never passes. Raises UsageError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value) or (finite and math.isinf(value)):
        raise UsageError(f"{name}: {text!r}, a number expected. Change {name}")
    return value


def _optional_number(name: str, text: str | None) -> float | None:
    """What a number may be is the lens's business; here it only has to be one."""
    return None if text is None else number(name, text, finite=False)
