"""Traces, against the published description of the Trace Event Format, and what is in them.

The validator knows the format from its description ("Trace Event Format", Google 2016: the JSON
object format, complete events, metadata events) and nothing of how we write it.
"""

import json
import math
import re
from numbers import Real

import numpy as np
import pytest

from realtime.errors import UsageError
from realtime.gl.targets import color_target
from realtime.profiling import Pass, Profiler, Recording, interleave, trace_of, write_trace

# --- The format -----------------------------------------------------------------------------------

REQUIRED = {
    "X": {"name": str, "ph": str, "ts": Real, "dur": Real, "pid": int, "tid": int},
    "M": {"name": str, "ph": str, "pid": int, "args": dict},
}
META = {  # of each metadata event: what its args must have
    "process_name": ("name", str),
    "process_labels": ("labels", str),
    "process_sort_index": ("sort_index", int),
    "thread_name": ("name", str),
    "thread_sort_index": ("sort_index", int),
}
UNITS = ("ms", "ns")


def check_trace(trace: object) -> None:
    """Fail unless it is the JSON object format, with complete and metadata events only."""
    assert isinstance(trace, dict) and isinstance(trace["traceEvents"], list)
    assert trace.get("displayTimeUnit", "ms") in UNITS
    assert isinstance(trace.get("otherData", {}), dict)
    for event in trace["traceEvents"]:
        check_event(event)
    complete = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    for thread in {(event["pid"], event["tid"]) for event in complete}:
        check_nesting([event for event in complete if (event["pid"], event["tid"]) == thread])


def check_event(event: dict) -> None:
    assert event["ph"] in REQUIRED, f"phase {event['ph']}"
    for key, kind in REQUIRED[event["ph"]].items():
        assert isinstance(event[key], kind) and not isinstance(event[key], bool), (key, event)
    for key in ("ts", "dur"):
        assert math.isfinite(event.get(key, 0)) and event.get(key, 0) >= 0, (key, event)
    assert isinstance(event.get("cat", ""), str) and isinstance(event.get("args", {}), dict)
    if event["ph"] == "M":
        key, kind = META[event["name"]]
        assert isinstance(event["args"][key], kind)


def check_nesting(events: list[dict]) -> None:
    """On a thread an event lies within another or beside it, added up in floats as viewers do."""
    spans = [(event["ts"], event["ts"] + event["dur"]) for event in events]
    open_ends: list[float] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        assert not open_ends or end <= open_ends[-1], f"{start} … {end} sticks out"
        open_ends.append(end)


@pytest.mark.parametrize(
    "damage",
    [
        lambda trace: trace.pop("traceEvents"),
        lambda trace: trace.update(displayTimeUnit="s"),
        lambda trace: trace["traceEvents"][-1].pop("dur"),
        lambda trace: trace["traceEvents"][-1].update(ts=-1.0),
        lambda trace: trace["traceEvents"][-1].update(dur=math.nan),
        lambda trace: trace["traceEvents"][-1].update(dur=trace["traceEvents"][-1]["dur"] + 9e6),
        lambda trace: trace["traceEvents"][-1].update(ph="Q"),
        lambda trace: trace["traceEvents"][-1].update(pid="1"),
        lambda trace: trace["traceEvents"][0]["args"].clear(),
        lambda trace: trace["traceEvents"][0].update(name="title"),
    ],
)
def test_the_validator_sees_what_is_wrong(damage):
    trace = trace_of({"a": recording("wall")})
    check_trace(trace)
    damage(trace)
    with pytest.raises((AssertionError, KeyError)):
        check_trace(trace)


# --- What is in a trace ---------------------------------------------------------------------------


def recording(clock: str, start_s: float = 50.0, frames: int = 3) -> Recording:
    """Frames of 20 ms, 25 ms apart: scene at 1 ms, blur at 4 ms; lopsided in every time."""
    made = Recording(f"by the {clock}", clock)
    for frame in range(frames):
        at = start_s + 0.025 * frame
        made.add(
            at, 20.0, [Pass("scene", at + 0.001, 0.5, 2.0), Pass("blur", at + 0.004, 0.25, 11.0)]
        )
    return made


def spans(trace: dict, process: int, thread: int) -> list[tuple[str, float, float]]:
    """(name, start, duration) in ms."""
    return [
        (event["name"], pytest.approx(event["ts"] / 1e3), pytest.approx(event["dur"] / 1e3))
        for event in trace["traceEvents"]
        if (event["ph"], event["pid"], event["tid"]) == ("X", process, thread)
    ]


def names(trace: dict) -> dict[tuple[int, int | None], str]:
    """By (process, None) and (process, thread)."""
    found = {}
    for event in trace["traceEvents"]:
        if event["name"] == "process_name":
            found[event["pid"], None] = event["args"]["name"]
        if event["name"] == "thread_name":
            found[event["pid"], event["tid"]] = event["args"]["name"]
    return found


def test_a_frame_encloses_its_passes_on_both_threads():
    trace = trace_of({"sparse": recording("wall", frames=2)})
    check_trace(trace)
    submitted, waited = (spans(trace, 1, thread) for thread in (1, 2))
    assert submitted == [
        ("frame", 0, 20),
        ("scene", 1, 0.5),
        ("blur", 4, 0.25),
        ("frame", 25, 20),
        ("scene", 26, 0.5),
        ("blur", 29, 0.25),
    ]
    assert waited[:3] == [("frame", 0, 20), ("scene", 1, 2), ("blur", 4, 11)]
    assert names(trace) == {
        (1, None): "sparse",
        (1, 1): "CPU submit",
        (1, 2): "wall clock, waited for",
    }


