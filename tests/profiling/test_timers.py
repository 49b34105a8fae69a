"""Timers: what they count, when they look, and what they leave out."""

import contextlib
import gc
import tracemalloc
import weakref

import pytest
from fake_gpu import Clock, FakeContext, software
from gl_probe import Objects

from realtime.errors import UsageError
from realtime.gl.timing import NO_TIMER
from realtime.profiling import queries
from realtime.profiling.timers import (
    FinishTimer,
    QueryTimer,
    SubmitTimer,
    pass_timer,
    totals_ms,
)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def draw(timer, *names, clock=None, ms=0.0) -> None:
    for name in names:
        with timer.section(name):
            if clock is not None:
                clock.now += ms / 1e3


def frame(timer, *names):
    timer.begin_frame()
    draw(timer, *names)
    return timer.end_frame()


def test_a_frame_has_its_passes_in_order_with_their_times(clock):
    timer = SubmitTimer()
    timer.begin_frame()
    draw(timer, "cut", clock=clock, ms=2)
    clock.now += 0.003
    draw(timer, "blur", "cut", clock=clock, ms=7)
    ended = timer.end_frame()
    assert (ended.start_s, ended.elapsed_ms) == (100.0, pytest.approx(19))
    assert [section.name for section in ended.passes] == ["cut", "blur", "cut"]
    assert [section.start_s for section in ended.passes] == pytest.approx([100, 100.005, 100.012])
    assert [section.submit_ms for section in ended.passes] == pytest.approx([2, 7, 7])
    assert totals_ms(ended.passes) == pytest.approx({"cut": 9, "blur": 7})


def test_a_frame_begins_with_nothing(clock):
    timer = SubmitTimer()
    frame(timer, "cut", "blur", "blur")
    draw(timer, "loading")
    ended = frame(timer, "blur")
    assert [section.name for section in ended.passes] == ["blur"]


@pytest.mark.parametrize("kind", [SubmitTimer, lambda: FinishTimer(software())])
def test_times_come_at_once_where_nothing_is_late(kind):
    timer = kind()
    assert [len(frame(timer, "blur").passes) for _ in range(3)] == [1, 1, 1]
    assert list(timer.drain()) == []


def test_a_software_renderer_is_waited_for(clock):
    """The queue is emptied before and after; submission ends before that."""
    ctx = software()
    timer = FinishTimer(ctx)
    timer.begin_frame()
    assert ctx.finishes == 1

    def finish():
        ctx.finishes += 1
        clock.now += 0.010

    ctx.finish = finish
    with timer.section("blur"):
        assert ctx.finishes == 2
        clock.now += 0.003
    assert ctx.finishes == 3
    ended = timer.end_frame()
    assert ctx.finishes == 4, "what comes after the last section belongs to the frame"
    (blur,) = ended.passes
    assert (blur.submit_ms, blur.elapsed_ms) == pytest.approx((3, 13))
    assert ended.elapsed_ms == pytest.approx(33)


def test_queries_are_read_frames_later_and_stay_with_their_frame():
    """Two cuts a frame: frame f has uses 3 f + 1, 3 f + 2, 3 f + 3. The first is dropped."""
    ctx = FakeContext()
    timer = QueryTimer(ctx)
    found = [frame(timer, "scene", "cut", "cut") for _ in range(5)]
    assert found[: timer.lag + 1] == [None] * (timer.lag + 1)
    for of in range(2, 12):
        ended = frame(timer, "scene", "cut", "cut")
        assert totals_ms(ended.passes) == {"scene": 3 * of + 1, "cut": 6 * of + 5}
    assert len(ctx.queries) == 3 * (timer.lag + 1), "used again and again"
    assert all(now - use >= 3 * timer.lag for use, now in ctx.reads), "never waited for"
    assert ctx.finishes == 0


def test_submission_is_timed_beside_the_gpu(clock):
    timer = QueryTimer(FakeContext())
    for _ in range(5):
        timer.begin_frame()
        draw(timer, "scene", clock=clock, ms=0.25)
        ended = timer.end_frame()
        clock.now += 1
    (scene,) = ended.passes
    assert (scene.submit_ms, scene.elapsed_ms) == (pytest.approx(0.25), 2.0)
    assert scene.start_s == pytest.approx(101.00025), "when its own frame was drawn"
    assert ended.elapsed_ms == pytest.approx(0.25)


