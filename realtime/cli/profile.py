"""Time every blur method on the same frame, and say what it fetches and how far off it is.

Whole frames of a scene, by passes. With --radii or --report the blur alone too: one picture, all of
it at one radius, beside a shader that reads as often and does nothing else, and beside the same
taps as constants. Times on a software renderer are wall-clock times with finish(), since its timer
queries lie; elsewhere they are timer queries that nothing waits for.
"""

import argparse
import contextlib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from realtime.cli import options
from realtime.cli.render import make_renderer
from realtime.errors import UsageError
from realtime.gl.context import check_size
from realtime.measure.about import about_run
from realtime.measure.contenders import ALL, Contender, Skipped, contenders_of
from realtime.measure.estimates import estimates_of
from realtime.measure.frames import measure_frames
from realtime.measure.report import check_plots, write_report
from realtime.measure.result import ProfileResult
from realtime.measure.sweep import Point, Sweep, picture_of, sweep
from realtime.measure.tables import tables_of
from realtime.profiling.profiler import Profiler
from realtime.profiling.trace import write_trace
from realtime.renderer import Renderer

FRAMES = "30"
LEAST_FRAMES = 5  # of which a median and quartiles can be taken
SCALES = "0.5,1.5"  # of the picture's sides, in a report
NO_SWEEP = Sweep((), (), (), [])


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    options.add_scene(command)
    options.add_picture(command)
    options.add_effects(command)
    command.add_argument(
        "--blur",
        metavar="A,B@F",
        default=ALL,
        help="methods, each by --bank or by a bank F of its own (%(default)s: all that the bank "
        "can be blurred by)",
    )
    command.add_argument("--time", metavar="S", default="0", help="along the camera path (0)")
    command.add_argument(
        "--frames", metavar="N", default=FRAMES, help="timed, of each method (%(default)s)"
    )
    command.add_argument(
        "--radii", metavar="R,R", help="px, of the blur alone (with --report: 1/4, 1/2 and all)"
    )
    command.add_argument(
        "--scales",
        metavar="S,S",
        help=f"of the picture's sides, of the blur alone at the middle radius (with --report: "
        f"{SCALES})",
    )
    command.add_argument("--json", metavar="F", help="write all figures, see docs/profiling.md")
    command.add_argument(
        "--trace", metavar="F", help="write every frame as a Chrome trace, for Perfetto's viewer"
    )
    command.add_argument("--report", metavar="DIR", help="write a page with plots into a folder")


def run(arguments: argparse.Namespace) -> None:
    """Measure, print tables, write files; what can be refused is refused before measuring."""
    frames = _frames(arguments.frames)
    time_s = options.number("--time", arguments.time)
    files = _files(arguments)
    bank = options.bank_of(arguments, is_needed=False, blurs=())
    scales = _scales(arguments)
    points = _points(options.size_of(arguments), _radii(arguments, bank), scales)
    contenders, skipped = contenders_of(arguments.blur, bank)
    own = [one.blur for one in contenders if "@" in one.blur]
    renderer = make_renderer(arguments, needs_bank=False, blurs=own)
    for point in points:
        check_size(renderer.ctx, point.size)
    found, recordings = measure_frames(renderer, contenders, time_s, frames)
    swept = _swept(renderer, contenders, time_s, points, frames) if points else NO_SWEEP
    result = ProfileResult(
        about=about_run(renderer.ctx, shlex.join(["diskblur", *sys.argv[1:]])),
        scene=renderer.scene.name,
        bank=_name(arguments.bank),
        size=renderer.size,
        clock=Profiler(renderer.ctx).kind,
        frames=tuple(found),
        stage=swept.results,
        copies=swept.copies,
        skipped=_reasons([*skipped, *swept.skipped]),
        estimates=estimates_of(swept, renderer.size),
    )
    renderer.release()
    print(tables_of(result))
    _write(result, recordings, files)


