"""Interpolation between knots, against an oracle written out tap by tap."""

import numpy as np
import pytest
from banks import RADII, lopsided_bank
from hypothesis import given
from hypothesis import strategies as st

from realtime.bank import Axis, Bank, BankError

ANGLES = (-0.5, 0.25, 2.0)  # 3 rows × 4 columns, unevenly spaced both ways


def oracle(bank: Bank, layer: int, tap: int, radius: float, angle: float) -> tuple:
    """One tap by hand: hold at the ends, walk to the knots, mix along one axis at a time."""

    def place(knots, value):
        value = min(max(value, knots[0]), knots[-1])
        for below in range(len(knots) - 1):
            if value <= knots[below + 1]:
                return below, (value - knots[below]) / (knots[below + 1] - knots[below])
        return 0, 0.0  # a single knot

    column, fx = place(bank.axes[0].knots, radius)
    row, fy = place(bank.axes[1].knots if len(bank.axes) > 1 else (0.0,), angle)

    def at(array, row):
        left = array[tap, row, column].astype(np.float64)
        if fx == 0:
            return left
        return left + fx * (array[tap, row, column + 1].astype(np.float64) - left)

    def mixed(array):
        top = at(array, row)
        return top if fy == 0 else top + fy * (at(array, row + 1) - top)

    return mixed(bank.offsets[layer]), mixed(bank.weights[layer])


def assert_is_the_oracles(bank: Bank, radius: float, angle: float = 0.0) -> None:
    values = (radius, angle)[: len(bank.axes)]
    cascade = bank.cascade(*values)
    assert [len(w) for _, w in cascade] == list(bank.layers)
    for layer, (offsets, weights) in enumerate(cascade):
        assert offsets.dtype == weights.dtype == np.float32
        assert offsets.shape == (bank.layers[layer], 2)
        for tap in range(bank.layers[layer]):
            want = oracle(bank, layer, tap, radius, angle)
            np.testing.assert_allclose(offsets[tap], want[0], atol=2e-6)
            np.testing.assert_allclose(weights[tap], want[1], atol=1e-6)


@given(radius=st.floats(-3, 9), angle=st.floats(-2, 4))
def test_two_axes_are_interpolated_bilinearly(radius, angle):
    assert_is_the_oracles(lopsided_bank(angles=ANGLES), radius, angle)


@given(radius=st.floats(-3, 9))
def test_one_axis_is_interpolated_linearly(radius):
    assert_is_the_oracles(lopsided_bank(), radius)


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("column", range(4))
def test_a_knot_gives_its_own_taps_exactly(row, column):
    bank = lopsided_bank(angles=ANGLES)
    for layer, (offsets, weights) in enumerate(bank.cascade(RADII[column], ANGLES[row])):
        np.testing.assert_array_equal(offsets, bank.offsets[layer][:, row, column])
        np.testing.assert_array_equal(weights, bank.weights[layer][:, row, column])


@pytest.mark.parametrize(
    ("values", "row", "column"),
    [((-9, -9), 0, 0), ((99, -9), 0, 3), ((-9, 99), 2, 0), ((np.inf, np.inf), 2, 3)],
)
def test_outside_the_knots_the_nearest_holds(values, row, column):
    bank = lopsided_bank(angles=ANGLES)
    for layer, (offsets, weights) in enumerate(bank.cascade(*values)):
        np.testing.assert_array_equal(offsets, bank.offsets[layer][:, row, column])
        np.testing.assert_array_equal(weights, bank.weights[layer][:, row, column])


@given(radius=st.floats(0, 6), angle=st.floats(-0.5, 2))
def test_weights_sum_to_one_between_the_knots_too(radius, angle):
    for _, weights in lopsided_bank(angles=ANGLES).cascade(radius, angle):
        assert weights.sum() == pytest.approx(1, abs=1e-3)


def test_one_knot_holds_everywhere():
    bank = lopsided_bank(radii=(4.0,))
    for radius in (-1, 0, 4, 50):
        np.testing.assert_array_equal(bank.cascade(radius)[0][0], bank.offsets[0][:, 0, 0])


def test_an_axis_places_values_between_its_knots():
    axis = Axis("radius", "px", RADII)  # 0, 1, 2.5, 6
    assert axis.place(0) == (0, 0)
    assert axis.place(0.25) == (0, 0.25)
    assert axis.place(1.75) == pytest.approx((1, 0.5))
    assert axis.place(5.65) == pytest.approx((2, 0.9))
    assert axis.place(6) == (2, 1)
    assert axis.place(-1) == (0, 0)
    assert axis.place(1e9) == (2, 1)


def test_too_few_or_too_many_values_are_a_mistake_of_the_caller():
    with pytest.raises(TypeError, match=r"cascade\(\) takes 2 values, 1 given"):
        lopsided_bank(angles=ANGLES).cascade(3)
    with pytest.raises(TypeError, match=r"cascade\(\) takes 1 values, 2 given"):
        lopsided_bank().cascade(3, 0)


def test_facts_about_a_bank():
    bank = lopsided_bank(angles=ANGLES)
    assert (bank.layers, bank.taps, bank.grid) == ((5, 3), 8, (3, 4))
    assert lopsided_bank().grid == (1, 4)
    assert (bank.axis("radius"), bank.axis("angle")) == (0, 1)
    with pytest.raises(BankError, match=r"its axes are radius, angle, one called field is needed"):
        bank.axis("field")


def test_reach_is_the_sum_of_the_layers_farthest_taps_at_the_worst_knot():
    offsets = [np.zeros((2, 1, 3, 2), np.float32) for _ in range(2)]
    offsets[0][1, 0, 1, 0], offsets[1][0, 0, 1, 1] = -4, 2.5  # knot 1: 4 + 2.5
    offsets[0][0, 0, 2, 1] = 6  # knot 2: 6 + 0
    weights = (np.full((2, 1, 3), 0.5, np.float32),) * 2
    bank = Bank((Axis("radius", "px", (0, 1, 2)),), tuple(offsets), weights)
    assert bank.reach_px == 6.5
