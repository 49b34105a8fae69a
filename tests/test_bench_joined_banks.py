"""Two banks as one: at its knots each is what it was."""

import numpy as np
from banks import lopsided_bank, lopsided_lowrank

from bench.joined_banks import joined


def test_cascades_keep_their_knots_and_targets_stay_in_the_middle():
    small = lopsided_bank(radii=(0.0, 1.0, 2.5))
    large = lopsided_bank(radii=(2.0, 6.0), seed=5)
    both = joined(small, large)
    assert both.axes[0].knots == (0.0, 1.0, 2.5, 6.0)
    for radius, source in ((1.0, small), (2.5, small), (6.0, large)):
        for got, want in zip(both.cascade(radius), source.cascade(radius), strict=True):
            np.testing.assert_array_equal(got[0], want[0])
            np.testing.assert_array_equal(got[1], want[1])
    assert both.targets.shape[-1] == large.targets.shape[-1]
    edge = (large.targets.shape[-1] - small.targets.shape[-1]) // 2
    np.testing.assert_array_equal(both.targets[0, 2, edge:-edge, edge:-edge], small.targets[0, 2])
    np.testing.assert_array_equal(both.targets[0, 3], large.targets[0, 1])


def test_vectors_are_padded_alike():
    small, large = lopsided_lowrank(radii=(0.0, 2.0)), lopsided_lowrank(radii=(1.0, 6.0), seed=3)
    both = joined(small, large)
    assert both.axes[0].knots == (0.0, 2.0, 6.0)
    edge = (large.rows.shape[-1] - small.rows.shape[-1]) // 2
    np.testing.assert_array_equal(both.rows[:, 0, 1, edge:-edge], small.rows[:, 0, 1])
    np.testing.assert_array_equal(both.columns[:, 0, 2], large.columns[:, 0, 1])
