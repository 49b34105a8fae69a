"""The gate of script/bench: what it calls worse, and what it says then."""

from bench.gate import LEAST_NOISE, baseline_of, complaint, is_worse, table_of, why_not

RUNS = [
    {"sparse: blur": 2.0 + off, "sparse: short": 0.1, "near-far: far": 1.0 + 5 * off}
    for off in (-0.01, 0.0, 0.01)
]


def test_noise_is_what_runs_differ_by():
    found = baseline_of(RUNS, "a machine")
    assert found["about"] == "a machine"
    assert found["ratios"]["sparse: blur"] == {"ratio": 2.0, "noise": LEAST_NOISE}
    assert 0.1 < found["ratios"]["near-far: far"]["noise"] < 0.3


def test_a_pass_that_was_not_in_every_run_is_left_out():
    gone = [dict(run) for run in RUNS]
    del gone[1]["sparse: short"]
    assert "sparse: short" not in baseline_of(gone, "")["ratios"]


def test_worse_is_beyond_the_noise_and_says_which_pass():
    ratios = baseline_of(RUNS, "")["ratios"]
    now = {"sparse: blur": 2.0 * (1 + LEAST_NOISE) + 0.01, "near-far: far": 1.1}
    assert is_worse("sparse: blur", now, ratios)
    assert not is_worse("near-far: far", now, ratios)
    assert not is_worse("sparse: short", now, ratios)  # not measured now
    text = complaint("sparse: blur", now, ratios)
    assert text.startswith("bench: sparse: blur: 2.130, at most 2.120 expected (2.000 + 6% noise)")
    assert "+6.5%" in table_of(now, ratios) and "–" in table_of(now, ratios)


def test_what_cannot_be_compared_is_refused():
    baseline = baseline_of(RUNS, "2026-01-01; 2 cores; llvmpipe, OpenGL 4.5")
    assert why_not("2026-02-02; 8 cores; llvmpipe, OpenGL 4.5", baseline, RUNS[0]) is None
    other = why_not("2026-02-02; 8 cores; a card, OpenGL 4.6", baseline, RUNS[0])
    assert other.startswith("bench: a baseline of llvmpipe, OpenGL 4.5, one of a card, OpenGL 4.6")
    few = why_not("2026-01-01; 2 cores; llvmpipe, OpenGL 4.5", baseline, {"sparse: blur": 2.0})
    assert few.startswith("bench: 2 of 3 ratios are not measured any more, such as sparse: short")
