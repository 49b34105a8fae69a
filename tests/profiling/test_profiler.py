"""The profiler: frames and passes of a program, kept; and what it does when it is off."""

import contextlib

import numpy as np
import pytest
from banks import lopsided_bank
from fake_gpu import Clock, FakeContext, software
from scenes3d import lopsided_scene
from test_imports import begins, imported, sources

from realtime.errors import GraphicsError, UsageError
from realtime.profiling import Pass, Profiler, Recording
from realtime.profiling.report import report_of
from realtime.profiling.timers import QueryTimer
from realtime.renderer import Renderer

OURS = ("interleave", "profiler", "queries", "recording", "report", "statistics", "timers", "trace")
ALLOWED = (
    "realtime.gl",
    "realtime.errors",
    "realtime.text_table",
    "realtime.bank.atomic",
    "realtime.profiling",
)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def draw(profiler, clock, **passes_ms) -> None:
    """A frame whose passes take so long, with 1 ms before each."""
    with profiler.frame():
        for name, ms in passes_ms.items():
            clock.now += 0.001
            with profiler.section(name):
                clock.now += ms / 1e3


def test_frames_and_their_passes_are_kept(clock):
    profiler = Profiler(software())
    draw(profiler, clock, scene=3, blur=8)
    clock.now += 0.5
    draw(profiler, clock, blur=6, composite=2)
    kept = profiler.recording
    assert len(kept) == 2 and kept.names == ["scene", "blur", "composite"]
    np.testing.assert_allclose(kept.frame_ms, (13, 10))
    np.testing.assert_allclose(kept.elapsed_ms("scene"), (3, 0))
    np.testing.assert_allclose(kept.elapsed_ms("blur"), (8, 6))
    np.testing.assert_allclose(kept.submit_ms("composite"), (0, 2))
    np.testing.assert_array_equal(kept.elapsed_ms("nothing"), (0, 0))
    first, second = kept.frames()
    assert (first.start_s, second.start_s) == pytest.approx((100, 100.513))
    assert [one.name for one in second.passes] == ["blur", "composite"]
    assert second.passes[1].start_s == pytest.approx(100.521)
    assert kept.start_s == 100


def test_passes_of_one_name_count_together():
    kept = Recording("clock", "wall")
    cuts = [[1.0, 2, 3], [10.0], [], [5.0, 7]]
    for cut in cuts:
        kept.add(0.0, 50.0, [Pass("cut", 0.0, ms / 2, ms) for ms in cut])
    np.testing.assert_array_equal(kept.elapsed_ms("cut"), (6, 10, 0, 12))
    np.testing.assert_array_equal(kept.submit_ms("cut"), (3, 5, 0, 6))
    assert [len(frame.passes) for frame in kept.frames()] == [3, 1, 0, 2]


def test_looking_at_a_recording_does_not_end_it(clock):
    """Columns that numpy still looks at cannot grow."""
    profiler = Profiler(software())
    views = []
    for ms in range(1, 5):
        draw(profiler, clock, blur=ms)
        views += [profiler.recording.frame_ms, profiler.recording.elapsed_ms("blur")]
    np.testing.assert_allclose(views[-1], (1, 2, 3, 4))


def test_queries_that_are_late_are_fetched_when_the_recording_is_read(clock):
    """Frame n, from 0, takes n + 1 ms of the GPU; the first is not kept."""
    ctx = FakeContext()
    with Profiler(ctx) as profiler:
        for _ in range(6):
            draw(profiler, clock, blur=0.5)
        assert len(ctx.reads) == 6 - QueryTimer.lag - 1, "none is waited for"
        np.testing.assert_array_equal(profiler.recording.elapsed_ms("blur"), (2, 3, 4, 5, 6))
        np.testing.assert_allclose(profiler.recording.submit_ms("blur"), 0.5)
        for _ in range(2):
            draw(profiler, clock, blur=0.5)
    np.testing.assert_array_equal(profiler.recording.elapsed_ms("blur"), (2, 3, 4, 5, 6, 7, 8))
    assert ctx.finishes == 0


def test_clearing_forgets_also_what_is_late(clock):
    profiler = Profiler(FakeContext())
    for _ in range(5):
        draw(profiler, clock, scene=1)
    profiler.clear()
    assert len(profiler.recording) == 0 and profiler.recording.names == []
    draw(profiler, clock, blur=1)
    assert profiler.recording.names == ["blur"] and len(profiler.recording) == 1


@pytest.mark.parametrize(("ctx", "dropped"), [(software(), 0), (FakeContext(), 1)])
def test_a_frame_that_fails_is_not_kept(clock, ctx, dropped):
    profiler = Profiler(ctx)
    draw(profiler, clock, scene=1)
    with contextlib.suppress(ZeroDivisionError), profiler.frame(), profiler.section("scene"):
        _ = 1 / 0
    draw(profiler, clock, scene=4, blur=1)
    frames = [[one.name for one in frame.passes] for frame in profiler.recording.frames()]
    assert frames == [["scene"], ["scene", "blur"]][dropped:]


@pytest.mark.parametrize("make", [Profiler.off, lambda: Profiler(software(), enabled=False)])
def test_off_it_does_nothing(make):
    with make() as profiler:
        assert not profiler.enabled and profiler.kind == "off"
        with profiler.frame(), profiler.section("a"), profiler.section("nested, and nobody minds"):
            profiler.wait()
        with profiler.section("outside"):
            pass
        assert profiler.frame() is profiler.section("a") is Profiler.off().frame(), "shared"
        assert len(profiler.recording) == 0 and profiler.report() == "0 frames; profiler: off"
        profiler.clear()
        assert profiler.ctx is None or profiler.ctx.finishes == 0


