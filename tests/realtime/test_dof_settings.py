"""Settings of depth of field: what cannot be is refused by name."""

import pytest

from realtime.blur.settings import DepthOfFieldSettings
from realtime.errors import UsageError


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("slices", 0, "a whole number from 1 to 8"),
        ("slices", 9, "a whole number from 1 to 8"),
        ("scale", 3, "1 or 2"),
        ("fill", "all", "slices or focus"),
        ("precision", "double", "half or float"),
        ("settle", 0.0, "a number above 0, at most 1"),
        ("brightest", float("nan"), "a number above 0, or inf"),
        ("cuts_px", ((5.0,), ()), "2 behind and 1 in front"),
    ],
)
def test_what_cannot_be_is_refused(setting, value, expected):
    with pytest.raises(UsageError) as caught:
        DepthOfFieldSettings(**{"slices": 5, setting: value})
    assert str(caught.value) == (
        f"depth of field {setting}: {value}, {expected} expected. Change the setting {setting}"
    )


@pytest.mark.parametrize("slices", range(1, 9))
def test_slices_are_shared_out_to_both_sides(slices):
    behind, front = DepthOfFieldSettings(slices).sides
    assert behind + front == slices + (slices in (3, 4)) and front >= 1
    assert slices < 2 or behind >= front


@pytest.mark.parametrize(
    ("slices", "cuts_px", "sides"),
    [
        (3, ((4.0,), ()), (2, 1)),
        (3, ((4.0,), (5.0,)), (2, 2)),
        (4, ((4.0, 9.0), ()), (3, 1)),
        (4, ((4.0, 9.0), (5.0,)), (3, 2)),
        (5, ((4.0, 9.0), (5.0,)), (3, 2)),
    ],
)
def test_cuts_that_are_given_say_how_many_slices_a_side_has(slices, cuts_px, sides):
    assert DepthOfFieldSettings(slices, cuts_px=cuts_px).sides == sides
