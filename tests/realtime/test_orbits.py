"""Symmetries found in taps, and what they are read as."""

import numpy as np
import pytest
from banks import lopsided_bank
from symmetric import head, layer_of, mixed_layer, orbit, symmetric_layer

from realtime.gl.orbits import MIRRORED, PAIR, SAME_PX, TAP, TURNED, Group, find_orbits

MIRRORS = (None, np.pi / 2, 0.0, 0.31234)  # none, upright, level, and one at no whole degree


def unfolded(found):
    """Orbits -> all their taps [N, A1, A0, 3] (dx, dy, weight), by the moves as the shader has."""
    moves = dict(found.group.kinds()) | {
        PAIR: np.array([np.eye(2), -np.eye(2)]), TAP: np.eye(2)[None]
    }  # fmt: skip
    taps = []
    for kind, offsets, weights in zip(found.kinds, found.offsets, found.weights, strict=True):
        taps += [np.concatenate([offsets @ m.T, weights[..., None]], -1) for m in moves[kind]]
    return np.array(taps)


def assert_same_taps(found, offsets, weights, atol=1e-5):
    """Each tap is there once, at every knot, in whatever order."""
    got = list(unfolded(found))
    assert len(got) == len(weights) == found.taps
    for tap in np.concatenate([offsets, weights[..., None]], axis=-1):
        off = [np.abs(other - tap).max() for other in got]
        assert min(off) <= atol
        del got[int(np.argmin(off))]


@pytest.mark.parametrize("mirror_rad", MIRRORS)
@pytest.mark.parametrize("turns", range(1, 13))
def test_every_group_is_found(turns, mirror_rad):
    offsets, weights = symmetric_layer(turns, mirror_rad, seed=turns)
    found = find_orbits(offsets, weights)
    assert_same_taps(found, offsets, weights)
    if mirror_rad is None:
        kind = {1: TAP, 2: TURNED}.get(turns, TURNED)
        assert found.kinds == (kind, kind) and found.group == Group(turns)
        return
    on_axis = TAP if turns == 1 else TURNED
    assert found.kinds == (MIRRORED, MIRRORED, on_axis) and found.group.turns == turns
    apart = np.pi / turns  # a group has that many axes
    away = (found.group.mirror_rad - mirror_rad + apart / 2) % apart - apart / 2
    assert abs(away) < (1e-4 if mirror_rad == MIRRORS[-1] else 1e-12)


def test_a_layer_of_every_kind():
    offsets, weights = mixed_layer()
    found = find_orbits(offsets, weights)
    assert found.kinds == (MIRRORED, TURNED, PAIR, TAP, TAP, TAP) and found.group.turns == 4
    assert_same_taps(found, offsets, weights)


def test_the_order_of_taps_does_not_matter():
    offsets, weights = mixed_layer()
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(weights))
        found = find_orbits(offsets[order], weights[order])
        assert found.kinds == find_orbits(offsets, weights).kinds
        assert_same_taps(found, offsets, weights)


def test_taps_without_symmetry_are_what_they_were():
    bank = lopsided_bank((24, 7), angles=(0.0, 1.0, 4.0))
    for offsets, weights in zip(bank.offsets, bank.weights, strict=True):
        found = find_orbits(offsets, weights)
        assert found.group == Group() and set(found.kinds) == {TAP}
        np.testing.assert_array_equal(found.offsets.astype("f4"), offsets)
        np.testing.assert_array_equal(found.weights.astype("f4"), weights)


@pytest.mark.parametrize("knot", [(0, 1), (2, 3), (1, 0)])
@pytest.mark.parametrize("what", ["dx", "dy", "weight"])
def test_one_tap_astray_at_one_knot_is_in_no_orbit_of_many(knot, what):
    """Of 12 taps of D3 the other orbit stays; the 6 of the broken one are found as they are."""
    offsets, weights = symmetric_layer(3, 0.5, heads=1)
    whole = find_orbits(offsets, weights)
    assert whole.kinds == (MIRRORED, TURNED)
    tap = np.argmax(np.abs(offsets - whole.offsets[0]).max(axis=(1, 2, 3)) > 0)
    if what == "weight":
        weights[(tap, *knot)] += 1e-5
    else:
        offsets[(tap, *knot, int(what == "dy"))] += 5 * SAME_PX
    broken = find_orbits(offsets, weights)
    assert len(broken.kinds) > len(whole.kinds)
    assert_same_taps(broken, offsets, weights)


def test_rounding_to_the_files_digits_is_evened_out():
    """A bank's offsets have four decimals; the mean of an orbit is nearer than its first tap."""
    rng = np.random.default_rng(3)
    exact = head(rng, (1, 4)) * 4
    offsets, weights = layer_of([orbit(exact, 5, np.pi / 2)], rng)
    found = find_orbits(offsets.round(4), weights)
    assert found.kinds == (MIRRORED,)
    assert_same_taps(found, offsets, weights, atol=2.5e-5)


def test_taps_in_one_place_are_not_taken_twice():
    """Three taps in the middle are no orbit of fewer; of four, two pairs of them are whole."""
    middle = np.zeros((4, 1, 4), complex)
    rng = np.random.default_rng(0)
    offsets, weights = layer_of([middle[:3], orbit(head(rng, (1, 4)), 4)], rng, equal=True)
    found = find_orbits(offsets, weights)
    assert found.taps == 7
    assert_same_taps(found, offsets, weights)


@pytest.mark.parametrize("turns", [4, 6, 12])
def test_quarter_turns_and_level_mirrors_are_exact(turns):
    quarter = Group(turns).rotations[turns // 4] if turns % 4 == 0 else Group(4).rotations[1]
    assert tuple(quarter) == (0.0, 1.0)
    assert Group(turns, 0.0).mirror.tolist() == [[1.0, 0.0], [0.0, -1.0]]
    assert Group(turns, np.pi / 2).mirror.tolist() == [[-1.0, 0.0], [0.0, 1.0]]
