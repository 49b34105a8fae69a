"""Motion blur and its truth from the command line."""

import json

import numpy as np
import pytest
from arcs import arc_bank
from banks import disc_bank, lopsided_bank

from realtime.bank import write_bank
from realtime.blur.choices import own_blur
from realtime.cli import main
from realtime.cli.compare import truth_for
from realtime.errors import UsageError

SCENE = """
[lens]
focal_length_mm = 30
[sky]
zenith = [0.1, 0.2, 0.4]
[[camera.key]]
position_m = [0, 0, 5]
target_m = [0, 0, 0]
[[object]]
primitive = "box"
scale = [3.0, 0.5, 0.1]
emissive = [2, 1, 0.5]
spin = { axis = [0, 0, 1], turns_per_second = 6 }
"""
SMALL = ("--size", "60x40", "--samples", "4")


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wheel.toml").write_text(SCENE, encoding="utf-8")
    write_bank(tmp_path / "arcs.safetensors", arc_bank(12))
    write_bank(tmp_path / "disc.safetensors", disc_bank())
    write_bank(tmp_path / "other.safetensors", lopsided_bank(angles=(0.0, 1.0)))


def render(*flags, out="out.npy"):
    code = main(["render", "wheel.toml", *SMALL, *flags, "--out", out])
    return np.load(out) if code == 0 else code


@pytest.mark.gl
def test_the_truth_needs_no_bank_and_motion_comes_near_it(files):
    sharp = render("--blur", "none")
    truth = render("--blur", "shutter", "--exposures", "40")
    got = render("--blur", "motion", "--bank", "arcs.safetensors")
    assert np.abs(got - truth).mean() < 0.25 * np.abs(sharp - truth).mean()
    own = render("--bank", "arcs.safetensors")
    np.testing.assert_array_equal(own, got)


@pytest.mark.gl
def test_the_angle_and_the_frame_rate_say_how_long_the_shutter_is_open(files):
    motion = ("--blur", "motion", "--bank", "arcs.safetensors")
    np.testing.assert_array_equal(
        render(*motion, "--shutter-angle", "90", "--fps", "12"),
        render(*motion, "--shutter-angle", "180"),
    )
    sharp = render("--blur", "none")
    np.testing.assert_array_equal(render(*motion, "--shutter-angle", "0"), sharp)


@pytest.mark.gl
def test_a_video_shows_time_going_on(files, capsys):
    motion = ("--blur", "motion", "--bank", "arcs.safetensors", "--frames", "3")
    assert main(["render", "wheel.toml", *SMALL, *motion, "--out", "wheel.mp4"]) == 0
    assert "wrote wheel.mp4" in capsys.readouterr().out


@pytest.mark.gl
def test_compare_measures_motion_against_the_shutter(files, capsys):
    flags = ("--bank", "arcs.safetensors", "--exposures", "40", "--json", "--sheet", "s.png")
    assert main(["compare", "wheel.toml", *SMALL, *flags]) == 0
    facts = json.loads(capsys.readouterr().out)
    scores = {score["blur"]: score["psnr_db"] for score in facts["scores"]}
    assert facts["exposures"] == 40 and "views" not in facts
    assert scores["motion"] > scores["none"] + 5
    assert main(["compare", "wheel.toml", *SMALL, *flags[:4], "--blur", "motion"]) == 0
    assert "against 40 exposures of the shutter" in capsys.readouterr().out


def test_each_method_has_its_truth():
    assert truth_for(("none", "sparse")) == "lens"
    assert truth_for(("none", "motion")) == "shutter"
    with pytest.raises(
        UsageError, match=r"--blur: motion beside dense, methods of one truth expected. Compare"
    ):
        truth_for(("motion", "none", "dense"))


def test_a_bank_of_bends_is_for_motion():
    assert own_blur(arc_bank(4)) == "motion"
    assert own_blur(disc_bank()) == "sparse"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--blur", "motion"), "--bank: none given, a bank file expected for this blur"),
        (
            ("--blur", "motion", "--bank", "other.safetensors"),
            "velocity: a bank of radius × angle, one of radius × bend or radius expected",
        ),
        (
            ("--blur", "none", "--shutter-angle", "400"),
            "shutter angle_deg: 400, 0 to 360 expected. Change the shutter",
        ),
        (("--blur", "none", "--shutter-angle", "x"), "--shutter-angle: 'x', a number expected"),
        (("--blur", "shutter", "--exposures", "0"), "--exposures: '0', a whole number from 1"),
        (
            ("--blur", "motion", "--bank", "arcs.safetensors", "--show", "coc"),
            "--show: 'coc' with --blur motion, one of sparse",
        ),
    ],
)
@pytest.mark.gl
def test_a_mistake_is_named_and_exits_with_2(files, capsys, flags, message):
    assert render(*flags) == 2
    assert message in capsys.readouterr().err
