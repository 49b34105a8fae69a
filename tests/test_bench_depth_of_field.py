"""The report on depth of field: what it measures, what is kept, resumed and written."""

import json
import math
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from banks import lopsided_bank
from PIL import Image

from bench.depth_of_field import __main__ as command
from bench.depth_of_field import cost, run, store, studio, tables, temporal
from bench.depth_of_field.figures import figures
from bench.depth_of_field.painted import Spot, disc_of
from bench.depth_of_field.plan import FULL, PRESET_TAPS, QUICK, TIMES_S, Case, cases
from bench.depth_of_field.resolution import deviation
from bench.depth_of_field.sheets import amplified, jpeg
from bench.depth_of_field.store import Store
from bench.depth_of_field.summary import summary
from bench.depth_of_field.temporal import DENSE, SPARSE, changes, fixed_cuts
from bench.depth_of_field.temporal import summary as motion_summary
from realtime.blur.depth_of_field import DepthOfField
from realtime.cli.compare import render_frame
from realtime.quality import QUALITIES

ROOT = Path(__file__).parent.parent

# What is measured


def test_an_error_that_stays_does_not_count_and_one_that_changes_does():
    rng = np.random.default_rng(0)
    error = rng.normal(size=(4, 5, 3))
    assert changes([error, error, error]) == [0, 0]
    step = np.zeros((4, 5, 3))
    step[1, 2, 0] = -6.0  # one of 60 numbers, down and up again: the sign must not matter
    assert changes([error, error + step, error]) == pytest.approx([0.1, 0.1])


def test_the_summary_of_motion_finds_a_pop():
    found = motion_summary([1.0, 1.0, 5.0, 1.0])
    assert found == {"mean": 2.0, "median": 1.0, "largest": 5.0, "largest_frame": 3}


def test_fixed_cuts_are_what_the_settings_take():
    behind, front = fixed_cuts([0.7, 3.0, 6.0, 20.0], [0.7, 9.0])
    assert (behind, front) == ((3.0, 6.0), ()), "neither where sharp ends nor the largest CoC"
    behind, front = fixed_cuts([0.7, 0.9, 5.0, 5.0, 5.0], [0.7, 1.7, 1.7, 1.7])
    assert behind == pytest.approx((1.01, 5.0, 5.01)), "above 1 px, and increasing"
    assert front == pytest.approx((1.7, 1.71))


@pytest.mark.parametrize("radius_px", [6.0, 13.5])
def test_a_disc_of_known_radius_is_measured(radius_px):
    y, x = np.mgrid[:60, :80] - np.array([24.3, 41.8])[:, None, None]
    disc = np.clip(radius_px + 0.5 - np.hypot(x, y), 0, 1)  # off the grid, lopsided picture
    got = disc_of(disc * 3, energy=6 * disc.sum(), side_px=1)
    assert got.radius_px == pytest.approx(radius_px, rel=0.01)
    assert got.energy == pytest.approx(0.5)


@pytest.mark.parametrize("side_px", [2, 4, 8])
def test_a_painted_spot_is_a_point_once_its_own_square_is_taken_off(side_px):
    spot = Spot((44, 60), side_px, 8.0, math.inf, 1 / 5)
    color, depth = spot.painted()
    assert color.shape == (60, 44, 4) and depth.shape == (60, 44, 1)
    rows, columns = np.nonzero(color[..., 0])
    assert len(rows) == side_px**2 and rows.min() % 2 == columns.min() % 2 == 0
    assert disc_of(color[..., 0], 500 * side_px**2, side_px).radius_px == pytest.approx(0, abs=1e-3)
    assert spot.radius_px == pytest.approx(12), "a fifth of 60 lines"
    assert depth[rows[0], columns[0]] < depth[0, 0] == 1


def test_the_deviation_of_radii_is_of_the_farthest_apart():
    assert deviation([0.0125, 0.0124, 0.01265]) == pytest.approx(0.01265 / 0.0124 - 1)


