"""`diskblur profile`: what it prints and writes, and how it refuses."""

import json
from pathlib import Path

import pytest
from banks import lopsided_bank
from scenes3d import SCENE_FILE as SCENE

from realtime.bank import Bank, write_bank
from realtime.cli import main
from realtime.gl import fullscreen
from realtime.measure import plots
from realtime.measure.result import read_result
from realtime.passes import forward

WORDS = ("profile", "small.toml", "--bank", "bank.safetensors", "--size", "33x24", "--views", "3")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    bank = lopsided_bank()
    disk = Bank(bank.axes, bank.offsets, bank.weights, bank.targets, target={"shape": "disk"})
    (tmp_path / "small.toml").write_text(SCENE)
    write_bank(tmp_path / "bank.safetensors", disk)
    write_bank(tmp_path / "other.safetensors", lopsided_bank((2, 1)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def tests_context(ctx, monkeypatch) -> None:
    monkeypatch.setattr("realtime.cli.render.headless_context", lambda: ctx)


@pytest.mark.gl
def test_it_times_counts_and_compares_every_method(folder, capsys):
    blurs = "none,sparse,sparse@other.safetensors,dense,hexagonal,gather41"
    files = ("--json", "p.json", "--trace", "t.json")
    assert main([*WORDS, "--frames", "5", "--blur", blurs, "--radii", "2", *files]) == 0
    out = capsys.readouterr().out
    for words in ("small, 33 × 24, bank bank.safetensors", "times: ", "the blur alone, 33 × 24"):
        assert words in out
    assert "hexagonal: a bank of disk, " in out and "wrote p.json, t.json" in out
    result = read_result(Path("p.json"))
    assert [one.name for one in result.frames] == [
        *("none", "sparse 5,3", "sparse 2,1", "dense", "gather41")
    ]
    none, sparse, small, dense, gather = result.frames
    assert sparse.frame_ms.count == 5 and dense.frame_ms.count >= 1
    assert sparse.counted.fetches > small.counted.fetches > none.counted.fetches
    assert {"scene", "blur behind", "composite"} <= {part.name for part in sparse.passes}
    assert sparse.dense_db > 10 and dense.dense_db is None and 5 < gather.lens_db < 90
    assert result.stage and result.copies and result.skipped[0][0] == "hexagonal"
    trace = json.loads(Path("t.json").read_text())
    assert len({event["pid"] for event in trace["traceEvents"]}) == 5


@pytest.mark.gl
def test_a_report_is_a_folder(folder, capsys):
    pytest.importorskip("matplotlib")
    words = ("--frames", "5", "--blur", "sparse,dense", "--report", "new/report")
    assert main([*WORDS, *words]) == 0
    found = {path.name for path in Path("new/report").iterdir()}
    assert {"report.md", "profile.json", "trace.json", "radius.png", "size.png"} <= found
    result = read_result(Path("new/report/profile.json"))
    assert {one.radius_px for one in result.stage} == {1.5, 3.0, 6.0}
    assert {one.size for one in result.stage} == {(33, 24), (16, 12), (50, 36)}


@pytest.mark.gl
def test_without_a_bank_there_are_those_that_read_none(folder, capsys):
    words = ("profile", "small.toml", "--size", "33x24", "--frames", "5")
    assert main([*words, "--json", "p.json"]) == 0
    result = read_result(Path("p.json"))
    assert [one.name for one in result.frames] == ["none", "gather41", "near-far"]
    assert result.bank == "none" and not result.stage


REFUSED = [
    (("--blur", "sparse,magic"), "--blur: 'magic', one or more of none, sparse, dense"),
    (("--frames", "4"), "--frames: 4, at least 5 expected, or a median says nothing"),
    (("--frames", "0"), "--frames: '0', a whole number from 1 to"),
    (("--json", "p.txt"), "--json: 'p.txt', a .json file expected. Change --json"),
    (("--trace", "t"), "--trace: 't', a .json file expected"),
    (("--json", "small.toml/p.json"), "small.toml/p.json: "),
    (("--report", "small.toml/new"), "small.toml/new: "),
    (("--radii", "0"), "--radii: 0, numbers above 0 expected. Change --radii"),
    (("--scales", "1,-2"), "--scales: -2, numbers above 0 expected. Change --scales"),
    (("--radii", "4,x"), "--radii: 'x', a number expected"),
    (("--radii", "nan"), "--radii: 'nan', a number expected"),
    (("--radii", "2", "--scales", "0.01"), "--scales: 0.01 of 33 × 24 px, 1 to "),
    (("--radii", "2", "--scales", "1e300"), "--scales: 1e+300 of 33 × 24 px, 1 to "),
    (("--radii", "2", "--scales", "9000"), "size: 297000 × 216000 px, 1 to "),
    (("--scales", "2"), "--scales: '2' without radii, radii of the blur alone expected. Add"),
    (("--json", "p.json", "--trace", "./p.json"), "--trace: './p.json', another file than"),
    (("--blur", "sparse@gone.safetensors"), "gone.safetensors: cannot be read"),
    (("--time", "soon"), "--time: 'soon', a number expected"),
]


@pytest.mark.parametrize(("words", "text"), REFUSED, ids=[text[:40] for _, text in REFUSED])
def test_bad_values_are_refused_before_anything_is_drawn(capsys, monkeypatch, words, text):
    def draw(*_args, **_options):
        raise AssertionError("drawn before the options were checked")

    monkeypatch.setattr(forward.ForwardPass, "draw", draw)
    monkeypatch.setattr(fullscreen.Fullscreen, "draw", draw)
    assert main([*WORDS, *words]) == 2
    out, error = capsys.readouterr()
    assert out == "" and error.count("\n") == 1 and error.startswith(f"diskblur profile: {text}")


@pytest.mark.gl
def test_what_cannot_be_written_after_all_is_said(folder, capsys, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("realtime.cli.profile.write_report", full)
    monkeypatch.setattr("realtime.cli.profile.check_plots", lambda: None)
    words = ("--frames", "5", "--blur", "none", "--radii", "2,2", "--report", "new")
    assert main([*WORDS, *words, "--json", "p.json"]) == 2
    out, error = capsys.readouterr()
    assert "whole frames" in out and read_result(Path("p.json")).frames
    assert "new: not written (No space left on device), a writable place with room" in error


@pytest.mark.gl
def test_each_radius_and_size_is_measured_once(folder):
    words = ("--frames", "5", "--blur", "gather41", "--radii", "2,2", "--scales", "2,2,1")
    assert main([*WORDS, *words, "--json", "p.json"]) == 0
    assert [one.size for one in read_result(Path("p.json")).stage] == [(33, 24), (66, 48)]


def test_without_matplotlib_a_report_is_refused(capsys, monkeypatch):
    monkeypatch.setattr(plots.importlib.util, "find_spec", lambda name: None)
    assert main([*WORDS, "--report", "new"]) == 2
    error = capsys.readouterr().err
    assert "--report: matplotlib is not installed, it is needed for plots. Install it" in error
