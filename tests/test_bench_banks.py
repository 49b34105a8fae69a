"""The banks of the benchmarks: each asks the command for what it can bake, once."""

import subprocess
from pathlib import Path

import pytest
from banks import lopsided_bank

from bench import banks
from fitter import cli
from fitter.bake import Request
from realtime.bank import write_bank


class Asked(Exception):
    """Raised in place of a fit, with the request."""


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """The commands that were run; each writes some bank."""
    found = []

    def run(command, check):
        assert check
        found.append(command)
        write_bank(Path(command[command.index("--out") + 1]), lopsided_bank())

    monkeypatch.setattr(banks, "FOLDER", tmp_path / "bench")
    monkeypatch.setattr(subprocess, "run", run)
    return found


def request_of(command, monkeypatch) -> Request:
    """What the command would fit."""

    def stop(request, arguments):
        raise Asked(request)

    monkeypatch.setattr(cli, "_baked", stop)
    assert command[1:3] == ["-m", "fitter"]
    with pytest.raises(Asked) as asked:
        cli.main(command[3:])
    return asked.value.args[0]


@pytest.mark.parametrize(
    ("build", "taps", "reach", "second", "knots"),
    [
        (banks.disk_bank, banks.AREA_TAPS[36], 32, None, 17),
        (banks.streak_bank, banks.LINE_TAPS[18], 32, None, 17),
        (banks.arc_bank, banks.ARC_TAPS[36], 32, ("bend", "rad", 6, 1.2), 15),
        (banks.cat_eye_bank, banks.AREA_TAPS[18], 24, ("clip", "of the radius", 5, 1), 15),
        (banks.lens_banks, banks.AREA_TAPS[36], 16, ("field", "of the half diagonal", 7, 1), 15),
    ],
)
def test_a_bank_is_asked_for_once_as_the_command_takes_it(
    commands, monkeypatch, build, taps, reach, second, knots
):
    first, again = build(taps), build(taps)
    lens = build is banks.lens_banks
    assert len(first) == len(again) == 3 if lens else first.taps == again.taps
    assert len(commands) == (3 if lens else 1)
    for command, channel in zip(commands, "rgb", strict=False):
        request = request_of(command, monkeypatch)
        assert request.plan.layers == taps
        assert (request.radii_px[0], request.radii_px[-1]) == (0, reach)
        assert len(request.radii_px) == knots
        assert (request.plan.turns == (0.0,)) == (build is banks.disk_bank)
        if second:
            values = request.second.values
            assert (*request.second.family.axis, len(values), values[-1]) == second
        if lens:
            assert request.second.family.channel == channel


def test_the_budgets_are_what_they_say():
    for table in (banks.LINE_TAPS, banks.ARC_TAPS, banks.AREA_TAPS):
        assert all(sum(layers) == budget for budget, layers in table.items())


def test_the_demos_disk_has_equal_weights(commands, monkeypatch):
    banks.disk_bank(banks.DEMO_TAPS, 8)
    request = request_of(commands[0], monkeypatch)
    assert request.plan.equal_weights
    assert request.radii_px[-1] == 8
