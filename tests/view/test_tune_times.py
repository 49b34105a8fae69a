"""Frame times: rings, percentiles against numpy, passes that add up, and what the timers time."""

import itertools
import time
import tracemalloc

import numpy as np
import pytest

from realtime.gl.timing import NO_TIMER
from realtime.quality import PARTS, QUALITIES
from realtime.view.tune.frame_times import FRAMES, MOST_PASSES, FrameTimes
from realtime.view.tune.meter import FrameMeter
from realtime.view.tune.pass_timers import FinishTimer, QueryTimer, SubmitTimer, pass_timer

# --- Rings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 7, FRAMES - 1, FRAMES, FRAMES + 1, 3 * FRAMES + 17])
def test_the_latest_frames_and_their_percentiles(count):
    values = np.random.default_rng(count).gamma(3.0, 5.0, count).astype("f4")
    times = FrameTimes()
    for value in values:
        times.add(value)
    latest = values[-FRAMES:]
    np.testing.assert_array_equal(times.frames, latest)
    np.testing.assert_allclose(times.spread(), np.percentile(latest, (50, 95, 99)), rtol=1e-5)


def test_without_frames_all_is_0():
    times = FrameTimes()
    assert len(times) == 0 and times.spread() == (0, 0, 0) and times.mean_ms() == 0


@pytest.mark.parametrize("lag", [0, 3])
def test_passes_lie_on_top_of_each_other(lag):
    """Row s holds what passes up to s take, of the frame they belong to."""
    times, rng = FrameTimes(), np.random.default_rng(7)
    all_passes = []
    for frame in range(FRAMES + 40):
        times.add(100.0 + frame)
        passes = {"scene": rng.uniform(1, 2), "blur": rng.uniform(2, 4)}
        if frame > 100:
            passes["effects"] = rng.uniform(1, 3)
        all_passes.append(passes)
        if frame >= lag:
            times.add_passes(all_passes[frame - lag], lag)
    assert times.names == ["scene", "blur", "effects"]
    shown = all_passes[-FRAMES:]
    for index, passes in enumerate(shown[: FRAMES - lag]):
        below = np.cumsum([passes.get(name, 0.0) for name in times.names])
        np.testing.assert_allclose(times.tops[:3, index], below, rtol=1e-5)
        assert times.tops[-1, index] == pytest.approx(sum(passes.values()), rel=1e-5)
    assert (times.tops[:, FRAMES - lag :] == 0).all(), "those of the newest are still to come"
    latest = [passes["blur"] for passes in shown[: FRAMES - lag]][-60:]
    assert times.pass_ms(1) == pytest.approx(np.mean(latest), rel=1e-4)
    sections = sum(times.pass_ms(index) for index in range(3))
    want = np.mean([sum(passes.values()) for passes in shown[: FRAMES - lag][-60:]])
    assert sections == pytest.approx(want, rel=1e-4)


def test_more_passes_than_rows_are_the_rest():
    times = FrameTimes()
    times.add(50.0)
    times.add_passes({f"pass {number}": 1.0 for number in range(MOST_PASSES + 5)})
    assert len(times.names) == MOST_PASSES
    assert times.tops[-1, 0] == MOST_PASSES


def test_nothing_is_made_in_a_frame():
    """Rings and views of them: what a frame leaves behind is nothing."""
    times = FrameTimes()
    passes = {"scene": 1.0, "blur": 2.0}

    def frames(count):
        for _ in range(count):
            times.add(16.0)
            times.add_passes(passes)
            times.spread()

    frames(FRAMES + 5)
    rings = times.frames.base, times.tops.base
    tracemalloc.start()
    try:
        frames(5000)  # Python keeps some freed objects at hand, and it takes a while to fill up
        before = tracemalloc.get_traced_memory()[0]
        frames(1000)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 4000, f"{grown} bytes in 1000 frames"
    assert (times.frames.base, times.tops.base) == rings


# --- Timers ---------------------------------------------------------------------------------------


def test_passes_of_one_name_count_together():
    timer = SubmitTimer()
    for _ in range(3):
        with timer.section("cut"):
            time.sleep(0.002)
    with timer.section("blur"):
        time.sleep(0.001)
    found = timer.end_frame()
    assert 6 <= found["cut"] < 60 and 1 <= found["blur"] < 60
    with timer.section("blur"):
        pass
    found = timer.end_frame()
    assert not found.get("cut") and found["blur"] < 1, "a frame begins with nothing"


class FakeContext:
    """Counts what is waited for; its queries measure how often they were used."""

    info = {"GL_RENDERER": "NVIDIA GeForce"}  # noqa: RUF012

    def __init__(self) -> None:
        self.finishes = 0
        self.numbers = itertools.count(1)
        self.queries = []

    def finish(self) -> None:
        self.finishes += 1

    def query(self, time: bool):
        self.queries.append(FakeQuery(self))
        return self.queries[-1]