def _write(result: ProfileResult, recordings: dict, files: dict[str, Path]) -> None:
    def report(folder: Path) -> None:
        write_report(result, folder)
        write_trace(folder / "trace.json", recordings, result.about)

    writers = {
        "json": result.write,
        "trace": lambda path: write_trace(path, recordings, result.about),
        "report": report,
    }
    for name, path in files.items():
        with _writing(path):
            writers[name](path)
    if files:
        print(f"\nwrote {', '.join(map(str, files.values()))}")


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{path}: not written ({error.strerror or error}), a writable place with room "
            f"expected. Choose another one"
        ) from None


def _frames(text: str) -> int:
    frames = options.whole_number("--frames", text)
    if frames < LEAST_FRAMES:
        raise UsageError(
            f"--frames: {frames}, at least {LEAST_FRAMES} expected, or a median says nothing. "
            f"Change --frames"
        )
    return frames


def _files(arguments: argparse.Namespace) -> dict[str, Path]:
    files = {}
    for name in ("json", "trace"):
        if text := getattr(arguments, name):
            files[name] = _json_file(f"--{name}", text)
    if len(files) > 1 and files["json"].resolve() == files["trace"].resolve():
        raise UsageError(
            f"--trace: {arguments.trace!r}, another file than that of --json expected. "
            f"Change --trace"
        )
    if arguments.report:
        check_plots()
        files["report"] = options.out_folder(arguments.report)
    return files


def _json_file(option: str, text: str) -> Path:
    if Path(text).suffix.lower() != ".json":
        raise UsageError(f"{option}: {text!r}, a .json file expected. Change {option}")
    return options.out_file(text)


def _radii(arguments: argparse.Namespace, bank) -> tuple[float, ...]:
    """Radii of the blur alone, px; none where that is not asked for."""
    if arguments.radii is not None:
        return tuple(_radius(part) for part in arguments.radii.split(","))
    if arguments.scales is not None and (arguments.report is None or bank is None):
        raise UsageError(
            f"--scales: {arguments.scales!r} without radii, radii of the blur alone expected. "
            f"Add --radii"
        )
    if arguments.report is None or bank is None:
        return ()
    largest_px = bank.axes[0].knots[-1]
    return (largest_px / 4, largest_px / 2, largest_px)


def _radius(text: str) -> float:
    return _positive("--radii", text)


def _scales(arguments: argparse.Namespace) -> tuple[float, ...]:
    """Of the picture's sides, beside 1."""
    text = arguments.scales or (SCALES if arguments.report else "")
    return tuple(_positive("--scales", part) for part in text.split(",") if part)


def _positive(name: str, text: str) -> float:
    value = options.number(name, text)
    if value <= 0:
        raise UsageError(f"{name}: {text}, numbers above 0 expected. Change {name}")
    return value


def _points(
    size: tuple[int, int], radii_px: tuple[float, ...], scales: tuple[float, ...]
) -> list[Point]:
    """All radii at the picture's size, and the middle one at others, where dense is left out.

    Each once. None without radii.
    """
    if not radii_px:
        return []
    points = [Point(size, radius_px) for radius_px in radii_px]
    middle_px = radii_px[len(radii_px) // 2]
    others = (_scaled(size, scale) for scale in scales)
    points += [Point(other, middle_px, is_whole=False) for other in others if other != size]
    return list(dict.fromkeys(points))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    width, height = (side * scale for side in size)
    if min(width, height) < 1 or max(width, height) > options.MOST:
        raise UsageError(
            f"--scales: {scale:g} of {size[0]} × {size[1]} px, 1 to {options.MOST} px a side "
            f"expected. Change --scales"
        )
    return round(width), round(height)


def _swept(
    renderer: Renderer,
    contenders: list[Contender],
    time_s: float,
    points: list[Point],
    frames: int,
) -> Sweep:
    """Blur the scene's own picture."""
    return sweep(renderer.ctx, picture_of(renderer, time_s), contenders, points, frames)


def _name(bank: str | None) -> str:
    return "none" if bank is None else Path(bank).name


def _reasons(skipped: list[Skipped]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((one.name, one.reason) for one in skipped))