def test_it_says_what_the_times_are():
    lies = "this renderer's timer queries leave out work"
    kinds = {
        "finish": "wall clock, each pass waited for",
        "query": "GPU timer queries",
        "submit": "CPU, submission only",
    }
    for mode, kind in kinds.items():
        assert Profiler(FakeContext(), mode).kind == kind
    assert Profiler(FakeContext()).kind == kinds["query"]
    assert Profiler(software()).kind == f"{kinds['finish']}: {lies}"
    assert Profiler(software(), "query").kind == f"{kinds['query']}: {lies}"
    assert Profiler(software(), "submit").kind == kinds["submit"]


def test_what_is_put_in_the_wrong_place_is_refused(clock):
    with Profiler(software()) as profiler:
        with pytest.raises(UsageError) as caught:
            profiler.section("blur")
        assert str(caught.value) == (
            "section 'blur': outside of a frame, one within expected. "
            "Put it into `with profiler.frame():`"
        )
        with profiler.frame():
            with pytest.raises(UsageError) as caught, profiler.frame():
                pass
            assert str(caught.value) == (
                "profiler frame: within another, frames one after the other expected. "
                "End the first one before"
            )
        assert len(profiler.recording) == 1
    with pytest.raises(GraphicsError) as caught, profiler.frame():
        pass
    assert str(caught.value) == ("profiler: released, one in use expected. Make another Profiler")
    profiler.release()
    with pytest.raises(UsageError, match=r"^profiling mode: 'fast', one of submit, finish, query"):
        Profiler(software(), "fast")


def test_the_report_has_medians_and_spread_of_frames(clock):
    profiler = Profiler(software())
    cuts_ms = [6, 12, 33, 10, 9]
    for ms in cuts_ms:
        with profiler.frame():
            for part in (1 / 3, 2 / 3):
                with profiler.section("a cut"):
                    clock.now += part * ms / 1e3
            clock.now += 0.010
    lines = profiler.report().splitlines()
    assert lines[0] == f"5 frames, medians; times of passes: {profiler.kind}"
    assert lines[2].split() == ["pass", "submit", "ms", "wall", "ms", "q25", "q75", "p95", "max"]
    p95 = f"{np.percentile(cuts_ms, 95):.2f}"
    assert lines[4].split() == ["a", "cut", "10.00", "10.00", "9.00", "12.00", p95, "33.00"]
    assert lines[5].split()[:6] == ["whole", "frame,", "wall", "clock", "20.00", "19.00"]
    assert len({len(line) for line in lines[2:6]}) == 1, "aligned"
    assert lines[-1] == "50.0 frames per second, stutters: 1"


def test_the_report_has_both_clocks():
    kept = Recording("queries", "GPU")
    for ms in (1.0, 5.0, 3.0):
        kept.add(0.0, 20.0, [Pass("blur", 0.0, ms / 4, ms)])
    row = report_of(kept).splitlines()[4]
    assert row.split() == ["blur", "0.75", "3.00", "2.00", "4.00", "4.80", "5.00"]


def test_the_report_of_submission_alone_has_one_clock(clock):
    profiler = Profiler(FakeContext(), "submit")
    assert profiler.report() == "0 frames; times of passes: CPU, submission only"
    draw(profiler, clock, blur=4)
    lines = profiler.report().splitlines()
    assert lines[0].startswith("1 frame, medians; ")
    assert lines[2].split() == ["pass", "submit", "ms", "q25", "q75", "p95", "max"]
    assert lines[4].split() == ["blur"] + 5 * ["4.00"]


@pytest.mark.gl
@pytest.mark.parametrize("mode", [None, "submit", "query"])
def test_a_post_process_is_profiled_as_it_is(ctx, mode):
    """Its passes, within their frame, and the same picture."""
    renderer = Renderer(ctx, lopsided_scene(), (48, 36), lopsided_bank())
    renderer.render(0.0, "sparse")
    plain = renderer.read_linear()
    with Profiler(ctx, mode) as profiler:
        for _ in range(6):
            with profiler.frame():
                renderer.render(0.0, "sparse", timer=profiler)
        np.testing.assert_array_equal(renderer.read_linear(), plain)
        kept = profiler.recording
    renderer.release()
    assert len(kept) == (5 if mode == "query" else 6)
    assert {"scene", "hidden", "prepare", "cut", "blur behind", "composite"} <= set(kept.names)
    for frame in kept.frames():
        ends = [one.start_s + one.submit_ms / 1e3 for one in frame.passes]
        starts = [one.start_s for one in frame.passes]
        assert starts == sorted(starts) and starts[0] >= frame.start_s
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
        assert ends[-1] <= frame.start_s + frame.elapsed_ms / 1e3 + 1e-9
        if mode is None:
            assert all(one.elapsed_ms >= one.submit_ms > 0 for one in frame.passes)
            assert sum(one.elapsed_ms for one in frame.passes) <= frame.elapsed_ms
    assert ctx.error == "GL_NO_ERROR"


def test_it_knows_of_nothing_that_draws():
    files = {path.stem: path for path in sources("realtime/profiling")}
    for name in OURS:
        for module in imported(files[name]):
            ok = not begins(module, "realtime") or any(begins(module, one) for one in ALLOWED)
            assert ok, f"{name} imports {module}"
