"""What a frame costs by pixel, from draws written by hand."""

import pytest

from realtime.profiling.cost import Cost, cost_of
from realtime.profiling.draw_cost import (
    BANK,
    PARAMETER,
    PICTURE,
    DrawCost,
    Reads,
    Storage,
    group_of,
    storage_of,
)
from realtime.profiling.fetches import FetchCounter


def texture(number: int, size=(10, 6, 1), components=4, dtype="f2") -> Storage:
    return Storage(("texture", number), size, components, dtype)


COLOR, FIRST, OUT = texture(1), texture(2), texture(3)
PLACE, TAPS = texture(4, components=1, dtype="f4"), texture(5, (17, 1, 12))
SOFT = DrawCost(
    "soft.frag",
    (10, 6),
    60,
    (
        Reads("u_color", PICTURE, COLOR, filtered=480, plain=60),
        Reads("u_taps", BANK, TAPS, filtered=120, plain=0),
        Reads("u_place", PARAMETER, PLACE, filtered=0, plain=60),
    ),
    (FIRST,),
    blended=False,
)
ADDED = DrawCost(
    "add.frag", (10, 6), 30, (Reads("u_first", PICTURE, FIRST, 0, 30),), (OUT, COLOR), blended=True
)
COST = Cost((5, 3), (SOFT, ADDED))


def test_sums_are_by_pixel_of_the_picture_not_of_the_targets():
    assert COST.passes == 2
    assert COST.fetches() == 750
    assert COST.fetches_per_pixel(PICTURE) == (480 + 60 + 30) / 15
    assert COST.fetches_per_pixel(BANK) == 8
    assert COST.fetches_per_pixel(PARAMETER) == 4
    assert COST.bytes_written_per_pixel == (60 * 8 + 30 * 16) / 15
    fetched = 540 * 8 + 120 * 8 + 60 * 4 + 30 * 8
    assert COST.bytes_read_per_pixel == (fetched + 30 * 16) / 15, "blending reads the targets"


def test_memory_counts_each_texture_once_and_what_is_drawn_into_apart():
    assert COST.written == {FIRST, OUT, COLOR}
    assert COST.only_read == {PLACE, TAPS}
    assert COST.target_bytes == 3 * 60 * 8
    assert COST.texture_bytes == 60 * 4 + 17 * 12 * 8
    assert TAPS.format == "4 × f2"


def test_the_summary_has_the_same_figures():
    assert COST.summary() == {
        "passes": 2,
        "picture_fetches": 38.0,
        "bank_fetches": 8.0,
        "parameter_fetches": 4.0,
        "bytes_read": COST.bytes_read_per_pixel,
        "bytes_written": 64.0,
        "target_bytes": 1440,
        "texture_bytes": 1872,
    }


@pytest.mark.gl
def test_groups_go_by_what_a_texture_is_and_its_sampler(ctx):
    light, flags, frames = ctx.texture((3, 2), 4), ctx.texture((3, 2), 2), ctx.texture((3, 2), 4)
    taps = ctx.texture_array((3, 2, 5), 1, dtype="f4")
    assert group_of("u_color", light) == group_of("u_slice_3", light) == PICTURE
    assert group_of("u_coc", flags) == group_of("u_frames", frames) == PARAMETER
    assert group_of("u_anything", taps) == group_of("u_taps", light) == BANK
    assert storage_of(taps) == Storage(("texture", taps.glo), (3, 2, 5), 1, "f4")
    assert storage_of(taps).bytes == 120
    for part in (light, flags, frames, taps):
        part.release()


@pytest.mark.gl
def test_a_texture_and_a_renderbuffer_of_one_number_are_two(ctx):
    buffers = [ctx.renderbuffer((3, 2), 4, dtype="f2") for _ in range(2)]
    for buffer in buffers:
        assert storage_of(buffer) == Storage(("renderbuffer", buffer.glo), (3, 2, 1), 4, "f2")
        buffer.release()


@pytest.mark.gl
def test_a_method_that_draws_nothing_costs_nothing(ctx):
    counter = FetchCounter(ctx)
    cost = cost_of(counter, (7, 5), lambda: None)
    assert (cost.passes, cost.fetches(), cost.target_bytes) == (0, 0, 0)
    counter.release()
