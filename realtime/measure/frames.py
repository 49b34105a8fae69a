"""Whole frames of a scene by every contender: times of passes, what they fetch, how far off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from realtime.measure.contenders import Contender
from realtime.measure.counting import CountingTimer, counted_of
from realtime.measure.result import Counted, FrameResult, PassTimes
from realtime.metrics import psnr_db
from realtime.profiling.cost import Cost
from realtime.profiling.interleave import interleave
from realtime.profiling.profiler import Profiler
from realtime.profiling.recording import Recording
from realtime.profiling.statistics import summarize
from realtime.renderer import Renderer

OF_THE_SCENE = ("scene", "hidden")  # passes that draw what is blurred
DENSE, LENS = "dense", "lens"
MOST_S = 40.0  # of all timed frames of one method


@dataclass(frozen=True)
class Truths:
    """What frames are compared with, [H, W, 3] linear light; None: it cannot be had.

    dense: the bank's own kernels in the same slices; lens: the scene through the aperture.
    """

    dense: np.ndarray | None
    lens: np.ndarray | None


def truths_of(renderer: Renderer, time_s: float) -> Truths:
    """Draw them. Both need a bank that keeps its targets."""
    if renderer.bank is None or renderer.bank.targets is None:
        return Truths(None, None)
    return Truths(*(_drawn(renderer, time_s, blur) for blur in (DENSE, LENS)))


def measure_frames(
    renderer: Renderer,
    contenders: Sequence[Contender],
    time_s: float,
    frames: int,
) -> tuple[list[FrameResult], Mapping[str, Recording]]:
    """Measure all of them on the frame at `time_s`, and return what was recorded of each."""
    truths = truths_of(renderer, time_s)
    pictures, counted = {}, {}
    for one in tqdm(contenders, desc="whole frames", unit="method", disable=None):
        pictures[one.name] = _drawn(renderer, time_s, one.blur)
        counted[one.name] = counted_of(_cost(renderer, time_s, one.blur))

    def frame_of(one: Contender):
        return lambda timer: renderer.render(time_s, one.blur, timer=timer)

    draws = {one.name: frame_of(one) for one in contenders}
    recordings = interleave(draws, lambda _: Profiler(renderer.ctx), frames, most_s=MOST_S)
    results = [
        _result(one, recordings[one.name], counted[one.name], pictures[one.name], truths)
        for one in contenders
    ]
    return results, recordings


def _drawn(renderer: Renderer, time_s: float, blur: str) -> np.ndarray:
    renderer.render(time_s, blur)
    return renderer.read_linear()


def _cost(renderer: Renderer, time_s: float, blur: str) -> Cost:
    """Of everything but the scene."""
    timer = CountingTimer(renderer.ctx)
    renderer.render(time_s, blur, timer=timer)
    timer.release()
    return timer.cost(renderer.size, but=OF_THE_SCENE)


def _result(
    one: Contender, recording: Recording, counted: Counted, picture: np.ndarray, truths: Truths
) -> FrameResult:
    passes = tuple(
        PassTimes(name, summarize(recording.submit_ms(name)), summarize(recording.elapsed_ms(name)))
        for name in recording.names
    )
    return FrameResult(
        name=one.name,
        blur=one.blur,
        frame_ms=summarize(_whole_ms(recording)),
        passes=passes,
        counted=counted,
        dense_db=None if one.method == DENSE else _db(picture, truths.dense),
        lens_db=_db(picture, truths.lens),
    )


def _whole_ms(recording: Recording) -> np.ndarray:
    """Of each frame; on a GPU, which nothing waits for, its passes together."""
    if recording.clock != "GPU":
        return recording.frame_ms
    return np.sum([recording.elapsed_ms(name) for name in recording.names], axis=0)


def _db(picture: np.ndarray, truth: np.ndarray | None) -> float | None:
    """None where there is no truth, or no difference at all."""
    found = None if truth is None else psnr_db(picture, truth)
    return None if found is None or np.isinf(found) else found
