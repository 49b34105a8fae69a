"""The stage at several radii and sizes: each contender in turns with its floor and a plain copy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np
from tqdm import tqdm

from realtime.bank import Bank
from realtime.gl.timing import Timer
from realtime.measure.contenders import Contender, Skipped
from realtime.measure.counting import counted_of
from realtime.measure.result import StageResult
from realtime.measure.stage import Entry, Stage
from realtime.metrics import psnr_db
from realtime.profiling.cost import Cost, cost_of
from realtime.profiling.fetches import FetchCounter
from realtime.profiling.floor import Floor
from realtime.profiling.interleave import interleave
from realtime.profiling.profiler import Profiler
from realtime.profiling.recording import Recording
from realtime.profiling.statistics import Summary, summarize
from realtime.renderer import Renderer

DENSE, BLUR = "dense", "blur"
MOST_S = 20.0  # of all timed draws of one method
WARM_UP = 6  # draws at most: each was drawn before, to be looked at and counted
MOST_DENSE_PX = 32.0  # beyond, one draw takes minutes on a processor
Size = tuple[int, int]
Costs = list[tuple[Cost, float]]  # what was counted, and how long it took, ms
Beside = tuple[str, str, Entry]  # what a method is measured against: its name, the kind


@dataclass(frozen=True)
class Sweep:
    """What was found. copies: (width, height, ms). costs: for models of machines."""

    results: tuple[StageResult, ...]
    copies: tuple[tuple[int, int, float], ...]
    skipped: tuple[Skipped, ...]
    costs: Costs


@dataclass(frozen=True)
class Point:
    """One picture size and radius. is_whole: dense kernels, floors and constants are timed too."""

    size: Size
    radius_px: float
    is_whole: bool = True


def sweep(
    ctx: moderngl.Context,
    picture: np.ndarray,
    contenders: Sequence[Contender],
    points: Sequence[Point],
    frames: int,
) -> Sweep:
    """Measure all contenders at all points.

    picture: [H, W, 4] linear light, premultiplied; other sizes are cut out of it, or tiled from it.
    """
    results: list[StageResult] = []
    copies, skipped, costs = [], [], []
    for point in tqdm(points, desc="blur stage", unit="point", disable=None):
        stage = Stage(ctx, resized(picture, point.size))
        found = _Point(stage, point, contenders, frames)
        results += found.results
        copies.append((*point.size, found.copy_ms))
        skipped += [one for one in found.skipped if one not in skipped]
        costs += found.costs
        stage.release()
    return Sweep(tuple(results), tuple(copies), tuple(skipped), costs)


def picture_of(renderer: Renderer, time_s: float) -> np.ndarray:
    """Draw a scene without blur: [H, W, 4] linear light, premultiplied, opaque. Waits."""
    renderer.render(time_s, "none")
    light = renderer.read_linear()
    return np.concatenate([light, np.ones_like(light[..., :1])], axis=-1)


def resized(picture: np.ndarray, size: Size) -> np.ndarray:
    """Cut [H, W, C] to (width, height) px, mirrored on where it is too small: detail stays."""
    width, height = size
    down = np.pad(picture, ((0, max(height - len(picture), 0)), (0, 0), (0, 0)), "symmetric")
    across = max(width - picture.shape[1], 0)
    return np.pad(down, ((0, 0), (0, across), (0, 0)), "symmetric")[:height, :width]


class _Point:
    """The work at one point."""

    def __init__(
        self, stage: Stage, point: Point, contenders: Sequence[Contender], frames: int
    ) -> None:
        self.stage, self.point = stage, point
        contenders, slow = _but_slow(contenders, point)
        by_name = {one.name: one for one in contenders}
        entries, unable = stage.entries(contenders, point.radius_px)
        self.skipped = [*slow, *unable]
        pictures, counted = self._look(entries)
        copy = stage.copy()
        extra = list(self._beside(entries, by_name, counted)) if point.is_whole else []
        timed = self._times([copy, *_in_turn(entries, extra)], frames)
        self.copy_ms = timed[copy.name].median
        self.costs: Costs = [(counted[e.name], timed[e.name].median) for e in entries]
        beside = {(name, kind): timed[entry.name].median for name, kind, entry in extra}
        self.results = [
            StageResult(
                name=entry.name,
                blur=by_name[entry.name].blur,
                radius_px=point.radius_px,
                size=point.size,
                ms=timed[entry.name],
                counted=counted_of(counted[entry.name]),
                dense_db=_db(entry.name, pictures),
                floor_ms=beside.get((entry.name, "floor")),
                constants_ms=beside.get((entry.name, "constants")),
            )
            for entry in entries
        ]
        for entry in (*entries, copy, *(entry for _, _, entry in extra)):
            entry.release()

    def _look(self, entries: Sequence[Entry]) -> tuple[dict[str, np.ndarray], dict[str, Cost]]:
        """What each draws, and what that costs."""
        pictures, counted = {}, {}
        counter = FetchCounter(self.stage.ctx)
        for entry in entries:
            counted[entry.name] = cost_of(counter, self.point.size, entry.draw)
            pictures[entry.name] = self.stage.read()
        counter.release()
        return pictures, counted

    def _beside(
        self, entries: Sequence[Entry], by_name: dict[str, Contender], counted: dict[str, Cost]
    ) -> Iterator[Beside]:
        """What methods are measured against."""
        for entry in entries:
            floor = Floor(self.stage.ctx, counted[entry.name], self.point.radius_px)
            yield entry.name, "floor", Entry(f"floor of {entry.name}", floor.draw, (floor,))
            one = by_name[entry.name]
            if one.reads_taps and isinstance(one.bank, Bank):
                constants = self.stage.constants(one, self.point.radius_px)
                yield entry.name, "constants", constants

    def _times(self, entries: Sequence[Entry], frames: int) -> dict[str, Summary]:
        def timed(entry: Entry):
            def draw(timer: Timer) -> None:
                with timer.section(BLUR):
                    entry.draw()

            return draw

        draws = {entry.name: timed(entry) for entry in entries}
        ctx = self.stage.ctx
        found = interleave(draws, lambda _: Profiler(ctx), frames, WARM_UP, MOST_S)
        return {name: _summary(recording) for name, recording in found.items()}


def _in_turn(entries: Sequence[Entry], extra: Sequence[Beside]) -> Iterator[Entry]:
    """Each method with what it is measured against right after it: the same moods of a machine."""
    for entry in entries:
        yield entry
        yield from (beside for name, _, beside in extra if name == entry.name)


def _but_slow(
    contenders: Sequence[Contender], point: Point
) -> tuple[list[Contender], list[Skipped]]:
    """Leave the dense kernels out where they would take minutes."""
    if point.radius_px <= MOST_DENSE_PX and point.is_whole:
        return list(contenders), []
    kept = [one for one in contenders if one.method != DENSE]
    where = (
        f"radius {point.radius_px:g} px: not timed above {MOST_DENSE_PX:g} px"
        if point.is_whole
        else f"{point.size[0]} × {point.size[1]}: timed at the picture's own size only"
    )
    return kept, [Skipped(one.name, where) for one in contenders if one.method == DENSE]


def _summary(recording: Recording) -> Summary:
    return summarize(recording.elapsed_ms(BLUR))


def _db(name: str, pictures: dict[str, np.ndarray]) -> float | None:
    """Against the dense kernels, where those are among the contenders."""
    if name == DENSE or DENSE not in pictures:
        return None
    return psnr_db(pictures[name], pictures[DENSE])
