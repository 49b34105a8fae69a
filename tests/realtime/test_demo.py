"""The demo's table: what a frame spends in sections of which some run once a slice."""

from types import SimpleNamespace

import numpy as np
import pytest
from fake_gpu import Clock, FakeContext, software

from realtime.cli.demo import _blur_ms, _dense_ms, _report
from realtime.profiling import Pass, Recording

# Three frames of three cuts each. Medians of single cuts and of frames differ in every way: the sum
# of medians would be 9, the median of all samples 2, three times that 6.
CUTS_MS = [[1, 2, 3], [10, 1, 1], [1, 30, 2]]
FRAMES_MS = [6, 12, 33]
WHOLE_MS = [20.0, 10.0, 50.0]


def recording(*frames: list[tuple[str, float]]) -> Recording:
    """Frames of passes, each a name and ms."""
    made = Recording("clock", "wall")
    for frame, whole_ms in zip(frames, WHOLE_MS, strict=True):
        made.add(0.0, whole_ms, [Pass(name, 0.0, 0.0, float(ms)) for name, ms in frame])
    return made


@pytest.mark.parametrize("cuts", [1, 3])
def test_the_blur_is_that_of_whole_frames(cuts):
    """The frame that is slow behind is not the one that is slow in front; some blur in parts."""
    behind = ([("blur behind", ms / cuts)] * cuts for ms in (1.0, 5, 2))
    front = ([("blur front", ms)] for ms in (9.0, 1, 3))
    frames = [one + other for one, other in zip(behind, front, strict=True)]
    assert _blur_ms(recording(*frames)) == pytest.approx(6), "and not 2 + 3"


@pytest.mark.parametrize("make", [software, FakeContext])
def test_the_dense_blur_is_one_frame_and_no_other(monkeypatch, make):
    """FakeContext's passes take 1, 2, 3 … ms; software's are by the clock."""
    ctx, clock, drawn = make(), Clock(monkeypatch), []

    def render(time_s, blur, timer):
        drawn.append((time_s, blur))
        for name in ("scene",) if blur == "none" else ("blur behind", "blur front"):
            with timer.section(name):
                clock.now += len(name) / 1e3

    found = _dense_ms(SimpleNamespace(ctx=ctx, render=render), 2.5)
    assert found == pytest.approx(11 + 10 if make is software else 2 + 3)
    assert drawn == [(2.5, "none"), (2.5, "dense")], "a dense frame takes seconds"


# What the report says of a renderer.
DRAWN = SimpleNamespace(
    scene=SimpleNamespace(name="small"),
    bank=SimpleNamespace(taps=8, layers=(5, 3)),
    ctx=SimpleNamespace(info={"GL_RENDERER": "llvmpipe"}),
    size=(33, 24),
    views=3,
)


def test_the_table_has_medians_and_the_95th_percentile_of_frames(capsys):
    blurs = [[("blur behind", ms), ("blur front", 1.0)] for ms in (1.0, 2.0, 3.0)]
    frames = [
        [("cut", ms) for ms in cuts] + blur for cuts, blur in zip(CUTS_MS, blurs, strict=True)
    ]
    _report(DRAWN, recording(*frames), [], dense_ms=30.0)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    p95 = np.percentile(FRAMES_MS, 95)
    assert ["cut", "12.00", f"{p95:.2f}"] in rows
    assert ["whole", "frame", "20.00", "47.00"] in rows
    assert ["frames", "per", "second", "50.0"] in rows
    assert ["times:", "clock"] in rows
    assert ["blur,", "dense/sparse", *"30 / 3.0 ms = 10.0×".split()] in rows
