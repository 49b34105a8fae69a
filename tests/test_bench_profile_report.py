"""The summary of a run of all methods says what was measured, and only that."""

import dataclasses

import pytest
from profiled import COUNTED, RESULT, summary

from bench.profile_report import figures, write_summary
from realtime.errors import UsageError
from realtime.measure.result import StageResult


def compared(name, ms, radius=16.0, constants_ms=None, floor_ms=None) -> StageResult:
    return StageResult(
        name, name, radius, (96, 54), summary(ms), COUNTED, 50.0, floor_ms, constants_ms
    )


def of(*rows):
    return dataclasses.replace(RESULT, stage=rows)


OURS = compared("sparse 24,8,4 (a)", 40.0, constants_ms=32.0, floor_ms=25.0)
SECOND = compared("sparse 12,4,2 (b)", 20.0)
DENSE = compared("dense", 1000.0)


def told(found):
    return {one.what: (one.measured, one.reached) for one in figures(found)}


def test_each_figure_is_judged_by_what_was_asked():
    found = told({"disk": of(OURS, SECOND, DENSE)})
    assert found == {
        "disk r 16, sparse 24,8,4 (a): faster than dense": ("25×", True),
        "disk r 16, sparse 12,4,2 (b): faster than dense": ("50×", True),
        "disk r 16, sparse 24,8,4 (a) / the same taps as constants": ("1.25", True),
        "disk r 16, sparse 24,8,4 (a) / its floor": ("1.60", False),
    }


def test_what_was_not_measured_is_no_figure():
    assert told({"disk": of(OURS, SECOND)}).keys() == {
        "disk r 16, sparse 24,8,4 (a) / the same taps as constants",
        "disk r 16, sparse 24,8,4 (a) / its floor",
    }
    assert told({"star": of(SECOND, DENSE)}) == {}
    large = compared(OURS.name, 41.0, 32.0)
    assert len(told({"star": of(OURS, large)})) == 2


def test_the_page_is_made_of_the_folders_below(tmp_path):
    (tmp_path / "disk").mkdir()
    of(OURS, SECOND, DENSE).write(tmp_path / "disk" / "profile.json")
    write_summary(tmp_path)
    page = (tmp_path / "report.md").read_text()
    assert "| disk r 16, sparse 24,8,4 (a) / its floor | ≤ 1.3 | 1.60 | **no** |" in page


def test_a_folder_without_profiles(tmp_path):
    with pytest.raises(UsageError, match=r"no profile.json in a folder below, at least one"):
        write_summary(tmp_path)
