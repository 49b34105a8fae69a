"""Fits for renderers that turn the taps: terms seen at an angle, flat streaks, and the command."""

import numpy as np
import pytest
import torch

from fitter.bake import Request, bake
from fitter.cascade import Cascades
from fitter.chain import FRAMED, FRAMED_MEASURED, Chain, Plan
from fitter.cli import main
from fitter.quality import measure
from fitter.residual import Turned
from fitter.targets import Arc, Polygon, Star, Streak, half_size_px
from fitter.targets.family import turned
from fitter.ties import NONE, Symmetry, detect
from realtime.bank import read_bank

LAYERS = (5, 2)


@pytest.fixture
def cascade():
    """Taps without any symmetry, off the borders of pixels."""
    random = np.random.default_rng(1)
    weights = np.concatenate([part / part.sum() for part in (random.random(5), random.random(2))])
    offsets = random.uniform(-3, 3, (1, 7, 2))
    return Cascades(LAYERS, torch.tensor(offsets).float(), torch.tensor(weights[None]).float())


def terms_of(plan, neighbours=None):
    part = 1.0 if neighbours is None else 0.5
    return Chain(Star(3, rotation=10.0), (4.0,), plan).terms([0.0], 4.0, neighbours, part)


def test_a_turned_term_is_that_of_the_turned_taps_and_target(cascade):
    angle = 0.4
    plain = Chain(Star(3, rotation=10 + np.degrees(angle)), (4.0,), Plan(layers=LAYERS))
    want = plain.terms([0.0], 4.0)[0].cost(cascade.turned(angle))
    (term,) = terms_of(Plan(layers=LAYERS, turns=(angle,)))
    assert isinstance(term, Turned)
    torch.testing.assert_close(term.cost(cascade), want)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = cascade.offsets[0].double().numpy().T
    clockwise = np.stack((cos * x - sin * y, sin * x + cos * y), axis=1)
    np.testing.assert_allclose(cascade.turned(angle).offsets[0].numpy(), clockwise, atol=1e-6)


@pytest.mark.parametrize("mixed", [False, True])
def test_its_gradient_is_that_of_the_unknowns_before_the_turn(cascade, mixed):
    beside = Cascades(LAYERS, cascade.offsets.flip(1) * 0.7, cascade.weights) if mixed else None
    (term,) = terms_of(Plan(layers=LAYERS, turns=(0.4,)), beside)
    _, gradient, cost = term.normal_equations(cascade)
    torch.testing.assert_close(cost, term.cost(cascade))
    step = 1e-2  # px; float32 has no room for less
    for tap, axis in ((0, 0), (3, 1), (6, 1)):
        offsets = cascade.offsets.clone()
        costs = []
        for side in (step, -step):
            offsets[0, tap, axis] = cascade.offsets[0, tap, axis] + side
            costs.append(float(term.cost(Cascades(LAYERS, offsets, cascade.weights))))
        slope = (costs[0] - costs[1]) / (2 * step)
        assert 2 * float(gradient[0, axis * 7 + tap]) == pytest.approx(slope, rel=0.05, abs=2e-6)


def test_a_square_on_its_corner_fits_its_canvas():
    """Upright its reach is 0.7 of the radius; the terms' canvas must hold it at 45 degrees too."""
    square = Polygon(4, 45.0)
    chain = Chain(square, (40.0,), Plan(layers=LAYERS, turns=FRAMED))
    for term in chain.terms([0.0], 40.0):
        shape = turned(square, angle_of(term))
        half = half_size_px(shape, 40.0)
        assert term.on.n >= 2 * half + 1
        spectrum = (term.term if isinstance(term, Turned) else term).target[0]
        back = term.on.kernel(spectrum, half).numpy()
        np.testing.assert_allclose(back, shape.draw(40.0, half), atol=1e-6)


def angle_of(term):
    return term.angle_rad if isinstance(term, Turned) else 0.0


