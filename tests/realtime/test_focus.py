"""Autofocus: its curve against the closed form; and focus on an object by its name."""

import math

import numpy as np
import pytest

from realtime.errors import LensError, SceneError
from realtime.math3d import placement
from realtime.scene.camera import Camera
from realtime.scene.focus import Autofocus, middle_of
from realtime.scene.model import Material, Object
from realtime.scene.primitives import primitive


def pulled(steps_s, start_m=1.0, to_m=4.0, time_constant_s=0.2):
    """Focus distances while the target jumps from one distance to another."""
    focus = Autofocus(time_constant_s)
    focus.update(start_m, 0.0)
    return [focus.update(to_m, step) for step in steps_s]


def test_the_first_call_snaps_and_a_held_target_stays():
    focus = Autofocus(0.5)
    assert focus.update(3.0, 0.01) == 3.0
    assert focus.update(3.0, 0.4) == 3.0


def test_it_pulls_exponentially_in_dioptres():
    """From 1 to 1/4 dioptres: 1/4 + 3/4 · e^(-t / 0.2)."""
    got = pulled([0.05, 0.07, 0.3])
    times = np.cumsum([0.05, 0.07, 0.3])
    np.testing.assert_allclose(got, 1 / (0.25 + 0.75 * np.exp(-times / 0.2)), rtol=1e-12)


def test_the_frame_rate_makes_no_difference():
    fast, slow, uneven = pulled([0.01] * 36), pulled([0.12] * 3), pulled([0.3, 0.0, 0.06])
    assert fast[-1] == pytest.approx(slow[-1], rel=1e-9)
    assert fast[-1] == pytest.approx(uneven[-1], rel=1e-9)


@pytest.mark.parametrize(("start_m", "to_m"), [(1.0, 4.0), (4.0, 0.3), (2.0, math.inf)])
@pytest.mark.parametrize("step_s", [0.016, 3.0])
def test_it_never_overshoots_and_arrives(start_m, to_m, step_s):
    got = [start_m, *pulled([step_s] * 300, start_m, to_m)]
    way = np.diff(1 / np.array(got))
    assert (way * np.sign(1 / to_m - 1 / start_m) >= 0).all()
    assert got[-1] == to_m


def test_from_infinity_it_comes_back():
    got = pulled([0.2], math.inf, 2.0)
    assert got[0] == pytest.approx(2 / (1 - math.exp(-1)))


def test_no_smoothing_and_after_a_reset_it_jumps():
    assert pulled([0.0], time_constant_s=0) == [4.0]
    focus = Autofocus(9.0)
    focus.update(1.0, 0.1)
    focus.reset()
    assert focus.update(7.0, 0.1) == 7.0


@pytest.mark.parametrize("distance_m", [0.0, -2.0, math.nan, -math.inf])
def test_a_target_that_is_not_before_the_camera_is_refused_and_forgotten(distance_m):
    focus = Autofocus()
    focus.update(3.0, 0.1)
    with pytest.raises(LensError, match=r"autofocus target: \S+ m, a distance before the camera"):
        focus.update(distance_m, 0.1)
    assert focus.update(3.0, 0.1) == 3.0


def test_bad_times_are_refused():
    with pytest.raises(LensError, match="autofocus time_constant_s: -1, a finite number from 0"):
        Autofocus(-1.0)
    with pytest.raises(LensError, match="autofocus time_constant_s: nan"):
        Autofocus(math.nan)
    focus = Autofocus()
    with pytest.raises(LensError, match=r"autofocus dt_s: -0\.1, a time from 0 up expected"):
        focus.update(1.0, -0.1)


def cup(name, *place, scale=(1, 1, 1), turn=(0, 0, 0)):
    return Object(primitive("box"), Material(), placement(place, turn, scale), name=name)


OBJECTS = (cup("cup", 1, 2, 3, scale=(2, 4, 6)), cup("saucer", 5, 0, -1), cup("", 90, 0, 0))


def test_the_middle_is_that_of_the_box_round_all_of_a_name():
    assert middle_of(OBJECTS, "cup") == pytest.approx((1, 2, 3))
    parts = (*OBJECTS, cup("cup", 6, 2, 3, scale=(2, 2, 2)))
    assert middle_of(parts, "cup") == pytest.approx((3.5, 2, 3))  # from 0 to 7
    turned = (cup("cup", 0, 0, 0, scale=(2, 0.5, 0.5), turn=(0, 90, 0)), cup("cup", 0, 0, 9))
    assert middle_of(turned, "cup") == pytest.approx((0, 0, (9.5 - 1) / 2), abs=1e-5)


def test_distance_is_along_the_view_axis():
    camera = Camera((1, 1, 1), (1, 1, -4))
    assert camera.distance_to_m((7, -3, -2)) == pytest.approx(3)
    assert camera.distance_to_m((7, -3, 2)) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("objects", "name", "advice"),
    [
        (OBJECTS, "sauser", r"Did you mean saucer\?"),
        (OBJECTS, "zzz", "There are cup, saucer$"),
        (OBJECTS, "", "There are cup, saucer$"),
        (OBJECTS[2:], "cup", "No object has a name: give one, or a focus distance$"),
        (
            tuple(cup(f"no {n}", 0, 0, 0) for n in range(11)),
            "zzz",
            "There are no 0, .*no 6 and 3 more$",
        ),
    ],
)
def test_an_unknown_name_is_refused_and_near_ones_are_listed(objects, name, advice):
    with pytest.raises(SceneError, match=f"--focus-on: '{name}', the name of an object expected"):
        middle_of(objects, name, "--focus-on")
    with pytest.raises(SceneError, match=rf"^focus_on: .*\. {advice}"):
        middle_of(objects, name)
