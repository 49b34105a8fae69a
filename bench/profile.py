"""Every method beside every other, for docs/results/profiling: half an hour on two cores.

    script/bench profile [--out DIR] [--frames N] [--only disk,hexagon,star,gaussian,sizes]

For each shape `diskblur profile` runs with banks of this project's fits, the paper's, annealed and
low-rank ones; then the radius and the size are swept; `report.md` sums up what was asked for.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.banks import FOLDER
from bench.joined_banks import joined
from bench.profile_report import SWEEP, write_summary
from realtime.bank import read_any, write_any
from realtime.cli import options

SCENE, SIZE = "tabletop", "960x540"
RADII, SWEPT_RADII = "16,32", "8,16,32,64"
OUT = Path("docs/results/profiling")
SHAPES = {
    "disk": ("--shape", "disk"),
    "hexagon": ("--shape", "polygon", "--sides", "6"),
    "star": ("--shape", "star", "--points", "5"),
    "gaussian": ("--shape", "gaussian"),
}
# Layers, and how many turns map the taps onto each other where the shape has any; the first is the
# one that --bank names. All of them move on straight lines.
OURS = {
    "disk": (("24,8,4", 4), ("12,4,2", 2), ("32,12,4", 4), ("64,16,8", 4), ("192,48,16", 4)),
    "hexagon": (("24,6,6", 6), ("12,4,2", 2), ("30,12,6", 6), ("60,18,6", 6), ("126,30,12", 6)),
    "star": (("20,10,5", 5), ("10,5,3", 0), ("32,11,5", 0), ("60,20,10", 5), ("125,30,10", 5)),
    "gaussian": (("24,8,4", 4), ("12,4,2", 2), ("32,12,4", 4), ("64,16,8", 4)),
}
STRAIGHT = ("--straight", "3", "--knots", "11")  # few enough bends to be compiled
# Read from textures: not on lines, with the disc's mirrors.
READ = ("--shape", "disk", "--taps", "24,8,4", "--knots", "17", "--symmetry", "auto")
THEIRS = {  # with knots at both radii that are measured: they fit each by itself
    "paper-24x4": ("--method", "paper", "--taps", "24,24,24,24"),
    "paper-32x4": ("--method", "paper", "--taps", "32,32,32,32"),
    "annealed": ("--method", "annealing", "--taps", "24,8,4"),
    "lowrank-1": ("--method", "lowrank", "--rank", "1"),
    "lowrank-2": ("--method", "lowrank", "--rank", "2"),
    "lowrank-3": ("--method", "lowrank", "--rank", "3"),
    "lowrank-4": ("--method", "lowrank", "--rank", "4"),
}
CHIEF = ("paper-24x4", "annealed", "lowrank-2", "lowrank-4")  # of other shapes than the disc
LARGE = "32"
FEW_KNOTS = ("--knots", "4")  # 0 … 16 px
OTHERS = (
    "dense,gaussian,kawase,dual-kawase,circular1,circular2,circular3,hexagonal,gather41,near-far"
)
SWEPT = "gaussian,kawase,dual-kawase,circular1,circular2,gather41,near-far"


def main() -> None:
    """Bake what is missing, profile, sum up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", metavar="DIR", default=str(OUT), help="folder (%(default)s)")
    parser.add_argument("--frames", metavar="N", default="9", help="of each method (%(default)s)")
    parser.add_argument("--only", metavar="A,B", default=",".join((*SHAPES, SWEEP)))
    parser.add_argument("--bake", action="store_true", help="bake what is missing, no more")
    arguments = parser.parse_args()
    out = options.out_folder(arguments.out)
    for name in arguments.only.split(","):
        run = _sweep_run() if name == SWEEP else _shape_run(name)
        if not arguments.bake:
            _profile(run, out / name, arguments.frames)
    if not arguments.bake:
        write_summary(out)
        print(f"wrote {out / 'report.md'}")


def _shape_run(shape: str) -> list[str]:
    """What is profiled of a shape, as words of the command; of a disc all there is."""
    first, second, *more = (own_bank(shape, taps, turns) for taps, turns in OURS[shape])
    blurs = ["none", "sparse", *(f"sparse@{path}" for path in (second, *more))]
    if shape == "disk":
        blurs += [f"sparse@{_baked('disk-read', '32', *READ)}", "gather", "sparse-quarter"]
    blurs += ["sparse-half", f"sparse-half@{second}"]
    for name in THEIRS if shape == "disk" else CHIEF:
        blurs.append(f"{name.partition('-')[0]}@{_theirs(shape, name)}")
    blurs.append(OTHERS)
    radii = LARGE if shape == "gaussian" else RADII
    return ["--bank", str(first), "--blur", ",".join(blurs), "--radii", radii, "--scales", "1"]


def _sweep_run() -> list[str]:
    """To 64 px, and at other sizes; without dense, which would take minutes a picture."""
    first, second = (own_bank("disk", taps, turns, "64") for taps, turns in OURS["disk"][:2])
    blurs = f"sparse,sparse@{second},sparse-half,{SWEPT}"
    return ["--bank", str(first), "--blur", blurs, "--radii", SWEPT_RADII]


def _profile(run: list[str], out: Path, frames: str) -> None:
    command = [sys.executable, "-m", "realtime.cli", "profile", SCENE, "--size", SIZE]
    subprocess.run([*command, "--frames", frames, *run, "--report", str(out)], check=True)
    (out / "trace.json").unlink()  # megabytes; anyone can make it


def own_bank(shape: str, taps: str, turns: int, max_radius: str = "32") -> Path:
    """A bank of this project's on straight lines; baked if it is not there."""
    flags = ("--taps", taps, *STRAIGHT)
    if turns:
        flags += ("--symmetry", str(turns))
    return _baked(f"{shape}-{taps.replace(',', '-')}", max_radius, *SHAPES[shape], *flags)


def _theirs(shape: str, name: str) -> Path:
    """A bank with knots up to 16 px, and at 32."""
    path = FOLDER / "profile" / f"{shape}-{name}.safetensors"
    if not path.exists():
        flags = (*SHAPES[shape], *THEIRS[name])
        small = read_any(_baked(f"{shape}-{name}", "16", *flags, *FEW_KNOTS))
        large = read_any(_baked(f"{shape}-{name}", "32", *flags, "--knots", "1"))
        write_any(path, joined(small, large))
    return path


def _baked(name: str, max_radius: str, *flags: str) -> Path:
    """A bank in out/bench/profile; baked if it is not there."""
    path = FOLDER / "profile" / f"{name}-{max_radius}.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "fitter", "bake", "--max-radius", max_radius, *flags]
        subprocess.run([*command, "--out", str(path)], check=True)
    return path


if __name__ == "__main__":
    main()