def test_middles_take_turns_at_the_angles(cascade):
    chain = Chain(Streak(), (4.0,), Plan(layers=LAYERS, turns=FRAMED))
    assert [angle_of(term) for term in chain.terms([0.0], 4.0)] == list(FRAMED)
    seen = [chain.terms([0.0], 3.0, cascade, 0.5) for _ in range(5)]
    assert [[angle_of(t) for t in terms] for terms in seen] == [[FRAMED[n % 3]] for n in range(5)]


@pytest.mark.parametrize(
    ("sources", "layers", "expected"),
    [
        ([Streak()], (9, 4), Symmetry(2, 0.0, flat=True)),
        ([Streak(rotation=90.0)], (9, 4), Symmetry(2, np.pi / 2, flat=True)),
        ([Streak(bias=0.5)], (9, 4), Symmetry(1, 0.0, flat=True)),
        ([Streak(rotation=20.0, bias=0.5)], (9, 4), NONE),
        ([Arc(0.0), Arc(0.6)], (8, 4), Symmetry(1, np.pi / 2)),
    ],
)
def test_light_on_one_line_wants_taps_on_it(sources, layers, expected):
    assert detect(sources, layers) == expected


@pytest.fixture(scope="module")
def banks():
    """The same streak, fitted upright and for any angle; taps free to leave the line or not."""
    radii, found = (0.0, 0.5, 1.5, 4.0, 9.0), []
    for turns in ((0.0,), FRAMED):
        plan = Plan(
            layers=(9, 4), seeds=3, seed_iterations=16, top_iterations=16, device="cpu",
            symmetry=Symmetry(2, 0.0, flat=True), turns=turns,
        )  # fmt: skip
        found.append(bake(Request(Streak(), radii, plan)))
    return found


def test_taps_of_a_flat_streak_stay_on_its_line_and_in_pairs(banks):
    for offsets in (o for bank in banks for o in bank.offsets):
        assert (offsets[..., 1] == 0).all()
        assert np.abs(offsets[..., 0]).max() > 0.5
        pairs = offsets[: len(offsets) // 2 * 2, 0, :, 0].reshape(-1, 2, 5)
        np.testing.assert_allclose(pairs[:, 0], -pairs[:, 1], atol=1e-5)


def test_a_framed_fit_is_better_where_it_is_turned(banks):
    """Measured at an angle that neither fit has seen, and at which neither was measured."""
    upright, framed = (
        [turned_db(bank, column) for column in (1, 2, 3)] for bank in banks
    )  # fmt: skip
    gain = np.subtract(framed, upright)
    assert gain.min() > 1
    assert gain[1:].min() > 6, "from radius 1.5 px on"
    assert min(framed) > 58


def turned_db(bank, column):
    offsets, weights = (np.concatenate([p[:, 0, column] for p in part]) for part in
                        (bank.offsets, bank.weights))  # fmt: skip
    cascade = Cascades(bank.layers, torch.tensor(-offsets)[None], torch.tensor(weights)[None])
    radius = bank.axes[0].knots[column]
    return measure(cascade, Streak(), radius, (np.radians(30.0),))["psnr_db"]


def test_a_framed_bank_says_so_and_is_measured_turned(banks):
    upright, framed = banks
    assert framed.target["fit"]["turns_deg"] == [0.0, 67.5, 45.0]
    assert "turns_deg" not in upright.target["fit"]
    offsets, weights = (
        np.concatenate([p[:, 0, 3] for p in part]) for part in (framed.offsets, framed.weights)
    )
    cascade = Cascades((9, 4), torch.tensor(-offsets)[None], torch.tensor(weights)[None])
    each = [measure(cascade, Streak(), 4.0, (turn,))["psnr_db"] for turn in FRAMED_MEASURED]
    mean = -10 * np.log10(np.mean(10 ** (-np.array(each) / 10)))
    assert framed.quality["knots"]["psnr_db"][3] == pytest.approx(mean, abs=0.02)
    assert each[0] != pytest.approx(each[1], abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "axis", "end"),
    [
        (("--shape", "arc", "--bends", "3"), ("bend", "rad"), 1.2),
        (("--shape", "arc", "--bends", "2", "--most-bend", "0.7"), ("bend", "rad"), 0.7),
        (("--shape", "cat-eye", "--clips", "2"), ("clip", "of the radius"), 1.0),
    ],
)
def test_the_command_bakes_bends_and_clips_for_any_frame(tmp_path, capsys, arguments, axis, end):
    out = tmp_path / "bank.safetensors"
    quick = ("--taps", "4,2", "--seeds", "1", "--knots", "3", "--max-radius", "3", "--framed")
    assert main(["bake", *arguments, *quick, "--out", str(out), "--quiet"]) == 0
    bank = read_bank(out)
    assert (bank.axes[1].name, bank.axes[1].unit) == axis
    assert bank.axes[1].knots[0] == 0
    assert bank.axes[1].knots[-1] == pytest.approx(end)
    assert len(bank.axes[1].knots) == int(arguments[3])
    assert main(["inspect", str(out), "--sheet", str(tmp_path / "sheet.png")]) == 0
    said = capsys.readouterr().out
    assert f"target   {arguments[1]}, rotation 0.0" in said
    assert f"radius 3 px, {axis[0]} {end:.3g} {axis[1]}" in said
    assert (tmp_path / "sheet.png").stat().st_size > 1000


