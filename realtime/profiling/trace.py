"""Recordings as a Chrome trace, which Perfetto, speedscope and others read.

    process 1: a recording    thread 1: CPU submit     [frame [scene][blur]  ] [frame [scene]
                              thread 2: wall or GPU    [frame [scene ][blur ]] [frame [scene ]

The format is "Trace Event Format" (Google, 2016): an object with `traceEvents`, of which "X" events
are complete, with a start `ts` and a duration `dur` in µs, and "M" events name processes and
threads. Zero is where the first frame of all recordings began, on the processor's clock.

Of passes on a GPU only durations are known: each is drawn from when it was asked for, or from where
the one before it ends.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from realtime.bank.atomic import replacing
from realtime.errors import UsageError
from realtime.profiling.recording import Frame, Pass, Recording

FRAME = "frame"  # all alike, so that viewers can sum up what is in them
SUBMIT, CLOCK = 1, 2  # threads
THREADS = {"wall": "wall clock, waited for", "GPU": "GPU"}
Event = dict[str, Any]
Span = tuple[str, int, int]  # name, start and end in ns
MsOf = Callable[[Pass], float]


def write_trace(
    path: str | os.PathLike,
    recordings: Mapping[str, Recording],
    about: Mapping[str, str] | None = None,
) -> None:
    """Write recordings by name, a process each; an old file stays until the new one is complete.

    about: what else the file should say, such as the machine. Raises UsageError without frames, and
    where the file cannot be written.
    """
    text = json.dumps(trace_of(recordings, about), ensure_ascii=False, allow_nan=False)
    try:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path}: not written ({error.strerror or error}), a writable place with room "
            f"expected. Choose another one; an old file there is untouched"
        ) from None


def trace_of(
    recordings: Mapping[str, Recording], about: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the trace as what JSON is made of. Raises UsageError without frames."""
    if not recordings or not all(map(len, recordings.values())):
        raise UsageError("trace: 0 frames, at least 1 expected. Profile some frames first")
    zero_s = min(recording.start_s for recording in recordings.values())
    events: list[Event] = []
    for process, (name, recording) in enumerate(recordings.items(), start=1):
        events += _names(process, name, recording)
        frames = list(recording.frames())
        submitted = _spans(frames, zero_s, lambda one: one.submit_ms, on_gpu=False)
        events += _events(process, SUBMIT, submitted)
        if recording.clock != "CPU":
            on_gpu = recording.clock == "GPU"
            done = _spans(frames, zero_s, lambda one: one.elapsed_ms, on_gpu)
            events += _events(process, CLOCK, done)
    kinds = {f"times of {name}": recording.kind for name, recording in recordings.items()}
    return {
        "traceEvents": events,
        "displayTimeUnit": "ms",
        "otherData": kinds | dict(about or {}),
    }


def _names(process: int, name: str, recording: Recording) -> Iterator[Event]:
    """What viewers show beside the rows, and their order."""
    threads = {SUBMIT: "CPU submit"}
    if recording.clock != "CPU":
        threads[CLOCK] = THREADS[recording.clock]
    yield _meta("process_name", process, SUBMIT, name=name)
    yield _meta("process_sort_index", process, SUBMIT, sort_index=process)
    for thread, title in threads.items():
        yield _meta("thread_name", process, thread, name=title)
        yield _meta("thread_sort_index", process, thread, sort_index=thread)


def _meta(what: str, process: int, thread: int, **says: str | int) -> Event:
    return {"name": what, "ph": "M", "ts": 0, "pid": process, "tid": thread, "args": says}


def _events(process: int, thread: int, spans: Iterator[Span]) -> Iterator[Event]:
    """Without args: viewers that show them with the name would no longer see what is alike."""
    for name, start_ns, end_ns in spans:
        yield {
            "name": name,
            "cat": "frame" if name == FRAME else "pass",
            "ph": "X",
            "ts": start_ns / 1e3,
            "dur": (end_ns - start_ns) / 1e3,
            "pid": process,
            "tid": thread,
        }


def _spans(frames: list[Frame], zero_s: float, ms_of: MsOf, on_gpu: bool) -> Iterator[Span]:
    """Frames, each before its passes.

    Whatever viewers may add up in floats, nothing touches: siblings are a nanosecond apart at
    least, and a frame ends after its last pass. on_gpu: a frame is what its passes take.
    """
    free_ns = 0
    for frame in frames:
        measured_ns = _ns(frame.start_s - zero_s)
        start_ns = at_ns = max(free_ns, measured_ns)
        passes: list[Span] = []
        for one in frame.passes:
            begin_ns = max(at_ns, _ns(one.start_s - zero_s))
            end_ns = begin_ns + _ns(ms_of(one) * 1e-3)
            passes.append((one.name, begin_ns, end_ns))
            at_ns = end_ns + 1
        if on_gpu and not passes:
            continue
        if on_gpu:
            start_ns = passes[0][1]
        else:
            at_ns = max(at_ns, measured_ns + _ns(frame.elapsed_ms * 1e-3))
        yield FRAME, start_ns, at_ns
        yield from passes
        free_ns = at_ns + 1


def _ns(seconds: float) -> int:
    """Whole nanoseconds."""
    return round(seconds * 1e9)
