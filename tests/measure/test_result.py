"""What was measured goes into JSON and comes back; pages and plots say what it says."""

import dataclasses
import json

import pytest
from profiled import RESULT, ROWS, staged, summary

from realtime.errors import UsageError
from realtime.measure.plots import Box, front, write_plots
from realtime.measure.report import beyond_front, write_report
from realtime.measure.result import PassTimes, read_result
from realtime.measure.tables import WIDTH, copy_of, decimals, passes_table, tables_of
from realtime.pictures import read_picture


def test_it_comes_back_from_json(tmp_path):
    RESULT.write(tmp_path / "p.json")
    assert read_result(tmp_path / "p.json") == RESULT
    found = json.loads((tmp_path / "p.json").read_text())
    assert (found["format"], found["version"]) == ("diskblur-profile", 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "p.json: no profile, JSON of diskblur profile --json expected"),
        ("[1]", "p.json: no profile"),
        ('{"a": 1}', "p.json: no profile"),
        (
            '{"format": "diskblur-profile", "version": 9}',
            "p.json: diskblur-profile version 9, diskblur-profile version 1 expected. Profile",
        ),
    ],
)
def test_another_file_is_refused(tmp_path, text, message):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(UsageError, match=message):
        read_result(tmp_path / "p.json")


def test_the_front_is_what_nothing_is_both_faster_and_better_than():
    assert [one.name for one in front(ROWS)] == [
        *("quick", "sparse 10,5,3", "good", "sparse 24,8,4")
    ]
    assert [one.name for one in beyond_front(list(ROWS))] == ["quick", "good"]
    slower = [dataclasses.replace(one, ms=summary(99.0)) for one in ROWS if one.name == "good"]
    assert beyond_front([*ROWS[:3], *slower]) == []


def test_tables_say_what_was_measured():
    text = tables_of(RESULT)
    for words in ("small, 96 × 54, bank b.safetensors", "times: wall clock: queries lie"):
        assert words in text
    row = next(line for line in text.splitlines() if line.startswith("sparse 10,5,3"))
    assert row.split()[2:8] == ["20.0", "2.0", "9", "200.0×", "50.0", "1.25"]
    assert "hexagonal: hexagons only" in text and "1.00/30.00" in text and "a phone" in text


def test_passes_that_do_not_fit_beside_each_other_stand_below():
    names = [f"pass number {index}" for index in range(20)]
    many = tuple(PassTimes(name, summary(1.0), summary(2.0)) for name in names)
    frame = dataclasses.replace(RESULT.frames[0], passes=many)
    few = dataclasses.replace(frame, name="few", passes=many[:1])
    lines = passes_table([frame, few]).splitlines()
    assert max(map(len, lines)) <= WIDTH and lines.count("") == 2  # three tables
    assert all(sum(name in line for line in lines) >= 1 for name in names)
    assert sum(line.startswith("few") for line in lines) == 1  # not where it has nothing to say


def test_short_times_have_more_digits():
    assert [decimals([ms, 500.0]) for ms in (0.04, 2.0, 30.0)] == [3, 2, 1]
    quick = dataclasses.replace(RESULT.frames[0], frame_ms=summary(0.25))
    assert "0.250" in tables_of(dataclasses.replace(RESULT, frames=(quick,)))


def test_a_copy_is_the_middle_of_those_of_its_size():
    copies = ((96, 54, 2.0), (96, 54, 9.0), (48, 27, 0.5), (96, 54, 3.0))
    assert copy_of(dataclasses.replace(RESULT, copies=copies), (96, 54)) == 3.0


def test_labels_stand_where_no_other_is(tmp_path, monkeypatch):
    """Points in a heap: what would stand upon each other beside them does not."""
    plt = pytest.importorskip("matplotlib.pyplot")
    heap = [staged(f"a method {index}", 20.0 + index / 2, 50.0 + index / 9) for index in range(6)]
    far = staged("far off", 500.0, 80.0)  # or the heap would fill the picture
    boxes = []

    def look(figure, path):
        renderer = figure.canvas.get_renderer()
        for text in figure.axes[0].texts:
            if text.get_text().startswith("a method"):
                boxes.append(Box(*text.get_window_extent(renderer).extents))
        assert all(t.get_window_extent(renderer).x1 <= figure.bbox.x1 for t in _titles(figure))
        plt.close(figure)

    monkeypatch.setattr("realtime.measure.plots._save", look)
    write_plots(dataclasses.replace(RESULT, frames=(), stage=(*heap, far)), tmp_path)
    assert len(boxes) == 6
    assert not any(one.overlaps(two) for one in boxes for two in boxes if one is not two)


def _titles(figure):
    axes = figure.axes[0]
    return (axes.title, axes._left_title, axes.xaxis.label)


def test_the_report_names_losses_and_has_its_pictures(tmp_path):
    pytest.importorskip("matplotlib")
    write_report(RESULT, tmp_path / "new" / "folder")
    page = (tmp_path / "new" / "folder" / "report.md").read_text()
    assert "`diskblur profile x`, 2026-01-02" in page
    assert "quick (10.0 ms, 30.0 dB), good (35.0 ms, 59.0 dB)" in page
    for name in ("error-r16.png", "error-r32.png", "radius.png", "size.png", "passes.png"):
        assert f"]({name})" in page
        assert read_picture(tmp_path / "new" / "folder" / name).shape[1] > 400
    assert read_result(tmp_path / "new" / "folder" / "profile.json") == RESULT