def test_methods_are_processes_on_one_time_line():
    """The one drawn 10 ms later is 10 ms to the right."""
    trace = trace_of({"late": recording("wall", 50.010), "early": recording("wall", 50.0)})
    check_trace(trace)
    assert spans(trace, 1, 1)[0] == ("frame", 10, 20)
    assert spans(trace, 2, 1)[0] == ("frame", 0, 20)
    assert (names(trace)[1, None], names(trace)[2, None]) == ("late", "early")


def test_passes_on_a_gpu_lie_in_a_row_though_they_are_asked_for_at_once():
    """15 ms of work every 10 ms: the GPU falls behind, and no pass overlaps another."""
    made = Recording("queries", "GPU")
    for frame in range(4):
        at = 7.0 + 0.010 * frame
        passes = [Pass("scene", at, 0.1, 6.0), Pass("blur", at + 0.001, 0.1, 9.0)]
        made.add(at, 2.0, passes)
    trace = trace_of({"sparse": made})
    check_trace(trace)
    on_gpu = spans(trace, 1, 2)
    assert on_gpu[:4] == [("frame", 0, 15), ("scene", 0, 6), ("blur", 6, 9), ("frame", 15, 15)]
    assert on_gpu[-1] == ("blur", 51, 9)
    assert names(trace)[1, 2] == "GPU"


def test_a_gpu_that_waits_begins_when_it_is_asked():
    trace = trace_of({"sparse": recording("GPU")})
    check_trace(trace)
    assert spans(trace, 1, 2)[3:] == [
        ("frame", 26, 14),
        ("scene", 26, 2),
        ("blur", 29, 11),
        ("frame", 51, 14),
        ("scene", 51, 2),
        ("blur", 54, 11),
    ]


def test_submission_alone_is_one_thread():
    trace = trace_of({"sparse": recording("CPU")})
    check_trace(trace)
    assert set(names(trace)) == {(1, None), (1, 1)}
    assert {event["tid"] for event in trace["traceEvents"]} == {1}


@pytest.mark.parametrize("clock", ["wall", "GPU"])
def test_times_as_they_come_are_nested(clock):
    """Rounded ends must neither stick out of the frame they end with nor meet what follows."""
    random = np.random.default_rng(11)
    made = Recording("clock", clock)
    at = 1234567.891234567
    for _ in range(300):
        start, passes = at, []
        for name in ("a", "b", "c"):
            elapsed = float(random.uniform(1e-9, 1e-4))
            passes.append(Pass(name, at, elapsed * 1e3 * float(random.uniform()), elapsed * 1e3))
            at += elapsed
        made.add(start, (at - start) * 1e3, passes)
    trace = trace_of({"sparse": made})
    check_trace(trace)
    ends = {}  # a viewer that begins an event before it ends the one beside it nests them
    for event in trace["traceEvents"]:
        if event.get("cat") == "pass":
            assert event["ts"] > ends.get(event["tid"], -1)
            ends[event["tid"]] = event["ts"] + event["dur"]
    last = spans(trace, 1, 1)[-1]
    assert last[1] == pytest.approx((passes[-1].start_s - 1234567.891234567) * 1e3, abs=1e-5)


# --- Files ----------------------------------------------------------------------------------------


def test_a_trace_is_written_with_what_it_is_about(tmp_path):
    path = tmp_path / "new" / "trace.json"
    write_trace(path, {"spärlich": recording("wall")}, {"machine": "2 cores"})
    read = json.loads(path.read_text(encoding="utf-8"))
    check_trace(read)
    assert read == trace_of({"spärlich": recording("wall")}, {"machine": "2 cores"})
    assert read["displayTimeUnit"] == "ms"
    assert read["otherData"] == {"times of spärlich": "by the wall", "machine": "2 cores"}
    assert [path.name for path in path.parent.iterdir()] == ["trace.json"]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "trace.json"
    with pytest.raises(UsageError) as caught:
        write_trace(path, {"a": recording("wall")})
    assert re.fullmatch(
        rf"{path}: not written \(.+\), a writable place with room expected\. "
        r"Choose another one; an old file there is untouched",
        str(caught.value),
    )


@pytest.mark.parametrize(
    "recordings",
    [{}, {"sparse": Recording("", "wall")}, {"a": recording("wall"), "b": Recording("", "wall")}],
)
def test_a_trace_without_frames_is_refused_and_the_old_file_stays(tmp_path, recordings):
    path = tmp_path / "trace.json"
    path.write_text("old")
    with pytest.raises(UsageError) as caught:
        write_trace(path, recordings)
    assert str(caught.value) == ("trace: 0 frames, at least 1 expected. Profile some frames first")
    assert path.read_text() == "old"


@pytest.mark.gl
@pytest.mark.parametrize("mode", ["finish", "submit", "query"])
def test_what_is_really_drawn_makes_a_valid_trace(ctx, mode):
    def draw(timer):
        for name in ("scene", "cut", "cut"):
            with timer.section(name):
                ctx.clear()

    screen = color_target(ctx, (64, 48))
    screen.framebuffer.use()
    made = interleave({"a": draw, "b": draw}, lambda _: Profiler(ctx, mode), 5, most_warm_up=2)
    screen.release()
    trace = trace_of(made)
    check_trace(trace)
    for process in (1, 2):
        rows = spans(trace, process, 1)
        assert [row[0] for row in rows] == [
            name for _ in range(5) for name in ("frame", "scene", "cut", "cut")
        ]
    first, second = (
        next(e["ts"] for e in trace["traceEvents"] if (e["ph"], e["pid"]) == ("X", process))
        for process in (1, 2)
    )
    assert 0 == first < second, "in turns"
