"""The bench on a plan of seconds: what is kept, resumed, measured and written."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.signal import fftconvolve

from fitter.bench import command, measures, plan, plots, runner, scenes
from fitter.bench.case import SCHEMA, Outcome, run
from fitter.bench.figures import figures, losses
from fitter.bench.plan import FULL, QUICK, Case, cases, chosen
from fitter.bench.report import machine, write_report
from fitter.bench.runner import Store, work
from fitter.bench.summary import summary
from fitter.bench.variants import DENSE, annealing, lm, lowrank, paper
from fitter.cli import main
from fitter.errors import FitError
from fitter.photos import photo
from fitter.targets.suite import case as suite_case
from realtime.bank import read_any

FAST = {"seeds": 1, "seed_iterations": 2, "top_iterations": 2, "knot_iterations": 1, "sweeps": 0}
LM = lm(5, 3, **FAST)
HEART = Case("kernels", "heart", LM, 5.0)
TINY = [
    Case("speed", "heart", LM, 5.0, repeats=2),
    HEART,
    Case("kernels", "heart", paper(2, 4, iterations=3), 5.0),
    Case("kernels", "heart", lowrank(2), 5.0),
    Case("kernels", "gaussian-11", DENSE, 22.0),  # more pixels than the method takes
    Case("steps", "heart", lm(5, 3, name="lm 8 after 2", **FAST), 5.0),
    Case("starts", "heart", annealing(4, 2, iterations=10, candidates=2), 5.0),
    Case("layers", "heart", LM, 5.0),
    Case("between", "heart", LM, 5.0, knots=3),
    Case("varying", "rotational-bokeh", LM, 4.0, knots=2, rows=3, small=True),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Run the tiny plan once; return its folder and store."""
    folder = tmp_path_factory.mktemp("bench")
    store = Store(folder / "cases")
    work(TINY, store, jobs=1)
    write_report(folder, TINY, store, machine("diskblur-fit bench", 1), quick=True)
    return folder, store


def test_every_case_is_kept_as_result_and_bank(tiny):
    _, store = tiny
    for case in TINY:
        record = store.record(case)
        assert record["schema"] == SCHEMA and record["name"] == case.name
        if "unsuitable" in record:
            assert case.variant is DENSE and "at most 2048 expected" in record["unsuitable"]
        else:
            assert read_any(store.bank_path(case)).taps == record["taps"]


def test_the_report_has_every_case_and_its_pictures_exist(tiny):
    folder, _ = tiny
    content = json.loads((folder / "report.json").read_text())
    assert content["schema"] == SCHEMA
    assert [c["name"] for c in content["cases"]] == [case.name for case in TINY]
    text = (folder / "report.md").read_text()
    for section in {case.section for case in TINY}:
        assert f"\n## {section}\n" in text
    shown = [line.split("](")[1].rstrip(")") for line in text.splitlines() if line.startswith("![")]
    expected = {"taps.png", "seconds.png", "steps.png", "starts.png", "layers.png", "between.png",
                "kernels-1.png", "rotational-bokeh.png"}  # fmt: skip
    assert set(shown) == expected
    for name in shown:
        assert 1000 < (folder / name).stat().st_size < 1 << 20
    assert "gaussian-11/dense`: --method dense:" in text
    assert text.index("wins and loses") < text.index("## What was asked for")


def test_what_was_not_run_is_named(tiny, tmp_path):
    _, store = tiny
    other = replace(HEART, target="ring")
    write_report(tmp_path, [HEART, other], store, machine("x", 1), quick=False)
    text = (tmp_path / "report.md").read_text()
    assert "## Not run" in text and "- `kernels/ring/lm 8`" in text
    assert json.loads((tmp_path / "report.json").read_text())["not_run"] == [other.name]


def test_quality_is_what_an_independent_convolution_gives():
    """scipy over the photographs; the kernel by shifting pictures, as the renderer does."""
    outcome = run(HEART)
    half = 40
    point = np.zeros((1, 2 * half + 1, 2 * half + 1))
    point[0, half, half] = 1
    kernel = measures.blurred(outcome.bank, point, np.full(point.shape[1:], 5.0))[0]
    target = suite_case("heart").source.draw(5.0, half)
    measured = outcome.record["measured"]
    relative = np.linalg.norm(kernel - target) / np.linalg.norm(target)
    assert measured["frobenius"] == pytest.approx(relative, rel=1e-4)
    image = photo("chelsea")
    errors = [fftconvolve(c, kernel - target, mode="same")[half:-half, half:-half] for c in image]
    db = -10 * np.log10(np.square(errors).mean())
    # Borders differ by the kernel's own size: a few px here, all of the canvas there.
    assert measured["photos_db"]["chelsea"] == pytest.approx(db, abs=0.5)


