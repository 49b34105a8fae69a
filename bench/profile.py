"""Every method beside every other, for docs/results/profiling: an hour on two cores.

    script/bench profile [--out DIR] [--frames N] [--only disk,hexagon,star,gaussian,sizes]

For each shape `diskblur profile` runs with banks of this project's fits, the paper's, annealed and
low-rank ones; then the radius and the size are swept; `report.md` sums up what was asked for.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.banks import FOLDER
from bench.profile_report import write_summary
from realtime.cli import options

SCENE, SIZE = "tabletop", "960x540"
RADII = "16,32"
OUT = Path("docs/results/profiling")
SHAPES = {
    "disk": ("--shape", "disk"),
    "hexagon": ("--shape", "polygon", "--sides", "6"),
    "star": ("--shape", "star", "--points", "5"),
    "gaussian": ("--shape", "gaussian"),
}
OURS = {"36": "24,8,4", "18": "10,5,3", "88": "64,16,8", "168": "128,32,8"}
SYMMETRIC = ("--symmetry", "auto")
THEIRS = {  # knots at the two radii that are measured: they fit each by itself
    "paper-24x4": ("--method", "paper", "--taps", "24,24,24,24"),
    "paper-32x4": ("--method", "paper", "--taps", "32,32,32,32"),
    "annealed": ("--method", "annealing", "--taps", "24,8,4"),
    "lowrank-1": ("--method", "lowrank", "--rank", "1"),
    "lowrank-2": ("--method", "lowrank", "--rank", "2"),
    "lowrank-3": ("--method", "lowrank", "--rank", "3"),
    "lowrank-4": ("--method", "lowrank", "--rank", "4"),
}
DRAWN_AS = {"paper": "paper", "annealed": "annealed", "lowrank": "lowrank"}
OTHERS = (
    "dense,gaussian,kawase,dual-kawase,circular1,circular2,circular3,hexagonal,gather41,near-far"
)
SWEPT = (
    "sparse,sparse@{18},sparse-half,gaussian,kawase,dual-kawase,circular1,circular2,"
    "gather41,near-far"
)
SWEPT_RADII = "8,16,32,64"


def main() -> None:
    """Bake what is missing, profile, sum up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", metavar="DIR", default=str(OUT), help="folder (%(default)s)")
    parser.add_argument("--frames", metavar="N", default="15", help="of each method (%(default)s)")
    parser.add_argument("--only", metavar="A,B", default=",".join((*SHAPES, "sizes")))
    arguments = parser.parse_args()
    out = options.out_folder(arguments.out)
    for name in arguments.only.split(","):
        if name == "sizes":
            _sweep(out / name, arguments.frames)
        else:
            _shape(name, out / name, arguments.frames)
    write_summary(out)
    print(f"wrote {out / 'report.md'}")


def _shape(shape: str, out: Path, frames: str) -> None:
    banks = {name: _ours(shape, name) for name in OURS}
    theirs = {name: _theirs(shape, name) for name in THEIRS}
    blurs = ["none", "sparse", f"sparse@{banks['18']}", f"sparse@{banks['48']}"]
    blurs += ["sparse-half", f"sparse-half@{banks['18']}", "gather"]
    blurs += [f"{DRAWN_AS[name.partition('-')[0]]}@{path}" for name, path in theirs.items()]
    _profile(banks["36"], ",".join([*blurs, OTHERS]), RADII, out, frames)


def _sweep(out: Path, frames: str) -> None:
    """To 64 px, of the blur alone; dense would take minutes a picture."""
    banks = {name: _ours("disk", name, 64) for name in ("36", "18")}
    blurs = SWEPT.replace("{18}", str(banks["18"]))
    _profile(banks["36"], blurs, SWEPT_RADII, out, frames)


def _profile(bank: Path, blurs: str, radii: str, out: Path, frames: str) -> None:
    words = [SCENE, "--bank", str(bank), "--size", SIZE, "--frames", frames, "--radii", radii]
    command = [sys.executable, "-m", "realtime.cli", "profile", *words, "--blur", blurs]
    subprocess.run([*command, "--report", str(out)], check=True)
    (out / "trace.json").unlink()  # megabytes; anyone can make it


def _ours(shape: str, name: str, max_radius: int = 32) -> Path:
    flags = ("--taps", OURS[name], "--knots", "17", *SYMMETRIC)
    return _baked(f"{shape}-{name}-{max_radius}", max_radius, *SHAPES[shape], *flags)


def _theirs(shape: str, name: str) -> Path:
    return _baked(f"{shape}-{name}", 32, *SHAPES[shape], *THEIRS[name], "--knots", "3")


def _baked(name: str, max_radius: int, *flags: str) -> Path:
    """A bank in out/bench/profile; baked if it is not there."""
    path = FOLDER / "profile" / f"{name}.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "fitter", "bake", "--max-radius", str(max_radius), *flags]
        subprocess.run([*command, "--out", str(path)], check=True)
    return path


if __name__ == "__main__":
    main()
