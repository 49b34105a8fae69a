"""Blur a photograph or a video: by effects, by a painted map, or through a lens by its depth.

Pictures: .png (8 or 16 bits), .jpg, .exr, .npy; videos: what FFmpeg reads, to .mp4. 8 and 16 bits
are taken as sRGB, and blurred in linear light. Large pictures are cut into tiles, unseen.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from realtime.bank import Bank, LowRankBank, read_any, read_bank
from realtime.cli import options
from realtime.cli.lens_options import add_lens, through_lens
from realtime.effects import EFFECTS
from realtime.effects.animation import Moving
from realtime.effects.beyond import notes_beyond
from realtime.effects.parse import parse_effect
from realtime.errors import PictureError, UsageError
from realtime.gl.context import headless_context
from realtime.photo.blur import Banks, MapBlur, PhotoBlur
from realtime.photo.film import blur_video
from realtime.photo.light import Decoder, Encoder
from realtime.photo.maps import ParameterMap
from realtime.pictures import number_type, read_photograph, write_photograph
from realtime.pictures.photo_files import SUFFIXES as PICTURES
from realtime.pictures.photo_files import check_goes_in
from realtime.pictures.photograph import Photograph
from realtime.pictures.video import SUFFIX as VIDEO_OUT
from realtime.pictures.video_file import SUFFIXES as VIDEOS
from realtime.pictures.video_file import VideoReader

WAYS = ("effect", "map", "depth")
ONLY_WITH = {  # option -> the way it belongs to
    "map_scale": "map",
    "depth_kind": "depth",
    "zero": "depth",
    "focus": "depth",
    "focus_distance": "depth",
    "coc_radius": "depth",
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    command.add_argument("input", metavar="IN", help="picture or video")
    command.add_argument("--out", metavar="OUT", required=True, help="file to write")
    command.add_argument(
        "--bank",
        metavar="F",
        action="append",
        default=[],
        help="bank of kernels, see diskblur-fit bake; three times for red, green and blue",
    )
    _add_ways(command)
    add_lens(command)
    command.add_argument(
        "--linear",
        action="store_true",
        help="8 and 16 bits hold linear light: no sRGB curve either way (EXR and NPY always do)",
    )
    command.add_argument(
        "--blur",
        choices=("sparse", "dense"),
        default="sparse",
        help="cascades of the bank, or its full kernels, to compare with (%(default)s)",
    )
    command.add_argument(
        "--precision",
        choices=("half", "float"),
        help="of the blur (default: half for 8 bits and videos, float for all else)",
    )
    command.add_argument(
        "--tile", metavar="PX", help="largest side of a tile (default: chosen by the reach)"
    )


def _add_ways(command: argparse.ArgumentParser) -> None:
    where = command.add_argument_group("where to blur (one kind of these)")
    where.add_argument(
        "--effect",
        metavar="NAME[:key=value,…]",
        action="append",
        help=f"{', '.join(EFFECTS)}; may be given several times, applied in that order",
    )
    where.add_argument(
        "--map",
        metavar="M",
        help="picture or .npy: white is the bank's last knot; floats of .npy are as they are",
    )
    where.add_argument("--map-scale", metavar="S", help="what white, or 1.0 of .npy, is instead")
    where.add_argument(
        "--depth", metavar="D", help="picture or .npy: a lens's blur by depth or disparity"
    )


def run(arguments: argparse.Namespace) -> None:
    """Blur; everything that can be refused is refused before the first pixel."""
    _check_ways(arguments)
    is_video = _is_video(Path(arguments.input))
    if not is_video:
        _check_still(arguments.effect or ())
    out = _out_file(arguments.out, is_video)
    if is_video:
        _apply_to_video(arguments, out)
    else:
        _apply_to_picture(arguments, out)
    print(f"wrote {out}")


def _check_ways(arguments: argparse.Namespace) -> None:
    """Exactly one of effects, map and depth, and no option of another."""
    given = [f"--{way}" for way in WAYS if getattr(arguments, way)]
    if len(given) != 1:
        there = " beside ".join(given) or "nothing"
        raise UsageError(
            f"where to blur: {there}, one of --effect, --map, --depth expected. "
            f"{'Leave one out' if given else 'Add one, such as --effect tilt-shift'}"
        )
    for option, way in ONLY_WITH.items():
        if getattr(arguments, option) is not None and f"--{way}" not in given:
            flag = "--" + option.replace("_", "-")
            raise UsageError(f"{flag}: given with {given[0]}, --{way} expected. Leave it out")
    if arguments.focus is not None and arguments.focus_distance is not None:
        raise UsageError(
            "--focus: given beside --focus-distance, one of them expected. Leave one out"
        )


def _check_still(effects: Sequence[str]) -> None:
    for text in effects:
        moving = parse_effect(text).moving
        if moving.start != moving.end:
            raise UsageError(
                f"--effect: {text!r} moves, one that stays expected for a picture. Give one value"
            )


def _is_video(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix not in (*PICTURES, *VIDEOS):
        raise PictureError(
            f"{path}: a file called {path.suffix or 'without a suffix'}, one of "
            f"{', '.join((*PICTURES, *VIDEOS))} expected. Convert it first"
        )
    return suffix in VIDEOS


def _out_file(text: str, is_video: bool) -> Path:
    suffix, expected = Path(text).suffix.lower(), (VIDEO_OUT,) if is_video else PICTURES
    if suffix not in expected:
        raise PictureError(
            f"{text}: a {'video' if is_video else 'picture'} called "
            f"{suffix or 'without a suffix'}, one of {', '.join(expected)} expected. "
            f"Choose another --out"
        )
    return options.out_file(text)


def _note(line: str) -> None:
    print(f"diskblur apply: {line}", file=sys.stderr)


# Pictures


def _apply_to_picture(arguments: argparse.Namespace, out: Path) -> None:
    banks = _banks(arguments)
    photo = _without_idle_alpha(read_photograph(arguments.input, arguments.linear))
    check_goes_in(out, photo.size, photo.has_alpha)
    is_coarse = photo.pixels.dtype == np.uint8
    precision = arguments.precision or ("half" if is_coarse else "float")
    channels = photo.pixels.shape[2]
    if photo.is_grey and _splits_colours(arguments, banks):
        channels += 2
    is_linear = arguments.linear
    encoder = Encoder(number_type(out, photo.pixels.dtype), channels, is_linear)
    decoder = Decoder(photo, np.float16 if precision == "half" else np.float32)
    if arguments.depth:
        bank = _lens_bank(arguments)
        ctx = headless_context()
        pixels = through_lens(ctx, arguments, bank, photo, decoder, encoder, precision, _note)
    else:
        blur = _photo_blur(arguments, banks, photo.size, precision)
        pixels = blur.run(decoder, encoder, _progress)
        blur.release()
    icc = photo.icc if channels == photo.pixels.shape[2] else None  # that of grey is not of colour
    if decoder.mended:
        _note(f"{arguments.input}: {decoder.mended} values NaN or beyond 65504, mended")
    if encoder.clipped:
        _note(f"{out}: {encoder.clipped} values brighter than white, cut off. .exr would keep them")
    write_photograph(out, Photograph(pixels, is_linear, icc, photo.exif))


def _without_idle_alpha(photo: Photograph) -> Photograph:
    """Drop alpha that is opaque everywhere: it says nothing, and JPEG has none."""
    pixels = photo.pixels
    largest = 1.0 if photo.is_float else np.iinfo(pixels.dtype).max
    if not photo.has_alpha or not (pixels[..., -1] == largest).all():
        return photo
    return dataclasses.replace(photo, pixels=pixels[..., :-1])


def _progress(tiles):
    return tqdm(tiles, unit="tile", leave=False, disable=None)


# Videos


def _apply_to_video(arguments: argparse.Namespace, out: Path) -> None:
    if arguments.depth:
        raise UsageError("--depth: given for a video, a picture expected. Use --effect or --map")
    if arguments.linear:
        raise UsageError("--linear: given for a video, a picture expected. Leave it out")
    banks = _banks(arguments)
    with VideoReader(arguments.input) as video:
        precision = arguments.precision or "half"
        blur = _photo_blur(arguments, banks, video.size, precision)
        with tqdm(total=video.frames, unit="frame", disable=None) as bar:
            blur_video(video, out, blur, _note, bar.update)
        blur.release()
    if video.ended_early:
        raise PictureError(
            f"{video.path}: {video.ended_early}, a whole video expected. {out} has the frames so "
            f"far; find a whole copy for the rest"
        )


# Banks and blurs


def _banks(arguments: argparse.Namespace) -> Banks:
    """Read --bank, once or three times; none for effects that bring their own, or for a lens."""
    if len(arguments.bank) not in (0, 1, 3):
        raise UsageError(
            f"--bank: given {len(arguments.bank)} times, once or three times (red, green, blue) "
            f"expected. Change it"
        )
    if arguments.depth:
        return ()
    return tuple(read_bank(path) for path in arguments.bank)


def _lens_bank(arguments: argparse.Namespace) -> Bank | LowRankBank:
    if len(_needed(arguments.bank)) != 1:
        raise UsageError("--bank: given three times with --depth, once expected. Leave two out")
    return read_any(arguments.bank[0])


def _asked(arguments: argparse.Namespace, banks: Banks) -> list[tuple[Moving, Banks]]:
    """Return the effects and the banks of each, its own or those given beside."""
    asked = [parse_effect(text) for text in arguments.effect]
    return [
        (one.moving, tuple(read_bank(path) for path in one.banks) or _needed(banks))
        for one in asked
    ]


def _needed(banks: Sequence) -> Sequence:
    if not banks:
        raise UsageError(
            "--bank: none given, a bank file expected. "
            "Bake one: diskblur-fit bake --shape disk --max-radius 32 --out disk.safetensors"
        )
    return banks


def _splits_colours(arguments: argparse.Namespace, banks: Banks) -> bool:
    """Whether red, green and blue are blurred differently, so that a grey picture gets colours."""
    own = [parse_effect(text).banks for text in arguments.effect or ()]
    used = [of_effect or banks for of_effect in own] if own else [banks]
    return any(len(banks) == 3 for banks in used)


def _photo_blur(
    arguments: argparse.Namespace, banks: Banks, size: tuple[int, int], precision: str
) -> PhotoBlur:
    tile = arguments.tile and options.whole_number("--tile", arguments.tile)
    how = (arguments.blur, precision, tile)
    if arguments.effect:
        ctx, asked = headless_context(), _asked(arguments, banks)
        blur = PhotoBlur(ctx, asked, size, *how)
        for line in notes_beyond(ctx, asked, size):
            _note(line)
        return blur
    scale = arguments.map_scale and options.number("--map-scale", arguments.map_scale)
    map_ = ParameterMap(arguments.map, _needed(banks)[0].axes, size, scale)
    for line in map_.notes:
        _note(line)
    return MapBlur(headless_context(), map_, banks, *how)
