"""Banks that the benchmarks share, baked once into out/bench."""

import subprocess
import sys
from pathlib import Path

from realtime.bank import Bank, read_bank

FOLDER = Path("out/bench")

FRAMED = ("--framed", "--symmetry", "auto")  # of banks that a renderer's frames turn

DEMO_TAPS = (24, 4)  # of the bank that script/demo bakes, whose weights are equal

# Budget -> layers. Light on a line is nearly filled by one layer, and every further layer makes it
# wider; along an arc the second one must be compact, since it cannot bend with the first. Streaks
# of radius 64 px are better off with 24,12.
LINE_TAPS = {36: (28, 8), 18: (13, 5)}
ARC_TAPS = {36: (32, 4), 18: (16, 2)}
AREA_TAPS = {36: (24, 8, 4), 18: (10, 5, 3)}

Taps = tuple[int, ...]


def disk_bank(taps: Taps, max_radius_px: float = 32) -> Bank:
    """Return a 17-knot disk bank as `diskblur-fit bake` makes it; with DEMO_TAPS the demo's."""
    equal = ("--equal-weights",) if taps == DEMO_TAPS else ()
    return _bank("disk", taps, max_radius_px, "--shape", "disk", "--knots", "17", *equal)


def streak_bank(taps: Taps, max_radius_px: float = 32) -> Bank:
    """Return a 17-knot bank of level streaks, for frames that turn them; all taps on their line."""
    return _bank("streak", taps, max_radius_px, "--shape", "streak", "--knots", "17", *FRAMED)


def arc_bank(taps: Taps, max_radius_px: float = 32) -> Bank:
    """Return a bank of arcs, 15 radii × 6 bends 0 … 1.2 rad, for frames that turn them."""
    axes = ("--knots", "15", "--bends", "6")
    return _bank("arc", taps, max_radius_px, "--shape", "arc", *axes, *FRAMED)


def cat_eye_bank(taps: Taps, max_radius_px: float = 24) -> Bank:
    """Return a bank of cat's eyes, 15 radii × 5 clips 0 … 1, for frames that turn them."""
    axes = ("--knots", "15", "--clips", "5")
    return _bank("cat-eye", taps, max_radius_px, "--shape", "cat-eye", *axes, *FRAMED)


def lens_banks(taps: Taps, max_radius_px: float = 16) -> tuple[Bank, Bank, Bank]:
    """Return the double-gauss's banks for red, green and blue, 15 radii × 7 fields 0 … 1."""
    axes = ("--lens", "double-gauss", "--knots", "15", "--fields", "7", *FRAMED)
    red, green, blue = (
        _bank(f"lens-{channel}", taps, max_radius_px, "--channel", channel, *axes)
        for channel in "rgb"
    )
    return red, green, blue


def _bank(name: str, taps: Taps, max_radius_px: float, *options: str) -> Bank:
    """Read a bank, baked first where it is not there yet."""
    path = FOLDER / f"{name}-{max_radius_px:g}-{'-'.join(map(str, taps))}.safetensors"
    if not path.exists():
        command = [sys.executable, "-m", "fitter", "bake", *options, "--out", str(path)]
        command += ["--max-radius", f"{max_radius_px:g}", "--taps", ",".join(map(str, taps))]
        subprocess.run(command, check=True)
    return read_bank(path)
