"""A small result of `diskblur profile`."""

from realtime.measure.result import (
    Counted,
    Estimate,
    FrameResult,
    PassTimes,
    ProfileResult,
    StageResult,
)
from realtime.profiling.statistics import Summary

COUNTED = Counted(3, 36.0, 14.0, 3.0, 412.5, 24.0, 12.25)
ABOUT = {
    **{"date": "2026-01-02", "command": "diskblur profile x", "machine": "2 cores"},
    **{"opengl": "a renderer", "python": "3.11", "diskblur": "1", "moderngl": "5", "numpy": "2"},
}


def summary(median: float) -> Summary:
    return Summary(9, median, median - 1, median + 1, median + 2, median + 3, median + 4, 1)


def staged(name: str, ms: float, db: float | None, radius=16.0, size=(96, 54)) -> StageResult:
    return StageResult(name, name, radius, size, summary(ms), COUNTED, db, ms / 1.25, None)


ROWS = (
    staged("sparse 10,5,3", 20.0, 50.0),
    staged("sparse 24,8,4", 40.0, 60.0),
    staged("dense", 4000.0, None),
    staged("quick", 10.0, 30.0),
    staged("bad", 30.0, 45.0),
    staged("good", 35.0, 59.0),
)
RESULT = ProfileResult(
    about=ABOUT,
    scene="small",
    bank="b.safetensors",
    size=(96, 54),
    clock="wall clock: queries lie",
    frames=(
        FrameResult(
            "sparse 24,8,4",
            "sparse",
            summary(70.0),
            (
                PassTimes("scene", summary(1.0), summary(30.0)),
                PassTimes("blur", summary(2.0), summary(40.0)),
            ),
            COUNTED,
            61.25,
            30.5,
        ),
    ),
    stage=(*ROWS, staged("sparse 24,8,4", 41.0, 58.0, 32.0), staged("quick", 3, 9, 16.0, (48, 27))),
    copies=((96, 54, 2.0), (48, 27, 0.5)),
    skipped=(("hexagonal", "hexagons only"),),
    estimates=(Estimate("sparse 24,8,4", "a phone", 1.5),),
)