class FakeQuery:
    def __init__(self, ctx) -> None:
        self.ctx = ctx

    def __enter__(self):
        self.number = next(self.ctx.numbers)

    def __exit__(self, *_):
        pass

    @property
    def elapsed(self) -> int:
        return self.number * 1_000_000


def test_a_software_renderer_is_waited_for():
    ctx = FakeContext()
    timer = FinishTimer(ctx)
    with timer.section("blur"):
        assert ctx.finishes == 1
    assert ctx.finishes == 2 and timer.lag == 0


def test_queries_are_read_frames_later_and_add_up_by_frame():
    """Two cuts a frame: a frame's sum is that of its own two, never of a neighbour's."""
    ctx = FakeContext()
    timer = QueryTimer(ctx)
    found = []
    for _ in range(10):
        for name in ("scene", "cut", "cut"):
            with timer.section(name):
                pass
        got = timer.end_frame()
        found.append(None if got is None else dict(got))
    # Uses are numbered on: frame f has 3 f + 1, 3 f + 2, 3 f + 3. The first frame is dropped.
    first = timer.lag + 1
    assert found[:first] == [None] * first
    for frame in range(first, 10):
        of = frame - timer.lag
        assert found[frame] == {"scene": 3 * of + 1, "cut": 6 * of + 5}
    assert len(ctx.queries) == 3 * (timer.lag + 1), "used again and again"


def test_a_pass_that_stops_is_0():
    ctx = FakeContext()
    timer = QueryTimer(ctx)
    for frame in range(12):
        with timer.section("scene"):
            pass
        if frame < 6:
            with timer.section("blur"):
                pass
        found = timer.end_frame()
    assert found["blur"] == 0 < found["scene"]


@pytest.mark.gl
def test_the_timer_is_the_one_that_tells_the_truth(ctx):
    assert isinstance(pass_timer(ctx, "submit"), SubmitTimer)
    assert isinstance(pass_timer(ctx, "passes"), FinishTimer)  # llvmpipe, in these tests
    assert isinstance(pass_timer(FakeContext(), "passes"), QueryTimer)
    kinds = {kind.kind for kind in (SubmitTimer, FinishTimer, QueryTimer)}
    assert len(kinds) == 3


# --- Frame after frame ----------------------------------------------------------------------------


def test_a_frame_lasts_until_the_next_begins():
    clock = iter((10.0, 10.02, 10.05))
    meter = FrameMeter(FakeContext(), lambda: next(clock))
    for _ in range(3):
        meter.begin("frames")
    np.testing.assert_allclose(meter.times.frames, (20, 30), rtol=1e-4)
    assert meter.timer is NO_TIMER and meter.kind is None


def test_passes_are_timed_only_while_the_panel_is_there():
    meter = FrameMeter(FakeContext(), itertools.count().__next__)
    meter.begin("submit")
    assert meter.timer is NO_TIMER
    meter.is_watched = True
    meter.begin("submit")
    with meter.timer.section("scene"):
        pass
    meter.is_watched = True
    meter.begin("submit")
    assert meter.times.names == ["scene"] and meter.kind == SubmitTimer.kind
    meter.begin("submit")
    assert meter.timer is NO_TIMER and meter.times.names == []
    assert len(meter.times) == 3, "whole frames go on"


def test_queries_land_in_the_frame_they_belong_to():
    """Frame n lasts 1000 (n + 1) ms; its pass is as long as it is numbered."""
    ctx = FakeContext()
    clock = iter(np.cumsum(np.arange(12.0)))
    meter = FrameMeter(ctx, lambda: next(clock))
    for _ in range(10):
        meter.is_watched = True
        meter.begin("passes")
        with meter.timer.section("scene"):
            pass
    timed = np.flatnonzero(meter.times.tops[0])
    np.testing.assert_allclose(
        meter.times.frames[timed] / 1000, meter.times.tops[0, timed] + 0, rtol=1e-5
    )
    assert len(timed) == len(meter.times) - 1 - QueryTimer.lag


# --- What can be left out -------------------------------------------------------------------------


def test_parts_are_those_that_a_quality_has():
    assert QUALITIES["default"].parts == PARTS
    assert "antialias" not in QUALITIES["high"].parts and "border" not in QUALITIES["fast"].parts
    bare = QUALITIES["default"].without(PARTS)
    assert bare.parts == () and bare.border == 0 and bare.hidden == 0 and not bare.antialias
    assert not bare.depth_of_field.veil and bare.depth_of_field.fill == "focus"
    assert bare.depth_of_field.slices == QUALITIES["default"].depth_of_field.slices