def test_ssim_and_flip_know_same_from_different():
    kernel, target = measures.kernel_and_target(run(HEART).bank, suite_case("heart").source, 5.0)
    same, apart = measures.of_kernel(target, target), measures.of_kernel(kernel, target)
    assert same["ssim"] == pytest.approx(1) and same["flip"] == pytest.approx(0, abs=1e-4)
    assert apart["ssim"] < 0.9999 and 0 < apart["flip"] < 1


def test_the_exact_scene_is_each_pixels_own_kernel():
    """A point of light off the centre, in a picture that is not square."""
    scene = scenes.SCENES["radial-motion"]
    image = np.random.default_rng(1).random((2, 40, 52))
    radius, angle = scene.maps(40, 52)
    got = scenes.exact(image, scene, radius, angle)
    for row, column in ((20, 30), (33, 9), (4, 47)):
        half = 24
        kernel = scene.family.at(angle[row, column]).draw(radius[row, column], half)
        padded = np.pad(image, ((0, 0), (half, half), (half, half)), mode="edge")
        window = padded[:, row : row + 2 * half + 1, column : column + 2 * half + 1]
        want = (window * kernel[::-1, ::-1]).sum(axis=(1, 2))
        assert np.abs(got[:, row, column] - want).max() < 1e-9


def test_resuming_runs_only_what_is_missing(tiny, tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.keep(HEART, run(HEART))
    ran = []
    monkeypatch.setattr(runner, "run", lambda case: ran.append(case) or run(case))
    monkeypatch.setattr(plan, "cases", lambda effort: TINY[1:4])
    arguments = ["bench", "--out", str(tmp_path / "out"), "--cases", str(tmp_path), "--jobs", "1"]
    assert main([*arguments, "--resume", "--quiet"]) == 0
    assert ran == TINY[2:4]
    assert (tmp_path / "out" / "report.md").exists()


def test_another_plan_or_schema_is_not_taken_for_a_result(tmp_path):
    store = Store(tmp_path)
    store.keep(HEART, Outcome({"schema": SCHEMA + 1, "case": {}}, None))
    assert store.record(HEART) is None
    (tmp_path / f"{HEART.key}.json").write_text('{"schema":')  # half a file, from elsewhere
    assert store.record(HEART) is None
    other = replace(HEART, radius_px=6.0)
    assert other.key != HEART.key
    store.keep(other, run(other))
    (tmp_path / f"{other.key}.json").rename(tmp_path / f"{HEART.key}.json")
    assert store.record(HEART) is None


def test_an_interrupted_run_keeps_what_is_done(tmp_path, monkeypatch, capsys):
    def stopping(case):
        if case.variant.method == "lowrank":
            raise KeyboardInterrupt
        return run(case)

    monkeypatch.setattr(runner, "run", stopping)
    monkeypatch.setattr(plan, "cases", lambda effort: TINY[1:4])
    assert main(["bench", "--out", str(tmp_path), "--jobs", "1"]) == 130
    said = capsys.readouterr().err
    assert "interrupted; 2 of 3 cases are kept" in said and "--resume" in said
    files = sorted(p.suffix for p in (tmp_path / "cases").iterdir())
    assert files == [".json", ".json", ".safetensors", ".safetensors"]
    for path in (tmp_path / "cases").glob("*.json"):
        assert json.loads(path.read_text())["schema"] == SCHEMA
        read_any(path.with_suffix(".safetensors"))


def test_two_workers_give_what_one_gives(tmp_path):
    few = TINY[1:4]
    store = Store(tmp_path)
    work(few, store, jobs=2)
    for case in few:
        want = run(case).record["measured"]
        assert store.record(case)["measured"]["frobenius"] == pytest.approx(want["frobenius"], 1e-4)


def test_no_case_is_begun_after_the_time(tmp_path):
    store = Store(tmp_path)
    work(TINY[:3], store, jobs=1, seconds=0)
    assert store.count() == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "kernals"], "--only: 'kernals' is unknown"),
        (["--only", "hart"], "Did you mean heart"),
        (["--jobs", "0"], "--jobs: 0, 1 to 64 expected"),
        (["--minutes", "-1"], "--minutes: -1, above 0 expected"),
        (["--minutes", "nan"], "--minutes: nan, above 0 expected"),
    ],
)
def test_bad_options_are_refused(options, said, tmp_path, capsys):
    assert main(["bench", "--out", str(tmp_path / "new"), *options]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["bench", "--quick", "--out", str(tmp_path / "file")]) == 2
    assert "not written" in (said := capsys.readouterr().err) and "another --out" in said


