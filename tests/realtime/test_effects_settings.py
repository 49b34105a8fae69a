"""Settings: what they may be, what is said of others, and how they reach the shaders."""

import dataclasses
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from banks import lopsided_bank
from effects import axis, kernel_bank, renamed

from realtime.bank import Bank
from realtime.effects import (
    EFFECTS,
    Directional,
    Effect,
    FieldBokeh,
    Foveated,
    LensField,
    Radial,
    Rotational,
    TiltShift,
    Uniform,
    UserMap,
)
from realtime.effects.animation import Moving
from realtime.effects.effect import UNLIMITED
from realtime.effects.stack import Applied
from realtime.effects.velocity import Velocity
from realtime.errors import BankError, UsageError
from realtime.resources import folder

SHADERS = folder("shaders")
FROM_0 = (-0.001, "a finite number from 0 up")
RANGES = {  # name of effect and setting -> a value out of range, and what is expected
    ("tilt-shift", "angle"): (361, "a number from -360 to 360"),
    ("tilt-shift", "sharp"): FROM_0,
    ("tilt-shift", "falloff"): (0, "a finite number from 1e-06 up"),
    ("tilt-shift", "radius"): FROM_0,
    ("rotational", "angle"): (180.5, "a number from 0 to 180"),
    ("rotational", "outer"): (-1, "a number from 0 up, or inf"),
    ("rotational", "feather"): FROM_0,
    ("radial", "amount"): (1.01, "a number from 0 to 1"),
    ("radial", "inner"): FROM_0,
    ("directional", "angle"): (-400, "a number from -360 to 360"),
    ("directional", "length"): FROM_0,
    ("field-bokeh", "radius"): FROM_0,
    ("field-bokeh", "swirl"): (0.96, "a number from 0 to 0.95"),
    ("field-bokeh", "cat_eye"): (-0.1, "a number from 0 to 1"),
    ("field-bokeh", "sharp"): FROM_0,
    ("field-bokeh", "falloff"): FROM_0,
    ("lens", "radius"): FROM_0,
    ("foveated", "fovea"): FROM_0,
    ("foveated", "slope"): FROM_0,
    ("foveated", "radius"): (-1, "a number from 0 up, or inf"),
    ("uniform", "radius"): FROM_0,
    ("uniform", "second"): (-2e9, "a finite number"),
}
POINTS = [
    ("tilt-shift", "middle"),
    ("rotational", "middle"),
    ("radial", "middle"),
    ("field-bokeh", "middle"),
    ("foveated", "gaze"),
]


def test_every_setting_is_in_these_tests():
    settings = {(name, f.name) for name, kind in EFFECTS.items() for f in dataclasses.fields(kind)}
    assert settings == {*RANGES, *POINTS}


def said(name: str, **settings) -> str:
    with pytest.raises(UsageError) as caught:
        EFFECTS[name](**settings)
    return str(caught.value)


@pytest.mark.parametrize(("name", "setting"), RANGES)
def test_a_setting_out_of_range_is_refused(name, setting):
    value, expected = RANGES[name, setting]
    for bad in (value, math.nan, -math.inf):
        want = f"{name}: {setting} {bad:g}, {expected} expected. Change {setting}"
        assert said(name, **{setting: bad}) == want
    for huge in (math.inf, 1e300):
        if "or inf" in expected:
            sent = EFFECTS[name](**{setting: huge}).uniforms()[f"u_{setting}"]
            assert sent == UNLIMITED  # infinity times 0 is NaN in the shader
        else:
            assert said(name, **{setting: huge}).startswith(f"{name}: {setting} {huge:g}, a ")


@pytest.mark.parametrize(("name", "setting"), POINTS)
@pytest.mark.parametrize(
    "bad", [(math.nan, 0.5), (0.5, math.inf), (-1e300, 0), (0.5,), (0.1, 0.2, 0.3)]
)
def test_a_point_that_is_none_is_refused(name, setting, bad):
    assert said(name, **{setting: bad}) == (
        f"{name}: {setting} {bad}, two fractions of the picture expected, such as 0.5/0.5. "
        f"Change {setting}"
    )
    EFFECTS[name](**{setting: (-3.0, 7.5)})  # outside the picture is no fault


def test_a_maps_settings_are_points():
    for name in ("gain", "bias", "origin"):
        with pytest.raises(UsageError, match=rf"^map: {name} \(nan, 1\), two fractions"):
            UserMap(None, **{name: (math.nan, 1)})


@pytest.mark.parametrize("kind", EFFECTS.values(), ids=EFFECTS)
def test_the_ends_of_every_range_can_be(kind):
    ends = {"falloff": 1e-6} | ({"falloff": 0} if kind is FieldBokeh else {})
    low = {f.name: ends.get(f.name, 0) for f in dataclasses.fields(kind) if f.type is float}
    kind(**low)
    high = {"swirl": 0.95, "cat_eye": 1, "amount": 1, "angle": 180}
    names = {f.name for f in dataclasses.fields(kind)}
    kind(**{name: value for name, value in high.items() if name in names})


ALL = {
    **EFFECTS,
    "map": UserMap,
    "velocity": Velocity,
}