def test_errors_are_amplified_without_wrapping_round():
    a, b = np.full((2, 2, 3), 10, np.uint8), np.full((2, 2, 3), 12, np.uint8)
    assert (amplified(a, b) == 16).all() and (amplified(b, a) == 16).all()
    assert (amplified(a, np.full((2, 2, 3), 200, np.uint8)) == 255).all()


def test_a_sheet_gets_worse_rather_than_too_large():
    noise = np.random.default_rng(0).integers(0, 256, (90, 160, 3), np.uint8)
    best, small = jpeg(noise), jpeg(noise, most_bytes=10_000)
    assert len(small) <= 10_000 < len(best)


# The plan


def test_every_scene_has_its_times_and_only_its_first_has_everything():
    plan = cases(FULL, list(TIMES_S))
    assert len({case.key for case in plan}) == len(plan)
    names = [case.name for case in plan if case.section == "quality"]
    assert len(names) == 12 and "string_lights 1 s" in names and "window 0 s" in names
    for section in ("dense", "sheet", "convergence"):
        own = [case.settings["time_s"] for case in plan if case.section == section]
        assert own == [times_s[0] for times_s in TIMES_S.values()]
    sections = [case.section for case in plan]
    assert sections.index("frames") > max(i for i, s in enumerate(sections) if s == "temporal")


def test_sizes_follow_the_size_asked_for():
    plan = cases(FULL, ["window"])
    sizes = {case.section: case.settings.get("size") for case in plan}
    assert (sizes["quality"], sizes["temporal"], sizes["stage"]) == (
        [640, 360],
        [320, 180],
        [960, 540],
    )


# What is kept

CASE = Case("quality", "window 0 s", {"scene": "window", "views": 4})


def test_a_kept_case_is_found_again_and_no_other_is(tmp_path):
    kept = Store(tmp_path, "code")
    assert kept.record(CASE) is None
    kept.keep(CASE, {"dB": 1.5}, 2.0)
    record = kept.record(CASE)
    assert record["measured"] == {"dB": 1.5} and record["seconds"] == 2.0
    for other in (
        replace(CASE, settings={"scene": "window", "views": 8}),
        replace(CASE, name="window 1 s"),
        replace(CASE, section="dense"),
    ):
        assert kept.record(other) is None
        shutil.copy(tmp_path / f"{CASE.key}.json", tmp_path / f"{other.key}.json")
        assert kept.record(other) is None, "not even under the other's file name"


def test_what_other_code_measured_is_not_taken_unless_asked_for(tmp_path):
    Store(tmp_path, "old").keep(CASE, 1, 0.0)
    assert Store(tmp_path, "new").record(CASE) is None
    assert Store(tmp_path, "new", any_code=True).record(CASE)["code"] == "old"


def test_a_record_of_another_schema_is_not_taken(tmp_path, monkeypatch):
    kept = Store(tmp_path, "code")
    kept.keep(CASE, 1, 0.0)
    monkeypatch.setattr(store, "SCHEMA", store.SCHEMA + 1)
    assert kept.record(CASE) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 0}'])
def test_a_broken_record_is_no_record(tmp_path, text):
    kept = Store(tmp_path, "code")
    (tmp_path / f"{CASE.key}.json").write_text(text)
    assert kept.record(CASE) is None


def test_the_state_of_the_code_follows_content_and_names(tmp_path):
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    paths = [tmp_path / "a", tmp_path / "b"]
    before = store._digest(paths)
    assert store._digest(paths[::-1]) == before
    (tmp_path / "b").write_text("3")
    assert store._digest(paths) != before
    assert store.code_state() == store.code_state()


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    plan = [Case("quality", name, {"number": n}) for n, name in enumerate("abc")]
    ran, fails = [], [True]

    def measure(_, number):
        ran.append(number)
        if number == 1 and fails.pop():
            raise KeyboardInterrupt
        return {"twice": 2 * number}

    monkeypatch.setitem(run.SECTIONS, "quality", measure)
    kept = Store(tmp_path, "code")
    with pytest.raises(KeyboardInterrupt):
        run.work(plan, kept, None, lambda case: None)
    fails.append(False)
    told = []
    run.work(plan, kept, None, told.append)
    assert ran == [0, 1, 1, 2] and told == plan[1:]
    assert [kept.record(case)["measured"]["twice"] for case in plan] == [0, 2, 4]


