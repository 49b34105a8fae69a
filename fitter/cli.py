"""`diskblur-fit bake`, `diskblur-fit inspect`, `diskblur-fit bench` and `diskblur-fit serve`.

torch is imported only by the commands that need it, so that the help, the checks and the sentence
that says what to install work without it.
"""

import argparse
import math
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from fitter.bench.command import add_bench
from fitter.errors import FitError
from fitter.methods import Method
from fitter.methods.options import add_options, method_of, taps_of
from fitter.search_options import (
    add_search_options,
    add_symmetry_option,
    check_search,
    turns_of,
)
from fitter.second_axis import add_second_options, check_framed, second_of
from fitter.serve import add_serve
from fitter.straight_options import add_straight_option, check_straight
from fitter.targets import SHAPES, Picture, Source, known, read_picture
from fitter.targets.aberration import MOST_WAVES, WAVEFRONTS
from fitter.targets.cat_eye import MOST_CLIP
from fitter.targets.lens import CHANNELS, LENSES, LensPsf
from fitter.targets.motion import MOST_BEND
from fitter.targets.silhouettes import DRAWINGS
from realtime.bank import BankError

if TYPE_CHECKING:
    from fitter.bake import Request
    from realtime.bank import Bank, LowRankBank

PRIORS = ("natural", "flat", "mixed")
DEFAULT_KNOTS = 17
DEFAULT_SEEDS = 8

# A picture up to this radius is baked at its own size; a larger one is scaled down to the second,
# unless a radius is asked for. 36 taps cannot fill more.
LARGEST_OWN_RADIUS_PX, SCALED_RADIUS_PX = 64.0, 32.0

MOST_TAPS, MOST_LAYERS = 512, 8
MOST_KNOTS, MOST_SEEDS, MOST_THREADS = 256, 256, 256

