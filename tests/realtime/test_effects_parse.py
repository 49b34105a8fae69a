"""Effects as users write them."""

import math
from pathlib import Path

import pytest

from realtime.effects import EFFECTS, FieldBokeh, Foveated, Rotational, TiltShift
from realtime.effects.parse import make_effect, parse_effect
from realtime.errors import UsageError


@pytest.mark.parametrize("name", EFFECTS)
def test_a_name_alone_is_the_effect_as_it_is(name):
    for text in (name, f"{name}:", f" {name} : , "):
        asked = parse_effect(text)
        assert asked.moving.start == asked.moving.end == EFFECTS[name]()
        assert asked.banks == ()


def test_settings_are_numbers_and_points():
    asked = parse_effect("tilt-shift:middle=0.1/-0.25,angle=-20, radius=3e-2")
    assert asked.moving.start == TiltShift((0.1, -0.25), angle=-20, radius=0.03)
    assert asked.moving.end == asked.moving.start
    assert parse_effect("rotational:outer=inf").moving.start.outer == math.inf


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("tilt-shift:angle=0..20", TiltShift(angle=0), TiltShift(angle=20)),
        ("tilt-shift:angle=-20..-5.5", TiltShift(angle=-20), TiltShift(angle=-5.5)),
        ("tilt-shift:angle=20..-20", TiltShift(angle=20), TiltShift(angle=-20)),
        ("tilt-shift:angle=.5...5", TiltShift(angle=0.5), TiltShift(angle=0.5)),
        (
            "tilt-shift:middle=0.1/0.2..0.8/0.3,radius=0.01",
            TiltShift((0.1, 0.2), radius=0.01),
            TiltShift((0.8, 0.3), radius=0.01),
        ),
        (
            "foveated:gaze=-0.1/.2..1/-1,slope=0..0.1",
            Foveated((-0.1, 0.2), slope=0),
            Foveated((1, -1), slope=0.1),
        ),
    ],
)
def test_two_numbers_are_the_ends_of_a_way(text, start, end):
    moving = parse_effect(text).moving
    assert (moving.start, moving.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "banks"),
    [
        ("bank=a.safetensors", ["a.safetensors"]),
        ("bank=../r.x+/tmp/g.x+b..x", ["../r.x", "/tmp/g.x", "b..x"]),
        ("bank=a=b.x,angle=3", ["a=b.x"]),
        ("angle=3,bank=C:/a.x", ["C:/a.x"]),
        ("bank=a+b", ["a", "b"]),  # two: whoever applies them says that it cannot be
    ],
)
def test_banks_are_files(text, banks):
    asked = parse_effect(f"rotational:{text}")
    assert asked.banks == tuple(map(Path, banks))
    assert asked.moving.start == Rotational(angle=3 if "angle" in text else 6)


NAMES = ", ".join(EFFECTS)
TILT = "middle, angle, sharp, falloff, radius, bank"
PAIRS = "NAME:key=value,key=value expected. Change it"
POINT = "two numbers, such as 0.5/0.5, expected. Change it"
NUMBER = "a number expected. Change it"
REFUSED = {
    "": f"--effect: no effect '', one of {NAMES} expected. Change it",
    "tiltshift": f"--effect: no effect 'tiltshift', one of {NAMES} expected. "
    f"Did you mean tilt-shift?",
    "zzz:angle=3": f"--effect: no effect 'zzz', one of {NAMES} expected. Change it",
    "tilt-shift:raduis=3": f"--effect: tilt-shift: no setting 'raduis', one of {TILT} expected. "
    f"Did you mean radius?",
    "tilt-shift:zz=3": f"--effect: tilt-shift: no setting 'zz', one of {TILT} expected. Change it",
    "tilt-shift:angle": f"--effect: 'angle' in 'tilt-shift:angle', {PAIRS}",
    "tilt-shift:angle=": f"--effect: 'angle=' in 'tilt-shift:angle=', {PAIRS}",
    "tilt-shift:=3": f"--effect: '=3' in 'tilt-shift:=3', {PAIRS}",
    "tilt-shift:angle=1,angle=2": "--effect: angle twice in 'tilt-shift:angle=1,angle=2', "
    "once expected. Leave one out",
    "tilt-shift:angle=x": f"--effect: tilt-shift: angle: 'x', {NUMBER}",
    "tilt-shift:angle=nan": f"--effect: tilt-shift: angle: 'nan', {NUMBER}",
    "tilt-shift:angle=1/2": f"--effect: tilt-shift: angle: '1/2', {NUMBER}",
    "tilt-shift:angle=1..": f"--effect: tilt-shift: angle: '', {NUMBER}",
    "tilt-shift:angle=..1": f"--effect: tilt-shift: angle: '', {NUMBER}",
    "tilt-shift:angle=1..2..3": f"--effect: tilt-shift: angle: '2..3', {NUMBER}",
    "tilt-shift:middle=0.5": f"--effect: tilt-shift: middle: '0.5', {POINT}",
    "tilt-shift:middle=1/2/3": f"--effect: tilt-shift: middle: '1/2/3', {POINT}",
    "tilt-shift:middle=1/": f"--effect: tilt-shift: middle: '1/', {POINT}",
    "tilt-shift:middle=1/nan": f"--effect: tilt-shift: middle: '1/nan', {POINT}",
    "tilt-shift:middle=0/0..1": f"--effect: tilt-shift: middle: '1', {POINT}",
    "tilt-shift:bank=": f"--effect: 'bank=' in 'tilt-shift:bank=', {PAIRS}",
    "tilt-shift:bank=a+": "--effect: bank 'a+', a file, or three joined by +, expected. Change it",
    "tilt-shift:bank=a++b": "--effect: bank 'a++b', a file, or three joined by +, expected. "
    "Change it",
    "tilt-shift:angle=900": "tilt-shift: angle 900, a number from -360 to 360 expected. "
    "Change angle",
    "tilt-shift:angle=0..900": "tilt-shift: angle 900, a number from -360 to 360 expected. "
    "Change angle",
    "rotational:outer=inf..1": "rotational: outer moves from inf to 1, finite numbers expected of "
    "what moves. Change outer",
    "foveated:gaze=inf/0": "foveated: gaze (inf, 0.0), two fractions of the picture expected, "
    "such as 0.5/0.5. Change gaze",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_is_refused_in_words(text):
    with pytest.raises(UsageError) as caught:
        parse_effect(text)
    assert str(caught.value) == REFUSED[text]


def test_a_program_gives_numbers_and_pairs():
    """As a scene file has them; `where` is what messages begin with."""
    settings = {"middle": [0.2, 1], "swirl": 0.3, "radius": "0.1"}
    assert make_effect("field-bokeh", settings, "x.toml") == FieldBokeh((0.2, 1.0), 0.1, 0.3)
    for value, shown in ((None, "None"), ([1, 2], r"\[1, 2\]"), ({}, r"\{\}")):
        with pytest.raises(UsageError, match=rf"^x\.toml: lens: radius: {shown}, a number exp"):
            make_effect("lens", {"radius": value}, "x.toml")
