"""Frames in turns: their order, their warm-up, and whose times are whose."""

import numpy as np
import pytest
from fake_gpu import Clock, FakeContext, software

from realtime.errors import UsageError
from realtime.profiling import Profiler, interleave, warm_up


class Drawing:
    """Draws that take what they are told, and write down when they were called."""

    def __init__(self, monkeypatch) -> None:
        self.clock, self.calls = Clock(monkeypatch), []

    def of(self, name: str, *times_ms: float):
        """One after the other; the last again and again."""
        left = list(times_ms)

        def draw(timer) -> None:
            self.calls.append(name)
            with timer.section("blur"):
                self.clock.now += (left.pop(0) if len(left) > 1 else left[0]) / 1e3

        return draw


@pytest.fixture
def drawing(monkeypatch):
    return Drawing(monkeypatch)


def test_frames_are_drawn_in_turns_after_each_is_warm(drawing):
    draws = {"a": drawing.of("a", 90, 50, 30, 4), "b": drawing.of("b", 6), "c": drawing.of("c", 8)}
    found = interleave(draws, lambda _: Profiler(software()), frames=4)
    warm = drawing.calls[: -3 * 4]
    assert "".join(warm) == 11 * "a" + 10 * "b" + 10 * "c", "two windows of 5, the median forgives"
    assert drawing.calls[len(warm) :] == ["a", "b", "c"] * 4
    assert list(found) == ["a", "b", "c"]
    for name, ms in (("a", 4), ("b", 6), ("c", 8)):
        np.testing.assert_allclose(found[name].elapsed_ms("blur"), [ms] * 4)
        np.testing.assert_allclose(found[name].frame_ms, [ms] * 4)
    starts = [found[name].start_s for name in "abc"]
    np.testing.assert_allclose(np.diff(starts), (0.004, 0.006))


def test_what_never_settles_is_drawn_anyway(drawing):
    restless = drawing.of("a", *(2.0**n for n in range(12)))
    found = interleave({"a": restless}, lambda _: Profiler(software()), 2, most_warm_up=7)
    assert len(drawing.calls) == 7 + 2
    np.testing.assert_allclose(found["a"].frame_ms, (2**7, 2**8))


def test_a_warm_up_waits_and_is_forgotten(drawing):
    ctx = FakeContext()
    profiler = Profiler(ctx)
    assert warm_up(drawing.of("a", 5), profiler) == pytest.approx([0.005] * 10)
    assert ctx.finishes == 20 and len(profiler.recording) == 0


def test_what_is_slow_gets_fewer_frames_spread_over_the_turns(drawing):
    """Of 39 ms: 7 frames of 5 ms, 3 of 20 ms though that is more, 1 of what takes all of it."""
    draws = {"a": drawing.of("a", 5), "b": drawing.of("b", 20), "c": drawing.of("c", 41)}
    found = interleave(draws, lambda _: Profiler(software()), 12, most_s=0.039)
    assert {name: len(kept) for name, kept in found.items()} == {"a": 7, "b": 3, "c": 1}
    turns = "".join(drawing.calls)
    assert turns[:5] == 3 * "a" + "b" + "c", "a warm-up takes hardly more than a third of it"
    assert turns[5:] == "abc" + "a" + "ab" + "a" + "a" + "b" + "a" + "a"
    few = interleave({"a": drawing.of("a", 1)}, lambda _: Profiler(software()), 2, most_s=0.5)
    assert len(few["a"]) == 2, "never more than asked for"


def test_with_queries_every_frame_asked_for_is_there_and_none_is_waited_for(drawing):
    """The one that is dropped is of the warm-up."""
    made = {}

    def profiler(name):
        made[name] = FakeContext()
        return Profiler(made[name])

    draws = {"a": drawing.of("a", 1), "b": drawing.of("b", 1)}
    found = interleave(draws, profiler, frames=6, most_warm_up=1)
    for name in "ab":
        np.testing.assert_array_equal(found[name].elapsed_ms("blur"), (2, 3, 4, 5, 6, 7))
        assert made[name].finishes == 2, "of the warm-up"


@pytest.mark.parametrize(
    ("names", "frames", "most", "sentence"),
    [
        ("", 3, 5, "interleave: 0 draws, at least 1 expected. Name what to draw"),
        ("a", 0, 5, "interleave frames: 0, at least 1 expected. Change it"),
        ("a", 3, 0, "interleave most_warm_up: 0, at least 1 expected. Change it"),
    ],
)
def test_nothing_to_draw_is_refused(drawing, names, frames, most, sentence):
    draws = {name: drawing.of(name, 1) for name in names}
    with pytest.raises(UsageError) as caught:
        interleave(draws, lambda _: Profiler(software()), frames, most)
    assert str(caught.value) == sentence and drawing.calls == []


def test_what_was_made_is_released_where_a_draw_fails(drawing):
    ctx = FakeContext()
    profiler = Profiler(ctx)

    def broken(timer):
        with timer.section("blur"):
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        interleave({"a": broken}, lambda _: profiler, 3)
    assert profiler._is_released
