"""The blur alone: every entry blurs the same picture, and so does what it is measured beside."""

import numpy as np
import pytest
from banks import cascade_blur, dense_blur, lopsided_bank
from gl_probe import Objects
from images import lopsided_image

from realtime.bank import Bank
from realtime.measure.contenders import contenders_of
from realtime.measure.stage import Stage
from realtime.measure.sweep import Point, resized, sweep

pytestmark = pytest.mark.gl
SIZE = (37, 29)


@pytest.fixture
def picture() -> np.ndarray:
    return lopsided_image(SIZE[1], SIZE[0])


def drawn(stage, entry) -> np.ndarray:
    entry.draw()
    return stage.read()


def test_every_entry_blurs_the_picture_by_its_bank(ctx, picture):
    bank, stage = lopsided_bank(), Stage(ctx, picture)
    contenders, _ = contenders_of("none,sparse,dense,gather41", bank)
    entries, skipped = stage.entries(contenders, 2.5)
    assert [entry.name for entry in entries] == ["sparse 5,3", "dense", "gather41"]
    assert not skipped  # "none" is of scenes
    by_hand = cascade_blur(picture, bank, 2.5)[..., :3]
    np.testing.assert_allclose(drawn(stage, entries[0]), by_hand, atol=4e-3)
    np.testing.assert_allclose(
        drawn(stage, entries[1]), dense_blur(picture, bank.targets[0, 2])[..., :3], atol=4e-3
    )
    constants = stage.constants(contenders[1], 2.5)
    np.testing.assert_allclose(drawn(stage, constants), by_hand, atol=4e-3)
    np.testing.assert_allclose(drawn(stage, stage.copy()), picture[..., :3], atol=1e-3)


def test_constants_stay_the_same_between_knots_and_know_up_from_down(ctx, picture):
    bank, stage = lopsided_bank(), Stage(ctx, picture)
    constants = stage.constants(contenders_of("sparse", bank)[0][0], 4.2)
    np.testing.assert_allclose(
        drawn(stage, constants), cascade_blur(picture, bank, 4.2)[..., :3], atol=4e-3
    )


def test_a_method_that_knows_cocs_blurs_by_the_radius_everywhere(ctx):
    """A point light becomes a disc of 5 px, not of 4 or 6."""
    picture = np.zeros((41, 41, 4), "f4")
    picture[20, 20] = 100.0
    stage = Stage(ctx, picture)
    entries, _ = stage.entries(contenders_of("gather41", None)[0], 5.0)
    got = drawn(stage, entries[0])[..., 0]
    rows, columns = np.nonzero(got > got.max() * 0.05)
    reach = np.hypot(rows - 20, columns - 20).max()
    assert 4.3 < reach < 6.2


def test_beyond_its_bank_a_method_is_left_out(ctx, picture):
    stage = Stage(ctx, picture)
    entries, skipped = stage.entries(contenders_of("sparse,gather41", lopsided_bank())[0], 7.0)
    assert [entry.name for entry in entries] == ["gather41"]
    assert [(one.name, one.reason) for one in skipped] == [
        ("sparse 5,3", "radius 7 px: its bank ends at 6 px")
    ]


def test_without_targets_dense_is_left_out_and_says_so(ctx, picture):
    bank = lopsided_bank()
    bare = Bank(bank.axes, bank.offsets, bank.weights)
    _, skipped = Stage(ctx, picture).entries(contenders_of("dense", bare)[0], 2.0)
    assert "no targets" in skipped[0].reason and "Bake" not in skipped[0].reason


def test_where_dense_is_too_slow_it_is_left_out_and_says_so(ctx, picture):
    contenders, _ = contenders_of("dense,gather41", lopsided_bank())
    points = [Point(SIZE, 33.0), Point((20, 16), 2.0, is_whole=False)]
    found = sweep(ctx, picture, contenders, points, frames=3)
    assert [one.name for one in found.results] == ["gather41", "gather41"]
    assert [(one.name, one.reason) for one in found.skipped] == [
        ("dense", "radius 33 px: not timed above 32 px"),
        ("dense", "20 × 16: timed at the picture's own size only"),
    ]


def test_a_picture_of_another_size_keeps_its_detail(picture):
    assert np.array_equal(resized(picture, (20, 10)), picture[:10, :20])
    larger = resized(picture, (50, 40))
    assert larger.shape == (40, 50, 4) and np.array_equal(larger[:29, :37], picture)
    assert np.array_equal(larger[29, :37], picture[28])  # mirrored on


def test_a_sweep_measures_everything_beside_its_floor(ctx, picture):
    contenders, _ = contenders_of("sparse,dense,gather41", lopsided_bank())
    points = [Point(SIZE, 2.0), Point((20, 16), 2.0, is_whole=False)]
    objects = Objects()
    found = sweep(ctx, picture, contenders, points, frames=3)
    assert objects.alive() == {}
    assert [(one.name, one.size) for one in found.results] == [
        *((name, SIZE) for name in ("sparse 5,3", "dense", "gather41")),
        *((name, (20, 16)) for name in ("sparse 5,3", "gather41")),
    ]
    sparse, dense, gather = found.results[:3]
    assert sparse.counted.passes == 2 and sparse.counted.picture_fetches == 8
    assert sparse.counted.bank_fetches > 0 and sparse.counted.parameter_fetches == 2
    assert dense.counted.picture_fetches > 20 and gather.counted.bank_fetches == 0
    assert sparse.floor_ms > 0 and sparse.constants_ms > 0 and gather.constants_ms is None
    assert found.results[3].floor_ms is None
    assert 5 < sparse.dense_db < 80 and dense.dense_db is None
    assert [copy[:2] for copy in found.copies] == [SIZE, (20, 16)]
    assert len(found.costs) == 5
