"""The fitter process: what is said to it and what it answers; one real process for all tests."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from fitter.chain import Plan
from fitter.cli import main
from fitter.serving.protocol import Ask, Cancel, RequestError, Stage, parse
from realtime.bank import read_bank

QUICK = {"taps": [5, 3], "knots": 4, "seeds": 2, "sweeps": 0, "seed_iterations": 8}
QUICK |= {"top_iterations": 8, "knot_iterations": 4}
LONG = {"taps": [32, 16, 16], "knots": 64, "seeds": 64, "seed_iterations": 256}
PATIENCE_S = 60.0


class Fitter:
    """`diskblur-fit serve` and its answers as they come."""

    def __init__(self, *options):
        command = [sys.executable, "-m", "fitter", "serve", *options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        self.answers = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.answers.put(json.loads(line))

    def send(self, line):
        text = line if isinstance(line, str) else json.dumps(line)
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def next(self, *, of=None, without=("progress",)):
        """The next answer that is no progress, of one request."""
        while True:
            answer = self.answers.get(timeout=PATIENCE_S)
            if answer.get("id") == of and not any(key in answer for key in without):
                return answer

    def cpu_s(self):
        """What the process has worked so far: a busy machine lends it turns, and adds nothing."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")  # user and system

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=PATIENCE_S)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def fitter():
    fitter = Fitter()
    ready = fitter.answers.get(timeout=PATIENCE_S)
    assert ready["ready"] is True and ready["protocol"] == 1
    yield fitter
    assert fitter.close() == 0


@pytest.fixture
def ask(tmp_path):
    """Make a request of a drawing, by default an L: upright and unmirrored, or visibly not."""
    drawing = np.zeros((21, 21), "f4")
    drawing[2:19, 3:7] = drawing[14:19, 3:18] = 1

    def make(id_, kernel=drawing, stages=(QUICK,), radius=8, **more):
        path = tmp_path / f"{id_}.npy"
        np.save(path, kernel)
        request = {"id": id_, "kernel": str(path), "max_radius_px": radius, "stages": list(stages)}
        return request | {"out": str(tmp_path)} | more

    return make


def light_of(bank):
    """Where the widest cascade puts a point's light: [N, 2] px and its shares, exactly."""
    at, share = np.zeros((1, 2)), np.ones(1)
    for offsets, weights in bank.cascade(bank.axes[0].knots[-1]):
        at = (at[:, None] - offsets).reshape(-1, 2)  # a gather's offsets are the PSF's negated
        share = np.outer(share, weights).ravel()
    return at, share


def test_stages_come_one_by_one_as_banks(fitter, ask, tmp_path):
    fitter.send(ask(1, stages=(QUICK, QUICK | {"taps": [6, 3], "knots": 5})))
    progress = fitter.next(of=1, without=())
    assert progress == {"id": 1, "stage": 0, "progress": 0.0}
    first, second = fitter.next(of=1), fitter.next(of=1)
    assert (first["stage"], second["stage"]) == (0, 1)
    assert 0 < first["seconds"] < second["seconds"]
    banks = [read_bank(answer["bank"]) for answer in (first, second)]
    assert [bank.layers for bank in banks] == [(5, 3), (6, 3)]
    assert [bank.grid for bank in banks] == [(1, 4), (1, 5)]
    assert banks[0].axes[0].knots[-1] == 8 and banks[0].targets is not None
    assert first["quality"] == dict(banks[0].quality)
    assert first["quality"]["knots"]["psnr_db"][-1] > 30
    at, share = light_of(banks[1])
    mean = share @ at
    assert mean[0] < -0.8 and mean[1] > 0.5  # an L: more light on the left and at the bottom
    assert not list(tmp_path.glob(".*")), "nothing half written stays"


