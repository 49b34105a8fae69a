"""Compare blur methods with their truth, the lens's or the shutter's: PSNR and FLIP of one frame.

PSNR is of linear light through (x / (1 + x))^(1/2.2); FLIP of the tone-mapped sRGB pictures.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from realtime.bank import Bank, LowRankBank
from realtime.blur.choices import CHOICES, method_of, own_blur
from realtime.cli import options
from realtime.cli.render import make_renderer
from realtime.errors import UsageError
from realtime.metrics import flip_ldr, psnr_db
from realtime.pictures import check_writable, labelled_row, write_display
from realtime.renderer import Renderer
from realtime.text_table import format_table

TRUTHS = {"lens": "views of the lens", "shutter": "exposures of the shutter"}


@dataclass(frozen=True)
class Score:
    """How near one method comes to the truth; FLIP is 0 … 1, less is better."""

    blur: str
    psnr_db: float
    flip: float


@dataclass(frozen=True)
class Frame:
    """One rendered frame: `linear` [H, W, 3] float32, `display` [H, W, 3] uint8 sRGB."""

    linear: np.ndarray
    display: np.ndarray


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the subcommand's options."""
    options.add_scene(command)
    options.add_picture(command)
    options.add_effects(command)
    command.add_argument(
        "--blur",
        metavar="A,B@F",
        help="methods (none, what the bank is for, dense), each by --bank or by its own bank F",
    )
    command.add_argument("--time", metavar="S", default="0", help="along the camera path (0)")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--sheet", metavar="S.png", help="write the pictures side by side")


def run(arguments: argparse.Namespace) -> None:
    """Render every method and the truth, print the scores."""
    methods = () if arguments.blur is None else methods_of(arguments.blur)
    time_s = options.number("--time", arguments.time)
    if arguments.sheet:
        check_writable(arguments.sheet, (".png",))
        options.out_file(arguments.sheet)
    renderer = make_renderer(arguments, blurs=methods)
    methods = methods or _methods_for(own_blur(renderer.bank))
    truth_of = truth_for(methods)
    truth = render_frame(renderer, time_s, truth_of)
    frames = {blur: render_frame(renderer, time_s, blur) for blur in methods}
    scores = [score(blur, frame, truth) for blur, frame in frames.items()]
    if arguments.sheet:
        _write_sheet(Path(arguments.sheet), frames, truth, scores, truth_of)
    _print(arguments, renderer, scores, truth_of)
    renderer.release()


def methods_of(text: str) -> tuple[str, ...]:
    """Split "none,sparse,sparse@F". Raises UsageError for an unknown method."""
    methods = tuple(part.strip() for part in text.split(",") if part.strip())
    known = tuple(blur for blur in CHOICES if blur not in TRUTHS)
    for blur in methods:
        if method_of(blur) not in known:
            raise UsageError(
                f"--blur: {blur!r}, one or more of {','.join(known)} expected. Change it"
            )
    if not methods:
        raise UsageError(f"--blur: nothing, one or more of {','.join(known)} expected. Change it")
    return methods


def _methods_for(own: str) -> tuple[str, ...]:
    return ("none", own) if own == "motion" else ("none", own, "dense")


def truth_for(methods: Sequence[str]) -> str:
    """Return the truth of methods. Raises UsageError where they have not the same."""
    of_lens = [blur for blur in methods if blur not in ("none", "motion")]
    if "motion" in methods and of_lens:
        raise UsageError(
            f"--blur: motion beside {of_lens[0]}, methods of one truth expected. "
            f"Compare them one after the other"
        )
    return "shutter" if "motion" in methods else "lens"


def render_frame(renderer: Renderer, time_s: float, blur: str) -> Frame:
    """Render one frame and read it back."""
    renderer.render(time_s, blur)
    return Frame(renderer.read_linear(), renderer.read_display())


def score(blur: str, frame: Frame, truth: Frame) -> Score:
    """Measure one method's frame against the truth."""
    return Score(blur, psnr_db(frame.linear, truth.linear), flip_ldr(truth.display, frame.display))


def score_table(scores: list[Score]) -> str:
    """Lay the scores out for a terminal."""
    rows = [(s.blur, f"{s.psnr_db:.2f}", f"{s.flip:.4f}") for s in scores]
    return format_table(("blur", "PSNR dB", "FLIP"), rows)


def _print(
    arguments: argparse.Namespace, renderer: Renderer, scores: list[Score], truth_of: str
) -> None:
    count = {"lens": renderer.views, "shutter": renderer.exposures}[truth_of]
    if arguments.json:
        facts = {
            "scene": renderer.scene.name,
            "size": list(renderer.size),
            "time_s": float(arguments.time),
            {"lens": "views", "shutter": "exposures"}[truth_of]: count,
            **_cost(renderer.bank),
            "renderer": renderer.ctx.info["GL_RENDERER"],
            "scores": [asdict(s) for s in scores],
        }
        print(json.dumps(facts, indent=2))
        return
    width, height = renderer.size
    print(f"{renderer.scene.name}, {width} × {height}, against {count} {TRUTHS[truth_of]}")
    print(score_table(scores))


def _cost(bank: Bank | LowRankBank) -> dict[str, Any]:
    return {"taps": list(bank.layers)} if isinstance(bank, Bank) else {"rank": bank.rank}


def _write_sheet(
    path: Path, frames: dict[str, Frame], truth: Frame, scores: list[Score], truth_of: str
) -> None:
    labels = [f"{s.blur}   {s.psnr_db:.1f} dB" for s in scores]
    pictures = [frame.display for frame in frames.values()]
    sheet = labelled_row([*pictures, truth.display], [*labels, f"{truth_of} truth"])
    write_display(path, sheet)
