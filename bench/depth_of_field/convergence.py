"""Whether the lens truth has enough views: twice as many must not change what is measured."""

from typing import Any

from bench.depth_of_field.plan import Size
from bench.depth_of_field.studio import Studio
from realtime.cli.compare import render_frame
from realtime.metrics import psnr_db


def measure(studio: Studio, scene: str, time_s: float, size: Size, views: int) -> dict[str, Any]:
    """Return PSNR of one sparse result against `views` and twice as many.

    truths_db: of one truth against the other, the noise of both.
    """
    few = studio.truth(scene, time_s, size, views).linear
    many = studio.truth(scene, time_s, size, 2 * views).linear
    with studio.renderer(scene, size) as renderer:
        sparse = render_frame(renderer, time_s, "sparse").linear
    return {
        "views": [views, 2 * views],
        "psnr_db": [psnr_db(sparse, few), psnr_db(sparse, many)],
        "truths_db": psnr_db(few, many),
    }
