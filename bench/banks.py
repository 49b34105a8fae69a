"""Banks that the benchmarks share, baked once into out/bench."""

import subprocess
import sys
from pathlib import Path

from realtime.bank import Bank, read_bank

FOLDER = Path("out/bench")


DEMO_TAPS = (24, 4)  # of the bank that script/demo bakes, whose weights are equal


def disk_bank(taps: tuple[int, ...], max_radius_px: float = 32) -> Bank:
    """Return a 17-knot disk bank as `diskblur-fit bake` makes it; with DEMO_TAPS the demo's."""
    layers = ",".join(map(str, taps))
    path = FOLDER / f"disk-{max_radius_px:g}-{layers.replace(',', '-')}.safetensors"
    if not path.exists():
        command = [sys.executable, "-m", "fitter", "bake", "--shape", "disk", "--knots", "17"]
        command += ["--equal-weights"] if taps == DEMO_TAPS else []
        command += ["--max-radius", f"{max_radius_px:g}", "--taps", layers, "--out", str(path)]
        subprocess.run(command, check=True)
    return read_bank(path)
