"""`diskblur apply --depth`: the options of its lens, and the picture through it."""

import argparse
from collections.abc import Callable

import moderngl
import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.cli import options
from realtime.errors import UsageError
from realtime.photo import lens_blur
from realtime.photo.depth import KINDS, ZEROS, Nearness, read_nearness
from realtime.photo.light import Decoder, Encoder
from realtime.pictures import Photograph, encode_srgb

COC_RADIUS = "0.02"
SLACK = 1.01  # of a bank's last knot, that nobody needs to be told of


def add_lens(command: argparse.ArgumentParser) -> None:
    """Add the options that go with --depth."""
    depth = command.add_argument_group("with --depth")
    depth.add_argument(
        "--depth-kind", choices=KINDS, help="disparity: larger is nearer (default); depth: distance"
    )
    depth.add_argument(
        "--zero", choices=ZEROS, help="what 0 means: not known, and filled (default), or far away"
    )
    depth.add_argument(
        "--focus", metavar="X,Y", help="what is in focus, fractions of the picture (0.5,0.5)"
    )
    depth.add_argument(
        "--focus-distance", metavar="D", help="the same as a number of the depth or disparity"
    )
    depth.add_argument(
        "--coc-radius",
        metavar="R",
        help=f"of the largest blur in the picture, of its height ({COC_RADIUS})",
    )


def through_lens(
    ctx: moderngl.Context,
    arguments: argparse.Namespace,
    bank: Bank | LowRankBank,
    photo: Photograph,
    decoder: Decoder,
    encoder: Encoder,
    precision: str,
    note: Callable[[str], None],
) -> np.ndarray:
    """Return the photograph through the lens, as the encoder's pixels.

    note: takes lines for the user. Raises UserError for what was asked for.
    """
    lens_blur.check_size(ctx, arguments.input, photo.size)
    coc_radius = options.number("--coc-radius", arguments.coc_radius or COC_RADIUS)
    display = encode_srgb(Decoder(photo, np.float32).light(slice(None), slice(None))[..., :3])
    kind, zero = arguments.depth_kind or KINDS[0], arguments.zero or ZEROS[0]
    nearness = read_nearness(arguments.depth, kind, photo.size, display, zero)
    for line in nearness.notes:
        note(line)
    view = lens_blur.lens_view(nearness, _focus(arguments, nearness), coc_radius)
    coc_px, last_px = coc_radius * photo.size[1], bank.axes[0].knots[-1]
    if coc_px > SLACK * last_px:
        note(f"--coc-radius: {coc_px:.3g} px here, the bank has {last_px:.3g}, held there")
    kernel = "dense" if arguments.blur == "dense" else None
    return lens_blur.render(ctx, bank, kernel, precision, decoder, encoder, nearness, view)


def _focus(arguments: argparse.Namespace, nearness: Nearness) -> float:
    if arguments.focus_distance is not None:
        distance = options.number("--focus-distance", arguments.focus_distance, finite=False)
        return nearness.of_distance(distance)
    parts = (arguments.focus or "0.5,0.5").split(",")
    if len(parts) != 2:
        raise UsageError(
            f"--focus: {arguments.focus!r}, two fractions of the picture expected, such as "
            f"0.5,0.5. Change --focus"
        )
    return nearness.at((options.number("--focus", parts[0]), options.number("--focus", parts[1])))
