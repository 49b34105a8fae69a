"""Photographs: memory of 100 megapixels, and time of 12 against each pixel's own dense kernel.

Memory is the peak of the whole command, JPEG in and out and PNG in and out. Time is CPU time of all
threads, in turns, since what else runs on a machine adds to wall time: of the blur with its tiles
and curves, and of the command with reading and writing a JPEG. The dense blur is timed on a part of
the picture and counted up by pixels. With `--quick` the large picture has 12 megapixels.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from bench.banks import FOLDER, disk_bank
from bench.machine import describe
from fitter.photos import photo
from realtime.effects import Uniform
from realtime.effects.animation import Moving
from realtime.gl.context import headless_context
from realtime.photo.blur import PhotoBlur
from realtime.photo.light import Decoder, Encoder
from realtime.pictures import Photograph
from realtime.text_table import format_table

LARGE, PHOTOGRAPH, PART = (11585, 8632), (4000, 3000), (512, 384)  # px
TAPS, RADIUS_PX = (24, 8, 4), 32.0
TURNS = 3
GRAIN = 3  # steps of 8 bits: as sensors have it, and so that JPEG has something to do


def main() -> None:
    """Print both."""
    bank = disk_bank(TAPS, RADIUS_PX)
    large = PHOTOGRAPH if "--quick" in sys.argv else LARGE
    ctx = headless_context()
    print(f"{describe(ctx)}\n\n{_memory_table(large)}\n")
    pictures = {size: picture(size) for size in (PHOTOGRAPH, PART)}
    blurs = {
        "sparse": _run(ctx, bank, pictures[PHOTOGRAPH], "sparse"),
        "dense": _run(ctx, bank, pictures[PART], "dense"),
    }
    times = cpu_s(blurs)
    part = PHOTOGRAPH[0] * PHOTOGRAPH[1] / (PART[0] * PART[1])
    command = _command_cpu_s(pictures[PHOTOGRAPH])
    dense = times["dense"] * part
    rows = [
        ("dense (part, counted up)", f"{dense:.1f}", "1"),
        ("sparse", f"{times['sparse']:.2f}", f"{dense / times['sparse']:.0f}"),
        ("sparse, the whole command", f"{command:.2f}", f"{dense / command:.0f}"),
    ]
    print(f"{_size(PHOTOGRAPH)}, disk of radius {RADIUS_PX:g} px everywhere, {sum(TAPS)} taps\n")
    print(format_table(("blur", "CPU s", "times as fast"), rows))


def picture(size: tuple[int, int]) -> np.ndarray:
    """Return [H, W, 3] uint8: a photograph scaled up to (width, height), with grain."""
    values = np.rint(photo("astronaut").transpose(1, 2, 0) * 255).astype(np.uint8)
    large = np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BICUBIC))
    random = np.random.default_rng(0)
    out = np.empty_like(large)
    for row, line in enumerate(large):
        grain = random.integers(-GRAIN, GRAIN + 1, line.shape, dtype=np.int16)
        out[row] = np.clip(line + grain, 0, 255)
    return out


def cpu_s(runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median CPU time of each, in turns; one turn before them warms up."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(TURNS + 1):
        for name, run in runs.items():
            start = time.process_time()
            run()
            if turn:
                times[name].append(time.process_time() - start)
    return {name: float(np.median(values)) for name, values in times.items()}


def _run(ctx, bank, pixels: np.ndarray, kernel: str) -> Callable[[], np.ndarray]:
    height, width, _ = pixels.shape
    effect = Uniform(radius=RADIUS_PX / height)
    asked = [(Moving(effect, effect), (bank,))]
    blur = PhotoBlur(ctx, asked, (width, height), kernel, "half")
    decoder = Decoder(Photograph(pixels), np.float16)
    return lambda: blur.run(decoder, Encoder(np.uint8, 3, is_linear=False))


def _memory_table(size: tuple[int, int]) -> str:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.png"
        for suffix in ("jpg", "png"):
            name = source.with_suffix(f".{suffix}")
            Image.fromarray(picture(size)).save(name, quality=95, compress_level=1)
            peak_mb, seconds = _peak(name, name.with_stem("out"), "tilt-shift")
            rows.append((suffix.upper(), f"{peak_mb:.0f}", f"{seconds:.0f}"))
            name.unlink()
    table = format_table(("in and out", "peak MB", "CPU s"), rows)
    return f"{_size(size)}, tilt-shift, {sum(TAPS)} taps\n\n{table}"


def _command_cpu_s(pixels: np.ndarray) -> float:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jpg"
        Image.fromarray(pixels).save(source, quality=95)
        effect = f"uniform:radius={RADIUS_PX / pixels.shape[0]}"
        return float(
            np.median([_peak(source, Path(folder) / "out.jpg", effect)[1] for _ in range(TURNS)])
        )


# Runs the command in a process of its own and prints that process's peak memory and CPU time.
WITHIN = """
import resource, sys
from realtime.cli import main
if main(sys.argv[1:]):
    sys.exit("the command failed")
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)
"""


def _peak(source: Path, out: Path, effect: str) -> tuple[float, float]:
    """Return peak resident memory in MB and CPU seconds of `diskblur apply`."""
    bank = FOLDER / "disk-32-24-8-4.safetensors"
    words = ["apply", str(source), "--bank", str(bank), "--effect", effect, "--out", str(out)]
    run = subprocess.run(
        [sys.executable, "-c", WITHIN, *words], check=True, capture_output=True, text=True
    )
    peak_mb, seconds = run.stdout.splitlines()[-1].split()
    return float(peak_mb), float(seconds)


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]} ({size[0] * size[1] / 1e6:.0f} megapixels)"


if __name__ == "__main__":
    main()
