"""Memory of the renderer over many frames and many sizes: it must not grow.

Resident memory of the process, after a warm-up, after FRAMES frames, and after RESIZES changes of
size, each followed by a frame.
"""

import os
from pathlib import Path

from bench.banks import disk_bank
from bench.machine import describe
from realtime.gl.context import headless_context
from realtime.renderer import Renderer
from realtime.scene import load_scene
from realtime.text_table import format_table

FRAMES, RESIZES, WARM_UP = 2000, 200, 100
SIZES = ((160, 90), (96, 120), (203, 77), (64, 64))


def resident_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Print the three figures."""
    ctx = headless_context()
    renderer = Renderer(ctx, load_scene("string_lights"), SIZES[0], disk_bank((24, 8, 4)))
    # Every size once, so that what drivers keep for good is there before counting begins.
    _resize(renderer, len(SIZES))
    _draw(renderer, WARM_UP)
    rows = [("after the warm-up", f"{resident_mb():.1f}")]
    _draw(renderer, FRAMES)
    rows.append((f"after {FRAMES} frames", f"{resident_mb():.1f}"))
    _resize(renderer, RESIZES)
    rows.append((f"after {RESIZES} resizes", f"{resident_mb():.1f}"))
    print(f"{describe(ctx)}\n\n{format_table(('resident memory', 'MB'), rows)}")
    print(f"\nGL error: {ctx.error}")


def _draw(renderer: Renderer, frames: int) -> None:
    for frame in range(frames):
        renderer.render(frame / 24, "sparse")
        renderer.ctx.finish()


def _resize(renderer: Renderer, times: int) -> None:
    for time in range(times):
        renderer.resize(SIZES[time % len(SIZES)])
        _draw(renderer, 1)
    renderer.resize(SIZES[0])


if __name__ == "__main__":
    main()