def test_same_as_bake(fitter, ask, tmp_path):
    """The full effort is the Plan's own, thus the bank is that of `diskblur-fit bake`."""
    request = ask(2, stages=({"taps": [5, 3], "knots": 4},))
    fitter.send(request)
    served = read_bank(fitter.next(of=2)["bank"])
    out = tmp_path / "baked.safetensors"
    baked = ["bake", "--image", request["kernel"], "--max-radius", "8", "--knots", "4"]
    assert main([*baked, "--taps", "5,3", "--quiet", "--out", str(out)]) == 0
    for one, other in zip(served.offsets, read_bank(out).offsets, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


@pytest.mark.parametrize("how", ["cancel", "another request"])
def test_what_runs_stops_promptly(fitter, ask, how):
    id_ = f"long-{how[:3]}"
    fitter.send(ask(id_, stages=(LONG,), radius=32))
    fitter.next(of=id_, without=())  # it runs
    time.sleep(0.3)  # in the middle of the seeds' fit
    began_s = fitter.cpu_s()
    fitter.send({"cancel": id_} if how == "cancel" else ask("next"))
    assert fitter.next(of=id_) == {"id": id_, "cancelled": True}
    assert fitter.cpu_s() - began_s < 0.8  # 0.1 s as a rule; all of it would take minutes
    if how != "cancel":
        assert "bank" in fitter.next(of="next")


def test_a_request_that_waits_is_dropped_for_the_next(fitter, ask):
    lines = [json.dumps(ask(f"queued-{n}", stages=(LONG if n < 2 else QUICK,))) for n in range(3)]
    fitter.send("\n".join(lines))  # at once: the first may run, the second never gets to
    assert fitter.next(of="queued-1") == {"id": "queued-1", "cancelled": True}
    assert "bank" in fitter.next(of="queued-2")


def one_pixel():
    drawing = np.zeros((21, 21), "f4")
    drawing[4, 9] = 1
    return drawing


BAD_DRAWINGS = {
    "blank": (np.zeros((21, 21), "f4"), "all 441 pixels are 0, some light expected. Draw"),
    "one-pixel": (one_pixel(), "1 lit px, all of the light within one pixel at radius 8 px"),
    "nan": (np.full((5, 5), np.nan, "f4"), "nan at row 0, column 0, finite values expected"),
    "negative": (np.full((5, 5), -1, "f4"), "-1 at row 0, column 0, no negative values"),
    "tiny": (np.ones((2, 2), "f4"), "2 × 2 px, at least 3 a side expected. Draw on a larger"),
    "huge": (np.zeros((1, 16385), "f4"), "1 × 16385 px, at most 16384 a side expected"),
}


@pytest.mark.parametrize("name", BAD_DRAWINGS)
def test_bad_drawings_are_answered_and_the_process_goes_on(fitter, ask, name):
    kernel, expected = BAD_DRAWINGS[name]
    fitter.send(ask(name, kernel=kernel))
    assert expected in fitter.next(of=name)["error"]
    fitter.send(ask(f"{name}-after"))
    assert "bank" in fitter.next(of=f"{name}-after")


def test_a_drawing_that_is_not_there_and_a_folder_that_cannot_be(fitter, ask, tmp_path):
    fitter.send(ask("lost", kernel=np.ones((5, 5))) | {"kernel": str(tmp_path / "no.npy")})
    assert "no.npy: cannot be read" in fitter.next(of="lost")["error"]
    (tmp_path / "file").write_text("in the way")
    fitter.send(ask("shut", out=str(tmp_path / "file" / "out")))
    assert "not written" in fitter.next(of="shut")["error"]


def test_lines_that_are_no_requests(fitter, ask):
    fitter.send("not JSON")
    assert "'not JSON', a JSON object expected" in fitter.next(of=None)["error"]
    fitter.send({"id": "few", "kernel": "k.npy"})
    assert "max_radius_px: None, px above 0" in fitter.next(of="few")["error"]


STAGES = [{"taps": [3], "knots": 2}]
GOOD = {"id": 1, "kernel": "k.npy", "max_radius_px": 8, "stages": STAGES, "out": "o"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": "../x"}, "id: '../x', a number from 0 or up to 64 letters"),
        ({"id": True}, "id: True"),
        ({"kernel": 3}, "kernel: 3, a path expected"),
        ({"max_radius_px": float("nan")}, "max_radius_px: nan, px above 0 and up to 128"),
        ({"max_radius_px": 129}, "max_radius_px: 129"),
        ({"stages": []}, "stages: [], 1 to 8 stages expected"),
        ({"stages": [3]}, "stages[0]: 3, a JSON object expected"),
        ({"stages": [{"taps": [0], "knots": 2}]}, "stages[0].taps: [0], 1 to 8 layers"),
        ({"stages": [{"taps": [3], "knots": 1}]}, "stages[0].knots: 1, a whole number from 2"),
        ({"stages": [STAGES[0] | {"seeds": 0}]}, "stages[0].seeds: 0, a whole number from 1"),
        ({"stages": [STAGES[0] | {"blades": 5}]}, "stages[0]: 'blades', one of knot_iterations"),
        ({"colour": 3}, "request: 'colour', one of id, kernel"),
    ],
)
def test_refused_requests(change, expected):
    with pytest.raises(RequestError) as raised:
        parse(json.dumps(GOOD | change))
    assert expected in str(raised.value)


def test_parsed_requests():
    ask = parse(json.dumps(GOOD | {"stages": [{"taps": [3, 2], "knots": 2, "sweeps": 0}]}))
    assert isinstance(ask, Ask) and ask.stages == (Stage((3, 2), 2, sweeps=0),)
    assert ask.stages[0].effort == {"sweeps": 0}
    assert Stage((3,), 2, seeds=4, middles=1).effort == {"seeds": 4, "between": (1 / 2,)}
    assert Stage((3,), 2, middles=0).effort == {"between": ()}
    assert Plan(**Stage((3,), 2, middles=2).effort) == Plan(), "two are the Plan's own"
    assert parse('{"cancel": "a"}') == Cancel("a")


def test_it_ends_with_its_input_even_mid_fit(ask):
    fitter = Fitter()
    fitter.send(ask("left", stages=(LONG,), radius=32))
    fitter.next(of="left", without=())
    assert fitter.close() == 0


def test_bad_options(capsys):
    assert main(["serve", "--threads", "0"]) == 2
    assert "--threads: 0, 1 to 256 expected" in capsys.readouterr().err
