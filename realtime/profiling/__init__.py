"""Where a frame's time goes: for any program that draws with the post-process. No windows.

timers       a frame's passes by one of three clocks
recording    frames and passes, kept
profiler     both together: what a program uses
statistics   how times are spread, stutters, when a warm-up is over
report       a recording as a table
interleave   several ways to draw, in turns
trace        recordings as a Chrome trace
"""

from realtime.profiling.interleave import interleave, warm_up
from realtime.profiling.profiler import Profiler
from realtime.profiling.recording import Frame, Pass, Recording
from realtime.profiling.statistics import Summary, is_stable, stutters_of, summarize
from realtime.profiling.trace import trace_of, write_trace

__all__ = [
    "Frame",
    "Pass",
    "Profiler",
    "Recording",
    "Summary",
    "interleave",
    "is_stable",
    "stutters_of",
    "summarize",
    "trace_of",
    "warm_up",
    "write_trace",
]
