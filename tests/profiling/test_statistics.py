"""How times are spread: against figures worked out by hand; stutters; when a warm-up is over."""

import numpy as np
import pytest

from realtime.errors import UsageError
from realtime.profiling import is_stable, stutters_of, summarize


def test_a_summary_of_numbers_that_can_be_worked_out():
    """0 … 100 in any order: every percentile is its own number."""
    samples = np.random.default_rng(3).permutation(101)
    found = summarize(samples)
    assert (found.count, found.q25, found.median, found.q75) == (101, 25, 50, 75)
    assert (found.p95, found.p99, found.max, found.iqr) == (95, 99, 100, 50)


def test_between_samples_percentiles_are_linear():
    found = summarize([4.0, 1.0, 2.0])
    assert (found.q25, found.median, found.q75) == (1.5, 2.0, 3.0)
    assert found.p95 == pytest.approx(3.8) and found.p99 == pytest.approx(3.96)


def test_one_sample_is_all_there_is():
    found = summarize([7.0])
    assert found.median == found.q25 == found.p99 == found.max == 7 and found.stutters == 0


def test_no_samples_are_refused():
    with pytest.raises(UsageError) as caught:
        summarize([])
    assert str(caught.value) == (
        "summary: 0 samples, at least 1 expected. Profile some frames first"
    )


def test_a_stutter_stands_out_from_the_frames_around_it():
    frames_ms = np.full(100, 10.0)
    frames_ms[[0, 40, 99]] = 15.1
    frames_ms[[20, 60]] = 14.9
    assert stutters_of(frames_ms).tolist() == [0, 40, 99]
    assert summarize(frames_ms).stutters == 3


def test_a_pace_is_no_stutter():
    """Twice as slow from frame 50 on: only the first 8 still have more fast ones around them."""
    frames_ms = np.where(np.arange(100) < 50, 10.0, 20.0)
    assert len(stutters_of(frames_ms)) == 0
    slow = np.where((np.arange(100) >= 50) & (np.arange(100) < 58), 20.0, 10.0)
    assert stutters_of(slow).tolist() == list(range(50, 58))


@pytest.mark.parametrize(("slow", "is_one"), [(14, True), (16, False)])
def test_fifteen_before_and_fifteen_after_count(slow, is_one):
    """Of those 30 so many are slow; all beyond them are, and would decide otherwise."""
    frames_ms = np.full(81, 30.0)
    frames_ms[25:56] = 10.0
    frames_ms[25 : 25 + slow // 2] = frames_ms[56 - slow // 2 : 56] = 30.0
    frames_ms[40] = 30.0
    assert (40 in stutters_of(frames_ms)) is is_one


def test_a_frame_is_not_among_those_around_it():
    assert stutters_of([10.0, 16.0]).tolist() == [1]


@pytest.mark.parametrize(
    ("samples", "stable"),
    [
        ([], False),
        ([10.0] * 9, False),
        ([10.0] * 10, True),
        ([10.0] * 5 + [10.29] * 5, True),
        ([10.0] * 5 + [10.31] * 5, False),
        ([10.31] * 5 + [10.0] * 5, False),
        ([90.0] * 7 + [10.0] * 10, True),
        ([10.0] * 5 + [90.0, 10, 10, 10, 70], True),
        ([10.0] * 5 + [90.0, 10, 90, 10, 70], False),
        ([0.0] * 10, True),
    ],
)
def test_a_warm_up_is_over_when_times_no_longer_change(samples, stable):
    assert is_stable(samples) is stable