def test_a_sheet_whose_picture_is_gone_is_drawn_again(tmp_path, monkeypatch):
    case = Case("sheet", "window 0 s", {})
    monkeypatch.setitem(run.SECTIONS, "sheet", lambda _, path: path.write_bytes(b"picture"))
    kept = Store(tmp_path, "code")
    for expected in (1, 0):
        told = []
        run.work([case], kept, None, told.append)
        assert len(told) == expected
    kept.picture_path(case).unlink()
    run.work([case], kept, None, told.append)
    assert told == [case] and kept.picture_path(case).is_file()


# What is written


def row(slices, scale, taps, db, kernel="sparse", **more):
    return {"slices": slices, "scale": scale, "taps": taps, "kernel": kernel, "psnr_db": db,
            "flip": 0.05, **more}  # fmt: skip


def record(section, name, measured, **settings):
    case = {"section": section, "name": name, "settings": settings}
    return {"case": case, "measured": measured, "seconds": 1.0, "date": "2026-01-01", "code": "c"}


RECORDS = [
    record(
        "quality",
        "window 0 s",
        {
            "methods": [
                {"method": "none", "psnr_db": 20.0, "flip": 0.3},
                {"method": "high", "psnr_db": 35.0, "flip": 0.1, "flip_hdr": 0.2},
            ],
            "slices": [
                row(1, 1, [24, 8, 4], 26.0),
                row(3, 1, [24, 8, 4], 33.0, flip_hdr=0.25),
                row(8, 1, [24, 8, 4], 32.5),
                row(3, 1, [10, 5, 3], 31.0),
                row(3, 2, [24, 8, 4], 30.0),
            ],
        },
        scene="window",
    ),
    record("dense", "window 0 s", {"slices": [row(3, 1, [], 33.4, "dense")]}, scene="window"),
    record(
        "convergence", "window 0 s", {"views": [4, 8], "psnr_db": [30.0, 29.7], "truths_db": 40.0}
    ),
    record(
        "temporal",
        "window",
        [
            {"preset": preset, "method": method, "mean": mean, "median": 1.0, "largest": 2.0,
             "largest_frame": 7}
            for preset, method, mean in (
                ("default", SPARSE, 1.2e-3), ("default", DENSE, 1e-3),
                ("high", SPARSE, 0.9e-3), ("high", DENSE, 1e-3),
            )
        ],
    ),
    record(
        "stage",
        "window",
        [
            {"what": what, "median_ms": ms, "iqr_ms": 0.1}
            for what, ms in (
                (cost.STAGE, 12.0), (cost.GATHER, 10.0), (cost.EIGHT, 20.0), (cost.CASCADE, 10.0)
            )
        ],
    ),
]  # fmt: skip


