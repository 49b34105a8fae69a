"""PSNR and FLIP against the lens truth: over slices and taps, presets, and the dense kernel.

Rows of the tables over slices have all but slices and scale as the preset `high` has it: border,
hidden layer, samples. Their cuts are those of the picture, as after `DepthOfField.forget`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bench.depth_of_field.plan import TAPS, Size, Taps
from bench.depth_of_field.shot import Shot
from bench.depth_of_field.studio import Studio
from realtime.blur.depth_of_field import DepthOfField
from realtime.cli.compare import Frame, render_frame
from realtime.metrics import flip_hdr, flip_ldr, psnr_db
from realtime.quality import QUALITIES

Row = dict[str, Any]
DENSE_DEFAULT = "default, dense"


def measure(
    studio: Studio,
    scene: str,
    time_s: float,
    size: Size,
    views: int,
    slices: Sequence[int],
    taps: Sequence[Taps],
    half_taps: Sequence[Taps],
    is_hdr: bool,
) -> dict[str, list[Row]]:
    """Return `methods` and `slices`; half_taps: at half size; is_hdr: with FLIP of HDR too.

    FLIP of HDR takes seconds, so of the slices only rows at full size with TAPS have it.
    """
    truth = studio.truth(scene, time_s, size, views)
    rows = []
    with studio.shot(scene, time_s, size) as drawn:
        for scale, budgets in ((1, taps), (2, half_taps)):
            for budget in map(tuple, budgets):
                with_hdr = is_hdr and scale == 1 and budget == TAPS
                rows += sliced(studio, drawn, truth, budget, slices, scale, "sparse", with_hdr)
    return {"methods": list(_methods(studio, scene, time_s, size, truth, is_hdr)), "slices": rows}


def measure_dense(
    studio: Studio, scene: str, time_s: float, size: Size, views: int, slices: Sequence[int]
) -> dict[str, list[Row]]:
    """The bank's targets themselves in the same slices, at full size."""
    truth = studio.truth(scene, time_s, size, views)
    with studio.shot(scene, time_s, size) as drawn:
        return {"slices": sliced(studio, drawn, truth, TAPS, slices, 1, "dense", True)}


def sliced(
    studio: Studio,
    drawn: Shot,
    truth: Frame,
    taps: Taps,
    slices: Sequence[int],
    scale: int,
    kernel: str,
    is_hdr: bool,
) -> list[Row]:
    """Return a row for each number of slices."""
    rows = []
    for count in slices:
        settings = replace(QUALITIES["high"].depth_of_field, slices=count, scale=scale)
        dof = DepthOfField(studio.ctx, studio.textures(taps), settings, kernel)
        what = {"slices": count, "scale": scale, "taps": list(taps), "kernel": kernel}
        rows.append(what | scores(drawn.blurred(dof), truth, is_hdr))
        dof.release()
    return rows


def _methods(
    studio: Studio, scene: str, time_s: float, size: Size, truth: Frame, is_hdr: bool
) -> Iterable[Row]:
    """No blur and the plain gather, drawn as `high` draws; then the presets as they are."""
    for name, frame in method_frames(studio, scene, time_s, size, ("none", "gather", *QUALITIES)):
        yield {"method": name, **scores(frame, truth, is_hdr)}
    if is_hdr:  # the first time of a scene: it takes seconds
        with studio.renderer(scene, size, "default") as renderer:
            frame = render_frame(renderer, time_s, "dense")
        yield {"method": DENSE_DEFAULT, **scores(frame, truth, is_hdr)}


def method_frames(
    studio: Studio, scene: str, time_s: float, size: Size, names: Sequence[str]
) -> Iterable[tuple[str, Frame]]:
    """Render each method: "none", "gather" (one plain gather), or a preset's name."""
    for name in names:
        is_preset = name in QUALITIES
        with studio.renderer(scene, size, name if is_preset else "high") as renderer:
            yield name, render_frame(renderer, time_s, "sparse" if is_preset else name)


def scores(frame: Frame, truth: Frame, is_hdr: bool) -> Row:
    """Return PSNR in dB and FLIP, 0 … 1; FLIP of HDR where asked for."""
    found = {
        "psnr_db": psnr_db(frame.linear, truth.linear),
        "flip": flip_ldr(truth.display, frame.display),
    }
    return found | ({"flip_hdr": flip_hdr(truth.linear, frame.linear)} if is_hdr else {})
