"""Frame times: rings, percentiles against numpy, passes that add up, and what the meter times."""

import itertools
import tracemalloc

import numpy as np
import pytest
from fake_gpu import FakeContext, software

from realtime.gl.timing import NO_TIMER
from realtime.profiling.timers import FinishTimer, QueryTimer, SubmitTimer
from realtime.quality import PARTS, QUALITIES
from realtime.view.tune.frame_times import FRAMES, MOST_PASSES, FrameTimes
from realtime.view.tune.meter import FrameMeter

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


@pytest.mark.parametrize(
    ("ctx", "timing", "kind"),
    [
        (FakeContext(), "submit", SubmitTimer),
        (FakeContext(), "passes", QueryTimer),
        (software(), "passes", FinishTimer),
    ],
)
def test_passes_are_timed_as_asked_by_what_tells_the_truth(ctx, timing, kind):
    meter = FrameMeter(ctx)
    meter.is_watched = True
    meter.begin(timing)
    assert isinstance(meter.timer, kind) and meter.kind == kind.kind


def test_passes_of_one_name_count_together():
    meter = FrameMeter(software())
    for frame in range(3):
        meter.is_watched = True
        meter.begin("passes")
        for name in ("cut", "blur", "cut")[frame:]:
            with meter.timer.section(name):
                pass
    assert meter.times.names == ["cut", "blur"]
    assert meter.times.tops[0, 0] > 0 and meter.times.tops[1, 1] > meter.times.tops[0, 1] > 0


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