def settings_of(kind: type[Effect]) -> Effect:
    texture = SimpleNamespace(components=4)
    return kind(texture) if kind in (UserMap, Velocity) else kind()


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_what_an_effect_sends_is_what_its_shader_declares(kind):
    """Uniforms that a bank of fewer axes has no use for are left out, so a typo would be silent."""
    effect = settings_of(kind)
    own = uniforms((SHADERS / "effects" / kind.shader).read_text())
    assert len(own) == len(set(own))
    assert {*effect.uniforms(), *effect.textures()} == set(own)
    assert not set(own) & set(uniforms((SHADERS / "inc/effect.glsl").read_text()))


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_every_setting_reaches_the_shader(kind):
    """Another value of any field is another value of some uniform."""
    effect = settings_of(kind)
    for field in dataclasses.fields(kind):
        if field.name in ("texture", "part"):
            continue
        value = getattr(effect, field.name)
        is_point = isinstance(value, tuple)
        other = tuple(0.3 + 0.1 * part for part in value) if is_point else 0.37
        assert dataclasses.replace(effect, **{field.name: other}).uniforms() != effect.uniforms()


def uniforms(source: str) -> list[str]:
    return re.findall(r"^uniform \w+ (\w+)", source, re.M)


def bank_of(*names: str) -> Bank:
    return renamed(lopsided_bank(angles=(0.0, 1.0) if len(names) > 1 else None), *names)


def kernels_of(*names: str) -> Bank:
    return kernel_bank(np.ones((1, 1), "f4"), *(axis(name, 0.0, 1.0) for name in names))


@pytest.mark.parametrize(
    ("effect", "names", "expected"),
    [
        (TiltShift(), ("radius", "bend"), "radius"),
        (TiltShift(), ("bend",), "radius"),
        (Rotational(), ("radius", "field"), "radius × bend or radius"),
        (Rotational(), ("bend", "radius"), "radius × bend or radius"),
        (Radial(), ("radius", "bend"), "radius"),
        (Directional(), ("clip",), "radius"),
        (FieldBokeh(), ("radius", "bend"), "radius × clip or radius"),
        (LensField(), ("radius",), "radius × field"),
        (LensField(), ("field", "radius"), "radius × field"),
        (Foveated(), ("radius", "clip"), "radius"),
        (Uniform(), ("bend", "clip"), "radius or radius × *"),
    ],
)
@pytest.mark.parametrize("at", [0, 2])
def test_banks_of_other_axes_are_refused(effect, names, expected, at):
    """Also where only one of three is wrong."""
    banks = [kernels_of(*effect.axes[0])] * 3 if at else [None]
    if effect.name == "uniform" and at:
        banks = [kernels_of("radius")] * 3
    banks[at] = kernels_of(*names)
    with pytest.raises(BankError) as caught:
        Applied(effect, tuple(banks))
    assert str(caught.value) == (
        f"{effect.name}: a bank of {' × '.join(names)}, one of {expected} expected. "
        f"Bake one, see diskblur-fit bake --help"
    )


def test_banks_of_the_effects_axes_are_taken():
    for kind in EFFECTS.values():
        for names in kind.axes:
            names = tuple("field" if name == "*" else name for name in names)
            Applied(kind(), (bank_of(*names),))
    for names in (("clip",), ("bend", "field")):
        Applied(UserMap(None), (bank_of(*names),))
    Applied(Uniform(), (bank_of("radius", "bend"),))


@pytest.mark.parametrize("count", [0, 2, 4])
def test_banks_are_one_or_three(count):
    with pytest.raises(BankError) as caught:
        Applied(TiltShift(), (bank_of("radius"),) * count)
    assert str(caught.value) == (
        f"tilt-shift: {count} banks, one or three (red, green, blue) expected. "
        f"Give one --bank, or three"
    )


START = TiltShift((0.1, 0.9), angle=-30, radius=0.01)
END = TiltShift((0.5, 0.1), angle=50, radius=0.03)


@pytest.mark.parametrize(
    ("time_s", "part"),
    [(0, 0), (1, 0.25), (4, 1), (5, 0.75), (8, 0), (9, 0.25), (12, 1), (-1, 0.25), (401, 0.25)],
)
def test_what_moves_goes_to_and_fro(time_s, part):
    effect = Moving(START, END, duration_s=4).at(time_s)
    assert effect.middle == pytest.approx((0.1 + 0.4 * part, 0.9 - 0.8 * part))
    assert effect.angle == pytest.approx(-30 + 80 * part)
    assert effect.radius == pytest.approx(0.01 + 0.02 * part)
    assert (effect.sharp, effect.falloff) == (START.sharp, START.falloff)


def test_what_has_no_duration_stays_at_its_start():
    for duration_s in (0.0, -1.0, math.nan):
        assert Moving(START, END, duration_s).at(3.0) is START
    assert Moving(START, START, 4.0).at(3.0) is START


def test_rounding_never_takes_a_setting_past_its_ends():
    """-359.7 + (360 - -359.7) is more than 360, which an angle may not be."""
    for low, high in ((-359.7, 360.0), (152.2, -360.0)):
        assert abs(low + (high - low)) > 360
        moving = Moving(TiltShift(angle=low), TiltShift(angle=high), 1.0)
        assert moving.at(1.0).angle == high and moving.at(0.0).angle == low


def test_ways_from_or_to_infinity_are_refused():
    for ends in ((math.inf, 0.5), (0.5, math.inf)):
        start, end = (Rotational(outer=outer) for outer in ends)
        with pytest.raises(UsageError) as caught:
            Moving(start, end, 4.0)
        assert str(caught.value) == (
            f"rotational: outer moves from {ends[0]:g} to {ends[1]:g}, finite numbers expected of "
            f"what moves. Change outer"
        )
    still = Rotational(angle=8, outer=math.inf)
    assert Moving(still, Rotational(angle=20), 4.0).at(2.0) == Rotational(angle=14)
