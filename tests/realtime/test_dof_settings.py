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
    assert behind + front == slices and front >= 1
    assert slices < 2 or behind >= front
