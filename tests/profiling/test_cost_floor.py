"""The floor: exactly as many reads as asked for, in passes like the method's."""

import numpy as np
import pytest
from banks import lopsided_bank
from gl_probe import Objects
from images import lopsided_image

from realtime.blur.picture import read_target, write_target
from realtime.gl.bank_textures import BankTextures
from realtime.gl.fullscreen import Fullscreen
from realtime.gl.targets import color_target
from realtime.passes.cascade import CascadePass
from realtime.profiling.cost import Cost, cost_of
from realtime.profiling.draw_cost import BANK, PICTURE, DrawCost, Reads, Storage
from realtime.profiling.fetches import FetchCounter
from realtime.profiling.floor import Floor

pytestmark = pytest.mark.gl

SIZE = (23, 14)  # width, height
PIXELS = SIZE[0] * SIZE[1]
COLOR = Storage(("texture", 1), (*SIZE, 1), 4, "f2")
OUT = Storage(("texture", 2), (*SIZE, 1), 4, "f2")
SMALL = Storage(("texture", 3), (9, 5, 1), 2, "f4")


@pytest.fixture
def counter(ctx):
    made = FetchCounter(ctx)
    yield made
    made.release()


def one_draw(fetches: float, **changed) -> DrawCost:
    """A draw of so many filtered picture fetches a pixel."""
    reads = (Reads("u_color", PICTURE, COLOR, round(fetches * PIXELS), 0),)
    parts = {
        "name": "x.frag",
        "size": SIZE,
        "pixels": PIXELS,
        "reads": reads,
        "written": (OUT,),
        "blended": False,
    }
    return DrawCost(**(parts | changed))


def counted(ctx, counter, *draws: DrawCost, **options) -> list[DrawCost]:
    """What a floor of these draws costs itself."""
    floor = Floor(ctx, Cost(SIZE, draws), **options)
    cost = cost_of(counter, SIZE, floor.draw)
    floor.release()
    return list(cost.draws)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("fetches", [1, 2, 3, 5, 24, 31, 32, 63, 64, 65, 127, 128, 200, 1089, 3676])
def test_it_reads_as_often_as_it_says(ctx, counter, fetches, plain):
    """By the counter, which has its own tests."""
    total = fetches * PIXELS
    reads = (Reads("u_color", PICTURE, COLOR, 0 if plain else total, total if plain else 0),)
    (cost,) = counted(ctx, counter, one_draw(0, reads=reads))
    (read,) = cost.reads
    assert (read.plain if plain else read.filtered) == read.fetches == total
    assert cost.pixels == PIXELS


@pytest.mark.parametrize(("mean", "want"), [(0.0, 1), (0.2, 1), (7.4, 7), (7.6, 8)])
def test_a_mean_is_rounded_and_at_least_one(ctx, counter, mean, want):
    (cost,) = counted(ctx, counter, one_draw(mean))
    assert cost.fetches() == want * PIXELS


def test_passes_have_the_sizes_formats_and_pixels_of_the_method(ctx, counter):
    reads = (Reads("u_places", PICTURE, SMALL, 0, 30), Reads("u_color", PICTURE, COLOR, 20, 0))
    draws = (
        one_draw(3),
        one_draw(2, written=(OUT, SMALL), size=(9, 5), pixels=30, reads=reads, blended=True),
        one_draw(0, pixels=0),
    )
    first, second = counted(ctx, counter, *draws)
    assert (first.size, first.pixels, [t.format for t in first.written]) == (
        SIZE,
        PIXELS,
        ["4 × f2"],
    )
    assert (second.size, second.pixels) == ((9, 5), 27), "30 pixels are 3 rows of 9 and a bit"
    assert [(t.size, t.format) for t in second.written] == [
        ((9, 5, 1), "4 × f2"),
        ((9, 5, 1), "2 × f4"),
    ]
    assert (first.blended, second.blended) == (False, True)
    assert second.reads[0].storage.size == SMALL.size, "it reads from what is read most"
    assert second.reads[0].plain == second.fetches() == 27 * 2, "50 of 30 pixels, mostly plain"


def test_a_pass_reads_what_the_pass_before_wrote(ctx, counter):
    first, second, third = counted(ctx, counter, *[one_draw(2)] * 3)
    assert second.reads[0].storage == first.written[0]
    assert third.reads[0].storage == second.written[0]
    assert first.written[0] != second.written[0]


def test_everything_counts_bank_and_parameters_too(ctx, counter):
    reads = (*one_draw(4).reads, Reads("u_taps", BANK, COLOR, 0, 3 * PIXELS))
    (least,) = counted(ctx, counter, one_draw(0, reads=reads))
    (most,) = counted(ctx, counter, one_draw(0, reads=reads), everything=True)
    assert (least.fetches(), most.fetches()) == (4 * PIXELS, 7 * PIXELS)


@pytest.mark.parametrize("fetches", [5, 64, 100, 300])
def test_its_reads_spread_over_the_reach_and_no_farther(ctx, fetches):
    """A bright pixel is found by the pixels around it, as far as the reach."""
    size, reach = (61, 61), 12
    light, out = color_target(ctx, size, dtype="f4"), color_target(ctx, size, dtype="f4")
    point = np.zeros((61, 61, 4))
    point[30, 30] = 1.0
    write_target(light, point, "f4")
    shader = Fullscreen(
        ctx,
        "floor.frag",
        {
            "FETCHES": fetches,
            "PLAIN": 0,
            "REACH_PX": float(reach),
            "OUTPUTS": 1,
            **{"WIDTH": 61, "HEIGHT": 61, "SOURCE_WIDTH": 61, "SOURCE_HEIGHT": 61},
        },
    )
    shader.draw(out.framebuffer, {"u_color": light.color})
    got = read_target(out)[..., 0]
    y, x = np.nonzero(got > 1e-6)
    far = np.hypot(y - 30, x - 30).max()
    assert 0.7 * reach < far < reach + 1.5
    assert got.sum() == pytest.approx(1.0, abs=1e-3), "every read counts, none twice"
    assert len(y) > min(fetches, 100), "no two read the same"
    for part in (shader, light, out):
        part.release()


def test_what_it_draws_stays_bounded(ctx):
    """Blended over itself, frame after frame."""
    draws = (one_draw(3), one_draw(3, blended=True))
    floor = Floor(ctx, Cost(SIZE, draws))
    for _ in range(50):
        floor.draw()
    for part in floor.passes:
        seen = np.frombuffer(part.out.read(components=4, dtype="f4"), "f4")
        assert 0 < seen.min() and seen.max() <= 1.01
    floor.release()


def test_the_floor_of_a_counted_cascade(ctx, counter):
    bank = BankTextures(ctx, lopsided_bank())
    kernel = CascadePass(ctx, bank)
    color, first, second, out = targets = [color_target(ctx, SIZE) for _ in range(4)]
    place = color_target(ctx, SIZE, 1, "f4")
    write_target(color, lopsided_image(*SIZE[::-1]), "f2")
    write_target(place, np.full((*SIZE[::-1], 1), 1.5), "f4")
    cost = cost_of(
        counter, SIZE, lambda: kernel.draw(color.color, place.color, (first, second), out)
    )
    layers = counted(ctx, counter, *cost.draws)
    assert [layer.fetches() / PIXELS for layer in layers] == [5, 3]
    alive = Objects()
    floor = Floor(ctx, cost)
    floor.draw()
    assert alive.count()["Program"] == 2
    floor.release()
    assert alive.alive() == {}
    for part in (kernel, bank, place, *targets):
        part.release()
