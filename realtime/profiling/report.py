"""A recording as a table of text."""

from realtime.profiling.recording import Float64, Recording
from realtime.profiling.statistics import summarize
from realtime.text_table import format_table

WHOLE = "whole frame, wall clock"
HEAD = ("median", "q25", "q75", "p95", "max")


def report_of(recording: Recording) -> str:
    """Return medians and spread over frames, ms, of every pass and of whole frames.

    A frame's passes of one name count together.
    """
    count = len(recording)
    if not count:
        return f"0 frames; times of passes: {recording.kind}"
    frames = f"{count} frame{'' if count == 1 else 's'}"
    first = f"{frames}, medians; times of passes: {recording.kind}"
    has_clock = recording.clock != "CPU"
    rows = [
        _row(name, recording.submit_ms(name), recording.elapsed_ms(name) if has_clock else None)
        for name in recording.names
    ]
    whole = recording.frame_ms
    rows.append((WHOLE, *(("",) if has_clock else ()), *_spread(whole)))
    clock = ("submit ms", f"{recording.clock} ms") if has_clock else ("submit ms",)
    head = ("pass", *clock, *HEAD[1:])
    summary = summarize(whole)
    last = f"{1e3 / summary.median:.1f} frames per second, stutters: {summary.stutters}"
    return f"{first}\n\n{format_table(head, rows)}\n\n{last}"


def _row(name: str, submit_ms: Float64, elapsed_ms: Float64 | None) -> tuple[str, ...]:
    if elapsed_ms is None:
        return (name, *_spread(submit_ms))
    return (name, f"{summarize(submit_ms).median:.2f}", *_spread(elapsed_ms))


def _spread(ms: Float64) -> tuple[str, ...]:
    summary = summarize(ms)
    return tuple(f"{getattr(summary, name):.2f}" for name in HEAD)