@pytest.mark.parametrize("count", range(10))
def test_every_frame_but_the_first_is_read_once(count):
    timer = QueryTimer(FakeContext())
    found = []
    for ended in (frame(timer, "a") for _ in range(count)):
        found += [] if ended is None else [ended.passes[0].elapsed_ms]
    found += [ended.passes[0].elapsed_ms for ended in timer.drain()]
    assert found == [float(use) for use in range(2, count + 1)]
    assert list(timer.drain()) == []


def test_after_draining_it_goes_on_with_the_same_queries():
    ctx = FakeContext()
    timer, found = QueryTimer(ctx), []
    for _ in range(5):
        for _ in range(7):
            if ended := frame(timer, "a"):
                found.append(ended.passes[0].elapsed_ms)
        found += [ended.passes[0].elapsed_ms for ended in timer.drain()]
    assert len(ctx.queries) == timer.lag + 1
    assert found == [float(use) for use in range(2, 36)], "only the very first is dropped"


def test_a_pass_that_stops_is_gone():
    timer = QueryTimer(FakeContext())
    for number in range(12):
        ended = frame(timer, "scene", *(("blur",) if number < 6 else ()))
    assert list(totals_ms(ended.passes)) == ["scene"]


@pytest.mark.parametrize("kind", [SubmitTimer, lambda: QueryTimer(FakeContext())])
def test_sections_do_not_nest(kind):
    timer = kind()
    timer.begin_frame()
    with timer.section("depth of field"):
        with pytest.raises(UsageError) as caught:
            timer.section("cut")
    assert str(caught.value) == (
        "section 'cut': within 'depth of field', sections one after the other expected. "
        "End 'depth of field' first"
    )
    draw(timer, "cut")


def test_a_section_that_fails_has_ended():
    timer = SubmitTimer()
    timer.begin_frame()
    with contextlib.suppress(ZeroDivisionError), timer.section("blur"):
        _ = 1 / 0
    draw(timer, "blur")
    assert len(timer.end_frame().passes) == 2


def test_the_renderer_decides_which_timer_tells_the_truth():
    assert isinstance(pass_timer(software()), FinishTimer)
    assert isinstance(pass_timer(FakeContext()), QueryTimer)
    chosen = {mode: type(pass_timer(software(), mode)) for mode in ("submit", "finish", "query")}
    assert chosen == {"submit": SubmitTimer, "finish": FinishTimer, "query": QueryTimer}
    assert len({kind.kind for kind in chosen.values()}) == 3
    with pytest.raises(UsageError) as caught:
        pass_timer(software(), "gpu")
    assert str(caught.value) == (
        "profiling mode: 'gpu', one of submit, finish, query expected. Change it"
    )


def test_queries_that_are_free_are_used_again():
    ctx, other = FakeContext(), FakeContext()
    for _ in range(3):
        timer = QueryTimer(ctx)
        for _ in range(6):
            frame(timer, "scene", "blur")
        timer.release()
    assert len(ctx.queries) == 2 * (QueryTimer.lag + 1)
    assert queries.take_query(other) in other.queries, "of the context that asks"
    again = queries.take_query(ctx)
    assert again in ctx.queries and again.ctx is ctx


def test_free_queries_keep_no_context_alive():
    ctx = FakeContext()
    query = ctx.query(time=True)
    query.gpu = None  # as a real one, it knows its context by `ctx` alone
    ctx.queries.clear()
    queries.give_back(ctx, query)
    alive = weakref.ref(ctx)
    del ctx
    gc.collect()
    assert alive() is None


def test_a_frame_leaves_nothing_behind():
    timer = QueryTimer(FakeContext())

    def frames(count):
        for _ in range(count):
            frame(timer, "scene", "blur")
            timer.ctx.reads.clear()

    frames(50)
    tracemalloc.start()
    try:
        frames(1000)
        before = tracemalloc.get_traced_memory()[0]
        frames(1000)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 2000, f"{grown} bytes in 1000 frames"


@pytest.mark.gl
def test_real_queries_make_no_more_objects_after_the_first_timer(ctx):
    def timed():
        timer = QueryTimer(ctx)
        found = [frame(timer, "clear", "clear") for _ in range(6)]
        assert all(section.elapsed_ms >= 0 for section in found[-1].passes)
        assert len(list(timer.drain())) == timer.lag
        timer.release()

    timed()
    objects = Objects()
    for _ in range(3):
        timed()
    assert objects.alive() == {}
    assert ctx.error == "GL_NO_ERROR"


def test_no_timer_times_nothing():
    with NO_TIMER.section("blur") as nothing:
        assert nothing is None