def test_an_old_run_is_not_mixed_in_unasked(tmp_path, capsys):
    Store(tmp_path / "cases").keep(HEART, Outcome({"schema": SCHEMA}, None))
    assert main(["bench", "--quick", "--out", str(tmp_path)]) == 2
    assert "1 finished cases of another run" in (said := capsys.readouterr().err)
    assert "Add --resume" in said


@pytest.mark.parametrize("effort", [QUICK, FULL])
def test_names_and_keys_of_a_plan_are_unique(effort):
    every = cases(effort)
    assert len({c.name for c in every}) == len({c.key for c in every}) == len(every)
    assert {c.section for c in every} == set(plan.SECTIONS)
    assert {c.variant.method for c in every} == {"lm", "paper", "annealing", "lowrank", "dense"}


def test_only_chooses_by_section_group_target_and_method():
    every = cases(QUICK)
    assert {c.section for c in chosen(every, ["steps", "disc"])} == {"steps", "disc"}
    assert {c.target for c in chosen(every, ["aberrations"])} == {"coma-1"}
    assert {c.variant.method for c in chosen(every, ["lowrank"])} == {"lowrank"}
    assert chosen(every, []) == every
    with pytest.raises(FitError, match="Did you mean tilt-shift"):
        chosen(every, ["tiltshift"])


def _record(target, method, taps, db):
    variant = {"name": f"{method} {taps}", "method": method, "options": {}}
    case = {"section": "kernels", "target": target, "variant": variant}
    return {"name": f"kernels/{target}/{method} {taps}", "case": case, "taps": taps,
            "measured": {"psnr_db": db}}  # fmt: skip


def test_the_summary_names_every_loss():
    said = summary([
        _record("heart", "lm", 36, 60.0), _record("heart", "paper", 36, 40.0),
        _record("disk", "lm", 36, 60.0), _record("disk", "annealing", 36, 61.0),
        _record("disk", "lowrank", 200, 66.0),
    ])  # fmt: skip
    assert "loses 1 of 2 comparisons: disk: annealing 36 61.0 dB" in said
    assert "disk: lowrank 200 66.0 dB with 200 taps" in said


def test_figures_take_the_worst_target_and_the_best_split():
    found = {f.what: f for f in figures([
        _record("heart", "lm", 36, 60.0), _record("heart", "lm", 36, 66.0),
        _record("disk", "lm", 36, 59.0), _record("disk", "paper", 96, 53.0),
    ])}  # fmt: skip
    shapes = found["shapes and silhouettes, 36 taps"]
    assert (shapes.measured, shapes.reached, shapes.where) == (59.0, True, "kernels/disk/lm 36")
    above = found["shapes and silhouettes, 36 taps, above `paper` at 96"]
    assert above.measured == pytest.approx(6.0) and above.reached is False
    assert found["camera shake, 36 taps"].reached is None


def test_a_midpoint_loses_against_the_worse_knot():
    assert losses({"knots": {"psnr_db": [60, 50, 70]}, "midpoints": {"psnr_db": [49, 52]}}) == [
        1,
        -2,
    ]


def test_the_pareto_front_is_what_nothing_beats():
    points = [(36, 60.0), (96, 50.0), (18, 40.0), (36, 55.0), (200, 61.0)]
    assert plots.pareto(points) == [(18, 40.0), (36, 60.0), (200, 61.0)]


def test_the_command_line_has_the_bench(capsys):
    with pytest.raises(SystemExit):
        main(["bench", "--help"])
    assert "--resume" in capsys.readouterr().out
    assert command.MOST_JOBS == 64 and torch.get_num_threads() >= 1