SHAPE_OPTIONS = {  # option -> the shapes that take it, as the field of the same name
    "sides": ("polygon",),
    "curvature": ("polygon",),
    "points": ("star",),
    "inner": ("ring", "star"),
    "rotation": (
        "polygon", "star", "heart", "streak", "arc", "cat-eye", "line", "shake", *DRAWINGS,
        *WAVEFRONTS,
    ),
    "bend": ("arc",),
    "clip": ("cat-eye",),
    "bias": ("streak",),
    "waves": tuple(WAVEFRONTS),
    "track": ("shake",),
}  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Run a command; return 0, or 2 with one line on stderr for bad input."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except (FitError, BankError) as error:
        print(f"diskblur-fit: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("diskblur-fit: interrupted; nothing was written", file=sys.stderr)
        return 130


def _bake(arguments: argparse.Namespace) -> int:
    # Idle OpenMP threads spin by default: beside another program a bake of 9 s took 25 to 60 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is loaded
    method = method_of(arguments)
    request = _request(arguments, method)
    from fitter.report import summary
    from realtime.bank import write_any

    own = method.name == "lm"
    bank = _baked(request, arguments) if own else _by(method, request, arguments)
    write_any(arguments.out, bank)
    if not arguments.quiet:
        print(f"{arguments.out}: {summary(bank)}")
        if bank.targets is None:
            print("targets left out: they would take more than 256 MB")
    return 0


def _by(method: Method, request: "Request", arguments: argparse.Namespace) -> "Bank | LowRankBank":
    """Bake by one of the methods that lm is measured against."""
    with _Bar(method.steps(request), quiet=arguments.quiet) as bar:
        return method(request, bar.step)


def _baked(request: "Request", arguments: argparse.Namespace) -> "Bank":
    """Search for what was left open, then bake."""
    from fitter import search
    from fitter.bake import bake, steps

    if arguments.quality is not None:
        goal = search.Goal(arguments.quality, request.radii_px[-1], len(request.radii_px) > 1)
        with _Bar(search.MOST_STEPS, quiet=arguments.quiet) as bar:
            return search.smallest(request, goal, bar.step, arguments.symmetry == "auto")
    if arguments.budget is not None:
        request = search.with_layers(request, search.best_taper(request, arguments.budget))
    turns = turns_of(arguments)
    if turns is not None:
        request = search.with_turns(request, turns)
    if arguments.symmetry == "auto":
        request = search.with_layers(request, request.plan.layers, auto=True)
    if arguments.spacing == "error":
        request = search.with_error_knots(request)
    with _Bar(steps(request), quiet=arguments.quiet) as bar:
        return bake(request, bar.step)


def _inspect(arguments: argparse.Namespace) -> int:
    from fitter.report import table
    from realtime.bank import read_any

    bank = read_any(arguments.bank)
    print(table(bank))
    if arguments.sheet:
        _write_sheet(bank, arguments.sheet)
    return 0


def _write_sheet(bank: "Bank", path: Path) -> None:
    need("torch")
    from fitter.sheet import sheet
    from realtime.bank import replacing

    picture = sheet(bank)
    try:
        with replacing(path) as temporary:
            picture.save(temporary)
    except (OSError, ValueError) as error:
        raise FitError(
            f"{path}: not written ({getattr(error, 'strerror', None) or error}), a writable place "
            f"and a name that ends in .png expected. Choose another --sheet"
        ) from None
    print(f"{path}: contact sheet")


def need(*modules: str) -> None:
    """Raise FitError unless the modules of the extra `fit` are installed."""
    lacking = [name for name in modules if not _installed(name)]
    if lacking:
        raise FitError(
            f"{' and '.join(lacking)} not installed, the fitter's extra expected. "
            f"Install it: pip install 'diskblur[fit]'"
        )


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _request(arguments: argparse.Namespace, method: Method) -> "Request":
    """Check everything, then build the request."""
    check_search(arguments)
    layers = _layers(taps_of(arguments, method))
    seeds = DEFAULT_SEEDS if arguments.seeds is None else arguments.seeds
    _check_count("--seeds", seeds, MOST_SEEDS)
    _check_count("--threads", arguments.threads, MOST_THREADS)
    if arguments.seed < 0:
        raise FitError(f"--seed: {arguments.seed}, 0 or more expected. Give another --seed")
    source = _source(arguments)
    check_framed(arguments, source)
    axis = _axis(arguments, source)
    check_straight(arguments.straight, axis.max_radius_px, axis.knots)
    _check_out(arguments.out)
    need("torch", "skimage")
    from fitter.bake import Request
    from fitter.chain import FRAMED, Plan
    from fitter.knots import radius_knots

    plan = Plan(
        layers=layers,
        prior=arguments.prior or PRIORS[0],
        seed=arguments.seed,
        seeds=seeds,
        turns=FRAMED if arguments.framed else (0.0,),
        equal_weights=arguments.equal_weights,
        negative=arguments.negative,
        straight_from_px=arguments.straight,
    )
    radii = radius_knots(source, axis.max_radius_px, axis.knots, arguments.straight)
    return Request(source, radii, plan, arguments.threads, second_of(arguments, source))


@dataclass(frozen=True)
class _AxisChoice:
    max_radius_px: float
    knots: int


def _axis(arguments: argparse.Namespace, source: Source) -> _AxisChoice:
    """Settle the largest radius and the count of knots."""
    given = [n for n in ("radius", "max_radius", "sigma") if getattr(arguments, n) is not None]
    if len(given) > 1:
        options = " and ".join("--" + n.replace("_", "-") for n in given)
        raise FitError(f"{options}: both given, one radius expected. Leave one out")
    single = bool(given) and given[0] != "max_radius"
    knots = arguments.knots
    if knots is None:
        knots = DEFAULT_KNOTS if given and not single else 1
    _check_count("--knots", knots, MOST_KNOTS)
    if single and knots != 1:
        raise FitError(
            f"--{given[0]} with --knots {knots}: one kernel with a whole axis, one of the two "
            f"expected. Use --max-radius for an axis"
        )
    if not given:
        return _AxisChoice(_own_radius(source, arguments.quiet), knots)
    option, value = "--" + given[0].replace("_", "-"), getattr(arguments, given[0])
    if not (math.isfinite(value) and value > 0):
        raise FitError(f"{option}: {value:g}, px above 0 expected. Give another {option}")
    if given[0] == "sigma":
        if arguments.shape != "gaussian":
            raise FitError("--sigma: given without --shape gaussian. Use --radius")
        value = 2 * value  # radius 2 sigma: see Gaussian
    return _AxisChoice(value, knots)


def _own_radius(source: Source, quiet: bool) -> float:
    """Return a picture's own radius, or a smaller one that taps can fill."""
    if not isinstance(source, Picture):
        raise FitError("--radius: none given, px above 0 expected. Give --radius or --max-radius")
    if source.native_radius_px <= LARGEST_OWN_RADIUS_PX:
        return source.native_radius_px
    if not quiet:
        print(
            f"{source.name}: {2 * source.native_radius_px:g} px wide, scaled down to radius "
            f"{SCALED_RADIUS_PX:g} px; --radius sets another",
            file=sys.stderr,
        )
    return SCALED_RADIUS_PX


def _source(arguments: argparse.Namespace) -> Source:
    given = {n: getattr(arguments, n) for n in SHAPE_OPTIONS if getattr(arguments, n) is not None}
    if arguments.lens is not None:
        return _lens(arguments, given)
    for name in ("channel", "field", "front"):
        if getattr(arguments, name):
            raise FitError(f"--{name}: given without --lens. Add --lens {next(iter(LENSES))}")
    if (arguments.shape is None) == (arguments.image is None):
        there = "both" if arguments.shape else "neither"
        raise FitError(
            f"--shape and --image: {there} given, one of them expected. "
            f"Example: --shape disk, or --image kernel.png"
        )
    if arguments.shape is not None:
        known("--shape", arguments.shape, SHAPES)
    for name in given:
        if arguments.shape not in SHAPE_OPTIONS[name]:
            takers = SHAPE_OPTIONS[name]
            more = f" and {len(takers) - 4} more" if len(takers) > 4 else ""
            raise FitError(
                f"--{name}: given with {arguments.shape or 'a picture'}, "
                f"only {' and '.join(takers[:4])}{more} take it. Leave it out"
            )
    if arguments.image is not None:
        return read_picture(arguments.image)
    return SHAPES[arguments.shape](**_checked_shape(arguments.shape, given))


def _lens(arguments: argparse.Namespace, given: dict[str, float]) -> LensPsf:
    """Return the lens's PSF; where a field axis is asked for, that of the middle."""
    beside = [name for name in ("shape", "image") if getattr(arguments, name) is not None]
    for name in (*beside, *given):
        raise FitError(f"--lens and --{name}: both given, --lens alone expected. Leave one out")
    return LensPsf(
        arguments.lens, arguments.field or 0.0, arguments.channel or "g", arguments.front
    )


def _checked_shape(shape: str, given: dict[str, float]) -> dict[str, float]:
    """Check a shape's parameters; return them."""
    limits = {  # name -> lowest, highest, whether the ends themselves are allowed
        "sides": (3, 4096, True),
        "curvature": (0, 1, True),
        "points": (2, 1024, True),
        "inner": (0, 1, False),
        "bias": (-1, 1, True),
        "bend": (0, MOST_BEND, True),
        "clip": (0, MOST_CLIP, True),
        "waves": (-MOST_WAVES, MOST_WAVES, True),
        "track": (0, 2**32 - 1, True),
        "rotation": (-math.inf, math.inf, False),
    }
    for name, value in given.items():
        low, high, ends = limits[name]
        if not (low < value < high or (ends and value in (low, high))):
            reach = f"{low:g} to {high:g}" if ends else f"between {low:g} and {high:g}"
            expected = "a number of degrees" if name == "rotation" else f"a number {reach}"
            raise FitError(f"--{name}: {value:g}, {expected} expected. Give another --{name}")
    return given


def _layers(text: str) -> tuple[int, ...]:
    """Parse "24,8,4"."""
    try:
        layers = tuple(int(part) for part in text.split(","))
    except ValueError:
        layers = ()
    if not 1 <= len(layers) <= MOST_LAYERS or min(layers) < 1 or sum(layers) > MOST_TAPS:
        raise FitError(
            f"--taps: {text!r}, 1 to {MOST_LAYERS} layers of at least 1 tap, {MOST_TAPS} taps in "
            f"all at most, expected. Example: --taps 24,8,4"
        )
    return layers


def _check_count(option: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise FitError(f"{option}: {value}, 1 to {most} expected. Give another {option}")


def _check_out(path: Path) -> None:
    """Fail before the fit, not after it."""
    if path.is_dir() or not path.name:
        raise FitError(f"{path}: a folder, a file to write expected. Give a file name as --out")
    above = next((p for p in path.absolute().parents if p.exists()), None)
    if above is not None and not above.is_dir():
        raise FitError(f"{path}: {above} is a file, a folder expected. Give another --out")


class _Bar:
    """A progress bar on stderr; silent where nobody watches."""

    def __init__(self, total: int, quiet: bool) -> None:
        from tqdm import tqdm

        hidden = quiet or not sys.stderr.isatty()
        self._bar = tqdm(total=total, disable=hidden, file=sys.stderr, unit="step", leave=False)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def step(self, done: str) -> None:
        """Advance by a step, showing what was done."""
        self._bar.set_description(done, refresh=False)
        self._bar.update()


class _Parser(argparse.ArgumentParser):
    """argparse, with our form of messages."""

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="diskblur-fit", description="Fit sparse blur kernels; look at banks.")
    commands = parser.add_subparsers(required=True, metavar="bake|inspect|bench|serve")
    _add_bake(commands.add_parser("bake", help="fit a kernel, or a bank over its radius"))
    inspect = commands.add_parser("inspect", help="print what is in a bank, and how good it is")
    inspect.add_argument("bank", type=Path, help="the .safetensors file")
    inspect.add_argument("--sheet", type=Path, help="write target, fit and error as a picture")
    inspect.set_defaults(run=_inspect)
    add_bench(commands.add_parser("bench", help="compare all methods, and write a report"))
    add_serve(commands.add_parser("serve", help="fit for another program, by lines of JSON"))
    return parser


def _add_bake(bake: argparse.ArgumentParser) -> None:
    what = bake.add_argument_group("what to imitate")
    what.add_argument("--shape", metavar="NAME", help=", ".join(SHAPES))
    what.add_argument("--image", type=Path, help="any kernel: PNG, JPEG or NPY; alpha or luminance")
    what.add_argument("--sides", "--blades", type=int, help="of a polygon, as an iris has them (6)")
    what.add_argument("--curvature", type=float, help="of its blades, 0 straight … 1 round (0)")
    what.add_argument("--points", type=int, help="of a star (5)")
    what.add_argument("--inner", type=float, help="inner radius as a part of the outer (.6, .4)")
    what.add_argument("--bias", type=float, help="how lopsided a streak is, -1 … 1 (0)")
    what.add_argument("--bend", type=float, help="half the angle an arc's path turns by, rad (0)")
    what.add_argument("--clip", type=float, help="of a cat's eye, 0 a disc … 1 half as wide (0)")
    what.add_argument("--rotation", "--rotate", type=float, help="degrees clockwise (0)")
    what.add_argument("--waves", type=float, help="of an aberration, Zernike's peak (1)")
    what.add_argument("--track", type=int, help="which track of shake (0)")
    lens = bake.add_argument_group("a lens in place of a shape (radius: of an ideal lens's blur)")
    lens.add_argument("--lens", metavar="NAME", help=", ".join(LENSES))
    lens.add_argument("--channel", metavar="|".join(CHANNELS), help="colour (g)")
    lens.add_argument("--field", type=float, help="0 the picture's middle (0) … 1 its corner")
    lens.add_argument("--fields", type=int, help="knots of a second axis, the field 0 … 1")
    lens.add_argument("--front", action="store_true", help="for what lies in front of focus")
    size = bake.add_argument_group("how large (radius, in px of the blurred picture)")
    size.add_argument("--max-radius", type=float, help="the end of the radius axis")
    size.add_argument("--radius", type=float, help="one kernel of this radius, no axis")
    size.add_argument("--sigma", type=float, help="one Gaussian of this sigma (radius / 2)")
    size.add_argument(
        "--knots", type=int, help=f"fits along the axis ({DEFAULT_KNOTS}; 1: no axis)"
    )
    add_second_options(bake)
    how = bake.add_argument_group("how to fit")
    add_options(how)
    how.add_argument("--taps", help="per layer, in order (24,8,4; rivals 24,24,24,24)")
    add_search_options(how)
    how.add_argument("--prior", choices=PRIORS, help="what counts (natural)")
    how.add_argument("--seed", type=int, default=0, help="same seed, same bytes (0)")
    how.add_argument("--seeds", type=int, help="starts that compete (8; paper 1)")
    add_symmetry_option(how)
    how.add_argument(
        "--framed", action="store_true", help="for a renderer that turns it, pixel by pixel"
    )
    add_straight_option(how)
    how.add_argument("--equal-weights", action="store_true", help="within each layer")
    how.add_argument("--negative", action="store_true", help="allow weights below 0: they ring")
    how.add_argument("--threads", type=int, default=1, help="of the CPU (1)")
    bake.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    bake.add_argument("--quiet", action="store_true", help="print nothing but errors")
    bake.set_defaults(run=_bake)
