"""The demo's table: what a frame spends in sections of which some run once a slice."""

from types import SimpleNamespace

import numpy as np
import pytest

from realtime.cli.demo import _blur_ms, _report, per_frame
from realtime.gl.timing import QueryTimer, WallTimer

# Three frames of three cuts each. Medians of single cuts and of frames differ in every way: the sum
# of medians would be 9, the median of all samples 2, three times that 6.
CUTS_MS = [[1, 2, 3], [10, 1, 1], [1, 30, 2]]
FRAMES_MS = [6, 12, 33]


def timed(kind: type, cuts_ms: list[list[float]], **others: list[float]):
    """A timer with samples as it leaves them: QueryTimer drops a section's first."""
    timer = kind(None)
    timer.ms = {"cut": [float(ms) for frame in cuts_ms for ms in frame], **others}
    for ms in timer.ms.values():
        del ms[: kind.dropped]
    return timer


def test_what_runs_once_a_slice_is_summed_over_a_frame():
    timer = timed(WallTimer, CUTS_MS, scene=[7.0, 8.0, 9.5])
    found = per_frame(timer, frames=3)
    assert found["cut"].tolist() == FRAMES_MS and found["scene"].tolist() == [7.0, 8.0, 9.5]


@pytest.mark.parametrize("slices", range(1, 9))
def test_frames_drawn_for_samples_that_are_dropped_do_not_count(slices):
    first, *frames = np.arange(5 * slices, dtype=float).reshape(5, slices).tolist()
    timer = timed(QueryTimer, [first, *frames], scene=[100.0, 1.0, 2.0, 3.0, 4.0])
    found = per_frame(timer, frames=4)
    assert found["cut"].tolist() == [sum(frame) for frame in frames]
    assert found["scene"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_one_frame_of_many_slices_is_one_number():
    timer = timed(WallTimer, [[4, 5, 6]])
    assert per_frame(timer, frames=1)["cut"].tolist() == [15]


def test_the_blur_is_that_of_whole_frames():
    """The frame that is slow behind is not the one that is slow in front."""
    sections = {"blur behind": np.array([1.0, 5, 2]), "blur front": np.array([9.0, 1, 3])}
    assert _blur_ms(sections) == 6, "and not 2 + 3"


# What the report says of a renderer.
DRAWN = SimpleNamespace(
    scene=SimpleNamespace(name="small"),
    bank=SimpleNamespace(taps=8, layers=(5, 3)),
    ctx=SimpleNamespace(info={"GL_RENDERER": "llvmpipe"}),
    size=(33, 24),
    views=3,
)


def test_the_table_has_medians_and_the_95th_percentile_of_frames(capsys):
    blurs = {"blur behind": [1.0, 2.0, 3.0], "blur front": [1.0, 1.0, 1.0]}
    timer = timed(WallTimer, CUTS_MS, **blurs)
    whole = {"whole frame": np.array([20.0, 10.0, 50.0])}
    _report(DRAWN, "clock", per_frame(timer, 3) | whole, [], dense_ms=30.0)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    p95 = np.percentile(FRAMES_MS, 95)
    assert ["cut", "12.00", f"{p95:.2f}"] in rows
    assert ["whole", "frame", "20.00", "47.00"] in rows
    assert ["frames", "per", "second", "50.0"] in rows
    assert ["blur,", "dense/sparse", *"30 / 3.0 ms = 10.0×".split()] in rows
