"""Motion blur of `carousel` against renders accumulated over the shutter."""

from typing import Any

import moderngl

from bench.banks import ARC_TAPS, arc_bank
from realtime.metrics import psnr_db
from realtime.renderer import Renderer
from realtime.scene import load_scene

SCENE = "carousel"
SIZE = (640, 360)
TIMES_S = (1.0, 3.0, 5.0)


def measure(ctx: moderngl.Context) -> list[dict[str, Any]]:
    """Return a row for each time and tap budget."""
    rows = []
    for taps, layers in ARC_TAPS.items():
        renderer = Renderer(ctx, load_scene(SCENE), SIZE, arc_bank(layers))
        for time_s in TIMES_S:
            renderer.render(time_s, "shutter")
            truth = renderer.read_linear()
            dbs = {}
            for blur in ("motion", "none"):
                renderer.render(time_s, blur)
                dbs[blur] = psnr_db(renderer.read_linear(), truth)
            rows.append(
                {"time_s": time_s, "taps": taps, "psnr_db": dbs["motion"], "none_db": dbs["none"]}
            )
        renderer.release()
    return rows
