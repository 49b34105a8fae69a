"""The profiling example, run as anybody runs it, and what docs/profiling.md shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from banks import lopsided_bank

from realtime.bank import write_bank
from realtime.blur.depth_of_field import DepthOfField, LensView
from realtime.blur.settings import DepthOfFieldSettings
from realtime.gl.targets import color_target
from realtime.scene.depth_mapping import DepthMapping
from realtime.scene.lens import Lens

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "examples" / "profile_post_process.py"
PASSES = ["my scene", "prepare", "slices", "cut", "blur behind", "blur front", "composite"]


@pytest.fixture
def bank(tmp_path) -> Path:
    path = tmp_path / "lopsided.safetensors"
    write_bank(path, lopsided_bank())
    return path


def run(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "error", SCRIPT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ)


@pytest.mark.gl
def test_the_program_prints_its_passes_and_writes_a_trace(ctx, bank, tmp_path):
    trace = tmp_path / "deep" / "t.json"
    done = run(bank, "--size", "60x40", "--frames", 4, "--trace", trace)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("4 frames, medians; times of passes: wall clock, each pass waited")
    table = dict(re.match(r"(.+?)  +([\d.]+) ", line).groups() for line in lines[4:13])
    assert list(table) == [*PASSES, "my tone mapping", "whole frame, wall clock"]
    read = json.loads(trace.read_text())
    frames = [e for e in read["traceEvents"] if (e["name"], e.get("tid")) == ("frame", 1)]
    assert len(frames) == 4
    assert read["otherData"]["size"] == "60x40" and "llvmpipe" in read["otherData"]["renderer"]


@pytest.mark.gl
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--frames", "1"), "--frames: 1, a number from 2 up expected. Change --frames"),
        (("--size", "48"), "--size: '48', width and height in px above 0 expected"),
        (("--frames", "2", "--size", "8x6", "--trace", "{bank}/t.json"), "{bank}/t.json: not writ"),
    ],
)
def test_what_the_user_can_mend_is_one_line(ctx, bank, options, message):
    done = run(bank, *(option.format(bank=bank) for option in options))
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"profile_post_process: {message.format(bank=bank)}")


@pytest.mark.gl
def test_what_the_document_shows_runs(ctx, tmp_path, monkeypatch, capsys):
    """Every Python block of docs/profiling.md's section for programs, one after the other."""
    text = (ROOT / "docs" / "profiling.md").read_text(encoding="utf-8")
    section = text.partition("## In your own program")[2].partition("\n## ")[0]
    blocks = re.findall(r"```python\n(.*?)```", section, re.S)
    assert len(blocks) == 3
    monkeypatch.chdir(tmp_path)
    color, out = (color_target(ctx, (60, 40), depth=True) for _ in range(2))
    color.framebuffer.clear(0.25, 0.5, 4.0, 1.0, depth=0.99)
    bank = lopsided_bank()
    names = {"ctx": ctx, "color": color.color, "depth": color.depth, "out": out.framebuffer}
    names["view"] = LensView(Lens(85.0, 1.4, 3.0), DepthMapping.perspective(0.3, 60.0))
    dofs = {
        "dof": DepthOfField(ctx, bank),
        "three": DepthOfField(ctx, bank),
        "eight": DepthOfField(ctx, bank, DepthOfFieldSettings(slices=8)),
    }
    drawn = []
    names |= dofs | {f"draw_{what}": lambda: drawn.append(1) for what in ("scene", "display")}
    for block in blocks:
        exec(block, names)
    assert len(drawn) == 200 and len(names["recording"]) == 100
    assert capsys.readouterr().out.startswith("100 frames, medians; times of passes: wall clock")
    read = json.loads((tmp_path / "trace.json").read_text())
    assert read["otherData"]["machine"] == "2 cores"
    for part in (*dofs.values(), color, out):
        part.release()
    assert ctx.error == "GL_NO_ERROR"
