"""Timers: what they count, when they look, and what they leave out."""

import time

import pytest

from realtime.gl.timing import NO_TIMER, QueryTimer, WallTimer, make_timer


class FakeQuery:
    """Measures nothing; remembers which use it timed last and who read it when."""

    def __init__(self, gpu: "FakeGpu") -> None:
        self.gpu = gpu
        self.timed: int | None = None

    def __enter__(self):
        self.timed = self.gpu.uses
        self.gpu.uses += 1

    def __exit__(self, *_):
        self.gpu.sections += 1

    @property
    def elapsed(self) -> int:
        """The use's number in ms: samples say which use they come from."""
        self.gpu.reads.append((self.timed, self.gpu.uses))
        return self.timed * 1_000_000


class FakeGpu:
    """A context as QueryTimer sees it."""

    info = {"GL_RENDERER": "NVIDIA GeForce"}  # noqa: RUF012

    def __init__(self) -> None:
        self.queries, self.reads = [], []
        self.uses = self.sections = 0

    def query(self, time: bool) -> FakeQuery:
        assert time
        self.queries.append(FakeQuery(self))
        return self.queries[-1]


def use(timer, times: int, name="blur") -> None:
    for _ in range(times):
        with timer.section(name):
            pass


@pytest.mark.parametrize("uses", range(0, 12))
def test_every_use_but_the_first_is_read_once(uses):
    gpu = FakeGpu()
    timer = QueryTimer(gpu)
    use(timer, uses)
    timer.settle()
    assert timer.ms.get("blur", []) == [float(n) for n in range(1, uses)]
    timer.settle()
    assert len(timer.ms.get("blur", [])) == max(uses - 1, 0)
    assert gpu.sections == uses


def test_a_query_is_read_only_lag_uses_later():
    gpu = FakeGpu()
    timer = QueryTimer(gpu)
    use(timer, 40)
    assert len(gpu.queries) == QueryTimer.LAG
    assert len(gpu.reads) == 40 - QueryTimer.LAG - 1
    assert all(now - timed >= QueryTimer.LAG for timed, now in gpu.reads)


def test_after_settling_it_goes_on_with_the_same_queries():
    gpu = FakeGpu()
    timer = QueryTimer(gpu)
    for _ in range(5):
        use(timer, 7)
        timer.settle()
    assert len(gpu.queries) == QueryTimer.LAG
    assert timer.ms["blur"] == [float(n) for n in range(35) if n % 7]


def test_sections_keep_their_own_rings():
    gpu = FakeGpu()
    timer = QueryTimer(gpu)
    for _ in range(6):
        use(timer, 1, "fill")
        use(timer, 1, "blur")
    timer.settle()
    assert timer.ms == {"fill": [2.0, 4.0, 6.0, 8.0, 10.0], "blur": [3.0, 5.0, 7.0, 9.0, 11.0]}


class FakeSoftware:
    """A software renderer: counts how often its queue was emptied."""

    info = {"GL_RENDERER": "llvmpipe (LLVM 15, 256 bits)"}  # noqa: RUF012
    finished = 0

    def finish(self) -> None:
        self.finished += 1


def test_wall_timer_empties_the_queue_and_measures_what_is_between():
    ctx = FakeSoftware()
    timer = WallTimer(ctx)
    for seconds in (0.02, 0.0):
        with timer.section("blur"):
            assert ctx.finished % 2 == 1
            time.sleep(seconds)
    timer.settle()
    assert ctx.finished == 4
    long, short = timer.ms["blur"]
    assert 20 <= long and 0 <= short < long


def test_the_renderer_decides_which_timer():
    assert isinstance(make_timer(FakeSoftware()), WallTimer)
    assert isinstance(make_timer(FakeGpu()), QueryTimer)


def test_no_timer_times_nothing():
    with NO_TIMER.section("blur") as nothing:
        assert nothing is None