def test_one_bend_or_clip_alone_is_a_shape(tmp_path):
    out = tmp_path / "eye.safetensors"
    eye = ("--shape", "cat-eye", "--clip", "0.4", "--rotate", "30", "--radius", "2")
    assert main(["bake", *eye, "--taps", "4", "--seeds", "1", "--out", str(out), "--quiet"]) == 0
    assert {"shape": "cat-eye", "clip": 0.4, "rotation": 30}.items() <= read_bank(
        out
    ).target.items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--shape", "arc", "--bends", "1"), "--bends: 1, 2 to 64 expected. Give another --bends"),
        (("--shape", "cat-eye", "--clips", "65"), "--clips: 65, 2 to 64 expected."),
        (("--shape", "disk", "--bends", "4"), "--bends: given with disk, only arc takes it."),
        (("--lens", "double-gauss", "--clips", "4"), "--clips: given with a lens, only cat-eye"),
        (("--shape", "arc", "--bends", "4", "--bend", "1"), "--bends and --bend: both given, one"),
        (("--shape", "arc", "--bends", "4", "--turn", "4"), "--turn and --bends: both given, one"),
        (("--shape", "arc", "--most-bend", "1"), "--most-bend: given without --bends. Add --bend"),
        (("--shape", "cat-eye", "--most-clip", "1"), "--most-clip: given without --clips."),
        (
            ("--shape", "arc", "--bends", "4", "--most-bend", "4"),
            "--most-bend: 4, rad, above 0 to 3.142 expected. Give another --most-bend",
        ),
        (
            ("--shape", "cat-eye", "--clips", "4", "--most-clip", "0"),
            "--most-clip: 0, of the radius, above 0 to 1 expected. Give another --most-clip",
        ),
        (("--shape", "arc", "--bend", "-1"), "--bend: -1, a number 0 to 3.14159 expected."),
        (("--shape", "cat-eye", "--clip", "nan"), "--clip: nan, a number 0 to 1 expected."),
        (("--shape", "disk", "--clip", "0.5"), "--clip: given with disk, only cat-eye take it."),
        (
            ("--shape", "disk", "--framed"),
            "disk: no rotation, a shape that can be turned expected. Leave --framed out",
        ),
        (("--shape", "star", "--turn", "4", "--framed"), "--turn and --framed: both given, one"),
        (
            ("--shape", "streak", "--framed", "--method", "paper"),
            "--framed: given with --method paper, only lm takes it. Leave it out",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, capsys, arguments, words):
    out = str(tmp_path / "x.safetensors")
    assert main(["bake", *arguments, "--max-radius", "4", "--out", out]) == 2
    said = capsys.readouterr().err
    assert said.startswith("diskblur-fit: " + words)
    assert said.count("\n") == 1
