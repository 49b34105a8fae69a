"""Targets at the edge of what there is: they fit, or say why not; nothing is ever NaN."""

import numpy as np
import pytest

from fitter.bake import Request, bake
from fitter.chain import Plan
from fitter.cli import main
from fitter.errors import FitError
from fitter.knots import radius_knots
from fitter.targets import Picture
from realtime.bank import read_bank

QUICK = Plan(layers=(8, 4), seeds=3, seed_iterations=20, top_iterations=10, device="cpu")


def drawn(name):
    light = np.zeros((25, 33))
    if name == "a single pixel, off the centre":
        light[4, 27] = 1
    elif name == "a line one pixel wide":
        light[12, 3:30] = 1
    elif name == "two far dots":
        light[2, 3] = light[22, 30] = 1
    elif name == "almost no light":
        light[5:9, 6:20] = 1e-300
    elif name == "a fine hook":
        light[2:20, 8] = light[19, 8:16] = light[14:20, 15] = 1
    elif name == "one column":
        return Picture(np.ones((25, 1)), name)
    return Picture(light, name)


NAMES = (
    "a single pixel, off the centre", "a line one pixel wide", "two far dots", "almost no light",
    "a fine hook", "one column",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_odd_kernels_fit_at_every_radius(name):
    source = drawn(name)
    bank = bake(Request(source, radius_knots(source, 12.0, 5), QUICK))
    for offsets, weights in zip(bank.offsets, bank.weights, strict=True):
        assert np.isfinite(offsets).all()
        assert np.isfinite(weights).all()
    assert np.isfinite(bank.quality["knots"]["psnr_db"]).all()
    assert bank.quality["knots"]["psnr_db"][-1] > 40


@pytest.mark.parametrize("layers", [(1,), (2, 1), (1, 1, 1)])
def test_a_single_tap_is_put_where_most_light_is(layers):
    source = drawn("a fine hook")
    bank = bake(Request(source, (6.0,), Plan(layers=layers, seeds=2, device="cpu")))
    assert np.isfinite(bank.quality["knots"]["psnr_db"]).all()
    assert bank.reach_px < 12


@pytest.mark.parametrize(
    ("light", "words"),
    [
        (np.zeros((3, 4)), "all 12 pixels are 0, some light expected"),
        (np.array([[1.0, np.nan]]), "nan at row 0, column 1, finite values expected"),
        (np.array([[1.0], [-0.5]]), r"-0.5 at row 1, column 0, no negative values expected"),
        (np.zeros((0, 3)), "0 × 3, rows × columns of at least one pixel expected"),
    ],
)
def test_what_is_no_kernel_is_refused(light, words):
    with pytest.raises(FitError, match=words):
        Picture(light, "kernel")


def test_a_4096_px_picture_is_scaled_down(tmp_path):
    light = np.zeros((4096, 300), np.float32)
    light[:2000, 100:200] = 1
    np.save(tmp_path / "k.npy", light)
    arguments = ["--image", str(tmp_path / "k.npy"), "--radius", "12", "--taps", "8,4", "--quiet"]
    assert main(["bake", *arguments, "--seeds", "2", "--out", str(tmp_path / "k")]) == 0
    assert read_bank(tmp_path / "k").quality["knots"]["psnr_db"][0] > 45


def test_an_interrupted_bake_leaves_the_old_file_and_no_half(tmp_path, capsys, monkeypatch):
    """At each step in turn, the last one after everything is measured."""
    out = tmp_path / "bank.safetensors"
    out.write_text("old")
    arguments = ["--shape", "disk", "--max-radius", "3", "--knots", "4", "--taps", "4,2"]
    for last in ("2 seeds", "radius 3 px", "sweep: radius 0 px", "measured"):
        seen = []

        def interrupt(self, done, last=last, seen=seen):
            seen.append(done)
            if done == last:
                raise KeyboardInterrupt

        monkeypatch.setattr("fitter.cli._Bar.step", interrupt)
        assert main(["bake", *arguments, "--seeds", "2", "--out", str(out)]) == 130
        assert seen[-1] == last
        assert "interrupted; nothing was written" in capsys.readouterr().err
        assert out.read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == [out.name]