def cells_of(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def test_the_table_of_slices_has_a_column_a_budget_and_dense_beside_its_own_slices():
    head, _, *rows = cells_of(tables.slices_table(RECORDS, "window"))
    assert head == ["scene, time, size, slices", "18 (10,5,3)", "36 (24,8,4)", "dense"]
    assert rows == [
        ["window 0 s, full size, 1", "–", "26.00 / 0.050", "–"],
        ["window 0 s, full size, 3", "31.00 / 0.050", "33.00 / 0.050 / 0.250", "33.40 / 0.050"],
        ["window 0 s, full size, 8", "–", "32.50 / 0.050", "–"],
        ["window 0 s, half size, 3", "–", "30.00 / 0.050", "–"],
    ]


@pytest.mark.parametrize(
    "make",
    [
        tables.methods_table,
        tables.convergence_table,
        tables.temporal_table,
        tables.stage_table,
        lambda records: tables.asked_table(figures(records)),
    ],
)
def test_every_table_is_rectangular(make):
    widths = {len(line) for line in cells_of(make(RECORDS))}
    assert len(widths) == 1 and len(cells_of(make(RECORDS))) > 2


def test_the_worst_case_decides_what_is_reached():
    found = {f.what.split(":")[0]: f for f in figures(RECORDS)}
    assert found["truth"].measured == pytest.approx(0.3) and found["truth"].reached is False
    motion = found["in motion"]
    assert (motion.measured, motion.where) == (pytest.approx(1.2), "window, default")
    stage = found["depth of field, `default`, / plain gather of 41 taps"]
    assert stage.measured == pytest.approx(1.2) and stage.reached
    assert found["light of a highlight"].measured is None
    assert found["light of a highlight"].reached is None


def quality_record(name, eight, **methods):
    rows = [{"method": method.replace("_", ", "), "psnr_db": db} for method, db in methods.items()]
    slices = [{"slices": 8, "scale": 1, "taps": [24, 8, 4], "psnr_db": eight}]
    measured = {"methods": rows, "slices": slices}
    return {"case": {"section": "quality", "name": name}, "measured": measured}


def test_floors_are_those_of_the_worst_scene_and_time():
    lights = quality_record(
        "string_lights 1 s", 33.5, gather=25.0, default=31.0, default_dense=32.5
    )
    late = quality_record("string_lights 6 s", 31.5, gather=20.0, default=29.5)
    found = {f.what: f for f in figures([lights, late])}
    assert found["string_lights, 8 slices, 36 taps"].measured == 33.5
    assert found["... above the single gather"].measured == 8.5
    default = found["`default`, every scene and time"]
    assert (default.measured, default.where, default.reached) == (29.5, "string_lights 6 s", False)
    assert found["`default`: what dense in the same slices has more"].measured == 1.5
    assert found["daylight, `default`"].measured is None


def test_the_summary_says_what_falls_short_and_where_more_is_worse():
    text = summary(RECORDS)
    assert "**Falls short** in 3 of 4: truth: change from N to 2 N views 0.30 dB" in text
    assert "8 slices above the single gather of the same taps, full size: 6.5 dB" in text
    assert "window 0 s, full size, 3 → 8: −0.50 dB" in text and "1 → 3" not in text
    assert "The dense kernel in the same slices against 36 sparse taps: +0.40 dB" in text
    assert "36 taps above 18, 2 slices and more: +2.00 dB" in text
    assert "Full size above half size, 2 slices and more: +3.00 dB" in text


def test_a_summary_of_little_says_little():
    assert summary(RECORDS[2:3]).count("\n") == 0


# The command


def test_script_bench_hands_its_options_on(tmp_path):
    for name, body in (("script/setup", ""), (".venv/bin/python", 'echo "$@" >>log')):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/bash\n{body}\n")
        (tmp_path / name).chmod(0o755)
    shutil.copy(ROOT / "script/bench", tmp_path / "script/bench")
    call = [tmp_path / "script/bench", "depth_of_field", "--quick", "--size", "64x36"]
    subprocess.run(call, check=True, capture_output=True)
    subprocess.run([tmp_path / "script/bench"], check=True, capture_output=True)
    calls = (tmp_path / "log").read_text().splitlines()
    assert calls[0] == "-m bench.depth_of_field --quick --size 64x36"
    assert calls[1:] == ["-m bench.gate"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--scenes", "window,moon"], "--scenes: 'moon', one or more of daylight,"),
        (["--size", "64"], "--size: '64', width and height"),
        (["--views", "0"], "--views: '0', a whole number from 1"),
        (["--times", "0,x"], "--times: 'x', a number expected"),
    ],
)
def test_options_that_cannot_be_are_refused(options, said, capsys):
    assert command.main(options) == 2
    assert said in capsys.readouterr().err


# With OpenGL


@pytest.fixture
def small_studio(ctx, monkeypatch):
    """The studio on the tests' own context, with a small bank in place of a baked one."""
    bank = lopsided_bank()
    monkeypatch.setattr(studio, "headless_context", lambda: ctx)
    monkeypatch.setattr(studio, "disk_bank", lambda taps: bank)


@pytest.mark.gl
def test_a_shot_is_blurred_as_the_renderer_does_it(small_studio):
    """Shots spare drawing the scene for each setting; what comes out must be the same."""
    made = studio.Studio()
    with made.renderer("daylight", (64, 36)) as renderer:
        want = render_frame(renderer, 1.0, "sparse")
    with made.shot("daylight", 1.0, (64, 36)) as shot:
        dof = DepthOfField(made.ctx, made.textures(), QUALITIES["high"].depth_of_field)
        got = shot.blurred(dof)
        dof.release()
    np.testing.assert_array_equal(got.linear, want.linear)
    np.testing.assert_array_equal(got.display, want.display)


@pytest.mark.gl
def test_every_preset_moves_with_its_own_bank(ctx, monkeypatch):
    monkeypatch.setattr(studio, "headless_context", lambda: ctx)
    monkeypatch.setattr(studio, "disk_bank", lambda taps: lopsided_bank(layers=taps))
    drawn = []

    def toned(renderer, time_s, blur):
        drawn.append((renderer.quality.depth_of_field.slices, blur, tuple(renderer.bank.layers)))
        return np.zeros((1, 1, 3)) if blur == "lens" else plain(renderer, time_s, blur)

    plain = temporal._toned
    monkeypatch.setattr(temporal, "_toned", toned)
    temporal.measure(studio.Studio(), "window", (64, 36), views=2, frames=2, fps=24)
    for preset in temporal.PRESETS:
        slices = QUALITIES[preset].depth_of_field.slices
        used = {(blur, taps) for n, blur, taps in drawn if n == slices and blur != "lens"}
        assert used == {(blur, PRESET_TAPS[preset]) for blur in ("sparse", "dense")}


@pytest.mark.gl
def test_a_quick_run_writes_a_whole_report_and_the_next_one_measures_nothing(
    small_studio, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(command, "QUICK", replace(QUICK, lines=(120, 160), frames=3))
    given = ["--quick", "--scenes", "window", "--size", "64x36", "--views", "4"]
    given += ["--out", str(tmp_path / "out"), "--cases", str(tmp_path / "cases")]
    assert command.main(given) == 0
    assert " s  quality, window 0 s" in capsys.readouterr().out
    text = (tmp_path / "out/report.md").read_text()
    content = json.loads((tmp_path / "out/report.json").read_text())
    assert text.startswith(
        "# Depth of field against the lens truth\n\n`script/bench depth_of_field"
    )
    sections = {case["case"]["section"] for case in content["cases"]}
    assert sections == set(run.SECTIONS) and content["not_run"] == []
    of_others = ("string_lights", "daylight", "... above")
    own = [f for f in content["figures"] if not f["what"].startswith(of_others)]
    assert len(own) > 6 and all(figure["measured"] is not None for figure in own)
    assert "\n![window](window.jpg)\n" in text and "\n## The stage alone\n" in text
    with Image.open(tmp_path / "out/window.jpg") as sheet:
        assert sheet.width > 5 * 64 and sheet.height > 2 * 36
    assert os.path.getsize(tmp_path / "out/window.jpg") < 1e6
    methods = {m["method"]: m for m in content["cases"][0]["measured"]["methods"]}
    plain = content["cases"][0]["measured"]["slices"][0]
    assert plain["slices"] == 1 and plain["psnr_db"] == methods["gather"]["psnr_db"]
    assert methods["none"]["psnr_db"] < methods["high"]["psnr_db"]
    assert command.main(given) == 0
    assert "quality" not in capsys.readouterr().out, "all cases are done"
